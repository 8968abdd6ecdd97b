"""Support credits (8.3 to 8.5): until when they are claimed, their ids, and how payers use them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from billing.charges import (
    ChargeKind,
    ChargeRecord,
    CreditLine,
    CreditLineView,
    RecordView,
    SupportLineView,
    charge_id,
    credit_text,
    record_digest,
)
from billing.money import MINOR_LIMIT
from billing.period import Period

CLAIM_DAYS = 30  # 8.3


def last_claim_day(month: Period) -> date:
    """The last day on which a claim may be received: 30 days after the last day of the month (8.3)."""
    return month.end_day + timedelta(days=CLAIM_DAYS - 1)


def credit_id(owner_sid: str, plan_id: str, month: Period) -> bytes:
    """The id of a credit: 16 bytes that depend only on what is credited, as there is one each (8.4)."""
    return sha256(f"prorata credit 1\n{owner_sid}\n{plan_id}\n{month}".encode()).digest()[:16]


@dataclass(frozen=True, slots=True)
class PayerCredit:
    """What a payer is credited, and what closings have used of it, in the minor unit; whether the rest has lapsed."""

    payer_sid: str
    amount_minor: int
    used_minor: int
    lapsed: bool


@dataclass(frozen=True, slots=True)
class SupportCredit:
    """A credit that was granted.

    Attributes:
        owner_sid: who held the plan: a top-level account or a contract.
        plan_id: the plan.
        month: the month in which its guarantee was missed.
        ticket: by which it was claimed.
        receive_time, grant_time: when the claim was received, and granted.
        final_period: the period whose closing fixed the amounts; None while they are estimates.
        payers: what each is credited, by SID.
    """

    owner_sid: str
    plan_id: str
    month: Period
    ticket: str
    receive_time: datetime
    grant_time: datetime
    final_period: Period | None
    payers: list[PayerCredit]

    @property
    def credit_id(self) -> bytes:
        """Its id: 16 bytes."""
        return credit_id(self.owner_sid, self.plan_id, self.month)


@dataclass(frozen=True, slots=True)
class OpenCredit:
    """What a payer is credited and has not used up.

    Attributes:
        credit_key: of the credit.
        payer_key, payer_sid: whose it is.
        owner_key, owner_sid: who held the plan.
        plan_id, plan_rank: the plan.
        month: the credited month.
        credit_minor: what the payer is credited in all, in the minor unit.
        used_minor: what closings before have used of it.
    """

    credit_key: int
    payer_key: int
    payer_sid: str
    owner_key: int
    owner_sid: str
    plan_id: str
    plan_rank: int
    month: Period
    credit_minor: int
    used_minor: int


@dataclass(frozen=True, slots=True)
class CreditUse:
    """What a closing uses of a credit, of what its payer owed before credits, in the minor unit; positive."""

    credit: OpenCredit
    owed_minor: int
    use_minor: int


def plan_amounts(record: ChargeRecord | RecordView) -> list[tuple[str, int]]:
    """What the lines of a record charge for which plan: none but those of a SUPPORT_PLAN record (8.4)."""
    if record.kind is not ChargeKind.SUPPORT_PLAN:
        return []
    lines = [
        (line.plan_id if isinstance(line, SupportLineView) else line.segment.terms.plan_id, line.amount_minor)
        for line in record.support_lines
    ]
    return lines + [(line.item_id, line.amount_minor) for line in record.adjustment_lines]


def use_credits(open_credits: Iterable[OpenCredit], owed: Mapping[int, int]) -> list[CreditUse]:
    """What a closing uses of the credits of some payers (8.5).

    Args:
        open_credits: of any payers, in any order.
        owed: what each payer owes in the closing before credits, by key; who owes nothing may be missing.

    Returns:
        The uses by payer, the oldest credited month first, then the lower plan, then the lower owner SID. A payer's
        sum to at most what it owes; no credit is used beyond its amount.
    """
    left = dict(owed)
    uses = []
    for credit in sorted(open_credits, key=_order):
        use = min(left.get(credit.payer_key, 0), credit.credit_minor - credit.used_minor, MINOR_LIMIT)
        if use > 0:
            uses.append(CreditUse(credit, owed[credit.payer_key], use))
            left[credit.payer_key] -= use
    return uses


def _order(credit: OpenCredit) -> tuple[int, Period, int, str]:
    return credit.payer_key, credit.month, credit.plan_rank, credit.owner_sid


def credit_record(use: CreditUse, closing_period: Period) -> ChargeRecord:
    """The record of a use: one owner, plan and credited month, to the payer (6.8)."""
    credit = use.credit
    line = CreditLine(
        credit.credit_key, credit.plan_id, -use.use_minor, credit.credit_minor, credit.used_minor, use.owed_minor
    )
    kind = ChargeKind.SUPPORT_CREDIT
    identity = charge_id(kind, credit.payer_sid, credit.owner_sid, credit.month, closing_period, credit.plan_id)
    digest = record_digest(identity, [credit_text(line)])
    return ChargeRecord(
        credit.month,
        kind,
        credit.payer_key,
        credit.owner_key,
        line.amount_minor,
        identity,
        digest,
        credit_lines=[line],
    )


def credit_view(use: CreditUse, closing_period: Period) -> RecordView:
    """The record of a use as a preview shows it."""
    credit, record = use.credit, credit_record(use, closing_period)
    line = CreditLineView(
        credit_id(credit.owner_sid, credit.plan_id, credit.month),
        credit.plan_id,
        record.amount_minor,
        credit.credit_minor,
        credit.used_minor,
        use.owed_minor,
    )
    return RecordView(
        record.charge_id,
        0,
        record.kind,
        credit.payer_sid,
        credit.owner_sid,
        credit.month,
        closing_period,
        record.amount_minor,
        [],
        [],
        credit_lines=[line],
    )
