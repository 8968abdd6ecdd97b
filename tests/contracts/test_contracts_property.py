"""Whatever is asked of contracts, each day has one plan and one payer: the rules against a calendar (3.1, 3.5, 3.9, 3.10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from billing import contracts, holding, memberships
from billing.accounts import Account, check_closing_day, check_exists
from billing.contracts import Contract, Membership, Payer, Rows
from billing.errors import BillingError
from billing.holding import Change, Held, Origin
from billing.memberships import Member, MemberChange
from billing.period import Period, oldest_period
from billing.support import FlatPrice, PlanPrice
from tests.contracts import calendar_model as model
from tests.contracts.calendar_model import Calendar
from tests.rules.properties import thorough

BASE = date(2026, 6, 1)  # day 0
MOMENT = datetime(2026, 6, 1, tzinfo=UTC)
PLANS = ("developer", "production", "business", "personalized")
NAMES = ("A", "B", "C")
SIDS = ("X", "Y")


def on(day: int) -> date:
    """The day of a number."""
    return BASE + timedelta(days=day)


def number(day: date | None) -> int:
    """The number of a day; an open end is the end of the calendar."""
    return model.LAST if day is None else (day - BASE).days


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
        self.members[name] = replace(member, memberships=self._stored(member.memberships, rows.superseded, rows.current))

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


def by_day(rows: Iterable[tuple[date, date | None, Any]]) -> dict[int, Any]:
    """What the rows say of each day; no day twice."""
    found: dict[int, Any] = {}
    for start, end, value in rows:
        for day in range(number(start), number(end)):
            assert day not in found
            found[day] = value
    return found


NEAR = st.integers(-3, 8) | st.integers(-60, 60)  # from today
STEPS = st.tuples(
    st.sampled_from(
        ["join", "leave", "back", "payer", "plan", "unplan", "end", "create", "change", "withdraw", "close", "wait"]
    ),
    st.sampled_from(NAMES),
    st.sampled_from(SIDS),
    st.sampled_from(PLANS),
    st.sampled_from(["", "1000", "2000"]),
    NEAR,
    st.none() | st.integers(-5, 40),
    st.booleans(),
    st.sets(st.sampled_from(NAMES), min_size=1),
)


def asked(world: World, calendar: Calendar, step: tuple[Any, ...]) -> tuple[Callable[[], Any], Callable[[], str]] | None:
    """What a step asks of the rules, and of the calendar; None where it has nothing to ask."""
    kind, name, sid, plan, own, near, length, flag, names = step
    day = world.today + near
    end = None if length is None else day + length
    held = model.Held(plan, own)
    per_account: dict[str, tuple[str, tuple[Any, ...]]] = {
        "change": ("change_plan", (name, plan, abs(near) + world.today, flag)),
        "withdraw": ("withdraw_plan", (name,)),
        "close": ("close", (name, day)),
    }
    per_contract: dict[str, tuple[str, tuple[Any, ...]]] = {
        "join": ("join", (sid, name, day, end)),
        "leave": ("leave", (sid, name, day)),
        "back": ("withdraw_membership", (sid, name)),
        "plan": ("change_contract_plan", (sid, held, abs(near) + world.today, flag)),
        "unplan": ("withdraw_contract_plan", (sid,)),
        "payer": ("change_payer", (sid, name, day)),
        "end": ("end", (sid, day)),
    }
    if kind == "create" and sid not in calendar.contracts:
        members = sorted(names)
        method, arguments = "create", (sid, held, day, members, members[0] if flag else name)
    elif kind in per_contract and sid in calendar.contracts:
        method, arguments = per_contract[kind]
    elif kind in per_account and (kind != "close" or flag):
        method, arguments = per_account[kind]
    else:
        return None
    return lambda: getattr(world, method)(*arguments), lambda: getattr(calendar, method)(*arguments)


def started() -> tuple[World, Calendar]:
    """Three accounts of different age, two of them under a contract."""
    oldest = number(oldest_period(Period.of(BASE)).first_day)
    world, calendar = World(), Calendar(0, oldest)
    for name, start in zip(NAMES, (-90, -30, 0), strict=True):
        world.open_account(name, start)
        calendar.open_account(name, start)
    founding = "X", model.Held("business"), -10, ["A", "B"], "A"
    world.create(*founding)
    assert not calendar.create(*founding)
    return world, calendar


@thorough
@given(st.lists(STEPS, min_size=5, max_size=30))
def test_3_10_the_rules_and_a_calendar_say_the_same_of_every_day(steps: list[tuple[Any, ...]]) -> None:
    world, calendar = started()
    for step in steps:
        if step[0] == "wait":
            world.today = calendar.today = world.today + (step[6] or 0) // 4 + 2
            calendar.oldest = number(oldest_period(Period.of(on(world.today))).first_day)
            continue
        calls = asked(world, calendar, step)
        if calls is None:
            continue
        refused = ""
        try:
            calls[0]()
        except BillingError as error:
            refused = error.reason
        assert refused == calls[1](), step
        check(world, calendar)
