"""The support plans and their versions (2): what the page says, and what is published later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

PLANS = ("developer", "production", "business", "personalized")
BUSINESS_HOURS, AROUND_THE_CLOCK = "business hours", "24x7"


@dataclass(frozen=True)
class Price:
    """What a plan costs a month: rate and minimum, or a flat amount, in dollars (2.4)."""

    rate: Fraction | None = None
    minimum: Fraction | None = None
    flat: Fraction | None = None

    @property
    def free(self) -> bool:
        """Whether it costs nothing, whatever the spend."""
        return not (self.rate or self.minimum or self.flat)

    def monthly(self, spend: Fraction) -> Fraction:
        """The total monthly support charge (5.2)."""
        if self.flat is not None:
            return self.flat
        assert self.rate is not None
        assert self.minimum is not None
        return max(self.rate * spend, self.minimum)


@dataclass(frozen=True)
class Guarantee:
    """A guaranteed response time, in minutes on its clock; `exclusive` when reaching it misses it."""

    minutes: int
    clock: str
    exclusive: bool = False


@dataclass(frozen=True)
class Version:
    """The terms of a plan from a day on; guarantees by priority 1 to 3 (2.3)."""

    number: int
    day: date
    price: Price
    guarantees: tuple[tuple[int, Guarantee], ...] = ()


def usage_based(rate: str, minimum: int) -> Price:
    """A usage-based price, the rate in percent."""
    return Price(rate=Fraction(rate) / 100, minimum=Fraction(minimum))


def _business(hours: int) -> Guarantee:
    return Guarantee(hours * 60, BUSINESS_HOURS)


def first_versions() -> dict[str, list[Version]]:
    """The catalogue of 2.1."""
    beginning = date(1, 1, 1)
    hour = Guarantee(60, AROUND_THE_CLOCK)
    return {
        "developer": [Version(1, beginning, usage_based("0", 0))],
        "production": [
            Version(1, beginning, usage_based("4", 250), ((1, _business(3)), (2, _business(6)), (3, _business(9))))
        ],
        "business": [
            Version(
                1,
                beginning,
                usage_based("6", 1500),
                ((1, Guarantee(60, AROUND_THE_CLOCK, exclusive=True)), (2, _business(2)), (3, _business(3))),
            )
        ],
        "personalized": [
            Version(1, beginning, usage_based("8", 5000), ((1, hour), (2, _business(2)), (3, _business(3))))
        ],
    }
