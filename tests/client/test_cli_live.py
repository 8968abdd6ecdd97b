"""The command against a real server in test mode: from accounts to an explained charge."""

import json
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest

from prorata import Client
from server import preview_messages, usage_summary_messages
from tests.client.conftest import Command, Ran
from tests.client.test_client_sources import page, usage_record

PARENT, CHILD = "AC" + "1" * 32, "AC" + "2" * 32


class Service(Protocol):
    """A running server in test mode."""

    address: str


class Console:
    """The command at one server."""

    def __init__(self, command: Command, service: Service) -> None:
        self.run = partial(command, service.address)

    async def ok(self, *arguments: object) -> Ran:
        """A command that must go well."""
        ran = await self.run(*arguments)
        assert ran.exit_code == 0, ran
        return ran

    async def json(self, *arguments: object) -> dict[str, object]:
        """The document of a command that must go well."""
        return (await self.ok("--json", *arguments)).document


@pytest.fixture
async def console(command: Command, service: Service) -> Console:
    """On 1 June 2026: an account with a subaccount, two products, their prices, and a plan."""
    console = Console(command, service)
    await console.ok("clock", "advance", "2026-06-01T00:00:00Z")
    await console.ok("accounts", "create", "--sid", PARENT, "--name", "Owl [Shoes]")
    await console.ok("accounts", "create", "--sid", CHILD, "--parent", PARENT)
    for product, unit, price in (("sms", "message", "0.0079"), ("voice-inbound", "minute", "0.0085")):
        await console.ok("products", "put", product, "--name", product.upper(), "--unit", unit)
        await console.ok("prices", "publish", product, price, "--effective-period", "2026-06")
    await console.ok("plans", "change", PARENT, "production")
    return console


def csv_rows(*rows: str) -> str:
    return "\n".join(("event_id,account_sid,product_id,quantity,occur_time,amount,currency", *rows)) + "\n"


async def close_june(console: Console) -> None:
    await console.ok("clock", "advance", "2026-07-01T00:00:00Z")
    ran = await console.ok("--json", "closing", "start", "2026-06", "--watch")
    assert ran.lines[-1]["state"] == "CLOSING_STATE_CLOSED"


async def test_accounts_are_made_shown_listed_and_closed(console: Console) -> None:
    account = await console.json("accounts", "get", CHILD)
    assert (account["parent_account_sid"], account["creation_day"]) == (PARENT, {"year": 2026, "month": 6, "day": 1})
    assert "Owl [Shoes]" in (await console.ok("accounts", "list")).out
    listed = await console.json("accounts", "list", "--parent", PARENT)
    assert [each["account_sid"] for each in listed["accounts"]] == [CHILD]
    closed = await console.json("accounts", "close", CHILD, "--closing-day", "2026-06-20")
    assert closed["closing_day"] == {"year": 2026, "month": 6, "day": 20}
    refused = await console.run("accounts", "create", "--sid", PARENT)
    assert refused.exit_code == 1
    assert "reason: ACCOUNT_EXISTS" in refused.err


async def test_a_token_is_refused_by_a_server_without_credentials(console: Console) -> None:
    refused = await console.run("--token", "abc", "accounts", "list")
    assert refused.exit_code == 1
    assert "reason: UNAUTHENTICATED" in refused.err
    assert "no credentials are configured on this server" in " ".join(refused.err.split())


async def test_plans_are_listed_previewed_changed_and_withdrawn(console: Console) -> None:
    catalogue = await console.json("plans", "list", "--language", "fr")
    assert [each["plan_id"] for each in catalogue["plans"]] == ["developer", "production", "business", "personalized"]
    assert "4 % of monthly spend, at least 250.00 USD" in (await console.ok("plans", "get", "production")).out
    assert (await console.json("plans", "show", CHILD))["plan_id"] == "production"
    preview = await console.json("plans", "preview-change", PARENT, "business", "--start-day", "2026-06-15")
    assert preview["period"] == "2026-06"
    change = await console.json("plans", "change", PARENT, "business", "--start-day", "2026-06-15")
    assert (change["pending"], change["first_charge_day"]) == (True, {"year": 2026, "month": 7, "day": 1})
    refused = await console.run("plans", "change", PARENT, "developer", "--start-day", "2026-06-20")
    assert "reason: CHANGE_PENDING" in refused.err
    assert (await console.json("plans", "withdraw", PARENT))["plan_id"] == "business"
    history = await console.json("plans", "history", PARENT)
    assert [each["plan_id"] for each in history["subscriptions"]][-1] == "production"


async def test_products_and_prices_are_listed(console: Console) -> None:
    await console.ok("products", "put", "segment-cdp", "--name", "CDP", "--unit", "user", "--family", "segment")
    products = await console.json("products", "list")
    covered = {each["product_id"]: each["covered"] for each in products["products"]}
    assert covered == {"sms": True, "voice-inbound": True, "segment-cdp": False}
    prices = await console.json("prices", "list", "--product", "sms")
    assert [each["per_unit"]["unit_price"]["value"] for each in prices["prices"]] == ["0.0079"]
    assert "0.0079" in (await console.ok("prices", "list")).out


async def test_usage_is_recorded_from_csv_once(console: Console, tmp_path: Path) -> None:
    await console.ok("clock", "advance", "2026-06-20T00:00:00Z")
    path = tmp_path / "usage.csv"
    path.write_text(
        csv_rows(
            f"m-1,{PARENT},sms,1000,2026-06-02T10:00:00Z,,",
            f"m-2,{CHILD},sms,0.5,2026-06-02T10:00:00+02:00,,",
            f"m-3,{CHILD},sms,1,2026-06-03T10:00:00Z,12.345678901,",
            f"m-4,{CHILD},sms,1,2026-06-03T10:00:00Z,1,USD",
            f"m-5,{CHILD},sms,1,2026-06-03T10:00:00Z,1,EUR",
            f"m-6,{CHILD},fax,1,2026-06-03T10:00:00Z,,",
            f"m-7,{CHILD},sms,x,2026-06-03T10:00:00Z,,",
            f"m-8,{CHILD},sms,1,2026-07-03T10:00:00Z,,",
        )
    )
    first = await console.run("--json", "usage", "record", path)
    assert first.exit_code == 1
    assert (first.document["new_count"], first.document["repeated_count"]) == (4, 0)
    refused = {each["origin"].rpartition(":")[2]: each for each in first.document["refused"]}
    assert {line: (each["reason"], each["field"]) for line, each in refused.items()} == {
        "6": ("CURRENCY_MISMATCH", "amount"),
        "7": ("PRODUCT_NOT_FOUND", "product_id"),
        "9": ("MOMENT_IN_FUTURE", "occur_time"),
    }
    assert "there is no product 'fax'" in refused["7"]["message"]
    assert first.document["malformed"][0]["origin"] == f"{path}:8"
    again = await console.run("--json", "usage", "record", path)
    assert (again.document["new_count"], again.document["repeated_count"]) == (0, 4)
    usage = await console.json("usage", "list", CHILD, "2026-06")
    assert len(usage["usage"]) == 3
    summary = await console.json("usage", "summary", PARENT, "2026-06", "--subaccounts", "--by-account")
    rows = {each["account_sid"]: each for each in summary["rows"]}
    assert rows[PARENT]["quantity_micros"] == "1000000000"
    assert rows[CHILD]["rated_amount"] == {"currency_code": "USD", "units": "13", "nanos": 345678901}
    assert "1,000" in (await console.ok("usage", "summary", PARENT, "2026-06")).out


async def test_usage_is_recorded_from_json_lines_and_conflicts_are_told(console: Console, tmp_path: Path) -> None:
    await console.ok("clock", "advance", "2026-06-20T00:00:00Z")
    path = tmp_path / "usage.jsonl"
    record = {"account_sid": PARENT, "product_id": "sms", "quantity": 2.5, "occur_time": "2026-06-02T10:00:00Z"}
    path.write_text("\n".join(json.dumps({**record, "event_id": f"e-{each}"}) for each in range(2_500)))
    assert (await console.json("usage", "record", path, "--batch-rows", 1_000))["new_count"] == 2_500
    path.write_text(json.dumps({**record, "event_id": "e-0", "quantity": 3}))
    conflict = await console.run("--json", "usage", "record", path)
    assert conflict.exit_code == 1
    assert conflict.document["conflicts"][0]["origin"] == f"{path}:1"


async def test_usage_is_recorded_from_twilio_pages(console: Console, tmp_path: Path) -> None:
    await console.ok("clock", "advance", "2026-06-20T00:00:00Z")
    mapping, pages = tmp_path / "mapping.json", tmp_path / "pages.json"
    mapping.write_text(json.dumps({"calls-inbound": "voice-inbound", "sms": "sms"}))
    records = [
        usage_record(account_sid=PARENT),
        usage_record(account_sid=PARENT, category="calls"),
        usage_record(account_sid=CHILD, category="sms", usage="120", price=None),
    ]
    pages.write_text(json.dumps([page(*records[:2], more=True), page(*records[2:], number=1)]))
    arguments = ("usage", "record", pages, "--mapping", mapping)
    first = await console.json(*arguments)
    assert (first["new_count"], first["unmapped"]) == (2, {"calls": 1})
    assert (await console.json(*arguments))["repeated_count"] == 2
    pages.write_text(json.dumps(page({**records[0], "usage": "22"})))
    changed = await console.run("--json", *arguments)
    assert changed.exit_code == 1
    assert f"{PARENT} calls-inbound 2026-06-15 to 2026-06-15" in changed.document["conflicts"][0]["origin"]


@pytest.fixture
async def june(console: Console, tmp_path: Path) -> Console:
    """With 10,000.00 of rated usage in June: the parent 6,000.00, its subaccount 4,000.00."""
    await console.ok("clock", "advance", "2026-06-20T00:00:00Z")
    path = tmp_path / "june.csv"
    numbers: Iterator[int] = count()
    rows = [
        f"j-{next(numbers)},{account},sms,1,2026-06-05T10:00:00Z,{amount},"
        for account, amount in ((PARENT, 6000), (CHILD, 4000))
    ]
    path.write_text(csv_rows(*rows))
    await console.ok("usage", "record", path)
    return console


async def test_charges_are_previewed_closed_listed_and_explained(june: Console) -> None:
    preview = await june.json("charges", "preview", PARENT)
    totals = {each["kind"]: each["amount"]["units"] for each in preview["totals"]}
    assert totals == {"CHARGE_KIND_USAGE": "10000", "CHARGE_KIND_SUPPORT_PLAN": "400"}
    await close_june(june)
    closing = await june.json("closing", "get", "2026-06")
    assert (closing["state"], closing["digest_final"], len(closing["digest"])) == ("CLOSING_STATE_CLOSED", True, 64)
    assert "400.00 USD" in (await june.ok("closing", "watch", "2026-06")).out
    assert [each["period"] for each in (await june.json("closing", "list"))["closings"]] == ["2026-06"]
    listed = await june.json("charges", "list", "--payer", PARENT, "--kind", "support-plan")
    (record,) = listed["records"]
    assert record["amount"]["units"] == "400"
    assert (await june.json("charges", "get", record["charge_id"])) == record
    assert PARENT in (await june.ok("charges", "get", record["charge_id"])).out
    explained = await june.ok("charges", "explain", record["charge_id"])
    assert "400.00" in explained.out
    explanation = await june.json("charges", "explain", record["charge_id"])
    assert explanation["record"] == record
    assert explanation["lines"][0]["formula"]


async def test_what_comes_in_pages_is_shown_whole(
    june: Console, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = (
        ("charges", "preview", PARENT),
        ("usage", "summary", PARENT, "2026-06", "--subaccounts", "--by-account"),
        ("plans", "preview-change", PARENT, "business", "--start-day", "2026-06-30"),
    )
    whole = [await june.json(*each) for each in asked]
    assert [len(whole[0]["records"]), len(whole[1]["rows"]), len(whole[2]["records_with_change"])] == [3, 2, 3]
    for pages in (preview_messages, usage_summary_messages):
        monkeypatch.setattr(pages, "LARGEST_PAGE", 1)
    async with Client(service.address) as client:
        first = await client.billing.preview_charges(PARENT, page_size=2)
        assert (len(first.records), len(first.totals), bool(first.next_page_token)) == (1, 2, True)
        found = [each.charge_id async for each in client.billing.iterate_preview(PARENT)]
    assert found == [each["charge_id"] for each in whole[0]["records"]]
    assert [await june.json(*each) for each in asked] == whole


async def test_the_feed_is_streamed_and_acknowledged(june: Console) -> None:
    await close_june(june)
    records = (await june.ok("--json", "charges", "stream")).lines
    assert [int(each["position"]) for each in records] == [1, 2, 3]
    assert len((await june.ok("charges", "stream", "--after", 1)).out.splitlines()) == 2
    assert (await june.json("charges", "acknowledge", "ledger", 2))["position"] == "2"
    rest = (await june.ok("--json", "charges", "stream", "--consumer", "ledger")).lines
    assert [int(each["position"]) for each in rest] == [3]
    backward = await june.run("charges", "acknowledge", "ledger", 1)
    assert "reason: CURSOR_BACKWARD" in backward.err


async def test_a_closing_started_too_early_and_one_without_failures_are_refused(june: Console) -> None:
    early = await june.run("closing", "start", "2026-06")
    assert (early.exit_code, "reason: PERIOD_NOT_ENDED" in early.err) == (1, True)
    await close_june(june)
    for command in ("retry", "release"):
        assert "reason: NOTHING_SET_APART" in (await june.run("closing", command, "2026-06")).err


async def test_writes_stand_in_the_audit_trail_and_self_service_may_not_read_it(console: Console) -> None:
    events = (await console.json("audit", "list", "--subject", PARENT))["events"]
    assert [each["rpc"] for each in events] == ["ChangePlan", "CreateAccount"]
    assert events[0]["caller"] == "prorata-cli"
    refused = await console.run("--role", "self-service", "audit", "list")
    assert "reason: NOT_PERMITTED" in refused.err


async def test_the_clock_goes_forward_only(console: Console) -> None:
    assert (await console.json("clock", "get"))["current_time"] == "2026-06-01T00:00:00Z"
    backward = await console.run("clock", "advance", "2026-05-01T00:00:00Z")
    assert "reason: CLOCK_BACKWARD" in backward.err
