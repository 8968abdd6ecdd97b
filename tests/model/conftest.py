"""A fresh service for every history."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import pytest

from tests.conftest import cloned, running_service
from tests.model.runs import Fresh
from tests.service import Service


@pytest.fixture
def fresh(stores: tuple[str, str], template: str) -> Fresh:
    """Starts a service with a worker on an empty store."""

    @asynccontextmanager
    async def start(zone: str, moment: datetime) -> AsyncIterator[Service]:
        async with (
            cloned(stores[0], template) as url,
            running_service(url, stores[1], zone, moment, worker=True) as service,
        ):
            yield service

    return start
