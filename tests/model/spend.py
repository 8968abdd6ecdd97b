"""Lines of usage and of Flex, and the spend of an account (4.6, 5.1, 7)."""

from __future__ import annotations

from fractions import Fraction

from tests.model.flex_counts import counted, model_of, quota, terms_of
from tests.model.products import covered
from tests.model.records import Line
from tests.model.sharing import rounded
from tests.model.usage import price_of
from tests.model.world import Usage, World

MICROS, NANOS = 10**6, 10**9


def usage_lines(world: World, account: str, period: str) -> list[Line]:
    """One line per product (4.6)."""
    products: dict[str, list[Usage]] = {}
    for (owner, occurred, _event), usage in world.usage.items():
        if (owner, occurred) == (account, period) and not usage.voided:
            products.setdefault(usage.product, []).append(usage)
    return [_usage_line(world, account, period, product, records) for product, records in products.items()]


def _usage_line(world: World, account: str, period: str, product: str, records: list[Usage]) -> Line:
    rated = sum((Fraction(record.nanos, NANOS) for record in records if record.nanos is not None), Fraction(0))
    unrated = sum(record.micros for record in records if record.nanos is None)
    quantity = max(Fraction(unrated, MICROS) - quota(world, account, product, period), Fraction(0))
    amount = rated
    if any(record.nanos is None for record in records):
        price = price_of(world, account, product, period)
        assert price is not None, f"no price of {product} in {period}"
        amount += price.amount(quantity)
    cents = rounded(amount)
    detail = (rated, unrated, covered(world, product, period))
    return Line(product, cents, ((account, cents),) if cents else (), detail)


def flex_lines(world: World, account: str, period: str) -> list[Line]:
    """The line of the account's pricing model, if it has one."""
    model = model_of(world, account, period)
    if model is None:
        return []
    count = counted(world, account, model, period)
    price = terms_of(world, model, period).price
    cents = rounded(count * price)
    return [Line(model, cents, ((account, cents),) if cents else (), (price,))]


def spend(world: World, account: str, period: str) -> int:
    """The spend of an account in a period, in cents (5.1)."""
    usage = [line for line in usage_lines(world, account, period) if covered(world, line.item, period)]
    return sum(line.cents for line in usage + flex_lines(world, account, period))
