"""Calls of RecordUsage at the same moment: checked together, answered each for itself."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from billing.errors import BillingError, Reason
from billing.intake import UsageBatch
from billing.operations.ingest import CheckedBatch, Ingestor
from prorata.v1 import billing_service_pb2 as pb
from prorata.v1.error_pb2 import ErrorReason
from server.usage_calls import MOST_ROWS, WORTHWHILE_ROWS, RecordCalls
from tests.usage.test_usage_messages import row

OTHER_PRODUCT = "nothing-of-this-name"


def call(*records: object) -> pb.RecordUsageRequest:
    """A request with these records."""
    return pb.RecordUsageRequest(records=records)  # type: ignore[arg-type]


class Watched:
    """Notes how many records are checked together."""

    def __init__(self, ingestor: Ingestor, patched: pytest.MonkeyPatch) -> None:
        self.sizes: list[int] = []
        check = ingestor.check

        async def watched(batch: UsageBatch) -> CheckedBatch:
            self.sizes.append(len(batch))
            return await check(batch)

        patched.setattr(ingestor, "check", watched)


async def test_4_1_calls_at_once_share_checks_and_are_answered_each_for_itself(
    ingestor: Ingestor, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched, calls = Watched(ingestor, monkeypatch), RecordCalls(ingestor)
    requests = [call(row(number), row(number + 1000, product_id=OTHER_PRODUCT), row(number)) for number in range(50)]
    answers = await asyncio.gather(*(calls.record(request) for request in requests))
    assert watched.sizes == [3, 147]  # the first begins at once, the others gather meanwhile
    for number, answer in enumerate(answers):
        assert (answer.new_count, answer.repeated_count, answer.refused_count) == (1, 1, 1)
        [refused] = answer.refused
        assert (refused.index, refused.field) == (1, "records[1].product_id")
        assert refused.event_id == str(UUID(int=number + 1000))
        assert refused.reason == ErrorReason.ERROR_REASON_PRODUCT_NOT_FOUND


async def test_4_1_the_same_event_in_calls_at_once_counts_once(ingestor: Ingestor) -> None:
    calls = RecordCalls(ingestor)
    answers = await asyncio.gather(*(calls.record(call(row(1))) for _ in range(20)))
    assert sorted(answer.new_count for answer in answers) == [0] * 19 + [1]
    assert sum(answer.repeated_count for answer in answers) == 19


async def test_a_call_that_nobody_waits_for_any_more_holds_up_no_other(ingestor: Ingestor) -> None:
    calls = RecordCalls(ingestor)
    tasks = [asyncio.create_task(calls.record(call(row(number)))) for number in range(10)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [answer.new_count for answer in answers if isinstance(answer, pb.RecordUsageResponse)] == [1] * 5
    assert (await calls.record(call(row(100)))).new_count == 1


async def test_what_fails_is_told_to_all_that_it_concerns_and_the_next_is_recorded(
    ingestor: Ingestor, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = RecordCalls(ingestor)
    for name in ("check", "write"):
        with monkeypatch.context() as patched:

            async def broken(_: object) -> None:
                raise BillingError(Reason.UNAVAILABLE, "away")

            patched.setattr(ingestor, name, broken)
            tried = (calls.record(call(row(number))) for number in range(3))
            failed = await asyncio.gather(*tried, return_exceptions=True)
            assert [error.reason for error in failed if isinstance(error, BillingError)] == [Reason.UNAVAILABLE] * 3
        assert (await calls.record(call(row(name)))).refused_count == 1  # no UUID
    assert (await calls.record(call(row(1)))).new_count == 1


async def test_many_rows_do_not_wait_for_what_is_being_written(
    ingestor: Ingestor, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched, calls = Watched(ingestor, monkeypatch), RecordCalls(ingestor)
    blocked = asyncio.Event()
    write = ingestor.write

    async def slow(batch: CheckedBatch) -> object:
        await blocked.wait()
        return await write(batch)

    monkeypatch.setattr(ingestor, "write", slow)
    large = call(*(row(number) for number in range(WORTHWHILE_ROWS)))
    tasks = [asyncio.create_task(calls.record(large)) for _ in range(2)]
    tasks.append(asyncio.create_task(calls.record(call(row(10**6)))))
    while len(watched.sizes) < 2:  # noqa: ASYNC110 - a few turns of the loop
        await asyncio.sleep(0)
    assert watched.sizes == [WORTHWHILE_ROWS, WORTHWHILE_ROWS + 1]
    assert WORTHWHILE_ROWS + 1 <= MOST_ROWS
    blocked.set()
    answers = await asyncio.gather(*tasks)
    assert [answer.new_count for answer in answers] == [WORTHWHILE_ROWS, 0, 1]
