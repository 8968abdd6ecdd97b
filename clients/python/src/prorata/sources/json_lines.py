"""Usage in JSON lines."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

from prorata.errors import FieldViolation
from prorata.sources.delimited import count_lines
from prorata.sources.rows import (
    OPTIONAL_FIELDS,
    REQUIRED_FIELDS,
    Malformed,
    Row,
    SourceError,
    row_from_fields,
)
from prorata.usage import EVENT_NAMESPACE


class JsonLinesSource:
    """A file with one JSON object a line, UTF-8, its names those of the CSV columns.

    Numbers may be JSON numbers, which are read exactly, or texts. Positions are line numbers, from 1.
    """

    def __init__(self, path: Path, namespace: UUID = EVENT_NAMESPACE) -> None:
        self._path = path
        self._namespace = namespace

    def rows(self) -> Iterator[Row | Malformed]:
        """The records; blank lines are none. Raises `SourceError` for a file that can not be read."""
        try:
            with self._path.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n") as file:
                for line, text in enumerate(file, 1):
                    if text.strip():
                        yield self._row(line, text)
        except OSError as error:
            raise SourceError(f"{self._path}: {error.strerror}") from error

    def describe(self, position: int) -> str:
        """The file and the line."""
        return f"{self._path}:{position}"

    def expected_count(self) -> int:
        """The number of its lines."""
        return count_lines(self._path)

    def _row(self, line: int, text: str) -> Row | Malformed:
        try:
            fields = load_exactly(text)
        except ValueError as error:
            return Malformed(line, (FieldViolation("", f"not JSON: {error}"),))
        if not isinstance(fields, dict):
            return Malformed(line, (FieldViolation("", "not a JSON object"),))
        faults = [FieldViolation(name, fault) for name, value in fields.items() if (fault := _fault(name, value))]
        if faults:
            return Malformed(line, tuple(faults))
        texts = {name: "" if value is None else str(value) for name, value in fields.items()}
        return row_from_fields(line, texts, self._namespace)


def load_exactly(text: str) -> Any:
    """The JSON value, with fractions as exact decimals.

    Raises ValueError, for a name given twice and for NaN too.
    """
    return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_refuse_repeats)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _refuse_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a name is given twice")
    return fields


def _fault(name: str, value: object) -> str:
    if name not in REQUIRED_FIELDS + OPTIONAL_FIELDS:
        return "is not a field of a usage record"
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int | Decimal)):
        return "is neither text nor a number"
    return ""
