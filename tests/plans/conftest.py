"""For the tests of plans: a server without a worker, with one account."""

from __future__ import annotations

import pytest

from tests.conftest import MakeService
from tests.server.calls import sid
from tests.service import Service


@pytest.fixture
async def quiet(make_service: MakeService) -> Service:
    """A server without a worker: nothing happens but what the test asks for."""
    return await make_service(worker=False)


@pytest.fixture
async def one(quiet: Service) -> Service:
    """A server with one account."""
    await quiet.account(sid(1))
    return quiet
