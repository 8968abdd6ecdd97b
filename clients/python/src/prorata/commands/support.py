"""`prorata support`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, cast

import typer
from rich.table import Table

from prorata.calls.support import support_case
from prorata.client import Client
from prorata.commands.context import run, take
from prorata.commands.options import (
    DEFAULT_LIMIT,
    AccountArgument,
    LimitOption,
    RequestIdOption,
    enum_parser,
    enum_text,
    moment_parser,
    period_parser,
)
from prorata.commands.output import Output, facts, table
from prorata.exact import decimal_text
from prorata.moments import moment_text
from prorata.money import money_text, number_to_decimal
from prorata.v1.billing_service_pb2 import (
    GetResponseTimesResponse,
    ListCasesResponse,
    ListSupportCreditsResponse,
)
from prorata.v1.plan_pb2 import GuaranteeClock, Priority, ResponseGuarantee
from prorata.v1.support_pb2 import PayerCredit, ResponseTime, SupportCase, SupportCredit

app = typer.Typer(help="Support cases, response times and support credits.", no_args_is_help=True)

MonthArgument = Annotated[str, typer.Argument(metavar="MONTH", parser=period_parser, help="The month, YYYY-MM.")]
OwnerArgument = Annotated[
    str, typer.Argument(metavar="OWNER", help="The SID of a contract, or of an account: the owners of its plan.")
]
MOMENT = "MOMENT"


@app.command()
def record(
    context: typer.Context,
    *,
    account: AccountArgument,
    case: Annotated[str, typer.Argument(metavar="CASE", help="The case's id, unique per account.")],
    priority: Annotated[
        int, typer.Option(metavar="PRIORITY", parser=enum_parser(Priority.DESCRIPTOR), help="p1, p2 or p3.")
    ],
    opened: Annotated[
        datetime, typer.Option(metavar=MOMENT, parser=moment_parser, help="When it was opened (RFC 3339).")
    ],
    answered: Annotated[
        datetime | None,
        typer.Option(metavar=MOMENT, parser=moment_parser, help="When it was first answered; none: not yet."),
    ] = None,
    product: Annotated[str, typer.Option(help="The product it is about, if it is about one.")] = "",
    request_id: RequestIdOption = None,
) -> None:
    """Record a case, in place of what was known of it."""

    async def work(client: Client, output: Output) -> None:
        sent = support_case(
            account,
            case,
            cast(Priority.ValueType, priority),
            open_time=opened,
            answer_time=answered,
            product_id=product,
        )
        done = await client.billing.record_cases([sent], request_id=request_id)
        output.document(done, facts([("new", done.new_count), ("replaced", done.replaced_count)]))

    run(context, work)


@app.command()
def cases(
    context: typer.Context, *, account: AccountArgument, month: MonthArgument, limit: LimitOption = DEFAULT_LIMIT
) -> None:
    """List the cases of an account that were opened in a month."""

    async def work(client: Client, output: Output) -> None:
        found = await take(client.billing.iterate_cases(account, month), limit, output)
        output.document(ListCasesResponse(cases=found), _cases(found))

    run(context, work)


@app.command()
def response_times(context: typer.Context, *, owner: OwnerArgument, month: MonthArgument) -> None:
    """Show the average response times of a month, and which guarantees are missed."""

    async def work(client: Client, output: Output) -> None:
        found = await client.billing.get_response_times(owner, month)
        output.document(GetResponseTimesResponse(response_times=found), _response_times(found))

    run(context, work)


@app.command()
def claim(
    context: typer.Context,
    *,
    account: AccountArgument,
    month: MonthArgument,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The plan whose guarantee was missed.")],
    ticket: Annotated[str, typer.Option(help="The ticket by which it is claimed.")],
    received: Annotated[
        datetime | None,
        typer.Option(metavar=MOMENT, parser=moment_parser, help="When it was received; now when none."),
    ] = None,
    request_id: RequestIdOption = None,
) -> None:
    """Claim the support credit of a month and plan."""

    async def work(client: Client, output: Output) -> None:
        credit = await client.billing.claim_support_credit(
            account, month, plan, ticket=ticket, receive_time=received, request_id=request_id
        )
        output.document(credit, _credits([credit]))

    run(context, work)


@app.command("credits")
def credits_(context: typer.Context, *, owner: OwnerArgument, limit: LimitOption = DEFAULT_LIMIT) -> None:
    """List support credits, the latest first, with what each payer is credited and has used."""

    async def work(client: Client, output: Output) -> None:
        found = await take(client.billing.iterate_support_credits(owner), limit, output)
        output.document(ListSupportCreditsResponse(credits=found), _credits(found))

    run(context, work)


def _cases(found: Iterable[SupportCase]) -> Table:
    return table(
        ("case", "priority", "product", "opened", "answered"),
        (
            (
                each.case_id,
                enum_text(Priority.DESCRIPTOR, each.priority),
                each.product_id,
                moment_text(each.open_time),
                moment_text(each.answer_time) or "not yet",
            )
            for each in found
        ),
    )


def _response_times(found: Iterable[ResponseTime]) -> Table:
    return table(
        ("owner", "plan", ">version", "priority", ">cases", ">unanswered", ">average", "guarantee", "missed"),
        (
            (
                each.owner_sid,
                each.plan_id,
                each.plan_version_number,
                enum_text(Priority.DESCRIPTOR, each.priority),
                each.case_count,
                each.unanswered_count,
                f"{decimal_text(round(number_to_decimal(each.average_seconds) / 60, 2), 2)} min"
                if _guaranteed(each)
                else "",
                _guarantee(each.guarantee) if _guaranteed(each) else "none",
                "yes" if each.missed else "no",
            )
            for each in found
        ),
    )


def _guaranteed(time: ResponseTime) -> bool:
    return time.HasField("guarantee")


def _guarantee(guarantee: ResponseGuarantee) -> str:
    clock = enum_text(GuaranteeClock.DESCRIPTOR, guarantee.clock).replace("-", " ")
    return f"{'less than ' if guarantee.exclusive else ''}{guarantee.response_minutes} min, {clock}"


def _credits(found: Iterable[SupportCredit]) -> Table:
    return table(
        ("credit", "month", "plan", "owner", "ticket", "amounts", "payer", ">credited", ">used", "lapsed"),
        (
            (
                credit.credit_id,
                credit.month,
                credit.plan_id,
                credit.owner_sid,
                credit.ticket,
                f"final, by {credit.final_closing_period}" if credit.final else "estimates",
                payer.payer_account_sid,
                money_text(payer.amount),
                money_text(payer.used),
                "yes" if payer.lapsed else "",
            )
            for credit in found
            for payer in credit.payers or [PayerCredit()]
        ),
    )
