"""A history: commands played to the model and to the service side by side, every answer compared."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import grpc

from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.closing_pb2 import CLOSING_STATE_CLOSED, Closing
from tests.model import wire
from tests.model.closing import adjustments, next_records, parts_of, records_of
from tests.model.commands import Command, carry_out
from tests.model.days import first_day, later, period_of, start_of
from tests.model.driver import Driver, fates
from tests.model.records import Record
from tests.model.subscriptions import NO_PLAN, Subscription, subscription
from tests.model.views import view
from tests.model.world import Refused, World
from tests.service import STAFF, Service, refusal

GRACE = timedelta(hours=6)  # 6.1
CLOSING_SECONDS = 60


class Disagreement(AssertionError):  # noqa: N818 - the word of the domain
    """The model and the service disagree."""


def agree(what: object, expected: object, got: object) -> None:
    """Both must say the same."""
    if isinstance(expected, Refused) or isinstance(got, Refused):
        reasons = [answer.reason if isinstance(answer, Refused) else f"accepted {answer}" for answer in (expected, got)]
        expected, got = reasons
    if expected != got:
        raise Disagreement(f"{what}\n  the model says:   {expected}\n  the service says: {got}")


class History:
    """What happens to a store of its own, and to the model of it."""

    def __init__(self, service: Service, zone: Any, start: datetime) -> None:
        self.service = service
        self.driver = Driver(service)
        self.world = World(zone, start)
        self.before: list[tuple[datetime, World]] = []  # what was known at earlier moments
        self.emitted: list[Record] = []  # the feed so far
        self.position = 0
        self.told: Counter[str] = Counter()  # what was answered, and what was emitted: how much a history tries

    async def play(self, command: Command) -> None:
        """One command more."""
        reading = getattr(self, command.name, None)
        if reading is not None:
            await reading(**command.arguments)
        else:
            await self._carry_out(command)
        await self._settle()

    async def _carry_out(self, command: Command) -> None:
        if command.name == "advance":
            self.before.append((self.world.now, self.world.copy()))
        answer = carry_out(self.world, command)
        got = await self.driver.send(command)
        if command.name == "close" and not isinstance(answer, Refused):
            agree(command, None, got)
            if answer is not None:
                await self._closed(command.arguments["period"], answer)
            return
        if command.name in {"record_usage", "record_activity"}:
            answer = fates(answer)
        if command.name in {"request_plan", "create_account"} or not isinstance(got, Refused):
            answer = view(self.world, answer)
        agree(command, answer, got)
        self.told[f"{command.name} {got.reason if isinstance(got, Refused) else 'accepted'}"] += 1

    # Closings --------------------------------------------------------------------------------------------------------

    async def _settle(self) -> None:
        """Wait for the closings that start by themselves (6.1)."""
        while (period := self._due()) is not None:
            answer = carry_out(self.world, Command("close", {"period": period}))
            await self._closed(period, answer)

    def _due(self) -> str | None:
        period = self.world.next_to_close
        if period is None or start_of(first_day(later(period)), self.world.zone) + GRACE > self.world.now:
            return None
        return period

    async def _closed(self, period: str, expected: list[Record]) -> None:
        """Compare what a closing emitted, and all periods closed so far with what they come to now (6.5)."""
        closing = await self._watch(period)
        agree(f"the state of {period}", (CLOSING_STATE_CLOSED, True), (closing.state, closing.digest_final))
        messages = await self.service.feed(self.position)
        assert [message.position for message in messages] == [
            self.position + number for number in range(1, len(messages) + 1)
        ], "positions in the feed have gaps"
        self.position += len(messages)
        charge_day = first_day(later(period))
        assert all(wire.day_in(message, "charge_day") == charge_day for message in messages)
        emitted = [wire.record_in(message) for message in messages]
        agree_records(f"the closing of {period}", expected, emitted)
        agree(f"the totals of {period}", _totals(emitted), _said_totals(closing))
        self.emitted += emitted
        for record in emitted:
            owner = " of a contract" if record.party in self.world.contracts else ""
            self.told[f"{record.kind}{owner}{', an adjustment' if record.period != period else ''}"] += 1
        for closed in self.world.closed:
            of_it = [record for record in self.emitted if record.period == closed]
            agree_parts(f"after the closing of {period}, {closed}", parts_of(records_of(self.world, closed)), of_it)

    async def _watch(self, period: str) -> Closing:
        async with asyncio.timeout(CLOSING_SECONDS):
            while True:
                try:
                    return await self.service.watch(period)
                except grpc.aio.AioRpcError as error:
                    if error.code() is not grpc.StatusCode.NOT_FOUND:
                        raise
                await asyncio.sleep(0.02)  # it starts by itself within a second

    # Reading: commands too, so that a history can be played again ----------------------------------------------------

    async def repeat(self) -> None:
        """The last write is sent again."""
        await self.driver.repeat()

    async def read_subscription(self, account: str, day: date, as_of: datetime | None = None) -> None:
        """What is known now of a day, or was known at a moment (3.9, 3.12)."""
        request = p.GetSubscriptionRequest(
            account_sid=account, day=wire.maybe_day(day), as_of_time=wire.maybe_timestamp(as_of)
        )
        what = f"the plan of {account} on {day} as of {as_of or 'now'}"
        response = await self._read(self.service.plans.GetSubscription, request)
        if account not in self.world.accounts or isinstance(response, Refused):
            agree(what, None if account in self.world.accounts else Refused("ACCOUNT_NOT_FOUND"), response)
            return
        found = response.subscription
        expected = subscription(self._world_of(as_of), account, day)
        got = NO_PLAN
        if found.plan_id:
            got = Subscription(
                found.owner_sid,
                found.plan_id,
                found.plan_version_number,
                wire.day_in(found, "since_day"),
                wire.day_in(found, "end_day"),
                wire.change_in(found.pending_change) if found.HasField("pending_change") else None,
            )
        agree(what, expected, got)

    async def _read(self, rpc: Any, request: Any) -> Any:
        """What is answered; a refusal is an answer too."""
        try:
            return await rpc(request, metadata=STAFF)
        except grpc.aio.AioRpcError as error:
            return Refused(refusal(error).reason)

    def _world_of(self, as_of: datetime | None) -> World:
        """The world as it was known at a moment."""
        if as_of is None or as_of >= self.world.now:
            return self.world
        known = [world for moment, world in self.before if moment <= as_of]
        asked = (known[-1] if known else World(self.world.zone, self.world.start)).copy()
        asked.now = as_of
        return asked

    async def read_usage(self, account: str, period: str) -> None:
        """The usage of an account and product in a period (4.4, 4.6)."""
        request = b.GetUsageSummaryRequest(account_sid=account, period=period, by_product=True)
        response = await self._read(self.service.billing.GetUsageSummary, request)
        if account not in self.world.accounts or isinstance(response, Refused):
            agree("usage", None if account in self.world.accounts else Refused("ACCOUNT_NOT_FOUND"), response)
            return
        got = {
            row.product_id: (
                row.record_count,
                int(row.quantity_micros),
                int(row.unrated_quantity_micros),
                wire.nanos_of(row.rated_amount),
            )
            for row in response.rows
            if row.record_count
        }
        agree(f"the usage of {account} in {period}", self._usage_of(account, period), got)

    def _usage_of(self, account: str, period: str) -> dict[str, tuple[int, int, int, int]]:
        sums: dict[str, tuple[int, int, int, int]] = {}
        for (owner, occurred, _event), usage in self.world.usage.items():
            if (owner, occurred) == (account, period) and not usage.voided:
                count, quantity, unrated, rated = sums.get(usage.product, (0, 0, 0, 0))
                sums[usage.product] = (
                    count + 1,
                    quantity + usage.micros,
                    unrated + (usage.micros if usage.nanos is None else 0),
                    rated + (usage.nanos or 0),
                )
        return sums

    async def preview(self, account: str, period: str) -> None:
        """What a payer would be charged (6.4)."""
        world = self.world
        if account not in world.accounts:
            expected: Any = Refused("ACCOUNT_NOT_FOUND")
        elif world.accounts[account].parent:
            expected = Refused("SUBACCOUNT_FOLLOWS_PARENT")
        elif period > period_of(world.today):
            expected = Refused("PERIOD_IN_FUTURE")
        elif period == world.next_to_close:
            expected = next_records(world)
        elif period in world.closed:
            expected = adjustments(world, period, world.next_to_close or "")
        else:
            expected = records_of(world, period)
        request = b.PreviewChargesRequest(account_sid=account, period=period)
        response = await self._read(self.service.billing.PreviewCharges, request)
        if isinstance(expected, Refused) or isinstance(response, Refused):
            agree(f"a preview of {account} in {period}", expected, response)
            return
        got = [wire.record_in(message) for message in response.records]
        expected = [record for record in expected if record.payer == account]
        agree_records(f"a preview of {account} in {period}", expected, got)


def agree_records(what: str, expected: list[Record], got: list[Record]) -> None:
    """The same records, in any order."""
    missing = [record for record in expected if record not in got]
    surplus = [record for record in got if record not in expected]
    if missing or surplus or len(expected) != len(got):
        said = [f"\n  only the model has    {record}" for record in missing]
        said += [f"\n  only the service has  {record}" for record in surplus]
        raise Disagreement(what + "".join(said) + (f"\n  {len(expected)} and {len(got)} records" if not said else ""))


def agree_parts(what: str, expected: dict[Any, int], got: list[Record]) -> None:
    """The parts of some records sum to what is expected (6.5)."""
    sums = parts_of(got)
    keys = [key for key in sorted(expected.keys() | sums.keys()) if expected.get(key) != sums.get(key)]
    if keys:
        said = [f"\n  {key}: {expected.get(key, 0)} with full knowledge, {sums.get(key, 0)} in records" for key in keys]
        raise Disagreement(what + "".join(said))


def _totals(records: list[Record]) -> dict[str, tuple[int, Fraction]]:
    return {
        kind: (len(of_kind), Fraction(sum(record.cents for record in of_kind), 100))
        for kind in {record.kind for record in records}
        for of_kind in [[record for record in records if record.kind == kind]]
    }


def _said_totals(closing: Closing) -> dict[str, tuple[int, Fraction]]:
    return {
        wire.KINDS[total.kind]: (total.record_count, Fraction(wire.cents(total.amount), 100))
        for total in closing.totals
        if total.record_count
    }
