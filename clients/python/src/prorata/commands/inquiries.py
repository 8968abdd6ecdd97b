"""`prorata inquiries`."""

from collections.abc import Iterable
from typing import Annotated, cast

import typer
from rich.table import Table

from prorata.client import Client
from prorata.commands.context import run, take
from prorata.commands.options import (
    DEFAULT_LIMIT,
    AccountArgument,
    LimitOption,
    RequestIdOption,
    StartDayOption,
    enum_parser,
    enum_text,
)
from prorata.commands.output import Output, table
from prorata.days import date_to_day
from prorata.moments import moment_text
from prorata.v1.inquiry_pb2 import INQUIRY_STATE_UNSPECIFIED, ContactDetails, Inquiry, InquiryState
from prorata.v1.plan_service_pb2 import ListInquiriesResponse

app = typer.Typer(help="Requests for plans that are not self-service.", no_args_is_help=True)

InquiryArgument = Annotated[str, typer.Argument(metavar="INQUIRY", help="The inquiry's id, IN and 32 hex digits.")]
NoteOption = Annotated[str, typer.Option(help="A note for people.")]


@app.command("open")
def open_(
    context: typer.Context,
    *,
    account: AccountArgument,
    name: Annotated[str, typer.Option(help="Whom to contact.")],
    email: Annotated[str, typer.Option(help="Their email address.")],
    phone: Annotated[str, typer.Option(help="Their telephone number.")] = "",
    message: Annotated[str, typer.Option(help="What the account needs.")] = "",
    plan: Annotated[str, typer.Option(help="The plan asked for; personalized when not given.")] = "",
    request_id: RequestIdOption = None,
) -> None:
    """Ask for the personalized plan."""

    async def work(client: Client, output: Output) -> None:
        contact = ContactDetails(name=name, email=email, phone=phone, message=message)
        inquiry = await client.plans.request_personalized_plan(account, contact, plan_id=plan, request_id=request_id)
        output.document(inquiry, _inquiries([inquiry]))

    run(context, work)


@app.command("list")
def list_(
    context: typer.Context,
    *,
    account: Annotated[str, typer.Option(help="Only those of this account.")] = "",
    state: Annotated[
        int,
        typer.Option(
            metavar="STATE",
            parser=enum_parser(InquiryState.DESCRIPTOR),
            show_default="any",
            help="open, activated or declined.",
        ),
    ] = INQUIRY_STATE_UNSPECIFIED,
    limit: LimitOption = DEFAULT_LIMIT,
) -> None:
    """List inquiries, the latest first."""

    async def work(client: Client, output: Output) -> None:
        found = client.plans.iterate_inquiries(account_sid=account, state=cast("InquiryState.ValueType", state))
        inquiries = await take(found, limit, output)
        output.document(ListInquiriesResponse(inquiries=inquiries), _inquiries(inquiries))

    run(context, work)


@app.command()
def activate(
    context: typer.Context,
    *,
    inquiry: InquiryArgument,
    start_day: StartDayOption = None,
    note: NoteOption = "",
    request_id: RequestIdOption = None,
) -> None:
    """Activate the plan asked for, in place of a pending change."""
    _resolve(context, inquiry, activate=True, start_day=start_day, note=note, request_id=request_id)


@app.command()
def decline(
    context: typer.Context, *, inquiry: InquiryArgument, note: NoteOption = "", request_id: RequestIdOption = None
) -> None:
    """Decline an inquiry."""
    _resolve(context, inquiry, activate=False, start_day=None, note=note, request_id=request_id)


def _resolve(
    context: typer.Context,
    inquiry_id: str,
    *,
    activate: bool,
    start_day: StartDayOption,
    note: str,
    request_id: str | None,
) -> None:
    async def work(client: Client, output: Output) -> None:
        resolved = await client.plans.resolve_inquiry(
            inquiry_id, activate=activate, start_day=start_day, note=note, request_id=request_id
        )
        output.document(resolved, _inquiries([resolved.inquiry]))

    run(context, work)


def _inquiries(inquiries: Iterable[Inquiry]) -> Table:
    return table(
        ("inquiry", "account", "plan", "state", "opened", "resolved", "starts", "contact", "note"),
        (
            (
                each.inquiry_id,
                each.account_sid,
                each.plan_id,
                enum_text(InquiryState.DESCRIPTOR, each.state),
                moment_text(each.open_time),
                moment_text(each.resolve_time),
                date_to_day(each.start_day) or "",
                f"{each.contact.name} <{each.contact.email}> {each.contact.phone}".rstrip(),
                each.note,
            )
            for each in inquiries
        ),
    )
