"""Publishing versions of the plans of the catalogue (2.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from billing.catalogue import Guarantee, Plan, PlanVersion, check_effective_day, check_version
from billing.errors import BillingError, Reason
from billing.operations import plans
from billing.operations.context import Writing
from billing.operations.days import checked_day
from billing.store import catalogue
from billing.support import PlanPrice


async def publish_plan_version(
    write: Writing,
    *,
    plan_id: str,
    effective_day: date,
    price: PlanPrice,
    guarantees: Sequence[Guarantee],
    channels: Sequence[int],
    services: Sequence[int],
) -> tuple[Plan, PlanVersion]:
    """Publish a version that takes effect tomorrow or later; earlier days keep the version they had (2.3).

    Returns:
        The plan with all its versions, and the one published.

    Raises:
        BillingError: in this order, INVALID_FIELD, PLAN_NOT_FOUND, DAY_OUT_OF_RANGE or VERSION_EXISTS.
    """
    check_version(plan_id, price, guarantees, channels, services)
    plan = await plans.get_plan(write, plan_id)
    checked_day(effective_day, "effective_day")
    check_effective_day(effective_day, write.today)
    await catalogue.lock_plan(write.connection, plan_id)
    by_priority = sorted(guarantees, key=lambda guarantee: guarantee.priority)
    version = await catalogue.insert_version(
        write.connection, plan_id, effective_day, price, by_priority, channels, services, write.now, write.cutoff
    )
    if version is None:
        raise BillingError(
            Reason.VERSION_EXISTS,
            f"{plan_id} has a version for {effective_day} already, which is never edited: choose another day",
            "effective_day",
        )
    return replace(plan, versions=(*plan.versions, version)), version
