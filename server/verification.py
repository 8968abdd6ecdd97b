"""`python -m server verify`: whatever the store derived is derived anew, and every difference reported.

It exits with 0 when everything was compared and nothing differs, 1 when something differs, and 3 when nothing differs
but something could not be compared: each of these is printed with the reason. (2 is for what is no command.)
"""

from __future__ import annotations

import asyncio

from rich.console import Console

from billing.operations.opening import open_store
from billing.operations.verify import Verified, verify
from billing.process.settings import OpeningSettings

WIDTH = 40
POOL_SIZE = 2
SOUND, DIFFERENT, NOT_ALL_COMPARED = 0, 1, 3  # exit codes


def verify_store(settings: OpeningSettings) -> int:
    """Verify the store and print a line for each comparison, and the differences; returns the exit code."""
    return asyncio.run(_verify(settings, Console(markup=False, highlight=False, soft_wrap=True)))


async def _verify(settings: OpeningSettings, console: Console) -> int:
    difference_count = left_out_count = 0
    url = settings.database_url.get_secret_value()
    async with open_store(url, settings.wanted, POOL_SIZE, process_name="prorata verify") as store:
        async for verified in verify(store):
            difference_count += verified.comparison.difference_count
            left_out_count += bool(verified.left_out)
            for line in report(verified):
                console.print(line)
    code, words = conclusion(difference_count, left_out_count)
    console.print(words)
    return code


def conclusion(difference_count: int, left_out_count: int) -> tuple[int, str]:
    """The exit code and the last line: by how many differences, and how many comparisons that left something out."""
    left_out = f"{left_out_count:,} not compared in full" if left_out_count else ""
    if difference_count:
        return DIFFERENT, f"{difference_count:,} differences" + (f", {left_out}" if left_out else "")
    if left_out:
        return NOT_ALL_COMPARED, f"verified in part: nothing differs of what was compared, {left_out}"
    return SOUND, "verified: no differences"


def report(verified: Verified) -> list[str]:
    """What a comparison came to, in lines for people."""
    compared, differing, shown = verified.comparison
    verdict = f"{differing:,} of {compared:,} differ" if differing else f"{compared:,} agree"
    lines = [f"{verified.period or 'all':8} {verified.what:{WIDTH}} {verdict}"]
    if verified.left_out:
        lines.append(f"         not compared: {verified.left_out}")
    lines += [f"         {each.subject}: stored {each.stored}; derived {each.derived}" for each in shown]
    if shown:
        lines.append(f"         ({verified.numbers})")
    if differing > len(shown):
        lines.append(f"         and {differing - len(shown):,} more")
    return lines
