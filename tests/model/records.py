"""Charge records as the model and the driver compare them (6.8), and the parts they are made of (6.5)."""

from __future__ import annotations

from dataclasses import dataclass

USAGE, FLEX, SUPPORT, CREDIT = "USAGE", "FLEX", "SUPPORT_PLAN", "SUPPORT_CREDIT"

# What is settled between closings (6.5): kind, payer, party, item, account. The party is the account of usage and Flex,
# and the owner of a plan; the item is the product, the pricing model or the plan.
PartKey = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Line:
    """A line: cents, and the parts of accounts that are not zero.

    Attributes:
        item: product, pricing model, plan, or of a credit its plan.
        detail: of a line of its own period what it was calculated from; of an adjustment what is due and was carried.
    """

    item: str
    cents: int
    parts: tuple[tuple[str, int], ...]
    detail: tuple[object, ...] = ()


@dataclass(frozen=True)
class Record:
    """A record: who pays what for which period, and which closing emitted it."""

    kind: str
    payer: str
    party: str
    period: str
    closing_period: str
    lines: tuple[Line, ...]

    @property
    def cents(self) -> int:
        """The sum of the lines."""
        return sum(line.cents for line in self.lines)

    @property
    def parts(self) -> dict[PartKey, int]:
        """The parts of the lines, added up."""
        added: dict[PartKey, int] = {}
        for line in self.lines:
            for account, cents in line.parts:
                key = (self.kind, self.payer, self.party, line.item, account)
                added[key] = added.get(key, 0) + cents
        return added


def recorded(kind: str, payer: str, party: str, period: str, closing_period: str, lines: list[Line]) -> list[Record]:
    """One record of these lines; none when no line has a part (5.6)."""
    kept = tuple(sorted((line for line in lines if line.parts), key=lambda line: (line.item, line.detail)))
    return [Record(kind, payer, party, period, closing_period, kept)] if kept else []
