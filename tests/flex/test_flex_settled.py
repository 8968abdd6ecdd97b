"""Whatever comes late or is voided, in whatever order: the records of a month sum to what it comes to in the end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from billing.flex import FlexModel
from billing.flex_activity import ActivityKind as Kind
from billing.money import round_half_away
from billing.period import Period, start_of
from billing.store.state import EVERYTHING
from prorata.v1.charge_pb2 import CHARGE_KIND_FLEX
from prorata.v1.closing_pb2 import CLOSING_STATE_CLOSED
from prorata.v1.flex_pb2 import FlexActivity
from tests.conftest import MakeService
from tests.flex.calls import activity, add, create, happen, switch, void
from tests.flex.world import Event, Instance, counted
from tests.service import Service, amount

CENTS = {FlexModel.USER_AND_USAGE: 3_500, FlexModel.NAMED_USER: 15_000, FlexModel.ACTIVE_USER_HOURS: 100}
MONTHS = [Period(2026, month) for month in (6, 7, 8)]
AFTER = Period(2026, 9)


class Sent:
    """An event of an account with the month in which it is sent, and the one in which it is voided, if it is."""

    def __init__(self, chance: Random, account: Instance, zone: ZoneInfo) -> None:
        self.account = account
        kind = chance.choice(list(Kind))
        of = chance.choice(MONTHS)
        near = chance.choice([of.first_day, of.end_day - timedelta(days=1)])
        moment = start_of(near, zone) + timedelta(minutes=15 * chance.randrange(96))
        session = chance.choice("xy") if kind.of_session else ""
        self.event = Event(kind, chance.choice("abc"), moment, session)
        self.arrival = chance.choice([month for month in MONTHS if month >= of])
        later = [month for month in MONTHS if month > self.arrival]
        self.voided = chance.choice(later) if later and chance.random() < 0.3 else None
        name = f"AC{account.key:032x}"
        self.activity: FlexActivity = activity(name, kind, self.event.user, moment, session)


@pytest.mark.parametrize(("seed", "zone"), [(1, "UTC"), (2, "UTC"), (3, "Europe/Berlin"), (4, "America/New_York")])
async def test_late_and_voided_activity_is_settled(make_service: MakeService, seed: int, zone: str) -> None:
    """6.5, 7.2, 7.3, 7.7: for every month and account, records and adjustments sum to what is known in the end."""
    chance = Random(seed)  # noqa: S311 - not for secrets
    service = await make_service(zone=zone)
    accounts = await _accounts(service)
    sent = [Sent(chance, chance.choice(accounts), ZoneInfo(zone)) for _ in range(260)]
    for month in MONTHS:
        await service.advance(datetime(month.year, month.month, month.day_count, 23, 50, tzinfo=ZoneInfo(zone)))
        await happen(service, [each.activity for each in sent if each.arrival == month])
        if month == MONTHS[1]:
            for each in accounts[-2:]:
                await switch(service, f"AC{each.key:032x}", each.models[1][1])
        for each in sent:
            if each.voided == month:
                of = str(Period.of(each.event.moment.astimezone(ZoneInfo(zone)).date()))
                await void(service, each.activity.account_sid, of, [each.activity.event_id])
        await service.advance(month.end_day)
        assert (await service.close(str(month))).state == CLOSING_STATE_CLOSED
    await service.advance(AFTER.end_day)
    assert (await service.close(str(AFTER))).state == CLOSING_STATE_CLOSED
    known = [
        Instance(each.key, each.models, [s.event for s in sent if s.account is each and s.voided is None])
        for each in accounts
    ]
    feed = [record for record in await service.feed() if record.kind == CHARGE_KIND_FLEX]
    for month in [*MONTHS, AFTER]:
        found = {f"AC{each.key:032x}": 0 for each in accounts}
        for record in feed:
            if record.period == str(month):
                found[record.account_sid] += int(amount(record.amount) * 100)
        assert found == {f"AC{each.key:032x}": _cents(each, month, zone) for each in known}, month
    assert sum(record.adjustment for record in feed) > 3  # so that there was something to settle


def _cents(one: Instance, month: Period, zone: str) -> int:
    model = one.model(month)
    if model is None:
        return 0
    exact = counted(one, month, ZoneInfo(zone), EVERYTHING) * CENTS[model]
    return round_half_away(exact.numerator, exact.denominator)


async def _accounts(service: Service) -> list[Instance]:
    """Accounts of all models; the last two switch on 1 August."""
    june, august = date(2026, 6, 1), date(2026, 8, 1)
    models = [
        [(june, FlexModel.USER_AND_USAGE)],
        [(june, FlexModel.NAMED_USER)],
        [(june, FlexModel.ACTIVE_USER_HOURS)],
        [(june, FlexModel.NAMED_USER), (august, FlexModel.ACTIVE_USER_HOURS)],
        [(june, FlexModel.ACTIVE_USER_HOURS), (august, FlexModel.USER_AND_USAGE)],
    ]
    await service.advance(datetime(2026, 6, 1, 12, tzinfo=UTC))
    for key, held in enumerate(models, 1):
        sid = f"AC{key:032x}"
        await create(service, sid)
        await add(service, sid, held[0][1])
    return [Instance(key, held, []) for key, held in enumerate(models, 1)]
