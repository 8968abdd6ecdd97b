"""Flex of many accounts straight in the store, and what it comes to, counted the slow way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from billing.flex import FlexModel
from billing.flex_activity import ActivityKind, GoodActivity
from billing.intake import to_micros
from billing.period import Period, day_of, start_of
from billing.store import flex_activity

NOW = datetime(2026, 7, 15, tzinfo=UTC)
DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Event:
    """Something that happened; with the cut-offs of its recording and its voiding."""

    kind: ActivityKind
    user: str
    moment: datetime
    session: str = ""
    cutoff: int = 0
    void_cutoff: int | None = None

    def known(self, before_cutoff: int) -> bool:
        """Whether it counts in what was recorded before a cut-off."""
        return self.cutoff < before_cutoff and (self.void_cutoff is None or self.void_cutoff >= before_cutoff)


@dataclass(frozen=True)
class Instance:
    """An account with an instance: its models by first day, its closing day, and what happened."""

    key: int
    models: Sequence[tuple[date, FlexModel]]
    events: Sequence[Event]
    end_day: date | None = None
    family: int = field(default=0)

    @property
    def family_key(self) -> int:
        """The key of its family: its own, unless it is a subaccount."""
        return self.family or self.key

    def model(self, period: Period) -> FlexModel | None:
        """The model of a period."""
        held = [model for start, model in self.models if start < period.end_day]
        return held[-1] if held else None

    def days(self, period: Period, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The moments of the period between which it is there."""
        start = max(period.first_day, self.models[0][0])
        end = min(period.end_day, self.end_day or date.max)
        return start_of(start, zone), start_of(end, zone)


async def put(connection: asyncpg.Connection, zone: ZoneInfo, instances: Sequence[Instance]) -> None:
    """Record instances with all that happened."""
    for one in instances:
        keys = one.family_key, one.key
        first = one.models[0][0]
        sid = f"AC{one.key:032x}"
        await connection.execute("INSERT INTO account_sid VALUES ($1, $2, $3)", sid, *keys)
        await connection.execute("INSERT INTO account VALUES ($1, $2, $3, '', $4, 0)", *keys, sid, NOW)
        await connection.execute(
            "INSERT INTO account_life VALUES ($1, $2, $3, $4, 0, $5, 0)", *keys, date(2026, 1, 1), one.end_day, NOW
        )
        await connection.execute("INSERT INTO flex_instance VALUES ($1, $2, $3, false, $4, 0)", *keys, first, NOW)
        for start, model in one.models:
            await connection.execute("INSERT INTO flex_model VALUES ($1, $2, $3, $4, $5, 0)", *keys, start, model, NOW)
    await _put_events(connection, zone, instances)


async def _put_events(connection: asyncpg.Connection, zone: ZoneInfo, instances: Sequence[Instance]) -> None:
    rows = [(one, event, UUID(int=n)) for n, (one, event) in enumerate((o, e) for o in instances for e in o.events)]
    for cutoff in {event.cutoff for _, event, _ in rows}:
        batch = [
            GoodActivity(
                number,
                one.family_key,
                one.key,
                Period.of(day_of(event.moment, zone)),
                event_id,
                event.kind,
                to_micros(event.moment),
                event.user,
                event.session,
            )
            for number, (one, event, event_id) in enumerate(rows)
            if event.cutoff == cutoff
        ]
        assert len(await flex_activity.record(connection, batch, NOW, cutoff, None)) == len(batch)
    for one, event, event_id in rows:
        if event.void_cutoff is not None:
            period = Period.of(day_of(event.moment, zone))
            keys = one.family_key, one.key, period, [event_id]
            await flex_activity.void(connection, *keys, NOW, event.void_cutoff, None)


def counted(one: Instance, period: Period, zone: ZoneInfo, before_cutoff: int) -> Fraction:
    """What an instance comes to in a period."""
    start, end = one.days(period, zone)
    events = sorted((e for e in one.events if e.known(before_cutoff)), key=lambda e: (e.moment, -e.kind))
    if start >= end:
        return Fraction(0)
    match one.model(period):
        case FlexModel.USER_AND_USAGE:
            return Fraction(len({e.user for e in events if e.kind == ActivityKind.LOGIN and start <= e.moment < end}))
        case FlexModel.NAMED_USER:
            return Fraction(_peak(events, start, end))
        case FlexModel.ACTIVE_USER_HOURS:
            return Fraction(sum(_minutes(events, user, start, end) for user in {e.user for e in events}), 60)
        case _:
            return Fraction(0)


def _peak(events: Sequence[Event], start: datetime, end: datetime) -> int:
    """Walk through all instants: who is provisioned after each."""
    peak, there = 0, set[str]()
    instants = sorted({start, *(e.moment for e in events if e.moment < end)})
    for instant in instants:
        there -= {e.user for e in events if e.moment == instant and e.kind == ActivityKind.USER_REMOVED}
        there |= {e.user for e in events if e.moment == instant and e.kind == ActivityKind.USER_PROVISIONED}
        if instant >= start:
            peak = max(peak, len(there))
    return peak


def _minutes(events: Sequence[Event], user: str, start: datetime, end: datetime) -> int:
    """Every minute of the time in which some session of the user runs, for events on whole minutes."""
    logged_in: set[int] = set()
    for name in {e.session for e in events if e.user == user and e.session}:
        mine = [e for e in events if e.user == user and e.session == name]
        starts = [e.moment for e in mine if e.kind == ActivityKind.SESSION_STARTED]
        if not starts:
            continue
        ends = [e.moment for e in mine if e.kind == ActivityKind.SESSION_ENDED and e.moment >= min(starts)]
        until = min(ends) if ends else min(starts) + DAY
        first, last = max(min(starts), start), min(until, end)
        logged_in |= set(range(to_micros(first) // 60_000_000, to_micros(last) // 60_000_000))
    return len(logged_in)
