"""The flex commands against a real server in test mode."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from prorata import Client, ProrataError, flex_activity, flex_price
from prorata.moments import parse_moment
from prorata.v1.flex_pb2 import (
    FLEX_ACTIVITY_KIND_LOGIN,
    FLEX_PRICING_MODEL_ACTIVE_USER_HOURS,
    FLEX_PRICING_MODEL_NAMED_USER,
    FLEX_PRICING_MODEL_USER_AND_USAGE,
)
from tests.client.conftest import Command
from tests.client.test_cli_live import Console, Service

PARENT, CHILD = "AC" + "1" * 32, "AC" + "2" * 32


@pytest.fixture
async def flex(command: Command, service: Service) -> Console:
    """On 1 June 2026: an account created with Flex, and a subaccount without."""
    console = Console(command, service)
    await console.ok("clock", "advance", "2026-06-01T00:00:00Z")
    await console.ok("accounts", "create", "--sid", PARENT, "--flex", "named-user")
    await console.ok("accounts", "create", "--sid", CHILD, "--parent", PARENT)
    return console


def event(name: str, sid: str, kind: str, user: str, moment: str, **more: object) -> str:
    """A line of a file."""
    fields = {"event_id": name, "account_sid": sid, "kind": kind, "user_id": user, "occur_time": moment}
    return json.dumps(fields | more)


async def test_instances_are_added_shown_switched_and_withdrawn(flex: Console) -> None:
    """7.1, 7.4 to 7.7."""
    shown = await flex.json("flex", "show", PARENT)
    assert (shown["pricing_model"], shown["created_with_account"]) == ("FLEX_PRICING_MODEL_NAMED_USER", True)
    added = await flex.json("flex", "add", CHILD, "user-and-usage")
    assert (added["pricing_model"], added["created_with_account"]) == ("FLEX_PRICING_MODEL_USER_AND_USAGE", False)
    again = await flex.run("flex", "add", CHILD, "user-and-usage")
    assert (again.exit_code, "reason: FLEX_INSTANCE_EXISTS" in again.err) == (1, True)
    assert "active-user-hours from 2026-07-01" in (await flex.ok("flex", "switch", PARENT, "active-user-hours")).out
    in_july = await flex.json("flex", "show", PARENT, "--day", "2026-07-01")
    assert in_july["pricing_model"] == "FLEX_PRICING_MODEL_ACTIVE_USER_HOURS"
    assert "nothing" in (await flex.ok("flex", "withdraw", PARENT)).out
    refused = await flex.run("flex", "switch", PARENT, "user-and-usage")
    assert "reason: FLEX_MODEL_NOT_ELIGIBLE" in refused.err
    refused = await flex.run("accounts", "create", "--parent", PARENT, "--flex", "named-user")
    assert "reason: SUBACCOUNT_WITH_FLEX" in refused.err
    assert (await flex.run("flex", "add", CHILD, "per-seat")).exit_code == 2


async def test_activity_is_recorded_from_json_lines_voided_and_charged(flex: Console, tmp_path: Path) -> None:
    """7.2, 7.3, 4.1, 4.4: good lines are kept, each other one is told with its line."""
    await flex.ok("flex", "add", CHILD, "user-and-usage")
    await flex.ok("clock", "advance", "2026-06-20T00:00:00Z")
    path = tmp_path / "activity.jsonl"
    lines = [
        event("e-1", PARENT, "user-provisioned", "anna", "2026-06-02T10:00:00Z"),
        event("e-2", CHILD, "login", "bert", "2026-06-02T10:00:00Z"),
        event("e-3", CHILD, "login", "carl", "2026-06-02T10:00:00+02:00", session_id=None),
        "",
        event("e-4", CHILD, "session-started", "carl", "2026-06-02T10:00:00Z", session_id="s-1"),
        event("e-5", CHILD, "login", "dora", "2026-07-02T10:00:00Z"),
        event("e-2", CHILD, "login", "emil", "2026-06-02T10:00:00Z"),
        event("e-6", CHILD, "logout", "dora", "yesterday", color="red"),
        "{",
        event("e-7", CHILD, "login", "", "2026-06-02T10:00:00Z"),
    ]
    path.write_text("\n".join(lines))
    first = await flex.run("--json", "flex", "record", path)
    assert first.exit_code == 1
    assert (first.document["new_count"], first.document["repeated_count"]) == (4, 0)
    assert [(each["origin"], each["reason"], each["field"]) for each in first.document["refused"]] == [
        (f"{path}:6", "MOMENT_IN_FUTURE", "occur_time"),
        (f"{path}:7", "EVENT_CONFLICT", "event_id"),
    ]
    assert [(each["origin"], each["field"]) for each in first.document["malformed"]] == [
        (f"{path}:8", "color"),
        (f"{path}:8", "kind"),
        (f"{path}:8", "occur_time"),
        (f"{path}:9", ""),
        (f"{path}:10", "user_id"),
    ]
    path.write_text("\n".join(lines[:5]))
    again = await flex.json("flex", "record", path)
    assert (again["new_count"], again["repeated_count"], again["refused"]) == (0, 4, [])
    assert "1 voided, 0 voided before" in (await flex.ok("flex", "void", CHILD, "2026-06", "e-3")).out
    assert (await flex.run("flex", "void", CHILD, "2026-06", "e-9")).exit_code == 1
    missing = await flex.run("flex", "record", tmp_path / "nothing.jsonl")
    assert (missing.exit_code, "No such file" in missing.err) == (1, True)
    await flex.ok("clock", "advance", "2026-07-01T00:00:00Z")
    await flex.ok("closing", "start", "2026-06", "--watch")
    listed = await flex.json("charges", "list", "--kind", "flex")
    amounts = {each["account_sid"]: each["amount"]["units"] for each in listed["records"]}
    assert amounts == {PARENT: "150", CHILD: "35"}
    shown = await flex.ok("charges", "get", listed["records"][0]["charge_id"])
    assert "named-user: 1 at 150.00 USD" in shown.out


async def test_prices_are_published_and_listed(flex: Console) -> None:
    """7.2, 7.3."""
    await flex.ok("products", "put", "minutes", "--name", "Minutes", "--unit", "minute")
    arguments = ("--effective-period", "2026-07", "--quota", "minutes=1000.5")
    published = await flex.json("flex", "publish", "named-user", "149.5", *arguments)
    [price] = published["flex_prices"]
    assert price["quotas"] == [{"product_id": "minutes", "quantity_micros": "1000500000"}]
    listed = (await flex.ok("flex", "prices")).out
    assert "the beginning" in listed
    assert "1,000.5 minutes" in listed
    refused = await flex.run("flex", "publish", "user-and-usage", "30", *arguments)
    assert "flex_prices[0].quotas" in refused.err
    mistaken = await flex.run("flex", "publish", "named-user", "30", "--effective-period", "2026-07", "--quota", "x")
    assert mistaken.exit_code == 2


async def test_the_client_calls_every_rpc_of_flex(service: Service) -> None:
    """7.1 to 7.7: typed methods, one an RPC."""
    async with Client(service.address) as client:
        await client.plans.create_account(PARENT, flex_pricing_model=FLEX_PRICING_MODEL_NAMED_USER)
        await client.plans.create_account(CHILD, parent_account_sid=PARENT)
        added = await client.plans.add_flex_instance(CHILD, FLEX_PRICING_MODEL_USER_AND_USAGE)
        assert await client.plans.get_flex_instance(CHILD) == added
        switched = await client.plans.change_flex_pricing(PARENT, FLEX_PRICING_MODEL_ACTIVE_USER_HOURS)
        assert switched.pending_model == FLEX_PRICING_MODEL_ACTIVE_USER_HOURS
        assert not (await client.plans.withdraw_flex_pricing_change(PARENT)).pending_model
        moment = parse_moment("2026-06-01T00:00:00Z")
        login = flex_activity("e-1", CHILD, "anna", FLEX_ACTIVITY_KIND_LOGIN, occur_time=moment)
        assert (await client.billing.record_flex_activity([login])).new_count == 1
        voided = await client.billing.void_flex_activity(CHILD, "2026-06", [login.event_id])
        assert voided.voided_count == 1
        price = flex_price(FLEX_PRICING_MODEL_NAMED_USER, "2026-07", Decimal(140))
        assert await client.billing.publish_flex_prices([price]) == [price]
        assert price in await client.billing.list_flex_prices()
        with pytest.raises(ProrataError, match="NO_FLEX_CHANGE"):
            await client.plans.withdraw_flex_pricing_change(PARENT)
