"""The calculation of a period: one function for preview, closing and later adjustments.

Pure: everything it needs is loaded before. Rating takes columns for all families at once; only segments and the sharing
out are done owner by owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from uuid import uuid4

import numpy as np

from billing import segments, support
from billing.charges import (
    ChargeKind,
    ChargeRecord,
    Charges,
    SupportLine,
    SupportPart,
    charge_id,
    record_digest,
    support_texts,
)
from billing.errors import CalculationError
from billing.flex import FlexLine, FlexModel, FlexTerms, FlexUse, charge_flex
from billing.money import MINOR_LIMIT, Currency, share_out
from billing.period import Period
from billing.rating import ProductTerms, UsageLines, UsageSums, rate
from billing.segments import Run, Segment
from billing.support import PlanPrice, Terms


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner with the plans it held.

    Attributes:
        owner_key: a top-level account, or a contract.
        held: the plans by day.
        payers: the payer by day; a top-level account pays for itself.
        family_keys: the families that share the plan on some day of the period.
        own_prices: the days on which a contract's own price holds (2.4).
    """

    owner_key: int
    held: list[Run[str]]
    payers: list[Run[int]]
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
    owners: list[Owner]
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


def calculate(loaded: Loaded) -> Charges:
    """What the owners and families are charged for the period; `failures` has those that can not be calculated."""
    flex = charge_flex(loaded.flex_uses, loaded.flex_terms, loaded.currency)
    lines, failures = rate(loaded.usage, loaded.products, loaded.currency, loaded.own_products, flex.included)
    failures |= flex.failures
    records = [*_usage_records(loaded, lines, failures), *_flex_records(loaded, flex.lines)]
    spends = _Spends(lines, flex.lines)
    unexpected: dict[str, Exception] = {}
    for owner in loaded.owners:
        try:
            records += _support_records(loaded, owner, spends, failures)
        except Exception as error:
            failures[owner.owner_key] = _reason(error, unexpected)
    records = [record for record in records if charged_owner(record) not in failures]
    records.sort(key=record_order)
    asked = loaded.family_keys.union(owner.owner_key for owner in loaded.owners)
    return Charges(
        loaded.period,
        loaded.closing_period,
        lines,
        records,
        {key: reason for key, reason in failures.items() if key in asked},
        unexpected,
    )


def _reason(error: Exception, unexpected: dict[str, Exception]) -> str:
    """Why an owner can not be calculated, in words for staff; what only we can understand goes to the log by an id."""
    if isinstance(error, CalculationError):
        return str(error)
    error_id = uuid4().hex
    unexpected[error_id] = error
    return f"unexpected error {error_id}: see the log"


def record_order(record: ChargeRecord) -> tuple[int, Period, int, int]:
    """By what records are sorted: payer, period, kind and party."""
    return record.payer_key, record.period, record.kind, record.party_key


def charged_owner(record: ChargeRecord) -> int:
    """The owner that is set apart when the record can not be calculated: of usage and Flex the top-level account."""
    return record.payer_key if record.kind in (ChargeKind.USAGE, ChargeKind.FLEX) else record.party_key


class _Spends:
    """The spend of each account with covered usage or Flex (5.1), grouped by family."""

    def __init__(self, lines: UsageLines, flex_lines: Sequence[FlexLine]) -> None:
        self._by_family: dict[int, dict[int, int]] = {}
        self._add_usage(lines)
        for line in flex_lines:
            spend = self._by_family.setdefault(line.family_key, {})
            spend[line.account_key] = spend.get(line.account_key, 0) + line.amount_minor

    def _add_usage(self, lines: UsageLines) -> None:
        sums, covered = lines.sums, lines.covered
        accounts = sums.account_key[covered]
        if not len(accounts):
            return
        starts = np.flatnonzero(np.concatenate(([True], accounts[1:] != accounts[:-1])))
        amounts = lines.amount_minor[covered]
        # Python integers where a sum could leave 64 bits
        if float(np.abs(amounts.astype(np.float64)).sum()) >= MINOR_LIMIT / 2:
            amounts = amounts.astype(object)
        totals = np.add.reduceat(amounts, starts).tolist()
        families = sums.family_key[covered][starts].tolist()
        for family, account, total in zip(families, accounts[starts].tolist(), totals, strict=True):
            self._by_family.setdefault(family, {})[account] = total

    def of(self, family_key: int) -> dict[int, int]:
        """The spend by account of a family, in the minor unit; accounts without spend are left out."""
        return self._by_family.get(family_key, {})


def _support_records(loaded: Loaded, owner: Owner, spends: _Spends, failures: dict[int, str]) -> Iterable[ChargeRecord]:
    terms = segments.terms_in_force(owner.held, loaded.versions, owner.own_prices)
    if all(run.value.price.free for run in segments.clip(terms, loaded.period)):
        return []
    failed = [key for key in owner.family_keys if key in failures]
    if failed:
        raise CalculationError(f"usage of {loaded.sids[failed[0]]}: {failures[failed[0]]}")
    spend = {account: minor for family in owner.family_keys for account, minor in spends.of(family).items()}
    by_payer: dict[int, list[SupportLine]] = {}
    for segment in segments.cut(loaded.period, terms, owner.payers, _sharing(loaded, owner, spends)):
        line = _support_line(loaded, segment, spend)
        if line.parts:
            by_payer.setdefault(segment.payer_key, []).append(line)
    return [_support_record(loaded, owner.owner_key, payer, lines) for payer, lines in by_payer.items()]


def _sharing(loaded: Loaded, owner: Owner, spends: _Spends) -> dict[int, Sequence[Run[None]]]:
    """On which days each account counts with the owner: the top-level accounts, and every account with spend (5.4)."""
    whole = Run(loaded.period.first_day, loaded.period.end_day, None)
    sharing: dict[int, Sequence[Run[None]]] = {}
    for family in owner.family_keys:
        groups = loaded.groups.get(family)
        for account in {family, *spends.of(family)}:
            if groups is None:
                sharing[account] = [whole]
                continue
            runs = segments.shared_with(loaded.period, loaded.lives[account], groups)
            mine: list[Run[None]] = [Run(run.start, run.end, None) for run in runs if run.value == owner.owner_key]
            if mine:
                sharing[account] = mine
    return sharing


def _support_line(loaded: Loaded, segment: Segment, spend: dict[int, int]) -> SupportLine:
    by_sid = sorted(segment.account_keys, key=loaded.sids.__getitem__)
    weights = [spend.get(account, 0) for account in by_sid]
    total = sum(weights)
    amount = support.charge(segment.terms.price, total, segment.day_count, loaded.period.day_count, loaded.currency)
    if abs(amount) > MINOR_LIMIT or total > MINOR_LIMIT:
        raise CalculationError("a support line exceeds the largest amount a record can carry")
    if total:
        parts = [
            SupportPart(account, part, weight)
            for account, part, weight in zip(by_sid, share_out(amount, weights), weights, strict=True)
            if part
        ]
    else:  # 1.3: if all weights are 0 it goes to the payer
        parts = [SupportPart(segment.payer_key, amount, 0)] if amount else []
    assert sum(part.amount_minor for part in parts) == amount
    return SupportLine(segment, total, amount, parts)


def _support_record(loaded: Loaded, owner_key: int, payer_key: int, lines: list[SupportLine]) -> ChargeRecord:
    kind = ChargeKind.SUPPORT_PLAN
    identity = charge_id(kind, loaded.sids[payer_key], loaded.sids[owner_key], loaded.period, loaded.closing_period)
    texts = (text for line in lines for text in support_texts(line, loaded.sids))
    amount = total_minor(line.amount_minor for line in lines)
    return ChargeRecord(
        loaded.period, kind, payer_key, owner_key, amount, identity, record_digest(identity, texts), support_lines=lines
    )


def _usage_records(loaded: Loaded, lines: UsageLines, failures: dict[int, str]) -> Iterable[ChargeRecord]:
    """One record per account; accounts of families that are loaded only for a contract's sake are passed over."""
    accounts = lines.sums.account_key
    if not len(accounts):
        return
    edges = [*np.flatnonzero(np.concatenate(([True], accounts[1:] != accounts[:-1]))).tolist(), len(accounts)]
    account_keys, family_keys = accounts.tolist(), lines.sums.family_key.tolist()
    ids = {key: terms.product_id for key, terms in loaded.products.items()}
    product_keys, amounts = lines.sums.product_key.tolist(), lines.amount_minor.tolist()
    for first, end in pairwise(edges):
        family = family_keys[first]
        total = sum(amounts[first:end])
        if total > MINOR_LIMIT:  # fails a contract's charge too, for whose sake alone the family may be loaded
            failures[family] = "a usage record exceeds the largest amount a record can carry"
        if family in failures or family not in loaded.family_keys:
            continue
        account = account_keys[first]
        identity = charge_id(
            ChargeKind.USAGE, loaded.sids[family], loaded.sids[account], loaded.period, loaded.closing_period
        )
        texts = [
            f"{ids[product]} {amount}"
            for product, amount in zip(product_keys[first:end], amounts[first:end], strict=True)
        ]
        yield ChargeRecord(
            loaded.period,
            ChargeKind.USAGE,
            family,
            account,
            total,
            identity,
            record_digest(identity, sorted(texts)),
            usage_rows=range(first, end),
        )


def _flex_records(loaded: Loaded, lines: Sequence[FlexLine]) -> Iterable[ChargeRecord]:
    """One record per account; accounts of families that are loaded only for a contract's sake are passed over."""
    kind = ChargeKind.FLEX
    for line in lines:
        family, account, amount = line.family_key, line.account_key, line.amount_minor
        if family not in loaded.family_keys:
            continue
        identity = charge_id(kind, loaded.sids[family], loaded.sids[account], loaded.period, loaded.closing_period)
        digest = record_digest(identity, [f"{line.model.name} {amount}"])
        yield ChargeRecord(loaded.period, kind, family, account, amount, identity, digest, flex_lines=[line])


def total_minor(amounts: Iterable[int]) -> int:
    total = sum(amounts)
    if abs(total) > MINOR_LIMIT:
        raise CalculationError("a record exceeds the largest amount it can carry")
    return total
