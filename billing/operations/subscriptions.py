"""Reading which plan an account has: its own, or on the days under a contract the contract's (3.9 to 3.12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

import asyncpg

from billing import holding
from billing.catalogue import Catalogue, Plan
from billing.holding import Held
from billing.operations.accounts import get_account, no_account
from billing.operations.context import Reading, Store
from billing.operations.days import checked_day
from billing.operations.keeping import keep
from billing.operations.plans import PlanChange, confirmed
from billing.operations.rounds import Rounds
from billing.period import day_of, earliest
from billing.store import catalogue, subscriptions, support_owners
from billing.store.state import EVER, EVERYTHING
from billing.store.subscriptions import ListedRun, PlansOfAccount

MOST_SIDS = 50_000  # some 150 bytes each


@dataclass(frozen=True, slots=True)
class Subscription:
    """The plan an account has on a day (3.12); `run` and `plan` are None when it has none.

    `since_day` says since when the owner, who may be a contract, holds the plan; `end_day` until when the account has
    it.
    """

    account_sid: str
    owner_sid: str
    day: date
    run: Held | None
    plan: Plan | None
    since_day: date | None
    end_day: date | None
    pending: PlanChange | None


class _Found(NamedTuple):
    """What a look-up found: the plans that matter, and the catalogue of that moment or a later one."""

    plans: PlansOfAccount | None
    catalogue: Catalogue
    owner_sids: Mapping[int, str]  # of contracts, and of the parents of subaccounts


class Subscriptions:
    """Tells which plan accounts have; calls at the same time share the way to the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rounds = Rounds(store.pool, self._look_up)
        self._owner_sids: dict[int, str] = {}  # they never change

    async def close(self) -> None:
        """Give the connection back."""
        await self._rounds.close()

    async def get(self, *, account_sid: str, day: date | None, as_of: datetime | None) -> Subscription:
        """The plan an account has on a day, with what was recorded up to a moment (3.9, 3.12).

        Raises:
            BillingError: INVALID_FIELD or ACCOUNT_NOT_FOUND.
        """
        checked_day(day, "day")
        found, plans, owner_sids = await self._rounds.answer((account_sid, as_of or EVER))
        if found is None:
            raise no_account(account_sid, "account_sid")
        if as_of is not None:
            plans = await self._catalogue_as_of(as_of)
        today = day_of(found.test_time or datetime.now(UTC), self._store.zone)
        known_on = today if as_of is None else day_of(as_of, self._store.zone)
        return _subscription(found, plans, owner_sids, account_sid, day or today, known_on)

    async def _look_up(self, connection: asyncpg.Connection, asked: Sequence[tuple[str, datetime]]) -> Sequence[_Found]:
        sids, moments = zip(*asked, strict=True)
        found = await subscriptions.plans_of_accounts(connection, sids, moments)
        version_count = max((plans.version_count for plans in found if plans), default=0)
        current = await self._store.catalogue.with_versions(connection, version_count)
        owner_sids = await self._sids_of_owners(connection, found)
        return [_Found(plans, current, owner_sids) for plans in found]

    async def _sids_of_owners(
        self, connection: asyncpg.Connection, found: Sequence[PlansOfAccount | None]
    ) -> Mapping[int, str]:
        """The SIDs of owners other than the accounts themselves, asked for once."""
        keys = set[int]()
        for plans in found:
            if plans is not None:
                keys.update(contract.contract_key for contract in plans.contracts)
                if plans.account_key != plans.family_key:
                    keys.add(plans.family_key)
        sids = {key: self._owner_sids[key] for key in keys if key in self._owner_sids}
        if unknown := keys - sids.keys():
            asked = await support_owners.owner_sids(connection, list(unknown))
            for key, sid in asked.items():
                keep(self._owner_sids, key, sid, MOST_SIDS)
            sids |= asked
        return sids

    async def _catalogue_as_of(self, moment: datetime) -> Catalogue:
        async with self._store.pool.acquire() as connection:
            return await catalogue.get_catalogue(connection, EVERYTHING, moment)


def _subscription(
    found: PlansOfAccount,
    plans: Catalogue,
    owner_sids: Mapping[int, str],
    account_sid: str,
    day: date,
    known_on: date,
) -> Subscription:
    """The plan of an account on a day, with what was known on another."""
    if found.first_day is None:  # not recorded by then
        return Subscription(account_sid, "", day, None, None, None, None, None)
    owner_key, held, leave_day = found.family_key, found.own, None
    for contract in found.contracts:
        if contract.on(day):
            owner_key, held, leave_day = contract.contract_key, contract.held, contract.leave_day
    run = holding.held_on(held, day)
    if day < found.first_day or (found.closing_day is not None and day >= found.closing_day):
        run = None  # a subaccount has its parent's plan on its own days only
    had_until = earliest(leave_day, found.closing_day)
    waiting = _pending(held, known_on, had_until)
    return Subscription(
        account_sid,
        account_sid if owner_key == found.account_key else owner_sids[owner_key],
        day,
        run,
        plans.plans[run.plan_id] if run else None,
        holding.since(held, run) if run else None,
        earliest(holding.until(held, run), had_until) if run else None,
        confirmed(plans, waiting, known_on) if waiting else None,
    )


async def list_subscriptions(
    read: Reading,
    *,
    account_sid: str,
    as_of: datetime | None,
    include_superseded: bool,
    after: tuple[date, int, int],
    limit: int,
) -> tuple[str, list[ListedRun]]:
    """The SID of the top-level account, and a page of the days on which it had a plan, its own or a contract's."""
    account = await get_account(read.connection, account_sid)
    runs = await subscriptions.list_plans(
        read.connection, account.family_key, as_of or EVER, include_superseded, after, limit
    )
    return account.parent_sid or account.account_sid, runs


def _pending(held: Sequence[Held], today: date, had_until: date | None) -> Held | None:
    """The change that is pending, where the account is to have its plan."""
    waiting = holding.pending(held, today)
    return waiting if waiting and (had_until is None or waiting.start < had_until) else None
