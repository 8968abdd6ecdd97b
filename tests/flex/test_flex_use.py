"""What instances come to, counted in the store for many at once: against the slow way, and case by case."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from billing.flex import FlexModel, FlexUse
from billing.flex_activity import ActivityKind as Kind
from billing.period import Period
from billing.store.flex_use import load_flex_use
from billing.store.state import EVERYTHING
from billing.store.usage_sums import FamilyRange
from tests.flex.world import Event, Instance, counted, put

UTC_ZONE, BERLIN, NEW_YORK = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
JUNE, JULY = Period(2026, 6), Period(2026, 7)
ALL = FamilyRange(0, 10_000)
USAGE, NAMED, HOURS = FlexModel.USER_AND_USAGE, FlexModel.NAMED_USER, FlexModel.ACTIVE_USER_HOURS
SINCE_MAY = date(2026, 5, 1)


def at(text: str) -> datetime:
    """A moment of 2026 in UTC, written as "06-20 12:00"."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def of(model: FlexModel, *events: Event, start: date = SINCE_MAY, end: date | None = None) -> Instance:
    """An account with an instance of one model."""
    return Instance(1, [(start, model)], events, end)


def span(user: str, start: str, end: str | None, name: str = "") -> list[Event]:
    """A session."""
    name = name or f"{user} {start}"
    started = [Event(Kind.SESSION_STARTED, user, at(start), name)]
    return [*started, Event(Kind.SESSION_ENDED, user, at(end), name)] if end else started


async def count(
    connection: asyncpg.Connection, one: Instance, period: Period = JUNE, zone: ZoneInfo = UTC_ZONE
) -> Fraction:
    """What one instance comes to, with all that is known."""
    await connection.execute("TRUNCATE account_sid, account, account_life, flex_instance, flex_model, flex_activity")
    await put(connection, zone, [one])
    found = await load_flex_use(connection, [1], period, zone, EVERYTHING)
    assert all(use == FlexUse(1, 1, one.models[-1][1], use.counted) for use in found)
    return found[0].counted if found else Fraction(0)


LOGIN_CASES = {
    "7.2: a user counts once, however often it logs in": (
        [
            Event(Kind.LOGIN, user, at(moment))
            for user in "ab"
            for moment in ("06-01 00:00", "06-09 10:00", "06-30 23:59")
        ],
        2,
    ),
    "7.2: a session is no login": (
        [*span("a", "06-01 00:00", "06-02 00:00"), Event(Kind.LOGIN, "b", at("06-03 00:00"))],
        1,
    ),
    "7.2: a login counts in the month in which it happened": (
        [Event(Kind.LOGIN, "a", at("05-31 23:59")), Event(Kind.LOGIN, "b", at("07-01 00:00"))],
        0,
    ),
    "7.2: a voided login does not count": ([Event(Kind.LOGIN, "a", at("06-03 00:00"), void_cutoff=0)], 0),
    "7.2: who is provisioned did not log in": ([Event(Kind.USER_PROVISIONED, "a", at("06-03 00:00"))], 0),
}


@pytest.mark.parametrize(("events", "users"), LOGIN_CASES.values(), ids=list(LOGIN_CASES))
async def test_unique_users_who_logged_in(connection: asyncpg.Connection, events: list[Event], users: int) -> None:
    """7.2: unique users, whatever else they did."""
    assert await count(connection, of(USAGE, *events)) == users


def _named(text: str) -> list[Event]:
    """Events written as "+a 06-20 12:00, -a 06-21 12:00": provisioned and removed."""
    events = []
    for part in text.split(", "):
        sign, user, moment = part[0], part[1], part[3:]
        events.append(Event(Kind.USER_PROVISIONED if sign == "+" else Kind.USER_REMOVED, user, at(moment)))
    return events


PEAK_CASES = {
    "7.3: the most at one time, not all of the month": ("+a 06-01 10:00, -a 06-02 10:00, +b 06-03 10:00", 1),
    "7.3: removals before additions at the same instant": ("+a 06-01 10:00, -a 06-02 10:00, +b 06-02 10:00", 1),
    "7.3: a microsecond apart they overlap": ("+a 06-01 10:00, +b 06-02 10:00, -a 06-02 10:00:00.000001", 2),
    "7.3: provisioned before the month, and not removed": ("+a 05-03 10:00, +b 05-04 10:00, -b 05-05 10:00", 1),
    "7.3: removed as the month begins": ("+a 05-03 10:00, -a 06-01 00:00", 0),
    "7.3: removed a microsecond after the month began": ("+a 05-03 10:00, -a 06-01 00:00:00.000001", 1),
    "7.3: provisioned as the month ends": ("+a 07-01 00:00", 0),
    "7.3: provisioned twice is provisioned once": ("+a 06-01 10:00, +a 06-02 10:00, +b 06-03 10:00, -a 06-04 10:00", 2),
    "7.3: provisioned twice, removed once": ("+a 06-01 10:00, +a 06-02 10:00, -a 06-03 10:00, +b 06-04 10:00", 1),
    "7.3: the removal of who is not provisioned changes nothing": ("-a 06-01 10:00, +b 06-02 10:00, -a 06-03 10:00", 1),
    "7.3: removed and provisioned at one instant stays": (
        "+a 06-01 10:00, -a 06-02 10:00, +a 06-02 10:00, +b 06-03 10:00",
        2,
    ),
    "7.3: provisioned and removed at one instant stays": ("+a 06-02 10:00, -a 06-02 10:00, +b 06-03 10:00", 2),
}


@pytest.mark.parametrize(("text", "users"), PEAK_CASES.values(), ids=list(PEAK_CASES))
async def test_the_most_users_provisioned_at_one_time(connection: asyncpg.Connection, text: str, users: int) -> None:
    """7.3: whatever the order of arrival."""
    events = _named(text)
    for order in (events, events[::-1]):
        assert await count(connection, of(NAMED, *order)) == users


HOURS_CASES = {
    "7.3: overlapping sessions of a user count once": (
        [*span("a", "06-03 09:00", "06-03 17:30"), *span("a", "06-03 17:00", "06-03 18:00")],
        (9, 0),
    ),
    "7.3: one session within another": (
        [
            *span("a", "06-03 09:00", "06-03 18:00"),
            *span("a", "06-03 10:00", "06-03 11:00"),
            *span("a", "06-03 17:00", "06-03 19:00"),
        ],
        (10, 0),
    ),
    "7.3: two users at the same time count each": (
        [*span("a", "06-03 09:00", "06-03 10:00"), *span("b", "06-03 09:00", "06-03 10:00")],
        (2, 0),
    ),
    "7.3: cut at the month's ends": (span("b", "06-30 22:00", "07-01 06:00"), (2, 6)),
    "7.3: without an end 24 hours": (span("a", "06-10 09:00", None), (24, 0)),
    "7.3: without an end, into the next month": (span("a", "06-30 22:00", None), (2, 22)),
    "7.3: longer than 24 hours, with an end": (span("a", "06-10 09:00", "06-12 09:00"), (48, 0)),
    "7.3: over a whole month": (span("a", "05-20 00:00", "07-01 01:00"), (720, 1)),
    "7.3: an end without a start counts nothing": ([Event(Kind.SESSION_ENDED, "a", at("06-10 09:00"), "s")], (0, 0)),
    "7.3: an end before the start is not its end": (
        [Event(Kind.SESSION_ENDED, "a", at("06-10 08:00"), "s"), *span("a", "06-10 09:00", None, "s")],
        (24, 0),
    ),
    "7.3: of several starts of one session the first": (
        [*span("a", "06-10 09:00", "06-10 12:00", "s"), *span("a", "06-10 11:00", None, "s")],
        (3, 0),
    ),
    "7.3: of several ends the first": (
        [*span("a", "06-10 09:00", "06-10 10:00", "s"), Event(Kind.SESSION_ENDED, "a", at("07-10 12:00"), "s")],
        (1, 0),
    ),
    "7.3: a session that ends as it starts": (span("a", "06-10 09:00", "06-10 09:00"), (0, 0)),
    "7.3: one session name of two users is two sessions": (
        [*span("a", "06-10 09:00", "06-10 10:00", "s"), *span("b", "06-10 09:30", None, "s")],
        (25, 0),
    ),
    "7.3: a voided end leaves a session without an end": (
        [*span("a", "06-10 09:00", None, "s"), Event(Kind.SESSION_ENDED, "a", at("06-10 10:00"), "s", void_cutoff=0)],
        (24, 0),
    ),
    "7.3: a voided start leaves nothing": (
        [
            Event(Kind.SESSION_STARTED, "a", at("06-10 09:00"), "s", void_cutoff=0),
            Event(Kind.SESSION_ENDED, "a", at("06-10 10:00"), "s"),
        ],
        (0, 0),
    ),
    "7.3: a login is no session": ([Event(Kind.LOGIN, "a", at("06-10 09:00"))], (0, 0)),
}


@pytest.mark.parametrize(("events", "hours"), HOURS_CASES.values(), ids=list(HOURS_CASES))
async def test_the_time_logged_in(connection: asyncpg.Connection, events: list[Event], hours: tuple[int, int]) -> None:
    """7.3: of June and of July, whatever the order of arrival."""
    for order in (events, events[::-1]):
        one = of(HOURS, *order)
        assert (await count(connection, one), await count(connection, one, JULY)) == hours


async def test_hours_are_exact(connection: asyncpg.Connection) -> None:
    """7.3, 1.1: a microsecond is a 3,600,000,000th of an hour."""
    start = at("06-10 09:00")
    events = [
        Event(Kind.SESSION_STARTED, "a", start, "s"),
        Event(Kind.SESSION_ENDED, "a", start + timedelta(microseconds=1), "s"),
    ]
    assert await count(connection, of(HOURS, *events)) == Fraction(1, 3_600_000_000)


async def test_hours_are_elapsed_time_where_clocks_change(connection: asyncpg.Connection) -> None:
    """7.3, 0: in Berlin 29 March has 23 hours, and the month ends at midnight of summer time."""
    march = Period(2026, 3)
    over_midnight = of(HOURS, *span("a", "03-31 20:00", "04-01 02:00"), start=date(2026, 3, 1))
    assert await count(connection, over_midnight, march, BERLIN) == 2
    assert await count(connection, over_midnight, march.plus(1), BERLIN) == 4
    whole_day = of(HOURS, *span("a", "03-28 23:00", "03-29 22:00"), start=date(2026, 3, 29), end=date(2026, 3, 30))
    assert await count(connection, whole_day, march, BERLIN) == 23
    open_session = of(HOURS, *span("a", "03-28 23:30", None), start=date(2026, 3, 29))
    assert await count(connection, open_session, march, BERLIN) == 24


async def test_an_instance_counts_on_its_days_only(connection: asyncpg.Connection) -> None:
    """7.1, 7.3: from its first day on, and until the account closes."""
    added = date(2026, 6, 10)
    assert await count(connection, of(USAGE, Event(Kind.LOGIN, "a", at("06-09 23:59")), start=added)) == 0
    assert await count(connection, of(NAMED, *_named("+a 06-10 00:00, +b 06-19 23:59"), start=added)) == 2
    closed = date(2026, 6, 20)
    assert await count(connection, of(NAMED, *_named("+a 06-19 23:59, +b 06-20 00:00"), end=closed)) == 1
    assert await count(connection, of(NAMED, *_named("+a 06-19 23:59"), end=closed), JULY) == 0
    assert await count(connection, of(HOURS, *span("a", "06-19 20:00", None), end=closed)) == 4
    assert await count(connection, of(HOURS, *span("a", "06-19 20:00", None), end=date(2026, 7, 1)), JULY) == 0


async def test_a_switch_carries_the_state_over(connection: asyncpg.Connection) -> None:
    """7.7: each month is counted by its own model; who was provisioned before counts, and a session goes on."""
    events = [
        *_named("+a 05-20 10:00, +b 06-20 10:00"),
        *span("c", "06-30 22:00", "07-01 06:00"),
        Event(Kind.LOGIN, "d", at("06-20 10:00")),
    ]
    models = [(SINCE_MAY, USAGE), (date(2026, 7, 1), NAMED)]
    one = Instance(1, models, events)
    await put(connection, UTC_ZONE, [one])
    assert await load_flex_use(connection, ALL, JUNE, UTC_ZONE, EVERYTHING) == [FlexUse(1, 1, USAGE, Fraction(1))]
    assert await load_flex_use(connection, ALL, JULY, UTC_ZONE, EVERYTHING) == [FlexUse(1, 1, NAMED, Fraction(2))]
    await connection.execute("UPDATE flex_model SET model = 3 WHERE model = 2")
    assert await load_flex_use(connection, ALL, JULY, UTC_ZONE, EVERYTHING) == [FlexUse(1, 1, HOURS, Fraction(6))]


async def test_what_counts_is_as_recorded_before_a_cutoff(connection: asyncpg.Connection) -> None:
    """6.1: what carries the cut-off or more is for a later closing, its voiding too."""
    events = [
        Event(Kind.LOGIN, "a", at("06-03 00:00"), cutoff=0, void_cutoff=2),
        Event(Kind.LOGIN, "b", at("06-03 00:00"), cutoff=1),
        Event(Kind.LOGIN, "c", at("06-03 00:00"), cutoff=2),
    ]
    await put(connection, UTC_ZONE, [of(USAGE, *events)])
    found = [await load_flex_use(connection, ALL, JUNE, UTC_ZONE, cutoff) for cutoff in (1, 2, 3)]
    assert [uses[0].counted for uses in found] == [1, 2, 2]
    assert await load_flex_use(connection, ALL, JUNE, UTC_ZONE, 0) == []


async def test_families_are_asked_for_by_key_or_as_a_range(connection: asyncpg.Connection) -> None:
    """7.1: each account of a family has an instance of its own; sorted by family and account."""
    login = Event(Kind.LOGIN, "a", at("06-03 00:00"))
    rows = [Instance(key, [(SINCE_MAY, USAGE)], [login], family=key // 10 * 10) for key in (10, 11, 20, 30, 31)]
    await put(connection, UTC_ZONE, rows)

    async def keys(families: list[int] | FamilyRange) -> list[tuple[int, int]]:
        found = await load_flex_use(connection, families, JUNE, UTC_ZONE, EVERYTHING)
        return [(use.family_key, use.account_key) for use in found]

    assert await keys(ALL) == [(10, 10), (10, 11), (20, 20), (30, 30), (30, 31)]
    assert await keys(FamilyRange(20, 30)) == [(20, 20)]
    assert await keys([30, 10]) == [(10, 10), (10, 11), (30, 30), (30, 31)]
    assert await keys([]) == []


@pytest.mark.parametrize("zone", [UTC_ZONE, BERLIN, NEW_YORK], ids=str)
async def test_many_instances_come_to_what_each_comes_to(connection: asyncpg.Connection, zone: ZoneInfo) -> None:
    """7.2, 7.3, 7.7: whatever happens in whatever order around the ends of months, at every cut-off."""
    chance = Random(str(zone))  # noqa: S311 - not for secrets
    instances = [_any_instance(chance, key) for key in range(1, 241)]
    await put(connection, zone, instances)
    charged = 0
    for period in (JUNE, JULY):
        for cutoff in (1, 2, EVERYTHING):
            found = await load_flex_use(connection, ALL, period, zone, cutoff)
            expected = {one.key: counted(one, period, zone, cutoff) for one in instances}
            assert {use.account_key: use.counted for use in found} == {key: n for key, n in expected.items() if n}
            assert all(use.model is instances[use.account_key - 1].model(period) for use in found)
            charged += len(found)
    assert charged > 300  # so that the comparison can not come to nothing


def _any_instance(chance: Random, key: int) -> Instance:
    first = chance.choice([SINCE_MAY, date(2026, 6, 1), date(2026, 6, 17), date(2026, 7, 1), date(2026, 7, 3)])
    models = [(first, chance.choice(list(FlexModel)))]
    if first < date(2026, 7, 1) and chance.random() < 0.5:
        models.append((date(2026, 7, 1), chance.choice(list(FlexModel))))
    end = chance.choice([None, None, None, date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 2)])
    events = [_any_event(chance) for _ in range(chance.randrange(30))]
    chance.shuffle(events)
    return Instance(key, models, events, end if end is None or end > first else None)


def _any_event(chance: Random) -> Event:
    kind = chance.choice(list(Kind))
    around = chance.choice([at("05-31 22:00"), at("06-15 12:00"), at("06-30 22:00"), at("07-31 22:00")])
    moment = around + timedelta(hours=chance.randrange(-30, 30), minutes=chance.choice([0, 0, 0, 17]))
    session = chance.choice("xyz") if kind.of_session else ""
    cutoff = chance.choice([0, 0, 1, 2])
    void_cutoff = chance.choice([None, None, None, 1, 2])
    void_cutoff = None if void_cutoff is None or void_cutoff < cutoff else void_cutoff
    return Event(kind, chance.choice("abc"), moment, session, cutoff, void_cutoff)
