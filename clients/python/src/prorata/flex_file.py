"""Flex activity in files: JSON lines."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from prorata.calls.flex import flex_activity
from prorata.errors import FieldViolation
from prorata.moments import parse_moment
from prorata.sources.json_lines import load_exactly
from prorata.sources.rows import SourceError, checked_text, parse_account_sid
from prorata.usage import event_id_from_text
from prorata.v1.flex_pb2 import FlexActivity, FlexActivityKind

REQUIRED_FIELDS = ("event_id", "account_sid", "user_id", "kind", "occur_time")
OPTIONAL_FIELDS = ("session_id",)
_PREFIX = "FLEX_ACTIVITY_KIND_"
KINDS = {
    name.removeprefix(_PREFIX).lower().replace("_", "-"): value for name, value in FlexActivityKind.items() if value
}


class ActivityRow(NamedTuple):
    """A line of a file: an event, or what is wrong with it."""

    line: int
    activity: FlexActivity | None
    violations: tuple[FieldViolation, ...] = ()


def read_activity(path: Path, namespace: UUID) -> Iterator[ActivityRow]:
    """The events of a file with one JSON object a line, UTF-8: event_id, account_sid, user_id, kind (login,
    session-started, session-ended, user-provisioned or user-removed), occur_time (RFC 3339) and session_id.

    An event id that is not a UUID is derived from it in the namespace. Raises `SourceError` for a file that can
    not be read.
    """
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n") as file:
            for line, text in enumerate(file, 1):
                if text.strip():
                    yield _row(line, text, namespace)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error


def _row(line: int, text: str, namespace: UUID) -> ActivityRow:
    try:
        fields = load_exactly(text)
    except ValueError as error:
        return ActivityRow(line, None, (FieldViolation("", f"not JSON: {error}"),))
    if not isinstance(fields, dict):
        return ActivityRow(line, None, (FieldViolation("", "not a JSON object"),))
    faults = [*_faults(fields)]
    if faults:
        return ActivityRow(line, None, tuple(faults))
    activity = flex_activity(
        event_id_from_text(fields["event_id"], namespace),
        fields["account_sid"],
        fields["user_id"],
        KINDS[fields["kind"]],
        occur_time=parse_moment(fields["occur_time"]),
        session_id=fields.get("session_id") or "",
    )
    return ActivityRow(line, activity)


def _faults(fields: dict[str, object]) -> Iterator[FieldViolation]:
    checks = {"account_sid": parse_account_sid, "kind": _check_kind, "occur_time": parse_moment}
    for name in fields:
        if name not in REQUIRED_FIELDS + OPTIONAL_FIELDS:
            yield FieldViolation(name, "is not a field of Flex activity")
    for name in REQUIRED_FIELDS + OPTIONAL_FIELDS:
        value = fields.get(name)
        if value in (None, ""):
            if name in REQUIRED_FIELDS:
                yield FieldViolation(name, "is required")
        elif not isinstance(value, str):
            yield FieldViolation(name, "is no text")
        else:
            try:
                checks.get(name, checked_text)(checked_text(value))
            except ValueError as error:
                yield FieldViolation(name, str(error))


def _check_kind(text: str) -> str:
    if text not in KINDS:
        raise ValueError(f"is not one of {', '.join(KINDS)}: {text[:80]!r}")
    return text
