"""Pages of lists: their size, and opaque tokens bound to the list and its filters."""

from __future__ import annotations

import base64
import binascii
import json
from hashlib import sha256
from typing import Any

from google.protobuf.message import Message

from billing.errors import BillingError, Reason

DEFAULT_SIZE = 100
LARGEST_SIZE = 1_000


def page_size(asked: int) -> int:
    """The size of a page: 100 when 0 is asked for, never more than 1,000."""
    return min(asked or DEFAULT_SIZE, LARGEST_SIZE)


def page_start(request: Any, first: list[Any]) -> list[Any]:
    """Where the page begins: what the token carries, or `first` without one; INVALID_PAGE_TOKEN otherwise."""
    if not request.page_token:
        return first
    try:
        filters, start = json.loads(base64.urlsafe_b64decode(request.page_token.encode()))
    except (ValueError, binascii.Error, TypeError):
        filters, start = None, None
    if (
        filters != _filters(request)
        or not isinstance(start, list)
        or [type(part) for part in start] != [type(part) for part in first]
    ):
        raise BillingError(
            Reason.INVALID_PAGE_TOKEN,
            "the page token was not made for this list and these filters: start without one",
            "page_token",
        )
    return start


def next_page_token(request: Any, items: list[Any], start: list[Any]) -> str:
    """The token of the page after these items, which begins at `start`; empty when they do not fill their page."""
    if len(items) < page_size(request.page_size):
        return ""
    return base64.urlsafe_b64encode(json.dumps([_filters(request), start]).encode()).decode()


def _filters(request: Message) -> str:
    """The list and its filters, as a short text."""
    bare: Any = type(request)()
    bare.CopyFrom(request)
    bare.page_token, bare.page_size = "", 0
    text = request.DESCRIPTOR.full_name.encode() + bare.SerializeToString(deterministic=True)
    return sha256(text).hexdigest()[:16]
