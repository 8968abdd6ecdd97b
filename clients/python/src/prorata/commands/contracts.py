"""`prorata contracts`."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

import typer
from rich.table import Table

from prorata.client import Client
from prorata.commands.context import run, take
from prorata.commands.options import (
    DEFAULT_LIMIT,
    AccountArgument,
    AsOfOption,
    DayOption,
    LimitOption,
    RequestIdOption,
    day_parser,
)
from prorata.commands.output import Output, facts, table
from prorata.commands.plans import price_text
from prorata.commands.price_options import (
    DEFAULT_CURRENCY,
    CurrencyOption,
    FlatOption,
    MinimumOption,
    RateOption,
    price_of,
)
from prorata.days import date_to_day
from prorata.moments import moment_text
from prorata.v1.contract_pb2 import Contract
from prorata.v1.plan_service_pb2 import ListContractsResponse

app = typer.Typer(
    help="Contracts: several accounts under one plan and one payer. Changing them is for staff.", no_args_is_help=True
)

ContractArgument = Annotated[str, typer.Argument(metavar="CONTRACT", help="The contract's SID.")]
PlanOption = Annotated[str, typer.Option(metavar="PLAN", help="The plan's id, such as business.")]
FromOption = Annotated[
    date | None,
    typer.Option(
        metavar="YYYY-MM-DD", parser=day_parser, help="From when; today when not given. It may lie in the past."
    ),
]
EndOption = Annotated[
    date | None,
    typer.Option(
        metavar="YYYY-MM-DD",
        parser=day_parser,
        help="The first day without; tomorrow when not given. It may lie in the past.",
    ),
]


@app.command()
def create(
    context: typer.Context,
    *,
    plan: PlanOption,
    member: Annotated[list[str], typer.Option(metavar="ACCOUNT", help="A member; give it once for each.")],
    payer: Annotated[str, typer.Option(metavar="ACCOUNT", help="The member that pays.")],
    sid: Annotated[
        str, typer.Option(help="The contract's SID, CT and 32 lowercase hex digits; made when not given.")
    ] = "",
    name: Annotated[str, typer.Option(help="A name for people.")] = "",
    start_day: FromOption = None,
    rate: RateOption = None,
    minimum: MinimumOption = None,
    flat: FlatOption = None,
    currency: CurrencyOption = DEFAULT_CURRENCY,
    request_id: RequestIdOption = None,
) -> None:
    """Create a contract, at its own price if one is given."""
    own_price = price_of(rate, minimum, flat, currency)

    async def work(client: Client, output: Output) -> None:
        contract = await client.plans.create_contract(
            sid,
            plan_id=plan,
            member_account_sids=member,
            payer_account_sid=payer,
            display_name=name,
            start_day=start_day,
            own_price=own_price,
            request_id=request_id,
        )
        output.document(contract, *_contract(contract))

    run(context, work)


@app.command()
def get(context: typer.Context, *, contract: ContractArgument, day: DayOption = None, as_of: AsOfOption = None) -> None:
    """Show a contract as it is on a day, with its members and payers."""

    async def work(client: Client, output: Output) -> None:
        found = await client.plans.get_contract(contract, day=day, as_of_time=as_of)
        output.document(found, *_contract(found))

    run(context, work)


@app.command("list")
def list_(
    context: typer.Context,
    *,
    member: Annotated[str, typer.Option(metavar="ACCOUNT", help="Only those it is, was or will be in.")] = "",
    limit: LimitOption = DEFAULT_LIMIT,
) -> None:
    """List contracts, by SID."""

    async def work(client: Client, output: Output) -> None:
        found = client.plans.iterate_contracts(member_account_sid=member)
        contracts = await take(found, limit, output)
        output.document(ListContractsResponse(contracts=contracts), _contracts(contracts))

    run(context, work)


@app.command("add-member")
def add_member(
    context: typer.Context,
    *,
    contract: ContractArgument,
    account: AccountArgument,
    start_day: FromOption = None,
    end_day: Annotated[
        date | None,
        typer.Option(metavar="YYYY-MM-DD", parser=day_parser, help="The day after its last; open when not given."),
    ] = None,
    request_id: RequestIdOption = None,
) -> None:
    """Have an account join. It leaves the contract it is in by then, and its own plan ends."""

    async def work(client: Client, output: Output) -> None:
        joined = await client.plans.add_contract_member(
            contract, account, start_day=start_day, end_day=end_day, request_id=request_id
        )
        output.document(joined, *_contract(joined))

    run(context, work)


@app.command("remove-member")
def remove_member(
    context: typer.Context,
    *,
    contract: ContractArgument,
    account: AccountArgument,
    end_day: EndOption = None,
    request_id: RequestIdOption = None,
) -> None:
    """Have an account leave. It falls back to the developer plan."""

    async def work(client: Client, output: Output) -> None:
        left = await client.plans.remove_contract_member(contract, account, end_day=end_day, request_id=request_id)
        output.document(left, *_contract(left))

    run(context, work)


@app.command("withdraw-membership")
def withdraw_membership(
    context: typer.Context, *, contract: ContractArgument, account: AccountArgument, request_id: RequestIdOption = None
) -> None:
    """Withdraw the joining, else the leaving, of an account that is still to come."""

    async def work(client: Client, output: Output) -> None:
        found = await client.plans.withdraw_membership_change(contract, account, request_id=request_id)
        output.document(found, *_contract(found))

    run(context, work)


@app.command("change-plan")
def change_plan(
    context: typer.Context,
    *,
    contract: ContractArgument,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The plan's id; the one held to change the price.")],
    rate: RateOption = None,
    minimum: MinimumOption = None,
    flat: FlatOption = None,
    currency: CurrencyOption = DEFAULT_CURRENCY,
    start_day: Annotated[
        date | None,
        typer.Option(metavar="YYYY-MM-DD", parser=day_parser, help="The plan's first day; today when not given."),
    ] = None,
    replace_pending: Annotated[
        bool, typer.Option("--replace-pending", help="Replace the pending change, if there is one.")
    ] = False,
    request_id: RequestIdOption = None,
) -> None:
    """Change the plan of a contract, at its own price if one is given."""
    own_price = price_of(rate, minimum, flat, currency)

    async def work(client: Client, output: Output) -> None:
        changed = await client.plans.change_contract_plan(
            contract,
            plan,
            own_price=own_price,
            start_day=start_day,
            replace_pending=replace_pending,
            request_id=request_id,
        )
        output.document(changed, *_contract(changed.contract))

    run(context, work)


@app.command("withdraw-plan")
def withdraw_plan(context: typer.Context, *, contract: ContractArgument, request_id: RequestIdOption = None) -> None:
    """Withdraw the pending change of a contract's plan."""

    async def work(client: Client, output: Output) -> None:
        withdrawn = await client.plans.withdraw_contract_plan_change(contract, request_id=request_id)
        output.document(withdrawn, *_contract(withdrawn.contract))

    run(context, work)


@app.command("change-payer")
def change_payer(
    context: typer.Context,
    *,
    contract: ContractArgument,
    account: AccountArgument,
    start_day: FromOption = None,
    request_id: RequestIdOption = None,
) -> None:
    """Make a member the payer from a day on, in place of every later payer."""

    async def work(client: Client, output: Output) -> None:
        changed = await client.plans.change_contract_payer(
            contract, account, start_day=start_day, request_id=request_id
        )
        output.document(changed, *_contract(changed))

    run(context, work)


@app.command()
def end(
    context: typer.Context, *, contract: ContractArgument, end_day: EndOption = None, request_id: RequestIdOption = None
) -> None:
    """End a contract. Its members fall back to the developer plan."""

    async def work(client: Client, output: Output) -> None:
        ended = await client.plans.end_contract(contract, end_day=end_day, request_id=request_id)
        output.document(ended, *_contract(ended))

    run(context, work)


def _contracts(contracts: Iterable[Contract]) -> Table:
    return table(
        ("contract", "name", "first day", "until, excluded", "plan", ">members"),
        (
            (
                each.contract_sid,
                each.display_name,
                date_to_day(each.start_day) or "",
                date_to_day(each.end_day) or "open",
                each.plan_id or "none",
                len({row.account_sid for row in each.memberships}),
            )
            for each in contracts
        ),
    )


def _contract(contract: Contract) -> Iterable[Table]:
    pending = contract.pending_change
    yield facts(
        (
            ("contract", contract.contract_sid),
            ("name", contract.display_name),
            ("first day", date_to_day(contract.start_day)),
            ("until, excluded", date_to_day(contract.end_day) or "open"),
            ("plan", contract.plan_id or "none"),
            ("own price", price_text(contract.own_price) if contract.HasField("own_price") else None),
            (
                "pending",
                f"{pending.plan_id} from {date_to_day(pending.active_day)}" if pending.plan_id else "nothing",
            ),
            ("created", moment_text(contract.create_time)),
        )
    )
    for title, rows in (("member", contract.memberships), ("payer", contract.payers)):
        yield table(
            (title, "first day", "until, excluded"),
            ((row.account_sid, date_to_day(row.start_day) or "", date_to_day(row.end_day) or "open") for row in rows),
        )
