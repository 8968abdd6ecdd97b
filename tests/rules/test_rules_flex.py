"""Flex, the pure rules: amounts, quotas, models and switches, spend, words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.calculation import Loaded, calculate
from billing.charges import ChargeKind
from billing.errors import BillingError, Reason
from billing.explanation import explain
from billing.failures import Failure
from billing.flex import FlexCharges, FlexModel, FlexTerms, FlexUse, charge_flex
from billing.flex_instances import FlexInstance, ModelFrom, check_added, check_created_with, switch, withdraw
from billing.money import MINOR_LIMIT, Currency
from billing.pricing import PerUnit
from billing.rating import ProductTerms
from billing.settlement import parts_due, settle
from billing.views import record_views
from tests.rules.months import SUB1, USD, A, B, Month, Used, cents, throughout
from tests.rules.properties import thorough

USAGE, NAMED, HOURS = FlexModel.USER_AND_USAGE, FlexModel.NAMED_USER, FlexModel.ACTIVE_USER_HOURS
TERMS = {USAGE: FlexTerms(1, Decimal(35)), NAMED: FlexTerms(2, Decimal(150)), HOURS: FlexTerms(3, Decimal(1))}
JUNE_1, JULY_1 = date(2026, 6, 1), date(2026, 7, 1)
TODAY = date(2026, 6, 20)
TOO_LARGE = "the Flex line of Named User exceeds the largest amount a record can carry"


def charged(model: FlexModel, counted: Fraction | int, price: str | None = None, **quotas: int) -> FlexCharges:
    """The Flex of account 7 of family 5; quotas by product key, written as p3=…"""
    terms = FlexTerms(1, Decimal(price)) if price else TERMS[model]
    terms = replace(terms, quotas={int(name[1:]): micros for name, micros in quotas.items()})
    return charge_flex([FlexUse(5, 7, model, Fraction(counted))], {model: terms}, USD)


@pytest.mark.parametrize(
    ("model", "counted", "price", "minor"),
    [
        (USAGE, 12, None, 42_000),  # E11
        (NAMED, 13, None, 195_000),  # E25
        (HOURS, 11, None, 1_100),  # E24
        (HOURS, Fraction(1, 3), None, 33),
        (HOURS, Fraction(1, 200), None, 1),  # half a cent, away from zero
        (HOURS, Fraction(1, 200) - Fraction(1, 3_600_000_000), None, 0),
        (HOURS, Fraction(7, 3), "0.000000001", 0),
        (NAMED, 3, "0.335", 101),  # once a line, not a user
    ],
)
def test_7_2_7_3_a_line_is_what_is_counted_times_the_price_rounded_once(
    model: FlexModel, counted: Fraction | int, price: str | None, minor: int
) -> None:
    """7.2, 7.3, 1.2, 5.6: pro-rated nowhere; lines of zero are left out."""
    found = charged(model, counted, price)
    assert [line.amount_minor for line in found.lines] == ([minor] if minor else [])
    assert not found.failures


def test_7_3_quotas_are_per_user_or_hour() -> None:
    """7.3: exact, also of fractions of hours, and of lines that come to nothing."""
    assert charged(NAMED, 13, p3=10**9, p4=5).included == {(7, 3): 13 * 10**9, (7, 4): 65}
    assert charged(HOURS, Fraction(1, 3), p3=100).included == {(7, 3): Fraction(100, 3)}
    free = charged(NAMED, 2, "0", p3=10)
    assert (free.lines, free.included) == ([], {(7, 3): 20})


def test_6_6_an_amount_beyond_what_a_record_carries_fails_the_family() -> None:
    """6.6, 1.1: with all its lines; one cent less goes."""
    largest = Decimal(MINOR_LIMIT).scaleb(-2)
    uses = [FlexUse(5, 6, NAMED, Fraction(1)), FlexUse(5, 7, NAMED, Fraction(2)), FlexUse(8, 8, NAMED, Fraction(1))]
    found = charge_flex(uses, {NAMED: FlexTerms(1, largest)}, USD)
    assert [line.account_key for line in found.lines] == [8]
    assert found.failures == {5: Failure(7, TOO_LARGE)}


def test_1_1_amounts_are_in_the_minor_unit_of_the_store() -> None:
    """1.1: yen have none, dinars three places."""
    use = [FlexUse(1, 1, HOURS, Fraction(3, 2))]
    amounts = [charge_flex(use, TERMS, Currency("X", digits)).lines[0].amount_minor for digits in (0, 3)]
    assert amounts == [2, 1_500]


@thorough
@given(st.sampled_from(FlexModel), st.integers(1, 10**15))
def test_what_is_stored_is_what_is_counted(model: FlexModel, stored: int) -> None:
    """1.1: users, and hours as microseconds, without loss."""
    assert model.stored(model.counted(stored)) == stored


def reason_of(call: object) -> Reason:
    """Why a call is refused."""
    with pytest.raises(BillingError) as error:
        call()  # type: ignore[operator]
    return error.value.reason


def instance(*models: tuple[FlexModel, date], with_account: bool = False) -> FlexInstance:
    """An instance with its models by first day."""
    held = tuple(ModelFrom(model, start) for model, start in models)
    return FlexInstance(held[0].start, with_account, held)


@pytest.mark.parametrize("model", FlexModel)
def test_7_4_7_6_which_models_an_account_may_begin_with(model: FlexModel) -> None:
    """7.4, 7.6: created with Flex only fair-use plans, a subaccount never; added to it only User + Usage."""
    assert reason_of(lambda: check_created_with(model, top_level=False)) is Reason.SUBACCOUNT_WITH_FLEX
    check_added(model, top_level=True)
    if model is USAGE:
        assert reason_of(lambda: check_created_with(model, top_level=True)) is Reason.FLEX_MODEL_NOT_ELIGIBLE
        check_added(model, top_level=False)
    else:
        check_created_with(model, top_level=True)
        assert reason_of(lambda: check_added(model, top_level=False)) is Reason.FLEX_MODEL_NOT_ELIGIBLE


NOT_ELIGIBLE, HELD = Reason.FLEX_MODEL_NOT_ELIGIBLE, Reason.FLEX_MODEL_ALREADY_HELD


@pytest.mark.parametrize(
    ("held", "wanted", "with_account", "top_level", "refused"),
    [
        (NAMED, HOURS, False, True, None),
        (NAMED, HOURS, True, True, None),
        (NAMED, USAGE, False, True, None),
        (NAMED, USAGE, True, True, NOT_ELIGIBLE),  # 7.4
        (USAGE, NAMED, False, True, NOT_ELIGIBLE),  # 7.5
        (USAGE, HOURS, False, True, NOT_ELIGIBLE),  # 7.5
        (USAGE, NAMED, False, False, NOT_ELIGIBLE),  # 7.6
        (USAGE, USAGE, False, True, HELD),
        (NAMED, NAMED, True, True, HELD),
    ],
)
def test_7_4_to_7_7_which_switches_there_are(
    held: FlexModel, wanted: FlexModel, with_account: bool, top_level: bool, refused: Reason | None
) -> None:
    """7.4, 7.5, 7.6, 7.7: to another model, on the first of the next month."""
    before = instance((held, JUNE_1), with_account=with_account)
    if refused:
        assert reason_of(lambda: switch(before, wanted, top_level=top_level, today=TODAY)) is refused
        return
    change = switch(before, wanted, top_level=top_level, today=TODAY)
    assert (change.superseded, change.recorded) == (None, ModelFrom(wanted, JULY_1))
    assert [change.instance.model_on(date(2026, 6, 30)), change.instance.model_on(JULY_1)] == [held, wanted]


def test_7_5_7_7_a_pending_switch_is_no_way_of_no_return_yet() -> None:
    """7.5, 7.7: until its day it is replaced, withdrawn, or asked for again."""
    before = instance((NAMED, JUNE_1), (USAGE, JULY_1))
    replaced = switch(before, HOURS, top_level=True, today=TODAY)
    assert (replaced.superseded, replaced.recorded) == (ModelFrom(USAGE, JULY_1), ModelFrom(HOURS, JULY_1))
    again = switch(before, USAGE, top_level=True, today=TODAY)
    assert (again.superseded, again.recorded, again.instance) == (None, None, before)
    assert reason_of(lambda: switch(before, NAMED, top_level=True, today=TODAY)) is HELD
    assert withdraw(before, today=TODAY).instance == instance((NAMED, JUNE_1))
    assert reason_of(lambda: withdraw(before, today=JULY_1)) is Reason.NO_FLEX_CHANGE
    assert reason_of(lambda: switch(before, HOURS, top_level=True, today=JULY_1)) is NOT_ELIGIBLE


def test_7_7_a_switch_made_on_the_last_day_of_a_year() -> None:
    """7.7: the first of the next month, whatever the year."""
    change = switch(instance((NAMED, JUNE_1)), HOURS, top_level=True, today=date(2026, 12, 31))
    assert change.recorded == ModelFrom(HOURS, date(2027, 1, 1))


MINUTES = ProductTerms("minutes", covered=True, price_key=9, pricing=PerUnit(Decimal("0.0085")), price_start="2026-01")


def with_flex(month: Month, *uses: tuple[str, FlexModel, int], quota: int = 0) -> Loaded:
    """The month with Flex of some accounts; a quota of minutes for each user or hour of the fair-use plans."""
    loaded = month.loaded()
    keys = {sid: key for key, sid in loaded.sids.items()}
    family = {sid: sid for sid in month.families} | {
        sub: top for top, subs in month.subaccounts.items() for sub in subs
    }
    minutes = next((key for key, terms in loaded.products.items() if terms.product_id == "minutes"), 0)
    quotas = {minutes: quota * 10**6} if quota else {}
    return replace(
        loaded,
        flex_uses=[FlexUse(keys[family[sid]], keys[sid], model, Fraction(counted)) for sid, model, counted in uses],
        flex_terms={model: replace(terms, quotas=quotas if model.fair_use else {}) for model, terms in TERMS.items()},
    )


def amounts(loaded: Loaded) -> dict[tuple[ChargeKind, str], int]:
    """Amounts in cents by kind and party."""
    return {(each.kind, each.party_sid): each.amount_minor for each in record_views(loaded, calculate(loaded))}


def test_5_1_flex_is_part_of_the_spend() -> None:
    """5.1, 5.5, 7.1: of its account, with usage and without; charged to the top-level account."""
    month = Month(
        held={A: throughout("production")},
        used=[Used(A, 6_000)],
        subaccounts={A: [SUB1]},
    )
    loaded = with_flex(month, (A, USAGE, 100), (SUB1, USAGE, 10))
    assert amounts(loaded) == {
        (ChargeKind.USAGE, A): cents("6000"),
        (ChargeKind.FLEX, A): cents("3500"),
        (ChargeKind.FLEX, SUB1): cents("350"),
        (ChargeKind.SUPPORT_PLAN, A): cents("394"),
    }
    [support] = [each for each in record_views(loaded, calculate(loaded)) if each.kind is ChargeKind.SUPPORT_PLAN]
    assert {sid: weight for sid, _, weight in support.support_lines[0].parts} == {A: cents("9500"), SUB1: cents("350")}
    assert {each.payer_sid for each in record_views(loaded, calculate(loaded))} == {A}


def test_7_3_what_exceeds_a_quota_is_priced() -> None:
    """7.3, E25: 15,000 minutes less 13 × 1,000."""
    month = Month(
        held={A: throughout("developer")},
        used=[Used(A, product="minutes", unrated=15_000)],
        products={"minutes": MINUTES},
    )
    assert amounts(with_flex(month, (A, NAMED, 13), quota=1_000)) == {
        (ChargeKind.USAGE, A): cents("17.00"),
        (ChargeKind.FLEX, A): cents("1950.00"),
    }
    assert (ChargeKind.USAGE, A) not in amounts(with_flex(month, (A, NAMED, 15), quota=1_000))


def test_7_2_user_and_usage_has_no_free_quota() -> None:
    """7.2: all usage is charged."""
    month = Month(
        held={A: throughout("developer")},
        used=[Used(A, product="minutes", unrated=1_000)],
        products={"minutes": MINUTES},
    )
    assert amounts(with_flex(month, (A, USAGE, 1), quota=1_000))[ChargeKind.USAGE, A] == cents("8.50")


def test_6_6_a_family_that_fails_is_charged_nothing() -> None:
    """6.6: neither usage nor Flex nor support, whichever of them fails; another family is."""
    month = Month(
        held={A: throughout("production"), B: throughout("production")},
        used=[Used(A, 6_000), Used(B, 6_000)],
    )
    loaded = with_flex(month, (A, NAMED, 1), (B, NAMED, 1))
    uses = [
        replace(use, counted=use.counted * (MINOR_LIMIT if place == 0 else 1))
        for place, use in enumerate(loaded.flex_uses)
    ]
    found = calculate(replace(loaded, flex_uses=uses))
    assert {loaded.sids[record.payer_key] for record in found.records} == {B}
    assert {loaded.sids[key]: reason for key, reason in found.failures.items()} == {
        A: f"2026-06: usage of {A}: account {A}: {TOO_LARGE}"
    }
    unpriced = replace(MINUTES, price_key=0, pricing=None)
    month = Month(
        held={A: throughout("developer")}, used=[Used(A, product="minutes", unrated=1)], products={"minutes": unpriced}
    )
    assert calculate(with_flex(month, (A, NAMED, 1))).records == []


def test_6_3_the_digest_of_a_record_tells_model_and_amount() -> None:
    """6.2, 6.3: the id depends on what is charged, the digest on model and amount, too."""
    month = Month(held={A: throughout("developer")})

    def identity(model: FlexModel, counted: int) -> tuple[bytes, bytes]:
        [record] = calculate(with_flex(month, (A, model, counted))).records
        return record.charge_id, record.record_digest

    same, other, more = identity(NAMED, 1), identity(HOURS, 150), identity(NAMED, 2)
    assert identity(NAMED, 1) == same
    assert same[0] == other[0] == more[0]
    assert len({same[1], other[1], more[1]}) == 3


def test_6_5_parts_of_flex_are_by_payer_account_and_model() -> None:
    """6.5: a line a model, a part the account; what a part comes to, less what was carried."""
    month = Month(held={A: throughout("developer")}, subaccounts={A: [SUB1]})
    before = with_flex(month, (A, NAMED, 3), (SUB1, USAGE, 1))
    now = with_flex(month, (A, HOURS, 10), (SUB1, USAGE, 3))
    records, failures = settle(now, parts_due(now, calculate(now)), parts_due(before, calculate(before)))
    assert not failures
    found = {
        now.sids[record.party_key]: [(line.item_id, line.amount_minor) for line in record.adjustment_lines]
        for record in records
    }
    assert found == {A: [("NAMED_USER", -45_000), ("ACTIVE_USER_HOURS", 1_000)], SUB1: [("USER_AND_USAGE", 7_000)]}
    assert {record.kind for record in records} == {ChargeKind.FLEX}


@pytest.mark.parametrize(
    ("model", "counted", "formula", "note"),
    [
        (USAGE, Fraction(12), "12 × 35.00 = 420.00", "12 unique users logged in at least once in the month (7.2)."),
        (NAMED, Fraction(1_300), "1,300 × 150.00 = 195,000.00", "At the most 1,300 users were provisioned at one time"),
        (HOURS, Fraction(21, 2), "10.5 × 1.00 = 10.50", "logged in for 37,800 seconds in all"),
        (HOURS, Fraction(1, 3), "1,200 / 3,600 × 1.00 = 0.33", "logged in for 1,200 seconds in all"),
        (HOURS, Fraction(25_000_001, 3_600_000_000), "25.000001 / 3,600 × 1.00 = 0.01", "for 25.000001 seconds in all"),
    ],
)
def test_6_7_a_flex_record_explains_itself(model: FlexModel, counted: Fraction, formula: str, note: str) -> None:
    """6.7: rule, inputs, and the formula with its numbers."""
    loaded = with_flex(Month(held={A: throughout("developer")}), (A, model, 1))
    loaded = replace(loaded, flex_uses=[replace(loaded.flex_uses[0], counted=counted)])
    [record] = record_views(loaded, calculate(loaded))
    explained = explain(record, USD)
    assert explained.rules == "7.1 to 7.3, 1.2"
    [line] = explained.lines
    assert (line.formula, line.summary) == (formula, f"Flex {model.in_words} of {A} in 2026-06")
    assert note in line.notes[0]
    assert "as the list price" in line.notes[1]
