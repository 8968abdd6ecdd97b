"""Random histories: commands that look at what the model knows, mostly sensible, sometimes nonsense."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.model.catalogue import AROUND_THE_CLOCK, BUSINESS_HOURS, PLANS, Guarantee, Price, usage_based
from tests.model.commands import Command, do
from tests.model.days import ONE_DAY, days_from, days_of, first_day, later, period_of, start_of
from tests.model.flex_state import (
    ACTIVE_HOURS,
    FAIR_USE,
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
from tests.model.support import averages
from tests.model.world import World

CORE, CONTRACTS, PRICES, FLEX, SUPPORT = "core", "contracts", "prices", "flex", "support"
INQUIRIES, VERSIONS, CORRECTIONS, LATE, VOIDS = "inquiries", "versions", "corrections", "late", "voids"
FEATURES = (CORE, CONTRACTS, PRICES, FLEX, SUPPORT, INQUIRIES, VERSIONS, CORRECTIONS, LATE, VOIDS)

ZONES = ("UTC", "UTC", "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
STARTS = ("2026-06-01", "2026-06-01", "2026-06-17T10:30", "2026-01-31T23:00", "2027-12-20", "2028-02-10", "2026-10-20")
NOBODY = f"AC{'f' * 32}"
MODELS = (USER_AND_USAGE, NAMED_USER, ACTIVE_HOURS)
MICROSECOND = timedelta(microseconds=1)
BOUNDS = (1, 10, 100, 200, 1_000, 2_000)  # of tiers, and quantities that are just as large
PRODUCTS = ("sms", "calls", "segment-events", "beta-video", "carrier")


class Generator:
    """Commands for a world, made of a seed alone."""

    def __init__(self, seed: int, features: frozenset[str] = frozenset(FEATURES)) -> None:
        self.rng = Random(seed)  # noqa: S311 - a reproducible history, no secret
        self.features = features
        self.zone = ZoneInfo(self.rng.choice(ZONES))
        self.start = datetime.fromisoformat(self.rng.choice(STARTS)).replace(tzinfo=UTC)
        self.count = 0
        self.world = World(self.zone, self.start)

    def opening(self) -> list[Command]:
        """What every history begins with: products with prices, and a few accounts."""
        stages = {"beta-video": "BETA"}
        families = {"segment-events": "SEGMENT", "carrier": "TELECOM_PROVIDER"}
        commands = [
            do(
                "put_product",
                product=product,
                stage=stages.get(product, "GENERALLY_AVAILABLE"),
                family=families.get(product, "PLATFORM"),
            )
            for product in PRODUCTS
        ]
        priced = [
            ("", product, "2025-01", Pricing(PER_UNIT, Fraction(price))) for product, price in LIST_PRICES.items()
        ]
        commands.append(do("publish_prices", prices=priced))
        for _ in range(self.rng.randint(1, 4)):
            commands += self._family()
        return commands

    def _family(self) -> list[Command]:
        """A top-level account, perhaps with a plan, subaccounts and Flex."""
        sid = self.sid()
        commands = [do("create_account", account=sid)]
        if self.chance(0.6):
            commands.append(do("change_plan", account=sid, plan=self.rng.choice(PLANS[1:3]), staff=False))
        if FLEX in self.features and self.chance(0.4):
            commands.append(do("add_flex", account=sid, model=self.rng.choice(MODELS)))
        commands += [do("create_account", account=self.sid(), parent=sid) for _ in range(self.rng.choice([0, 0, 1, 2]))]
        return commands

    def command(self, world: World) -> Command:
        """The next command."""
        self.world = world
        while True:
            makers = [(maker, weight) for feature, maker, weight in self._makers() if feature in self.features]
            [maker] = self.rng.choices([maker for maker, _ in makers], [weight for _, weight in makers])
            command = maker()
            if command is not None:
                return command

    def _makers(self) -> list[tuple[str, Callable[[], Command | None], float]]:
        return [
            (CORE, self.advance, 15),
            (CORE, self.close, 5),
            (CORE, self.create_account, 5),
            (CORE, self.close_account, 1.5),
            (CORE, self.change_plan, 10),
            (CORE, self.withdraw_change, 2),
            (CORE, self.record_usage, 17),
            (CORE, self.record_equal_usage, 3),
            (CORE, self.repeat, 1),
            (CORE, self.read_subscription, 6),
            (CORE, self.read_usage, 2),
            (CORE, self.preview, 6),
            (CORE, self.preview_change, 2),
            (CORE, self.rehearse, 0.7),
            (CORE, self.put_product, 1),
            (VERSIONS, self.publish_version, 2),
            (CORRECTIONS, self.correct_history, 4),
            (INQUIRIES, self.request_plan, 2),
            (INQUIRIES, self.resolve_inquiry, 2),
            (PRICES, self.publish_prices, 4),
            (VOIDS, self.void_usage, 4),
            (VOIDS, self.correct_usage, 4),
            (CONTRACTS, self.create_contract, 4),
            (CONTRACTS, self.add_member, 5),
            (CONTRACTS, self.remove_member, 5),
            (CONTRACTS, self.withdraw_membership, 5),
            (CONTRACTS, self.change_contract_plan, 4),
            (CONTRACTS, self.withdraw_contract_change, 1),
            (CONTRACTS, self.change_payer, 3),
            (CONTRACTS, self.end_contract, 1),
            (CONTRACTS, self.read_contract, 2),
            (FLEX, self.add_flex, 3),
            (FLEX, self.switch_flex, 3),
            (FLEX, self.withdraw_flex, 1),
            (FLEX, self.record_activity, 10),
            (FLEX, self.void_activity, 2),
            (FLEX, self.read_flex, 1),
            (SUPPORT, self.record_cases, 6),
            (SUPPORT, self.claim_credit, 5),
            (SUPPORT, self.read_response_times, 2),
            (SUPPORT, self.read_credits, 2),
        ]

    # Choices ---------------------------------------------------------------------------------------------------------

    def chance(self, probability: float) -> bool:
        """True so often."""
        return self.rng.random() < probability

    def sid(self, prefix: str = "AC") -> str:
        """A new SID; their order is not that of their making."""
        self.count += 1
        return f"{prefix}{self.rng.getrandbits(8):02x}{self.count:030x}"

    def account(self) -> str:
        """An account, mostly one that is not closed, seldom one that is not there."""
        if self.chance(0.01) or not self.world.accounts:
            return NOBODY
        return self.rng.choice(self._open(self.world.accounts))

    def top_level(self) -> str:
        """A top-level account, seldom a subaccount or one that is not there."""
        tops = [account.sid for account in self.world.accounts.values() if not account.parent]
        return self.account() if self.chance(0.05) or not tops else self.rng.choice(self._open(tops))

    def _open(self, sids: Iterable[str]) -> list[str]:
        """Mostly those of some accounts that are not closed."""
        found = [sid for sid in sids if self.world.exists(sid, self.world.today)]
        return found if found and self.chance(0.9) else [*sids]

    def around_today(self, back: int, ahead: int) -> date:
        """A day so near."""
        return self.world.today + timedelta(days=self.rng.randint(-back, ahead))

    def event(self) -> str:
        """A new event id."""
        return str(UUID(int=self.rng.getrandbits(128)))

    def start_day(self) -> date | None:
        """When a change is to start: today, soon, on a first day; seldom out of range."""
        world = self.world
        return self.rng.choice(
            [
                None,
                None,
                world.today,
                self.around_today(0, 3),
                self.around_today(0, 20),
                self.around_today(0, 45),
                first_day(later(period_of(world.today))),
                self.around_today(2, 367) if self.chance(0.3) else None,
                self.edge() if self.chance(0.3) else None,
            ]
        )

    def dated_back(self) -> date | None:
        """When something of a contract is to start, or to end: about now, or a while ago."""
        if self.chance(0.45):
            return self.start_day()
        firsts = [first_day(later(period_of(self.world.today), -months)) for months in (0, 1, 2)]
        return self.rng.choice([self.around_today(70, 5), self.around_today(10, 5), self.edge(), *firsts[:2]])

    def edge(self) -> date:
        """A day on which something begins or ends, or the day beside it."""
        world = self.world
        days = [account.created for account in world.accounts.values()]
        days += [account.closing for account in world.accounts.values() if account.closing]
        days += [contract.start for contract in world.contracts.values()]
        days += [change for changed in world.changed.values() for change in changed]
        return self.rng.choice(days or [world.today]) + timedelta(days=self.rng.choice([0, 0, 0, 1, -1]))

    # Time and closings -----------------------------------------------------------------------------------------------

    def advance(self) -> Command:
        """The clock goes on: hours, days, to the end of the month or just past it."""
        world = self.world
        ends = start_of(first_day(later(period_of(world.today))), world.zone)
        moment = self.rng.choice(
            [
                world.now + timedelta(minutes=self.rng.randint(1, 1_000)),
                world.now + timedelta(hours=self.rng.randint(1, 40)),
                world.now + timedelta(hours=self.rng.randint(20, 70)),
                world.now + timedelta(days=self.rng.randint(1, 4)),
                world.now + timedelta(days=self.rng.randint(3, 12)),
                start_of(world.today + ONE_DAY, world.zone),
                start_of(world.today + ONE_DAY, world.zone),
                ends - timedelta(minutes=self.rng.randint(1, 5)),
                ends + timedelta(hours=self.rng.randint(0, 5)),
                ends + timedelta(hours=self.rng.randint(6, 60)) if self.chance(0.3) else world.now,
            ]
        )
        return do("advance", moment=max(moment, world.now + MICROSECOND))

    def close(self) -> Command | None:
        """A closing is asked for, mostly of the period that is due."""
        period = self.world.next_to_close
        if period is None:
            return None
        ended = start_of(first_day(later(period)), self.world.zone) <= self.world.now
        if not ended and self.chance(0.9):
            return None
        if self.chance(0.1):
            period = self.rng.choice([later(period, -1), later(period), *self.world.closed])
        return do("close", period=period)

    # Accounts and plans ----------------------------------------------------------------------------------------------

    def create_account(self) -> Command | None:
        """An account or a subaccount, some with Flex, some from an earlier day."""
        world = self.world
        if len(world.accounts) >= 9 and self.chance(0.9):
            return None
        arguments: dict[str, Any] = {"account": self.account() if self.chance(0.02) else self.sid()}
        if self.chance(0.55):
            arguments["parent"] = self.top_level()
        if self.chance(0.4):
            arguments["day"] = self.around_today(20, 0) if self.chance(0.9) else self.around_today(60, 2)
        if FLEX in self.features and self.chance(0.15):
            arguments["flex"] = self.rng.choice(MODELS)
        return do("create_account", **arguments)

    def close_account(self) -> Command:
        """An account closes."""
        day = self.rng.choice([None, self.around_today(0, 10), self.around_today(1, 40)])
        return do("close_account", account=self.account(), day=day)

    def change_plan(self) -> Command:
        """A plan is changed."""
        return do(
            "change_plan",
            account=self.top_level(),
            plan="gold" if self.chance(0.01) else self.rng.choices(PLANS, [3, 5, 4, 1])[0],
            day=self.start_day(),
            replace=self.chance(0.35),
            staff=self.chance(0.4),
        )

    def withdraw_change(self) -> Command:
        """A pending change is withdrawn."""
        pending = [owner for owner in self.world.accounts if self.world.pending(owner)]
        account = self.rng.choice(pending) if pending and self.chance(0.8) else self.top_level()
        return do("withdraw_change", account=account, staff=self.chance(0.5))

    def price(self) -> Price:
        """A price of a plan."""
        if self.chance(0.3):
            return Price(flat=Fraction(self.rng.randint(0, 500_000), 100))
        return usage_based(str(self.rng.choice([0, 1, 3, 5, 12.5])), self.rng.choice([0, 100, 333, 2000]))

    def publish_version(self) -> Command:
        """A plan gets new terms."""
        guarantees = tuple(
            (
                priority,
                Guarantee(
                    self.rng.choice([30, 60, 240]),
                    self.rng.choice([AROUND_THE_CLOCK, BUSINESS_HOURS]),
                    self.chance(0.3),
                ),
            )
            for priority in (1, 2, 3)
            if self.chance(0.7)
        )
        plan = self.rng.choice(PLANS[1:])
        return do("publish_version", plan=plan, day=self.around_today(0, 25), price=self.price(), guarantees=guarantees)

    def correct_history(self) -> Command:
        """Staff correct the past."""
        contracts = [*self.world.contracts]
        of_contract = bool(contracts) and self.chance(0.3)
        owner = self.rng.choice(contracts) if of_contract else self.top_level()
        start = self.rng.choice([self.around_today(60, 0), self.around_today(12, 1), self.edge()])
        end = None
        if self.chance(0.7) and start < self.world.today:
            end = min(start + timedelta(days=self.rng.randint(1, 40)), self.world.today)
        price = self.price() if of_contract and self.chance(0.3) else None
        return do("correct_history", owner=owner, start=start, end=end, plan=self.rng.choice(PLANS), price=price)

    def request_plan(self) -> Command:
        """An inquiry is opened."""
        plan = "production" if self.chance(0.05) else "personalized"
        return do("request_plan", account=self.top_level(), plan=plan)

    def resolve_inquiry(self) -> Command | None:
        """An inquiry is resolved."""
        inquiries = self.world.inquiries
        still_open = [inquiry.number for inquiry in inquiries if inquiry.state == "open"]
        if not still_open and self.chance(0.8):
            return None
        number = self.rng.choice(still_open) if still_open else self.rng.randint(0, len(inquiries))
        activate = self.chance(0.7)
        return do("resolve_inquiry", inquiry=number, activate=activate, day=self.start_day() if activate else None)

    # Contracts -------------------------------------------------------------------------------------------------------

    def contract(self) -> str | None:
        """A contract, mostly one in force."""
        if not self.world.contracts:
            return None
        if self.chance(0.02):
            return f"CT{'f' * 32}"
        in_force = [sid for sid, contract in self.world.contracts.items() if contract.end is None]
        return self.rng.choice(in_force if in_force and self.chance(0.85) else [*self.world.contracts])

    def create_contract(self) -> Command | None:
        """A contract over one to three accounts."""
        if len(self.world.contracts) >= 3 and self.chance(0.8):
            return None
        tops = sorted({self.top_level() for _ in range(self.rng.randint(1, 4))})
        self.rng.shuffle(tops)
        payer = self.top_level() if self.chance(0.05) else self.rng.choice(tops)
        return do(
            "create_contract",
            contract=self.sid("CT"),
            plan=self.rng.choice(PLANS[1:]),
            members=tops,
            payer=payer,
            start=self.dated_back(),
            price=self.price() if self.chance(0.3) else None,
        )

    def add_member(self) -> Command | None:
        """An account joins."""
        contract = self.contract()
        if contract is None:
            return None
        start = self.dated_back()
        account = self.top_level()
        begins = self.world.contracts[contract].start if contract in self.world.contracts else None
        if begins and self.chance(0.8):
            start = max(start or self.world.today, begins)
        member = [day for day in self.world.member.get(account, {}) if day < self.world.today]
        if len(member) > 1 and self.chance(0.5):
            start = self.rng.choice([self.rng.choice(sorted(member)), first_day(period_of(max(member)))])  # a move
        end = None
        if self.chance(0.4):
            end = (start or self.world.today) + timedelta(days=self.rng.randint(1, 50))
        return do("add_member", contract=contract, account=account, start=start, end=end)

    def _membership(self) -> tuple[str, str] | None:
        """A contract and an account, mostly a member of it."""
        contract = self.contract()
        if contract is None:
            return None
        members = [account for account, days in self.world.member.items() if contract in days.values()]
        return contract, self.rng.choice(members) if members and self.chance(0.9) else self.account()

    def remove_member(self) -> Command | None:
        """A member leaves, mostly one that does not pay, on one of its days."""
        membership = self._membership()
        if membership is None:
            return None
        contract, account = membership
        end = self.dated_back()
        days = [day for day, sid in self.world.member.get(account, {}).items() if sid == contract]
        if days and self.chance(0.7):
            payers = self.world.payers[contract]
            if self.chance(0.7) and any(payers.get(day) == account for day in days):
                return None
            end = min(max(days), self.rng.choice([min(days), self.around_today(30, 15), self.world.today + ONE_DAY]))
        return do("remove_member", contract=contract, account=account, end=end)

    def withdraw_membership(self) -> Command | None:
        """A joining or leaving is withdrawn, mostly one that is still to come."""
        membership = self._membership()
        if membership is None:
            return None
        contract, account = membership
        days = [day for day, sid in self.world.member.get(account, {}).items() if sid == contract]
        to_come = days and (max(days) + ONE_DAY < self.world.horizon or min(days) > self.world.today)
        if not to_come and self.chance(0.8):
            return None
        return do("withdraw_membership", contract=contract, account=account)

    def change_contract_plan(self) -> Command | None:
        """A contract's plan or price changes."""
        contract = self.contract()
        if contract is None:
            return None
        begun = contract in self.world.contracts and self.world.contracts[contract].start <= self.world.today
        if not begun and self.chance(0.7):
            return None
        return do(
            "change_contract_plan",
            contract=contract,
            plan=self.rng.choice(PLANS),
            price=self.price() if self.chance(0.4) else None,
            day=self.start_day(),
            replace=self.chance(0.4),
        )

    def withdraw_contract_change(self) -> Command | None:
        """A contract's pending change is withdrawn."""
        contract = self.contract()
        return None if contract is None else do("withdraw_contract_change", contract=contract)

    def change_payer(self) -> Command | None:
        """A contract gets another payer."""
        membership = self._membership()
        if membership is None:
            return None
        contract, payer = membership
        start = self.dated_back()
        days = sorted(day for day, sid in self.world.member.get(payer, {}).items() if sid == contract)
        if days and days[0] < self.world.today and self.chance(0.6):
            start = self.rng.choice([days[0], self.rng.choice(days_from(days[0], self.world.today))])
        return do("change_payer", contract=contract, payer=payer, start=start)

    def end_contract(self) -> Command | None:
        """A contract ends."""
        contract = self.contract()
        return None if contract is None else do("end_contract", contract=contract, end=self.dated_back())

    # Products and prices ---------------------------------------------------------------------------------------------

    def open_period(self) -> str:
        """A period from which something is to hold: mostly one that is not closed; others where that is settled."""
        period = self.world.next_to_close or period_of(self.world.today)
        if LATE in self.features and self.chance(0.4):
            return later(period, -self.rng.randint(0, 3))
        return later(period, self.rng.randint(0, 1))

    def put_product(self) -> Command:
        """A product gets another stage or family."""
        return do(
            "put_product",
            product=self.rng.choice(PRODUCTS),
            stage=self.rng.choice(["GENERALLY_AVAILABLE", "GENERALLY_AVAILABLE", "BETA"]),
            family=self.rng.choice(["PLATFORM", "PLATFORM", "SEGMENT"]),
            period=self.open_period(),
        )

    def pricing(self) -> Pricing:
        """A price, of any form."""
        kind = self.rng.choice([PER_UNIT, GRADUATED, VOLUME, PACKAGE])
        cost = [Fraction(self.rng.randint(0, 30_000), 10_000) for _ in range(3)]
        if kind == PER_UNIT:
            return Pricing(kind, cost[0] / 1_000)
        if kind == PACKAGE:
            return Pricing(kind, cost[0], size=Fraction(self.rng.choice([1, 100, 1_000, "2.5"])))
        bounds = sorted(self.rng.sample(BOUNDS, 2))
        return Pricing(kind, tiers=((Fraction(bounds[0]), cost[0]), (Fraction(bounds[1]), cost[1]), (None, cost[2])))

    def publish_prices(self) -> Command:
        """Prices of the book, of a contract, or of Flex."""
        contract = (self.contract() or "") if self.chance(0.3) else ""
        product = self.rng.choice(PRODUCTS[:2] if contract else PRODUCTS[:4])
        prices = [(contract, product, self.open_period(), self.pricing())]
        if FLEX not in self.features or self.chance(0.6):
            return do("publish_prices", prices=prices)
        model = self.rng.choice(MODELS)
        quotas = tuple(
            (product, Fraction(self.rng.randint(0, 500)))
            for product in ("sms", "calls")
            if model in FAIR_USE and self.chance(0.6)
        )
        terms = FlexTerms(Fraction(self.rng.randint(0, 20_000), 100), quotas)
        return do("publish_prices", flex_prices=[(model, self.open_period(), terms)])

    # Usage -----------------------------------------------------------------------------------------------------------

    def moment(self, account: str) -> datetime:
        """When something occurred: mostly in open periods, late where that is settled, seldom outside the account."""
        world = self.world
        begins = start_of(first_day(world.next_to_close or period_of(world.today)), world.zone)
        if LATE in self.features and self.chance(0.3):
            begins -= timedelta(days=self.rng.randint(1, 80))
        if account in world.accounts and self.chance(0.97):
            begins = max(begins, start_of(world.accounts[account].created, world.zone))
        if self.chance(0.05):
            return world.now + timedelta(minutes=self.rng.randint(-5, 6), microseconds=self.rng.randint(0, 10**6))
        if self.chance(0.01):
            return world.now - timedelta(days=self.rng.randint(300, 450))
        ends = world.now
        if account in world.accounts and self.chance(0.95):
            ends = min(ends, start_of(world.accounts[account].closing or world.today + ONE_DAY, world.zone))
        span = max(int((ends - begins) / MICROSECOND), 1)
        moment = begins + timedelta(microseconds=self.rng.randint(0, span))
        return start_of(world.day_of(moment), world.zone) if self.chance(0.05) else moment

    def content(self, account: str) -> dict[str, Any]:
        """What a usage record says."""
        micros = self.rng.choice([0, 1, self.rng.randint(0, 3 * 10**9), self.rng.randint(0, 10**7) * 10**3])
        if self.chance(0.4):
            micros = self.rng.choice(BOUNDS) * 10**6
        nanos = None
        if self.chance(0.6):
            largest = self.rng.choice([10**9, 10**12, 4 * 10**13])
            grain = self.rng.choice([1, 10**7, 5 * 10**6, largest // 4])  # half cents too, and amounts that are equal
            nanos = self.rng.randint(0, largest // grain) * grain
        product = "fax" if self.chance(0.01) else self.rng.choice(PRODUCTS)
        return {"product": product, "micros": micros, "moment": self.moment(account), "nanos": nanos}

    def record_usage(self) -> Command:
        """A batch of usage, with repeats and conflicts."""
        records = []
        for _ in range(self.rng.randint(1, 6)):
            sid = self.account()
            record = {"event": self.event(), "account": sid, **self.content(sid)}
            known = [*self.world.usage.items()]
            if known and self.chance(0.15):
                (account, _period, event), usage = self.rng.choice(known)
                product, micros, moment, nanos = usage.content
                record.update(event=event, account=account, product=product, micros=micros, moment=moment, nanos=nanos)
                if self.chance(0.4):
                    record.update(self.content(account))
            elif records and self.chance(0.05):
                record.update(event=records[-1]["event"], account=records[-1]["account"])
            records.append(record)
        return do("record_usage", records=records)

    def record_equal_usage(self) -> Command | None:
        """The same spend for accounts that share a plan, so that remainders tie (1.3)."""
        sids = [sid for sid in self.world.accounts if self.world.exists(sid, self.world.today)]
        if not sids:
            return None
        owner = self.world.owner(self.rng.choice(sids), self.world.today)
        content = {**self.content(sids[0]), "nanos": self.rng.choice([10**9, 10**11, 7 * 10**13])}
        moment = self.world.now
        records = [
            {"event": self.event(), "account": sid, **content, "moment": moment}
            for sid in sids
            if self.world.owner(sid, self.world.today) == owner
        ]
        return do("record_usage", records=records)

    def _events(self, known: dict[tuple[str, str, str], Any]) -> tuple[str, str, list[str]] | None:
        """An account, a period and events of it, of an open period unless others are settled."""
        first = "" if LATE in self.features else self.world.next_to_close or ""
        found = [key for key in known if key[1] >= first]
        if not found:
            return None
        account, period, event = self.rng.choice(found)
        events = {event}
        if self.chance(0.2):
            events |= {key[2] for key in found[:2] if key[:2] == (account, period)}
        if self.chance(0.04):
            events |= {self.event()}
        return account, later(period) if self.chance(0.02) else period, sorted(events)

    def void_usage(self) -> Command | None:
        """Usage is voided."""
        found = self._events(self.world.usage)
        return None if found is None else do("void_usage", account=found[0], period=found[1], events=found[2])

    def correct_usage(self) -> Command | None:
        """Usage is corrected."""
        found = self._events(self.world.usage)
        if found is None:
            return None
        corrections = []
        for event in found[2]:
            content = self.content(found[0])
            corrections.append((event, content["micros"], content["nanos"]))
        return do("correct_usage", account=found[0], period=found[1], corrections=corrections)

    # Flex ------------------------------------------------------------------------------------------------------------

    def _flex_account(self) -> str:
        return self.rng.choice([*self.world.flex]) if self.world.flex and self.chance(0.9) else self.account()

    def add_flex(self) -> Command:
        """A Flex instance is added."""
        return do("add_flex", account=self.account(), model=self.rng.choice(MODELS))

    def switch_flex(self) -> Command:
        """A pricing model is switched."""
        return do("switch_flex", account=self._flex_account(), model=self.rng.choice(MODELS))

    def withdraw_flex(self) -> Command:
        """A switch is withdrawn."""
        return do("withdraw_flex", account=self._flex_account())

    def record_activity(self) -> Command | None:
        """A batch of Flex activity, out of order, with repeats and conflicts."""
        if not self.world.flex and self.chance(0.9):
            return None
        events = []
        for _ in range(self.rng.randint(1, 8)):
            sid = self._flex_account()
            kind = self.rng.choices([LOGIN, SESSION_STARTED, SESSION_ENDED, PROVISIONED, REMOVED], [3, 3, 3, 3, 1])[0]
            event: dict[str, Any] = {
                "event": self.event(),
                "account": sid,
                "user": self.rng.choice(["ann", "bob", "cleo", "dan"]),
                "kind": kind,
                "moment": self.moment(sid),
            }
            if kind in {SESSION_STARTED, SESSION_ENDED}:
                event["session"] = f"s{self.count + self.rng.randint(0, 3)}"
                self.count += self.chance(0.3)
            known = [*self.world.activity.items()]
            if known and self.chance(0.1):
                (account, _period, again), found = self.rng.choice(known)
                event.update(event=again, account=account)
                if self.chance(0.6):
                    event.update(user=found.user, kind=found.kind, moment=found.moment, session=found.session)
                elif kind not in {SESSION_STARTED, SESSION_ENDED}:
                    event["session"] = ""
            events.append(event)
        return do("record_activity", events=events)

    def void_activity(self) -> Command | None:
        """Flex activity is voided."""
        found = self._events(self.world.activity)
        return None if found is None else do("void_activity", account=found[0], period=found[1], events=found[2])

    # Support ---------------------------------------------------------------------------------------------------------

    def record_cases(self) -> Command:
        """Support cases, answered or not, some sent again."""
        cases = []
        for _ in range(self.rng.randint(1, 3)):
            sid = self.account()
            opened = self.moment(sid)
            answered = opened + timedelta(minutes=self.rng.choice([5, 60, 300, 900, 6_000, 6_000]))
            case: dict[str, Any] = {
                "account": sid,
                "case": f"case-{self.count}",
                "priority": self.rng.randint(1, 3),
                "product": self.rng.choice(["", "", *PRODUCTS]),
                "opened": opened,
                "answered": None if answered > self.world.now or self.chance(0.2) else answered,
            }
            self.count += 1
            if self.world.cases and self.chance(0.2):
                case["account"], case["case"] = self.rng.choice([*self.world.cases])
            if all((case["account"], case["case"]) != (other["account"], other["case"]) for other in cases):
                cases.append(case)
        return do("record_cases", cases=cases)

    def claim_credit(self) -> Command | None:
        """A credit is claimed."""
        month = later(period_of(self.world.today), -self.rng.choice([0, *[1] * 12, 2]))
        received = None
        if self.chance(0.2):
            received = self.world.now - timedelta(hours=self.rng.randint(1, 400))
        account = self.account()
        plans = PLANS
        missed = [average for average in averages(self.world, month) if average.missed]
        if not missed and self.chance(0.7):
            return None
        if missed and self.chance(0.85):
            average = self.rng.choice(missed)
            cases = [case.account for case in self.world.cases.values() if period_of(case.opened.date()) == month]
            account = average.owner if average.owner in self.world.accounts else self.rng.choice([account, *cases])
            plans = (average.plan,)
        elif account in self.world.accounts and self.chance(0.8):
            lived = [day for day in days_of(month) if self.world.exists(account, day)]
            held = {self.world.plans[self.world.owner(account, day)][day].plan for day in lived}
            plans = tuple(sorted(held)) or PLANS
        return do(
            "claim_credit",
            account=account,
            month=month,
            plan=self.rng.choice(plans),
            received=received,
            staff=self.chance(0.8),
        )

    # Reading ---------------------------------------------------------------------------------------------------------

    def repeat(self) -> Command:
        """The last write is sent again."""
        return do("repeat")

    def read_subscription(self) -> Command | None:
        """The plan of an account on a day, as of a moment or now."""
        if not self.world.accounts:
            return None
        as_of = None
        if self.chance(0.4):
            as_of = self.world.now - timedelta(minutes=self.rng.randint(0, 60 * 24 * 40))
        account = self.rng.choice([*self.world.accounts])
        return do("read_subscription", account=account, day=self.around_today(50, 40), as_of=as_of)

    def read_contract(self) -> Command | None:
        """A contract on a day, as of a moment or now."""
        contract = self.contract()
        if contract is None:
            return None
        as_of = self.world.now - timedelta(minutes=self.rng.randint(0, 60 * 24 * 40)) if self.chance(0.4) else None
        return do("read_contract", contract=contract, day=self.around_today(50, 40), as_of=as_of)

    def read_flex(self) -> Command:
        """The Flex instance of an account."""
        return do("read_flex", account=self._flex_account())

    def _owner(self) -> str:
        return self.rng.choice([*self.world.plans]) if self.world.plans and self.chance(0.97) else NOBODY

    def read_response_times(self) -> Command:
        """The response times of an owner in a month."""
        month = later(period_of(self.world.today), self.rng.choice([0, 0, -1, -1, -1, -2, 1]))
        return do("read_response_times", owner=self._owner(), month=month)

    def read_credits(self) -> Command:
        """The credits of an owner."""
        credited = [credit.owner for credit in self.world.credits]
        return do("read_credits", owner=self.rng.choice(credited) if credited and self.chance(0.8) else self._owner())

    def rehearse(self) -> Command | None:
        """The next closing is rehearsed."""
        return None if self.world.next_to_close is None else do("rehearse")

    def preview_change(self) -> Command:
        """What a change of plan would come to."""
        return Command("preview_change", self.change_plan().arguments)

    def read_usage(self) -> Command | None:
        """The usage of an account in a period."""
        if not self.world.accounts:
            return None
        account = self.rng.choice([*self.world.accounts])
        return do("read_usage", account=account, period=later(period_of(self.world.today), -self.rng.randint(0, 2)))

    def preview(self) -> Command | None:
        """A preview of a payer: mostly of the period next to close."""
        tops = [account.sid for account in self.world.accounts.values() if not account.parent]
        period = self.world.next_to_close
        if not tops or period is None:
            return None
        choices = [period, period, period, later(period)]
        if LATE in self.features:
            choices += self.world.closed[-2:]
        return do("preview", account=self.rng.choice(tops), period=self.rng.choice(choices))


LIST_PRICES = {"sms": "0.0075", "calls": "0.0133", "segment-events": "0.0005", "beta-video": "0.004"}
