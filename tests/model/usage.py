"""Commands: usage is recorded, voided and corrected (4.1 to 4.4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.model.days import first_day, period_of
from tests.model.pricing import Pricing
from tests.model.world import Refused, Usage, World

AHEAD = timedelta(minutes=5)  # 4.3


def record_usage(world: World, *, records: list[dict[str, object]]) -> list[str]:
    """What becomes of each record of a batch: new, repeated, or why it is refused (4.1, 4.3)."""
    return [_record(world, **record) for record in records]  # type: ignore[arg-type]


def _record(
    world: World, *, event: str, account: str, product: str, micros: int, moment: datetime, nanos: int | None = None
) -> str:
    if account not in world.accounts:
        return "ACCOUNT_NOT_FOUND"
    if product not in world.terms:
        return "PRODUCT_NOT_FOUND"
    refused = moment_refused(world, account, moment)
    if refused:
        return refused
    period = period_of(world.day_of(moment))
    if nanos is None and price_of(world, account, product, period) is None:
        return "PRICE_NOT_FOUND"
    made = Usage((product, micros, moment, nanos), product, moment, micros, nanos)
    known = world.usage.setdefault((account, period, event), made)
    if known is made:
        return "new"
    return "repeated" if known.content == made.content else "EVENT_CONFLICT"


def moment_refused(world: World, account: str, moment: datetime) -> str:
    """Why a moment is not accepted, if it is not (4.3)."""
    if moment > world.now + AHEAD:
        return "MOMENT_IN_FUTURE"
    if world.day_of(moment) < world.reach:
        return "MOMENT_TOO_OLD"
    if not world.exists(account, world.day_of(moment)):
        return "MOMENT_OUTSIDE_ACCOUNT"
    return ""


def price_of(world: World, account: str, product: str, period: str) -> Pricing | None:
    """The price of an account's unrated usage of a product in a period (4.5).

    A contract's own price holds for a family that is a member on the first day of the period; decided: with all its
    subaccounts, also those created later in the period.
    """
    contract = world.member.get(world.parent_of(account), {}).get(first_day(period))
    for book in ([contract] if contract else []) + [""]:
        prices = world.prices.get((book, product), {})
        begun = [start for start in prices if start <= period]
        if begun:
            return prices[max(begun)]
    return None


def _events(world: World, account: str, period: str, events: list[str]) -> list[Usage]:
    """The records of these ids, which must be there."""
    world.account(account)
    if first_day(period) < world.reach:
        raise Refused("MOMENT_TOO_OLD")
    if any((account, period, event) not in world.usage for event in events):
        raise Refused("EVENT_NOT_FOUND")
    return [world.usage[account, period, event] for event in events]


def void_usage(world: World, *, account: str, period: str, events: list[str]) -> tuple[int, int]:
    """Usage is voided, all or none; voiding twice is a repeat (4.4). Returns how many were voided now, and before."""
    found = _events(world, account, period, events)
    voided = [usage for usage in found if not usage.voided]
    for usage in voided:
        usage.voided = True
    return len(voided), len(found) - len(voided)


def correct_usage(world: World, *, account: str, period: str, corrections: list[tuple[str, int, int | None]]) -> None:
    """Quantity and amount are corrected, all or none; the last correction counts (4.4)."""
    found = _events(world, account, period, [event for event, _micros, _nanos in corrections])
    if any(usage.voided for usage in found):
        raise Refused("EVENT_VOIDED")
    for usage, (_event, _micros, nanos) in zip(found, corrections, strict=True):
        if nanos is None and price_of(world, account, usage.product, period) is None:
            raise Refused("PRICE_NOT_FOUND")
    for usage, (_event, micros, nanos) in zip(found, corrections, strict=True):
        usage.micros, usage.nanos = micros, nanos
