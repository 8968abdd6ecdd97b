"""`prorata usage`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from prorata.client import Client
from prorata.commands.context import run, take
from prorata.commands.options import (
    DEFAULT_LIMIT,
    AccountArgument,
    AsOfOption,
    LimitOption,
    PeriodArgument,
)
from prorata.commands.output import Output
from prorata.commands.usage_corrections import correct, void
from prorata.commands.usage_files import record_files
from prorata.commands.usage_tables import summary_table, usage_table
from prorata.sources import CsvSource, JsonLinesSource, Source, SourceError, TwilioSource, read_mapping
from prorata.usage import EVENT_NAMESPACE
from prorata.usage_stream import DEFAULT_BATCH_ROWS, DEFAULT_WINDOW
from prorata.v1.billing_service_pb2 import GetUsageSummaryResponse, ListUsageResponse

app = typer.Typer(
    help="Usage: recording it from files, voiding and correcting, listing and summing it.", no_args_is_help=True
)


class FileFormat(StrEnum):
    """What a file of usage is."""

    CSV = "csv"
    JSONL = "jsonl"
    TWILIO = "twilio"


_FORMATS = {
    ".csv": FileFormat.CSV,
    ".jsonl": FileFormat.JSONL,
    ".ndjson": FileFormat.JSONL,
    ".json": FileFormat.TWILIO,
}

RECORD_HELP = """Record usage from files.

A record counts once however often it is sent, so a file may be recorded again. Good records are kept; each
malformed one is reported with its line and field, each refused one with its reason, and the exit code is
then 1.

\b
CSV (.csv), UTF-8, with a header that names the columns, in any order:
  event_id,account_sid,product_id,quantity,occur_time,amount,currency
    event_id     required. A UUID (8-4-4-4-12 hex digits) as it is; any other
                 text becomes the UUIDv5 of --namespace and that text. It is
                 unique per account and month: what is sent again with the
                 same content counts once.
    account_sid  AC and 32 lowercase hex digits.
    product_id   1 to 64 of a-z, 0-9 and hyphen.
    quantity     a decimal, up to 6 places, not negative, below 10^12.
    occur_time   RFC 3339 with an offset, such as 2026-06-15T09:30:00Z, no
                 finer than a microsecond. Do not restamp what is sent again.
    amount       may be absent or empty: priced by the server. Else a decimal
                 up to 9 places, not negative, below 10^9.
    currency     may be absent or empty: the store's. Else its code (USD).

\b
JSON lines (.jsonl, .ndjson): an object a line with the same names; numbers
may be JSON numbers, which are read exactly, or texts; null is absent.

\b
Twilio (.json): pages of the UsageRecords API as it returns them, one page a
file, a JSON array of pages, or a page a line. Needs --mapping. Fetch daily
records (Records/Daily.json) of finished days, with IncludeSubaccounts=false
for every account, as a parent's records contain its subaccounts' otherwise.
    event_id     the UUIDv5 of account, category, start_date and end_date
    occur_time   noon UTC of start_date
    quantity     from usage
    amount       from price, not negative; null: priced by the server
    currency     price_unit in capitals
Twilio's categories contain one another (calls contains calls-inbound), so
only mapped ones are imported; the others are counted and listed. Records
that cross a month's end are refused. Numbers that Twilio has changed since
an earlier import are reported as conflicts; what was recorded stays.
"""


@app.command(help=RECORD_HELP)
def record(
    context: typer.Context,
    *,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False, readable=True)],
    file_format: Annotated[
        FileFormat | None,
        typer.Option("--format", help="What the files are; told from their names when not given."),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help='For Twilio: a JSON object from category to product id, {"sms": "sms"} for example.',
        ),
    ] = None,
    namespace: Annotated[
        UUID,
        typer.Option(
            metavar="UUID",
            help="The namespace of event ids that are not UUIDs themselves.",
        ),
    ] = EVENT_NAMESPACE,
    batch_rows: Annotated[int, typer.Option(min=1, max=50_000, help="Records a batch.")] = DEFAULT_BATCH_ROWS,
    window: Annotated[int, typer.Option(min=1, max=64, help="Batches in flight.")] = DEFAULT_WINDOW,
) -> None:
    """Record usage from files."""
    try:
        categories = read_mapping(mapping) if mapping else None
    except SourceError as error:
        raise typer.BadParameter(str(error), param_hint="--mapping") from error
    sources = [_source(path, file_format, categories, namespace) for path in files]

    async def work(client: Client, output: Output) -> bool:
        return await record_files(client, output, sources, categories or {}, batch_rows=batch_rows, window=window)

    run(context, work)


@app.command("list")
def list_(
    context: typer.Context,
    *,
    account: AccountArgument,
    period: PeriodArgument,
    product: Annotated[str, typer.Option(help="Only of this product.")] = "",
    limit: LimitOption = DEFAULT_LIMIT,
) -> None:
    """List the usage of an account, without its subaccounts, in a period."""

    async def work(client: Client, output: Output) -> None:
        usage = await take(client.billing.iterate_usage(account, period, product_id=product), limit, output)
        output.document(ListUsageResponse(usage=usage), usage_table(usage))

    run(context, work)


@app.command()
def summary(
    context: typer.Context,
    *,
    account: AccountArgument,
    period: PeriodArgument,
    subaccounts: Annotated[bool, typer.Option("--subaccounts", help="Its subaccounts count too.")] = False,
    by_account: Annotated[bool, typer.Option("--by-account", help="A row per account.")] = False,
    by_product: Annotated[bool, typer.Option("--by-product/--no-by-product", help="A row per product.")] = True,
    by_day: Annotated[bool, typer.Option("--by-day", help="A row per day.")] = False,
    as_of: AsOfOption = None,
) -> None:
    """Sum the usage of an account in a period."""

    async def work(client: Client, output: Output) -> None:
        rows = await client.billing.get_usage_summary(
            account,
            period,
            include_subaccounts=subaccounts,
            by_account=by_account,
            by_product=by_product,
            by_day=by_day,
            as_of_time=as_of,
        )
        output.document(GetUsageSummaryResponse(rows=rows), summary_table(rows))

    run(context, work)


app.command()(void)
app.command()(correct)


def _source(path: Path, file_format: FileFormat | None, categories: dict[str, str] | None, namespace: UUID) -> Source:
    file_format = file_format or _FORMATS.get(path.suffix.lower())
    if file_format is None:
        raise typer.BadParameter(f"what {path} is can not be told from its name", param_hint="--format")
    if file_format is FileFormat.TWILIO:
        if categories is None:
            raise typer.BadParameter(
                f"{path} is of Twilio, of which only mapped categories are taken", param_hint="--mapping"
            )
        return TwilioSource(path, categories)
    return (CsvSource if file_format is FileFormat.CSV else JsonLinesSource)(path, namespace)
