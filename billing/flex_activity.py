"""Flex activity: what of a batch is accepted (7.7, 4.1, 4.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from billing.flex_refusals import FlexRefusal
from billing.intake import Reach, to_micros
from billing.period import Period, start_of

TEXT_LENGTH = 200

_ACCOUNT_SID = re.compile(r"AC[0-9a-f]{32}")
_UUID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


class ActivityKind(IntEnum):
    """What happened, numbered as in the contract and the store."""

    LOGIN = 1
    SESSION_STARTED = 2
    SESSION_ENDED = 3
    USER_PROVISIONED = 4
    USER_REMOVED = 5

    @property
    def of_session(self) -> bool:
        """Whether it names a session."""
        return self in (ActivityKind.SESSION_STARTED, ActivityKind.SESSION_ENDED)


@dataclass(frozen=True, slots=True)
class SentActivity:
    """An event as it was sent, unchecked: texts of any form, a kind of any number.

    Attributes:
        occur_micros: the moment, in µs since 1970-01-01T00:00:00Z; None when it is missing or no timestamp.
    """

    event_id: str
    account_sid: str
    user_id: str
    kind: int
    occur_micros: int | None
    session_id: str


class KnownInstance(NamedTuple):
    """What is known of an account.

    Attributes:
        family_key, account_key: its keys.
        start_micros, end_micros: the moments between which it exists, the end excluded; None while it is open.
        instance_micros: the moment at which the first day of its instance begins; None without one.
    """

    family_key: int
    account_key: int
    start_micros: int
    end_micros: int | None
    instance_micros: int | None


@dataclass(frozen=True, slots=True)
class GoodActivity:
    """An event that may be recorded.

    Attributes:
        number: its position in the batch, from 0.
        period: in which it occurred (4.2).
        occur_micros: the moment, in µs since 1970-01-01T00:00:00Z.
    """

    number: int
    family_key: int
    account_key: int
    period: Period
    event_id: UUID
    kind: ActivityKind
    occur_micros: int
    user_id: str
    session_id: str


def known_instance(
    zone: ZoneInfo, family_key: int, account_key: int, days: tuple[date, date | None], instance_day: date | None
) -> KnownInstance:
    """What is known of an account, of its days and the first day of its instance in the zone."""
    start, end = days
    return KnownInstance(
        family_key,
        account_key,
        _micros_of(start, zone),
        None if end is None else _micros_of(end, zone),
        None if instance_day is None else _micros_of(instance_day, zone),
    )


def named_accounts(sent: Sequence[SentActivity]) -> set[str]:
    """The accounts that a batch names; those of malformed SIDs are left out."""
    return {event.account_sid for event in sent if _ACCOUNT_SID.fullmatch(event.account_sid)}


def check(
    sent: Sequence[SentActivity], known: Mapping[str, KnownInstance], moments: Reach
) -> tuple[list[GoodActivity], dict[int, FlexRefusal]]:
    """Check every event of a batch. Whether its id was recorded before is not looked at here.

    Returns:
        The good events in the order of the batch, and why each of the others is refused, by its position.
    """
    good: list[GoodActivity] = []
    refused: dict[int, FlexRefusal] = {}
    for number, event in enumerate(sent):
        refusal = _malformed(event) or _unacceptable(event, known.get(event.account_sid), moments)
        if refusal is not None:
            refused[number] = refusal
        else:
            good.append(_good(number, event, known[event.account_sid], moments))
    return good, refused


def _malformed(event: SentActivity) -> FlexRefusal | None:
    if _UUID.fullmatch(event.event_id) is None:
        return FlexRefusal.EVENT_ID_MALFORMED
    if _ACCOUNT_SID.fullmatch(event.account_sid) is None:
        return FlexRefusal.ACCOUNT_MALFORMED
    if not _named(event.user_id):
        return FlexRefusal.USER_MALFORMED
    if event.kind not in ActivityKind.__members__.values():
        return FlexRefusal.KIND_MALFORMED
    if event.occur_micros is None:
        return FlexRefusal.OCCUR_TIME_MALFORMED
    if not ActivityKind(event.kind).of_session:
        return FlexRefusal.SESSION_MISPLACED if event.session_id else None
    return None if _named(event.session_id) else FlexRefusal.SESSION_MALFORMED


def _unacceptable(event: SentActivity, known: KnownInstance | None, moments: Reach) -> FlexRefusal | None:
    occur = event.occur_micros
    assert occur is not None
    if known is None:
        return FlexRefusal.ACCOUNT_NOT_FOUND
    if known.instance_micros is None:
        return FlexRefusal.INSTANCE_NOT_FOUND
    if occur > moments.latest_micros:
        return FlexRefusal.MOMENT_IN_FUTURE
    if occur < moments.starts[0]:
        return FlexRefusal.MOMENT_TOO_OLD
    if occur < known.start_micros or (known.end_micros is not None and occur >= known.end_micros):
        return FlexRefusal.MOMENT_OUTSIDE_ACCOUNT
    return FlexRefusal.MOMENT_BEFORE_INSTANCE if occur < known.instance_micros else None


def _good(number: int, event: SentActivity, known: KnownInstance, moments: Reach) -> GoodActivity:
    assert event.occur_micros is not None
    place = int(moments.starts.searchsorted(event.occur_micros, side="right")) - 1
    return GoodActivity(
        number,
        known.family_key,
        known.account_key,
        moments.periods[place],
        UUID(event.event_id),
        ActivityKind(event.kind),
        event.occur_micros,
        event.user_id,
        event.session_id,
    )


def _named(text: str) -> bool:
    return 0 < len(text) <= TEXT_LENGTH and "\0" not in text  # Postgres holds no NUL


def _micros_of(day: date, zone: ZoneInfo) -> int:
    return to_micros(start_of(day, zone))
