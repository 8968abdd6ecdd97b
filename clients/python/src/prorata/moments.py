"""Moments: messages of the contract, int64 microseconds since 1970 and Python's aware times, in pairs."""

import re
from datetime import UTC, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_RFC_3339 = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.(?P<fraction>[0-9]{1,18}))?(?P<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def timestamp_to_moment(timestamp: Timestamp) -> datetime:
    """The moment in UTC, what is finer than a microsecond cut off."""
    return micros_to_moment(timestamp.seconds * 1_000_000 + timestamp.nanos // 1_000)


def moment_to_timestamp(moment: datetime | None) -> Timestamp | None:
    """The moment as a message; None stays None. Raises ValueError for a time without a zone."""
    if moment is None:
        return None
    seconds, micros = divmod(moment_to_micros(moment), 1_000_000)
    return Timestamp(seconds=seconds, nanos=micros * 1_000)


def moment_to_micros(moment: datetime) -> int:
    """Microseconds since 1970-01-01T00:00:00Z. Raises ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {moment}")
    return (moment - _EPOCH) // _MICROSECOND


def micros_to_moment(micros: int) -> datetime:
    """The moment in UTC that so many microseconds since 1970 are."""
    return _EPOCH + timedelta(microseconds=micros)


def parse_moment(text: str) -> datetime:
    """The moment written as RFC 3339 says, with an offset, such as 2026-06-15T09:30:00Z.

    Raises ValueError for anything else, and for a moment that is finer than a microsecond.
    """
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError(f"not a moment as RFC 3339 with an offset, such as 2026-06-15T09:30:00Z: {text[:80]!r}")
    fraction = (match["fraction"] or "").rstrip("0").ljust(6, "0")
    if len(fraction) > 6:
        raise ValueError(f"finer than a microsecond: {text}")
    offset = "+00:00" if match["offset"] in "Zz" else match["offset"]
    try:
        return datetime.fromisoformat(f"{match['day']}T{match['time']}.{fraction}{offset}").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"no such moment: {text}") from error


def moment_text(timestamp: Timestamp) -> str:
    """The moment for people, in UTC; empty when the message is not set."""
    if not timestamp.seconds and not timestamp.nanos:
        return ""
    return timestamp_to_moment(timestamp).isoformat(sep=" ").replace("+00:00", "Z")
