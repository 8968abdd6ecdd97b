"""Products and their prices (4.5, 4.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from billing.period import Period
from billing.pricing import Pricing


class Stage(IntEnum):
    """How far a product has come, numbered as in the contract and the store."""

    ALPHA = 1
    BETA = 2
    LIMITED_RELEASE = 3
    DEVELOPER_PREVIEW = 4
    NOT_GENERALLY_AVAILABLE = 5
    GENERALLY_AVAILABLE = 6


class Family(IntEnum):
    """Whose product it is, numbered as in the contract and the store."""

    PLATFORM = 1
    TELECOM_PROVIDER = 2
    SEGMENT = 3


def is_covered(stage: Stage, family: Family) -> bool:
    """Whether support covers a product: generally available, and the platform's own (4.7)."""
    return stage is Stage.GENERALLY_AVAILABLE and family is Family.PLATFORM


@dataclass(frozen=True, slots=True)
class Product:
    """A product, with its stage and family in a period.

    Attributes:
        product_id: its id.
        display_name: a name for people.
        unit: what a quantity of 1 is.
        stage, family: in the period asked for.
        start: the first period in which they hold; None when from the beginning.
    """

    product_id: str
    display_name: str
    unit: str
    stage: Stage
    family: Family
    start: Period | None

    @property
    def covered(self) -> bool:
        """Whether support covers it."""
        return is_covered(self.stage, self.family)


@dataclass(frozen=True, slots=True)
class Price:
    """A version of a product's price (4.5).

    Attributes:
        product_id: the product.
        start: the first period it holds in.
        pricing: how it is formed.
        contract_sid: the contract whose own price it is; empty in the price book.
        publish_time: when it was published.
    """

    product_id: str
    start: Period
    pricing: Pricing
    contract_sid: str
    publish_time: datetime
