"""Corrections of usage (4.4): what a record counts for, and by how much a void or a correction changes that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from billing.errors import BillingError, Reason, invalid
from billing.period import Period, oldest_period

Path = Callable[[int], str]  # the path of an event id in the request, by its position


class Content(NamedTuple):
    """What a record counts for.

    Attributes:
        quantity_micros: in 10⁻⁶ of the product's unit.
        amount_nanos: in 10⁻⁹ of the currency; None when the quantity is priced here.
    """

    quantity_micros: int
    amount_nanos: int | None


class Correction(NamedTuple):
    """An entry of a record's trail: the content that counts from then on, None when it was voided; and when."""

    content: Content | None
    record_time: datetime


class Difference(NamedTuple):
    """What a roll-up changes by; any of it may be negative."""

    event_count: int
    quantity_micros: int
    unrated_micros: int
    rated_nanos: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A recorded event as it counts now.

    Attributes:
        event_id: which.
        product_key: of what.
        occur_time: when.
        content: what it counts for; None when it was voided.
        correction_count: how often it was corrected or voided.
    """

    event_id: UUID
    product_key: int
    occur_time: datetime
    content: Content | None
    correction_count: int


@dataclass(frozen=True, slots=True)
class Change:
    """A void (no content) or a correction of an event, to be recorded."""

    event: Counted
    content: Content | None

    @property
    def correction_number(self) -> int:
        """Its number in the event's trail, from 1."""
        return self.event.correction_count + 1

    @property
    def difference(self) -> Difference:
        """What counts then, less what counted before."""
        before, after = _counts(self.event.content), _counts(self.content)
        return Difference(*(new - old for new, old in zip(after, before, strict=True)))


def _counts(content: Content | None) -> Difference:
    if content is None:
        return Difference(0, 0, 0, 0)
    quantity, amount = content
    return Difference(1, quantity, quantity if amount is None else 0, amount or 0)


def check_reach(period: Period, current: Period) -> None:
    """Usage of the period may still be voided and corrected: MOMENT_TOO_OLD otherwise (4.3)."""
    oldest = oldest_period(current)
    if period < oldest:
        raise BillingError(
            Reason.MOMENT_TOO_OLD,
            f"{period} lies before the 12th period before the current one: {oldest} is the first that can be corrected",
            "period",
        )


def check_each_once(event_ids: Sequence[UUID], path: Path) -> None:
    """No event is named twice: INVALID_FIELD otherwise."""
    places: dict[UUID, int] = {}
    for index, event_id in enumerate(event_ids):
        if places.setdefault(event_id, index) != index:
            raise invalid(path(index), f"{event_id} is named twice, first at {path(places[event_id])}: name it once")


def check_found(
    event_ids: Sequence[UUID], found: Sequence[Counted | None], path: Path, period: Period
) -> list[Counted]:
    """The events, all of which were recorded: EVENT_NOT_FOUND otherwise, for the first that was not."""
    known = []
    for index, event in enumerate(found):
        if event is None:
            raise BillingError(
                Reason.EVENT_NOT_FOUND,
                f"no event {event_ids[index]} was recorded for the account in {period}",
                path(index),
            )
        known.append(event)
    return known


def voids(events: Sequence[Counted]) -> list[Change]:
    """The events that are voided now; voiding what is voided already is a repeat, and none of them."""
    return [Change(event, None) for event in events if event.content is not None]


def corrections(events: Sequence[Counted], contents: Sequence[Content], path: Path) -> list[Change]:
    """The corrections of events, each to its content: EVENT_VOIDED if one was voided."""
    for index, event in enumerate(events):
        if event.content is None:
            raise BillingError(
                Reason.EVENT_VOIDED,
                f"{event.event_id} was voided: record the usage anew under another event id",
                path(index),
            )
    return [Change(event, content) for event, content in zip(events, contents, strict=True)]
