"""A few customers whose June can be told from the printed charges: a contract, Flex, tiers, a credit, late records.

Each is small enough that what it comes to is worked out by hand, in EXAMPLES.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from deploy.demo.month import NEXT_PERIOD, PERIOD
from prorata import Usage, decimal_to_micros, event_id_from_text, flex_activity, support_case
from prorata.v1.charge_pb2 import (
    CHARGE_KIND_FLEX,
    CHARGE_KIND_SUPPORT_CREDIT,
    CHARGE_KIND_SUPPORT_PLAN,
    CHARGE_KIND_USAGE,
    ChargeKind,
    ChargeRecord,
)
from prorata.v1.flex_pb2 import (
    FLEX_ACTIVITY_KIND_LOGIN,
    FLEX_ACTIVITY_KIND_USER_PROVISIONED,
    FLEX_ACTIVITY_KIND_USER_REMOVED,
    FlexActivity,
)
from prorata.v1.plan_pb2 import PRIORITY_P2


def _sid(name: str) -> str:
    return "AC" + event_id_from_text(name).hex


NORTH, SOUTH, SOUTH_SHOP, WEST = _sid("north"), _sid("south"), _sid("south shop"), _sid("west")
CONTRACT = "CT" + event_id_from_text("harbour group").hex
AGENTS, DESKS = _sid("agents"), _sid("desks")
NEWSLETTER, WAITING = _sid("newsletter"), _sid("waiting")

# name, SID, parent
ACCOUNTS = (
    ("Harbour North", NORTH, ""),
    ("Harbour South", SOUTH, ""),
    ("Harbour South, shop", SOUTH_SHOP, SOUTH),
    ("Harbour West", WEST, ""),
    ("Agents with Flex, User + Usage", AGENTS, ""),
    ("Desks with Flex, Named User", DESKS, ""),
    ("Newsletter", NEWSLETTER, ""),
    ("Waiting for support", WAITING, ""),
)
PLANS = ((NORTH, "production"), (WAITING, "production"))
JOINS = date(2026, 6, 11)  # Harbour North joins the contract of South and West

QUOTA_PRODUCT, QUOTA = "voice-inbound", 1_000  # included in Named User, per user
INCLUDED_MICROS = {(DESKS, QUOTA_PRODUCT): decimal_to_micros(Decimal(13 * QUOTA))}

JUNE_8 = datetime(2026, 6, 8, 12, tzinfo=UTC)


def _usage(event: str, sid: str, product_id: str, quantity: int, amount: int | None = None) -> Usage:
    return Usage.of(event, sid, product_id, quantity, occur_time=JUNE_8, amount=amount, currency_code="USD")


USAGE = (
    _usage("north", NORTH, "video", 1, 31_000),
    _usage("south", SOUTH, "video", 1, 40_000),
    _usage("south shop", SOUTH_SHOP, "video", 1, 22_000),
    _usage("west", WEST, "video", 1, 7_000),
    _usage("agents", AGENTS, "sms-inbound", 2_000),
    _usage("desks", DESKS, QUOTA_PRODUCT, 15_000),
    _usage("newsletter 1", NEWSLETTER, "sms-outbound", 7_000),
    _usage("newsletter 2", NEWSLETTER, "sms-outbound", 4_000),
    _usage("newsletter 3", NEWSLETTER, "sms-outbound", 1_000),
    _usage("waiting", WAITING, "video", 1, 10_000),
)
LATE_USAGE = (_usage("waiting, late", WAITING, "video", 1, 1_000),)
CORRECTED_EVENT, CORRECTED_QUANTITY, VOIDED_EVENT = "newsletter 2", 2_000, "newsletter 3"


def usage_known_later() -> list[Usage]:
    """The usage of June as it stands after the late record, the correction and the void."""
    corrected, voided = event_id_from_text(CORRECTED_EVENT), event_id_from_text(VOIDED_EVENT)
    quantity = decimal_to_micros(Decimal(CORRECTED_QUANTITY))
    return [
        replace(each, quantity_micros=quantity) if each.event_id == corrected else each
        for each in (*USAGE, *LATE_USAGE)
        if each.event_id != voided
    ]


def flex_of_june() -> list[FlexActivity]:
    """12 users log in, one of them 40 times; 10 users, of which 5 go at the instant at which 8 come."""
    logins = [("agent 1", number) for number in range(40)] + [(f"agent {number}", 0) for number in range(2, 13)]
    first, change = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 15, 9, tzinfo=UTC)
    users = [(f"desk {number}", FLEX_ACTIVITY_KIND_USER_PROVISIONED, first) for number in range(10)]
    users += [(f"desk {number}", FLEX_ACTIVITY_KIND_USER_REMOVED, change) for number in range(5)]
    users += [(f"desk {number}", FLEX_ACTIVITY_KIND_USER_PROVISIONED, change) for number in range(10, 18)]
    return [_login(user, number) for user, number in logins] + [
        flex_activity(f"{user} {kind}", DESKS, user, kind, occur_time=moment) for user, kind, moment in users
    ]


LATE_LOGIN = flex_activity("agent 13, late", AGENTS, "agent 13", FLEX_ACTIVITY_KIND_LOGIN, occur_time=JUNE_8)


def _login(user: str, number: int) -> FlexActivity:
    return flex_activity(f"{user} {number}", AGENTS, user, FLEX_ACTIVITY_KIND_LOGIN, occur_time=JUNE_8)


# 8.2: 6 and 7 business hours, 6.5 on average; 6 are guaranteed (Tuesday, 09:00 in Los Angeles is 16:00 UTC)
CASES = tuple(
    support_case(
        WAITING,
        f"case {hours}",
        PRIORITY_P2,
        open_time=datetime(2026, 6, 2, 16, tzinfo=UTC),
        answer_time=datetime(2026, 6, 2, 16 + hours, tzinfo=UTC),
    )
    for hours in (6, 7)
)


@dataclass(frozen=True)
class Example:
    """A charge that was worked out by hand.

    Attributes:
        name: of the customer.
        kind: of the record.
        sid: the account or owner of the record.
        closing_period: the closing that emits it.
        amount: of the record, for June.
    """

    name: str
    kind: ChargeKind.ValueType
    sid: str
    closing_period: str
    amount: Decimal

    def record(self, records: Sequence[ChargeRecord]) -> ChargeRecord | None:
        """The record of it; None when it is not there, or there is more than one."""
        found = [
            record
            for record in records
            if record.kind == self.kind
            and self.sid in (record.account_sid, record.owner_sid)
            and record.period == PERIOD
            and record.closing_period == self.closing_period
        ]
        return found[0] if len(found) == 1 else None


def _example(name: str, kind: ChargeKind.ValueType, sid: str, closing_period: str, amount: str) -> Example:
    return Example(name, kind, sid, closing_period, Decimal(amount))


EXAMPLES = (
    _example("Newsletter: tiers", CHARGE_KIND_USAGE, NEWSLETTER, PERIOD, "82.90"),
    _example("Desks: 1,000 min/user free", CHARGE_KIND_USAGE, DESKS, PERIOD, "17.00"),
    _example("Agents: User + Usage", CHARGE_KIND_FLEX, AGENTS, PERIOD, "420.00"),
    _example("Desks: Named User", CHARGE_KIND_FLEX, DESKS, PERIOD, "1950.00"),
    _example("North, before it joins", CHARGE_KIND_SUPPORT_PLAN, NORTH, PERIOD, "413.33"),
    _example("Harbour Group: contract", CHARGE_KIND_SUPPORT_PLAN, CONTRACT, PERIOD, "5380.00"),
    _example("Waiting: production", CHARGE_KIND_SUPPORT_PLAN, WAITING, PERIOD, "400.00"),
    _example("Newsletter: void, correction", CHARGE_KIND_USAGE, NEWSLETTER, NEXT_PERIOD, "-19.00"),
    _example("Waiting: late record", CHARGE_KIND_USAGE, WAITING, NEXT_PERIOD, "1000.00"),
    _example("Agents: late login", CHARGE_KIND_FLEX, AGENTS, NEXT_PERIOD, "35.00"),
    _example("Waiting: support on it", CHARGE_KIND_SUPPORT_PLAN, WAITING, NEXT_PERIOD, "40.00"),
    _example("Waiting: credit used", CHARGE_KIND_SUPPORT_CREDIT, WAITING, NEXT_PERIOD, "-440.00"),
)
