"""What it means that the model and the service agree."""

from __future__ import annotations

from typing import Any

from tests.model.closing import parts_of
from tests.model.records import Record
from tests.model.world import Refused


class Disagreement(AssertionError):  # noqa: N818 - the word of the domain
    """The model and the service disagree."""


def agree(what: object, expected: object, got: object) -> None:
    """Both must say the same."""
    if isinstance(expected, Refused) or isinstance(got, Refused):
        reasons = [answer.reason if isinstance(answer, Refused) else f"accepted {answer}" for answer in (expected, got)]
        expected, got = reasons
    if expected != got:
        raise Disagreement(f"{what}\n  the model says:   {expected}\n  the service says: {got}")


def agree_records(what: str, expected: list[Record], got: list[Record]) -> None:
    """The same records, in any order."""
    missing = [record for record in expected if record not in got]
    surplus = [record for record in got if record not in expected]
    if missing or surplus or len(expected) != len(got):
        said = [f"\n  only the model has    {record}" for record in missing]
        said += [f"\n  only the service has  {record}" for record in surplus]
        raise Disagreement(what + "".join(said) + (f"\n  {len(expected)} and {len(got)} records" if not said else ""))


def agree_parts(what: str, expected: dict[Any, int], got: list[Record]) -> None:
    """The parts of some records sum to what is expected (6.5)."""
    sums = parts_of(got)
    keys = [key for key in sorted(expected.keys() | sums.keys()) if expected.get(key) != sums.get(key)]
    if keys:
        said = [f"\n  {key}: {expected.get(key, 0)} with full knowledge, {sums.get(key, 0)} in records" for key in keys]
        raise Disagreement(what + "".join(said))
