"""`prorata flex record` and `prorata flex void`."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import typer

from prorata.client import Client
from prorata.commands.context import run
from prorata.commands.options import AccountArgument, PeriodArgument, RequestIdOption
from prorata.commands.output import Output, facts, table
from prorata.errors import ProrataError
from prorata.flex_file import ActivityRow, read_activity
from prorata.sources.rows import SourceError
from prorata.usage import EVENT_NAMESPACE, event_id_from_text
from prorata.usage_report import reason_name
from prorata.v1.flex_pb2 import FlexActivity

BATCH = 10_000

NamespaceOption = Annotated[
    UUID, typer.Option(metavar="UUID", help="The namespace of event ids that are not UUIDs themselves.")
]


class Fault(NamedTuple):
    """A line that was not recorded: where it stands, and why."""

    origin: str
    reason: str
    field: str
    message: str


class Report:
    """What became of the lines of the files."""

    def __init__(self) -> None:
        self.new_count = 0
        self.repeated_count = 0
        self.refused: list[Fault] = []
        self.malformed: list[Fault] = []
        self.failure = ""

    @property
    def complete(self) -> bool:
        """Whether every line was recorded."""
        return not (self.refused or self.malformed or self.failure)

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "new_count": self.new_count,
            "repeated_count": self.repeated_count,
            "refused": [fault._asdict() for fault in self.refused],
            "malformed": [fault._asdict() for fault in self.malformed],
            "failure": self.failure,
        }


def record(
    context: typer.Context,
    *,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files of JSON lines.")],
    namespace: NamespaceOption = EVENT_NAMESPACE,
) -> None:
    """Record Flex activity from JSON lines: event_id, account_sid, user_id, kind, occur_time and session_id.

    Kinds: login, session-started, session-ended, user-provisioned, user-removed. What was recorded before counts once.
    """

    async def work(client: Client, output: Output) -> bool:
        report = Report()
        try:
            for path in files:
                await _send(client, report, path, read_activity(path, namespace))
        except SourceError as error:
            report.failure = str(error)
        except ProrataError:
            _print(output, report)
            raise
        _print(output, report)
        return report.complete

    run(context, work)


def void(
    context: typer.Context,
    *,
    account: AccountArgument,
    period: PeriodArgument,
    events: Annotated[list[str], typer.Argument(metavar="EVENT...", help="The ids of the events, at most 1,000.")],
    namespace: NamespaceOption = EVENT_NAMESPACE,
    request_id: RequestIdOption = None,
) -> None:
    """Void Flex activity of an account in a period, all of it or none. What is voided already is a repeat."""
    try:
        event_ids = [event_id_from_text(event, namespace) for event in events]
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="EVENT") from error

    async def work(client: Client, output: Output) -> None:
        answer = await client.billing.void_flex_activity(account, period, event_ids, request_id=request_id)
        output.document(answer, f"{answer.voided_count:,} voided, {answer.repeated_count:,} voided before")

    run(context, work)


async def _send(client: Client, report: Report, path: Path, rows: Iterable[ActivityRow]) -> None:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        for row in batch:
            for fault in row.violations:
                report.malformed.append(Fault(f"{path}:{row.line}", "", fault.path, fault.description))
        good: list[tuple[int, FlexActivity]] = [(row.line, row.activity) for row in batch if row.activity is not None]
        if not good:
            continue
        answer = await client.billing.record_flex_activity(activity for _, activity in good)
        report.new_count += answer.new_count
        report.repeated_count += answer.repeated_count
        for each in answer.refused:
            origin = f"{path}:{good[each.index][0]}"
            field = each.field.rpartition(".")[2]
            report.refused.append(Fault(origin, reason_name(each.reason), field, each.message))


def _print(output: Output, report: Report) -> None:
    counts = facts(
        (
            ("new", f"{report.new_count:,}"),
            ("repeated", f"{report.repeated_count:,}"),
            ("refused", f"{len(report.refused):,}"),
            ("malformed", f"{len(report.malformed):,}"),
        )
    )
    faults = [*report.refused, *report.malformed]
    pieces = [counts, table(("line", "reason", "field", "why"), faults)] if faults else [counts]
    output.document(report.document(), *pieces)
    if report.failure:
        output.note(f"error: {report.failure}")
