"""Sending a source's usage, and what became of each of its records."""

import asyncio
from array import array
from collections.abc import Callable, Iterator, MutableSequence, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from prorata.calls import Billing
from prorata.errors import FieldViolation
from prorata.sources.rows import Row, Source, SourceError
from prorata.usage import Usage
from prorata.usage_report import RefusedRecord, UsageReport
from prorata.usage_stream import DEFAULT_BATCH_ROWS, DEFAULT_WINDOW, UsageStream

CONFLICT = "EVENT_CONFLICT"
_ROWS_PER_CALL = 10_000
_CHUNK = 1_000


class RefusedSourceRecord(NamedTuple):
    """A record of a source that the server refused."""

    origin: str
    """Where it stands, as the source words it."""
    refused: RefusedRecord


class MalformedSourceRecord(NamedTuple):
    """A record of a source that could not be sent."""

    origin: str
    violations: tuple[FieldViolation, ...]


@dataclass(slots=True)
class UploadReport:
    """What became of the records of one source or several."""

    new_count: int = 0
    repeated_count: int = 0
    refused: list[RefusedSourceRecord] = field(default_factory=list)
    """Refused by the server, but for conflicts."""
    conflicts: list[RefusedSourceRecord] = field(default_factory=list)
    """Refused because the event id was recorded before with other content."""
    malformed: list[MalformedSourceRecord] = field(default_factory=list)
    """Not sent."""
    failures: list[str] = field(default_factory=list)
    """Sources that could not be read to their end, and why."""

    @property
    def complete(self) -> bool:
        """Whether every record was accepted."""
        return not (self.refused or self.conflicts or self.malformed or self.failures)


class Upload:
    """Sends sources one after another in columns, but records that name a currency in rows."""

    def __init__(
        self,
        billing: Billing,
        *,
        batch_rows: int = DEFAULT_BATCH_ROWS,
        window: int = DEFAULT_WINDOW,
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        """`progress` is called with the number of records that were answered or malformed so far."""
        self.report = UploadReport()
        self._billing = billing
        self._batch_rows = batch_rows
        self._window = window
        self._progress = progress
        self._handled_count = 0  # of everything but the stream that is open

    async def send(self, source: Source) -> None:
        """Send the records of a source. Raises `ProrataError` when the server can not be reached or fails.

        The report then has what was answered before. A source that breaks off is noted in it; what was read
        before is sent.
        """
        positions = array("q")  # of the records sent in columns, by their index in the stream
        stream = self._billing.usage_stream(
            batch_rows=self._batch_rows,
            window=self._window,
            progress=lambda report: self._progress(self._handled_count + report.acknowledged_count),
        )
        try:
            async with stream:
                await self._send_all(source, stream, positions)
        finally:
            self._handled_count += stream.report.acknowledged_count
            self._take(source, stream.report, positions)

    async def _send_all(self, source: Source, stream: UsageStream, positions: MutableSequence[int]) -> None:
        chunk: list[Usage] = []
        in_rows: list[Row] = []
        for row in self._good_rows(source):
            if row.usage.currency_code:
                in_rows.append(row)
            else:
                chunk.append(row.usage)
                positions.append(row.position)
            if len(chunk) == _CHUNK:
                await stream.send(chunk)
                await asyncio.sleep(0)  # let the stream write while we read on
                chunk.clear()
            if len(in_rows) == _ROWS_PER_CALL:
                await self._send_rows(source, in_rows)
                in_rows.clear()
        await stream.send(chunk)
        await self._send_rows(source, in_rows)

    def _good_rows(self, source: Source) -> Iterator[Row]:
        """The records that can be sent; the others go to the report."""
        try:
            for row in source.rows():
                if isinstance(row, Row):
                    yield row
                else:
                    origin = source.describe(row.position)
                    self.report.malformed.append(MalformedSourceRecord(origin, row.violations))
                    self._handled_count += 1
        except SourceError as error:
            self.report.failures.append(str(error))

    async def _send_rows(self, source: Source, rows: Sequence[Row]) -> None:
        if not rows:
            return
        response = await self._billing.record_usage([row.usage for row in rows])
        report = UsageReport()
        report.add((response.new_count, response.repeated_count, response.refused_count), response.refused, 0)
        self._take(source, report, [row.position for row in rows])
        self._handled_count += len(rows)
        self._progress(self._handled_count)

    def _take(self, source: Source, report: UsageReport, positions: Sequence[int]) -> None:
        """Take in what became of records, whose positions are given by their source index."""
        self.report.new_count += report.new_count
        self.report.repeated_count += report.repeated_count
        for refused in report.refused:
            origin = source.describe(positions[refused.source_index])
            group = self.report.conflicts if refused.reason == CONFLICT else self.report.refused
            group.append(RefusedSourceRecord(origin, refused))
