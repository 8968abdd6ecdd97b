"""`python -m server relay-from POSITION`: the workers send the stream `charges` again from a position."""

from __future__ import annotations

import asyncio
import sys

from billing.errors import BillingError
from billing.operations.opening import open_store
from billing.operations.relaying import relay_from
from billing.process.settings import OpeningSettings

POOL_SIZE = 2


def relay_again(settings: OpeningSettings, position: int) -> int:
    """Set the relay back and say what is sent again; returns 1 when the position has not been sent."""
    try:
        last_position = asyncio.run(_relay_again(settings, position))
    except BillingError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    sys.stdout.write(f"the workers send positions {position:,} to {last_position:,} again\n")
    return 0


async def _relay_again(settings: OpeningSettings, position: int) -> int:
    url = settings.database_url.get_secret_value()
    async with open_store(url, settings.wanted, POOL_SIZE, process_name="prorata relay-from") as store:
        return await relay_from(store, position)
