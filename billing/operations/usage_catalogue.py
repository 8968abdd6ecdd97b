"""What usage is checked against, kept in memory: accounts with their days, products with their prices (4.3).

An account's keys never change. Its days, products and prices do; each change counts a generation up, and every call
looks at the generations first, so that it sees all that was committed before it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from itertools import repeat
from typing import NamedTuple
from zoneinfo import ZoneInfo

import asyncpg
import numpy as np
import numpy.typing as npt

from billing.intake import (
    NEVER,
    Checked,
    KnownAccounts,
    KnownProducts,
    UsageBatch,
    to_micros,
    unknown_account,
    unknown_product,
)
from billing.period import Period, start_of
from billing.refusals import Refusal
from billing.store import state, usage_parties

Slots = npt.NDArray[np.int64]

UNKNOWN = 0  # the slot of accounts that are not known
FAMILY, ACCOUNT, START, END = range(4)


class Known(NamedTuple):
    """What is known of what a batch names.

    Attributes:
        accounts, products: the batch's.
        own_priced: the keys of all products that have a contract's own price.
        test_time: the test clock's moment (in test mode).
    """

    accounts: KnownAccounts
    products: KnownProducts
    own_priced: Slots
    test_time: datetime | None


class AccountTable:
    """Accounts in columns: a slot each, found by SID; for ever, as the keys never change."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._slot_by_sid: dict[str, int] = {}
        self._slot_by_key: dict[int, int] = {}
        self._columns: npt.NDArray[np.int64] = np.zeros((4, 1024), dtype=np.int64)
        self._columns[END] = NEVER
        self._moments: dict[date, int] = {}

    def slots(self, account_sids: Sequence[str]) -> Slots:
        """The slot of each account; `UNKNOWN` where it has none."""
        return np.fromiter(map(self._slot_by_sid.get, account_sids, repeat(UNKNOWN)), np.int64, len(account_sids))

    def add(self, accounts: Sequence[usage_parties.AccountDays]) -> None:
        """Give accounts that have no slot one."""
        for account in accounts:
            slot = len(self._slot_by_sid) + 1
            if slot == self._columns.shape[1]:
                self._columns = np.concatenate([self._columns, np.zeros_like(self._columns)], axis=1)
            self._columns[FAMILY:START, slot] = account.family_key, account.account_key
            self._slot_by_sid[account.account_sid] = self._slot_by_key[account.account_key] = slot
            self._set_days(slot, account.start_day, account.end_day)

    def change(self, changes: Sequence[usage_parties.ChangedDays]) -> None:
        """Take over changed days; those of accounts without a slot are read when they are first named."""
        for change in changes:
            slot = self._slot_by_key.get(change.account_key)
            if slot is not None:
                self._set_days(slot, change.start_day, change.end_day)

    def known(self, account_sids: Sequence[str], slots: Slots) -> KnownAccounts:
        """What is known of accounts that have these slots."""
        refusal = np.zeros(len(slots) + 1, dtype=np.uint8)
        for place in np.flatnonzero(slots == UNKNOWN).tolist():
            refusal[place] = unknown_account(account_sids[place])
        refusal[-1] = Refusal.ACCOUNT_INDEX
        return KnownAccounts(refusal, *self._columns[:, np.append(slots, UNKNOWN)])

    def _set_days(self, slot: int, start_day: date, end_day: date | None) -> None:
        end = NEVER if end_day is None else self._start_of(end_day)
        self._columns[START:, slot] = self._start_of(start_day), end

    def _start_of(self, day: date) -> int:
        moment = self._moments.get(day)
        if moment is None:
            moment = self._moments[day] = to_micros(start_of(day, self._zone))
        return moment


class ProductTable:
    """Products by id: the key, and the moment from which there is a price in the price book.

    Attributes:
        own_priced: the keys of those that have a contract's own price.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self.own_priced: Slots = np.zeros(0, dtype=np.int64)
        self._zone = zone
        self._products: dict[str, tuple[int, int]] = {}

    def replace(self, products: Sequence[usage_parties.PricedProduct]) -> None:
        """Take over all products anew."""
        self._products = {product.product_id: (product.product_key, self._priced_from(product)) for product in products}
        self.own_priced = np.array([product.product_key for product in products if product.own_priced], dtype=np.int64)

    def look_up(self, product_ids: Sequence[str]) -> KnownProducts:
        """What is known of products."""
        found = [self._products.get(product_id, (UNKNOWN, NEVER)) for product_id in product_ids]
        keys, moments = np.array([*found, (UNKNOWN, NEVER)], dtype=np.int64).T
        refusal = np.zeros(len(keys), dtype=np.uint8)
        for place in np.flatnonzero(keys[:-1] == UNKNOWN).tolist():
            refusal[place] = unknown_product(product_ids[place])
        refusal[-1] = Refusal.PRODUCT_INDEX
        return KnownProducts(refusal, keys, moments)

    def _priced_from(self, product: usage_parties.PricedProduct) -> int:
        return NEVER if product.priced_from is None else to_micros(start_of(product.priced_from, self._zone))


class UsageCatalogue:
    """The accounts and products of a store, as of what is committed when they are asked for."""

    def __init__(self, pool: asyncpg.Pool, zone: ZoneInfo) -> None:
        self._pool = pool
        self._accounts = AccountTable(zone)
        self._products = ProductTable(zone)
        self._account_generation: int | None = None
        self._product_generation = -1
        self._updating = asyncio.Lock()  # so that what was read later is also taken over later

    async def look_up(self, batch: UsageBatch) -> Known:
        """What is known of the accounts and products of a batch, with all that was committed before the call."""
        async with self._pool.acquire() as connection:
            now = await state.generations(connection)
            async with self._updating:
                await self._update(connection, now)
                slots = self._accounts.slots(batch.account_sids)
                if missing := _may_exist(batch.account_sids, slots):
                    self._accounts.add(await usage_parties.find_accounts(connection, missing))
                    slots = self._accounts.slots(batch.account_sids)
                return Known(
                    self._accounts.known(batch.account_sids, slots),
                    self._products.look_up(batch.product_ids),
                    self._products.own_priced,
                    now.test_time,
                )

    async def own_priced(self, checked: Checked, rows: Slots, periods: Sequence[Period]) -> npt.NDArray[np.bool_]:
        """For which of some rows of a batch a contract has a price of its own, as committed now (4.5).

        Memberships are not kept in memory: this is asked for only where the price book has no price.
        """
        product_keys, product = np.unique(checked.product_key[rows], return_inverse=True)
        codes = (checked.family_key[rows] * len(product_keys) + product) * len(periods) + checked.period_index[rows]
        distinct, place = np.unique(codes, return_inverse=True)
        rest, period = np.divmod(distinct, len(periods))
        family_keys, product = np.divmod(rest, len(product_keys))
        months = [periods[index].first_day for index in period.tolist()]
        priced = np.zeros(len(months), dtype=np.bool_)
        async with self._pool.acquire() as connection:
            found = usage_parties.own_priced(connection, family_keys.tolist(), product_keys[product].tolist(), months)
            priced[await found] = True
        return priced[place]

    async def _update(self, connection: asyncpg.Connection, now: state.Generations) -> None:
        if self._account_generation is None:
            self._account_generation = now.account_generation
        elif self._account_generation < now.account_generation:
            self._accounts.change(await usage_parties.accounts_changed(connection, self._account_generation))
            self._account_generation = now.account_generation
        if self._product_generation < now.product_generation:
            self._products.replace(await usage_parties.list_priced_products(connection))
            self._product_generation = now.product_generation


def _may_exist(account_sids: Sequence[str], slots: Slots) -> list[str]:
    """Those of the accounts that have no slot, but are well-formed; each once."""
    unknown = {account_sids[place] for place in np.flatnonzero(slots == UNKNOWN).tolist()}
    return [account_sid for account_sid in unknown if unknown_account(account_sid) is Refusal.ACCOUNT_NOT_FOUND]
