"""The calculation of a period: one function for preview, closing and later adjustments.

Pure: everything it needs is loaded before. It works on columns for all owners at once; only what cuts the month of a
contract, or of an account that moved, is looked at owner by owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import uuid4

from billing.calculated_records import flex_records, support_records, usage_records
from billing.charges import ChargeKind, ChargeRecord, Charges
from billing.errors import CalculationError
from billing.flex import charge_flex
from billing.loaded import Loaded, Owner
from billing.money import MINOR_LIMIT
from billing.owner_segments import segments_of
from billing.period import Period
from billing.rating import rate
from billing.record_columns import RecordColumns, joined
from billing.spends import Spends, spends_of
from billing.support_columns import SupportColumns, charge_segments

__all__ = ["Loaded", "Owner", "calculate", "charged_owner", "record_order", "total_minor"]


def calculate(loaded: Loaded) -> Charges:
    """What the owners and families are charged for the period.

    `failures` has those that can not be calculated; the reasons name the period.
    """
    flex = charge_flex(loaded.flex_uses, loaded.flex_terms, loaded.currency)
    lines, failed = rate(loaded.usage, loaded.products, loaded.currency, loaded.own_products, flex.included)
    failures = {key: failure.in_words(loaded.sids) for key, failure in (failed | flex.failures).items()}
    usage = usage_records(loaded, lines, failures)
    unexpected: dict[str, Exception] = {}
    support = _support(loaded, spends_of(lines, flex.lines), failures, unexpected)
    asked = loaded.family_keys.union(owner.owner_key for owner in loaded.owners)
    return Charges(
        loaded.period,
        loaded.closing_period,
        lines,
        support.lines,
        flex.lines,
        joined([usage, flex_records(loaded, flex.lines), support.records]).without(failures),
        {key: f"{loaded.period}: {reason}" for key, reason in failures.items() if key in asked},
        unexpected,
    )


class _Support(NamedTuple):
    """The support lines of some owners, and their records."""

    lines: SupportColumns
    records: RecordColumns


def _support(loaded: Loaded, spends: Spends, failures: dict[int, str], unexpected: dict[str, Exception]) -> _Support:
    """What the plans of all owners come to; whoever can not be calculated is added to the failures."""
    owners = loaded.owners
    try:
        return _support_of(loaded, owners, spends, failures)
    except Exception:  # one by one, to tell whose it is
        owners = [owner for owner in owners if _can_be_calculated(loaded, owner, spends, failures, unexpected)]
        return _support_of(loaded, owners, spends, failures)


def _can_be_calculated(
    loaded: Loaded, owner: Owner, spends: Spends, failures: dict[int, str], unexpected: dict[str, Exception]
) -> bool:
    try:
        _support_of(loaded, [owner], spends, failures)
    except Exception as error:
        failures[owner.owner_key] = _reason(error, unexpected)
        return False
    return True


def _reason(error: Exception, unexpected: dict[str, Exception]) -> str:
    """Why an owner can not be calculated, in words for staff; what only we can understand goes to the log by an id."""
    if isinstance(error, CalculationError):
        return str(error)
    error_id = uuid4().hex
    unexpected[error_id] = error
    return f"unexpected error {error_id}: see the log"


def _support_of(loaded: Loaded, owners: Sequence[Owner], spends: Spends, failures: dict[int, str]) -> _Support:
    segments, failed = segments_of(loaded, owners, spends, failures)
    failures |= failed
    lines, beyond = charge_segments(
        segments, spends.account_key, spends.minor, loaded.sids, loaded.period.day_count, loaded.currency
    )
    failures |= {
        owner: f"the support line of plan {plan_id} exceeds the largest amount a record can carry"
        for owner, plan_id in beyond.items()
    }
    return _Support(lines, support_records(loaded, lines, failures))


def record_order(record: ChargeRecord) -> tuple[int, Period, int, int]:
    """By what records are sorted: payer, period, kind and party."""
    return record.payer_key, record.period, record.kind, record.party_key


def charged_owner(record: ChargeRecord) -> int:
    """The owner that is set apart when the record can not be calculated: of usage and Flex the top-level account."""
    return record.payer_key if record.kind in (ChargeKind.USAGE, ChargeKind.FLEX) else record.party_key


def total_minor(amounts: Iterable[int]) -> int:
    """The amount of a record; CalculationError where it can not be carried."""
    total = sum(amounts)
    if abs(total) > MINOR_LIMIT:
        raise CalculationError("a record exceeds the largest amount it can carry")
    return total
