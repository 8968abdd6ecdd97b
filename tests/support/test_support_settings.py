"""Business hours are a setting of the server and the workers (2.5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from billing.business_hours import BusinessHours
from server.app import running_server
from server.settings import Settings as ServerSettings
from tests.conftest import START, cloned
from tests.service import Service
from tests.support.desk import ACCOUNT, case, only_time, record
from workers.settings import Settings as WorkerSettings

URLS = {"database_url": "postgresql://nobody@localhost/none", "redis_url": "redis://localhost/0"}
BERLIN = {
    "business_zone": "Europe/Berlin",
    "business_opening_hour": 9,
    "business_closing_hour": 17,
    "business_holidays": "DE",
}


@pytest.mark.parametrize("settings", [ServerSettings, WorkerSettings])
def test_2_5_business_hours_are_a_setting(settings: Any) -> None:
    assert settings(**URLS).business_hours == BusinessHours()
    assert settings(**URLS, **BERLIN).business_hours == BusinessHours(ZoneInfo("Europe/Berlin"), 9, 17, "DE")


@pytest.mark.parametrize(
    "wrong",
    [
        {"business_opening_hour": 18, "business_closing_hour": 6},
        {"business_closing_hour": 25},
        {"business_holidays": "XX"},
        {"business_holidays": "usa"},
    ],
)
@pytest.mark.parametrize("settings", [ServerSettings, WorkerSettings])
def test_2_5_hours_that_are_none_stop_the_start(settings: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"give|less than or equal|pattern"):
        _ = settings(**URLS, **wrong).business_hours


async def test_2_5_response_times_run_on_the_hours_configured(stores: tuple[str, str], template: str) -> None:
    async with cloned(stores[0], template) as url:
        settings = ServerSettings(
            database_url=url,
            redis_url=stores[1],
            listen_address="127.0.0.1:0",
            test_mode=True,
            drain_seconds=0,
            business_zone="UTC",
            business_opening_hour=0,
            business_closing_hour=24,
            business_holidays="",
        )
        async with running_server(settings) as running, Service(running.address, url, stores[1], "UTC") as service:
            await service.advance(START)
            await service.account(ACCOUNT)
            await service.change_plan(ACCOUNT, "production")
            await service.advance(date(2026, 6, 20))
            await record(service, case("a", timedelta(hours=24)))  # 12 of them in the standard business hours
            assert (await only_time(service)).average_seconds.value == "86400"
