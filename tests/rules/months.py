"""Months of accounts, all named by SID: as the calculation takes them, and as its results are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

import numpy as np

from billing.calculation import Loaded, Owner, calculate
from billing.charges import ChargeKind, Charges, RecordView, SupportLineView
from billing.money import Currency
from billing.period import Period
from billing.rating import ProductTerms, UsageSums
from billing.segments import Run
from billing.support import FlatPrice, PlanPrice, Terms, UsageBasedPrice
from billing.views import record_views

Value = TypeVar("Value")

USD = Currency("USD", 2)
JUNE, JULY = Period(2026, 6), Period(2026, 7)
ALWAYS = Run(date.min, date.max, None)

FREE = UsageBasedPrice(Decimal(0), Decimal(0))
PRODUCTION = UsageBasedPrice(Decimal("0.04"), Decimal(250))
BUSINESS = UsageBasedPrice(Decimal("0.06"), Decimal(1500))
PERSONALIZED = UsageBasedPrice(Decimal("0.08"), Decimal(5000))
CATALOGUE: Mapping[str, PlanPrice] = {
    "developer": FREE,
    "production": PRODUCTION,
    "business": BUSINESS,
    "personalized": PERSONALIZED,
    "flat": FlatPrice(Decimal(2000)),
}


def account_sid(letter: str) -> str:
    """The SID of an account: one hex digit, repeated."""
    return f"AC{letter * 32}"


def contract_sid(letter: str) -> str:
    """The SID of a contract: one hex digit, repeated."""
    return f"CT{letter * 32}"


A, B, SUB1, SUB2 = account_sid("a"), account_sid("b"), account_sid("1"), account_sid("2")
CONTRACT = contract_sid("c")


def cents(amount: str) -> int:
    """An amount of US dollars in cents."""
    return USD.to_minor(Decimal(amount))


def nth(number: int, period: Period = JUNE) -> date:
    """The day of that number of the period; numbers go on beyond its days."""
    return period.first_day + timedelta(days=number - 1)


def during(first: int, end: int, value: Value, period: Period = JUNE) -> Run[Value]:
    """A run from a day of the period up to, not including, another."""
    return Run(nth(first, period), nth(end, period), value)


def throughout(value: Value) -> list[Run[Value]]:
    """One run over all days."""
    return [Run(date.min, date.max, value)]


@dataclass(frozen=True)
class Used:
    """The usage of an account and product: amounts rated upstream, and quantities to be priced."""

    account: str
    rated: Decimal | str | int = 0
    product: str = "sms"
    unrated: Decimal | str | int = 0


@dataclass(frozen=True)
class Month:
    """Accounts, plans and usage of a period. A top-level account needs no entry but its plan or a contract's.

    Attributes:
        held: the plans by owner.
        used: at most one of an account and product.
        subaccounts: by top-level account.
        members: the top-level accounts by contract.
        payers: by contract; a top-level account pays for itself.
        groups: the owners by day, of families that moved.
        lives: the days of accounts of families that moved; all days when left out.
        products: beside "sms", which is covered and has no price.
        versions: beside version 1 of the plans of the catalogue.
        charged: the families whose usage is charged; all when None.
    """

    held: Mapping[str, Sequence[Run[str]]]
    used: Sequence[Used] = ()
    period: Period = JUNE
    subaccounts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    members: Mapping[str, Sequence[str]] = field(default_factory=dict)
    payers: Mapping[str, Sequence[Run[str]]] = field(default_factory=dict)
    groups: Mapping[str, Sequence[Run[str]]] = field(default_factory=dict)
    lives: Mapping[str, Run[None]] = field(default_factory=dict)
    products: Mapping[str, ProductTerms] = field(default_factory=dict)
    versions: Mapping[str, Sequence[Run[Terms]]] = field(default_factory=dict)
    charged: frozenset[str] | None = None
    currency: Currency = USD

    @property
    def families(self) -> list[str]:
        """The top-level accounts."""
        owners = [sid for sid in self.held if sid not in self.members]
        return list(dict.fromkeys([*owners, *(sid for sids in self.members.values() for sid in sids)]))

    @property
    def names(self) -> list[str]:
        """Everything that has a key."""
        subaccounts = [sid for sids in self.subaccounts.values() for sid in sids]
        return [*self.families, *subaccounts, *self.members, *self._products]

    @property
    def _products(self) -> dict[str, ProductTerms]:
        return {"sms": ProductTerms("sms", covered=True), **self.products}

    def loaded(self, numbering: Sequence[str] | None = None) -> Loaded:
        """As the calculation takes it, with keys by the order of `numbering`."""
        key = {name: number for number, name in enumerate(numbering or self.names, 1)}
        family = {sid: sid for sid in self.families}
        family |= {sub: top for top, subs in self.subaccounts.items() for sub in subs}
        used = sorted(self.used, key=lambda row: (key[family[row.account]], key[row.account], key[row.product]))
        rated = [int(Decimal(row.rated).scaleb(9)) for row in used]
        unrated = [int(Decimal(row.unrated).scaleb(6)) for row in used]
        owners = [
            Owner(
                key[owner],
                list(held),
                _keyed(self.payers.get(owner, throughout(owner)), key),
                tuple(sorted(key[sid] for sid in self.members.get(owner, [owner]))),
            )
            for owner, held in sorted(self.held.items(), key=lambda item: key[item[0]])
        ]
        return Loaded(
            period=self.period,
            closing_period=self.period,
            currency=self.currency,
            family_keys=frozenset(key[sid] for sid in (self.families if self.charged is None else self.charged)),
            owners=owners,
            usage=UsageSums(
                np.array([key[family[row.account]] for row in used], dtype=np.int64),
                np.array([key[row.account] for row in used], dtype=np.int64),
                np.array([key[row.product] for row in used], dtype=np.int64),
                np.array(rated, dtype=object),
                np.array(unrated, dtype=object),
            ),
            products={key[product_id]: terms for product_id, terms in self._products.items()},
            versions={**_first_versions(key), **{plan: list(runs) for plan, runs in self.versions.items()}},
            groups={key[sid]: _keyed(runs, key) for sid, runs in self.groups.items()},
            lives={key[sid]: self.lives.get(sid, ALWAYS) for sid, top in family.items() if top in self.groups},
            sids={number: name for name, number in key.items() if name not in self._products},
        )


def _keyed(runs: Sequence[Run[str]], key: Mapping[str, int]) -> list[Run[int]]:
    return [Run(run.start, run.end, key[run.value]) for run in runs]


def _first_versions(key: Mapping[str, int]) -> dict[str, list[Run[Terms]]]:
    first = min(key.values())  # so that the keys of plan versions follow the numbering, too
    return {
        plan: throughout(Terms(plan, first * 100 + number, 1, price))
        for number, (plan, price) in enumerate(CATALOGUE.items())
    }


@dataclass(frozen=True)
class Bill:
    """What a month comes to."""

    found: Charges
    records: list[RecordView]
    failures: dict[str, str]

    def of(self, kind: ChargeKind, party: str) -> list[RecordView]:
        """The records of a kind and an account (USAGE) or owner (SUPPORT_PLAN)."""
        return [record for record in self.records if record.kind is kind and record.party_sid == party]

    def usage(self, account: str) -> RecordView:
        """The one usage record of an account."""
        [record] = self.of(ChargeKind.USAGE, account)
        return record

    def support(self, owner: str) -> RecordView:
        """The one support record of an owner."""
        [record] = self.of(ChargeKind.SUPPORT_PLAN, owner)
        return record


def bill(month: Month, numbering: Sequence[str] | None = None) -> Bill:
    """Calculate a month."""
    loaded = month.loaded(numbering)
    found = calculate(loaded)
    failures = {loaded.sids[owner]: reason for owner, reason in found.failures.items()}
    return Bill(found, record_views(loaded, found), failures)


def lines(record: RecordView, period: Period = JUNE) -> list[tuple[int, int, int, dict[str, int]]]:
    """Of each support line: its first day and the day after its last (by number), amount and parts by SID."""
    return [(*_numbers(line, period), line.amount_minor, _parts(line)) for line in record.support_lines]


def _numbers(line: SupportLineView, period: Period) -> tuple[int, int]:
    return (line.start - period.first_day).days + 1, (line.end - period.first_day).days + 1


def _parts(line: SupportLineView) -> dict[str, int]:
    parts = {sid: amount for sid, amount, _ in line.parts}
    assert len(parts) == len(line.parts), "an account has two parts of one line"
    return parts
