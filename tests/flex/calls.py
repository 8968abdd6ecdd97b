"""Short ways to say what happens with Flex."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import flex_pb2 as f
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.account_pb2 import Account
from prorata.v1.error_pb2 import ErrorReason
from prorata.v1.flex_pb2 import FlexActivity, FlexInstance
from tests.service import SELF_SERVICE, STAFF, Service, day, timestamp

USER_AND_USAGE = f.FLEX_PRICING_MODEL_USER_AND_USAGE
NAMED_USER = f.FLEX_PRICING_MODEL_NAMED_USER
ACTIVE_USER_HOURS = f.FLEX_PRICING_MODEL_ACTIVE_USER_HOURS
NONE = f.FLEX_PRICING_MODEL_UNSPECIFIED

LOGIN = f.FLEX_ACTIVITY_KIND_LOGIN
STARTED = f.FLEX_ACTIVITY_KIND_SESSION_STARTED
ENDED = f.FLEX_ACTIVITY_KIND_SESSION_ENDED
PROVISIONED = f.FLEX_ACTIVITY_KIND_USER_PROVISIONED
REMOVED = f.FLEX_ACTIVITY_KIND_USER_REMOVED


def at(text: str) -> datetime:
    """A moment of 2026 in UTC, written as "06-20 12:00" with or without seconds."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def activity(
    sid: str, kind: int, user: str, moment: datetime, session: str = "", event: UUID | None = None
) -> FlexActivity:
    """Something that happened; of an id of its own if none is given."""
    return FlexActivity(
        event_id=str(event or uuid4()),
        account_sid=sid,
        user_id=user,
        kind=kind,  # type: ignore[arg-type]
        occur_time=timestamp(moment),
        session_id=session,
    )


def session(sid: str, user: str, start: datetime, end: datetime | None = None) -> list[FlexActivity]:
    """A session of a user, with an end or without."""
    name = f"session-{uuid4()}"
    started = [activity(sid, STARTED, user, start, name)]
    return [*started, activity(sid, ENDED, user, end, name)] if end else started


def logins(sid: str, users: Iterable[str], moment: datetime) -> list[FlexActivity]:
    """A login of each user."""
    return [activity(sid, LOGIN, user, moment) for user in users]


def provisioned(sid: str, users: Iterable[str], moment: datetime) -> list[FlexActivity]:
    """Each user provisioned."""
    return [activity(sid, PROVISIONED, user, moment) for user in users]


def removed(sid: str, users: Iterable[str], moment: datetime) -> list[FlexActivity]:
    """Each user removed."""
    return [activity(sid, REMOVED, user, moment) for user in users]


def users(count: int, first: int = 1) -> list[str]:
    """Some users by number."""
    return [f"user-{number}" for number in range(first, first + count)]


async def create(
    service: Service, sid: str = "", *, model: int = NONE, parent: str = "", created: date | None = None
) -> Account:
    """An account, created with Flex if a model is given."""
    response = await service.plans.CreateAccount(
        p.CreateAccountRequest(
            request_id=str(uuid4()),
            account_sid=sid,
            parent_account_sid=parent,
            creation_day=day(created) if created else None,
            flex_pricing_model=model,  # type: ignore[arg-type]
        ),
        metadata=STAFF,
    )
    return response.account


async def add(service: Service, sid: str, model: int, *, metadata: Any = SELF_SERVICE) -> FlexInstance:
    """An instance added to an account."""
    response = await service.plans.AddFlexInstance(
        p.AddFlexInstanceRequest(request_id=str(uuid4()), account_sid=sid, pricing_model=model),  # type: ignore[arg-type]
        metadata=metadata,
    )
    return response.instance


async def get(service: Service, sid: str, on: date | None = None) -> FlexInstance:
    """The instance of an account."""
    response = await service.plans.GetFlexInstance(
        p.GetFlexInstanceRequest(account_sid=sid, day=day(on) if on else None), metadata=SELF_SERVICE
    )
    return response.instance


async def switch(service: Service, sid: str, model: int) -> FlexInstance:
    """The pricing model switched."""
    response = await service.plans.ChangeFlexPricing(
        p.ChangeFlexPricingRequest(request_id=str(uuid4()), account_sid=sid, pricing_model=model),  # type: ignore[arg-type]
        metadata=SELF_SERVICE,
    )
    return response.instance


async def withdraw(service: Service, sid: str) -> FlexInstance:
    """The pending switch withdrawn."""
    response = await service.plans.WithdrawFlexPricingChange(
        p.WithdrawFlexPricingChangeRequest(request_id=str(uuid4()), account_sid=sid), metadata=SELF_SERVICE
    )
    return response.instance


async def send(service: Service, activities: Iterable[FlexActivity]) -> b.RecordFlexActivityResponse:
    """A batch sent."""
    return await service.billing.RecordFlexActivity(b.RecordFlexActivityRequest(activities=activities), metadata=STAFF)


async def happen(service: Service, activities: Sequence[FlexActivity]) -> None:
    """A batch sent, all of which is new."""
    response = await send(service, activities)
    assert response.new_count == len(activities), response


async def void(service: Service, sid: str, period: str, events: Iterable[str]) -> tuple[int, int]:
    """Events voided; how many now, and how many before."""
    response = await service.billing.VoidFlexActivity(
        b.VoidFlexActivityRequest(request_id=str(uuid4()), account_sid=sid, period=period, event_ids=events),
        metadata=STAFF,
    )
    return response.voided_count, response.repeated_count


def reasons(response: b.RecordFlexActivityResponse) -> dict[int, str]:
    """Why events were refused, by their position."""
    assert response.refused_count == len(response.refused)
    names = {each.index: ErrorReason.Name(each.reason) for each in response.refused}
    return {index: name.removeprefix("ERROR_REASON_") for index, name in names.items()}
