"""Reading: what the service tells, compared with what the model knows now or knew at a moment.

Readings are commands too, so that a history can be played again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import grpc

from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.rehearsal_pb2 import REHEARSAL_STATE_COMPLETE, Rehearsal
from tests.model import wire
from tests.model.agreement import agree, agree_records
from tests.model.closing import adjustments, next_records, records_of
from tests.model.days import first_day, period_of, start_of
from tests.model.flex import flex_instance
from tests.model.plans import Change, change_plan
from tests.model.records import SUPPORT, Record
from tests.model.subscriptions import NO_PLAN, Subscription, subscription
from tests.model.support import averages
from tests.model.views import contract_view, credit_view, flex_view
from tests.model.world import Refused, World
from tests.service import SELF_SERVICE, STAFF, Service, refusal


class Reader:
    """Reads and compares; there is a method for each reading, with the world to compare with."""

    def __init__(self, service: Service, world: World, known: Callable[[datetime | None], World]) -> None:
        self.service = service
        self.world = world
        self.known = known  # the world as it was known at a moment
        self.rehearsed: Rehearsal | None = None  # the last one, until something is written

    async def _ask(self, rpc: Any, request: Any, *, staff: bool = True) -> Any:
        """What is answered; a refusal is an answer too."""
        try:
            return await rpc(request, metadata=STAFF if staff else SELF_SERVICE)
        except grpc.aio.AioRpcError as error:
            return Refused(refusal(error).reason)

    async def read_subscription(self, account: str, day: date, as_of: datetime | None = None) -> None:
        """The plan of an account on a day, as known now or then (3.9, 3.12)."""
        request = p.GetSubscriptionRequest(
            account_sid=account, day=wire.maybe_day(day), as_of_time=wire.maybe_timestamp(as_of)
        )
        response = await self._ask(self.service.plans.GetSubscription, request)
        expected: Any = Refused("ACCOUNT_NOT_FOUND")
        if account in self.world.accounts:
            expected = subscription(self.known(as_of), account, day)
        got = response if isinstance(response, Refused) else _subscription(response.subscription)
        agree(f"the plan of {account} on {day} as of {as_of or 'now'}", expected, got)

    async def read_contract(self, contract: str, day: date, as_of: datetime | None = None) -> None:
        """A contract on a day, as known now or then (3.9, 3.10)."""
        request = p.GetContractRequest(
            contract_sid=contract, day=wire.maybe_day(day), as_of_time=wire.maybe_timestamp(as_of)
        )
        response = await self._ask(self.service.plans.GetContract, request)
        expected: Any = Refused("CONTRACT_NOT_FOUND")
        then = self.known(as_of)
        if contract in then.contracts:
            expected = contract_view(then, then.contracts[contract], day)
        got = response if isinstance(response, Refused) else wire.contract_in(response.contract)
        agree(f"{contract} on {day} as of {as_of or 'now'}", expected, got)

    async def read_flex(self, account: str) -> None:
        """The Flex instance of an account (7)."""
        expected: Any
        try:
            self.world.account(account)
            expected = flex_view(self.world, flex_instance(self.world, account))
            if not self.world.exists(account, self.world.today):
                expected = Refused("FLEX_INSTANCE_NOT_FOUND")  # a closed account has none
        except Refused as refused:
            expected = refused
        response = await self._ask(self.service.plans.GetFlexInstance, p.GetFlexInstanceRequest(account_sid=account))
        got = response if isinstance(response, Refused) else wire.flex_in(response.instance)
        agree(f"the Flex instance of {account}", expected, got)

    async def read_usage(self, account: str, period: str) -> None:
        """The usage of an account in a period, by product (4.4, 4.6)."""
        request = b.GetUsageSummaryRequest(account_sid=account, period=period, by_product=True)
        response = await self._ask(self.service.billing.GetUsageSummary, request)
        expected: Any = Refused("ACCOUNT_NOT_FOUND")
        if account in self.world.accounts:
            expected = _usage_of(self.world, account, period)
        assert isinstance(response, Refused) or not response.next_page_token
        got = response if isinstance(response, Refused) else _usage_said(response)
        agree(f"the usage of {account} in {period}", expected, got)

    async def preview(self, account: str, period: str) -> None:
        """What a payer would be charged (6.4)."""
        expected = _previewed(self.world, account, period)
        request = b.PreviewChargesRequest(account_sid=account, period=period)
        response = await self._ask(self.service.billing.PreviewCharges, request)
        what = f"a preview of {account} in {period}"
        if isinstance(expected, Refused) or isinstance(response, Refused):
            agree(what, expected, response)
            return
        assert not response.next_page_token
        got = [wire.record_in(message) for message in response.records]
        agree_records(what, [record for record in expected if record.payer == account], got)

    async def preview_change(
        self,
        account: str,
        plan: str,
        day: date | None = None,
        replace: bool = False,
        staff: bool = True,
    ) -> None:
        """What a change of plan would do and cost."""
        request = p.PreviewPlanChangeRequest(
            account_sid=account, plan_id=plan, start_day=wire.maybe_day(day), replace_pending=replace
        )
        response = await self._ask(self.service.plans.PreviewPlanChange, request, staff=staff)
        changed = self.world.copy()
        expected: Any
        try:
            change = change_plan(changed, account=account, plan=plan, day=day, replace=replace, staff=staff)
            expected = change, _support(self.world, account, change), _support(changed, account, change)
        except Refused as refused:
            expected = refused
        got = response if isinstance(response, Refused) else _change_said(response)
        agree(f"a preview of {account} on {plan} from {day}", expected, got)

    async def read_response_times(self, owner: str, month: str) -> None:
        """The average response times of an owner (8.2)."""
        request = b.GetResponseTimesRequest(owner_sid=owner, month=month)
        response = await self._ask(self.service.billing.GetResponseTimes, request)
        expected: Any = {
            (average.plan, average.version, average.priority): (
                len(average.times),
                average.unanswered,
                _micros(average.seconds) if average.guarantee else None,
                average.missed,
            )
            for average in averages(self.world, month)
            if average.owner == owner
        }
        if owner not in self.world.plans:
            expected = Refused("ACCOUNT_NOT_FOUND" if owner.startswith("AC") else "CONTRACT_NOT_FOUND")
        elif month > period_of(self.world.today):
            expected = Refused("PERIOD_IN_FUTURE")
        got = response if isinstance(response, Refused) else _times_said(response, owner)
        agree(f"the response times of {owner} in {month}", expected, got)

    async def read_credits(self, owner: str) -> None:
        """The credits of an owner, with what was used of them (8.4, 8.5)."""
        response = await self._ask(
            self.service.billing.ListSupportCredits, b.ListSupportCreditsRequest(owner_sid=owner, page_size=1_000)
        )
        expected: Any = Refused("ACCOUNT_NOT_FOUND" if owner.startswith("AC") else "CONTRACT_NOT_FOUND")
        if owner in self.world.plans:
            expected = [
                credit_view(self.world, credit) for credit in reversed(self.world.credits) if credit.owner == owner
            ]
        got = response
        if not isinstance(response, Refused):
            got = [wire.credit_in(credit) for credit in response.credits if credit.owner_sid == owner]
        agree(f"the credits of {owner}", expected, got)

    async def rehearse(self) -> None:
        """What the next closing would come to."""
        period = self.world.next_to_close
        if period is None:
            return
        request = b.RehearseClosingRequest(request_id=wire.new_id(), period=period)
        response = await self.service.billing.RehearseClosing(request, metadata=STAFF)
        rehearsal = response.rehearsal
        watched = b.WatchRehearsalRequest(rehearsal_number=rehearsal.rehearsal_number)
        async for step in self.service.billing.WatchRehearsal(watched, metadata=STAFF):
            rehearsal = step.rehearsal
        agree("the state of a rehearsal", (REHEARSAL_STATE_COMPLETE, period), (rehearsal.state, rehearsal.period))
        expected = next_records(self.world)
        agree(f"a rehearsal of {period}", totals(expected), wire.totals_in(rehearsal.totals))
        agree(f"a rehearsal of {period}", len(expected), rehearsal.record_count)
        self.rehearsed = rehearsal


def totals(records: list[Record]) -> dict[str, tuple[int, int]]:
    """How many records of each kind, and their sum in cents."""
    return {
        kind: (len(of_kind), sum(record.cents for record in of_kind))
        for kind in {record.kind for record in records}
        for of_kind in [[record for record in records if record.kind == kind]]
    }


def _subscription(found: Any) -> Subscription:
    if not found.plan_id:
        return NO_PLAN
    return Subscription(
        found.owner_sid,
        found.plan_id,
        found.plan_version_number,
        wire.day_in(found, "since_day"),
        wire.day_in(found, "end_day"),
        wire.change_in(found.pending_change) if found.HasField("pending_change") else None,
    )


def _usage_of(world: World, account: str, period: str) -> dict[str, tuple[int, int, int, int]]:
    sums: dict[str, tuple[int, int, int, int]] = {}
    for (owner, occurred, _event), usage in world.usage.items():
        if (owner, occurred) == (account, period) and not usage.voided:
            count, quantity, unrated, rated = sums.get(usage.product, (0, 0, 0, 0))
            sums[usage.product] = (
                count + 1,
                quantity + usage.micros,
                unrated + (usage.micros if usage.nanos is None else 0),
                rated + (usage.nanos or 0),
            )
    return sums


def _usage_said(response: Any) -> dict[str, tuple[int, int, int, int]]:
    return {
        row.product_id: (
            row.record_count,
            int(row.quantity_micros),
            int(row.unrated_quantity_micros),
            wire.nanos_of(row.rated_amount),
        )
        for row in response.rows
        if row.record_count
    }


def _previewed(world: World, account: str, period: str) -> list[Record] | Refused:
    """What a preview shows of a period, of all payers."""
    if account not in world.accounts:
        return Refused("ACCOUNT_NOT_FOUND")
    if world.accounts[account].parent:
        return Refused("SUBACCOUNT_FOLLOWS_PARENT")
    if period > period_of(world.today):
        return Refused("PERIOD_IN_FUTURE")
    if period == world.next_to_close:
        return next_records(world)
    if period in world.closed:
        return adjustments(world, period, world.next_to_close or "")
    return records_of(world, period)


def _support(world: World, account: str, change: Change) -> int | None:
    """The cents of an account's own plan in the month of a change; nothing is known of a future one."""
    period = period_of(change.day)
    if start_of(first_day(period), world.zone) > world.now or period in world.closed:
        return None
    records = [record for record in records_of(world, period) if record.party == account]
    return sum(record.cents for record in records if record.kind == SUPPORT)


def _change_said(response: Any) -> tuple[Change, int | None, int | None]:
    without = wire.cents(response.support_without_change) if response.HasField("support_without_change") else None
    with_change = wire.cents(response.support_with_change) if response.HasField("support_with_change") else None
    return wire.change_in(response.change), without, with_change


def _micros(seconds: Fraction) -> Fraction:
    """Seconds to 6 places, half away from zero."""
    return Fraction((seconds * 10**6 + Fraction(1, 2)) // 1, 10**6)


def _times_said(response: Any, owner: str) -> dict[tuple[str, int, int], tuple[int, int, Fraction | None, bool]]:
    return {
        (row.plan_id, row.plan_version_number, row.priority): (
            row.case_count,
            row.unanswered_count,
            Fraction(row.average_seconds.value) if row.HasField("average_seconds") else None,
            row.missed,
        )
        for row in response.response_times
        if row.owner_sid == owner
    }
