"""`python -m server verify`: whatever the store derived is derived anew, and every difference reported."""

from __future__ import annotations

import asyncio

from rich.console import Console

from billing.operations.opening import StoreWanted, open_store
from billing.operations.verify import Verified, verify
from server.settings import Settings

WIDTH = 40
POOL_SIZE = 2


def verify_store(settings: Settings) -> int:
    """Verify the store and print a line for each comparison, and the differences; returns 1 when there are any."""
    return asyncio.run(_verify(settings, Console(markup=False, highlight=False, soft_wrap=True)))


async def _verify(settings: Settings, console: Console) -> int:
    wanted = StoreWanted(settings.currency, settings.billing_zone, settings.test_mode)
    difference_count = 0
    async with open_store(settings.database_url, wanted, POOL_SIZE, process_name="prorata verify") as store:
        async for verified in verify(store):
            difference_count += verified.comparison.difference_count
            for line in report(verified):
                console.print(line)
    console.print("verified: no differences" if not difference_count else f"{difference_count:,} differences")
    return 1 if difference_count else 0


def report(verified: Verified) -> list[str]:
    """What a comparison came to, in lines for people."""
    compared, differing, shown = verified.comparison
    verdict = f"{differing:,} of {compared:,} differ" if differing else f"{compared:,} agree"
    lines = [f"{verified.period or 'all':8} {verified.what:{WIDTH}} {verdict}"]
    lines += [f"         {each.subject}: stored {each.stored}; derived {each.derived}" for each in shown]
    if shown:
        lines.append(f"         ({verified.numbers})")
    if differing > len(shown):
        lines.append(f"         and {differing - len(shown):,} more")
    return lines
