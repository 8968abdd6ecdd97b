"""Entitlements in words (2.1, 2.2, 2.4, 2.5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from billing.business_hours import BusinessHours
from billing.catalogue import Channel, Guarantee, Plan, PlanVersion, Service
from billing.entitlement_words import WORDS
from billing.entitlements import (
    Entitlements,
    business_hours_text,
    entitlements,
    guarantee_text,
    no_entitlements,
    price_text,
)
from billing.response_times import GuaranteeClock
from billing.support import FlatPrice, PlanPrice, UsageBasedPrice
from tests.rules.months import A, nth

BUSINESS, ALWAYS = GuaranteeClock.BUSINESS_HOURS, GuaranteeClock.AROUND_THE_CLOCK
NBSP, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"  # how French sets numbers


def share(rate: str, minimum: str) -> PlanPrice:
    """A price as the store keeps it: with nine places."""
    return UsageBasedPrice(Decimal(rate).quantize(Decimal("1e-9")), Decimal(minimum).quantize(Decimal("1e-9")))


PRICES: list[tuple[PlanPrice, str, str, str]] = [
    (share("0", "0"), "Free", "Gratuit", "無料"),
    (FlatPrice(Decimal(0)), "Free", "Gratuit", "無料"),
    (
        share("0.04", "250"),
        "4% of monthly spend, at least $250.00 per month",
        f"4{NBSP}% des dépenses mensuelles, avec un minimum de 250,00{NBSP}$US par mois",
        "月間利用額の4%（最低月額$250.00）",
    ),
    (
        share("0.0425", "1500"),
        "4.25% of monthly spend, at least $1,500.00 per month",
        f"4,25{NBSP}% des dépenses mensuelles, avec un minimum de 1{NARROW}500,00{NBSP}$US par mois",
        "月間利用額の4.25%（最低月額$1,500.00）",
    ),
    (
        share("0.000000001", "0"),
        "0.0000001% of monthly spend",
        f"0,0000001{NBSP}% des dépenses mensuelles",
        "月間利用額の0.0000001%",
    ),
    (share("1", "0"), "100% of monthly spend", f"100{NBSP}% des dépenses mensuelles", "月間利用額の100%"),
    (share("0", "99.5"), "$99.50 per month", f"99,50{NBSP}$US par mois", "月額$99.50"),
    (
        FlatPrice(Decimal("2000.000000000")),
        "$2,000.00 per month",
        f"2{NARROW}000,00{NBSP}$US par mois",
        "月額$2,000.00",
    ),
    (
        FlatPrice(Decimal("999999999999.999999999")),
        "$999,999,999,999.999999999 per month",
        f"999{NARROW}999{NARROW}999{NARROW}999,999999999{NBSP}$US par mois",
        "月額$999,999,999,999.999999999",
    ),
]


@pytest.mark.parametrize(("price", "english", "french", "japanese"), PRICES)
def test_2_4_a_price_in_words(price: PlanPrice, english: str, french: str, japanese: str) -> None:
    assert [price_text(price, language, "USD") for language in ("en", "fr", "ja")] == [english, french, japanese]


def test_1_1_amounts_are_written_in_the_currency_of_the_store() -> None:
    price = FlatPrice(Decimal(2000))
    assert price_text(price, "en", "EUR") == "€2,000.00 per month"
    assert price_text(price, "fr", "EUR") == f"2{NARROW}000,00{NBSP}€ par mois"
    assert price_text(price, "ja", "JPY") == "月額￥2,000"


GUARANTEES = [
    (
        Guarantee(1, 180, BUSINESS, exclusive=False),
        "First response within 3 business hours",
        "Première réponse sous 3 heures ouvrées",
        "3営業時間以内に初回応答",
    ),
    (
        Guarantee(1, 60, ALWAYS, exclusive=True),
        "First response in less than 1 hour, 24×7",
        "Première réponse en moins de 1 heure, 24 h/24 et 7 j/7",
        "1時間未満で初回応答（24時間365日）",
    ),
    (
        Guarantee(1, 60, ALWAYS, exclusive=False),
        "First response within 1 hour, 24×7",
        "Première réponse sous 1 heure, 24 h/24 et 7 j/7",
        "1時間以内に初回応答（24時間365日）",
    ),
    (
        Guarantee(3, 90, BUSINESS, exclusive=True),
        "First response in less than 90 business minutes",
        "Première réponse en moins de 90 minutes ouvrées",
        "営業時間内で90分未満で初回応答",
    ),
    (
        Guarantee(2, 1, ALWAYS, exclusive=False),
        "First response within 1 minute, 24×7",
        "Première réponse sous 1 minute, 24 h/24 et 7 j/7",
        "1分以内に初回応答（24時間365日）",
    ),
    (
        Guarantee(2, 60_000, BUSINESS, exclusive=False),
        "First response within 1,000 business hours",
        f"Première réponse sous 1{NARROW}000 heures ouvrées",
        "1,000営業時間以内に初回応答",
    ),
]


@pytest.mark.parametrize(("guarantee", "english", "french", "japanese"), GUARANTEES)
def test_2_1_a_guarantee_in_words(guarantee: Guarantee, english: str, french: str, japanese: str) -> None:
    assert [guarantee_text(guarantee, language) for language in ("en", "fr", "ja")] == [english, french, japanese]


def test_2_5_business_hours_in_words() -> None:
    hours = BusinessHours()
    assert [business_hours_text(hours, language) for language in ("en", "fr", "ja")] == [
        "Business hours: Monday to Friday 06:00–18:00, Los Angeles time, except public holidays (United States)",
        "Heures ouvrées : du lundi au vendredi, 06:00–18:00, heure de Los Angeles, hors jours fériés (États-Unis)",
        "営業時間：月曜日～金曜日 06:00～18:00（ロサンゼルス時間）、祝日（アメリカ合衆国）を除く",
    ]


def test_2_5_business_hours_are_a_setting() -> None:
    hours = BusinessHours(ZoneInfo("Europe/Berlin"), 9, 24, "")
    assert business_hours_text(hours, "en") == "Business hours: Monday to Friday 09:00–24:00, Berlin time"


@pytest.mark.parametrize("language", WORDS)
def test_2_2_every_language_has_a_word_for_everything(language: str) -> None:
    words = WORDS[language]
    assert set(words.channels) == set(Channel)
    assert set(words.services) == set(Service)
    for by_clock in (words.hours, words.minutes, words.within, words.less_than):
        assert set(by_clock) == set(GuaranteeClock)
    assert len({*words.channels.values(), *words.services.values()}) == len(Channel) + len(Service)


VERSION = PlanVersion(
    "business",
    7,
    1,
    date.min,
    share("0.06", "1500"),
    (Guarantee(3, 180, BUSINESS, exclusive=False), Guarantee(1, 60, ALWAYS, exclusive=True)),
    (Channel.PHONE, Channel.EMAIL),
    (Service.HOTLINE,),
)
PLAN = Plan("business", True, {"en": ("Business", "E"), "fr": ("Entreprise", "F"), "de": ("Geschäft", "D")}, (VERSION,))


def of(language_code: str, version: PlanVersion = VERSION) -> Entitlements:
    """The entitlements of a holder of the plan."""
    return entitlements(
        A, nth(1), A, PLAN, version, language_code=language_code, currency_code="USD", hours=BusinessHours()
    )


def test_2_1_entitlements_hold_what_the_version_says() -> None:
    found = of("fr-CA")
    assert (found.language_code, found.owner_sid, found.plan, found.version) == ("fr", A, PLAN, VERSION)
    assert [priority for priority, _ in found.guarantees] == [1, 3]  # by priority
    assert found.channel_names == ["Téléphone", "E-mail"]  # in the order of the plan's
    assert found.service_names == ["Ligne d'assistance"]
    assert found.business_hours_text.startswith("Heures ouvrées")


@pytest.mark.parametrize(
    ("asked", "chosen"), [("", "en"), ("xx", "en"), ("FR", "fr"), ("ja", "en"), ("de", "en"), ("de-AT", "en")]
)
def test_2_2_a_language_without_texts_or_words_falls_back_to_english(asked: str, chosen: str) -> None:
    """2.2: the plan has no Japanese text, and there are no German words; never is a text of two languages."""
    assert of(asked).language_code == chosen


def test_2_5_business_hours_are_told_where_a_guarantee_runs_on_them() -> None:
    around_the_clock = replace(VERSION, guarantees=(Guarantee(1, 60, ALWAYS, exclusive=True),))
    assert of("", around_the_clock).business_hours_text == ""
    assert of("", replace(VERSION, guarantees=())).business_hours_text == ""


def test_3_11_an_account_without_a_plan_has_no_entitlements() -> None:
    found = no_entitlements(A, nth(1), "ja-JP")
    assert (found.plan, found.version, found.owner_sid, found.price_text) == (None, None, "", "")
    assert (found.language_code, found.day) == ("ja", nth(1))
    assert not [*found.guarantees, *found.channel_names, *found.service_names]
