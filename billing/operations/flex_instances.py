"""Flex instances and their pricing models (7.1, 7.4 to 7.7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from billing import flex_instances
from billing.accounts import Account, closed
from billing.errors import BillingError, Reason
from billing.flex import FlexModel
from billing.flex_instances import FlexInstance, ModelFrom
from billing.operations.accounts import get_account, locked_account
from billing.operations.context import Reading, Writing
from billing.operations.days import checked_day
from billing.store import flex_instances as store


@dataclass(frozen=True, slots=True)
class InstanceOnDay:
    """The instance of an account as it is on a day.

    Attributes:
        account_sid: whose it is.
        instance: the instance.
        model: its pricing model on the day.
        pending: the switch that is pending today.
    """

    account_sid: str
    instance: FlexInstance
    model: FlexModel
    pending: ModelFrom | None


async def add_instance(write: Writing, *, account_sid: str, model: FlexModel) -> InstanceOnDay:
    """Add an instance to an account that has none, from today on (7.1, 7.6)."""
    account = await locked_account(write, account_sid)
    if not account.exists_on(write.today):
        raise closed(account, "account_sid")
    if await store.get_instance(write.connection, account) is not None:
        raise BillingError(
            Reason.FLEX_INSTANCE_EXISTS,
            f"{account_sid} has a Flex instance: switch its pricing model with ChangeFlexPricing",
            "account_sid",
        )
    flex_instances.check_added(model, top_level=account.is_top_level)
    added = await store.insert_instance(
        write.connection, account, model, write.today, write.now, write.cutoff, with_account=False
    )
    assert added is not None, "the family is locked"
    return _on_day(account, added, write.today, write.today)


async def get_instance(read: Reading, *, account_sid: str, day: date | None) -> InstanceOnDay:
    """The instance of an account on a day: today when None; FLEX_INSTANCE_NOT_FOUND when it has none then."""
    asked = checked_day(day, "day") or read.today
    account = await get_account(read.connection, account_sid)
    instance = await _existing(read, account)
    if not account.exists_on(asked) or instance.model_on(asked) is None:
        raise _not_found(account, "day", f"has no Flex instance on {asked}: it has one from {instance.start_day} on")
    return _on_day(account, instance, asked, read.today)


async def change_pricing(write: Writing, *, account_sid: str, model: FlexModel) -> InstanceOnDay:
    """Switch the pricing model on the first day of the next month, in place of a pending switch (7.7)."""
    account = await locked_account(write, account_sid)
    instance = await _existing(write, account)
    if not account.exists_on(flex_instances.switch_day(write.today)):
        raise closed(account, "account_sid")
    change = flex_instances.switch(instance, model, top_level=account.is_top_level, today=write.today)
    await store.save_change(write.connection, account, change, write.now, write.cutoff)
    return _on_day(account, change.instance, write.today, write.today)


async def withdraw_change(write: Writing, *, account_sid: str) -> InstanceOnDay:
    """Withdraw the pending switch of an instance (7.7)."""
    account = await locked_account(write, account_sid)
    instance = await _existing(write, account)
    change = flex_instances.withdraw(instance, today=write.today)
    await store.save_change(write.connection, account, change, write.now, write.cutoff)
    return _on_day(account, change.instance, write.today, write.today)


async def _existing(read: Reading, account: Account) -> FlexInstance:
    """The instance of the account, without a switch that its closing drops (3.1)."""
    instance = await store.get_instance(read.connection, account)
    if instance is None:
        raise _not_found(account, "account_sid", "has no Flex instance: add one with AddFlexInstance")
    models = tuple(held for held in instance.models if account.end_day is None or held.start < account.end_day)
    return replace(instance, models=models)


def _on_day(account: Account, instance: FlexInstance, day: date, today: date) -> InstanceOnDay:
    model = instance.model_on(day)
    assert model is not None
    return InstanceOnDay(account.account_sid, instance, model, instance.pending(today))


def _not_found(account: Account, field: str, why: str) -> BillingError:
    return BillingError(Reason.FLEX_INSTANCE_NOT_FOUND, f"{account.account_sid} {why}", field)
