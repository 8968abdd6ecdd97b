"""Contracts (3.10): owners of a plan over several top-level accounts, one of which pays on every day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Generic, Self, TypeVar
from uuid import uuid4

from billing.errors import BillingError, Reason
from billing.holding import MOST_DAYS_AHEAD, Held
from billing.period import Period, oldest_period


@dataclass(frozen=True, slots=True)
class Payer:
    """A run of days on which a member pays for a contract.

    Attributes:
        contract_key: the contract.
        payer_key: the top-level account.
        start, end: its days; the end is excluded, None while open.
        key: of the stored row; None when it is not stored.
    """

    contract_key: int
    payer_key: int
    start: date
    end: date | None
    key: int | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """A run of days on which a top-level account, with its subaccounts, is a member of a contract; likewise."""

    contract_key: int
    family_key: int
    start: date
    end: date | None
    key: int | None = None

    def on(self, day: date) -> bool:
        """Whether the account is a member on the day."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as it is recorded.

    Attributes:
        contract_sid: CT and 32 hex digits.
        contract_key: its key, of the same numbers as those of accounts.
        display_name: a name for people.
        create_time: when it was recorded.
        held: the plans it holds, by day; never empty, and without a gap.
        payers: who pays, by day, on each of its days.
    """

    contract_sid: str
    contract_key: int
    display_name: str
    create_time: datetime
    held: Sequence[Held]
    payers: Sequence[Payer]

    @property
    def start_day(self) -> date:
        """Its first day."""
        return self.held[0].start

    @property
    def end_day(self) -> date | None:
        """The first day on which it no longer is; None while it has no end."""
        return self.held[-1].end

    def in_force_on(self, day: date) -> bool:
        """Whether the day is one of its days."""
        return self.start_day <= day and (self.end_day is None or day < self.end_day)


Row = TypeVar("Row", Membership, Payer)


@dataclass(frozen=True, slots=True)
class Rows(Generic[Row]):
    """What becomes of stored rows: some are superseded, others take their place.

    Attributes:
        superseded: keys of the stored rows that no longer hold.
        recorded: the rows to store.
        current: all rows that hold then, by day.
    """

    superseded: list[int]
    recorded: list[Row]
    current: list[Row]

    @classmethod
    def between(cls, old: Sequence[Row], new: Iterable[Row]) -> Self:
        """What takes the stored rows to others; one that comes out as it is stored stays."""
        stored = {replace(row, key=None): row for row in old}
        current = sorted((stored.get(replace(row, key=None), row) for row in new), key=lambda row: row.start)
        kept = {row.key for row in current}
        superseded = [row.key for row in old if row.key is not None and row.key not in kept]
        return cls(superseded, [row for row in current if row.key is None], current)


def new_contract_sid() -> str:
    """A SID that no contract has."""
    return f"CT{uuid4().hex}"


def check_dated(day: date, today: date, field: str) -> None:
    """A day on which a contract, a membership or a payer may begin or end: within the reach of corrections, and at most
    366 days ahead (3.2, 3.9); DAY_OUT_OF_RANGE otherwise."""
    earliest = oldest_period(Period.of(today)).first_day
    latest = today + timedelta(days=MOST_DAYS_AHEAD)
    if not earliest <= day <= latest:
        raise BillingError(Reason.DAY_OUT_OF_RANGE, f"choose a day from {earliest} to {latest}", field)


def check_in_force(contract: Contract, day: date, field: str) -> None:
    """The contract is in force on the day: CONTRACT_NOT_IN_FORCE otherwise."""
    if not contract.in_force_on(day):
        until = f" up to, not including, {contract.end_day}" if contract.end_day else " on"
        raise BillingError(
            Reason.CONTRACT_NOT_IN_FORCE,
            f"{contract.contract_sid} is in force from {contract.start_day}{until}: choose one of its days",
            field,
        )


def check_ends_on(contract: Contract, end_day: date, today: date) -> None:
    """The contract may end on the day: after its first day, and sooner than it does.

    Raises:
        BillingError: DAY_OUT_OF_RANGE or CONTRACT_NOT_IN_FORCE.
    """
    check_dated(end_day, today, "end_day")
    if end_day <= contract.start_day:
        raise BillingError(
            Reason.DAY_OUT_OF_RANGE,
            f"{contract.contract_sid} begins on {contract.start_day}: choose a later day",
            "end_day",
        )
    if contract.end_day is not None and end_day >= contract.end_day:
        raise BillingError(
            Reason.CONTRACT_NOT_IN_FORCE, f"{contract.contract_sid} ends on {contract.end_day} already", "end_day"
        )


def change_payer(
    contract: Contract, payer_key: int, start_day: date, memberships: Iterable[Membership], today: date
) -> Rows[Payer]:
    """Make a member the payer from a day on, in place of every payer recorded for later days (3.10).

    Args:
        contract: the contract.
        payer_key: the top-level account that is to pay.
        start_day: from when.
        memberships: all memberships of that account.
        today: the day of asking.

    Raises:
        BillingError: DAY_OUT_OF_RANGE, CONTRACT_NOT_IN_FORCE or NOT_A_MEMBER.
    """
    check_dated(start_day, today, "start_day")
    check_in_force(contract, start_day, "start_day")
    check_member_throughout(contract, start_day, memberships, "payer_account_sid")
    before, start = ended(contract.payers, start_day), start_day
    if before and (before[-1].payer_key, before[-1].end) == (payer_key, start_day):  # it pays up to that day already
        start = before.pop().start
    return Rows.between(contract.payers, [*before, Payer(contract.contract_key, payer_key, start, contract.end_day)])


def check_member_throughout(contract: Contract, start_day: date, memberships: Iterable[Membership], field: str) -> None:
    """The account is a member of the contract on each of its days from one on: NOT_A_MEMBER otherwise."""
    day: date | None = start_day
    for row in sorted(memberships, key=lambda row: row.start):
        if row.contract_key == contract.contract_key and day is not None and row.on(day):
            day = row.end
    if day is not None and (contract.end_day is None or day < contract.end_day):
        raise BillingError(
            Reason.NOT_A_MEMBER,
            f"the payer must be a member on each day, and is none on {day}: choose another member, or another day",
            field,
        )


def end_payers(payers: Sequence[Payer], end_day: date) -> Rows[Payer]:
    """Nobody pays from a day on, as the contract ends."""
    return Rows.between(payers, ended(payers, end_day))


def ended(rows: Iterable[Row], end_day: date) -> list[Row]:
    """The rows up to a day: those that go on are cut, those that begin later are left out."""
    return [
        row if row.end is not None and row.end <= end_day else replace(row, end=end_day, key=None)
        for row in rows
        if row.start < end_day
    ]
