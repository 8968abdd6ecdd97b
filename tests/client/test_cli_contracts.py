"""The command against a real server: contracts, their members, payers and plans (3.10)."""

from tests.client.test_cli_live import PARENT, Console, console

__all__ = ["console"]

OTHER, THIRD = "AC" + "3" * 32, "AC" + "4" * 32
CONTRACT = "CT" + "1" * 32


def day(month: int, number: int) -> dict[str, int]:
    return {"year": 2026, "month": month, "day": number}


async def created(console: Console) -> dict[str, object]:
    """A contract over two accounts, at its own price."""
    for sid in (OTHER, THIRD):
        await console.ok("accounts", "create", "--sid", sid)
    return await console.json(
        "contracts", "create", "--sid", CONTRACT, "--name", "Owls [all]", "--plan", "business",
        "--member", OTHER, "--member", THIRD, "--payer", OTHER, "--rate", "0.05", "--minimum", "1000.50",
    )  # fmt: skip


async def test_3_10_a_contract_is_made_shown_and_listed(console: Console) -> None:
    contract = await created(console)
    assert contract["own_price"]["usage_based"]["rate"] == {"value": "0.05"}
    assert [row["account_sid"] for row in contract["memberships"]] == [OTHER, THIRD]
    assert await console.json("contracts", "get", CONTRACT) == contract
    shown = (await console.ok("contracts", "get", CONTRACT)).out
    assert "5 % of monthly spend, at least 1,000.50 USD" in shown
    assert "Owls [all]" in shown
    assert (await console.json("contracts", "list"))["contracts"] == [contract]
    assert (await console.json("contracts", "list", "--member", PARENT))["contracts"] == []
    assert CONTRACT in (await console.ok("contracts", "list", "--member", OTHER)).out
    assert (await console.json("plans", "show", THIRD))["owner_sid"] == CONTRACT
    before = await console.run("contracts", "get", CONTRACT, "--as-of", "2026-05-31T23:59:59Z")
    assert "reason: CONTRACT_NOT_FOUND" in before.err


async def test_3_10_members_join_leave_and_pay(console: Console) -> None:
    await created(console)
    joined = await console.json("contracts", "add-member", CONTRACT, PARENT, "--start-day", "2026-06-11")
    assert {"contract_sid": CONTRACT, "account_sid": PARENT, "start_day": day(6, 11)} in joined["memberships"]
    back = await console.json("contracts", "withdraw-membership", CONTRACT, PARENT)
    assert len(back["memberships"]) == 2
    ahead = ("--start-day", "2026-06-11", "--end-day", "2026-07-01")
    assert "2026-07-01" in (await console.ok("contracts", "add-member", CONTRACT, PARENT, *ahead)).out
    refused = await console.run("contracts", "remove-member", CONTRACT, OTHER)
    assert (refused.exit_code, "reason: PAYER_REQUIRED" in refused.err) == (1, True)
    paid = await console.json("contracts", "change-payer", CONTRACT, THIRD, "--start-day", "2026-06-20")
    assert [row["account_sid"] for row in paid["payers"]] == [OTHER, THIRD]
    left = await console.json("contracts", "remove-member", CONTRACT, OTHER, "--end-day", "2026-06-20")
    [gone] = [row for row in left["memberships"] if row["account_sid"] == OTHER]
    assert gone["end_day"] == day(6, 20)


async def test_3_5_the_plan_of_a_contract_is_changed_withdrawn_and_ended(console: Console) -> None:
    await created(console)
    changed = await console.json(
        "contracts", "change-plan", CONTRACT, "business", "--flat", "2000", "--start-day", "2026-06-15"
    )
    assert (changed["change"]["active_day"], changed["change"]["pending"]) == (day(6, 15), True)
    second = await console.run("contracts", "change-plan", CONTRACT, "production", "--start-day", "2026-06-20")
    assert "reason: CHANGE_PENDING" in second.err
    await console.ok(
        "contracts", "change-plan", CONTRACT, "production", "--start-day", "2026-06-20", "--replace-pending"
    )
    withdrawn = await console.json("contracts", "withdraw-plan", CONTRACT)
    assert withdrawn["withdrawn_change"]["plan_id"] == "production"
    ended = await console.json("contracts", "end", CONTRACT, "--end-day", "2026-07-01")
    assert ended["end_day"] == day(7, 1)
    history = await console.json("plans", "history", THIRD)
    assert [(each["owner_sid"], each["plan_id"]) for each in history["subscriptions"]] == [
        (CONTRACT, "business"),
        (THIRD, "developer"),
    ]
    mistaken = await console.run("contracts", "change-plan", CONTRACT, "business", "--rate", "0.05")
    assert (mistaken.exit_code, "give --rate and --minimum, or --flat" in mistaken.err) == (2, True)
    denied = await console.run("--role", "self-service", "contracts", "end", CONTRACT)
    assert "reason: NOT_PERMITTED" in denied.err
