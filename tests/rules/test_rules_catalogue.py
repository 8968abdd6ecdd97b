"""The catalogue of support plans: versions and languages (2.2, 2.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from billing.catalogue import (
    Catalogue,
    Channel,
    Guarantee,
    Plan,
    PlanVersion,
    Service,
    check_effective_day,
    check_version,
)
from billing.errors import BillingError, Reason
from billing.segments import Run, terms_in_force
from billing.support import FlatPrice, PlanPrice, Terms, UsageBasedPrice
from tests.rules.months import FREE, PRODUCTION, during, nth

DEARER = UsageBasedPrice(Decimal("0.05"), Decimal(300))


def version(number: int, effective: date, price: PlanPrice) -> PlanVersion:
    """A version of `production`."""
    return PlanVersion("production", 10 + number, number, effective, price, (), (), ())


PLAN = Plan(
    "production",
    True,
    {
        "en": ("Production", "In English"),
        "fr": ("Production", "En français"),
        "pt-br": ("Produção", "Em português do Brasil"),
    },
    (version(1, date.min, PRODUCTION), version(2, nth(15), DEARER), version(3, nth(16), FlatPrice(Decimal(9)))),
)
OTHER = Plan("personalized", False, {"en": ("Personalized", "")}, (version(1, date.min, PRODUCTION),))


@pytest.mark.parametrize(("day", "number"), [(-500, 1), (14, 1), (15, 2), (16, 3), (500, 3)])
def test_2_3_earlier_days_keep_the_version_they_had(day: int, number: int) -> None:
    assert PLAN.on(nth(day)).number == number


@pytest.mark.parametrize(
    ("asked", "chosen", "description"),
    [
        ("en", "en", "In English"),
        ("fr", "fr", "En français"),
        ("fr-CA", "fr", "En français"),
        ("FR", "fr", "En français"),
        ("fr_FR", "fr", "En français"),
        ("fr-Latn-CA", "fr", "En français"),
        ("pt-BR", "pt-br", "Em português do Brasil"),
        ("pt", "en", "In English"),
        ("de", "en", "In English"),
        ("", "en", "In English"),
        ("-", "en", "In English"),
        ("french", "en", "In English"),
    ],
)
def test_2_2_an_unknown_language_falls_back_to_english(asked: str, chosen: str, description: str) -> None:
    language, _, text = PLAN.text(asked)
    assert (language, text) == (chosen, description)


def test_2_3_the_terms_of_a_plan_are_those_of_the_version_in_force() -> None:
    terms = Catalogue({"production": PLAN}).terms()
    runs = terms_in_force([during(1, 31, "production")], terms)
    assert runs == [
        Run(nth(1), nth(15), Terms("production", 11, 1, PRODUCTION)),
        Run(nth(15), nth(16), Terms("production", 12, 2, DEARER)),
        Run(nth(16), nth(31), Terms("production", 13, 3, FlatPrice(Decimal(9)))),
    ]


def test_2_3_a_version_numbered_later_may_take_effect_earlier_than_one_that_waits() -> None:
    """2.3: the day decides, not the number, in whatever order the versions come."""
    later = replace(PLAN, versions=(*PLAN.versions, version(4, nth(10), FREE)))
    for plan in (later, replace(later, versions=later.versions[::-1])):
        assert [plan.on(nth(day)).number for day in (9, 10, 14, 15, 16)] == [1, 4, 4, 2, 3]
        runs = Catalogue({"production": plan}).terms()["production"]
        assert [(run.start, run.value.version_number) for run in runs[1:]] == [(nth(10), 4), (nth(15), 2), (nth(16), 3)]


P1, P2 = Guarantee(1, 60, 2, exclusive=True), Guarantee(2, 120, 1, exclusive=False)


def check(
    guarantees: Sequence[Guarantee] = (P1, P2),
    channels: Sequence[int] = (1, 2, 3, 4),
    services: Sequence[int] = (1, 2, 3),
    *,
    plan_id: str = "production",
    price: PlanPrice = PRODUCTION,
) -> None:
    """Check the terms of a version, all of them good unless said otherwise."""
    check_version(plan_id, price, guarantees, channels, services)


def test_2_3_good_terms_pass() -> None:
    check()
    check((), (), ())
    check(guarantees=(P2, P1), channels=(4, 1))
    check(plan_id="developer", price=FREE)
    check(plan_id="developer", price=FlatPrice(Decimal(0)))


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"guarantees": (P1, replace(P2, priority=0))}, "guarantees[1].priority"),
        ({"guarantees": (P1, P2, replace(P1, clock=1))}, "guarantees[2].priority"),
        ({"guarantees": (replace(P1, response_minutes=0),)}, "guarantees[0].response_minutes"),
        ({"guarantees": (replace(P1, response_minutes=-60),)}, "guarantees[0].response_minutes"),
        ({"guarantees": (P1, replace(P2, clock=0))}, "guarantees[1].clock"),
        ({"channels": (1, 0)}, "channels[1]"),
        ({"channels": (1, 2, 1)}, "channels[2]"),
        ({"channels": (max(Channel) + 1,)}, "channels[0]"),
        ({"services": (0,)}, "services[0]"),
        ({"services": (1, 1)}, "services[1]"),
        ({"services": (max(Service) + 1,)}, "services[0]"),
        ({"plan_id": "developer", "price": UsageBasedPrice(Decimal(0), Decimal("0.000000001"))}, "price"),
        ({"plan_id": "developer", "price": FlatPrice(Decimal(1))}, "price"),
    ],
)
def test_2_3_terms_at_fault_are_named(terms: dict[str, Any], field: str) -> None:
    """2.3, and 3.1 for the developer plan, which is free."""
    with pytest.raises(BillingError) as refused:
        check(**terms)
    assert (refused.value.reason, refused.value.field) == (Reason.INVALID_FIELD, field)


@pytest.mark.parametrize(("ahead", "refused"), [(-1, True), (0, True), (1, False), (366, False), (367, True)])
def test_2_3_a_version_takes_effect_tomorrow_or_later(ahead: int, refused: bool) -> None:
    day = nth(15) + timedelta(days=ahead)
    if not refused:
        check_effective_day(day, nth(15))
        return
    with pytest.raises(BillingError) as error:
        check_effective_day(day, nth(15))
    assert (error.value.reason, error.value.field) == (Reason.DAY_OUT_OF_RANGE, "effective_day")


def test_3_7_self_service_may_change_only_to_some_plans() -> None:
    assert Catalogue({"production": PLAN, "personalized": OTHER}).self_service_plans == {"production"}


@pytest.mark.parametrize(
    ("price", "free"),
    [
        (UsageBasedPrice(Decimal(0), Decimal(0)), True),
        (UsageBasedPrice(Decimal("0.01"), Decimal(0)), False),
        (UsageBasedPrice(Decimal(0), Decimal(1)), False),
        (FlatPrice(Decimal(0)), True),
        (FlatPrice(Decimal("0.01")), False),
    ],
)
def test_2_4_a_plan_is_free_when_it_costs_nothing_whatever_is_spent(price: PlanPrice, free: bool) -> None:
    assert price.free is free
