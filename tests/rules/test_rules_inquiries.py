"""Inquiries: who may open one, and which may be resolved (3.7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from billing.accounts import Account
from billing.catalogue import Plan
from billing.errors import BillingError, Reason
from billing.holding import Held, Origin
from billing.inquiries import Contact, Inquiry, InquiryState, check_may_open, check_open
from tests.rules.months import A, nth

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
TODAY = nth(15)
PERSONALIZED, BUSINESS = Plan("personalized", False, {}, ()), Plan("business", True, {}, ())
ACCOUNT = Account(A, 1, 1, "", "", nth(1), None, NOW)


def held(*runs: tuple[str, int, int | None]) -> list[Held]:
    """Plans with their first day and the day after the last."""
    return [
        Held(plan, nth(start), None if end is None else nth(end), Origin.CHANGED, by_staff=False)
        for plan, start, end in runs
    ]


ON_BUSINESS = held(("developer", 1, 5), ("business", 5, None))


@pytest.mark.parametrize(
    "runs",
    [
        ON_BUSINESS,
        held(("developer", 1, None)),
        held(("developer", 1, 15), ("business", 15, None)),
        held(("business", 1, 20), ("personalized", 20, None)),
        held(("personalized", 1, 15), ("business", 15, None)),
        held(("developer", 1, 5), ("developer", 15, None)),  # left a contract today
    ],
)
def test_3_7_an_account_on_another_plan_may_ask(runs: list[Held]) -> None:
    check_may_open(PERSONALIZED, ACCOUNT, runs, TODAY)


@pytest.mark.parametrize(
    ("plan", "end_day", "runs", "reason", "field"),
    [
        pytest.param(BUSINESS, nth(10), [], Reason.PLAN_IS_SELF_SERVICE, "plan_id", id="self-service first"),
        pytest.param(PERSONALIZED, nth(10), ON_BUSINESS, Reason.ACCOUNT_CLOSED, "account_sid", id="closed"),
        pytest.param(PERSONALIZED, TODAY, ON_BUSINESS, Reason.ACCOUNT_CLOSED, "account_sid", id="closed today"),
        pytest.param(PERSONALIZED, nth(20), ON_BUSINESS, Reason.ACCOUNT_CLOSED, "account_sid", id="closes later"),
        pytest.param(
            PERSONALIZED,
            None,
            held(("business", 1, 15)),
            Reason.ACCOUNT_IN_CONTRACT,
            "account_sid",
            id="joined today",
        ),
        pytest.param(
            PERSONALIZED,
            None,
            held(("business", 1, 5), ("developer", 16, None)),
            Reason.ACCOUNT_IN_CONTRACT,
            "account_sid",
            id="leaves tomorrow",
        ),
        pytest.param(
            PERSONALIZED,
            None,
            held(("business", 1, 20)),
            Reason.ACCOUNT_IN_CONTRACT,
            "account_sid",
            id="joins later",
        ),
        pytest.param(
            PERSONALIZED,
            None,
            held(("developer", 1, 5), ("personalized", 5, None)),
            Reason.PLAN_ALREADY_HELD,
            "plan_id",
            id="held already",
        ),
    ],
)
def test_3_7_who_may_not_ask(plan: Plan, end_day: date | None, runs: list[Held], reason: Reason, field: str) -> None:
    with pytest.raises(BillingError) as refused:
        check_may_open(plan, replace(ACCOUNT, end_day=end_day), runs, TODAY)
    assert (refused.value.reason, refused.value.field) == (reason, field)


def test_3_7_only_an_open_inquiry_is_resolved() -> None:
    inquiry = Inquiry(1, uuid4(), 1, A, "personalized", Contact("N", "n@x", "", ""), InquiryState.OPEN, NOW)
    check_open(inquiry)
    for state in (InquiryState.ACTIVATED, InquiryState.DECLINED):
        with pytest.raises(BillingError) as refused:
            check_open(replace(inquiry, state=state, resolve_time=NOW))
        assert refused.value.reason is Reason.INQUIRY_RESOLVED
