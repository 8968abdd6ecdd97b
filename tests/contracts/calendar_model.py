"""Contracts as somebody with a calendar would keep them: for every day the plan, the contract and the payer.

Independent of the rules' code: no runs, no rows, only days. Days are numbers; an open end is the end of the calendar.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

FIRST, LAST = -120, 420  # the days of the calendar; nothing that is asked for comes near its end
AHEAD = 366
FREE = "developer"


class Held(NamedTuple):
    """A plan, and a contract's own price for it."""

    plan: str
    price: str = ""


@dataclass
class Account:
    """What is written of an account: from its first day up to its closing day, on each a plan or a contract."""

    start: int
    end: int = LAST
    plan: dict[int, str] = field(default_factory=dict)
    contract: dict[int, str] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)  # days on which a change to a plan of its own starts


@dataclass
class Contract:
    """What is written of a contract."""

    start: int
    end: int
    held: dict[int, Held]
    payer: dict[int, str]
    changed: set[int] = field(default_factory=set)


class Calendar:
    """All accounts and contracts. Every method that asks for something answers the reason of a refusal, or ""."""

    def __init__(self, today: int, oldest: int) -> None:
        self.today = today
        self.oldest = oldest  # the earliest day that may be dated back to
        self.accounts: dict[str, Account] = {}
        self.contracts: dict[str, Contract] = {}

    def open_account(self, name: str, start: int) -> None:
        self.accounts[name] = Account(start, plan=dict.fromkeys(range(start, LAST), FREE))

    # plans of its own ---------------------------------------------------------------------------------------------

    def change_plan(self, name: str, plan: str, start: int, replace: bool) -> str:
        account = self.accounts[name]
        if not self.today <= start <= self.today + AHEAD:
            return "DAY_OUT_OF_RANGE"
        if start >= account.end:
            return "ACCOUNT_CLOSED"
        plans, changed = dict(account.plan), set(account.changed)
        waiting = min((day for day in changed if day > self.today), default=None)
        if waiting is not None and replace:
            self._take_back(plans, changed, waiting)
        elif waiting is not None and (start > self.today or plans[waiting] == plan):
            return "CHANGE_PENDING"
        if start not in plans:
            return "ACCOUNT_IN_CONTRACT"
        if plans[start] == plan:
            return "PLAN_ALREADY_HELD"
        if start in changed:
            return "PLAN_STARTED_THAT_DAY"
        self._write(plans, changed, start, plan)
        changed.add(start)
        account.plan, account.changed = plans, changed
        return ""

    def withdraw_plan(self, name: str) -> str:
        account = self.accounts[name]
        waiting = min((day for day in account.changed if day > self.today), default=None)
        if waiting is None:
            return "NO_PENDING_CHANGE"
        self._take_back(account.plan, account.changed, waiting)
        return ""

    def close(self, name: str, day: int) -> str:
        account = self.accounts[name]
        if account.end <= self.today or day >= account.end:
            return "ACCOUNT_CLOSED"
        if day <= max(self.today, account.start):
            return "DAY_OUT_OF_RANGE"
        if any(self._pays(name, sid, day, LAST) for sid in self.contracts):
            return "PAYER_REQUIRED"
        account.end = day
        account.plan = {each: plan for each, plan in account.plan.items() if each < day}
        account.contract = {each: sid for each, sid in account.contract.items() if each < day}
        account.changed = {each for each in account.changed if each < day}
        return ""

    # contracts ----------------------------------------------------------------------------------------------------

    def create(self, sid: str, held: Held, start: int, members: list[str], payer: str) -> str:
        if not self.oldest <= start <= self.today + AHEAD:
            return "DAY_OUT_OF_RANGE"
        if payer not in members:
            return "NOT_A_MEMBER"
        days = range(start, LAST)
        kept = {name: self._copy(account) for name, account in self.accounts.items()}
        self.contracts[sid] = Contract(start, LAST, dict.fromkeys(days, held), {})
        refused = next(filter(None, (self.join(sid, name, start, None) for name in members)), "")
        if not refused and any(self.accounts[payer].contract.get(day) != sid for day in days):
            refused = "NOT_A_MEMBER"
        if refused:
            self.accounts = kept
            del self.contracts[sid]
        else:
            self.contracts[sid].payer = dict.fromkeys(days, payer)
        return refused

    def join(self, sid: str, name: str, start: int, end: int | None) -> str:
        account, contract = self.accounts[name], self.contracts[sid]
        until = min(end if end is not None else LAST, contract.end, account.end)
        refused = self._outside(account, contract, start, start + 1 if end is None else end)
        if refused:
            return refused
        left = account.contract.get(start)
        if left == sid or (left is not None and account.contract.get(start - 1) != left):
            return "ACCOUNT_IN_CONTRACT"
        left_until = start
        while left is not None and account.contract.get(left_until) == left:
            left_until += 1
        if any(day in account.contract for day in range(left_until, until)):
            return "ACCOUNT_IN_CONTRACT"
        if left is not None and self._pays(name, left, start, left_until):
            return "PAYER_REQUIRED"
        waiting = min((day for day in account.changed if day > self.today), default=None)
        if waiting is not None and waiting >= start and until > self.today:
            self._take_back(account.plan, account.changed, waiting)
        for day in range(start, until):
            self._belong(account, day, sid)
        for day in range(until, max(until, left_until)):
            del account.contract[day]
        self._fall_back(account, until)
        return ""

    def leave(self, sid: str, name: str, end: int) -> str:
        account = self.accounts[name]
        if not self.oldest <= end <= self.today + AHEAD:
            return "DAY_OUT_OF_RANGE"
        if account.contract.get(end) != sid:
            return "NOT_A_MEMBER"
        days = self._stretch(account, end)
        if self._pays(name, sid, days.start, days.stop):
            return "PAYER_REQUIRED"
        for day in days:
            del account.contract[day]
            account.plan[day] = FREE
        return ""

    def withdraw_membership(self, sid: str, name: str) -> str:
        account, contract = self.accounts[name], self.contracts[sid]
        starts = [day for day, of in account.contract.items() if of == sid and account.contract.get(day - 1) != sid]
        coming = [day for day in starts if day > self.today]
        if coming:
            days = self._stretch(account, max(coming))
            if self._pays(name, sid, days.start, days.stop):
                return "PAYER_REQUIRED"
            self._not_join(account, days)
            return ""
        until = min(contract.end, account.end)
        last = max((day for day, of in account.contract.items() if of == sid), default=LAST)
        if last < self.today or last + 1 == until or not starts:
            return "NO_MEMBERSHIP_CHANGE"
        if any(day in account.contract for day in range(last + 1, until)):
            return "ACCOUNT_IN_CONTRACT"
        for day in range(last + 1, until):
            self._belong(account, day, sid)
        self._fall_back(account, until)
        return ""

    def change_contract_plan(self, sid: str, held: Held, start: int, replace: bool) -> str:
        contract = self.contracts[sid]
        if not self.today <= start <= self.today + AHEAD:
            return "DAY_OUT_OF_RANGE"
        if not contract.start <= start < contract.end:
            return "CONTRACT_NOT_IN_FORCE"
        plans, changed = dict(contract.held), set(contract.changed)
        waiting = min((day for day in changed if day > self.today), default=None)
        if waiting is not None and replace:
            self._take_back(plans, changed, waiting)
        elif waiting is not None and (start > self.today or plans[waiting] == held):
            return "CHANGE_PENDING"
        if plans[start] == held:
            return "PLAN_ALREADY_HELD"
        if start in changed or start == contract.start:
            return "PLAN_STARTED_THAT_DAY"
        self._write(plans, changed, start, held)
        changed.add(start)
        contract.held, contract.changed = plans, changed
        return ""

    def withdraw_contract_plan(self, sid: str) -> str:
        contract = self.contracts[sid]
        waiting = min((day for day in contract.changed if day > self.today), default=None)
        if waiting is None:
            return "NO_PENDING_CHANGE"
        self._take_back(contract.held, contract.changed, waiting)
        return ""

    def change_payer(self, sid: str, name: str, start: int) -> str:
        contract = self.contracts[sid]
        if not self.oldest <= start <= self.today + AHEAD:
            return "DAY_OUT_OF_RANGE"
        if not contract.start <= start < contract.end:
            return "CONTRACT_NOT_IN_FORCE"
        if any(self.accounts[name].contract.get(day) != sid for day in range(start, contract.end)):
            return "NOT_A_MEMBER"
        contract.payer.update(dict.fromkeys(range(start, contract.end), name))
        return ""

    def end(self, sid: str, day: int) -> str:
        contract = self.contracts[sid]
        if not max(self.oldest, contract.start + 1) <= day <= self.today + AHEAD:
            return "DAY_OUT_OF_RANGE"
        if day >= contract.end:
            return "CONTRACT_NOT_IN_FORCE"
        for account in self.accounts.values():
            for first in [each for each, of in account.contract.items() if of == sid and each >= day]:
                if first not in account.contract:
                    continue  # of a stretch that is done
                days = self._stretch(account, first)
                if first > self.today and account.contract.get(first - 1) != sid:
                    self._not_join(account, days)
                    continue
                for each in days:
                    del account.contract[each]
                    account.plan[each] = FREE
        contract.end = day
        contract.held = {each: held for each, held in contract.held.items() if each < day}
        contract.payer = {each: name for each, name in contract.payer.items() if each < day}
        contract.changed = {each for each in contract.changed if each < day}
        return ""

    # how it is written down ---------------------------------------------------------------------------------------

    def _outside(self, account: Account, contract: Contract, start: int, end: int) -> str:
        """Why an account can not be a member on some days, whatever contracts it is in."""
        if not self.oldest <= start <= self.today + AHEAD or end <= start:
            return "DAY_OUT_OF_RANGE"
        if not contract.start <= start < contract.end or end > contract.end:
            return "CONTRACT_NOT_IN_FORCE"
        if start < account.start:
            return "ACCOUNT_NOT_YET_CREATED"
        return "ACCOUNT_CLOSED" if start >= account.end or end > account.end else ""

    @staticmethod
    def _copy(account: Account) -> Account:
        return Account(account.start, account.end, dict(account.plan), dict(account.contract), set(account.changed))

    def _pays(self, name: str, sid: str, start: int, end: int) -> bool:
        return any(who == name and start <= day < end for day, who in self.contracts[sid].payer.items())

    @staticmethod
    def _stretch(account: Account, first: int) -> range:
        """The days from one on without a break in the same contract."""
        last = first
        while account.contract.get(last) == account.contract[first]:
            last += 1
        return range(first, last)

    @staticmethod
    def _belong(account: Account, day: int, sid: str) -> None:
        account.contract[day] = sid
        account.plan.pop(day, None)
        account.changed.discard(day)

    @staticmethod
    def _write(plans: dict[int, object], changed: set[int], start: int, plan: object) -> None:
        """A plan from a day on, up to the next change or the next day without one."""
        day = start
        while day in plans and (day == start or day not in changed):
            plans[day] = plan
            day += 1

    def _take_back(self, plans: dict[int, object], changed: set[int], waiting: int) -> None:
        """The plan before goes on, in place of a change; the free one where there is none before."""
        self._write(plans, changed, waiting, plans.get(waiting - 1, FREE))
        changed.discard(waiting)

    def _fall_back(self, account: Account, start: int) -> None:
        """The free plan from a day on, up to the next change."""
        day = start
        while day < account.end and day not in account.changed:
            if day not in account.contract:
                account.plan[day] = FREE
            day += 1

    def _not_join(self, account: Account, days: range) -> None:
        """The plan before goes on, up to the next change or contract; the free one where there is none before."""
        plan = account.plan.get(days.start - 1, FREE)
        for day in days:
            del account.contract[day]
            account.plan[day] = FREE
        if days.start - 1 in account.plan:
            self._write(account.plan, account.changed, days.start, plan)
