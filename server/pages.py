"""Pages of lists: their size, in items and in bytes, and opaque tokens bound to the list and its filters."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.message import Message

from billing.errors import BillingError, Reason

Item = TypeVar("Item")
Answered = TypeVar("Answered", bound=Message)

DEFAULT_SIZE = 100
LARGEST_SIZE = 1_000
PAGE_BYTES = 3 * 2**20  # of items: below what a client takes by default (4 MB), unless a single one is larger
FILLED_FIRST = 20  # items that may be large
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
        if filters == _filters(request) and len(start) == len(first) and all(isinstance(text, str) for text in start):
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
    request: Any,
    found: Sequence[Item],
    start: Callable[[Item], list[Any]],
    message: Callable[[Item], Answered],
) -> tuple[list[Answered], str]:
    """The page as messages: as many as are asked for and fit; with the token of the next page, empty on the last.

    Args:
        request: what was asked for.
        found: at most `page_limit` items; fewer, though there are more, where those fill a page and one is left over.
        start: what the token of a page carries of the item after which it begins.
        message: an item in the contract's words.
    """
    page = fitting(map(message, found[: page_size(request.page_size)]), _bytes)
    return page, page_token(request, start(found[len(page) - 1])) if len(page) < len(found) else ""


async def fill_page(
    request: Any,
    found: Sequence[Item],
    fill: Callable[[Sequence[Item]], Awaitable[list[Answered]]],
    start: Callable[[Answered], list[Any]],
) -> tuple[list[Answered], str]:
    """The same of items that may be large: what fills them is read a few at a time, until the page is full.

    Args:
        request: what was asked for.
        found: at most `page_limit` items, bare.
        fill: some of them in the contract's words, with all they hold.
        start: as for `cut_page`, of a filled one.
    """
    wanted = found[: page_size(request.page_size)]
    page: list[Answered] = []
    filled = 0
    while len(page) == filled < len(wanted):
        page += await fill(wanted[filled:][: max(FILLED_FIRST, 4 * filled)])
        filled = len(page)
        page = fitting(page, _bytes)
    return page, page_token(request, start(page[-1])) if len(page) < len(found) else ""


def fitting(items: Iterable[Item], size: Callable[[Item], int]) -> list[Item]:
    """The items that a page holds by their sizes in bytes: the first ones, one in any case."""
    fit: list[Item] = []
    taken = 0
    for item in items:
        taken += size(item)
        if fit and taken > PAGE_BYTES:
            break
        fit.append(item)
    return fit


def page_token(request: Message, start: list[Any]) -> str:
    """The token of the page that begins after what it carries."""
    texts = [str(part) for part in start]
    return base64.urlsafe_b64encode(json.dumps([_filters(request), texts]).encode()).decode()


def _bytes(message: Message) -> int:
    return message.ByteSize()


def _number(text: str) -> int:
    number = int(text)
    if not 0 <= number <= LARGEST_NUMBER:
        raise ValueError(text)
    return number


def _text(text: str) -> str:
    text.encode()  # Postgres holds no half of a pair of surrogates
    if "\0" in text:  # and no NUL
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
