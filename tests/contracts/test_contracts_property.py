"""The rules of contracts against a calendar: whatever is asked, each day has one plan and one payer (3.9, 3.10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from billing import contracts, holding, memberships
from billing.accounts import Account, check_closing_day, check_exists
from billing.contracts import Contract, Payer, Rows
from billing.errors import BillingError
from billing.holding import Change, Held, Origin
from billing.memberships import Member, MemberChange
from billing.support import FlatPrice, PlanPrice
from tests.contracts import calendar_model as model
from tests.contracts.calendar_model import Calendar
from tests.contracts.steps import (
    FOUNDING,
    PLANS,
    STARTS,
    STEPS,
    WAIT,
    Step,
    asked,
    by_day,
    number,
    oldest_on,
    on,
    random_step,
)
from tests.rules.properties import thorough

MOMENT = datetime(2026, 6, 1, tzinfo=UTC)


def price(name: str) -> PlanPrice | None:
    """A price as the calendar writes it."""
    return FlatPrice(Decimal(name)) if name else None


class World:
    """The rules applied to rows that are kept as the store would keep them."""

    def __init__(self) -> None:
        self.today = 0
        self.keys = count(1)
        self.members: dict[str, Member] = {}
        self.contracts: dict[str, Contract] = {}

    def open_account(self, name: str, start: int) -> None:
        key = next(self.keys)
        account = Account(name, key, key, "", "", on(start), None, MOMENT)
        self.members[name] = Member(account, [replace(holding.free_plan(on(start), None), key=next(self.keys))], [], [])

    def change_plan(self, name: str, plan: str, start: int, replace_pending: bool) -> None:
        member = self.members[name]
        holding.check_start_day(on(start), on(self.today))
        check_exists(member.account, on(start), "start_day")
        self._hold(name, self._change(member.held, plan, None, start, replace_pending))

    def withdraw_plan(self, name: str) -> None:
        change, _ = holding.withdraw(self.members[name].held, today=on(self.today), staff=True)
        self._hold(name, change)

    def close(self, name: str, day: int) -> None:
        account = self.members[name].account
        check_closing_day(account, on(day), on(self.today))
        self._keep(name, memberships.close(self.members[name], on(day)))
        self.members[name] = replace(self.members[name], account=replace(account, end_day=on(day)))

    def create(self, sid: str, held: model.Held, start: int, names: list[str], payer: str) -> None:
        contracts.check_dated(on(start), on(self.today), "start_day")
        if payer not in names:
            raise BillingError(contracts.Reason.NOT_A_MEMBER, "none of them")
        first = Held(held.plan, on(start), None, Origin.ASSIGNED, True, next(self.keys), own_price=price(held.price))
        contract = Contract(sid, next(self.keys), "", MOMENT, [first], [])
        changes = {name: self._joining(name, contract, start, None) for name in names}
        payer_rows = changes[payer].memberships.current
        contracts.check_member_throughout(contract, on(start), payer_rows, "payer_account_sid")
        self.contracts[sid] = contract
        for name, change in changes.items():
            self._keep(name, change)
        row = Payer(contract.contract_key, self.members[payer].account.account_key, on(start), None)
        self._pay(sid, Rows.between([], [row]))

    def join(self, sid: str, name: str, start: int, end: int | None) -> None:
        self._keep(name, self._joining(name, self.contracts[sid], start, end))

    def leave(self, sid: str, name: str, end: int) -> None:
        contract = self.contracts[sid]
        self._keep(name, memberships.leave(self.members[name], contract, end_day=on(end), today=on(self.today)))

    def withdraw_membership(self, sid: str, name: str) -> None:
        contract = self.contracts[sid]
        self._keep(name, memberships.withdraw_change(self.members[name], contract, today=on(self.today)))

    def change_contract_plan(self, sid: str, held: model.Held, start: int, replace_pending: bool) -> None:
        contract = self.contracts[sid]
        holding.check_start_day(on(start), on(self.today))
        contracts.check_in_force(contract, on(start), "start_day")
        change = self._change(contract.held, held.plan, price(held.price), start, replace_pending)
        self.contracts[sid] = replace(contract, held=self._stored(contract.held, change.superseded, change.held))

    def withdraw_contract_plan(self, sid: str) -> None:
        contract = self.contracts[sid]
        change, _ = holding.withdraw(contract.held, today=on(self.today), staff=True)
        self.contracts[sid] = replace(contract, held=self._stored(contract.held, change.superseded, change.held))

    def change_payer(self, sid: str, name: str, start: int) -> None:
        contract, member = self.contracts[sid], self.members[name]
        key = member.account.account_key
        self._pay(sid, contracts.change_payer(contract, key, on(start), member.memberships, on(self.today)))

    def end(self, sid: str, day: int) -> None:
        contract = self.contracts[sid]
        contracts.check_ends_on(contract, on(day), on(self.today))
        for name, member in list(self.members.items()):
            self._keep(name, memberships.end_with(member, contract, end_day=on(day), today=on(self.today)))
        self._pay(sid, contracts.end_payers(contract.payers, on(day)))
        change = holding.end_holding(contract.held, on(day))
        held = self._stored(contract.held, change.superseded, change.held)
        self.contracts[sid] = replace(self.contracts[sid], held=held)

    def _change(self, held: Sequence[Held], plan: str, own: PlanPrice | None, start: int, replacing: bool) -> Change:
        return holding.change_plan(
            held,
            plan_id=plan,
            start_day=on(start),
            today=on(self.today),
            staff=True,
            replace_pending=replacing,
            self_service_plans=frozenset(PLANS),
            own_price=own,
        )

    def _joining(self, name: str, contract: Contract, start: int, end: int | None) -> MemberChange:
        end_day = None if end is None else on(end)
        return memberships.join(
            self.members[name], contract, start_day=on(start), end_day=end_day, today=on(self.today)
        )

    def _hold(self, name: str, change: Change) -> None:
        member = self.members[name]
        self.members[name] = replace(member, held=self._stored(member.held, change.superseded, change.held))

    def _keep(self, name: str, change: MemberChange) -> None:
        self._hold(name, change.held)
        member, rows = self.members[name], change.memberships
        self.members[name] = replace(
            member, memberships=self._stored(member.memberships, rows.superseded, rows.current)
        )

    def _pay(self, sid: str, rows: Rows[Payer]) -> None:
        contract = self.contracts[sid]
        payers = self._stored(contract.payers, rows.superseded, rows.current)
        self.contracts[sid] = replace(contract, payers=payers)
        for name, member in self.members.items():
            pays = [row for each in self.contracts.values() for row in each.payers]
            mine = [row for row in pays if row.payer_key == member.account.account_key]
            self.members[name] = replace(member, pays=mine)

    def _stored(self, old: Sequence[Any], superseded: Iterable[int], new: Sequence[Any]) -> list[Any]:
        """The rows with keys, as stored: those that stay are exactly those that were not superseded."""
        gone = set(superseded)
        assert gone <= {row.key for row in old}
        assert [row for row in old if row.key not in gone] == [row for row in new if row.key is not None]
        assert all(row.end is None or row.start < row.end for row in new)
        return [row if row.key is not None else replace(row, key=next(self.keys)) for row in new]


def check(world: World, calendar: Calendar) -> None:
    """The rows say what the calendar says."""
    for name, member in world.members.items():
        account = calendar.accounts[name]
        assert by_day((run.start, run.end, run.plan_id) for run in member.held) == account.plan, name
        sids = {contract.contract_key: sid for sid, contract in world.contracts.items()}
        rows = [(row.start, row.end, sids[row.contract_key]) for row in member.memberships]
        assert by_day(rows) == account.contract, name
        assert account.plan.keys() | account.contract.keys() == set(range(account.start, account.end)), name
        assert not account.plan.keys() & account.contract.keys(), name
        starts = {number(run.start) for run in member.held if run.origin is Origin.CHANGED}
        assert starts == account.changed, name
    for sid, contract in world.contracts.items():
        kept = calendar.contracts[sid]
        assert (number(contract.start_day), number(contract.end_day)) == (kept.start, kept.end)
        held = [(run.start, run.end, model.Held(run.plan_id, named(run.own_price))) for run in contract.held]
        assert by_day(held) == kept.held
        names = {member.account.account_key: name for name, member in world.members.items()}
        assert by_day((row.start, row.end, names[row.payer_key]) for row in contract.payers) == kept.payer
        assert kept.payer.keys() == kept.held.keys() == set(range(kept.start, kept.end)), "3.10: a payer on every day"
        for day, payer in kept.payer.items():
            assert calendar.accounts[payer].contract.get(day) == sid, "3.10: a member on every day that it pays"


def named(own: PlanPrice | None) -> str:
    return str(own.amount) if isinstance(own, FlatPrice) else ""


def started() -> tuple[World, Calendar]:
    """Three accounts of different age, two of them under a contract."""
    world, calendar = World(), Calendar(0, oldest_on(0))
    for name, start in STARTS.items():
        world.open_account(name, start)
        calendar.open_account(name, start)
    world.create(*FOUNDING)
    assert not calendar.create(*FOUNDING)
    return world, calendar


def follow(steps: Iterable[Step]) -> Counter[tuple[str, str]]:
    """Ask the rules and the calendar for the same, and compare answers and days; how often which answer came."""
    world, calendar = started()
    answers = Counter[tuple[str, str]]()
    for step in steps:
        if step.kind == "wait":
            world.today = calendar.today = world.today + WAIT
            calendar.oldest = oldest_on(calendar.today)
        call = asked(step, calendar.today, calendar.contracts)
        if call is None:
            continue
        method, arguments = call
        refused = ""
        try:
            getattr(world, method)(*arguments)
        except BillingError as error:
            refused = str(error.reason)
        assert refused == getattr(calendar, method)(*arguments), step
        check(world, calendar)
        answers[method, refused] += 1
    return answers


@thorough
@given(st.lists(STEPS, min_size=5, max_size=30))
def test_3_10_the_rules_and_a_calendar_say_the_same_of_every_day(steps: list[Step]) -> None:
    follow(steps)


def test_the_steps_meet_what_can_happen() -> None:
    """Random steps of a fixed seed: every method goes well often enough, and is refused for its reasons."""
    chance = Random(5)  # noqa: S311 - a test
    answers = Counter[tuple[str, str]]()
    for _ in range(60):
        answers += follow(random_step(chance) for _ in range(40))
    for method in {method for method, _ in answers}:
        assert answers[method, ""] >= 5, method
    for reason in ("ACCOUNT_IN_CONTRACT", "PAYER_REQUIRED", "NOT_A_MEMBER", "NO_MEMBERSHIP_CHANGE", "CHANGE_PENDING"):
        assert sum(times for (_, refused), times in answers.items() if refused == reason) >= 5, reason
