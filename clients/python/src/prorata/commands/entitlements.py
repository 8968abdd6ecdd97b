"""`prorata entitlements`."""

import typer

from prorata.client import Client
from prorata.commands.context import run
from prorata.commands.options import AccountArgument, DayOption, enum_text
from prorata.commands.output import Output, facts
from prorata.commands.plans import LanguageOption
from prorata.days import date_to_day
from prorata.v1.entitlement_pb2 import Entitlements
from prorata.v1.plan_pb2 import Priority

app = typer.Typer(help="What an account may use of support.", no_args_is_help=True)


@app.command()
def get(
    context: typer.Context, *, account: AccountArgument, day: DayOption = None, language: LanguageOption = ""
) -> None:
    """Show what an account may use of support on a day, in words."""

    async def work(client: Client, output: Output) -> None:
        found = await client.plans.get_entitlements(account, day=day, language_code=language)
        output.document(found, facts(_lines(found)))

    run(context, work)


def _lines(found: Entitlements) -> list[tuple[str, object]]:
    return [
        ("account", found.account_sid),
        ("day", date_to_day(found.day)),
        ("owner", found.owner_sid),
        ("plan", found.plan.display_name or "none"),
        ("price", found.price_text),
        *((enum_text(Priority.DESCRIPTOR, each.priority), each.text) for each in found.guarantees),
        ("business hours", found.business_hours_text),
        ("channels", ", ".join(found.channel_names)),
        ("services", ", ".join(found.service_names)),
    ]
