"""Why an event of a batch of Flex activity is refused (7.7, 4.1, 4.3), and what to do about it."""

from __future__ import annotations

from enum import IntEnum
from types import MappingProxyType

from billing.errors import Reason


class FlexRefusal(IntEnum):
    """Why an event is refused, in the order of precedence: of those that apply, the smallest is named."""

    EVENT_ID_MALFORMED = 1
    ACCOUNT_MALFORMED = 2
    USER_MALFORMED = 3
    KIND_MALFORMED = 4
    OCCUR_TIME_MALFORMED = 5
    SESSION_MALFORMED = 6
    SESSION_MISPLACED = 7
    ACCOUNT_NOT_FOUND = 8
    INSTANCE_NOT_FOUND = 9
    MOMENT_IN_FUTURE = 10
    MOMENT_TOO_OLD = 11
    MOMENT_OUTSIDE_ACCOUNT = 12
    MOMENT_BEFORE_INSTANCE = 13
    EVENT_CONFLICT = 14

    @property
    def reason(self) -> Reason:
        """As the contract names it."""
        return _REASONS.get(self, Reason.INVALID_FIELD)

    @property
    def field(self) -> str:
        """The field at fault, by its name in an event."""
        return _FIELDS[self]

    def message(self, account_sid: str) -> str:
        """Why, and what to do, in words, of an event of that account as it was sent."""
        return _MESSAGES[self].format(account=account_sid)


_REASONS = MappingProxyType(
    {
        FlexRefusal.ACCOUNT_NOT_FOUND: Reason.ACCOUNT_NOT_FOUND,
        FlexRefusal.INSTANCE_NOT_FOUND: Reason.FLEX_INSTANCE_NOT_FOUND,
        FlexRefusal.MOMENT_IN_FUTURE: Reason.MOMENT_IN_FUTURE,
        FlexRefusal.MOMENT_TOO_OLD: Reason.MOMENT_TOO_OLD,
        FlexRefusal.MOMENT_OUTSIDE_ACCOUNT: Reason.MOMENT_OUTSIDE_ACCOUNT,
        FlexRefusal.MOMENT_BEFORE_INSTANCE: Reason.FLEX_INSTANCE_NOT_FOUND,
        FlexRefusal.EVENT_CONFLICT: Reason.EVENT_CONFLICT,
    }
)

_FIELDS = MappingProxyType(
    {
        FlexRefusal.EVENT_ID_MALFORMED: "event_id",
        FlexRefusal.ACCOUNT_MALFORMED: "account_sid",
        FlexRefusal.USER_MALFORMED: "user_id",
        FlexRefusal.KIND_MALFORMED: "kind",
        FlexRefusal.OCCUR_TIME_MALFORMED: "occur_time",
        FlexRefusal.SESSION_MALFORMED: "session_id",
        FlexRefusal.SESSION_MISPLACED: "session_id",
        FlexRefusal.ACCOUNT_NOT_FOUND: "account_sid",
        FlexRefusal.INSTANCE_NOT_FOUND: "account_sid",
        FlexRefusal.MOMENT_IN_FUTURE: "occur_time",
        FlexRefusal.MOMENT_TOO_OLD: "occur_time",
        FlexRefusal.MOMENT_OUTSIDE_ACCOUNT: "occur_time",
        FlexRefusal.MOMENT_BEFORE_INSTANCE: "occur_time",
        FlexRefusal.EVENT_CONFLICT: "event_id",
    }
)

# Of what is malformed only the beginning is shown: it may be of any length.
_MESSAGES = MappingProxyType(
    {
        FlexRefusal.EVENT_ID_MALFORMED: "the event id is not a UUID; derive one from your own id",
        FlexRefusal.ACCOUNT_MALFORMED: "an account is named by AC and 32 lowercase hex digits, not {account!a:.66}",
        FlexRefusal.USER_MALFORMED: "a user is named by 1 to 200 characters, NUL not among them",
        FlexRefusal.KIND_MALFORMED: "the kind is missing or unknown; choose one of FlexActivityKind",
        FlexRefusal.OCCUR_TIME_MALFORMED: "the moment is missing, or not a valid timestamp",
        FlexRefusal.SESSION_MALFORMED: "a session is named by 1 to 200 characters, NUL not among them",
        FlexRefusal.SESSION_MISPLACED: "only a session that starts or ends is named; leave session_id empty",
        FlexRefusal.ACCOUNT_NOT_FOUND: "there is no account {account}; create it, then send the event again",
        FlexRefusal.INSTANCE_NOT_FOUND: "{account} has no Flex instance; add one, then send the events from then on",
        FlexRefusal.MOMENT_IN_FUTURE: "the moment lies over 5 minutes in the future; check the producer's clock",
        FlexRefusal.MOMENT_TOO_OLD: "the moment lies before the 12th period before the current one: it can't be billed",
        FlexRefusal.MOMENT_OUTSIDE_ACCOUNT: "{account} does not exist on the day of the moment",
        FlexRefusal.MOMENT_BEFORE_INSTANCE: "{account} has its Flex instance from a later day on",
        FlexRefusal.EVENT_CONFLICT: "the event id was recorded before with other content in this account and period; "
        "give the event an id of its own",
    }
)
