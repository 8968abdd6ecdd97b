"""Recording and listing support cases (8.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from billing.errors import BillingError, Reason, invalid
from billing.operations.accounts import get_account
from billing.operations.context import Reading, Writing
from billing.period import Period, day_of
from billing.store import products, support_cases
from billing.store.support_cases import CaseAccount, ListedCase, SupportCase

MOST_AHEAD = timedelta(minutes=5)  # as 4.3 has it of usage: clocks differ
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # before any account; the year 1 has no day in every zone


@dataclass(frozen=True, slots=True)
class SentCase:
    """A case as it is sent.

    Attributes:
        account_sid: the account.
        case_id: unique per account.
        priority: 1 to 3.
        product_id: the product it is about; may be empty.
        open_time: when it was opened.
        answer_time: when it was first answered; None while it is not.
    """

    account_sid: str
    case_id: str
    priority: int
    product_id: str
    open_time: datetime
    answer_time: datetime | None


async def record_cases(write: Writing, sent: Sequence[SentCase]) -> tuple[int, int]:
    """Record cases, all or none; returns how many are new, and how many were known before (8.1).

    Raises:
        BillingError: in this order, ACCOUNT_NOT_FOUND, PRODUCT_NOT_FOUND, MOMENT_IN_FUTURE, MOMENT_OUTSIDE_ACCOUNT, or
            INVALID_FIELD for a case that stands there twice or was answered before it was opened.
    """
    accounts = await support_cases.locked_accounts(write.connection, sorted({case.account_sid for case in sent}))
    for path, case in _with_paths(sent):
        if case.account_sid not in accounts:
            raise BillingError(
                Reason.ACCOUNT_NOT_FOUND, f"there is no account {case.account_sid}", f"{path}.account_sid"
            )
    product_keys = await _product_keys(write, sent)
    _check_not_in_future(sent, write.now)
    cases = [_kept(write, case, accounts[case.account_sid], product_keys) for case in sent]
    for (path, case), kept in zip(_with_paths(sent), cases, strict=True):
        _check_within(accounts[case.account_sid], kept, path)
    _check_each(sent)
    new_count = await support_cases.save_cases(write.connection, cases, write.now, write.cutoff)
    return new_count, len(sent) - new_count


async def list_cases(read: Reading, *, account_sid: str, month: Period, after_id: str, limit: int) -> list[ListedCase]:
    """The cases of an account opened in a month, by case id; ACCOUNT_NOT_FOUND when the account does not exist."""
    account = await get_account(read.connection, account_sid)
    key, days = (account.family_key, account.account_key), (month.first_day, month.end_day)
    return await support_cases.list_cases(read.connection, key, days, after_id, limit)


def _with_paths(sent: Sequence[SentCase]) -> list[tuple[str, SentCase]]:
    return [(f"cases[{index}]", case) for index, case in enumerate(sent)]


async def _product_keys(write: Writing, sent: Sequence[SentCase]) -> dict[str, int]:
    keys = await products.product_keys(write.connection, sorted({case.product_id for case in sent if case.product_id}))
    for path, case in _with_paths(sent):
        if case.product_id and case.product_id not in keys:
            raise BillingError(
                Reason.PRODUCT_NOT_FOUND,
                f"there is no product {case.product_id!r}: leave it empty when the case is about none",
                f"{path}.product_id",
            )
    return keys


def _check_not_in_future(sent: Sequence[SentCase], now: datetime) -> None:
    latest = now + MOST_AHEAD
    for path, case in _with_paths(sent):
        for field, moment in (("open_time", case.open_time), ("answer_time", case.answer_time)):
            if moment is not None and moment > latest:
                raise BillingError(
                    Reason.MOMENT_IN_FUTURE,
                    f"{moment.isoformat()} lies more than 5 minutes after now, {now.isoformat()}",
                    f"{path}.{field}",
                )


def _check_within(account: CaseAccount, case: SupportCase, path: str) -> None:
    if case.open_day < account.start_day or (account.end_day is not None and case.open_day >= account.end_day):
        until = f" up to, not including, {account.end_day}" if account.end_day else ""
        raise BillingError(
            Reason.MOMENT_OUTSIDE_ACCOUNT,
            f"{account.account_sid} exists from {account.start_day} on{until}, not on {case.open_day}",
            f"{path}.open_time",
        )


def _check_each(sent: Sequence[SentCase]) -> None:
    seen = set()
    for path, case in _with_paths(sent):
        if (case.account_sid, case.case_id) in seen:
            raise invalid(f"{path}.case_id", f"the case {case.case_id!r} of {case.account_sid} stands there twice")
        seen.add((case.account_sid, case.case_id))
        if case.answer_time is not None and case.answer_time < case.open_time:
            raise invalid(f"{path}.answer_time", "a case is answered after it is opened")


def _kept(write: Writing, case: SentCase, account: CaseAccount, product_keys: dict[str, int]) -> SupportCase:
    return SupportCase(
        account.family_key,
        account.account_key,
        case.case_id,
        case.priority,
        product_keys[case.product_id] if case.product_id else None,
        day_of(max(case.open_time, LONG_AGO), write.store.zone),
        case.open_time,
        case.answer_time,
    )
