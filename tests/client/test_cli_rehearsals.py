"""The command against a real server: a month-end is rehearsed, and shown beside the month before."""

import asyncio

from tests.client.test_cli_live import PARENT, Console, close_june, console, csv_rows

__all__ = ["console"]


async def record(console: Console, folder, *rows: str) -> None:
    """Record usage from a file."""
    path = folder / "usage.csv"
    path.write_text(csv_rows(*rows))
    await console.ok("usage", "record", path)
