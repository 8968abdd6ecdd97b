"""4.1, 4.4, 6.5: whatever is recorded, voided, corrected, rolled up and closed in whatever order, the sums are right.

The service is compared with a dictionary of what was recorded and what became of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.operations.context import Store
from billing.operations.rollup import roll_up
from prorata.v1 import billing_service_pb2 as b
from prorata.v1.usage_pb2 import RecordedUsage
from tests.conftest import START, cloned, running_service
from tests.corrections.calls import (
    CHILD,
    JUNE,
    OTHER,
    PARENT,
    Fix,
    Totals,
    correcting,
    differences,
    late_activity,
    listed,
    opened,
    prepare,
    roll_all_up,
    summary,
    voiding,
)
from tests.service import STAFF, Service, amount, usage

SIDS, PRODUCTS = (PARENT, CHILD, OTHER), ("sms", "voice")
FAMILY = {PARENT: PARENT, CHILD: PARENT, OTHER: OTHER}
FIRST_MOMENT = datetime(2026, 7, 2, tzinfo=UTC)
EVENTS = 4  # so few that steps meet


class Content(NamedTuple):
    """What a record counts for."""

    quantity: Decimal
    amount: Decimal | None


Key = tuple[str, int]  # account and event


class Record(NamedTuple):
    """Record usage; of an event recorded before it is refused, as the content is another."""

    key: Key
    product: str
    day: int
    content: Content


class Void(NamedTuple):
    """Void events of an account."""

    sid: str
    events: frozenset[int]


class Correct(NamedTuple):
    """Correct events of an account."""

    sid: str
    fixes: dict[int, Content]


class RollUp(NamedTuple):
    """Roll up one window of at most so many events."""

    max_events: int


class Close(NamedTuple):
    """Start the closing of June, unless that is done."""


CONTENTS = st.builds(
    Content,
    st.decimals(0, 1000, places=6),
    st.none() | st.sampled_from([Decimal(0), Decimal("0.000000001"), Decimal(7)]),
)
SID, EVENT = st.sampled_from(SIDS), st.integers(0, EVENTS - 1)
STEPS = st.one_of(
    st.builds(Record, st.tuples(SID, EVENT), st.sampled_from(PRODUCTS), st.sampled_from([1, 2, 30]), CONTENTS),
    st.builds(Void, SID, st.frozensets(EVENT, min_size=1)),
    st.builds(Correct, SID, st.dictionaries(EVENT, CONTENTS, min_size=1)),
    st.builds(RollUp, st.sampled_from([1, 1_000])),
    st.just(Close()),
)


@dataclass
class Recorded:
    """A record as the model keeps it: a content of None is a void."""

    product: str
    day: int
    contents: list[Content | None]


@dataclass
class Model:
    """All that was recorded, by account and event, and what is to be noted of late activity once all is rolled up."""

    usage: dict[Key, Recorded] = field(default_factory=dict)
    closed: bool = False
    late: set[str] = field(default_factory=set)

    def record(self, step: Record) -> str:
        """What becomes of the record."""
        content = Recorded(step.product, step.day, [step.content])
        if step.key in self.usage:
            first = self.usage[step.key]
            same = (first.product, first.day, first.contents[0]) == (step.product, step.day, step.content)
            return "repeated" if same else "refused"
        self.usage[step.key] = content
        if self.closed:
            self.late.add(FAMILY[step.key[0]])
        return "new"

    def change(self, sid: str, changes: dict[int, Content | None]) -> str:
        """What becomes of a void or correction: the reason of its refusal, or nothing."""
        if any((sid, event) not in self.usage for event in changes):
            return "EVENT_NOT_FOUND"
        records = {event: self.usage[sid, event] for event in changes}
        if any(records[event].contents[-1] is None and content is not None for event, content in changes.items()):
            return "EVENT_VOIDED"
        before = self.summary(sid)
        for event, content in changes.items():
            if records[event].contents[-1] is not None:
                records[event].contents.append(content)
        if self.closed and self.summary(sid) != before:
            self.late.add(FAMILY[sid])
        return ""

    def summary(self, *sids: str) -> dict[tuple[str, ...], Totals]:
        """The sums per account, product and day."""
        sums: dict[tuple[str, ...], Totals] = {}
        for (sid, _), record in self.usage.items():
            content = record.contents[-1]
            if content is not None and sid in sids:
                rated = content.amount is not None
                unrated, amount_ = Decimal(0) if rated else content.quantity, content.amount or Decimal(0)
                key = (sid, record.product, str(record.day))
                added = (1, content.quantity, unrated, amount_)
                sums[key] = Totals(*(a + c for a, c in zip(sums.get(key, Totals()), added, strict=True)))
        return sums


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=10, max_size=60))
async def test_4_4_sums_are_those_of_a_dictionary_whatever_the_order(
    stores: tuple[str, str], template: str, steps: list[Record | Void | Correct | RollUp | Close]
) -> None:
    """3.9, 4.1, 4.4, 6.5: now and as of every moment between, before and after everything is rolled up."""
    model, ids = Model(), {(sid, event): uuid4() for sid in SIDS for event in range(EVENTS)}
    async with (
        cloned(stores[0], template) as url,
        running_service(url, stores[1], "UTC", START, worker=False) as service,
        opened(service) as store,
    ):
        await prepare(service)
        history = [(FIRST_MOMENT, model.summary(*SIDS))]
        for number, step in enumerate(steps, 1):
            now = FIRST_MOMENT + timedelta(minutes=number)
            await service.advance(now)
            await play(service, store, model, ids, step)
            history.append((now, model.summary(*SIDS)))
            if isinstance(step, RollUp):
                assert await everything(service) == history[-1][1]
        assert await everything(service) == history[-1][1]
        await roll_all_up(store)
        assert await everything(service) == history[-1][1]
        for moment, then in history[:: max(1, len(history) // 8)]:
            assert await everything(service, moment) == then
        assert await late_activity(store) == {(sid, JUNE, 1) for sid in model.late}
        assert await differences(store) == {}
        for sid in SIDS:
            trails = {event: model.usage[sid, event].contents for each, event in model.usage if each == sid}
            found = await listed(service, sid)
            assert {ids[sid, event]: trail for event, trail in trails.items()} == contents_of(found.values())


async def play(
    service: Service,
    store: Store,
    model: Model,
    ids: dict[Key, UUID],
    step: Record | Void | Correct | RollUp | Close,
) -> None:
    """Take a step, in the service and in the model, which agree on what becomes of it."""
    if isinstance(step, Record):
        moment = datetime(2026, 6, step.day, 23, tzinfo=UTC)
        content = {"quantity": step.content.quantity, "amount": step.content.amount}
        sent = usage(step.key[0], step.product, moment, event=ids[step.key], **content)
        answer = await service.record([sent])
        outcome = "new" if answer.new_count else "repeated" if answer.repeated_count else "refused"
        assert outcome == model.record(step)
    elif isinstance(step, RollUp):
        await roll_up(store, max_events=step.max_events)
    elif isinstance(step, Close):
        if not model.closed:
            request = b.StartClosingRequest(request_id=str(uuid4()), period=JUNE)
            await service.billing.StartClosing(request, metadata=STAFF)
            model.closed = True
    else:
        await change(service, model, ids, step)


async def change(service: Service, model: Model, ids: dict[Key, UUID], step: Void | Correct) -> None:
    """Void or correct."""
    if isinstance(step, Void):
        refusal = model.change(step.sid, dict.fromkeys(step.events))
        request = voiding([ids[step.sid, event] for event in step.events], step.sid)
        call = service.billing.VoidUsage(request, metadata=STAFF)
    else:
        refusal = model.change(step.sid, dict(step.fixes))
        fixes = [Fix(ids[step.sid, event], *content) for event, content in step.fixes.items()]
        call = service.billing.CorrectUsage(correcting(fixes, step.sid), metadata=STAFF)
    if refusal:
        assert (await service.refused(call)).reason == refusal
    else:
        await call


async def everything(service: Service, as_of: datetime | None = None) -> dict[tuple[str, ...], Totals]:
    """The summary of both families."""
    found = {}
    for sid in (PARENT, OTHER):
        found |= await summary(service, sid, as_of=as_of, by_account=True, by_day=True)
    return found


def contents_of(kept: Iterable[RecordedUsage]) -> dict[UUID, list[Content | None]]:
    """What each record counted for, one after the other."""
    found: dict[UUID, list[Content | None]] = {}
    for each in kept:
        trail: list[Content | None] = [
            Content(Decimal(part.quantity_micros).scaleb(-6), amount(part.amount) if part.HasField("amount") else None)
            for part in (each.record, *each.corrections)
        ]
        found[UUID(each.record.event_id)] = [*trail, None] if each.HasField("void_time") else trail
    return found
