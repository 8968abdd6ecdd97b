"""What Flex counts in a period: unique users, the most provisioned at one time, hours logged in (7.2, 7.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from tests.model.days import days_of, first_day, later, start_of
from tests.model.flex_state import (
    ACTIVE_HOURS,
    BEGINNING,
    FAIR_USE,
    LOGIN,
    NAMED_USER,
    PROVISIONED,
    REMOVED,
    SESSION_ENDED,
    SESSION_STARTED,
    USER_AND_USAGE,
    FlexEvent,
    FlexTerms,
)
from tests.model.world import World

WITHOUT_END = timedelta(hours=24)
Stretch = tuple[datetime, datetime]


def model_of(world: World, account: str, period: str) -> str | None:
    """The pricing model of an account in a period: switches take effect on first days only (7.7)."""
    if account not in world.flex or not any(world.exists(account, day) for day in days_of(period)):
        return None
    return world.flex[account].model(days_of(period)[-1])


def terms_of(world: World, model: str, period: str) -> FlexTerms:
    """The price and the quotas of a model in a period."""
    terms = world.flex_prices[model]
    return terms[max(start for start in terms if start <= period)] if terms else terms[BEGINNING]


def counted(world: World, account: str, model: str, period: str) -> Fraction:
    """The users or hours of an account in a period."""
    count = {USER_AND_USAGE: _unique_users, NAMED_USER: _most_provisioned, ACTIVE_HOURS: _hours}[model]
    events = [event for (owner, _period, _id), event in world.activity.items() if owner == account and not event.voided]
    begin = start_of(first_day(period), world.zone)
    end = start_of(first_day(later(period)), world.zone)
    closing = world.accounts[account].closing
    if closing:  # decided: nobody is logged in to a closed account
        end = min(end, start_of(closing, world.zone))
    return Fraction(count(events, begin, end))


def quota(world: World, account: str, product: str, period: str) -> Fraction:
    """How much of a product is included for an account in a period (7.3)."""
    model = model_of(world, account, period)
    if model not in FAIR_USE:
        return Fraction(0)
    per_one = dict(terms_of(world, model, period).quotas).get(product, Fraction(0))
    return per_one * counted(world, account, model, period)


def _unique_users(events: list[FlexEvent], begin: datetime, end: datetime) -> int:
    return len({event.user for event in events if event.kind == LOGIN and begin <= event.moment < end})


def _most_provisioned(events: list[FlexEvent], begin: datetime, end: datetime) -> int:
    """The most users provisioned at one time; removals come before additions at the same instant."""
    moments = {begin} | {event.moment for event in events if begin <= event.moment < end}
    return max(len(_provisioned(events, moment)) for moment in moments)


def _provisioned(events: list[FlexEvent], moment: datetime) -> set[str]:
    """Who is provisioned after what happened up to and at a moment."""
    there: set[str] = set()
    for event in sorted(events, key=lambda event: (event.moment, event.kind != REMOVED)):
        if event.moment <= moment and event.kind == PROVISIONED:
            there.add(event.user)
        if event.moment <= moment and event.kind == REMOVED:
            there.discard(event.user)
    return there


def _hours(events: list[FlexEvent], begin: datetime, end: datetime) -> Fraction:
    """The hours logged in, overlapping sessions of one user once, cut at the month's ends."""
    microseconds = 0
    for user in {event.user for event in events}:
        last = begin
        for start, stop in sorted(_sessions([event for event in events if event.user == user])):
            counts_from, counts_to = max(start, last), min(stop, end)
            if counts_from < counts_to:
                microseconds += (counts_to - counts_from) // timedelta(microseconds=1)
                last = counts_to
    return Fraction(microseconds, 3_600_000_000)


def _sessions(events: list[FlexEvent]) -> list[Stretch]:
    """The sessions of a user: from the first start to the first end after it; without one 24 hours."""
    found = []
    for session in {event.session for event in events if event.kind == SESSION_STARTED}:
        of_it = [event for event in events if event.session == session]
        start = min(event.moment for event in of_it if event.kind == SESSION_STARTED)
        ends = [event.moment for event in of_it if event.kind == SESSION_ENDED and event.moment >= start]
        found.append((start, min(ends, default=start + WITHOUT_END)))
    return found
