"""The commands about versions of plans, inquiries, entitlements and corrections, against a real server."""

from __future__ import annotations

import pytest

from tests.client.conftest import Command
from tests.client.test_cli_live import CHILD, PARENT, Console, Service


@pytest.fixture
async def console(command: Command, service: Service) -> Console:
    """On 1 June 2026: an account with a subaccount."""
    console = Console(command, service)
    await console.ok("accounts", "create", "--sid", PARENT)
    await console.ok("accounts", "create", "--sid", CHILD, "--parent", PARENT)
    return console


async def test_2_3_a_version_is_published(console: Console) -> None:
    published = await console.json(
        "catalogue", "publish", "production", "--effective-day", "2026-06-11", "--rate", "0.05", "--minimum", "300.50",
        "--guarantee", "p2:90:business-hours", "--guarantee", "p1:30:around-the-clock:exclusive",
        "--channel", "email", "--channel", "phone", "--service", "hotline",
    )  # fmt: skip
    version = published["version"]
    assert (version["number"], version["effective_day"]) == (2, {"year": 2026, "month": 6, "day": 11})
    assert version["price"]["usage_based"] == {
        "rate": {"value": "0.05"}, "minimum": {"currency_code": "USD", "units": "300", "nanos": 500000000},
    }  # fmt: skip
    assert version["guarantees"] == [
        {"priority": "PRIORITY_P1", "response_minutes": 30, "clock": "GUARANTEE_CLOCK_AROUND_THE_CLOCK",
         "exclusive": True},
        {"priority": "PRIORITY_P2", "response_minutes": 90, "clock": "GUARANTEE_CLOCK_BUSINESS_HOURS",
         "exclusive": False},
    ]  # fmt: skip
    assert version["channels"] == ["SUPPORT_CHANNEL_EMAIL", "SUPPORT_CHANNEL_PHONE"]
    shown = await console.ok("plans", "get", "production", "--day", "2026-06-11")
    assert "5 % of monthly spend, at least 300.50 USD" in shown.out
    again = await console.run("catalogue", "publish", "production", "--effective-day", "2026-06-11", "--flat", "10")
    assert (again.exit_code, "reason: VERSION_EXISTS" in again.err) == (1, True)


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--rate", "0.05"),
        ("--minimum", "1"),
        ("--flat", "1", "--rate", "0.05"),
        ("--flat", "0.0000000001"),
        ("--flat", "ten"),
        ("--flat", "1", "--guarantee", "p1:60"),
        ("--flat", "1", "--guarantee", "p1:sixty:business-hours"),
        ("--flat", "1", "--guarantee", "p4:60:business-hours"),
        ("--flat", "1", "--guarantee", "p1:60:sundial"),
        ("--flat", "1", "--guarantee", "p1:60:business-hours:inclusive"),
        ("--flat", "1", "--channel", "fax"),
        ("--flat", "1", "--service", "tea"),
    ],
)
async def test_a_mistaken_version_is_a_usage_error(console: Console, options: tuple[str, ...]) -> None:
    ran = await console.run("catalogue", "publish", "production", "--effective-day", "2026-06-11", *options)
    assert ran.exit_code == 2, ran


async def test_3_7_inquiries_are_opened_listed_activated_and_declined(console: Console) -> None:
    contact = ("--name", "Ada Owl", "--email", "ada@example.com", "--phone", "+1 555 0100", "--message", "Please")
    opened = await console.json("inquiries", "open", PARENT, *contact)
    assert opened["contact"] == {
        "name": "Ada Owl", "email": "ada@example.com", "phone": "+1 555 0100", "message": "Please",
    }  # fmt: skip
    refused = await console.run("inquiries", "open", PARENT, *contact)
    assert "reason: INQUIRY_OPEN" in refused.err
    declined = await console.json("inquiries", "decline", opened["inquiry_id"], "--note", "Too small")
    assert (declined["inquiry"]["state"], declined["inquiry"]["note"]) == ("INQUIRY_STATE_DECLINED", "Too small")
    again = await console.json("inquiries", "open", PARENT, *contact, "--plan", "personalized")
    activated = await console.json("inquiries", "activate", again["inquiry_id"], "--start-day", "2026-06-10")
    assert activated["change"]["plan_id"] == "personalized"
    listed = await console.json("inquiries", "list", "--account", PARENT)
    assert [each["inquiry_id"] for each in listed["inquiries"]] == [again["inquiry_id"], opened["inquiry_id"]]
    assert (await console.json("inquiries", "list", "--state", "open"))["inquiries"] == []
    table = (await console.ok("inquiries", "list", "--state", "activated")).out
    assert "Ada Owl <ada@example.com> +1 555 0100" in table
    assert "2026-06-10" in table


async def test_2_2_entitlements_are_shown_in_a_language(console: Console) -> None:
    await console.ok("plans", "change", PARENT, "business")
    shown = await console.ok("entitlements", "get", CHILD, "--language", "fr")
    for text in ("Entreprise", "1\N{NARROW NO-BREAK SPACE}500,00", "en moins de 1 heure", "Téléphone", "heure de Los"):
        assert text in shown.out
    found = await console.json("entitlements", "get", CHILD, "--day", "2026-06-02")
    assert found["price_text"] == "6% of monthly spend, at least $1,500.00 per month"
    assert "none" in (await console.ok("entitlements", "get", CHILD, "--day", "2026-05-31")).out


async def test_3_9_the_past_is_corrected(console: Console) -> None:
    await console.ok("clock", "advance", "2026-06-20T00:00:00Z")
    corrected = await console.json(
        "plans", "correct", PARENT, "business", "--start-day", "2026-06-05", "--end-day", "2026-06-10"
    )
    assert [each["plan_id"] for each in corrected["subscriptions"]] == ["developer", "business", "developer"]
    assert "corrected" in (await console.ok("plans", "history", PARENT)).out
    assert (await console.json("plans", "show", PARENT, "--day", "2026-06-09"))["plan_id"] == "business"
    late = await console.run("plans", "correct", PARENT, "business", "--start-day", "2026-06-21")
    assert "reason: DAY_OUT_OF_RANGE" in late.err
    priced = await console.run("plans", "correct", PARENT, "business", "--start-day", "2026-06-05", "--flat", "10")
    assert "own_price" in priced.err
