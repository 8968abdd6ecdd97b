"""For the tests of contracts: a server without a worker, and accounts."""

from __future__ import annotations

import pytest

from tests.conftest import MakeService
from tests.contracts.calls import SUB, A, B, C
from tests.service import Service


@pytest.fixture
async def quiet(make_service: MakeService) -> Service:
    """A server without a worker: nothing happens but what the test asks for."""
    return await make_service(worker=False)


@pytest.fixture
async def accounts(quiet: Service) -> Service:
    """On 1 June 2026: A with a subaccount, B and C, created that day."""
    for sid in (A, B, C):
        await quiet.account(sid)
    await quiet.account(SUB, parent=A)
    return quiet
