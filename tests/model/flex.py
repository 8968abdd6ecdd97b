"""Commands of Flex: instances, switches of the pricing model, activity (7)."""

from __future__ import annotations

from datetime import date, datetime

from tests.model.days import first_day, later, period_of
from tests.model.flex_state import FAIR_USE, USER_AND_USAGE, FlexEvent, FlexInstance
from tests.model.usage import moment_refused
from tests.model.world import Account, Refused, World


def with_flex_eligible(model: str) -> None:
    """An account created with Flex has only the fair-use plans (7.4)."""
    if model not in FAIR_USE:
        raise Refused("FLEX_MODEL_NOT_ELIGIBLE")


def create_with_flex(world: World, account: Account, model: str) -> None:
    """An account is created with Flex (7.1)."""
    world.flex[account.sid] = FlexInstance(account.created, created_with=True, models={account.created: model})


def add_flex(world: World, *, account: str, model: str) -> FlexInstance:
    """An instance is added to an account without one, from today on (7.1); a subaccount's is User + Usage (7.6)."""
    adding = world.account(account)
    if not world.exists(account, world.today):
        raise Refused("ACCOUNT_CLOSED")
    if account in world.flex:
        raise Refused("FLEX_INSTANCE_EXISTS")
    if adding.parent and model != USER_AND_USAGE:
        raise Refused("FLEX_MODEL_NOT_ELIGIBLE")
    world.flex[account] = FlexInstance(world.today, created_with=False, models={world.today: model})
    return world.flex[account]


def switch_flex(world: World, *, account: str, model: str) -> FlexInstance:
    """The model is switched on the first day of the next month (7.7); there is no way back from User + Usage (7.5)."""
    switching = world.account(account)
    instance = flex_instance(world, account)
    day = first_day(later(period_of(world.today)))
    if switching.closing and switching.closing <= day:
        raise Refused("ACCOUNT_CLOSED")
    if instance.model(world.today) == model:
        raise Refused("FLEX_MODEL_ALREADY_HELD")
    if instance.model(world.today) == USER_AND_USAGE or (model == USER_AND_USAGE and instance.created_with):
        raise Refused("FLEX_MODEL_NOT_ELIGIBLE")
    instance.models[day] = model
    return instance


def withdraw_flex(world: World, *, account: str) -> FlexInstance:
    """A switch is withdrawn until its day comes (7.7)."""
    world.account(account)
    instance = flex_instance(world, account)
    pending = [day for day in instance.models if day > world.today]
    if not pending:
        raise Refused("NO_FLEX_CHANGE")
    for day in pending:
        del instance.models[day]
    return instance


def drop_switches(world: World, account: str, day: date) -> None:
    """Closing an account drops what is pending from that day on (3.1)."""
    instance = world.flex.get(account)
    if instance:
        instance.models = {start: model for start, model in instance.models.items() if start < day}


def flex_instance(world: World, account: str) -> FlexInstance:
    """The Flex instance of an account that must have one."""
    if account not in world.flex:
        raise Refused("FLEX_INSTANCE_NOT_FOUND")
    return world.flex[account]


def record_activity(world: World, *, events: list[dict[str, object]]) -> list[str]:
    """What becomes of each event of a batch: new, repeated, or why it is refused (7.7, 4.1 to 4.3)."""
    return [_record(world, **event) for event in events]  # type: ignore[arg-type]


def _record(
    world: World, *, event: str, account: str, user: str, kind: str, moment: datetime, session: str = ""
) -> str:
    if account not in world.accounts:
        return "ACCOUNT_NOT_FOUND"
    if account not in world.flex:
        return "FLEX_INSTANCE_NOT_FOUND"
    refused = moment_refused(world, account, moment)
    if refused:
        return refused
    if world.day_of(moment) < world.flex[account].start:
        return "FLEX_INSTANCE_NOT_FOUND"
    made = FlexEvent(kind, user, moment, session)
    known = world.activity.setdefault((account, period_of(world.day_of(moment)), event), made)
    if known is made:
        return "new"
    return "repeated" if known.content == made.content else "EVENT_CONFLICT"


def void_activity(world: World, *, account: str, period: str, events: list[str]) -> tuple[int, int]:
    """Activity is voided, all or none; voiding twice is a repeat (4.4). How many were voided now, how many before."""
    world.account(account)
    if first_day(period) < world.reach:
        raise Refused("MOMENT_TOO_OLD")
    if any((account, period, event) not in world.activity for event in events):
        raise Refused("EVENT_NOT_FOUND")
    found = [world.activity[account, period, event] for event in events]
    voided = [event for event in found if not event.voided]
    for event in voided:
        event.voided = True
    return len(voided), len(found) - len(voided)
