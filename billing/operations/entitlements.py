"""What an account may use of support (2.1, 3.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from billing.entitlements import Entitlements, entitlements, no_entitlements
from billing.operations.context import Store
from billing.operations.subscriptions import Subscriptions


async def get_entitlements(
    store: Store, subscriptions: Subscriptions, *, account_sid: str, day: date | None, language_code: str
) -> Entitlements:
    """What an account may use of support on a day, in a language; for a subaccount what its parent may.

    Under a contract it is the plan of the contract, at its price. ACCOUNT_NOT_FOUND when there is no such account.
    """
    held = await subscriptions.get(account_sid=account_sid, day=day, as_of=None)
    if held.run is None or held.plan is None:
        return no_entitlements(account_sid, held.day, language_code)
    version, own_price = held.plan.on(held.day), held.run.own_price
    wanted = version.plan_version_key, own_price, language_code
    known = store.entitlements.get(wanted, held.plan)
    if known is None:
        known = entitlements(
            account_sid,
            held.day,
            held.owner_sid,
            held.plan,
            replace(version, price=own_price) if own_price else version,
            language_code=language_code,
            currency_code=store.currency.code,
            hours=store.business_hours,
        )
        store.entitlements.keep(wanted, known)
    return replace(known, account_sid=account_sid, day=held.day, owner_sid=held.owner_sid)
