"""Recording usage from files with a progress bar, and the account of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from prorata.client import Client
from prorata.commands.output import Output, table
from prorata.errors import ProrataError
from prorata.sources import Source, SourceError, TwilioSource, missing_pages, overlapping_categories
from prorata.upload import MalformedSourceRecord, RefusedSourceRecord, Upload, UploadReport


async def record_files(
    client: Client,
    output: Output,
    sources: Sequence[Source],
    categories: Mapping[str, str],
    *,
    batch_rows: int,
    window: int,
) -> bool:
    """Record the usage of the files; whether all of it was accepted.

    What was answered is printed even when it fails.
    """
    for outer, inner in overlapping_categories(categories):
        output.note(f"note: {outer} seems to contain {inner}; both are mapped, so usage may be charged twice")
    with _progress(output) as progress:
        bar = progress.add_task("recording", total=None if progress.disable else _expected_count(sources))
        upload = Upload(
            client.billing,
            batch_rows=batch_rows,
            window=window,
            progress=lambda count: progress.update(bar, completed=count),
        )
        try:
            for source in sources:
                await upload.send(source)
        except ProrataError:
            _print(output, upload.report, sources)
            raise
    _print(output, upload.report, sources)
    return upload.report.complete


def _progress(output: Output) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("records"),
        TimeElapsedColumn(),
        console=output.stderr,
        disable=output.as_json or not output.stderr.is_terminal,
    )


def _expected_count(sources: Sequence[Source]) -> int | None:
    try:
        return sum(source.expected_count() for source in sources)
    except SourceError:
        return None  # reported when its turn comes


def _print(output: Output, report: UploadReport, sources: Sequence[Source]) -> None:
    twilio = [source for source in sources if isinstance(source, TwilioSource)]
    unmapped: Counter[str] = sum((source.unmapped for source in twilio), Counter())
    output.document(_document(report, unmapped), *_pieces(report, unmapped))
    for failure in report.failures:
        output.note(f"error: {failure}")
    if unfinished_count := sum(source.unfinished_count for source in twilio):
        output.note(
            f"note: {unfinished_count:,} records were fetched before their last day was over; if their "
            "numbers change, a later import finds them in conflict"
        )
    if not report.failures:
        for uri in missing_pages(twilio):
            output.note(f"note: the files lack the page that follows: {uri}")


def _document(report: UploadReport, unmapped: Mapping[str, int]) -> dict[str, Any]:
    return {
        "new_count": report.new_count,
        "repeated_count": report.repeated_count,
        "refused_count": len(report.refused),
        "conflict_count": len(report.conflicts),
        "malformed_count": len(report.malformed),
        "refused": [_refused(each) for each in report.refused],
        "conflicts": [_refused(each) for each in report.conflicts],
        "malformed": [_malformed(each) for each in report.malformed],
        "failures": report.failures,
        "unmapped": dict(sorted(unmapped.items())),
    }


def _refused(record: RefusedSourceRecord) -> dict[str, str]:
    refused = record.refused
    return {
        "origin": record.origin,
        "event_id": refused.event_id,
        "reason": refused.reason,
        "field": refused.field,
        "message": refused.message,
    }


def _malformed(record: MalformedSourceRecord) -> dict[str, Any]:
    violations = [{"field": each.path, "description": each.description} for each in record.violations]
    return {"origin": record.origin, "violations": violations}


def _pieces(report: UploadReport, unmapped: Mapping[str, int]) -> list[RenderableType]:
    counts = [
        ("new", report.new_count),
        ("repeated", report.repeated_count),
        ("refused", len(report.refused)),
        ("conflicts", len(report.conflicts)),
        ("malformed", len(report.malformed)),
        ("of categories not mapped", unmapped_count := sum(unmapped.values())),
    ]
    shown = [(name, f"{count:,}") for name, count in counts if count or name in {"new", "repeated", "refused"}]
    pieces: list[RenderableType] = [table(("records", ">count"), shown)]
    if report.malformed:
        rows = [(each.origin, *violation) for each in report.malformed for violation in each.violations]
        pieces.append(table(("malformed", "field", "why"), rows))
    if report.refused:
        pieces.append(table(("refused", "reason", "field", "why"), map(_refused_cells, report.refused)))
    if report.conflicts:
        title = "recorded before with other content, which stays"
        pieces.append(
            table(
                ("conflict", "event"),
                [(each.origin, each.refused.event_id) for each in report.conflicts],
                title,
            )
        )
    if unmapped_count:
        pieces.append(table(("category not mapped", ">records"), sorted(unmapped.items())))
    return pieces


def _refused_cells(record: RefusedSourceRecord) -> tuple[str, ...]:
    return record.origin, record.refused.reason, record.refused.field, record.refused.message
