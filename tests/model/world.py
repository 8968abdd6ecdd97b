"""What the model knows: dictionaries from days to values, and nothing kept twice.

The world is what is known now. What was known at a moment is a copy of the world made then; so nothing here carries the
moment it was recorded.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.model.cases import Case, Credit
from tests.model.catalogue import Price, Version, first_versions
from tests.model.days import ONE_DAY, days_from, first_day, later, period_of
from tests.model.flex_state import FlexEvent, FlexInstance, FlexTerms, list_prices
from tests.model.pricing import Pricing
from tests.model.records import Record

HORIZON_DAYS = 900  # what is open lasts until then: further than any history goes
REACH_PERIODS = 12  # 4.3
FARTHEST_AHEAD = timedelta(days=366)  # 3.2


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a failure
    """The call is refused, for this reason of the contract."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Account:
    """An account: top-level without a parent."""

    sid: str
    parent: str
    created: date
    closing: date | None = None


@dataclass(frozen=True)
class Held:
    """A plan, and a contract's own price for it."""

    plan: str
    price: Price | None = None


FREE = Held("developer")


@dataclass(frozen=True)
class Pending:
    """A change that is asked for, or still to come (3.5)."""

    held: Held
    day: date
    by_staff: bool


@dataclass
class Contract:
    """A contract, from its first day to its end."""

    sid: str
    start: date
    end: date | None = None


@dataclass
class Inquiry:
    """A request for a plan that is not self-service (3.7): its state is open, activated or declined."""

    number: int
    account: str
    plan: str
    state: str = "open"


@dataclass
class Usage:
    """A usage record: content is what was first recorded, the rest is what counts now (4.1, 4.4)."""

    content: tuple[str, int, datetime, int | None]  # product, micros, moment, nanos
    product: str
    moment: datetime
    micros: int
    nanos: int | None
    voided: bool = False


@dataclass
class World:
    """Everything that is known now."""

    zone: ZoneInfo
    start: datetime
    now: datetime = field(init=False)
    accounts: dict[str, Account] = field(default_factory=dict)
    plans: dict[str, dict[date, Held]] = field(default_factory=dict)  # by owner
    changed: dict[str, dict[date, bool]] = field(default_factory=dict)  # by owner: start days of changes, if by staff
    contracts: dict[str, Contract] = field(default_factory=dict)
    member: dict[str, dict[date, str]] = field(default_factory=dict)  # by top-level account: the contract
    payers: dict[str, dict[date, str]] = field(default_factory=dict)  # by contract: the account
    inquiries: list[Inquiry] = field(default_factory=list)
    versions: dict[str, list[Version]] = field(default_factory=first_versions)
    terms: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)  # product, period: stage and family
    prices: dict[tuple[str, str], dict[str, Pricing]] = field(default_factory=dict)  # contract or "", product; period
    usage: dict[tuple[str, str, str], Usage] = field(default_factory=dict)  # account, period, event
    flex: dict[str, FlexInstance] = field(default_factory=dict)  # by account
    flex_prices: dict[str, dict[str, FlexTerms]] = field(default_factory=list_prices)  # model, period
    activity: dict[tuple[str, str, str], FlexEvent] = field(default_factory=dict)  # account, period, event
    cases: dict[tuple[str, str], Case] = field(default_factory=dict)  # account, case
    credits: list[Credit] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)  # periods, in order
    records: list[Record] = field(default_factory=list)  # what all closings emitted

    def __post_init__(self) -> None:
        self.now = self.start

    # Days ------------------------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        """The day in the billing zone."""
        return self.day_of(self.now)

    @property
    def horizon(self) -> date:
        """The day up to which open ranges are written down."""
        return self.start.date() + timedelta(days=HORIZON_DAYS)

    def day_of(self, moment: datetime) -> date:
        """The day of a moment in the billing zone."""
        return moment.astimezone(self.zone).date()

    def onward(self, start: date, end: date | None = None) -> list[date]:
        """The days from one on, to an end or for good."""
        return days_from(start, self.horizon if end is None else end)

    @property
    def reach(self) -> date:
        """The first day that may still be recorded or corrected (4.3)."""
        return first_day(later(period_of(self.today), -REACH_PERIODS))

    @property
    def next_to_close(self) -> str | None:
        """The period that closes next: the first that has an account, then one after the other (6.6)."""
        if self.closed:
            return later(self.closed[-1])
        return min((period_of(account.created) for account in self.accounts.values()), default=None)

    # Accounts and owners ---------------------------------------------------------------------------------------------

    def account(self, sid: str) -> Account:
        """An account that must exist."""
        if sid not in self.accounts:
            raise Refused("ACCOUNT_NOT_FOUND")
        return self.accounts[sid]

    def top_level(self, sid: str) -> Account:
        """An account that must be top-level (3.1)."""
        account = self.account(sid)
        if account.parent:
            raise Refused("SUBACCOUNT_FOLLOWS_PARENT")
        return account

    def family(self, sid: str) -> list[Account]:
        """A top-level account and its subaccounts."""
        return [account for account in self.accounts.values() if sid in (account.sid, account.parent)]

    def parent_of(self, sid: str) -> str:
        """The top-level account of an account: itself, if it is one."""
        return self.accounts[sid].parent or sid

    def exists(self, sid: str, day: date) -> bool:
        """Whether an account exists on a day (3.1)."""
        account = self.accounts[sid]
        return account.created <= day and (account.closing is None or day < account.closing)

    def owner(self, sid: str, day: date) -> str:
        """Who holds the plan an account has on a day on which it exists: a contract, or its top-level account."""
        parent = self.parent_of(sid)
        return self.member.get(parent, {}).get(day, parent)

    def payer(self, owner: str, day: date) -> str:
        """Who pays for an owner's plan on a day."""
        return self.payers[owner][day] if owner in self.contracts else owner

    # Plans -----------------------------------------------------------------------------------------------------------

    def held(self, owner: str, day: date) -> Held | None:
        """What an owner holds on a day."""
        return self.plans[owner].get(day)

    def version(self, plan: str, day: date) -> Version:
        """The version of a plan in force on a day (2.3)."""
        return max((version for version in self.versions[plan] if version.day <= day), key=lambda version: version.day)

    def price(self, owner: str, day: date) -> Price:
        """What an owner's plan costs on a day: the contract's own price, or the version's (2.4)."""
        held = self.plans[owner][day]
        return held.price or self.version(held.plan, day).price

    def since(self, owner: str, day: date) -> date:
        """Since when the owner holds the plan of that day without a break (3.12)."""
        held = self.plans[owner]
        while (before := held.get(day - ONE_DAY)) is not None and before.plan == held[day].plan:
            day -= ONE_DAY
        return day

    def pending(self, owner: str) -> Pending | None:
        """The change that is pending today: once its day has come it is no longer."""
        changed = self.changed.get(owner, {})
        day = min((day for day in changed if day > self.today), default=None)
        return None if day is None else Pending(self.plans[owner][day], day, changed[day])

    def write(self, owner: str, day: date, held: Held) -> None:
        """The owner holds a plan from a day on, up to its next change or its next day without a plan of its own."""
        plans, changed = self.plans[owner], self.changed.get(owner, {})
        first = day
        while day in plans and (day == first or day not in changed):
            plans[day] = held
            day += ONE_DAY

    def take_back(self, owner: str, day: date) -> None:
        """A change is as if it had not been: the plan before goes on, the free one where there is none before."""
        del self.changed[owner][day]
        self.write(owner, day, self.plans[owner].get(day - ONE_DAY, FREE))

    def copy(self) -> World:
        """The world as it is known now, to be asked later."""
        copied: World = pickle.loads(pickle.dumps(self))  # noqa: S301 - our own, quicker than deepcopy
        return copied
