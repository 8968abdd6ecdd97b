"""What a calculation is made from: all that the charges of some owners in a period depend on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from billing.flex import FlexModel, FlexTerms, FlexUse
from billing.money import Currency
from billing.period import Period
from billing.rating import ProductTerms, UsageSums
from billing.segments import Run
from billing.support import PlanPrice, Terms


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner with the plans it held.

    Attributes:
        owner_key: a top-level account, or a contract.
        held: the plans by day; owners who held the same may share it, and are looked at once.
        payers: the payer by day; none for a top-level account that pays for itself.
        family_keys: the families that share the plan on some day of the period.
        own_prices: the days on which a contract's own price holds (2.4).
    """

    owner_key: int
    held: Sequence[Run[str]]
    payers: Sequence[Run[int]]
    family_keys: tuple[int, ...]
    own_prices: tuple[Run[PlanPrice], ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """All that the charges of some owners in a period depend on.

    Attributes:
        period: the period charged.
        closing_period: the period whose closing charges it.
        currency: of the store.
        family_keys: the families whose usage is charged.
        owners: the owners whose plan is charged.
        usage: the usage of those families and of all that share those plans.
        products: the terms of every product in the usage, by key.
        versions: the versions of every plan, by the days they are in force.
        groups: whose plan a family has, by day, for families that moved between owners within the period; any other
            family counts the whole period with the one owner that names it.
        lives: the days on which accounts exist, for the accounts of the families in `groups`.
        sids: the SID of every account and owner, by key.
        plan_ranks: the rank of every plan, which stands for it in the parts of a settlement (6.5).
        flex_uses: what the Flex instances of those families come to.
        flex_terms: what every Flex model costs.
        own_products: by family and product, the prices of the contract it is a member of on the first day (4.5).
    """

    period: Period
    closing_period: Period
    currency: Currency
    family_keys: frozenset[int]
    owners: Sequence[Owner]
    usage: UsageSums
    products: dict[int, ProductTerms]
    versions: dict[str, list[Run[Terms]]]
    groups: dict[int, list[Run[int]]]
    lives: dict[int, Run[None]]
    sids: dict[int, str]
    plan_ranks: dict[str, int] = field(default_factory=dict)
    own_products: dict[int, dict[int, ProductTerms]] = field(default_factory=dict)
    flex_uses: list[FlexUse] = field(default_factory=list)
    flex_terms: dict[FlexModel, FlexTerms] = field(default_factory=dict)
