"""What an account may use of support, in the caller's language (2.1, 2.2, 3.3)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from google.type.date_pb2 import Date

from prorata.v1 import plan_service_pb2 as p
from prorata.v1.entitlement_pb2 import Entitlements
from prorata.v1.plan_pb2 import PRIORITY_P1, PRIORITY_P2, PRIORITY_P3, Plan
from tests.conftest import START
from tests.plans.calls import activate, contract_request, correct, entitlements, flat, inquire, publish, share
from tests.server.calls import INVALID, NOT_FOUND, day_in, new_id, refuses, sid
from tests.service import SELF_SERVICE, STAFF, Service, day

TODAY = START.date()
ONE_DAY = timedelta(days=1)
JUNE_10, JUNE_20 = date(2026, 6, 10), date(2026, 6, 20)
CONTRACT = "CT" + "c" * 32
NBSP, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"  # how French sets numbers

P1, P2, P3 = PRIORITY_P1, PRIORITY_P2, PRIORITY_P3

# name, price, guarantees, channels, services
Texts = tuple[str, str, dict[int, str], list[str], list[str]]

EN_CHANNELS = ["API status notifications", "Email", "Chat", "Phone"]
FR_CHANNELS = ["Notifications d'état de l'API", "E-mail", "Chat", "Téléphone"]
JA_CHANNELS = ["APIステータス通知", "メール", "チャット", "電話"]
AT_LEAST = "des dépenses mensuelles, avec un minimum de"
FR_ALWAYS = "24 h/24 et 7 j/7"

TEXTS: dict[str, dict[str, Texts]] = {
    "developer": {
        "en": ("Developer", "Free", {}, EN_CHANNELS[:2], []),
        "fr": ("Développeur", "Gratuit", {}, FR_CHANNELS[:2], []),
        "ja": ("デベロッパー", "無料", {}, JA_CHANNELS[:2], []),
    },
    "production": {
        "en": (
            "Production",
            "4% of monthly spend, at least $250.00 per month",
            {
                P1: "First response within 3 business hours",
                P2: "First response within 6 business hours",
                P3: "First response within 9 business hours",
            },
            EN_CHANNELS[:3],
            [],
        ),
        "fr": (
            "Production",
            f"4{NBSP}% {AT_LEAST} 250,00{NBSP}$US par mois",
            {
                P1: "Première réponse sous 3 heures ouvrées",
                P2: "Première réponse sous 6 heures ouvrées",
                P3: "Première réponse sous 9 heures ouvrées",
            },
            FR_CHANNELS[:3],
            [],
        ),
        "ja": (
            "プロダクション",
            "月間利用額の4%（最低月額$250.00）",
            {P1: "3営業時間以内に初回応答", P2: "6営業時間以内に初回応答", P3: "9営業時間以内に初回応答"},
            JA_CHANNELS[:3],
            [],
        ),
    },
    "business": {
        "en": (
            "Business",
            "6% of monthly spend, at least $1,500.00 per month",
            {
                P1: "First response in less than 1 hour, 24×7",
                P2: "First response within 2 business hours",
                P3: "First response within 3 business hours",
            },
            EN_CHANNELS,
            [],
        ),
        "fr": (
            "Entreprise",
            f"6{NBSP}% {AT_LEAST} 1{NARROW}500,00{NBSP}$US par mois",
            {
                P1: f"Première réponse en moins de 1 heure, {FR_ALWAYS}",
                P2: "Première réponse sous 2 heures ouvrées",
                P3: "Première réponse sous 3 heures ouvrées",
            },
            FR_CHANNELS,
            [],
        ),
        "ja": (
            "ビジネス",
            "月間利用額の6%（最低月額$1,500.00）",
            {
                P1: "1時間未満で初回応答（24時間365日）",
                P2: "2営業時間以内に初回応答",
                P3: "3営業時間以内に初回応答",
            },
            JA_CHANNELS,
            [],
        ),
    },
    "personalized": {
        "en": (
            "Personalized",
            "8% of monthly spend, at least $5,000.00 per month",
            {
                P1: "First response within 1 hour, 24×7",
                P2: "First response within 2 business hours",
                P3: "First response within 3 business hours",
            },
            EN_CHANNELS,
            ["Technical account manager", "Support hotline", "Quarterly status review"],
        ),
        "fr": (
            "Personnalisé",
            f"8{NBSP}% {AT_LEAST} 5{NARROW}000,00{NBSP}$US par mois",
            {
                P1: f"Première réponse sous 1 heure, {FR_ALWAYS}",
                P2: "Première réponse sous 2 heures ouvrées",
                P3: "Première réponse sous 3 heures ouvrées",
            },
            FR_CHANNELS,
            ["Responsable de compte technique", "Ligne d'assistance", "Évaluation trimestrielle"],
        ),
        "ja": (
            "パーソナライズド",
            "月間利用額の8%（最低月額$5,000.00）",
            {
                P1: "1時間以内に初回応答（24時間365日）",
                P2: "2営業時間以内に初回応答",
                P3: "3営業時間以内に初回応答",
            },
            JA_CHANNELS,
            ["テクニカルアカウントマネージャー", "サポートホットライン", "四半期レビュー"],
        ),
    },
}


def texts(found: Entitlements) -> Texts:
    """The texts of entitlements."""
    return (
        found.plan.display_name,
        found.price_text,
        {guarantee.priority: guarantee.text for guarantee in found.guarantees},
        list(found.channel_names),
        list(found.service_names),
    )


async def plan_in(service: Service, plan_id: str, language: str) -> Plan:
    """A plan of the catalogue in a language."""
    request = p.GetPlanRequest(plan_id=plan_id, language_code=language)
    return (await service.plans.GetPlan(request, metadata=SELF_SERVICE)).plan


@pytest.mark.parametrize("plan_id", TEXTS)
async def test_2_1_what_each_plan_gives_in_each_language(one: Service, plan_id: str, subtests: pytest.Subtests) -> None:
    """2.1, 2.2: names, prices, guarantees, channels and services in English, French and Japanese."""
    if plan_id != "developer":
        await correct(one, sid(1), plan_id, TODAY)
    for language, expected in TEXTS[plan_id].items():
        with subtests.test(language):
            found = await entitlements(one, sid(1), language=language)
            assert texts(found) == expected
            assert (found.account_sid, found.owner_sid, day_in(found.day)) == (sid(1), sid(1), TODAY)
            assert found.language_code == language
            assert found.plan == await plan_in(one, plan_id, language)
            assert [guarantee.priority for guarantee in found.guarantees] == sorted(expected[2])


LANGUAGES = {
    "": "en", "en-GB": "en", "fr-CA": "fr", "FR": "fr", "fr_CH": "fr", "ja-JP": "ja", "ja-Hira-JP": "ja", "de": "en",
    "zh-Hant-TW": "en", "x": "en", "fr" * 17: "en",
}  # fmt: skip


async def test_2_2_unknown_languages_fall_back_to_english(one: Service, subtests: pytest.Subtests) -> None:
    await one.change_plan(sid(1), "business")
    for asked, answered in LANGUAGES.items():
        with subtests.test(asked):
            found = await entitlements(one, sid(1), language=asked)
            assert (found.language_code, found.plan.language_code) == (answered, answered)
            assert texts(found) == TEXTS["business"][answered]


async def test_2_5_business_hours_are_told_where_a_guarantee_runs_on_them(one: Service) -> None:
    assert (await entitlements(one, sid(1))).business_hours_text == ""
    await one.change_plan(sid(1), "production")
    told = [(await entitlements(one, sid(1), language=language)).business_hours_text for language in ("en", "fr", "ja")]
    assert told == [
        "Business hours: Monday to Friday 06:00–18:00, Los Angeles time, except public holidays (United States)",
        "Heures ouvrées : du lundi au vendredi, 06:00–18:00, heure de Los Angeles, hors jours fériés (États-Unis)",
        "営業時間：月曜日～金曜日 06:00～18:00（ロサンゼルス時間）、祝日（アメリカ合衆国）を除く",
    ]


async def test_3_3_the_new_entitlements_hold_from_the_start_day_on_the_whole_day(one: Service) -> None:
    await one.change_plan(sid(1), "production", JUNE_10)
    days = [TODAY, JUNE_10 - ONE_DAY, JUNE_10, JUNE_20]
    held = [(await entitlements(one, sid(1), on)).plan.plan_id for on in days]
    assert held == ["developer", "developer", "production", "production"]
    await one.advance(START.replace(day=9, hour=23, minute=59, second=59))
    assert (await entitlements(one, sid(1))).plan.plan_id == "developer"
    await one.advance(JUNE_10)
    assert (await entitlements(one, sid(1))).plan.plan_id == "production"
    await one.advance(START.replace(day=10, hour=15))
    await one.change_plan(sid(1), "developer", JUNE_20)
    assert (await entitlements(one, sid(1), JUNE_10)).plan.plan_id == "production"


async def test_3_3_a_plan_changed_to_today_gives_its_entitlements_at_once(one: Service) -> None:
    await one.advance(START.replace(day=10, hour=20))
    await one.change_plan(sid(1), "business", metadata=SELF_SERVICE)
    assert texts(await entitlements(one, sid(1))) == TEXTS["business"]["en"]


async def test_2_3_entitlements_are_those_of_the_version_on_the_day(one: Service) -> None:
    await one.change_plan(sid(1), "production")
    await publish(one, "production", JUNE_10, share("0.0425", "99.5"), channels=[2])
    before, after = [await entitlements(one, sid(1), on, "fr") for on in (JUNE_10 - ONE_DAY, JUNE_10)]
    assert texts(before) == TEXTS["production"]["fr"]
    assert after.price_text == f"4,25{NBSP}% {AT_LEAST} 99,50{NBSP}$US par mois"
    assert (list(after.guarantees), list(after.channel_names)) == ([], ["E-mail"])
    assert (after.plan.version.number, day_in(after.plan.version.effective_day)) == (2, JUNE_10)


async def test_3_1_a_subaccount_has_its_parents_entitlements_on_its_own_days(one: Service) -> None:
    await one.change_plan(sid(1), "business", JUNE_10)
    await one.advance(date(2026, 6, 5))
    await one.account(sid(2), parent=sid(1))
    await one.close_account(sid(2), JUNE_20)
    found = await entitlements(one, sid(2), JUNE_10)
    assert (found.account_sid, found.owner_sid) == (sid(2), sid(1))
    assert texts(found) == TEXTS["business"]["en"]
    assert [(await entitlements(one, sid(2), on)).plan.plan_id for on in (TODAY, date(2026, 6, 5), JUNE_20)] == [
        "", "developer", "",
    ]  # fmt: skip


async def test_3_11_there_are_none_before_the_first_day_and_from_the_closing_day_on(one: Service) -> None:
    await one.change_plan(sid(1), "business")
    await one.close_account(sid(1), JUNE_10)
    for on in (TODAY - ONE_DAY, JUNE_10, JUNE_20):
        found = await entitlements(one, sid(1), on, "fr")
        assert found == Entitlements(account_sid=sid(1), day=day(on), language_code="fr")
    assert (await entitlements(one, sid(1), JUNE_10 - ONE_DAY)).plan.plan_id == "business"


async def test_3_10_under_a_contract_its_plan_and_its_price_count(one: Service) -> None:
    """3.10, 2.4: subaccounts too; on leaving the developer plan is back."""
    await one.account(sid(2), parent=sid(1))
    await one.account(sid(3))
    request = contract_request(CONTRACT, "business", sid(3), sid(1), start_day=day(JUNE_10), own_price=flat("1234.5"))
    await one.plans.CreateContract(request, metadata=STAFF)
    leaving = p.RemoveContractMemberRequest(
        request_id=new_id(), contract_sid=CONTRACT, account_sid=sid(1), end_day=day(JUNE_20)
    )
    await one.plans.RemoveContractMember(leaving, metadata=STAFF)
    for account in (sid(1), sid(2)):
        found = await entitlements(one, account, JUNE_10)
        assert (found.account_sid, found.owner_sid, found.plan.plan_id) == (account, CONTRACT, "business")
        assert found.price_text == "$1,234.50 per month"
        assert found.plan.version.price == flat("1234.5")
        assert texts(found)[2:] == TEXTS["business"]["en"][2:]
        for on in (JUNE_10 - ONE_DAY, JUNE_20):
            found = await entitlements(one, account, on)
            assert (found.owner_sid, texts(found)) == (sid(1), TEXTS["developer"]["en"])


async def test_2_3_a_contracts_own_price_is_not_touched_by_a_version_its_guarantees_are(one: Service) -> None:
    request = contract_request(CONTRACT, "business", sid(1), own_price=flat("2000"))
    await one.plans.CreateContract(request, metadata=STAFF)
    await publish(one, "business", JUNE_10, share("0.5", "9999"), channels=[4])
    found = await entitlements(one, sid(1), JUNE_10, "ja")
    assert (found.price_text, found.plan.version.number) == ("月額$2,000.00", 2)
    assert (list(found.guarantees), list(found.channel_names)) == ([], ["電話"])


async def test_3_7_an_activated_inquiry_gives_its_entitlements(one: Service) -> None:
    await activate(one, (await inquire(one, sid(1))).inquiry_id, JUNE_10)
    assert texts(await entitlements(one, sid(1), JUNE_10, "fr")) == TEXTS["personalized"]["fr"]


async def test_3_9_corrected_days_show_what_was_held(one: Service) -> None:
    await one.advance(JUNE_20)
    await correct(one, sid(1), "business", date(2026, 6, 5), JUNE_10)
    assert texts(await entitlements(one, sid(1), date(2026, 6, 5))) == TEXTS["business"]["en"]
    assert texts(await entitlements(one, sid(1), JUNE_10)) == TEXTS["developer"]["en"]


async def test_what_entitlements_refuse(one: Service) -> None:
    cases: list[tuple[dict[str, Any], Any, str, str]] = [
        ({"account_sid": sid(9)}, NOT_FOUND, "ACCOUNT_NOT_FOUND", "account_sid"),
        ({"account_sid": ""}, INVALID, "INVALID_FIELD", "account_sid"),
        ({"account_sid": CONTRACT}, INVALID, "INVALID_FIELD", "account_sid"),
        ({"account_sid": sid(1), "language_code": "x" * 36}, INVALID, "INVALID_FIELD", "language_code"),
        ({"account_sid": sid(1), "day": Date(year=2026, month=2, day=29)}, INVALID, "INVALID_FIELD", "day"),
        ({"account_sid": sid(1), "day": Date(year=1999, month=12, day=31)}, INVALID, "INVALID_FIELD", "day"),
    ]
    for fields, code, reason, field in cases:
        call = one.plans.GetEntitlements(p.GetEntitlementsRequest(**fields), metadata=SELF_SERVICE)
        await refuses(call, code, reason, field)
