"""Random months in which owners fail by themselves, as what they used has no price without a contract's own (4.5, 6.6).

They are retried, released, or changed in between; what previews say is emitted, and what was emitted is what is due.
"""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import grpc.aio
import pytest

from billing.period import Period
from prorata.v1.closing_pb2 import CLOSING_STATE_BLOCKED, CLOSING_STATE_CLOSED, Closing
from tests.contracts.calls import add, create, remove
from tests.corrections.calls import differences, opened, roll_all_up
from tests.prices.books import per_unit, publish
from tests.rehearsals.calls import release, retry
from tests.server.calls import sid
from tests.service import Service, amount, usage

FAMILIES = [sid(number) for number in range(1, 7)]
JOINING, PAYING = FAMILIES[:3], FAMILIES[3:]
SUBACCOUNTS = {sid(20): FAMILIES[0], sid(21): FAMILIES[1]}
CONTRACTS = [f"CT{number:032x}" for number in (1, 2, 3)]
PLANS = ("developer", "production", "business")
FIRST_DAY = date(2026, 6, 1)
MONTHS = 5
GIVEN_UP_AFTER = 2  # tries, whoever is still set apart is released

Due = set[tuple[str, Decimal]]


class History:
    """What happens to a few families and contracts, at random."""

    def __init__(self, service: Service, seed: int) -> None:
        self._service = service
        self._chance = Random(seed)  # noqa: S311 - the same each time
        self._now = datetime(2026, 6, 1, 12, tzinfo=UTC)
        self.blocked = 0

    async def begin(self) -> None:
        """Accounts, contracts, and `carrier`, which has no price but in contracts."""
        service, chance = self._service, self._chance
        for account in FAMILIES:
            await service.account(account)
        for account, parent in SUBACCOUNTS.items():
            await service.account(account, parent=parent)
        await service.product("sms", price="0.5")
        await service.product("carrier")
        for number, (contract, payer) in enumerate(zip(CONTRACTS, PAYING, strict=True), 1):
            await create(service, [payer], contract_sid=contract, plan_id=chance.choice(PLANS))
            await publish(service, per_unit("carrier", str(number), "2026-06", contract=contract))
            if chance.random() < 0.5:
                await publish(service, per_unit("sms", f"0.{number}", "2026-06", contract=contract))
        for account in JOINING:
            await service.change_plan(account, chance.choice(PLANS[1:]))

    async def play(self, period: Period) -> None:
        """Things happen, up to five hours after the month, when it is not closed by itself yet."""
        end = datetime(period.end_day.year, period.end_day.month, 1, tzinfo=UTC)
        for _ in range(self._chance.randint(10, 16)):
            step = timedelta(hours=self._chance.randint(1, 90))
            await self._advance(min(self._now + step, end + timedelta(hours=5)))
            await self._something()
        await self._advance(max(self._now, end + timedelta(hours=1)))

    async def close(self, period: Period) -> None:
        """Close it; what previews said before is emitted, unless an owner is set apart."""
        service = self._service
        previewed = {account: await self._due(account, period) for account in FAMILIES}
        before = len(await service.feed())
        closing = await service.close(str(period))
        if closing.state == CLOSING_STATE_CLOSED:
            emitted: dict[str, Due] = {account: set() for account in FAMILIES}
            for record in (await service.feed())[before:]:
                emitted[record.payer_account_sid].add((record.charge_id, amount(record.amount)))
            assert previewed == emitted
        tries = 0
        while closing.state == CLOSING_STATE_BLOCKED:
            tries += 1
            self.blocked += 1
            closing = await self._take_up(period, closing, tries)

    async def _advance(self, moment: datetime) -> None:
        self._now = moment
        await self._service.advance(moment)

    async def _due(self, account: str, period: Period) -> Due | None:
        try:
            records = await self._service.preview(account, str(period))
        except grpc.aio.AioRpcError as error:
            if "CALCULATION_FAILED" not in str(error.trailing_metadata()):
                raise
            return None
        return {(record.charge_id, amount(record.amount)) for record in records}

    async def _take_up(self, period: Period, closing: Closing, tries: int) -> Closing:
        service, chance = self._service, self._chance
        waiting = [each.owner_sid for each in closing.set_apart if not each.released]
        if tries > GIVEN_UP_AFTER:
            return await release(service, str(period))
        if len(waiting) > 1 and chance.random() < 0.3:
            return await release(service, str(period), chance.choice(waiting))
        if chance.random() < 0.6:
            await self._use()
            for _ in range(2):
                await self._something()
        return await retry(service, str(period))

    async def _something(self) -> None:
        kind = self._chance.random()
        if kind < 0.45:
            await self._use()
        elif kind < 0.8:
            await self._join()
        elif kind < 0.9:
            account, end = self._chance.choice(JOINING), self._day()
            for contract in CONTRACTS:
                await possibly(remove(self._service, account, end, contract=contract))
        else:
            plan = self._chance.choice(PLANS)
            await possibly(self._service.change_plan(self._chance.choice(JOINING), plan))

    async def _use(self) -> None:
        chance, records = self._chance, []
        for _ in range(chance.randint(1, 4)):
            moment = self._now - timedelta(days=chance.randint(0, 50), hours=chance.randint(0, 20))
            account = chance.choice([*JOINING, *SUBACCOUNTS, *FAMILIES])
            product = chance.choice(["sms", "carrier", "carrier"])
            moment = moment if moment.date() >= FIRST_DAY else self._now
            records.append(usage(account, product, moment, quantity=chance.randint(1, 90_000)))
        await self._service.record(records)

    async def _join(self) -> None:
        start = self._day()
        end = start + timedelta(days=self._chance.randint(1, 50)) if self._chance.random() < 0.6 else None
        account, contract = self._chance.choice(JOINING), self._chance.choice(CONTRACTS)
        await possibly(add(self._service, account, start, end, contract=contract))

    def _day(self) -> date:
        """A day to date back to, often a first of a month, on which contracts' own prices are found."""
        day = self._now.date() - timedelta(days=self._chance.randint(-3, 70))
        return max(day.replace(day=1) if self._chance.random() < 0.4 else day, FIRST_DAY)


async def possibly(call: Awaitable[object]) -> None:
    """Make a call that the rules may refuse."""
    try:
        await call
    except grpc.aio.AioRpcError as error:
        if error.code() not in {grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.INVALID_ARGUMENT}:
            raise


@pytest.mark.parametrize("seed", [231, 235, 236])
async def test_6_6_months_with_owners_set_apart_come_to_what_is_due(service: Service, seed: int) -> None:
    history = History(service, seed)
    await history.begin()
    period = Period(2026, 6)
    for _ in range(MONTHS):
        await history.play(period)
        await history.close(period)
        period = period.plus(1)
    assert history.blocked
    await publish(service, per_unit("carrier", "7", "2026-06"))  # now everybody has a price
    for _ in range(3):
        await service.advance(datetime(period.end_day.year, period.end_day.month, 1, 1, tzinfo=UTC))
        assert (await service.close(str(period))).state == CLOSING_STATE_CLOSED
        period = period.plus(1)
    async with opened(service) as store:
        await roll_all_up(store)
        assert await differences(store) == {}
