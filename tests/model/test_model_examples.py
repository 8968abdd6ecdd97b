"""The model against the worked examples of the page (9): so that what the service is compared with is right itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.model.business_hours import business_time
from tests.model.catalogue import Price
from tests.model.commands import at, carry_out, do
from tests.model.days import first_day, later, start_of
from tests.model.flex_state import (
    ACTIVE_HOURS,
    LOGIN,
    NAMED_USER,
    PROVISIONED,
    REMOVED,
    SESSION_ENDED,
    SESSION_STARTED,
    USER_AND_USAGE,
    FlexTerms,
)
from tests.model.pricing import GRADUATED, PACKAGE, PER_UNIT, VOLUME, Pricing
from tests.model.records import CREDIT, FLEX, SUPPORT, USAGE, Record
from tests.model.support import averages
from tests.model.world import Refused, World

A, B, C, SUB1, SUB2 = (f"AC{number:032x}" for number in range(1, 6))
CONTRACT = f"CT{1:032x}"
UTC = ZoneInfo("UTC")


class Told:
    """A world to which things happen, day by day."""

    def __init__(self, start: str = "2026-06-01", zone: ZoneInfo = UTC) -> None:
        self.world = World(zone, start_of(date.fromisoformat(start), zone))
        self.events = 0
        for product, family in (("sms", "PLATFORM"), ("events", "SEGMENT"), ("minutes", "PLATFORM")):
            self.do("put_product", product=product, stage="GENERALLY_AVAILABLE", family=family)

    def do(self, name: str, **arguments: Any) -> Any:
        answer = carry_out(self.world, do(name, **arguments))
        assert not isinstance(answer, Refused), answer.reason
        return answer

    def refused(self, name: str, **arguments: Any) -> str:
        answer = carry_out(self.world, do(name, **arguments))
        assert isinstance(answer, Refused), answer
        return answer.reason

    def on(self, day: str) -> None:
        self.do("advance", moment=start_of(date.fromisoformat(day), self.world.zone))

    def account(self, sid: str = A, plan: str = "production", parent: str = "", day: date | None = None) -> None:
        self.do("create_account", account=sid, parent=parent, day=day)
        if plan == "personalized":
            self.do("request_plan", account=sid)
            self.do("resolve_inquiry", inquiry=0, activate=True)
        elif plan != "developer" and not parent:
            self.do("change_plan", account=sid, plan=plan)

    def spend(self, sid: str, dollars: int, moment: datetime | None = None, product: str = "sms") -> None:
        self.events += 1
        moment = moment or self.world.now
        record = {"event": str(self.events), "account": sid, "product": product, "micros": 0, "moment": moment}
        assert self.do("record_usage", records=[{**record, "nanos": dollars * 10**9}]) == ["new"]

    def use(self, sid: str, product: str, quantity: int) -> None:
        self.events += 1
        record = {"event": str(self.events), "account": sid, "product": product, "micros": quantity * 10**6}
        assert self.do("record_usage", records=[{**record, "moment": self.world.now, "nanos": None}]) == ["new"]

    def close(self, period: str) -> list[Record]:
        self.do("advance", moment=max(self.world.now, start_of(first_day(later(period)), self.world.zone)))
        emitted: list[Record] = self.do("close", period=period)
        return emitted


def lines(records: list[Record], kind: str, payer: str = A, period: str | None = None) -> list[int]:
    """The cents of the lines of a payer, of a kind, in order."""
    return [
        line.cents
        for record in records
        if (record.kind, record.payer) == (kind, payer) and period in {None, record.period}
        for line in record.lines
    ]


def parts(records: list[Record], kind: str, payer: str = A, period: str | None = None) -> dict[str, int]:
    """The parts of a payer, of a kind, by account."""
    found: dict[str, int] = {}
    for record in records:
        if (record.kind, record.payer) == (kind, payer) and period in {None, record.period}:
            for (*_, account), cents in record.parts.items():
                found[account] = found.get(account, 0) + cents
    return found


@pytest.mark.parametrize(("dollars", "cents"), [(10_000, 400_00), (5_000, 250_00)])
def test_5_2_e1_e2_the_larger_of_rate_and_minimum(dollars: int, cents: int) -> None:
    told = Told()
    told.account()
    told.spend(A, dollars)
    assert lines(told.close("2026-06"), SUPPORT) == [cents]


def test_5_3_e3_pro_rated_from_the_start_day() -> None:
    told = Told()
    told.account(plan="developer")
    told.do("change_plan", account=A, plan="production", day=date(2026, 6, 15))
    told.spend(A, 10_000)
    assert lines(told.close("2026-06"), SUPPORT) == [213_33]


@pytest.mark.parametrize(("dollars", "cents"), [(30_000, [960_00, 560_00]), (1_000, [800_00, 116_67])])
def test_5_4_e4_e5_a_change_cuts_the_month(dollars: int, cents: list[int]) -> None:
    told = Told()
    told.account()
    told.spend(A, dollars)
    told.on("2026-06-15")
    told.do("change_plan", account=A, plan="business")
    assert lines(told.close("2026-06"), SUPPORT) == cents  # by plan


def test_5_5_e6_subaccounts_share_the_plan() -> None:
    told = Told()
    told.account()
    told.account(SUB1, parent=A)
    told.account(SUB2, parent=A)
    for sid, dollars in ((A, 6_000), (SUB1, 3_000), (SUB2, 1_000)):
        told.spend(sid, dollars)
    emitted = told.close("2026-06")
    assert parts(emitted, SUPPORT) == {A: 240_00, SUB1: 120_00, SUB2: 40_00}
    assert parts(emitted, USAGE) == {A: 6_000_00, SUB1: 3_000_00, SUB2: 1_000_00}


def test_3_10_e7_a_contract_is_charged_to_its_payer() -> None:
    told = Told("2026-07-01")
    told.account(A, "developer")
    told.account(B, "developer")
    told.do("create_contract", contract=CONTRACT, plan="business", members=[A, B], payer=A)
    told.spend(A, 40_000)
    told.spend(B, 60_000)
    emitted = told.close("2026-07")
    assert parts(emitted, SUPPORT, A) == {A: 2_400_00, B: 3_600_00}
    assert parts(emitted, SUPPORT, B) == {}


def joining(told: Told) -> None:
    """The accounts of E8 before A joins."""
    told.account(A, "production")
    told.account(B, "developer")
    told.do("create_contract", contract=CONTRACT, plan="business", members=[B], payer=B)
    told.spend(A, 31_000)
    told.spend(B, 62_000)


def test_5_4_e8_an_account_joins_a_contract_within_the_month() -> None:
    told = Told("2026-07-01")
    joining(told)
    told.do("add_member", contract=CONTRACT, account=A, start=date(2026, 7, 11))
    emitted = told.close("2026-07")
    assert lines(emitted, SUPPORT, A) == [400_00]
    assert lines(emitted, SUPPORT, B) == [1_200_00, 3_780_00]
    assert parts(emitted, SUPPORT, B) == {A: 1_260_00, B: 1_200_00 + 2_520_00}


def test_5_4_e9_a_new_subaccount_does_not_cut_the_month() -> None:
    told = Told()
    told.account()
    told.spend(A, 4_000)
    told.on("2026-06-20")
    told.account(SUB1, parent=A)
    told.spend(SUB1, 8_000)
    assert lines(told.close("2026-06"), SUPPORT) == [480_00]


def test_4_7_e10_what_is_not_covered_is_no_spend() -> None:
    told = Told()
    told.account()
    told.spend(A, 8_000)
    told.spend(A, 2_000, product="events")
    assert lines(told.close("2026-06"), SUPPORT) == [320_00]


def flex_events(told: Told, kind: str, users: list[str], moments: list[datetime], session: str = "") -> None:
    events = []
    for user, moment in zip(users, moments, strict=True):
        told.events += 1
        events.append(
            {"event": str(told.events), "account": A, "user": user, "kind": kind, "moment": moment, "session": session}
        )
    assert set(told.do("record_activity", events=events)) == {"new"}


def test_7_2_e11_a_user_who_logs_in_is_charged_once() -> None:
    told = Told()
    told.account()
    told.do("add_flex", account=A, model=USER_AND_USAGE)
    told.on("2026-06-10")
    users = [f"user-{number}" for number in range(12)] + ["user-0"] * 39
    flex_events(told, LOGIN, users, [at("2026-06-09") + timedelta(minutes=number) for number in range(len(users))])
    told.spend(A, 1_000)
    emitted = told.close("2026-06")
    assert lines(emitted, FLEX) == [420_00]
    assert lines(emitted, SUPPORT) == [250_00]
    assert emitted[-1].lines[0].detail[-1] == 1_420_00  # the spend


def closed_e1() -> Told:
    told = Told()
    told.account()
    told.spend(A, 10_000)
    told.close("2026-06")
    return told


def test_6_5_e12_late_usage_is_settled_by_the_next_closing() -> None:
    told = closed_e1()
    told.spend(A, 1_000, at("2026-06-29T12:00"))
    emitted = told.close("2026-07")
    assert lines(emitted, USAGE, period="2026-06") == [1_000_00]
    assert lines(emitted, SUPPORT, period="2026-06") == [40_00]


def miss_e1(told: Told) -> None:
    """A P2 case of June, answered after 6.5 business hours: 06:00 to 12:30 in Los Angeles."""
    case = {"account": A, "case": "1", "priority": 2, "product": ""}
    times = {"opened": at("2026-06-10T13:00"), "answered": at("2026-06-10T19:30")}
    told.do("record_cases", cases=[{**case, **times}])


def test_8_3_e13_a_claim_is_received_within_30_days() -> None:
    told = closed_e1()
    miss_e1(told)
    claim = {"account": A, "month": "2026-06", "plan": "production"}
    told.on("2026-07-31")
    assert told.refused("claim_credit", **claim) == "CLAIM_TOO_LATE"
    told.do("claim_credit", **claim, received=at("2026-07-30T23:59"))
    assert told.refused("claim_credit", **claim, received=at("2026-07-30T23:59")) == "CLAIM_REPEATED"
    told.spend(A, 10_000)
    assert lines(told.close("2026-07"), CREDIT) == [-400_00]


@pytest.mark.parametrize(
    ("start", "day", "zone", "cents"),
    [
        ("2026-02-28", None, UTC, 8_93),  # E14
        ("2026-03-29", date(2026, 3, 29), ZoneInfo("Europe/Berlin"), 24_19),  # E29
    ],
)
def test_5_3_e14_e29_a_day_counts_as_one(start: str, day: date | None, zone: ZoneInfo, cents: int) -> None:
    told = Told(start, zone)
    told.do("create_account", account=A)
    told.do("change_plan", account=A, plan="production", day=day)
    assert lines(told.close(start[:7]), SUPPORT) == [cents]


def test_5_3_e15_e16_an_account_is_charged_for_its_own_days() -> None:
    told = Told("2026-06-20")
    told.account()
    told.spend(A, 10_000)
    assert lines(told.close("2026-06"), SUPPORT) == [146_67]
    told = Told()
    told.account()
    told.spend(A, 10_000)
    told.do("close_account", account=A, day=date(2026, 6, 16))
    assert lines(told.close("2026-06"), SUPPORT) == [200_00]


def test_5_3_e17_a_contract_that_ends() -> None:
    told = Told()
    told.account(A, "developer")
    told.do("create_contract", contract=CONTRACT, plan="business", members=[A], payer=A)
    told.spend(A, 2_000)
    told.do("end_contract", contract=CONTRACT, end=date(2026, 6, 20))
    assert lines(told.close("2026-06"), SUPPORT) == [950_00]


def test_6_5_e18_a_joining_recorded_late_is_settled() -> None:
    told = Told("2026-07-01")
    joining(told)
    closed = told.close("2026-07")
    assert (lines(closed, SUPPORT, A), lines(closed, SUPPORT, B)) == ([1_240_00], [3_720_00])
    told.do("add_member", contract=CONTRACT, account=A, start=date(2026, 7, 11))
    emitted = told.close("2026-08")
    assert parts(emitted, SUPPORT, A, "2026-07") == {A: -840_00}
    assert parts(emitted, SUPPORT, B, "2026-07") == {A: 1_260_00}


def test_6_5_e19_parts_that_cancel_out_are_emitted() -> None:
    told = Told()
    told.account()
    told.account(SUB1, parent=A)
    told.spend(A, 1_000)
    told.spend(SUB1, 1_000)
    assert parts(told.close("2026-06"), SUPPORT) == {A: 125_00, SUB1: 125_00}
    told.spend(SUB1, 1_000, at("2026-06-29T12:00"))
    emitted = told.close("2026-07")
    assert lines(emitted, USAGE, period="2026-06") == [1_000_00]
    assert lines(emitted, SUPPORT, period="2026-06") == [0]
    assert parts(emitted, SUPPORT, period="2026-06") == {A: -41_67, SUB1: 41_67}


def test_8_4_e20_a_credit_counts_the_adjustments_of_its_closing() -> None:
    told = closed_e1()
    miss_e1(told)
    told.spend(A, 1_000, at("2026-06-29T12:00"))
    told.on("2026-07-30")
    told.do("claim_credit", account=A, month="2026-06", plan="production")
    emitted = told.close("2026-07")
    assert lines(emitted, SUPPORT, period="2026-06") == [40_00]
    assert lines(emitted, CREDIT) == [-440_00]


def test_8_5_e21_a_credit_is_used_up_to_what_is_owed() -> None:
    told = closed_e1()
    miss_e1(told)
    told.do("change_plan", account=A, plan="developer")
    told.do("claim_credit", account=A, month="2026-06", plan="production")
    told.spend(A, 150)
    assert lines(told.close("2026-07"), CREDIT) == [-150_00]
    told.spend(A, 900)
    assert lines(told.close("2026-08"), CREDIT) == [-250_00]
    told.spend(A, 900)
    assert lines(told.close("2026-09"), CREDIT) == []


def test_2_4_e22_a_contract_with_a_flat_price() -> None:
    told = Told("2026-06-15")
    told.account(A, "developer")
    price = Price(flat=Fraction(2_000))
    told.do("create_contract", contract=CONTRACT, plan="business", members=[A], payer=A, price=price)
    assert lines(told.close("2026-06"), SUPPORT) == [1_066_67]


TIERS = ((Fraction(1_000), Fraction("0.01")), (None, Fraction("0.008")))


@pytest.mark.parametrize(
    ("pricing", "quantity", "cents"),
    [
        (Pricing(GRADUATED, tiers=TIERS), 1_500, 14_00),
        (Pricing(VOLUME, tiers=TIERS), 1_500, 12_00),
        (Pricing(VOLUME, tiers=TIERS), 1_000, 10_00),
        (Pricing(PACKAGE, Fraction("0.90"), size=Fraction(100)), 1_501, 14_40),
        (Pricing(PACKAGE, Fraction("0.90"), size=Fraction(100)), 1_500, 13_50),
        (Pricing(PER_UNIT, Fraction("0.0085")), 2_000, 17_00),
    ],
)
def test_4_5_e23_forms_of_prices(pricing: Pricing, quantity: int, cents: int) -> None:
    told = Told()
    told.account(plan="developer")
    told.do("publish_prices", prices=[("", "sms", "2026-06", pricing)])
    told.use(A, "sms", quantity)
    assert lines(told.close("2026-06"), USAGE) == [cents]


def test_7_3_e24_hours_are_cut_at_the_months_ends() -> None:
    told = Told()
    told.account(plan="developer")
    told.do("add_flex", account=A, model=ACTIVE_HOURS)
    told.on("2026-07-02")
    flex_events(told, SESSION_STARTED, ["A"], [at("2026-06-03T09:00")], "one")
    flex_events(told, SESSION_ENDED, ["A"], [at("2026-06-03T17:30")], "one")
    flex_events(told, SESSION_STARTED, ["A"], [at("2026-06-03T17:00")], "two")
    flex_events(told, SESSION_ENDED, ["A"], [at("2026-06-03T18:00")], "two")
    flex_events(told, SESSION_STARTED, ["B"], [at("2026-06-30T22:00")], "three")
    flex_events(told, SESSION_ENDED, ["B"], [at("2026-07-01T06:00")], "three")
    assert lines(told.close("2026-06"), FLEX) == [11_00]
    assert lines(told.close("2026-07"), FLEX) == [6_00]


def test_7_3_e25_the_most_users_at_one_time_and_their_quota() -> None:
    told = Told()
    told.account(plan="developer")
    told.do("publish_prices", prices=[("", "minutes", "2026-06", Pricing(PER_UNIT, Fraction("0.0085")))])
    terms = FlexTerms(Fraction(150), (("minutes", Fraction(1_000)),))
    told.do("publish_prices", flex_prices=[(NAMED_USER, "2026-06", terms)])
    told.do("add_flex", account=A, model=NAMED_USER)
    told.on("2026-06-20")
    users = [f"user-{number:02}" for number in range(18)]
    flex_events(told, PROVISIONED, users[:10], [at("2026-06-05")] * 10)
    flex_events(told, PROVISIONED, users[10:], [at("2026-06-09")] * 8)
    flex_events(told, REMOVED, users[:5], [at("2026-06-09")] * 5)
    told.use(A, "minutes", 15_000)
    emitted = told.close("2026-06")
    assert lines(emitted, FLEX) == [1_950_00]
    assert lines(emitted, USAGE) == [17_00]


def test_2_5_e26_business_hours() -> None:
    opened = datetime(2026, 6, 12, 17, tzinfo=ZoneInfo("America/Los_Angeles"))
    answered = datetime(2026, 6, 15, 9, tzinfo=ZoneInfo("America/Los_Angeles"))
    assert business_time(opened, answered) == timedelta(hours=4)


@pytest.mark.parametrize(("plan", "missed"), [("business", True), ("personalized", False)])
def test_8_2_e27_an_average_of_exactly_an_hour(plan: str, missed: bool) -> None:
    told = Told()
    told.account(plan=plan)
    told.on("2026-06-03")
    case = {"account": A, "case": "1", "priority": 1, "product": ""}
    times = {"opened": at("2026-06-02T01:00"), "answered": at("2026-06-02T02:00")}
    told.do("record_cases", cases=[{**case, **times}])
    [average] = averages(told.world, "2026-06")
    assert (average.seconds, average.missed) == (3_600, missed)


def test_4_2_e28_the_zone_decides_the_period() -> None:
    told = Told("2026-06-30", ZoneInfo("Europe/Berlin"))
    told.account(plan="developer")
    told.on("2026-07-02")
    told.spend(A, 5, at("2026-06-30T22:30"))
    assert lines(told.close("2026-06"), USAGE) == []
    assert lines(told.close("2026-07"), USAGE) == [5_00]


def test_8_4_e30_later_adjustments_leave_a_credit_alone() -> None:
    told = closed_e1()
    miss_e1(told)
    told.do("claim_credit", account=A, month="2026-06", plan="production")
    told.spend(A, 10_000)
    assert lines(told.close("2026-07"), CREDIT) == [-400_00]
    told.do("correct_usage", account=A, period="2026-06", corrections=[("1", 0, 9_000 * 10**9)])
    told.spend(A, 10_000)
    emitted = told.close("2026-08")
    assert lines(emitted, SUPPORT, period="2026-06") == [-40_00]
    assert lines(emitted, CREDIT) == []
