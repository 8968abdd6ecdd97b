"""The days and families of accounts (0, 3.1)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from billing.accounts import Account, check_closing_day, check_subaccount, check_top_level, new_account_sid
from billing.errors import BillingError, Reason
from tests.rules.months import SUB1, A, nth

CREATED = datetime(2026, 6, 1, tzinfo=UTC)


def account(first: int = 1, end: int | None = None) -> Account:
    """A top-level account from a day of June on, closed from another."""
    return Account(A, 1, 1, "", "", nth(first), None if end is None else nth(end), CREATED)


SUBACCOUNT = Account(SUB1, 1, 2, A, "", nth(1), None, CREATED)


def test_0_a_sid_is_ac_and_32_lowercase_hex_digits_and_new() -> None:
    made = {new_account_sid() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch("AC[0-9a-f]{32}", sid) for sid in made)


@pytest.mark.parametrize(
    ("first", "end", "day", "exists"),
    [
        (5, None, 4, False),
        (5, None, 5, True),
        (5, None, 500, True),
        (5, 16, 15, True),
        (5, 16, 16, False),  # up to, not including, its closing day
        (5, 6, 5, True),
    ],
)
def test_3_1_an_account_exists_for_whole_days(first: int, end: int | None, day: int, exists: bool) -> None:
    assert account(first, end).exists_on(nth(day)) is exists


@pytest.mark.parametrize(
    ("parent", "day", "reason"),
    [
        pytest.param(account(5), 5, None, id="on the parent's first day"),
        pytest.param(account(5), 20, None, id="later"),
        pytest.param(account(5, end=16), 15, None, id="on the parent's last day"),
        pytest.param(account(5), 4, Reason.DAY_OUT_OF_RANGE, id="before the parent"),
        pytest.param(account(5, end=16), 16, Reason.ACCOUNT_CLOSED, id="once the parent is closed"),
        pytest.param(SUBACCOUNT, 5, Reason.PARENT_IS_SUBACCOUNT, id="two levels deep"),
    ],
)
def test_0_a_subaccount_is_one_level_deep_and_within_its_parents_days(
    parent: Account, day: int, reason: Reason | None
) -> None:
    if reason is None:
        check_subaccount(parent, nth(day))
        return
    with pytest.raises(BillingError) as refused:
        check_subaccount(parent, nth(day))
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    ("closing", "today", "reason"),
    [
        pytest.param((1, None, 16), 15, None, id="tomorrow"),
        pytest.param((1, None, 60), 15, None, id="later"),
        pytest.param((1, 25, 20), 15, None, id="earlier than was asked before"),
        pytest.param((1, None, 15), 15, Reason.DAY_OUT_OF_RANGE, id="today"),
        pytest.param((1, None, 1), 15, Reason.DAY_OUT_OF_RANGE, id="in the past"),
        pytest.param((15, None, 16), 15, None, id="after its first day"),
        pytest.param((1, 15, 20), 15, Reason.ACCOUNT_CLOSED, id="closed already"),
        pytest.param((1, 25, 25), 15, Reason.ACCOUNT_CLOSED, id="on that day already"),
        pytest.param((1, 25, 30), 15, Reason.ACCOUNT_CLOSED, id="later than was asked before"),
    ],
)
def test_3_1_an_account_closes_tomorrow_at_the_earliest_and_is_not_reopened(
    closing: tuple[int, int | None, int], today: int, reason: Reason | None
) -> None:
    first, end, day = closing
    if reason is None:
        check_closing_day(account(first, end), nth(day), nth(today))
        return
    with pytest.raises(BillingError) as refused:
        check_closing_day(account(first, end), nth(day), nth(today))
    assert refused.value.reason is reason


def test_3_1_what_is_asked_of_a_subaccount_is_refused_and_names_the_parent() -> None:
    check_top_level(account(), "has its parent's plan")
    with pytest.raises(BillingError, match=A) as refused:
        check_top_level(SUBACCOUNT, "has its parent's plan")
    assert refused.value.reason is Reason.SUBACCOUNT_FOLLOWS_PARENT
