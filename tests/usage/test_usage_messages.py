"""Usage in and out of the contract: rows, columns, refused records, streams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import numpy as np
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money

from billing.errors import BillingError, Reason
from billing.intake import UNRATED, to_micros
from billing.operations.ingest import Ingestor
from billing.refusals import Refusal
from prorata.v1 import billing_service_pb2 as pb
from prorata.v1.error_pb2 import ErrorReason
from prorata.v1.usage_pb2 import UsageColumns, UsageRecord
from server.usage import stream_usage
from server.usage_calls import RecordCalls
from server.usage_columns import batch_from_columns
from server.usage_rows import batch_from_records
from server.usage_stream import MOST_UNDER_WAY, answered
from tests.usage.world import IN_JULY, sid

SECONDS = int(IN_JULY.timestamp())


async def record_usage(ingestor: Ingestor, request: pb.RecordUsageRequest) -> pb.RecordUsageResponse:
    """One call, with no others beside it."""
    return await RecordCalls(ingestor).record(request)


def row(event: int | str, **changes: object) -> UsageRecord:
    """A good record, with some fields changed."""
    fields: dict[str, object] = {
        "event_id": event if isinstance(event, str) else str(UUID(int=event)),
        "account_sid": sid(1),
        "product_id": "sms",
        "quantity_micros": 1_500_000,
        "occur_time": Timestamp(seconds=SECONDS),
    }
    return UsageRecord(**{**fields, **changes})  # type: ignore[arg-type]


def money(units: int, nanos: int = 0, currency: str = "USD") -> Money:
    """An amount."""
    return Money(currency_code=currency, units=units, nanos=nanos)


def columns(count: int, first: int = 0, **changes: object) -> UsageColumns:
    """Good rows, with some columns changed."""
    fields: dict[str, object] = {
        "event_ids": b"".join(UUID(int=first + number).bytes for number in range(count)),
        "account_indexes": np.zeros(count, "<u4").tobytes(),
        "product_indexes": (np.arange(count, dtype="<u4") % 2).tobytes(),
        "occur_times_micros": np.full(count, to_micros(IN_JULY), "<i8").tobytes(),
        "quantities_micros": np.full(count, 10**6, "<i8").tobytes(),
        "amounts_nanos": np.full(count, UNRATED, "<i8").tobytes(),
        "account_sids": [sid(1)],
        "product_ids": ["sms", "voice"],
    }
    return UsageColumns(**{**fields, **changes})  # type: ignore[arg-type]


async def stream(*requests: pb.StreamUsageRequest) -> AsyncIterator[pb.StreamUsageRequest]:
    """Requests as they come from a client."""
    for request in requests:
        yield request


async def drained(answers: AsyncIterator[pb.StreamUsageResponse]) -> tuple[list[int], BillingError]:
    """The numbers of the batches answered, and the error that then ends the stream."""
    numbers: list[int] = []

    async def drain() -> None:
        async for answer in answers:
            numbers.append(answer.batch_number)  # noqa: PERF401 - those before the error count

    with pytest.raises(BillingError) as raised:
        await drain()
    return numbers, raised.value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0" * 36,
        "0" * 32,
        "{00000000-0000-0000-0000-000000000000}",
        "00000000-0000-0000-0000-00000000000g",
        "00000000-0000-0000-000-0000000000000",
        "00000000-0000-0000-0000-00000000000٣",
        "00000000_0000_0000_0000_000000000000",
        " 0000000-0000-0000-0000-000000000000",
    ],
)
def test_4_1_an_event_id_that_is_no_uuid_is_told_from_the_others(text: str) -> None:
    good = ["0123abcd-EF01-2345-6789-abcdefABCDEF", str(UUID(int=2**128 - 1))]
    batch = batch_from_records([row(good[0]), row(text), row(good[1])], "USD")
    assert batch.refusal.tolist() == [0, Refusal.EVENT_ID_MALFORMED, 0]
    assert [high << 64 | low for high, low in batch.event_id[[0, 2]].tolist()] == [UUID(one).int for one in good]


def test_no_records_make_an_empty_batch() -> None:
    assert len(batch_from_records([], "USD")) == 0
    assert len(batch_from_columns(UsageColumns(), "USD")) == 0


async def test_an_empty_batch_is_answered(ingestor: Ingestor) -> None:
    assert await record_usage(ingestor, pb.RecordUsageRequest()) == pb.RecordUsageResponse()


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"event_id": "x"}, "event_id", "INVALID_FIELD"),
        ({"account_sid": ""}, "account_sid", "INVALID_FIELD"),
        ({"account_sid": sid(9)}, "account_sid", "ACCOUNT_NOT_FOUND"),
        ({"product_id": "no product"}, "product_id", "INVALID_FIELD"),
        ({"product_id": "fax"}, "product_id", "PRODUCT_NOT_FOUND"),
        ({"quantity_micros": -1}, "quantity_micros", "INVALID_FIELD"),
        ({"occur_time": None}, "occur_time", "INVALID_FIELD"),
        ({"occur_time": Timestamp(seconds=SECONDS, nanos=-1)}, "occur_time", "INVALID_FIELD"),
        ({"occur_time": Timestamp(seconds=SECONDS, nanos=10**9)}, "occur_time", "INVALID_FIELD"),
        ({"occur_time": Timestamp(seconds=2**62)}, "occur_time", "INVALID_FIELD"),
        ({"occur_time": Timestamp(seconds=253_402_300_799)}, "occur_time", "MOMENT_IN_FUTURE"),
        ({"occur_time": Timestamp(seconds=-62_135_596_800)}, "occur_time", "MOMENT_TOO_OLD"),
        ({"amount": money(1, currency="EUR")}, "amount", "CURRENCY_MISMATCH"),
        ({"amount": Money(units=1)}, "amount", "CURRENCY_MISMATCH"),
        ({"amount": money(1, 10**9)}, "amount", "INVALID_FIELD"),
        ({"amount": money(1, -1)}, "amount", "INVALID_FIELD"),
        ({"amount": money(-1, 1)}, "amount", "INVALID_FIELD"),
        ({"amount": money(0, -(2**31))}, "amount", "INVALID_FIELD"),
        ({"amount": money(-1, 0)}, "amount", "INVALID_FIELD"),
        ({"amount": money(0, -1)}, "amount", "INVALID_FIELD"),
        ({"amount": money(10**9)}, "amount", "INVALID_FIELD"),
        ({"amount": money(2**63 - 1, 999_999_999)}, "amount", "INVALID_FIELD"),
        ({"amount": money(-(2**63))}, "amount", "INVALID_FIELD"),
    ],
)
async def test_4_3_a_bad_row_is_refused_by_itself(
    ingestor: Ingestor, changes: dict[str, object], field: str, reason: str
) -> None:
    request = pb.RecordUsageRequest(
        records=[row(1), row(2, **changes) if "event_id" not in changes else row("x"), row(3)]
    )
    response = await record_usage(ingestor, request)
    assert (response.new_count, response.repeated_count, response.refused_count) == (2, 0, 1)
    [refused] = response.refused
    assert refused.index == 1
    assert refused.event_id == ("" if field == "event_id" else str(UUID(int=2)))
    assert refused.reason == ErrorReason.Value(f"ERROR_REASON_{reason}")
    assert refused.field == f"records[1].{field}"
    assert refused.message


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (lambda: columns(3, event_ids=b"x" * 47), "columns.event_ids"),
        (lambda: columns(3, account_indexes=b"x" * 11), "columns.account_indexes"),
        (lambda: columns(3, product_indexes=b""), "columns.product_indexes"),
        (lambda: columns(3, occur_times_micros=b"x" * 32), "columns.occur_times_micros"),
        (lambda: columns(3, quantities_micros=b"x" * 16), "columns.quantities_micros"),
        (lambda: columns(3, amounts_nanos=b"x" * 25), "columns.amounts_nanos"),
        (lambda: columns(50_001), "columns.event_ids"),
        (lambda: columns(3, account_sids=["x" * 100] * 40_000), "columns"),
    ],
)
def test_columns_that_do_not_fit_are_refused_as_a_whole(made: Callable[[], UsageColumns], field: str) -> None:
    with pytest.raises(BillingError) as raised:
        batch_from_columns(made(), "USD")
    assert raised.value.reason is Reason.INVALID_FIELD
    assert raised.value.field == field


async def test_a_stream_answers_every_batch_once(ingestor: Ingestor) -> None:
    requests = [pb.StreamUsageRequest(batch_number=n, columns=columns(100, 50 * n)) for n in range(1, 30)]
    answers = [answer async for answer in stream_usage(ingestor, stream(*requests))]
    assert sorted(answer.batch_number for answer in answers) == list(range(1, 30))
    assert sum(answer.new_count for answer in answers) == 28 * 50 + 100
    assert sum(answer.repeated_count + answer.refused_count for answer in answers) == 28 * 50


async def test_4_3_bad_rows_of_columns_are_named_by_column_and_index(ingestor: Ingestor) -> None:
    changed = columns(
        5,
        account_indexes=np.array([0, 1, 9, 0, 0], "<u4").tobytes(),
        account_sids=[sid(1), sid(9)],
        quantities_micros=np.array([1, 1, 1, -1, 1], "<i8").tobytes(),
        product_indexes=np.array([0, 0, 0, 0, 2], "<u4").tobytes(),
    )
    [answer] = [one async for one in stream_usage(ingestor, stream(pb.StreamUsageRequest(columns=changed)))]
    assert (answer.new_count, answer.refused_count) == (1, 4)
    assert [(one.index, one.field, ErrorReason.Name(one.reason)[13:]) for one in answer.refused] == [
        (1, "columns.account_indexes[1]", "ACCOUNT_NOT_FOUND"),
        (2, "columns.account_indexes[2]", "INVALID_FIELD"),
        (3, "columns.quantities_micros[3]", "INVALID_FIELD"),
        (4, "columns.product_indexes[4]", "INVALID_FIELD"),
    ]
    assert [one.event_id for one in answer.refused] == [str(UUID(int=event)) for event in range(1, 5)]
    assert f"there is no account {sid(9)};" in answer.refused[0].message


async def test_a_malformed_batch_ends_the_stream_after_those_before_it_were_answered(ingestor: Ingestor) -> None:
    good = [pb.StreamUsageRequest(batch_number=n, columns=columns(10, 10 * n)) for n in range(3)]
    bad = pb.StreamUsageRequest(batch_number=3, columns=columns(10, amounts_nanos=b"x"))
    answers, error = await drained(stream_usage(ingestor, stream(*good, bad)))
    assert error.field == "columns.amounts_nanos"
    assert sorted(answers) == [0, 1, 2]


class Gate:
    """Answers that come about when the test says so."""

    def __init__(self) -> None:
        self.read = 0
        self.congested = False
        self.asked: dict[int, asyncio.Future[None]] = {}

    async def requests(self, count: int) -> AsyncIterator[pb.StreamUsageRequest]:
        for number in range(count):
            self.read += 1
            yield pb.StreamUsageRequest(batch_number=number)

    async def answer(self, request: pb.StreamUsageRequest) -> pb.StreamUsageResponse:
        self.asked[request.batch_number] = asyncio.get_running_loop().create_future()
        await self.asked[request.batch_number]
        return pb.StreamUsageResponse(batch_number=request.batch_number)

    async def settle(self) -> None:
        """Let everything that can go on go on."""
        for _ in range(100):
            await asyncio.sleep(0)


async def test_a_stream_reads_no_more_than_it_may_have_under_way_and_answers_as_they_are_done() -> None:
    gate = Gate()
    answers = answered(gate.requests(20), gate.answer, lambda: gate.congested)
    first = asyncio.ensure_future(anext(answers))
    await gate.settle()
    assert gate.read == len(gate.asked) == MOST_UNDER_WAY
    gate.asked[5].set_result(None)
    assert (await first).batch_number == 5
    second = asyncio.ensure_future(anext(answers))
    await gate.settle()
    assert gate.read == MOST_UNDER_WAY + 1
    gate.asked[8].set_result(None)
    assert (await second).batch_number == 8
    await answers.aclose()
    await gate.settle()
    assert all(future.cancelled() for number, future in gate.asked.items() if number not in {5, 8})


async def test_while_the_way_in_is_congested_a_stream_has_one_batch_under_way() -> None:
    gate = Gate()
    gate.congested = True
    answers = answered(gate.requests(20), gate.answer, lambda: gate.congested)
    for number in range(3):
        waiting = asyncio.ensure_future(anext(answers))
        await gate.settle()
        assert gate.read == len(gate.asked) == number + 1
        gate.asked[number].set_result(None)
        assert (await waiting).batch_number == number
    gate.congested = False
    waiting = asyncio.ensure_future(anext(answers))
    await gate.settle()
    gate.asked[3].set_result(None)
    assert (await waiting).batch_number == 3
    await gate.settle()
    waiting = asyncio.ensure_future(anext(answers))
    await gate.settle()
    assert gate.read == MOST_UNDER_WAY + 4
    gate.asked[4].set_result(None)
    assert (await waiting).batch_number == 4
    await answers.aclose()


async def test_a_failed_batch_stops_reading_and_the_others_are_answered_first() -> None:
    gate = Gate()
    answers = answered(gate.requests(20), gate.answer, lambda: gate.congested)
    first = asyncio.ensure_future(anext(answers))
    await gate.settle()
    gate.asked[0].set_exception(BillingError(Reason.UNAVAILABLE, "away"))
    await gate.settle()
    assert gate.read == MOST_UNDER_WAY
    for number in range(1, MOST_UNDER_WAY):
        gate.asked[number].set_result(None)
    numbers = [(await first).batch_number]
    rest, error = await drained(answers)
    numbers += rest
    assert error.message == "away"
    assert sorted(numbers) == list(range(1, MOST_UNDER_WAY))
