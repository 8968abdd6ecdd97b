"""Usage in CSV files."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO
from uuid import UUID

from prorata.errors import FieldViolation
from prorata.sources.rows import (
    OPTIONAL_FIELDS,
    REQUIRED_FIELDS,
    Malformed,
    Row,
    SourceError,
    row_from_fields,
)
from prorata.usage import EVENT_NAMESPACE


class CsvSource:
    """A CSV file, UTF-8, with a header that names the columns, in any order.

    Columns: event_id, account_sid, product_id, quantity, occur_time; optionally amount and currency.
    Positions are line numbers, from 1, of the line a record begins on.
    """

    def __init__(self, path: Path, namespace: UUID = EVENT_NAMESPACE) -> None:
        self._path = path
        self._namespace = namespace

    def rows(self) -> Iterator[Row | Malformed]:
        """The records; blank lines are none.

        Raises `SourceError` for a file or header that can not be read.
        """
        try:
            with self._path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
                yield from self._rows(file)
        except OSError as error:
            raise SourceError(f"{self._path}: {error.strerror}") from error
        except csv.Error as error:
            raise SourceError(f"{self._path}: not CSV: {error}") from error

    def describe(self, position: int) -> str:
        """The file and the line."""
        return f"{self._path}:{position}"

    def expected_count(self) -> int:
        """The number of its lines, less the header."""
        return max(0, count_lines(self._path) - 1)

    def _rows(self, file: TextIO) -> Iterator[Row | Malformed]:
        reader = csv.reader(file, strict=True)
        header = self._header(next(reader, []))
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield Malformed(line, (FieldViolation("", f"not CSV up to line {reader.line_num}: {error}"),))
                continue
            if cells is None:
                return
            if cells:
                yield self._row(line, header, cells)

    def _header(self, names: list[str]) -> list[str]:
        missing = [name for name in REQUIRED_FIELDS if name not in names]
        unknown = [name for name in names if name not in REQUIRED_FIELDS + OPTIONAL_FIELDS]
        if missing or unknown or len(set(names)) != len(names):
            raise SourceError(
                f"{self._path}:1: the header has {', '.join(REQUIRED_FIELDS)} and may have "
                f"{', '.join(OPTIONAL_FIELDS)}, each once: {', '.join(names) or 'nothing'}"
            )
        return names

    def _row(self, line: int, header: list[str], cells: list[str]) -> Row | Malformed:
        if len(cells) != len(header):
            fault = FieldViolation("", f"the line has {len(cells)} columns, the header {len(header)}")
            return Malformed(line, (fault,))
        return row_from_fields(line, dict(zip(header, cells, strict=True)), self._namespace)


def count_lines(path: Path) -> int:
    """How many lines the file has, blank ones too. Raises `SourceError`."""
    try:
        with path.open("rb") as file:
            return sum(1 for _ in file)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error
