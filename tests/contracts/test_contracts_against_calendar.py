"""The service against a calendar: random steps through the RPCs, every answer and every day compared (3.9, 3.10)."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import grpc
import pytest

from prorata.v1 import plan_service_pb2 as p
from prorata.v1.plan_pb2 import PlanPrice
from tests.contracts import calls
from tests.contracts.calendar_model import Calendar, Held
from tests.contracts.calls import flat
from tests.contracts.steps import FOUNDING, STARTS, WAIT, asked, by_day, number, oldest_on, on, random_step
from tests.server.calls import day_in, new_id, optional_day
from tests.server.calls import withdraw_request as withdraw_plan_request
from tests.service import STAFF, Service, refusal

SIDS = {"A": calls.A, "B": calls.B, "C": calls.C, "X": calls.X, "Y": calls.Y}
STEP_COUNT = 60


def own_price(held: Held) -> PlanPrice | None:
    return flat(held.price) if held.price else None


class World:
    """The service, asked for what the calendar is asked for."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def change_plan(self, name: str, plan: str, start: int, replace: bool) -> None:
        await self.service.change_plan(SIDS[name], plan, on(start), replace=replace)

    async def withdraw_plan(self, name: str) -> None:
        await self.service.plans.WithdrawPlanChange(withdraw_plan_request(SIDS[name]), metadata=STAFF)

    async def close(self, name: str, day: int) -> None:
        await self.service.close_account(SIDS[name], on(day))

    async def create(self, sid: str, held: Held, start: int, members: list[str], payer: str) -> None:
        sids = [SIDS[name] for name in members]
        given = {"contract_sid": SIDS[sid], "plan_id": held.plan, "own_price": own_price(held)}
        await calls.create(self.service, sids, SIDS[payer], on(start), **given)

    async def join(self, sid: str, name: str, start: int, end: int | None) -> None:
        await calls.add(self.service, SIDS[name], on(start), None if end is None else on(end), SIDS[sid])

    async def leave(self, sid: str, name: str, end: int) -> None:
        await calls.remove(self.service, SIDS[name], on(end), SIDS[sid])

    async def withdraw_membership(self, sid: str, name: str) -> None:
        await calls.withdraw(self.service, SIDS[name], SIDS[sid])

    async def change_contract_plan(self, sid: str, held: Held, start: int, replace: bool) -> None:
        price = own_price(held)
        await calls.change_plan(
            self.service, held.plan, on(start), replace=replace, contract=SIDS[sid], own_price=price
        )

    async def withdraw_contract_plan(self, sid: str) -> None:
        request = p.WithdrawContractPlanChangeRequest(request_id=new_id(), contract_sid=SIDS[sid])
        await self.service.plans.WithdrawContractPlanChange(request, metadata=STAFF)

    async def change_payer(self, sid: str, name: str, start: int) -> None:
        await calls.change_payer(self.service, SIDS[name], on(start), SIDS[sid])

    async def end(self, sid: str, day: int) -> None:
        await calls.end(self.service, on(day), SIDS[sid])


async def refused(call: Any) -> str:
    """The reason of the refusal; empty when it went well."""
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return refusal(error).reason
    return ""


async def check(service: Service, calendar: Calendar, chance: Random) -> None:
    """The service says what the calendar says."""
    for name, account in calendar.accounts.items():
        expected = {day: (SIDS[name], plan) for day, plan in account.plan.items()}
        for day, sid in account.contract.items():
            expected[day] = SIDS[sid], calendar.contracts[sid].held[day].plan
        runs = await calls.plans(service, SIDS[name])
        assert by_day((start, end, (owner, plan)) for owner, plan, start, end in runs) == expected, name
        day = chance.randint(account.start - 2, calendar.today + 70)
        found = await service.subscription(SIDS[name], on(day))
        assert (found.owner_sid, found.plan_id) == expected.get(day, ("", "")), name
        since = number(optional_day(found, "since_day")) if found.plan_id else day
        assert since <= day
    for sid, contract in calendar.contracts.items():
        day = chance.randint(contract.start - 2, calendar.today + 70)
        found = await calls.get(service, on(day), contract=SIDS[sid])
        held = contract.held.get(day, Held(""))
        assert (found.plan_id, found.own_price) == (held.plan, own_price(held) or PlanPrice()), sid
        members = {
            SIDS[name]: {day for day, of in account.contract.items() if of == sid}
            for name, account in calendar.accounts.items()
        }
        rows = calls.memberships(found)
        for account_sid, days in members.items():
            assert by_day((start, end, True) for who, start, end in rows if who == account_sid).keys() == days
        payers = by_day((start, end, who) for who, start, end in calls.payers(found))
        assert payers == {day: SIDS[name] for day, name in contract.payer.items()}
        waiting = min((day for day in contract.changed if day > calendar.today), default=None)
        pending = found.pending_change
        assert (number(day_in(pending.active_day)) if pending.plan_id else None) == waiting


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_3_10_random_steps_are_answered_as_a_calendar_would(quiet: Service, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - a test
    calendar, world = Calendar(0, oldest_on(0)), World(quiet)
    for name, start in STARTS.items():
        await quiet.account(SIDS[name], created=on(start))
        calendar.open_account(name, start)
    await world.create(*FOUNDING)
    assert not calendar.create(*FOUNDING)
    for _ in range(STEP_COUNT):
        step = random_step(chance)
        if (step.kind, step.plan) == ("change", "personalized"):
            continue  # that is had by inquiry (3.7)
        if step.kind == "wait":
            calendar.today += WAIT
            calendar.oldest = oldest_on(calendar.today)
            await quiet.advance(on(calendar.today))
        call = asked(step, calendar.today, calendar.contracts)
        if call is None:
            continue
        method, arguments = call
        answer = await refused(getattr(world, method)(*arguments))
        assert answer == getattr(calendar, method)(*arguments), step
        await check(quiet, calendar, chance)


async def check_whole(service: Service, contracts: set[str]) -> None:
    """Each account has one plan on each of its days, and each contract one payer, who is a member."""
    members: dict[str, dict[int, set[str]]] = {sid: {} for sid in SIDS.values()}
    for name in STARTS:
        account = (await service.plans.GetAccount(p.GetAccountRequest(account_sid=SIDS[name]), metadata=STAFF)).account
        runs = await calls.plans(service, SIDS[name])
        days = by_day((start, end, owner) for owner, _, start, end in runs)
        first, last = day_in(account.creation_day), optional_day(account, "closing_day")
        assert days.keys() == set(range(number(first), number(last))), name
        for day, owner in days.items():
            members[owner].setdefault(day, set()).add(SIDS[name])
    for sid in contracts:
        found = await calls.get(service, contract=SIDS[sid])
        payers = by_day((start, end, who) for who, start, end in calls.payers(found))
        first, last = day_in(found.start_day), optional_day(found, "end_day")
        assert payers.keys() == set(range(number(first), number(last))), sid
        assert all(payer in members[SIDS[sid]][day] for day, payer in payers.items()), sid
        rows = calls.memberships(found)
        assert members[SIDS[sid]] == {
            day: {who for who, start, end in rows if number(start) <= day < number(end)} for day in members[SIDS[sid]]
        }


@pytest.mark.parametrize("seed", [1, 4])
async def test_3_10_whatever_comes_at_the_same_time_each_day_has_one_plan_and_one_payer(
    quiet: Service, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 - a test
    world, contracts = World(quiet), {"X"}
    for name, start in STARTS.items():
        await quiet.account(SIDS[name], created=on(start))
    await world.create(*FOUNDING)
    answers: list[str] = []
    for _ in range(12):
        steps = [step for step in (random_step(chance) for _ in range(10)) if step.kind not in ("wait", "close")]
        wanted = [call for call in (asked(step, 0, contracts) for step in steps) if call is not None]
        answers += await asyncio.gather(*(refused(getattr(world, method)(*arguments)) for method, arguments in wanted))
        contracts = {found for found in ("X", "Y") if await exists(quiet, SIDS[found])}
        await check_whole(quiet, contracts)
    assert not {"INTERNAL", "UNAVAILABLE"} & set(answers)
    assert answers.count("") > 4


async def exists(service: Service, contract: str) -> bool:
    """Whether there is a contract of a SID."""
    return not await refused(calls.get(service, contract=contract))
