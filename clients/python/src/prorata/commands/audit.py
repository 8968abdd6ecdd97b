"""`prorata audit`."""

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.table import Table

from prorata.client import Client
from prorata.commands.context import run, take
from prorata.commands.options import DEFAULT_LIMIT, LimitOption
from prorata.commands.output import Output, table
from prorata.moments import moment_text
from prorata.v1.audit_pb2 import AuditEvent
from prorata.v1.billing_service_pb2 import ListAuditEventsResponse

app = typer.Typer(help="Who wrote what.", no_args_is_help=True)


@app.command("list")
def list_(
    context: typer.Context,
    *,
    subject: Annotated[str, typer.Option(help="Only about this account, product or period.")] = "",
    limit: LimitOption = DEFAULT_LIMIT,
) -> None:
    """List writes, the latest first."""

    async def work(client: Client, output: Output) -> None:
        events = await take(client.billing.iterate_audit_events(subject=subject), limit, output)
        output.document(ListAuditEventsResponse(events=events), _events(events))

    run(context, work)


def _events(events: Iterable[AuditEvent]) -> Table:
    return table(
        (">number", "when", "caller", "role", "call", "subject", "request id"),
        (
            (
                each.number,
                moment_text(each.event_time),
                each.caller,
                each.role,
                each.rpc,
                each.subject,
                each.request_id,
            )
            for each in events
        ),
    )
