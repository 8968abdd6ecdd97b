"""The stream of columnar batches over a real channel: windows, acknowledgements, and what is sent again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import grpc
import grpc.aio
import numpy as np
import pytest

from prorata import Client, ProrataError, RetryPolicy, Usage, UsageArrays, UsageReport, arrays_from_columns
from prorata.v1.billing_service_pb2 import StreamUsageRequest, StreamUsageResponse
from prorata.v1.billing_service_pb2_grpc import BillingServiceServicer
from prorata.v1.error_pb2 import ERROR_REASON_PRODUCT_NOT_FOUND
from prorata.v1.usage_pb2 import RefusedUsage
from tests.client.conftest import Serve, abort

A = "AC" + "a" * 32
QUICK = RetryPolicy(max_attempts=4, first_delay_seconds=0.01, max_delay_seconds=0.02)
Call = grpc.aio.ServicerContext


def usage(number: int) -> Usage:
    return Usage(UUID(int=number), A, "sms" if number % 10 else "unknown", number, number)


class Store(BillingServiceServicer):
    """Keeps events by id, refuses unknown products; `before` may break off before an answer."""

    def __init__(self, before: Callable[[int, Call], object] | None = None) -> None:
        self.events: set[bytes] = set()
        self.batches: list[int] = []  # numbers in the order received, over all streams
        self.stream_count = 0
        self.rows: list[int] = []
        self.before = before

    async def StreamUsage(  # noqa: N802  (gRPC's name)
        self, requests: AsyncIterator[StreamUsageRequest], context: Call
    ) -> AsyncIterator[StreamUsageResponse]:
        self.stream_count += 1
        async for request in requests:
            self.batches.append(request.batch_number)
            if self.before is not None:
                await self.before(len(self.batches), context)
            yield self.keep(request)

    def keep(self, request: StreamUsageRequest) -> StreamUsageResponse:
        arrays = arrays_from_columns(request.columns)
        self.rows.append(len(arrays))
        response = StreamUsageResponse(batch_number=request.batch_number)
        for index in range(len(arrays)):
            event = arrays.event_ids[index].tobytes()
            if arrays.product_ids[arrays.product_indexes[index]] == "unknown":
                refused = RefusedUsage(
                    index=index,
                    event_id=str(UUID(bytes=event)),
                    reason=ERROR_REASON_PRODUCT_NOT_FOUND,
                    field=f"columns.product_indexes[{index}]",
                    message="there is no such product",
                )
                response.refused.append(refused)
                response.refused_count += 1
            elif event in self.events:
                response.repeated_count += 1
            else:
                self.events.add(event)
                response.new_count += 1
        return response


async def test_records_go_out_in_batches_and_the_refused_come_back_by_source_index(serve: Serve) -> None:
    store, reports = Store(), []
    async with Client(await serve(billing=store)) as client:
        stream = client.billing.usage_stream(
            batch_rows=7, progress=lambda report: reports.append(report.acknowledged_count)
        )
        async with stream:
            await stream.send(usage(number) for number in range(25))
            await stream.send([usage(number) for number in range(25, 50)])
    assert store.rows == [7] * 7 + [1]
    assert (stream.report.new_count, stream.report.repeated_count, stream.report.refused_count) == (45, 0, 5)
    assert [each.source_index for each in stream.report.refused] == [0, 10, 20, 30, 40]
    assert [UUID(each.event_id).int for each in stream.report.refused] == [0, 10, 20, 30, 40]
    first = stream.report.refused[0]
    assert (first.reason, first.field, first.message) == (
        "PRODUCT_NOT_FOUND",
        "product_id",
        "there is no such product",
    )
    assert reports == [7, 14, 21, 28, 35, 42, 49, 50]


async def test_arrays_and_records_share_one_count_of_source_indexes(serve: Serve) -> None:
    store = Store()
    arrays = UsageArrays.of(
        event_ids=np.frombuffer(b"".join(UUID(int=each).bytes for each in range(100, 110)), dtype=np.uint8),
        account_indexes=np.zeros(10, dtype=np.int64),
        product_indexes=[0] * 9 + [1],
        occur_times_micros=range(10),
        quantities_micros=range(10),
        account_sids=[A],
        product_ids=["sms", "unknown"],
    )
    async with (
        Client(await serve(billing=store)) as client,
        client.billing.usage_stream(batch_rows=4) as stream,
    ):
        await stream.send([usage(1), usage(2)])
        await stream.send_arrays(arrays)
        await stream.send([usage(3), usage(10)])
    assert store.rows == [2, 4, 4, 2, 2]
    assert [each.source_index for each in stream.report.refused] == [11, 13]


async def test_an_empty_stream_is_not_opened(serve: Serve) -> None:
    store = Store()
    async with Client(await serve(billing=store)) as client, client.billing.usage_stream() as stream:
        await stream.send([])
    assert store.stream_count == 0
    assert stream.report == UsageReport()


@pytest.mark.parametrize("broken", [{1}, {3}, {2, 4, 6}, {8}])
async def test_batches_without_an_answer_are_sent_again_on_a_new_stream(serve: Serve, broken: set[int]) -> None:
    async def break_off(batch: int, context: Call) -> None:
        if batch in broken:
            await abort(context, grpc.StatusCode.UNAVAILABLE, "going down")

    store = Store(break_off)
    async with (
        Client(await serve(billing=store), retry=QUICK) as client,
        client.billing.usage_stream(batch_rows=10, window=3) as stream,
    ):
        await stream.send(usage(number) for number in range(75))
    assert stream.report.acknowledged_count == 75
    assert stream.report.refused_count == 8
    assert sorted(each.source_index for each in stream.report.refused) == list(range(0, 75, 10))
    assert len(store.events) == 67
    assert store.stream_count == len(broken) + 1
    assert set(store.batches) == set(range(1, 9))


async def test_a_batch_kept_but_not_answered_comes_back_as_repeats(serve: Serve) -> None:
    class Forgetful(Store):
        def keep(self, request: StreamUsageRequest) -> StreamUsageResponse:
            response = super().keep(request)
            if len(self.batches) == 1:
                raise ConnectionError
            return response

        async def StreamUsage(  # noqa: N802  (gRPC's name)
            self, requests: AsyncIterator[StreamUsageRequest], context: Call
        ) -> AsyncIterator[StreamUsageResponse]:
            try:
                async for response in super().StreamUsage(requests, context):
                    yield response
            except ConnectionError:
                await abort(context, grpc.StatusCode.UNAVAILABLE, "going down")

    store = Forgetful()
    async with Client(await serve(billing=store), retry=QUICK) as client, client.billing.usage_stream() as stream:
        await stream.send([usage(1), usage(2)])
    assert (stream.report.new_count, stream.report.repeated_count) == (0, 2)


async def test_a_stream_the_server_ends_early_is_opened_again(serve: Serve) -> None:
    class Short(Store):
        async def StreamUsage(  # noqa: N802  (gRPC's name)
            self, requests: AsyncIterator[StreamUsageRequest], context: Call
        ) -> AsyncIterator[StreamUsageResponse]:
            async for response in super().StreamUsage(requests, context):
                yield response
                return

    store = Short()
    async with (
        Client(await serve(billing=store), retry=QUICK) as client,
        client.billing.usage_stream(batch_rows=1) as stream,
    ):
        await stream.send(usage(number) for number in range(1, 6))
    assert stream.report.new_count == 5
    assert store.stream_count == 5


async def test_overload_is_waited_out(serve: Serve) -> None:
    async def overload(batch: int, context: Call) -> None:
        if batch == 1:
            await abort(context, grpc.StatusCode.RESOURCE_EXHAUSTED, "busy", reason="OVERLOADED", retry_seconds=0.2)

    loop = asyncio.get_running_loop()
    begun = loop.time()
    async with (
        Client(await serve(billing=Store(overload)), retry=QUICK) as client,
        client.billing.usage_stream() as stream,
    ):
        await stream.send([usage(1)])
    assert stream.report.new_count == 1
    assert loop.time() - begun >= 0.2


async def test_attempts_end_and_the_failure_reaches_the_sender(serve: Serve) -> None:
    async def always(_: int, context: Call) -> None:
        await abort(context, grpc.StatusCode.UNAVAILABLE, "gone")

    store = Store(always)
    async with Client(await serve(billing=store), retry=QUICK) as client:
        with pytest.raises(ProrataError, match="gone"):
            async with client.billing.usage_stream(batch_rows=1, window=2) as stream:
                await stream.send(usage(number) for number in range(1, 100))
    assert store.stream_count == QUICK.max_attempts


async def test_a_malformed_batch_ends_it_at_once_and_the_report_stays(serve: Serve) -> None:
    async def refuse(batch: int, context: Call) -> None:
        if batch == 2:
            await abort(
                context,
                grpc.StatusCode.INVALID_ARGUMENT,
                "malformed",
                reason="INVALID_FIELD",
                violations={"columns.event_ids": "has 15 bytes"},
            )

    store = Store(refuse)
    async with Client(await serve(billing=store), retry=QUICK) as client:
        with pytest.raises(ProrataError) as raised:
            async with client.billing.usage_stream(batch_rows=1, window=1) as stream:
                await stream.send(usage(number) for number in range(1, 10))
    assert raised.value.violations[0].path == "columns.event_ids"
    assert stream.report.new_count == 1
    assert store.stream_count == 1


async def test_never_more_batches_in_flight_than_the_window(serve: Serve) -> None:
    received, answer = 0, asyncio.Event()

    class Slow(Store):
        async def StreamUsage(  # noqa: N802  (gRPC's name)
            self, requests: AsyncIterator[StreamUsageRequest], _: Call
        ) -> AsyncIterator[StreamUsageResponse]:
            nonlocal received
            waiting = []
            async for request in requests:
                received += 1
                waiting.append(request)
                if received == 3:
                    await answer.wait()
                if answer.is_set():
                    for each in reversed(waiting):  # answered in any order
                        yield self.keep(each)
                    waiting.clear()

    async with (
        Client(await serve(billing=Slow())) as client,
        client.billing.usage_stream(batch_rows=1, window=3) as stream,
    ):
        sender = asyncio.create_task(stream.send(usage(number) for number in range(1, 10)))
        done, _ = await asyncio.wait({sender}, timeout=0.3)
        assert not done
        assert received == 3
        assert stream.report.acknowledged_count == 0
        answer.set()
        await sender
    assert stream.report.new_count == 9


async def test_an_answer_that_never_comes_is_given_up(serve: Serve) -> None:
    async def hang(_: int, __: Call) -> None:
        await asyncio.Event().wait()

    async with Client(await serve(billing=Store(hang))) as client:
        with pytest.raises(ProrataError) as raised:
            async with client.billing.usage_stream(acknowledge_seconds=0.2) as stream:
                await stream.send([usage(1)])
    assert raised.value.code is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_waiting_for_records_is_not_waiting_for_answers(serve: Serve) -> None:
    store = Store()
    async with (
        Client(await serve(billing=store)) as client,
        client.billing.usage_stream(acknowledge_seconds=1, batch_rows=1) as stream,
    ):
        await stream.send([usage(1)])
        await asyncio.sleep(1.2)
        await stream.send([usage(2)])
    assert stream.report.new_count == 2
    assert store.stream_count == 1


async def test_batches_stay_below_4_mb(serve: Serve) -> None:
    store = Store()
    row_count = 50_000
    arrays = UsageArrays.of(
        event_ids=np.arange(row_count * 16) % 251,
        account_indexes=np.arange(row_count),
        product_indexes=np.arange(row_count),
        occur_times_micros=np.arange(row_count),
        quantities_micros=np.arange(row_count),
        account_sids=[f"AC{each:032x}" for each in range(row_count)],
        product_ids=[f"{each:064x}" for each in range(row_count)],
    )
    async with Client(await serve(billing=store)) as client, client.billing.usage_stream(batch_rows=50_000) as stream:
        await stream.send_arrays(arrays)
    assert store.rows == [25_000, 25_000]
    assert stream.report.acknowledged_count == row_count


async def test_an_error_in_the_block_stops_it_at_once(serve: Serve) -> None:
    store = Store()

    async def fail_within(client: Client) -> None:
        async with client.billing.usage_stream() as stream:
            await stream.send([usage(1)])
            raise ZeroDivisionError

    async with Client(await serve(billing=store)) as client:
        with pytest.raises(ZeroDivisionError):
            await fail_within(client)
    assert store.events == set()


async def test_it_is_used_in_its_block_only_and_sizes_are_checked(serve: Serve) -> None:
    async with Client(await serve(billing=Store())) as client:
        stream = client.billing.usage_stream(batch_rows=1)
        with pytest.raises(RuntimeError, match="not open"):
            await stream.send([usage(1)])
        async with client.billing.usage_stream(batch_rows=1) as stream:
            await stream.finish()
            with pytest.raises(RuntimeError, match="before it is finished"):
                await stream.send([usage(1)])
            stream._buffer.clear()
        for sizes in ({"batch_rows": 0}, {"batch_rows": 50_001}, {"window": 0}):
            with pytest.raises(ValueError, match="batch"):
                client.billing.usage_stream(**sizes)
