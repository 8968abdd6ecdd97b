"""The catalogue of support plans: versions and languages (2.2, 2.3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.catalogue import Catalogue, Plan, PlanVersion
from billing.segments import Run, terms_in_force
from billing.support import FlatPrice, PlanPrice, Terms, UsageBasedPrice
from tests.rules.months import PRODUCTION, during, nth

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
