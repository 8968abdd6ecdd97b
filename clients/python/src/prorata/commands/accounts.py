"""`prorata accounts`."""

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
    LimitOption,
    RequestIdOption,
    day_parser,
    enum_parser,
)
from prorata.commands.output import Output, table
from prorata.days import date_to_day
from prorata.moments import moment_text
from prorata.v1.account_pb2 import Account
from prorata.v1.flex_pb2 import FlexPricingModel
from prorata.v1.plan_service_pb2 import ListAccountsResponse

app = typer.Typer(help="Accounts and their subaccounts.", no_args_is_help=True)


@app.command()
def create(
    context: typer.Context,
    *,
    sid: Annotated[
        str, typer.Option(help="The account's SID, AC and 32 lowercase hex digits; made when not given.")
    ] = "",
    parent: Annotated[str, typer.Option(help="The top-level account it is a subaccount of.")] = "",
    name: Annotated[str, typer.Option(help="A name for people.")] = "",
    creation_day: Annotated[
        date | None,
        typer.Option(metavar="YYYY-MM-DD", parser=day_parser, help="Its first day; today when not given."),
    ] = None,
    flex: Annotated[
        int,
        typer.Option(
            metavar="MODEL",
            parser=enum_parser(FlexPricingModel.DESCRIPTOR),
            show_default="without Flex",
            help="Create it with Flex of this model: named-user or active-user-hours.",
        ),
    ] = 0,
    request_id: RequestIdOption = None,
) -> None:
    """Create an account."""

    async def work(client: Client, output: Output) -> None:
        account = await client.plans.create_account(
            sid,
            parent_account_sid=parent,
            display_name=name,
            creation_day=creation_day,
            flex_pricing_model=FlexPricingModel.ValueType(flex),
            request_id=request_id,
        )
        output.document(account, _accounts([account]))

    run(context, work)


@app.command()
def get(context: typer.Context, account: AccountArgument) -> None:
    """Show an account."""

    async def work(client: Client, output: Output) -> None:
        found = await client.plans.get_account(account)
        output.document(found, _accounts([found]))

    run(context, work)


@app.command("list")
def list_(
    context: typer.Context,
    *,
    parent: Annotated[str, typer.Option(help="Only the subaccounts of this account.")] = "",
    top_level: Annotated[bool, typer.Option("--top-level", help="Only top-level accounts.")] = False,
    limit: LimitOption = DEFAULT_LIMIT,
) -> None:
    """List accounts, by SID."""

    async def work(client: Client, output: Output) -> None:
        found = client.plans.iterate_accounts(parent_account_sid=parent, top_level_only=top_level)
        accounts = await take(found, limit, output)
        output.document(ListAccountsResponse(accounts=accounts), _accounts(accounts))

    run(context, work)


@app.command()
def close(
    context: typer.Context,
    *,
    account: AccountArgument,
    closing_day: Annotated[
        date | None,
        typer.Option(
            metavar="YYYY-MM-DD",
            parser=day_parser,
            help="The first day it no longer exists; tomorrow when not given.",
        ),
    ] = None,
    request_id: RequestIdOption = None,
) -> None:
    """Close an account, for ever, with its subaccounts."""

    async def work(client: Client, output: Output) -> None:
        closed = await client.plans.close_account(account, closing_day=closing_day, request_id=request_id)
        output.document(closed, _accounts([closed]))

    run(context, work)


def _accounts(accounts: Iterable[Account]) -> Table:
    return table(
        ("account", "parent", "name", "creation day", "closing day", "created"),
        (
            (
                each.account_sid,
                each.parent_account_sid,
                each.display_name,
                date_to_day(each.creation_day) or "",
                date_to_day(each.closing_day) or "",
                moment_text(each.create_time),
            )
            for each in accounts
        ),
    )
