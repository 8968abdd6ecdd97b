"""Flex activity over the RPC: what is accepted, what counts once, and voiding."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from uuid import UUID, uuid4

import asyncpg
import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.flex_pb2 import FlexActivity
from tests.flex.calls import (
    ENDED,
    LOGIN,
    NAMED_USER,
    PROVISIONED,
    STARTED,
    USER_AND_USAGE,
    activity,
    add,
    at,
    create,
    reasons,
    send,
    void,
)
from tests.service import STAFF, Service, refusal

A, B, SUB, UNKNOWN = (f"AC{digit * 32}" for digit in "ab1f")
NOON = at("06-20 12:00")


@pytest.fixture
async def flex(service: Service) -> Service:
    """On 20 June at noon: A with Flex since its creation on 10 May, B without."""
    await service.advance(NOON)
    await create(service, A, model=NAMED_USER, created=date(2026, 5, 10))
    await service.account(B)
    return service


def changed(sent: FlexActivity, **fields: object) -> FlexActivity:
    """The event with other content."""
    copy = FlexActivity()
    copy.CopyFrom(sent)
    for name, value in fields.items():
        if isinstance(value, Timestamp):
            copy.occur_time.CopyFrom(value)
        else:
            setattr(copy, name, value)
    return copy


async def test_every_kind_is_recorded_once(flex: Service) -> None:
    """7.7, 4.1: sent again it is a repeat, in any order."""
    sent = [
        activity(A, LOGIN, "anna", at("06-01 08:00")),
        activity(A, STARTED, "anna", at("06-01 08:00"), "s-1"),
        activity(A, ENDED, "anna", at("06-01 09:00"), "s-1"),
        activity(A, PROVISIONED, "bert", at("06-01 10:00")),
        activity(A, LOGIN, "ü" * 200, at("05-10 00:00")),
    ]
    first = await send(flex, sent)
    assert (first.new_count, first.repeated_count, first.refused_count) == (5, 0, 0)
    again = await send(flex, [*sent[::-1], activity(A, LOGIN, "carl", at("06-01 08:00"))])
    assert (again.new_count, again.repeated_count, again.refused_count) == (1, 5, 0)


async def test_names_may_be_long_and_of_any_script(flex: Service) -> None:
    """7.7: 200 characters of four bytes each, in the index by session, too."""
    names = ["".join(chr(0x20000 + 977 * place + shift) for place in range(200)) for shift in (0, 1)]
    sent = [activity(A, kind, names[0], at("06-01 08:00"), names[1]) for kind in (STARTED, ENDED)]
    assert (await send(flex, sent)).new_count == 2
    assert (await send(flex, sent)).repeated_count == 2


async def test_the_same_id_with_other_content_is_refused(flex: Service) -> None:
    """4.1, 7.7: whichever part of the content differs; the good ones of the batch are kept."""
    started = activity(A, STARTED, "anna", at("06-01 08:00"), "s-1")
    await send(flex, [started])
    moment = Timestamp()
    moment.FromDatetime(at("06-01 08:00") + timedelta(microseconds=1))
    others = [
        changed(started, user_id="bert"),
        changed(started, session_id="s-2"),
        changed(started, kind=ENDED),
        changed(started, occur_time=moment),
        changed(started, event_id=started.event_id.upper()),
        activity(A, LOGIN, "anna", at("06-01 08:00")),
    ]
    answer = await send(flex, others)
    assert reasons(answer) == dict.fromkeys(range(4), "EVENT_CONFLICT")
    assert (answer.new_count, answer.repeated_count) == (1, 1)
    assert [(each.field, each.event_id) for each in answer.refused] == [
        (f"activities[{index}].event_id", started.event_id) for index in range(4)
    ]


async def test_an_id_is_unique_per_account_and_period(flex: Service) -> None:
    """4.1: in another account or month it is another event."""
    await add(flex, B, USER_AND_USAGE)
    event = uuid4()
    sent = [
        activity(A, LOGIN, "anna", at("06-01 08:00"), event=event),
        activity(A, LOGIN, "bert", at("05-31 23:59"), event=event),
        activity(B, LOGIN, "carl", at("06-20 08:00"), event=event),
    ]
    assert (await send(flex, sent)).new_count == 3


async def test_within_a_batch_the_first_of_an_id_wins(flex: Service) -> None:
    """4.1, 4.3: one that is refused is not the first; content is compared to what was first recorded."""
    event = uuid4()
    sent = [
        activity(A, LOGIN, "future", at("06-21 12:00"), event=event),
        activity(A, LOGIN, "anna", at("06-01 08:00"), event=event),
        activity(A, LOGIN, "bert", at("06-01 08:00"), event=event),
        activity(A, LOGIN, "anna", at("06-01 08:00"), event=event),
    ]
    answer = await send(flex, sent)
    assert (answer.new_count, answer.repeated_count) == (1, 1)
    assert reasons(answer) == {0: "MOMENT_IN_FUTURE", 2: "EVENT_CONFLICT"}
    swapped = await send(flex, [sent[2], sent[1]])
    assert (swapped.new_count, swapped.repeated_count, reasons(swapped)) == (0, 1, {0: "EVENT_CONFLICT"})


async def test_each_refused_event_is_named_with_its_reason(flex: Service) -> None:
    """4.3: in the order of the rule; what is malformed first."""
    good = activity(A, LOGIN, "anna", at("06-01 08:00"))
    sent = [
        (changed(good, event_id="1"), "INVALID_FIELD", "event_id"),
        (changed(good, event_id=""), "INVALID_FIELD", "event_id"),
        (changed(good, account_sid="AC1"), "INVALID_FIELD", "account_sid"),
        (changed(good, user_id=""), "INVALID_FIELD", "user_id"),
        (changed(good, user_id="x" * 201), "INVALID_FIELD", "user_id"),
        (changed(good, user_id="a\0b"), "INVALID_FIELD", "user_id"),
        (changed(good, kind=0), "INVALID_FIELD", "kind"),
        (changed(good, kind=6), "INVALID_FIELD", "kind"),
        (changed(good, session_id="s"), "INVALID_FIELD", "session_id"),
        (changed(good, kind=STARTED), "INVALID_FIELD", "session_id"),
        (changed(good, kind=ENDED, session_id="x" * 201), "INVALID_FIELD", "session_id"),
        (changed(good, occur_time=Timestamp(nanos=-1)), "INVALID_FIELD", "occur_time"),
        (changed(good, occur_time=Timestamp(seconds=2**60)), "INVALID_FIELD", "occur_time"),
        (activity(UNKNOWN, LOGIN, "anna", at("09-01 08:00")), "ACCOUNT_NOT_FOUND", "account_sid"),
        (activity(B, LOGIN, "anna", at("09-01 08:00")), "FLEX_INSTANCE_NOT_FOUND", "account_sid"),
        (activity(A, LOGIN, "anna", NOON + timedelta(minutes=5, microseconds=1)), "MOMENT_IN_FUTURE", "occur_time"),
        (activity(A, LOGIN, "anna", at("05-09 23:59")), "MOMENT_OUTSIDE_ACCOUNT", "occur_time"),
        (activity(A, LOGIN, "anna", at("05-01 00:00").replace(year=2025)), "MOMENT_TOO_OLD", "occur_time"),
        (activity(A, LOGIN, "anna", at("06-01 00:00").replace(year=2025)), "MOMENT_OUTSIDE_ACCOUNT", "occur_time"),
    ]
    answer = await send(flex, [*(each for each, _, _ in sent), good])
    assert reasons(answer) == {index: reason for index, (_, reason, _) in enumerate(sent)}
    assert [each.field for each in answer.refused] == [f"activities[{i}].{field}" for i, (*_, field) in enumerate(sent)]
    assert (answer.new_count, [each.event_id for each in answer.refused][:2]) == (1, ["", ""])
    words = {each.index: each.message for each in answer.refused}
    assert "not 'AC1'" in words[2]
    assert all(sent[index][0].account_sid in words[index] for index in (13, 14, 16, 18))
    late = activity(A, LOGIN, "anna", NOON + timedelta(minutes=5))
    assert (await send(flex, [late])).new_count == 1


async def test_a_moment_without_a_timestamp_is_refused(flex: Service) -> None:
    """4.1: a missing moment is not 1970."""
    answer = await send(flex, [FlexActivity(event_id=str(uuid4()), account_sid=A, user_id="anna", kind=LOGIN)])
    assert (reasons(answer), answer.refused[0].field) == ({0: "INVALID_FIELD"}, "activities[0].occur_time")


async def test_days_of_the_instance_and_of_the_account(flex: Service) -> None:
    """7.1, 4.3: outside the account's days the account is named, on days before the instance the instance."""
    await flex.account(SUB, created=date(2026, 6, 1))
    await add(flex, SUB, USER_AND_USAGE)
    await flex.close_account(SUB, date(2026, 6, 21))
    sent = [
        activity(SUB, LOGIN, "anna", at(moment))
        for moment in ("05-31 23:59", "06-01 00:00", "06-19 23:59", "06-20 00:00")
    ]
    answer = await send(flex, sent)
    assert reasons(answer) == {
        0: "MOMENT_OUTSIDE_ACCOUNT",
        1: "FLEX_INSTANCE_NOT_FOUND",
        2: "FLEX_INSTANCE_NOT_FOUND",
    }
    await flex.advance(at("06-21 00:01"))
    answer = await send(flex, [activity(SUB, LOGIN, "anna", at(f"06-{moment}")) for moment in ("20 23:59", "21 00:00")])
    assert (answer.new_count, reasons(answer)) == (1, {1: "MOMENT_OUTSIDE_ACCOUNT"})


async def test_a_batch_sent_many_times_at_once_counts_once(flex: Service) -> None:
    """4.1: each event is new in exactly one of the answers."""
    sent = [activity(A, LOGIN, f"user-{number}", at("06-01 08:00")) for number in range(300)]
    answers = await asyncio.gather(
        *(send(flex, sent if number % 2 else sent[::-1]) for number in range(6)),
        send(flex, sent[100:200]),
    )
    assert sum(answer.new_count for answer in answers) == 300
    assert all(answer.new_count + answer.repeated_count in (100, 300) for answer in answers)


async def test_one_id_with_different_content_at_the_same_time(flex: Service) -> None:
    """4.1: one content wins, the others conflict with it."""
    event = uuid4()
    batches = [[activity(A, LOGIN, f"user-{n}", at("06-01 08:00"), event=event)] for n in range(5)]
    answers = await asyncio.gather(*(send(flex, batch) for batch in batches))
    assert sorted(answer.new_count for answer in answers) == [0, 0, 0, 0, 1]
    assert sum(answer.refused_count for answer in answers) == 4


async def test_ten_thousand_events_go_and_one_more_does_not(flex: Service) -> None:
    """4.3: the limit on the field."""
    sent = [activity(A, LOGIN, f"user-{number}", at("06-01 08:00")) for number in range(10_001)]
    assert (await send(flex, sent[:-1])).new_count == 10_000
    refused = await flex.refused(send(flex, sent))
    assert (refused.reason, refused.fields) == ("INVALID_FIELD", ("activities",))
    assert (await flex.refused(send(flex, []))).reason == "INVALID_FIELD"


async def test_events_are_voided_all_or_none_and_once(flex: Service) -> None:
    """4.4, 7.7: voiding twice is a repeat; an unknown event leaves all as it is."""
    sent = [activity(A, LOGIN, f"user-{number}", at("06-01 08:00")) for number in range(3)]
    await send(flex, sent)
    ids = [each.event_id for each in sent]
    unknown = str(uuid4())
    refused = await flex.refused(void(flex, A, "2026-06", [*ids, unknown]))
    assert (refused.reason, refused.fields) == ("EVENT_NOT_FOUND", ("event_ids[3]",))
    assert await void(flex, A, "2026-06", ids[:2]) == (2, 0)
    assert await void(flex, A, "2026-06", [each.upper() for each in ids]) == (1, 2)
    assert await void(flex, A, "2026-06", ids) == (0, 3)
    elsewhere = await flex.refused(void(flex, A, "2026-05", ids[:1]))
    assert (elsewhere.reason, elsewhere.fields) == ("EVENT_NOT_FOUND", ("event_ids[0]",))
    other = await flex.refused(void(flex, B, "2026-06", ids[:1]))
    assert other.reason == "EVENT_NOT_FOUND"
    twice = await flex.refused(void(flex, A, "2026-06", [ids[0], ids[0].upper()]))
    assert (twice.reason, twice.fields) == ("INVALID_FIELD", ("event_ids[1]",))
    assert (await flex.refused(void(flex, UNKNOWN, "2026-06", ids[:1]))).reason == "ACCOUNT_NOT_FOUND"


async def test_what_is_voided_stays_voided_when_it_is_sent_again(flex: Service) -> None:
    """4.1: it is a repeat; and content is what was first recorded, whatever was voided since."""
    sent = activity(A, LOGIN, "anna", at("06-01 08:00"))
    await send(flex, [sent])
    await void(flex, A, "2026-06", [sent.event_id])
    answer = await send(flex, [sent, changed(sent, user_id="bert")])
    assert (answer.new_count, answer.repeated_count, reasons(answer)) == (0, 1, {1: "EVENT_CONFLICT"})
    assert await void(flex, A, "2026-06", [sent.event_id]) == (0, 1)


async def test_voids_reach_as_far_as_records(flex: Service) -> None:
    """4.3: the 12th period before the current one is the last."""
    too_old = await flex.refused(void(flex, A, "2025-05", [str(uuid4())]))
    assert (too_old.reason, too_old.fields) == ("MOMENT_TOO_OLD", ("period",))
    assert (await flex.refused(void(flex, A, "2025-06", [str(uuid4())]))).reason == "EVENT_NOT_FOUND"
    assert (await flex.refused(void(flex, A, "2030-01", [str(uuid4())]))).reason == "EVENT_NOT_FOUND"


async def test_the_reach_moves_on_with_the_months(flex: Service) -> None:
    """4.3: what could be sent in May 2027 is too old in June 2027, and so is what could be voided."""
    event = activity(A, LOGIN, "anna", at("05-20 08:00"))
    await send(flex, [event])
    late = activity(A, LOGIN, "bert", at("05-31 23:59"))
    await flex.advance(date(2027, 5, 31))
    assert (await send(flex, [late])).new_count == 1
    await flex.advance(date(2027, 6, 1))
    assert reasons(await send(flex, [activity(A, LOGIN, "carl", at("05-31 23:59"))])) == {0: "MOMENT_TOO_OLD"}
    assert (await flex.refused(void(flex, A, "2026-05", [event.event_id]))).reason == "MOMENT_TOO_OLD"


async def test_a_void_has_a_request_id(flex: Service) -> None:
    """4.4: the same request answers the same, another content under its id is refused."""
    sent = [activity(A, LOGIN, f"user-{number}", at("06-01 08:00")) for number in range(2)]
    await send(flex, sent)
    request = b.VoidFlexActivityRequest(
        request_id=str(UUID(int=7)), account_sid=A, period="2026-06", event_ids=[sent[0].event_id]
    )
    for _ in range(2):
        answer = await flex.billing.VoidFlexActivity(request, metadata=STAFF)
        assert (answer.voided_count, answer.repeated_count) == (1, 0)
    request.event_ids.append(sent[1].event_id)
    refused = await flex.refused(flex.billing.VoidFlexActivity(request, metadata=STAFF))
    assert refused.reason == "REQUEST_ID_REUSED"


async def test_voids_at_the_same_time_void_once(flex: Service) -> None:
    """4.4: each event is voided by exactly one of the calls, whatever the order in which they name them."""
    sent = [activity(A, LOGIN, f"user-{number}", at("06-01 08:00")) for number in range(100)]
    await send(flex, sent)
    ids = [each.event_id for each in sent]
    answers = await asyncio.gather(*(void(flex, A, "2026-06", ids if n % 2 else ids[::-1]) for n in range(6)))
    assert sum(voided for voided, _ in answers) == 100


async def test_records_and_voids_cross_without_harm(flex: Service) -> None:
    """4.1, 4.4: whoever comes first."""
    sent = [activity(A, LOGIN, f"user-{number}", at("06-01 08:00")) for number in range(100)]
    await send(flex, sent)
    ids = [each.event_id for each in sent]
    answers = await asyncio.gather(
        *(send(flex, sent[::-1]) for _ in range(3)),
        *(void(flex, A, "2026-06", ids) for _ in range(3)),
        return_exceptions=True,
    )
    assert [refusal(each) for each in answers if isinstance(each, grpc.aio.AioRpcError)] == []


async def test_the_store_keeps_what_was_first_recorded(flex: Service) -> None:
    """3.9: a void adds to the row, with its own moment and cut-off."""
    sent = activity(A, STARTED, "anna", at("06-01 08:00"), "s-1")
    await send(flex, [sent])
    await flex.advance(at("06-21 12:00"))
    await void(flex, A, "2026-06", [sent.event_id])
    connection = await asyncpg.connect(flex.database_url)
    [row] = await connection.fetch("SELECT * FROM flex_activity")
    await connection.close()
    assert (row["user_id"], row["session_id"], row["kind"]) == ("anna", "s-1", STARTED)
    assert (row["record_time"], row["void_time"]) == (NOON, at("06-21 12:00"))
    assert (row["changes_from"], row["void_changes_from"]) == (None, None)  # June is open
