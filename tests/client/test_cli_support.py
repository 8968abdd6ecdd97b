"""`prorata support` against a real server: from a case to a claimed credit."""

from __future__ import annotations

import pytest

from tests.client.conftest import Command
from tests.client.test_cli_live import PARENT, Console, Service, close_june

OPENED = "2026-06-05T17:00:00-07:00"  # a Friday in Los Angeles


@pytest.fixture
async def console(command: Command, service: Service) -> Console:
    """On 10 June 2026: an account on `production` since 1 June, and a product."""
    console = Console(command, service)
    await console.ok("clock", "advance", "2026-06-01T00:00:00Z")
    await console.ok("accounts", "create", "--sid", PARENT)
    await console.ok("products", "put", "sms", "--name", "SMS", "--unit", "message")
    await console.ok("plans", "change", PARENT, "production")
    await console.ok("clock", "advance", "2026-06-10T00:00:00Z")
    return console


def record(case: str, answered: str) -> tuple[object, ...]:
    """The command that records a case."""
    return ("support", "record", PARENT, case, "--priority", "p2", "--opened", OPENED, "--answered", answered)


async def test_8_1_cases_are_recorded_and_listed(console: Console) -> None:
    assert await console.json("support", "record", PARENT, "c-1", "--priority", "p3", "--opened", OPENED) == {
        "new_count": 1,
        "replaced_count": 0,
    }
    again = (*record("c-1", "2026-06-08T09:00:00-07:00"), "--product", "sms")
    assert (await console.json(*again))["replaced_count"] == 1
    [case] = (await console.json("support", "cases", PARENT, "2026-06"))["cases"]
    assert (case["priority"], case["product_id"], case["open_time"]) == ("PRIORITY_P2", "sms", "2026-06-06T00:00:00Z")
    shown = (await console.ok("support", "cases", PARENT, "2026-06")).out
    assert "2026-06-08 16:00:00Z" in shown
    refused = await console.run(*record("c-1", "2026-06-01T00:00:00Z"))
    assert refused.exit_code == 1
    assert "cases[0].answer_time" in refused.err
    mistaken = await console.run("support", "record", PARENT, "c-1", "--priority", "urgent", "--opened", OPENED)
    assert mistaken.exit_code == 2


async def test_8_2_8_3_response_times_and_a_claim(console: Console) -> None:
    await console.ok(*record("c-1", "2026-06-08T11:30:00-07:00"))  # 6.5 business hours
    [time] = (await console.json("support", "response-times", PARENT, "2026-06"))["response_times"]
    assert (time["average_seconds"]["value"], time["missed"]) == ("23400", True)
    shown = (await console.ok("support", "response-times", PARENT, "2026-06")).out
    assert "390.00 min" in shown
    assert "360 min, business hours" in shown
    refused = await console.run("support", "claim", PARENT, "2026-06", "production", "--ticket", "T-1")
    assert "reason: MONTH_NOT_ENDED" in refused.err
    await close_june(console)
    await console.ok("clock", "advance", "2026-09-01T00:00:00Z")
    claimed = await console.json(
        "support", "claim", PARENT, "2026-06", "production", "--ticket", "T-1", "--received", "2026-07-30T12:00:00Z"
    )
    assert (claimed["owner_sid"], claimed["ticket"]) == (PARENT, "T-1")
    [credit] = (await console.json("support", "credits", PARENT))["credits"]
    assert credit["credit_id"] == claimed["credit_id"]
    assert credit["payers"][0]["amount"] == {"currency_code": "USD", "units": "250", "nanos": 0}
    assert "250.00 USD" in (await console.ok("support", "credits", PARENT)).out


async def test_8_5_the_use_of_a_credit_is_shown(console: Console) -> None:
    await console.ok(*record("c-1", "2026-06-08T11:30:00-07:00"))
    await console.ok("clock", "advance", "2026-07-01T00:00:00Z")
    await console.ok("support", "claim", PARENT, "2026-06", "production", "--ticket", "T-1")
    await close_june(console)
    [charge] = (await console.json("charges", "list", "--kind", "support-credit"))["records"]
    shown = (await console.ok("charges", "get", charge["charge_id"])).out
    assert "for production in 2026-06: 250.00 USD, used before 0.00 USD, owed 250.00 USD" in shown
    assert "-(" in (await console.ok("charges", "explain", charge["charge_id"])).out.replace("−", "-")
    assert "final, by 2026-06" in (await console.ok("support", "credits", PARENT)).out
