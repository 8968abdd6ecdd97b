"""Going over the pages of a list."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Page(Protocol):
    """A page of any list."""

    @property
    def next_page_token(self) -> str:
        """The token of the next page; empty on the last."""


SomePage = TypeVar("SomePage", bound=Page)


async def iterate_pages(
    fetch: Callable[[str], Awaitable[SomePage]], items: Callable[[SomePage], Iterable[Item]]
) -> AsyncIterator[Item]:
    """The items of all pages, each page fetched when it is reached."""
    page_token = ""
    while True:
        page = await fetch(page_token)
        for item in items(page):
            yield item
        page_token = page.next_page_token
        if not page_token:
            return
