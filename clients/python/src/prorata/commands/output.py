"""What commands print: tables for people or JSON for programs on stdout, notes and errors on stderr."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from prorata.errors import ProrataError

UNCERTAIN = (
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.UNKNOWN,
)
"""With these a write may have been done, or may be done when it is repeated."""
_WIDTH_WITHOUT_TERMINAL = 200


class Output:
    """Prints the results of one command."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._stdout = _console(stderr=False)
        self.stderr = _console(stderr=True)
        """Where progress, notes and errors go."""

    def document(self, content: Message | Mapping[str, Any], *pieces: RenderableType) -> None:
        """Print one JSON document, or the pieces for people."""
        if self.as_json:
            value = to_json(content) if isinstance(content, Message) else content
            sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")
            return
        for piece in pieces:
            self._stdout.print(piece)

    def line(self, content: Message, text: str) -> None:
        """Print one line of JSON, or the text, at once."""
        printed = json.dumps(to_json(content), ensure_ascii=False) if self.as_json else text
        sys.stdout.write(f"{printed}\n")
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """Print a note on stderr."""
        self.stderr.print(text, soft_wrap=True)

    def error(self, error: ProrataError) -> None:
        """Print a failed call on stderr: message, reason, each field at fault, and how to repeat a write.

        For programs as a document of JSON on one line.
        """
        if self.as_json:
            self.note(json.dumps({"error": _error_json(error)}, ensure_ascii=False))
            return
        self.note(f"error: {error.message}")
        self.note(f"reason: {error.reason or error.code.name}")
        for violation in error.violations:
            self.note(f"  {violation.path}: {violation.description}")
        if error.retry_delay_seconds is not None:
            self.note(f"try again in {error.retry_delay_seconds:g} s")
        if error.request_id and error.code in UNCERTAIN:
            self.note(f"it may have been done: repeat it with --request-id {error.request_id}, then it counts once")


def _error_json(error: ProrataError) -> dict[str, Any]:
    return {
        "code": error.code.name,
        "reason": error.reason,
        "message": error.message,
        "violations": [{"path": each.path, "description": each.description} for each in error.violations],
        "retry_delay_seconds": error.retry_delay_seconds,
        "request_id": error.request_id,
    }


def to_json(message: Message) -> dict[str, Any]:
    """The message as protobuf's JSON with the contract's field names: int64 as text, zeros included."""
    return MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> Table:
    """A table for people; a column whose name starts with ">" is aligned right."""
    made = Table(title=title or None, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        made.add_column(
            Text(name.removeprefix(">")), justify="right" if name.startswith(">") else "left", overflow="fold"
        )
    for row in rows:
        made.add_row(*(Text(str(cell)) for cell in row))
    return made


def facts(pairs: Iterable[tuple[str, object]]) -> Table:
    """Names and values, one a line; those without a value are left out."""
    made = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for name, value in pairs:
        if value not in ("", None):
            made.add_row(Text(name), Text(str(value)))
    return made


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _WIDTH_WITHOUT_TERMINAL
    return Console(file=stream, width=width, markup=False, emoji=False, highlight=False)
