"""Flex as it is recorded: instances, prices with quotas, and activity (7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

USER_AND_USAGE, NAMED_USER, ACTIVE_HOURS = "USER_AND_USAGE", "NAMED_USER", "ACTIVE_USER_HOURS"
FAIR_USE = (NAMED_USER, ACTIVE_HOURS)
BEGINNING = "0001-01"

LOGIN, SESSION_STARTED, SESSION_ENDED = "LOGIN", "SESSION_STARTED", "SESSION_ENDED"
PROVISIONED, REMOVED = "USER_PROVISIONED", "USER_REMOVED"


@dataclass
class FlexInstance:
    """The Flex instance of an account: the models it has, by the day from which each holds (7.1)."""

    start: date
    created_with: bool
    models: dict[date, str] = field(default_factory=dict)

    def model(self, day: date) -> str | None:
        """The model on a day."""
        begun = [start for start in self.models if start <= day]
        return self.models[max(begun)] if begun else None


@dataclass(frozen=True)
class FlexTerms:
    """The price of a model per user or hour, in dollars, with the quota per user or hour by product (7.3)."""

    price: Fraction
    quotas: tuple[tuple[str, Fraction], ...] = ()


@dataclass
class FlexEvent:
    """Something that happened; the content is all of it but whether it was voided."""

    kind: str
    user: str
    moment: datetime
    session: str
    voided: bool = False

    @property
    def content(self) -> tuple[str, str, datetime, str]:
        """What makes a repeat (4.1)."""
        return self.kind, self.user, self.moment, self.session


def list_prices() -> dict[str, dict[str, FlexTerms]]:
    """The list prices of 7.2 and 7.3."""
    prices = {USER_AND_USAGE: 35, NAMED_USER: 150, ACTIVE_HOURS: 1}
    return {model: {BEGINNING: FlexTerms(Fraction(price))} for model, price in prices.items()}
