"""Usage in columns over one stream: batches in flight, and what a broken stream leaves to send again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeAlias

import grpc
import grpc.aio

from prorata.errors import ProrataError
from prorata.usage import MAX_BYTES, MAX_ROWS
from prorata.usage_report import UsageReport
from prorata.v1.billing_service_pb2 import StreamUsageRequest, StreamUsageResponse

if TYPE_CHECKING:
    from types import TracebackType

    from prorata.columns import UsageArrays
    from prorata.connection import Connection
    from prorata.usage import Usage

DEFAULT_BATCH_ROWS = 20_000
DEFAULT_WINDOW = 4
DEFAULT_ACKNOWLEDGE_SECONDS = 60.0
_REFUSAL_SECONDS = 0.25

Method: TypeAlias = "grpc.aio.StreamStreamMultiCallable[StreamUsageRequest, StreamUsageResponse]"
Call: TypeAlias = "grpc.aio.StreamStreamCall[StreamUsageRequest, StreamUsageResponse]"


@dataclass(frozen=True, slots=True)
class _Batch:
    first_index: int
    request: StreamUsageRequest


class UsageStream:
    """Sends usage in columnar batches and gathers the answers; made by `client.billing.usage_stream()`.

    Used as an asynchronous context manager: leaving it waits until everything sent is acknowledged. A batch
    without an answer is sent again on a new stream when the old one breaks off, which is safe: every record
    is its own key. All methods raise `ProrataError` once the stream has failed for good; what was
    acknowledged before stays recorded and in `report`.
    """

    def __init__(
        self,
        connection: Connection,
        method: Method,
        *,
        batch_rows: int = DEFAULT_BATCH_ROWS,
        window: int = DEFAULT_WINDOW,
        progress: Callable[[UsageReport], None] | None = None,
        acknowledge_seconds: float = DEFAULT_ACKNOWLEDGE_SECONDS,
    ) -> None:
        """Nothing is sent yet.

        `batch_rows` is at most 50,000; `window` is how many batches may be without an answer; `progress` is
        called with the report after every answer; `acknowledge_seconds` is how long to wait for the next
        answer while one is due.
        """
        if not 1 <= batch_rows <= MAX_ROWS:
            raise ValueError(f"a batch has 1 to {MAX_ROWS:,} rows: {batch_rows}")
        if window < 1:
            raise ValueError(f"at least one batch is in flight: {window}")
        self.report = UsageReport()
        self._connection = connection
        self._method = method
        self._batch_rows = batch_rows
        self._window = window
        self._progress = progress
        self._acknowledge_seconds = acknowledge_seconds
        self._buffer: list[Usage] = []
        self._pending: dict[int, _Batch] = {}  # by batch number, in order
        self._batch_count = 0
        self._sent_rows = 0
        self._finished = False
        self._failed_attempts = 0
        self._broke_off = False  # for no reason that was told
        self._changed = asyncio.Event()
        self._timeout: asyncio.Timeout | None = None
        self._pump: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start; the stream itself opens with the first batch."""
        self._pump = asyncio.create_task(self._run())
        self._pump.add_done_callback(lambda _: self._changed.set())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Wait for what is still to be acknowledged; after an error in the block, stop at once."""
        try:
            if kind is None:
                await self.finish()
        finally:
            if self._pump is not None:
                self._pump.cancel()
                await asyncio.gather(self._pump, return_exceptions=True)

    async def send(self, records: Iterable[Usage]) -> None:
        """Send records; they go out as batches fill up. It waits while the window is full.

        Raises ValueError for a record with a currency, as columns are in the store's.
        """
        for record in records:
            self._buffer.append(record)
            if len(self._buffer) >= self._batch_rows:
                await self._send_buffer()

    async def send_arrays(self, arrays: UsageArrays) -> None:
        """Send records that are columns already, in batches. It waits while the window is full."""
        await self._send_buffer()
        for start in range(0, len(arrays), self._batch_rows):
            await self._send_rows(arrays, start, min(start + self._batch_rows, len(arrays)))

    async def finish(self) -> UsageReport:
        """Send what is left and wait for every acknowledgement; the totals.

        Nothing can be sent afterwards.
        """
        await self._send_buffer()
        self._finished = True
        self._changed.set()
        if self._pump is None:
            raise RuntimeError("the stream is not open: use it in `async with`")
        await asyncio.shield(self._pump)
        return self.report

    async def _send_buffer(self) -> None:
        if self._buffer:
            from prorata.columns import arrays_from_records  # noqa: PLC0415 - with numpy, which takes its time

            arrays, self._buffer = arrays_from_records(self._buffer), []
            await self._send_rows(arrays, 0, len(arrays))

    async def _send_rows(self, arrays: UsageArrays, start: int, stop: int) -> None:
        """Send one batch, or halves of it while it has too many bytes."""
        request = StreamUsageRequest(batch_number=self._batch_count + 1, columns=arrays.to_columns(start, stop))
        if request.ByteSize() > MAX_BYTES and stop - start > 1:
            middle = (start + stop) // 2
            await self._send_rows(arrays, start, middle)
            await self._send_rows(arrays, middle, stop)
            return
        self._check_open()
        while len(self._pending) >= self._window:
            await self._change()
            self._check_open()
        self._batch_count += 1
        self._pending[self._batch_count] = _Batch(self._sent_rows, request)
        self._sent_rows += stop - start
        self._expect_answer()
        self._changed.set()

    async def _change(self) -> None:
        """Wait until something happens to the batches or the stream."""
        self._changed.clear()
        await self._changed.wait()

    def _check_open(self) -> None:
        if self._pump is None or self._finished:
            raise RuntimeError("the stream is not open: use it in `async with`, and send before it is finished")
        if self._pump.done():
            self._pump.result()

    async def _run(self) -> None:
        """Open a stream whenever there is something to send, until all is acknowledged."""
        while not (self._finished and not self._pending):
            if not self._pending:
                await self._change()
                continue
            try:
                await self._run_once()
            except ProrataError as error:
                if self._pending:
                    await self._back_off(error)

    async def _back_off(self, error: ProrataError) -> None:
        self._failed_attempts += 1
        delay = self._connection.delay_seconds(error, self._failed_attempts)
        if delay is None:
            raise error
        await asyncio.sleep(delay)

    async def _run_once(self) -> None:
        """One stream, from its opening to its end.

        Raises `ProrataError`, UNAVAILABLE when batches are left over.
        """
        metadata = await self._connection.metadata(time.monotonic() + self._acknowledge_seconds)
        call = self._method(metadata=metadata)
        writer = asyncio.create_task(self._write(call))
        try:
            await self._read(call)
        except grpc.aio.AioRpcError as raised:
            raise self._why_broken_off(self._connection.error(raised, metadata)) from raised
        finally:
            self._timeout = None
            call.cancel()
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
        if self._pending:
            raise ProrataError(
                grpc.StatusCode.UNAVAILABLE, "the server ended the stream before it had answered every batch"
            )

    async def _write(self, call: Call) -> None:
        """Write every pending batch once, those left over from a broken stream first."""
        written = 0
        if self._broke_off:  # what gRPC says of a stream that was refused is lost if it is written to meanwhile
            await asyncio.sleep(_REFUSAL_SECONDS)
        try:
            while True:
                number = next((each for each in self._pending if each > written), None)
                if number is not None:
                    await call.write(self._pending[number].request)
                    written = number
                elif self._finished:
                    await call.done_writing()
                    return
                else:
                    await self._change()
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
            return  # the call is over, and its reader tells why

    async def _read(self, call: Call) -> None:
        """Take in the answers until the server ends the stream."""
        try:
            async with asyncio.timeout(None) as self._timeout:
                self._expect_answer()
                async for response in call:
                    self._acknowledge(response)
                    self._expect_answer()
        except TimeoutError as error:
            raise ProrataError(
                grpc.StatusCode.DEADLINE_EXCEEDED,
                f"no acknowledgement within {self._acknowledge_seconds:g} s",
            ) from error

    def _expect_answer(self) -> None:
        """Set the time by which the next answer is due, if one is."""
        if self._timeout is not None:
            due = asyncio.get_running_loop().time() + self._acknowledge_seconds
            self._timeout.reschedule(due if self._pending else None)

    def _acknowledge(self, response: StreamUsageResponse) -> None:
        batch = self._pending.pop(response.batch_number, None)
        if batch is None:
            return  # answered before; it was sent again
        self._failed_attempts = 0
        self._broke_off = False
        counts = (response.new_count, response.repeated_count, response.refused_count)
        self.report.add(counts, response.refused, batch.first_index)
        self._changed.set()
        if self._progress is not None:
            self._progress(self.report)

    def _why_broken_off(self, error: ProrataError) -> ProrataError:
        """The error a stream ended with; UNAVAILABLE when gRPC itself failed, as by a write after the server's end.

        An INTERNAL of the server's carries a reason.
        """
        self._broke_off = error.code is grpc.StatusCode.INTERNAL and not error.reason
        if self._broke_off:
            return ProrataError(grpc.StatusCode.UNAVAILABLE, f"the stream broke off: {error.message}")
        return error
