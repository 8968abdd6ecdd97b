"""Usage from Twilio's UsageRecords API, in the pages it answers.

A page is a JSON object with `usage_records`, each with account_sid, category, usage, price, price_unit,
start_date, end_date and as_of among others; numbers are texts. Dates are days in GMT, both included. Twilio's
categories contain one another ("calls" contains "calls-inbound"), so only mapped ones are taken.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid5

from prorata.days import parse_day
from prorata.errors import FieldViolation
from prorata.moments import moment_to_micros, parse_moment
from prorata.sources.json_lines import load_exactly
from prorata.sources.rows import (
    Fields,
    Malformed,
    Row,
    SourceError,
    parse_account_sid,
    parse_amount,
    parse_currency,
    parse_product_id,
    parse_quantity,
)
from prorata.usage import Usage

TWILIO_NAMESPACE = UUID("0b8f6a0e-63f5-5c0c-8f0e-5d3a7c9e1b42")
"""The namespace of the event ids of imported records."""
_NOON = time(12, tzinfo=UTC)
_FIELDS = ("account_sid", "category", "usage", "price", "price_unit", "start_date", "end_date", "as_of")


class TwilioSource:
    """A file with a page, a JSON array of pages, or a page a line.

    Positions count the records of mapped categories from 0.

    The event id is made of account, category, start and end date, so an import may be repeated; numbers that
    have changed since come back as EVENT_CONFLICT. A record's moment is noon UTC of its start date.
    """

    def __init__(self, path: Path, mapping: Mapping[str, str]) -> None:
        """`mapping` has the product id of each category to import."""
        self._path = path
        self._mapping = mapping
        self._pages: list[Any] | None = None
        self._labels: list[str] = []
        self.unmapped: Counter[str] = Counter()
        """How many records of each category that is not mapped were left out."""
        self.unfinished_count = 0
        """How many records were fetched before their last day was over, so that their numbers may still
        change.
        """

    def rows(self) -> Iterator[Row | Malformed]:
        """The records of mapped categories. Raises `SourceError` for a file or page that can not be read."""
        for page_number, page in enumerate(self._read(), 1):
            records = page.get("usage_records") if isinstance(page, dict) else None
            if not isinstance(records, list):
                raise SourceError(f"{self._path}: page {page_number} has no usage_records{_complaint(page)}")
            for record_number, record in enumerate(records, 1):
                row = self._row(f"page {page_number} record {record_number}", record)
                if row is not None:
                    yield row

    def describe(self, position: int) -> str:
        """The file, the place in it, and the record's account, category and dates."""
        return f"{self._path} {self._labels[position]}"

    def expected_count(self) -> int:
        """How many records the pages have, of all categories."""
        pages = [page for page in self._read() if isinstance(page, dict)]
        return sum(len(page.get("usage_records") or ()) for page in pages)

    def page_uris(self) -> list[str]:
        """The URI of each page that names its own."""
        return self._uris("uri")

    def next_page_uris(self) -> list[str]:
        """The URI of the page after each, but for the last."""
        return self._uris("next_page_uri")

    def _read(self) -> list[Any]:
        if self._pages is None:
            try:
                self._pages = _parse_pages(self._path.read_text(encoding="utf-8-sig"))
            except OSError as error:
                raise SourceError(f"{self._path}: {error.strerror}") from error
            except ValueError as error:
                raise SourceError(f"{self._path}: not pages in JSON: {error}") from error
        return self._pages

    def _uris(self, name: str) -> list[str]:
        return [str(page[name]) for page in self._read() if isinstance(page, dict) and page.get(name)]

    def _row(self, place: str, record: object) -> Row | Malformed | None:
        texts, faults = _texts(record)
        category = texts.get("category", "")
        if category and category not in self._mapping:
            self.unmapped[category] += 1
            return None
        dates = f"{texts.get('start_date', '?')} to {texts.get('end_date', '?')}"
        self._labels.append(f"{place}: {texts.get('account_sid', '?')} {category or '?'} {dates}")
        position = len(self._labels) - 1
        fields = Fields(texts)
        usage = self._usage(fields, category)
        violations = (*faults, *fields.violations)
        return Malformed(position, violations) if violations else Row(position, usage)

    def _usage(self, fields: Fields, category: str) -> Usage:
        account_sid = fields.read("account_sid", parse_account_sid, "")
        start_day = fields.read("start_date", parse_day, date.min)
        end_day = fields.read("end_date", lambda text: _end_day(start_day, text), start_day)
        amount_nanos = fields.read_optional("price", _parse_price, None)
        currency = fields.read("price_unit", _parse_unit, "") if amount_nanos is not None else ""
        as_of = fields.read_optional("as_of", parse_moment, None)
        self.unfinished_count += as_of is not None and as_of.date() <= end_day
        return Usage(
            event_id=uuid5(TWILIO_NAMESPACE, f"{account_sid}/{category}/{start_day}/{end_day}"),
            account_sid=account_sid,
            product_id=self._mapping[category] if fields.read("category", str, "") else "",
            quantity_micros=fields.read("usage", parse_quantity, 0),
            occur_time_micros=moment_to_micros(datetime.combine(start_day, _NOON)),
            amount_nanos=amount_nanos,
            currency_code=currency,
        )


def read_mapping(path: Path) -> dict[str, str]:
    """The product id of each category, of a JSON object. Raises `SourceError`."""
    try:
        mapping = load_exactly(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise SourceError(f"{path}: not JSON: {error}") from error
    if not isinstance(mapping, dict) or not mapping:
        raise SourceError(f'{path}: not a JSON object such as {{"calls-inbound": "voice-inbound"}}')
    for category, product_id in mapping.items():
        try:
            parse_product_id(str(product_id))
        except ValueError as error:
            raise SourceError(f"{path}: the product id of {category!r} {error}") from error
    return mapping


def overlapping_categories(mapping: Mapping[str, str]) -> list[tuple[str, str]]:
    """Pairs of mapped categories of which the first seems, by its name, to contain the second: both would be
    charged.
    """
    everything = [("totalprice", other) for other in sorted(mapping) if other != "totalprice"]
    return (everything if "totalprice" in mapping else []) + [
        (outer, inner) for outer in sorted(mapping) for inner in sorted(mapping) if inner.startswith(f"{outer}-")
    ]


def missing_pages(sources: Iterable[TwilioSource]) -> list[str]:
    """The URIs of pages that the pages of these files name as the next and none of the files holds."""
    sources = list(sources)
    held = {_page_key(uri) for source in sources for uri in source.page_uris()}
    return [uri for source in sources for uri in source.next_page_uris() if _page_key(uri) not in held]


def _page_key(uri: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """The list and the page's number; the token that leads there differs from answer to answer."""
    parts = urlsplit(uri)
    query = frozenset(pair for pair in parse_qsl(parts.query) if pair[0] != "PageToken")
    return parts.path.removesuffix(".json"), query


def _parse_pages(text: str) -> list[Any]:
    """The pages of a text. Raises ValueError."""
    try:
        document = load_exactly(text)
    except json.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            return [load_exactly(line) for line in lines]
        except json.JSONDecodeError:
            raise error from None
    return document if isinstance(document, list) else [document]


def _texts(record: object) -> tuple[dict[str, str], list[FieldViolation]]:
    """The fields we read, as texts, without those that are null; and the faults of those that are neither
    text nor number.
    """
    if not isinstance(record, dict):
        return {}, [FieldViolation("", "not a JSON object")]
    texts, faults = {}, []
    for name in _FIELDS:
        value = record.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal | None):
            faults.append(FieldViolation(name, "is neither text nor a number"))
        elif value is not None:
            texts[name] = str(value)
    return texts, faults


def _end_day(start_day: date, text: str) -> date:
    end_day = parse_day(text)
    if end_day < start_day:
        raise ValueError("lies before start_date")
    if (end_day.year, end_day.month) != (start_day.year, start_day.month):
        raise ValueError(
            f"lies in another month than start_date {start_day}, so the usage has no period: "
            "fetch daily or monthly records"
        )
    return end_day


def _parse_price(text: str) -> int | None:
    if text.startswith("-"):
        raise ValueError(f"must not be negative, a refund is not usage: {text[:80]!r}")
    return parse_amount(text)


def _parse_unit(text: str) -> str:
    return parse_currency(text.upper())


def _complaint(page: object) -> str:
    """What the API said instead, when the page is an error."""
    message = page.get("message") if isinstance(page, dict) else None
    return f": {message}" if message else ""
