"""Prices of every form on the command line, and what a charge at tiers looks like (4.5)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client.conftest import Command
from tests.client.test_cli_live import PARENT, Console, csv_rows
from tests.prices.books import CONTRACT, make_contract
from tests.service import Service


@pytest.fixture
async def console(command: Command, service: Service) -> Console:
    """On 1 June 2026: an account, its contract, and a product."""
    console = Console(command, service)
    await console.ok("accounts", "create", "--sid", PARENT)
    await console.ok("products", "put", "sms", "--name", "SMS", "--unit", "message")
    await make_contract(service, [PARENT])
    return console


async def test_4_5_prices_of_every_form_are_published_and_listed(console: Console) -> None:
    publish = ("prices", "publish", "sms")
    await console.ok(*publish, "--graduated", "1000:0.01,0.008", "--effective-period", "2026-06")
    await console.ok(*publish, "--volume", "0.5:3,1000:0.01,0.0080", "--effective-period", "2026-07")
    await console.ok(*publish, "--package", "100:0.90", "--effective-period", "2026-08")
    await console.ok(*publish, "0.0079", "--effective-period", "2026-06", "--contract", CONTRACT)
    book = (await console.ok("prices", "list")).out
    for told in (
        "graduated: up to 1,000 at 0.01, beyond at 0.008",
        "volume: up to 0.5 at 3.00, up to 1,000 at 0.01, beyond at 0.008",
        "0.90 a package of 100",
    ):
        assert told in " ".join(book.split())
    assert CONTRACT not in book
    own = await console.json("prices", "list", "--contract", CONTRACT)
    assert [(each["per_unit"]["unit_price"]["value"], each["contract_sid"]) for each in own["prices"]] == [
        ("0.0079", CONTRACT)
    ]
    unknown = await console.run("prices", "list", "--contract", "CT" + "0" * 32)
    assert "reason: CONTRACT_NOT_FOUND" in unknown.err


async def test_6_7_a_charge_at_tiers_is_shown_and_explained(console: Console, tmp_path: Path) -> None:
    await console.ok("prices", "publish", "sms", "--graduated", "1000:0.01,0.008", "--effective-period", "2026-06")
    await console.ok("clock", "advance", "2026-06-20T00:00:00Z")
    path = tmp_path / "usage.csv"
    path.write_text(csv_rows(f"e-1,{PARENT},sms,1500,2026-06-05T10:00:00Z,,"))
    await console.ok("usage", "record", path)
    await console.ok("clock", "advance", "2026-07-01T00:00:00Z")
    await console.ok("closing", "start", "2026-06", "--watch")
    listed = await console.json("charges", "list", "--kind", "usage")
    [record] = listed["records"]
    shown = " ".join((await console.ok("charges", "get", record["charge_id"])).out.split())
    assert "1,500 priced here at graduated: up to 1,000 at 0.01" in shown
    explained = (await console.ok("charges", "explain", record["charge_id"])).out
    assert "1,000 × 0.01 + 500 × 0.008 = 14.00" in " ".join(explained.split())


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("0.01", "--package", "100:0.9"),
        ("--graduated", "1000:0.01,0.008", "--volume", "0.01"),
        ("--graduated", "1000:0.01,"),
        ("--volume", "1000:,0.01"),
        ("--volume", ":0.01"),
        ("--package", "100"),
        ("--package", "100:a"),
    ],
)
async def test_what_makes_no_price_or_two_exits_with_2(command: Command, arguments: tuple[str, ...]) -> None:
    failed = await command("127.0.0.1:1", "prices", "publish", "sms", *arguments, "--effective-period", "2026-06")
    assert failed.exit_code == 2
    assert failed.err
