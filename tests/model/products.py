"""Commands: products, their stage and family by months, and prices (4.5, 4.7, 7.3)."""

from __future__ import annotations

from tests.model.days import first_day, period_of
from tests.model.flex_state import BEGINNING, FlexTerms
from tests.model.pricing import Pricing
from tests.model.world import Refused, World

AVAILABLE = "GENERALLY_AVAILABLE"
NOT_COVERED_FAMILIES = ("TELECOM_PROVIDER", "SEGMENT")


def put_product(world: World, *, product: str, stage: str, family: str, period: str = "") -> None:
    """A product is made, or gets another stage and family from a period on (4.7)."""
    if period and world.closed and period <= world.closed[-1]:
        raise Refused("PERIOD_CLOSED")  # decided: only prices are dated back (4.5)
    made = product not in world.terms
    effective = BEGINNING if made else period or period_of(world.today)
    world.terms.setdefault(product, {})[period if made and period else effective] = (stage, family)


def covered(world: World, product: str, period: str) -> bool:
    """Whether support covers a product in a period (4.7)."""
    terms = world.terms[product]
    begun = [start for start in terms if start <= period] or [min(terms)]
    stage, family = terms[max(begun)]
    return stage == AVAILABLE and family not in NOT_COVERED_FAMILIES


def publish_prices(
    world: World,
    *,
    prices: list[tuple[str, str, str, Pricing]] | None = None,
    flex_prices: list[tuple[str, str, FlexTerms]] | None = None,
) -> None:
    """Prices by contract or "", product and period, and of Flex by model and period: all or none (4.5, 7.3)."""
    for contract, product, period, _pricing in prices or []:
        if product not in world.terms:
            raise Refused("PRODUCT_NOT_FOUND")
        if contract and contract not in world.contracts:
            raise Refused("CONTRACT_NOT_FOUND")
        open_to_staff(world, period)
    for _model, period, terms in flex_prices or []:
        if any(product not in world.terms for product, _quantity in terms.quotas):
            raise Refused("PRODUCT_NOT_FOUND")
        open_to_staff(world, period)
    for contract, product, period, pricing in prices or []:
        world.prices.setdefault((contract, product), {})[period] = pricing
    for model, period, terms in flex_prices or []:
        world.flex_prices[model][period] = terms


def open_to_staff(world: World, period: str) -> None:
    """Staff may publish for a closed period within the reach of 4.3, which 6.5 settles (4.5)."""
    if world.closed and period <= world.closed[-1] and first_day(period) < world.reach:
        raise Refused("PERIOD_CLOSED")
