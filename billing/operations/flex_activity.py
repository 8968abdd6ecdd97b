"""Recording and voiding Flex activity (7.7, 4.1 to 4.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from billing import flex_activity
from billing.corrections import check_each_once, check_reach
from billing.errors import BillingError, Reason
from billing.flex_activity import GoodActivity, KnownInstance, SentActivity, known_instance, named_accounts
from billing.flex_refusals import FlexRefusal
from billing.intake import reach
from billing.operations.accounts import get_account
from billing.operations.context import Writing
from billing.operations.days import first_open_period
from billing.period import Period
from billing.store import flex_activity as store
from billing.store import flex_instances


@dataclass(frozen=True, slots=True)
class ActivityOutcome:
    """What became of a batch: each event is new, repeated, or refused (by its position in the batch)."""

    new_count: int
    repeated_count: int
    refused: dict[int, FlexRefusal]


@dataclass(frozen=True, slots=True)
class VoidOutcome:
    """How many events were voided now, and how many had been before."""

    voided_count: int
    repeated_count: int


async def record_activity(write: Writing, sent: Sequence[SentActivity]) -> ActivityOutcome:
    """Record the good events of a batch, each once; the others are refused."""
    moments = reach(write.now, write.store.zone)
    good, refused = flex_activity.check(sent, await _known(write, sent), moments)
    new: set[int] = set()
    if good:
        first_open = await first_open_period(write.connection)
        new = await store.record(write.connection, good, write.now, write.cutoff, first_open)
    sent_before = [event for event in good if event.number not in new]
    conflicts = await _conflicts(write, sent_before)
    refused |= dict.fromkeys(conflicts, FlexRefusal.EVENT_CONFLICT)
    return ActivityOutcome(len(new), len(sent_before) - len(conflicts), dict(sorted(refused.items())))


async def void_activity(write: Writing, *, account_sid: str, period: Period, event_ids: Sequence[UUID]) -> VoidOutcome:
    """Void events of an account in a period, all or none; what is voided already counts as repeated (4.4)."""
    check_each_once(event_ids, _path)
    account = await get_account(write.connection, account_sid)
    check_reach(period, write.current_period)
    keys = account.family_key, account.account_key, period
    recorded = await store.lock_events(write.connection, *keys, event_ids)
    for index, event_id in enumerate(event_ids):
        if event_id not in recorded:
            raise BillingError(
                Reason.EVENT_NOT_FOUND,
                f"{account_sid} has no Flex activity {event_id} in {period}",
                _path(index),
            )
    wanted = [event_id for event_id in event_ids if not recorded[event_id]]
    if wanted:
        first_open = await first_open_period(write.connection)
        await store.void(write.connection, *keys, wanted, write.now, write.cutoff, first_open)
    return VoidOutcome(len(wanted), len(event_ids) - len(wanted))


async def _known(write: Writing, sent: Sequence[SentActivity]) -> dict[str, KnownInstance]:
    found = await flex_instances.find_accounts(write.connection, sorted(named_accounts(sent)))
    return {
        account.account_sid: known_instance(
            write.store.zone,
            account.family_key,
            account.account_key,
            (account.start_day, account.end_day),
            account.instance_day,
        )
        for account in found
    }


async def _conflicts(write: Writing, sent_before: Sequence[GoodActivity]) -> set[int]:
    return await store.conflicts(write.connection, sent_before) if sent_before else set()


def _path(index: int) -> str:
    return f"event_ids[{index}]"
