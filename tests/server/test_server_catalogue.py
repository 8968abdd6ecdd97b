"""The catalogue of support plans (2.1, 2.2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from google.type.date_pb2 import Date

from prorata.v1 import plan_service_pb2 as p
from prorata.v1.plan_pb2 import (
    GUARANTEE_CLOCK_AROUND_THE_CLOCK,
    GUARANTEE_CLOCK_BUSINESS_HOURS,
    PRIORITY_P1,
    PRIORITY_P2,
    PRIORITY_P3,
    SUPPORT_CHANNEL_API_STATUS,
    SUPPORT_CHANNEL_CHAT,
    SUPPORT_CHANNEL_EMAIL,
    SUPPORT_CHANNEL_PHONE,
    SUPPORT_SERVICE_HOTLINE,
    SUPPORT_SERVICE_QUARTERLY_REVIEW,
    SUPPORT_SERVICE_TECHNICAL_ACCOUNT_MANAGER,
    Plan,
)
from tests.server.calls import INVALID, NOT_FOUND, refuses
from tests.service import SELF_SERVICE, STAFF, Service, amount, day

BUSINESS_HOURS, AROUND_THE_CLOCK = GUARANTEE_CLOCK_BUSINESS_HOURS, GUARANTEE_CLOCK_AROUND_THE_CLOCK
STATUS, EMAIL = SUPPORT_CHANNEL_API_STATUS, SUPPORT_CHANNEL_EMAIL
CHAT, PHONE = SUPPORT_CHANNEL_CHAT, SUPPORT_CHANNEL_PHONE
P1, P2, P3 = PRIORITY_P1, PRIORITY_P2, PRIORITY_P3

# rate, minimum; priority, minutes, clock, whether reaching the time misses it; channels; services; self-service
CATALOGUE = {
    "developer": ("0", "0", [], [STATUS, EMAIL], [], True),
    "production": (
        "0.04", "250",
        [(P1, 180, BUSINESS_HOURS, False), (P2, 360, BUSINESS_HOURS, False), (P3, 540, BUSINESS_HOURS, False)],
        [STATUS, EMAIL, CHAT], [], True,
    ),
    "business": (
        "0.06", "1500",
        [(P1, 60, AROUND_THE_CLOCK, True), (P2, 120, BUSINESS_HOURS, False), (P3, 180, BUSINESS_HOURS, False)],
        [STATUS, EMAIL, CHAT, PHONE], [], True,
    ),
    "personalized": (
        "0.08", "5000",
        [(P1, 60, AROUND_THE_CLOCK, False), (P2, 120, BUSINESS_HOURS, False), (P3, 180, BUSINESS_HOURS, False)],
        [STATUS, EMAIL, CHAT, PHONE],
        [SUPPORT_SERVICE_TECHNICAL_ACCOUNT_MANAGER, SUPPORT_SERVICE_HOTLINE, SUPPORT_SERVICE_QUARTERLY_REVIEW], False,
    ),
}  # fmt: skip
NAMES = {
    "en": ["Developer", "Production", "Business", "Personalized"],
    "fr": ["Développeur", "Production", "Entreprise", "Personnalisé"],
    "ja": ["デベロッパー", "プロダクション", "ビジネス", "パーソナライズド"],
}


async def plans(service: Service, language_code: str = "", on: date | None = None) -> list[Plan]:
    request = p.ListPlansRequest(language_code=language_code, day=day(on) if on else None)
    return list((await service.plans.ListPlans(request, metadata=SELF_SERVICE)).plans)


async def test_2_1_the_four_plans_with_their_prices_guarantees_and_channels(quiet: Service) -> None:
    found = await plans(quiet)
    assert [plan.plan_id for plan in found] == list(CATALOGUE)  # from the free one up
    for plan in found:
        version = plan.version
        rate, minimum, guarantees, channels, services, self_service = CATALOGUE[plan.plan_id]
        price = version.price.usage_based
        assert version.price.WhichOneof("price") == "usage_based"
        assert (Decimal(price.rate.value), amount(price.minimum)) == (Decimal(rate), Decimal(minimum))
        assert price.minimum.currency_code == "USD"
        assert [(g.priority, g.response_minutes, g.clock, g.exclusive) for g in version.guarantees] == guarantees
        assert (list(version.channels), list(version.services)) == (channels, services)
        assert (plan.self_service, version.number) == (self_service, 1)
        assert not version.HasField("effective_day")  # the first version holds from the beginning
        request = p.GetPlanRequest(plan_id=plan.plan_id)
        assert (await quiet.plans.GetPlan(request, metadata=STAFF)).plan == plan


LANGUAGES = {
    "": "en", "en": "en", "fr": "fr", "ja": "ja", "fr-CA": "fr", "FR": "fr", "ja-JP": "ja", "en-GB-oxendict": "en",
    "fr-Latn-CH-x-bank": "fr", "de": "en", "zh-Hant-TW": "en", "fro": "en", "x" * 35: "en",
}  # fmt: skip


async def test_2_2_names_come_in_the_language_asked_for_else_in_english(
    quiet: Service, subtests: pytest.Subtests
) -> None:
    for asked, answered in LANGUAGES.items():
        with subtests.test(asked=asked):
            found = await plans(quiet, asked)
            assert [plan.display_name for plan in found] == NAMES[answered]
            assert {plan.language_code for plan in found} == {answered}
            assert all(plan.description for plan in found)
            request = p.GetPlanRequest(plan_id="business", language_code=asked)
            assert (await quiet.plans.GetPlan(request, metadata=STAFF)).plan == found[2]


async def test_2_2_descriptions_differ_by_language_and_plan(quiet: Service) -> None:
    texts = [plan.description for language in NAMES for plan in await plans(quiet, language)]
    assert len(set(texts)) == 12


async def test_2_3_the_catalogue_may_be_asked_for_a_day(quiet: Service) -> None:
    assert await plans(quiet, on=date(2000, 1, 1)) == await plans(quiet, on=date(2199, 12, 31)) == await plans(quiet)


async def test_what_the_catalogue_refuses(quiet: Service) -> None:
    for unknown in ("platinum", "Production", " production"):
        request = p.GetPlanRequest(plan_id=unknown)
        found = await refuses(quiet.plans.GetPlan(request, metadata=STAFF), NOT_FOUND, "PLAN_NOT_FOUND", "plan_id")
        assert all(plan_id in found.message for plan_id in CATALOGUE)
    for request, field in (
        (p.GetPlanRequest(), "plan_id"),
        (p.GetPlanRequest(plan_id="x" * 65), "plan_id"),
        (p.GetPlanRequest(plan_id="business", language_code="x" * 36), "language_code"),
        (p.GetPlanRequest(plan_id="business", day=Date(year=2026, month=13, day=1)), "day"),
    ):
        await refuses(quiet.plans.GetPlan(request, metadata=STAFF), INVALID, "INVALID_FIELD", field)
    for request, field in (
        (p.ListPlansRequest(language_code="x" * 36), "language_code"),
        (p.ListPlansRequest(day=Date(year=2026, month=2, day=29)), "day"),
    ):
        await refuses(quiet.plans.ListPlans(request, metadata=STAFF), INVALID, "INVALID_FIELD", field)
