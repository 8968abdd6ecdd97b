"""What every source yields, and how named fields of text become a usage record."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

from prorata.errors import FieldViolation
from prorata.exact import parse_decimal
from prorata.moments import moment_to_micros, parse_moment
from prorata.usage import Usage, amount_to_nanos, event_id_from_text, quantity_to_micros

REQUIRED_FIELDS = ("event_id", "account_sid", "product_id", "quantity", "occur_time")
OPTIONAL_FIELDS = ("amount", "currency")
_ACCOUNT_SID = re.compile(r"AC[0-9a-f]{32}")
_PRODUCT_ID = re.compile(r"[a-z0-9-]{1,64}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_Value = TypeVar("_Value")


class SourceError(ValueError):
    """A file that can not be read as what it is said to be; the message names it."""


class Row(NamedTuple):
    """A good record of a source."""

    position: int
    """Where it stands; the source's `describe` words it."""
    usage: Usage


class Malformed(NamedTuple):
    """A record of a source that is not usage."""

    position: int
    violations: tuple[FieldViolation, ...]
    """The fields at fault, each by its name in the file."""


class Source(Protocol):
    """A file of usage."""

    def rows(self) -> Iterator[Row | Malformed]:
        """Its records, in order. Raises `SourceError`."""

    def describe(self, position: int) -> str:
        """Where a record stands, for people."""

    def expected_count(self) -> int:
        """About how many records there are, to show progress."""


class Fields:
    """The fields of one record, read one by one; the faults found are gathered."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self.violations: list[FieldViolation] = []

    def read(self, name: str, parse: Callable[[str], _Value], default: _Value) -> _Value:
        """The parsed text of a required field; the default when it is missing or at fault."""
        text = self._texts.get(name, "")
        if not text:
            return self._fault(name, "is required", default)
        try:
            return parse(checked_text(text))
        except ValueError as error:
            return self._fault(name, str(error), default)

    def read_optional(self, name: str, parse: Callable[[str], _Value], default: _Value) -> _Value:
        """The parsed text of a field; the default when it is missing or at fault."""
        return self.read(name, parse, default) if self._texts.get(name) else default

    def _fault(self, name: str, description: str, default: _Value) -> _Value:
        self.violations.append(FieldViolation(name, description))
        return default


def row_from_fields(position: int, texts: Mapping[str, str], namespace: UUID) -> Row | Malformed:
    """The record of these fields; an event id that is not a UUID is derived from it in the namespace."""
    fields = Fields(texts)
    amount_nanos = fields.read_optional("amount", parse_amount, None)
    currency_code = fields.read_optional("currency", parse_currency, "")
    usage = Usage(
        event_id=fields.read("event_id", lambda text: event_id_from_text(text, namespace), namespace),
        account_sid=fields.read("account_sid", parse_account_sid, ""),
        product_id=fields.read("product_id", parse_product_id, ""),
        quantity_micros=fields.read("quantity", parse_quantity, 0),
        occur_time_micros=fields.read("occur_time", parse_occur_time, 0),
        amount_nanos=amount_nanos,
        currency_code="" if amount_nanos is None else currency_code,
    )
    return Malformed(position, tuple(fields.violations)) if fields.violations else Row(position, usage)


def checked_text(text: str) -> str:
    """The text as it is. Raises ValueError when it is not UTF-8, or has blanks around it."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("is not UTF-8") from error
    if text != text.strip():
        raise ValueError("has blanks around it")
    return text


def parse_quantity(text: str) -> int:
    """The quantity in millionths of the unit. Raises ValueError."""
    return quantity_to_micros(parse_decimal(text))


def parse_amount(text: str) -> int | None:
    """The amount in 10⁻⁹. Raises ValueError."""
    return amount_to_nanos(parse_decimal(text))


def parse_occur_time(text: str) -> int:
    """The moment in microseconds since 1970. Raises ValueError."""
    return moment_to_micros(parse_moment(text))


def parse_account_sid(text: str) -> str:
    """The SID as it is. Raises ValueError."""
    return _matching(_ACCOUNT_SID, text, "AC and 32 lowercase hex digits")


def parse_product_id(text: str) -> str:
    """The product id as it is. Raises ValueError."""
    return _matching(_PRODUCT_ID, text, "1 to 64 of a-z, 0-9 and hyphen")


def parse_currency(text: str) -> str:
    """The currency code as it is. Raises ValueError."""
    return _matching(_CURRENCY, text, "a currency code of three capitals, such as USD")


def _matching(pattern: re.Pattern[str], text: str, meaning: str) -> str:
    if pattern.fullmatch(text) is None:
        raise ValueError(f"is not {meaning}: {text[:80]!r}")
    return text
