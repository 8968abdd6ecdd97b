"""Joining and leaving contracts (3.10): what it does to the memberships and to the own plans of an account.

On each of its days an account has a plan of its own, or is a member of one contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from billing.accounts import Account, check_exists
from billing.contracts import Contract, Membership, Payer, Rows, check_dated, check_in_force, ended
from billing.errors import BillingError, Reason
from billing.holding import Change, Held, difference, end_holding
from billing.own_plans import fitted, kept_by_joining, reopened
from billing.period import earliest


@dataclass(frozen=True, slots=True)
class Member:
    """A top-level account as contracts see it.

    Attributes:
        account: the account.
        held: the plans of its own, by day.
        memberships: of any contract, by day.
        pays: the days on which it is recorded as a payer, of any contract.
    """

    account: Account
    held: Sequence[Held]
    memberships: Sequence[Membership]
    pays: Sequence[Payer]


@dataclass(frozen=True, slots=True)
class MemberChange:
    """What becomes of the own plans and of the memberships of an account."""

    held: Change
    memberships: Rows[Membership]


def join(
    member: Member,
    contract: Contract,
    *,
    start_day: date,
    end_day: date | None,
    today: date,
    field: str = "account_sid",
) -> MemberChange:
    """The account joins on a day, up to another or until the contract ends; it leaves the contract it is in by then.

    Raises:
        BillingError: DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE, ACCOUNT_NOT_YET_CREATED, ACCOUNT_CLOSED,
            ACCOUNT_IN_CONTRACT or PAYER_REQUIRED.
    """
    _check_days(contract, start_day, end_day, today)
    account = member.account
    check_exists(account, start_day, "start_day")
    if end_day is not None and account.end_day is not None and end_day > account.end_day:
        check_exists(account, account.end_day, "end_day")
    until = earliest(end_day, contract.end_day, account.end_day)
    wanted = Membership(contract.contract_key, account.family_key, start_day, until)
    left = _left(member, wanted, field)
    rows = [row for row in member.memberships if row is not left]
    if left is not None:
        _check_pays_not(member, left.contract_key, start_day, left.end, field)
        rows.append(replace(left, end=start_day, key=None))
    return _changed(member, kept_by_joining(member.held, wanted, today), _joined(rows, wanted))


def leave(member: Member, contract: Contract, *, end_day: date, today: date) -> MemberChange:
    """The account leaves on a day, and falls back to the free plan.

    Raises:
        BillingError: DAY_OUT_OF_RANGE, NOT_A_MEMBER or PAYER_REQUIRED.
    """
    check_dated(end_day, today, "end_day")
    row = next((row for row in _of(member, contract) if row.on(end_day)), None)
    if row is None:
        raise BillingError(
            Reason.NOT_A_MEMBER,
            f"{member.account.account_sid} is no member of {contract.contract_sid} on {end_day}",
            "account_sid",
        )
    _check_pays_not(member, contract.contract_key, end_day, row.end, "account_sid")
    others = [other for other in member.memberships if other is not row]
    return _changed(member, member.held, [*others, *ended([row], end_day)])


def withdraw_change(member: Member, contract: Contract, *, today: date) -> MemberChange:
    """Withdraw what is still to come: the joining, and the plan that it would end goes on; else the leaving.

    Raises:
        BillingError: NO_MEMBERSHIP_CHANGE, ACCOUNT_IN_CONTRACT or PAYER_REQUIRED.
    """
    rows = _of(member, contract)
    joining = next((row for row in reversed(rows) if row.start > today), None)
    if joining is not None:
        _check_pays_not(member, contract.contract_key, joining.start, joining.end, "account_sid")
        others = [row for row in member.memberships if row is not joining]
        return _changed(member, reopened(member.held, joining), others)
    until = earliest(contract.end_day, member.account.end_day)
    leaving = next((row for row in rows if row.end is not None and row.end > today and row.end != until), None)
    if leaving is None:
        raise BillingError(
            Reason.NO_MEMBERSHIP_CHANGE,
            f"no joining or leaving of {member.account.account_sid} is still to come",
            "account_sid",
        )
    others = [row for row in member.memberships if row is not leaving]
    going_on = replace(leaving, end=until, key=None)
    _check_free(others, going_on, member.account, "account_sid")
    return _changed(member, member.held, [*others, going_on])


def end_with(member: Member, contract: Contract, *, end_day: date, today: date) -> MemberChange:
    """The contract ends on a day: its members fall back to the free plan, and who would join later does not."""
    held = member.held
    others = [row for row in member.memberships if row.contract_key != contract.contract_key]
    for row in _of(member, contract):
        if row.start >= end_day and row.start > today:
            held = reopened(held, row)
    return _changed(member, held, [*others, *ended(_of(member, contract), end_day)])


def close(member: Member, closing_day: date) -> MemberChange:
    """The account closes on a day: it has no plan, and is no member, from then on (3.1).

    Raises:
        BillingError: PAYER_REQUIRED.
    """
    for contract_key in {row.contract_key for row in member.pays}:
        _check_pays_not(member, contract_key, closing_day, None, "account_sid")
    closed = replace(member, account=replace(member.account, end_day=closing_day))
    held = end_holding(member.held, closing_day).held
    return _changed(closed, held, ended(member.memberships, closing_day))


def _check_days(contract: Contract, start_day: date, end_day: date | None, today: date) -> None:
    check_dated(start_day, today, "start_day")
    if end_day is not None and end_day <= start_day:
        raise BillingError(Reason.DAY_OUT_OF_RANGE, f"the membership begins on {start_day}: end it later", "end_day")
    check_in_force(contract, start_day, "start_day")
    if end_day is not None and contract.end_day is not None and end_day > contract.end_day:
        check_in_force(contract, end_day, "end_day")


def _left(member: Member, wanted: Membership, field: str) -> Membership | None:
    """The membership of another contract that ends by the joining: one that began before and has not ended by then."""
    left = next((row for row in member.memberships if row.start < wanted.start and row.on(wanted.start)), None)
    if left is not None and left.contract_key == wanted.contract_key:
        left = None
    _check_free([row for row in member.memberships if row is not left], wanted, member.account, field)
    return left


def _check_free(rows: Iterable[Membership], wanted: Membership, account: Account, field: str) -> None:
    """The account is no member of a contract on the days wanted: ACCOUNT_IN_CONTRACT otherwise."""
    for row in rows:
        if row.start < (wanted.end or date.max) and wanted.start < (row.end or date.max):
            which = "this contract" if row.contract_key == wanted.contract_key else "another contract"
            raise BillingError(
                Reason.ACCOUNT_IN_CONTRACT,
                f"{account.account_sid} is a member of {which} from {row.start}: end or withdraw that first",
                field,
            )


def _joined(rows: Iterable[Membership], wanted: Membership) -> list[Membership]:
    """The memberships with the one wanted, in one with those of the same contract that end or begin where it does."""
    apart = []
    for row in rows:
        if row.contract_key == wanted.contract_key and row.end == wanted.start:
            wanted = replace(wanted, start=row.start)
        elif row.contract_key == wanted.contract_key and row.start == wanted.end:
            wanted = replace(wanted, end=row.end)
        else:
            apart.append(row)
    return [*apart, wanted]


def _check_pays_not(member: Member, contract_key: int, start: date, end: date | None, field: str) -> None:
    """The account pays for the contract on no day from one up to another: PAYER_REQUIRED otherwise."""
    for row in member.pays:
        if row.contract_key == contract_key and row.start < (end or date.max) and start < (row.end or date.max):
            raise BillingError(
                Reason.PAYER_REQUIRED,
                f"{member.account.account_sid} pays for its contract on {max(row.start, start)}: make another member"
                " payer from that day on",
                field,
            )


def _of(member: Member, contract: Contract) -> list[Membership]:
    return [row for row in member.memberships if row.contract_key == contract.contract_key]


def _changed(member: Member, held: Sequence[Held], memberships: Iterable[Membership]) -> MemberChange:
    rows = Rows.between(member.memberships, memberships)
    return MemberChange(difference(member.held, fitted(held, rows.current, member.account)), rows)
