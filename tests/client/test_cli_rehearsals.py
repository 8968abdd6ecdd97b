"""The command against a real server: a month-end is rehearsed, and a month shown beside the one before."""

from pathlib import Path

from tests.client.test_cli_live import CHILD, PARENT, Console, close_june, console, csv_rows

__all__ = ["console"]


async def record(console: Console, folder: Path, *rows: str) -> None:
    """Record usage from a file."""
    path = folder / "usage.csv"
    path.write_text(csv_rows(*rows))
    await console.ok("usage", "record", path)


async def test_6_4_a_month_end_is_rehearsed_shown_and_refused(console: Console, tmp_path: Path) -> None:
    await console.ok("clock", "advance", "2026-06-20T00:00:00Z")
    await record(console, tmp_path, f"m-1,{CHILD},sms,1000,2026-06-02T10:00:00Z,,")
    ran = await console.ok("--json", "rehearsals", "start", "2026-06", "--watch")
    rehearsal = ran.lines[-1]
    assert (rehearsal["rehearsal_number"], rehearsal["state"]) == (1, "REHEARSAL_STATE_COMPLETE")
    assert [(total["kind"], total["amount"]["units"]) for total in rehearsal["totals"]] == [
        ("CHARGE_KIND_USAGE", "7"),
        ("CHARGE_KIND_SUPPORT_PLAN", "250"),
    ]
    assert await console.json("rehearsals", "get", 1) == rehearsal
    assert (await console.ok("--json", "rehearsals", "watch", 1)).lines == [rehearsal]
    shown = (await console.ok("rehearsals", "get", 1)).out
    assert str(rehearsal["digest"]) in shown
    assert "complete" in shown
    started = await console.json("rehearsals", "start", "2026-06")
    assert started["rehearsal_number"] == 2
    watched = await console.ok("rehearsals", "watch", 2)
    assert "shards done" in watched.out
    shards = rehearsal["shard_count"]
    assert watched.err.splitlines()[-1] == f"rehearsing 2026-06: {shards} of {shards} shards done"
    listed = await console.json("rehearsals", "list", "--period", "2026-06")
    assert [each["rehearsal_number"] for each in listed["rehearsals"]] == [2, 1]
    assert listed["rehearsals"][1] == rehearsal
    assert (await console.json("rehearsals", "list", "--period", "2026-07"))["rehearsals"] == []
    [_, _, line] = (await console.ok("rehearsals", "list")).out.splitlines()
    assert line.split()[:3] == ["1", "2026-06", "complete"]
    assert line.split()[-1] == rehearsal["digest"]
    early = await console.run("rehearsals", "start", "2026-07")
    assert (early.exit_code, "reason: PERIOD_OUT_OF_ORDER" in early.err) == (1, True)
    unknown = await console.run("rehearsals", "get", 99)
    assert (unknown.exit_code, "reason: REHEARSAL_NOT_FOUND" in unknown.err) == (1, True)
    await close_june(console)
    assert (await console.json("closing", "get", "2026-06"))["digest"] == rehearsal["digest"]


async def test_6_3_a_month_is_shown_beside_the_one_before(console: Console, tmp_path: Path) -> None:
    await console.ok("clock", "advance", "2026-06-20T00:00:00Z")
    await record(console, tmp_path, f"m-1,{PARENT},sms,1,2026-06-02T10:00:00Z,1000,USD")
    await close_june(console)
    assert "outliers" not in (await console.ok("closing", "get", "2026-06")).out
    await console.ok("clock", "advance", "2026-07-20T00:00:00Z")
    await record(console, tmp_path, f"m-2,{PARENT},sms,1,2026-07-02T10:00:00Z,4000,USD")
    rehearsed = (await console.ok("rehearsals", "start", "2026-07", "--watch")).out
    await console.ok("clock", "advance", "2026-08-01T00:00:00Z")
    closed = (await console.ok("closing", "start", "2026-07", "--watch")).out
    for shown in (rehearsed, closed):
        before, after = (next(line for line in shown.splitlines() if month in line and "█" in line) for month in MONTHS)
        assert (before.count("█"), after.count("█")) == (10, 40)
        assert ("1,000.00 USD" in before, "4,000.00 USD" in after) == (True, True)
        assert "1 that differ by more than a factor of 3 and 1,000.00 USD" in shown
        [outlier] = [line for line in shown.splitlines() if line.startswith(PARENT)]
        assert outlier.split() == [PARENT, "1,250.00", "USD", "4,250.00", "USD", "3,000.00", "USD"]


MONTHS = ("2026-06", "2026-07")
