"""`prorata usage void` and `prorata usage correct`."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

import typer

from prorata.calls.usage import corrected_usage
from prorata.client import Client
from prorata.commands.context import run
from prorata.commands.options import AccountArgument, PeriodArgument, RequestIdOption, checked
from prorata.commands.output import Output
from prorata.commands.usage_tables import usage_table
from prorata.exact import parse_decimal
from prorata.usage import EVENT_NAMESPACE, event_id_from_text
from prorata.v1.billing_service_pb2 import CorrectUsageResponse

NamespaceOption = Annotated[
    UUID, typer.Option(metavar="UUID", help="The namespace of event ids that are not UUIDs themselves.")
]
decimal_parser = checked(parse_decimal)


def void(
    context: typer.Context,
    *,
    account: AccountArgument,
    period: PeriodArgument,
    events: Annotated[list[str], typer.Argument(metavar="EVENT...", help="The ids of the events, at most 1,000.")],
    namespace: NamespaceOption = EVENT_NAMESPACE,
    request_id: RequestIdOption = None,
) -> None:
    """Void usage of an account in a period, all of it or none. What is voided already is a repeat."""
    event_ids = [_event_id(event, namespace) for event in events]

    async def work(client: Client, output: Output) -> None:
        answer = await client.billing.void_usage(account, period, event_ids, request_id=request_id)
        output.document(answer, f"{answer.voided_count:,} voided, {answer.repeated_count:,} voided before")

    run(context, work)


def correct(
    context: typer.Context,
    *,
    account: AccountArgument,
    period: PeriodArgument,
    event: Annotated[str, typer.Argument(metavar="EVENT", help="The id of the event.")],
    quantity: Annotated[
        Decimal, typer.Option(metavar="DECIMAL", parser=decimal_parser, help="The quantity that counts.")
    ],
    amount: Annotated[
        Decimal | None,
        typer.Option(metavar="DECIMAL", parser=decimal_parser, help="Its amount; priced by the server when not given."),
    ] = None,
    currency: Annotated[str, typer.Option(metavar="CODE", help="The currency of the amount (ISO 4217).")] = "USD",
    namespace: NamespaceOption = EVENT_NAMESPACE,
    request_id: RequestIdOption = None,
) -> None:
    """Correct quantity and amount of a record of usage of an account in a period; the last correction counts."""
    try:
        wanted = corrected_usage(_event_id(event, namespace), quantity, amount=amount, currency_code=currency)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--quantity or --amount") from error

    async def work(client: Client, output: Output) -> None:
        usage = await client.billing.correct_usage(account, period, [wanted], request_id=request_id)
        output.document(CorrectUsageResponse(usage=usage), usage_table(usage))

    run(context, work)


def _event_id(event: str, namespace: UUID) -> UUID:
    try:
        return event_id_from_text(event, namespace)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="EVENT") from error
