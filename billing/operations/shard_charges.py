"""What a shard comes to: the same for a closing and for its rehearsal."""

from __future__ import annotations

import asyncio
from collections.abc import Set
from dataclasses import dataclass, replace
from typing import NamedTuple

import structlog

from billing.calculation import calculate, charged_owner
from billing.charges import Charges
from billing.loaded import Loaded
from billing.operations.asking import answered
from billing.operations.context import Reading
from billing.operations.month import Asked, load_owners, load_range
from billing.operations.settlement import Affected, affected_periods, settle_periods
from billing.period import Period
from billing.store.settlement import Since, Whose
from billing.store.state import EVERYTHING

OWNERS_LOGGED = 100  # of a shard; the store has all of them, with the reasons

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Work:
    """What a shard calculates.

    Attributes:
        closing_number: of the closing, or the number it would have.
        period: that it closes.
        whose: the owners: from a key up to another, or for a retry those named one by one.
        retry: whether it takes up owners set apart, with all that is known then (6.6).
    """

    closing_number: int
    period: Period
    whose: Whose
    retry: bool = False

    @property
    def before_cutoff(self) -> int:
        """What counts as known: what was recorded with a lower cut-off."""
        return EVERYTHING if self.retry else self.closing_number


class Calculated(NamedTuple):
    """What a shard comes to, adjustments included; and the first period settled for each owner that has any."""

    found: Charges
    settle_from: dict[int, Period]

    def settled_from(self, owner_key: int) -> Period:
        """The first period that is to be settled for an owner if nothing of this is emitted for it."""
        return self.settle_from.get(owner_key, self.found.closing_period)


async def calculate_shard(read: Reading, work: Work) -> Calculated:
    """Calculate a shard, in threads, which leaves the loop free. In a snapshot."""
    connection, store, number = read.connection, read.store, work.closing_number
    asked = Asked(work.period, work.period, work.before_cutoff)
    if work.retry:
        loaded = await load_owners(connection, store, asked, work.whose.others)
    else:
        loaded = await load_range(connection, store, asked, work.whose[:2])
    found = await asyncio.to_thread(calculate, loaded)
    since = Since(number - 1, work.before_cutoff)
    finding = affected_periods(work.whose, since, number - 1, work.period, with_tail=work.retry)
    affected = await answered(connection, finding, joined=False)
    failed = _names(loaded, found)
    async for of_period, settled in settle_periods(connection, store, affected, asked, number, with_tail=work.retry):
        failed |= _names(of_period, settled)
        found = _together(found, settled)
    _log_failures(work, found, failed)
    return Calculated(found, _first_settled(affected, work.period))


def of_owners(found: Charges, owner_keys: Set[int]) -> Charges:
    """Of what was calculated, the records of some owners."""
    adjustments = [record for record in found.adjustments if charged_owner(record) in owner_keys]
    return replace(found, rows=found.rows.of(owner_keys), adjustments=adjustments)


def _together(found: Charges, settled: Charges) -> Charges:
    """The records of a period and the adjustments of another; an owner that fails in one has no records at all."""
    failures = settled.failures | found.failures
    adjustments = [*found.adjustments, *settled.adjustments]
    return replace(
        found,
        rows=found.rows.without(failures),
        adjustments=[record for record in adjustments if charged_owner(record) not in failures],
        failures=failures,
        unexpected=found.unexpected | settled.unexpected,
    )


def _first_settled(affected: Affected, closing: Period) -> dict[int, Period]:
    """The first period that is settled for each owner; the closing one for those not named."""
    first: dict[int, Period] = {}
    for period in sorted(affected):
        for owner_key in affected[period]:
            first.setdefault(owner_key, period)
    return {key: min(period, closing) for key, period in first.items()}


def _names(loaded: Loaded, found: Charges) -> set[str]:
    """The SIDs of the owners that fail."""
    return {loaded.sids[key] for key in found.failures}


def _log_failures(work: Work, found: Charges, owner_sids: Set[str]) -> None:
    of = {"closing_number": work.closing_number, "period": str(work.period)}
    for error_id, error in found.unexpected.items():
        log.error("unexpected_error", **of, error_id=error_id, exc_info=error)
    if owner_sids:
        log.error("owners_set_apart", **of, owner_count=len(owner_sids), owners=sorted(owner_sids)[:OWNERS_LOGGED])
