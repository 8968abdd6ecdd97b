"""Accounts: top-level, or a subaccount of one (domain.md 0, 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from billing.errors import BillingError, Reason
from billing.period import ONE_DAY


@dataclass(frozen=True, slots=True)
class Account:
    """An account.

    Attributes:
        account_sid: AC and 32 hex digits.
        family_key: the key of its top-level account.
        account_key: its own key; that of the family for a top-level account.
        parent_sid: the SID of its top-level account; empty for a top-level account.
        display_name: a name for people.
        start_day: its first day.
        end_day: its closing day; None while it is not closed.
        create_time: when it was recorded.
    """

    account_sid: str
    family_key: int
    account_key: int
    parent_sid: str
    display_name: str
    start_day: date
    end_day: date | None
    create_time: datetime

    @property
    def is_top_level(self) -> bool:
        """Whether it is not a subaccount."""
        return self.family_key == self.account_key

    def exists_on(self, day: date) -> bool:
        """Whether the day is one of its days."""
        return self.start_day <= day and (self.end_day is None or day < self.end_day)


def new_account_sid() -> str:
    """A SID that no account has."""
    return f"AC{uuid4().hex}"


def check_subaccount(parent: Account, creation_day: date) -> None:
    """A subaccount may be created under the parent on the day: one level deep, within the parent's days."""
    if not parent.is_top_level:
        raise BillingError(
            Reason.PARENT_IS_SUBACCOUNT,
            f"{parent.account_sid} is itself a subaccount of {parent.parent_sid}: name that as the parent",
            "parent_account_sid",
        )
    if creation_day < parent.start_day:
        raise BillingError(
            Reason.DAY_OUT_OF_RANGE,
            f"the parent exists from {parent.start_day}: choose that day or a later one",
            "creation_day",
        )
    if not parent.exists_on(creation_day):
        raise closed(parent, "parent_account_sid")


def check_closing_day(account: Account, closing_day: date, today: date) -> None:
    """The account may close on the day: tomorrow at the earliest, after its first day, once (3.1)."""
    earliest = max(today, account.start_day) + ONE_DAY
    if account.end_day is not None and (account.end_day <= today or closing_day >= account.end_day):
        raise closed(account, "account_sid")
    if closing_day < earliest:
        raise BillingError(
            Reason.DAY_OUT_OF_RANGE,
            f"an account closes tomorrow at the earliest: choose {earliest} or a later day",
            "closing_day",
        )


def check_top_level(account: Account, what: str, field: str = "account_sid") -> None:
    """What is asked for is for top-level accounts; the refusal names the parent (3.1)."""
    if not account.is_top_level:
        raise BillingError(
            Reason.SUBACCOUNT_FOLLOWS_PARENT,
            f"{account.account_sid} is a subaccount and {what}: ask for its parent {account.parent_sid}",
            field,
        )


def check_exists(account: Account, day: date, field: str) -> None:
    """The day is one of the account's: ACCOUNT_NOT_YET_CREATED or ACCOUNT_CLOSED otherwise."""
    if day < account.start_day:
        raise BillingError(
            Reason.ACCOUNT_NOT_YET_CREATED, f"{account.account_sid} exists from {account.start_day}", field
        )
    if not account.exists_on(day):
        raise closed(account, field)


def closed(account: Account, field: str) -> BillingError:
    """The account is closed on the day asked for."""
    return BillingError(
        Reason.ACCOUNT_CLOSED, f"{account.account_sid} is closed from {account.end_day} on and is not reopened", field
    )
