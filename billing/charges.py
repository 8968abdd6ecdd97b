"""Charge records: what a closing emits (6.8), their ids (6.2) and digests (6.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING

from billing.flex import FlexLine, FlexModel
from billing.period import Period
from billing.pricing import PerUnit, Pricing
from billing.rating import UsageLines
from billing.record_columns import ID_BYTES, RecordColumns
from billing.segments import Segment
from billing.support import PlanPrice

if TYPE_CHECKING:
    from billing.support_columns import SupportColumns


class ChargeKind(IntEnum):
    """The kind of a record, numbered as in the contract and the store."""

    USAGE = 1
    FLEX = 2
    SUPPORT_PLAN = 3
    SUPPORT_CREDIT = 4


@dataclass(frozen=True, slots=True)
class SupportPart:
    """What of a support line falls to one account; weight and amount in the minor unit."""

    account_key: int
    amount_minor: int
    weight_minor: int


@dataclass(frozen=True, slots=True)
class SupportLine:
    """A segment, charged: its parts sum to the amount (1.3)."""

    segment: Segment
    spend_minor: int
    amount_minor: int
    parts: list[SupportPart]


@dataclass(frozen=True, slots=True)
class AdjustmentPart:
    """What a part of a closed period comes to now, and what the records before carried, in the minor unit (6.5)."""

    account_key: int
    due_minor: int
    carried_minor: int

    @property
    def amount_minor(self) -> int:
        """The difference."""
        return self.due_minor - self.carried_minor


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """The differences of a product, a plan or a Flex pricing model.

    Attributes:
        item_key: the product's key, the plan's rank or the pricing model.
        item_id: the product's or the plan's id, or the name of the pricing model.
        parts: one an account, by SID; none is zero.
    """

    item_key: int
    item_id: str
    parts: list[AdjustmentPart]

    @property
    def amount_minor(self) -> int:
        """The sum of the parts, which may be zero (5.6)."""
        return sum(part.amount_minor for part in self.parts)


@dataclass(frozen=True, slots=True)
class CreditLine:
    """What a closing uses of a support credit (8.5), in the minor unit.

    Attributes:
        credit_key: of the credit.
        plan_id: the plan whose guarantee was missed.
        amount_minor: what is used, negative.
        credit_minor: what the payer is credited in all.
        used_before_minor: what closings before had used of it.
        owed_minor: what the payer owed in the closing, before credits.
    """

    credit_key: int
    plan_id: str
    amount_minor: int
    credit_minor: int
    used_before_minor: int
    owed_minor: int


@dataclass(slots=True)
class ChargeRecord:
    """One payer, kind and period (6.8).

    Attributes:
        period: the period charged.
        kind: what is charged.
        payer_key: the top-level account that pays.
        party_key: the account of a USAGE or FLEX record, the owner of a SUPPORT_PLAN or SUPPORT_CREDIT record.
        amount_minor: the sum of the lines, in the minor unit.
        charge_id: 16 bytes, a function of what is charged.
        record_digest: 32 bytes, over id, line and part keys and amounts.
        usage_rows: the rows of the usage lines it consists of, first and end.
        support_lines: the support lines it consists of.
        adjustment_lines: the lines of an adjustment; then there are no others.
        credit_lines: the one line of a SUPPORT_CREDIT record.
        flex_lines: the lines of a FLEX record, one a pricing model.
    """

    period: Period
    kind: ChargeKind
    payer_key: int
    party_key: int
    amount_minor: int
    charge_id: bytes
    record_digest: bytes
    usage_rows: range = range(0)
    support_lines: list[SupportLine] = field(default_factory=list)
    adjustment_lines: list[AdjustmentLine] = field(default_factory=list)
    credit_lines: list[CreditLine] = field(default_factory=list)
    flex_lines: list[FlexLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Charges:
    """What a calculation comes to.

    Attributes:
        period: the period charged; adjustments are of earlier ones.
        closing_period: the period whose closing charges it.
        usage_lines, support_lines, flex_lines: of the records that are not adjustments.
        rows: these records, sorted by payer, kind and party.
        failures: the reason for each owner that could not be calculated (6.6).
        unexpected: the errors that are not in the words of the rules, by the id that the reason names; to be logged.
        adjustments: the records of earlier periods, as objects: they are few.
    """

    period: Period
    closing_period: Period
    usage_lines: UsageLines
    support_lines: SupportColumns
    flex_lines: Sequence[FlexLine]
    rows: RecordColumns
    failures: dict[int, str]
    unexpected: dict[str, Exception] = field(default_factory=dict)
    adjustments: Sequence[ChargeRecord] = ()

    @property
    def records(self) -> list[ChargeRecord]:
        """All records as objects, those of the period first: for previews and settlements, not for a whole month."""
        return [*(self.record(self.rows, row) for row in range(len(self.rows))), *self.adjustments]

    def __len__(self) -> int:
        return len(self.rows) + len(self.adjustments)

    def record(self, rows: RecordColumns, row: int) -> ChargeRecord:
        """A record as an object; `rows` are all or some of those of the period."""
        kind, lines = ChargeKind(rows.kind[row]), range(rows.first[row], rows.end[row])
        return ChargeRecord(
            self.period,
            kind,
            int(rows.payer_key[row]),
            int(rows.party_key[row]),
            int(rows.amount_minor[row]),
            rows.charge_id[row].tobytes(),
            rows.record_digest[row].tobytes(),
            usage_rows=lines if kind is ChargeKind.USAGE else range(0),
            support_lines=[self.support_lines.line(at) for at in lines] if kind is ChargeKind.SUPPORT_PLAN else [],
            flex_lines=[self.flex_lines[at] for at in lines] if kind is ChargeKind.FLEX else [],
        )


def id_form(kind: ChargeKind, period: Period, closing_period: Period) -> str:
    """What the id of a record is made of, with two places for the SIDs of payer and party."""
    return f"prorata charge 1\n{kind.name}\n%s\n%s\n{period}\n{closing_period}"


def charge_id(
    kind: ChargeKind, payer_sid: str, party_sid: str, period: Period, closing_period: Period, item: str = ""
) -> bytes:
    """The id of a record: 16 bytes that depend only on what it charges (6.2); the item is the plan of a credit."""
    text = id_form(kind, period, closing_period) % (payer_sid, party_sid)
    return sha256((f"{text}\n{item}" if item else text).encode()).digest()[:ID_BYTES]


def record_digest(identity: bytes, lines: Iterable[str]) -> bytes:
    """The digest of a record: over its id and one text per line and part with its key and amount (6.3)."""
    return sha256(identity + "\n".join(("", *lines)).encode()).digest()


def adjustment_texts(line: AdjustmentLine, sids: dict[int, str]) -> Iterable[str]:
    """Keys and amounts of a line of an adjustment and its parts, for the digest."""
    yield f"{line.item_id} {line.amount_minor}"
    for part in line.parts:
        yield f"{sids[part.account_key]} {part.amount_minor}"


def credit_text(line: CreditLine) -> str:
    """Key and amount of a credit's line, for the digest; its owner and month are in the id."""
    return f"{line.plan_id} {line.amount_minor}"


def closing_digest(records: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The digest of a closing: SHA-256 over the ids and digests of its records, in order of id (6.3)."""
    total = sha256()
    for identity, digest in records:
        total.update(identity)
        total.update(digest)
    return total.digest()


@dataclass(frozen=True, slots=True)
class UsageLineView:
    """A USAGE line as it is shown: amounts in the minor unit, exact sums in 10⁻⁹ and 10⁻⁶.

    `pricing` is the price used, None when nothing was priced here; `contract_sid` the contract whose own price it is.
    """

    product_id: str
    amount_minor: int
    rated_nanos: int
    unrated_micros: int
    pricing: Pricing | None
    price_start: str
    covered: bool
    included_micros: int = 0
    contract_sid: str = ""

    @property
    def unit_price(self) -> Decimal | None:
        """Of a quantity of 1; None when nothing was priced here, or not at a price a unit."""
        return self.pricing.unit_price if isinstance(self.pricing, PerUnit) else None


@dataclass(frozen=True, slots=True)
class SupportLineView:
    """A SUPPORT_PLAN line as it is shown; `parts` are SID, amount and weight in the minor unit."""

    plan_id: str
    version_number: int
    price: PlanPrice
    spend_minor: int
    start: date
    end: date
    amount_minor: int
    parts: list[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class FlexLineView:
    """A FLEX line as it is shown: users or hours, exact, and what one costs. The account is its only part."""

    model: FlexModel
    amount_minor: int
    counted: Fraction
    unit_price: Decimal
    price_start: str


@dataclass(frozen=True, slots=True)
class AdjustmentLineView:
    """A line of an adjustment as it is shown; `parts` are SID, amount, due and carried in the minor unit."""

    item_id: str
    amount_minor: int
    due_minor: int
    carried_minor: int
    parts: list[tuple[str, int, int, int]]


@dataclass(frozen=True, slots=True)
class CreditLineView:
    """A SUPPORT_CREDIT line as it is shown; amounts in the minor unit. The payer is its only part."""

    credit_id: bytes
    plan_id: str
    amount_minor: int
    credit_minor: int
    used_before_minor: int
    owed_minor: int


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record as it is shown: with SIDs and ids in place of keys; position 0 in a preview."""

    charge_id: bytes
    position: int
    kind: ChargeKind
    payer_sid: str
    party_sid: str
    period: Period
    closing_period: Period
    amount_minor: int
    usage_lines: list[UsageLineView]
    support_lines: list[SupportLineView]
    adjustment_lines: list[AdjustmentLineView] = field(default_factory=list)
    credit_lines: list[CreditLineView] = field(default_factory=list)
    flex_lines: list[FlexLineView] = field(default_factory=list)

    @property
    def adjustment(self) -> bool:
        """Whether it settles a period closed before (6.8)."""
        return self.period != self.closing_period
