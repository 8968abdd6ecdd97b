"""Pages of lists: their size, and opaque tokens bound to the list and its filters."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.message import Message

from billing.errors import BillingError, Reason

Item = TypeVar("Item")

DEFAULT_SIZE = 100
LARGEST_SIZE = 1_000
LARGEST_NUMBER = 2**62


def page_size(asked: int) -> int:
    """The size of a page: 100 when 0 is asked for, never more than 1,000."""
    return min(asked or DEFAULT_SIZE, LARGEST_SIZE)


def page_start(request: Any, first: list[Any]) -> list[Any]:
    """Where the page begins: what the token carries, of the types of `first`; `first` without a token.

    Raises:
        BillingError: INVALID_PAGE_TOKEN.
    """
    if not request.page_token:
        return first
    try:
        filters, start = json.loads(base64.urlsafe_b64decode(request.page_token.encode()))
        if filters == _filters(request) and len(start) == len(first):
            return [PARSED_AS[type(kind)](text) for kind, text in zip(first, start, strict=True)]
    except (ValueError, TypeError, RecursionError):  # whatever a forged token may hold
        pass
    raise BillingError(
        Reason.INVALID_PAGE_TOKEN,
        "the page token was not made for this list and these filters: start without one",
        "page_token",
    )


def page_limit(request: Any) -> int:
    """How many items to ask the store for: one more than the page has, which tells whether another page follows."""
    return page_size(request.page_size) + 1


def cut_page(
    request: Any, found: list[Item], start: Callable[[Item], list[Any]], most: int = LARGEST_SIZE
) -> tuple[list[Item], str]:
    """The items of the page, and the token of the next one, which begins after the last item; empty on the last page.

    Args:
        request: what was asked for.
        found: at most `page_limit` items.
        start: what the token carries of an item.
        most: how many items the page may have, at least one, where the answer would be too large otherwise.
    """
    size = min(page_size(request.page_size), most)
    if len(found) <= size:
        return found, ""
    return found[:size], page_token(request, start(found[size - 1]))


def page_token(request: Message, start: list[Any]) -> str:
    """The token of the page that begins after what it carries."""
    texts = [str(part) for part in start]
    return base64.urlsafe_b64encode(json.dumps([_filters(request), texts]).encode()).decode()


def _number(text: str) -> int:
    number = int(text)
    if not 0 <= number <= LARGEST_NUMBER:
        raise ValueError(text)
    return number


def _text(text: str) -> str:
    if not isinstance(text, str) or "\0" in text:  # Postgres holds no NUL
        raise ValueError(text)
    return text


PARSED_AS: dict[type, Callable[[str], Any]] = {int: _number, str: _text, date: date.fromisoformat, UUID: UUID}


def _filters(request: Message) -> str:
    """The list and its filters, as a short text."""
    bare: Any = type(request)()
    bare.CopyFrom(request)
    bare.page_token, bare.page_size = "", 0
    bare.DiscardUnknownFields()
    text = request.DESCRIPTOR.full_name.encode() + bare.SerializeToString(deterministic=True)
    return sha256(text).hexdigest()[:16]
