"""The command against a real server: voiding and correcting usage, and lists as of a moment."""

from pathlib import Path

from tests.client.test_cli_live import PARENT, Console, close_june, console, csv_rows

__all__ = ["console"]

JUNE = "2026-06"


async def record(console: Console, folder: Path, *rows: str) -> None:
    """Record usage from a file, on 20 June."""
    await console.ok("clock", "advance", "2026-06-20T00:00:00Z")
    path = folder / "usage.csv"
    path.write_text(csv_rows(*rows))
    await console.ok("usage", "record", path)


async def test_4_4_usage_is_voided_and_corrected_by_the_ids_it_was_recorded_with(
    console: Console, tmp_path: Path
) -> None:
    await record(
        console,
        tmp_path,
        f"m-1,{PARENT},sms,1000,2026-06-02T10:00:00Z,,",
        f"m-2,{PARENT},sms,5,2026-06-02T10:00:00Z,,",
        f"m-3,{PARENT},sms,7,2026-06-02T10:00:00Z,12.5,",
    )
    voided = await console.json("usage", "void", PARENT, JUNE, "m-1", "m-2")
    assert (voided["voided_count"], voided["repeated_count"]) == (2, 0)
    assert "0 voided, 1 voided before" in (await console.ok("usage", "void", PARENT, JUNE, "m-2")).out
    corrected = await console.json(
        "usage", "correct", PARENT, JUNE, "m-3", "--quantity", "2.5", "--amount", "3.000000001", "--currency", "USD"
    )
    [usage] = corrected["usage"]
    assert usage["record"]["quantity_micros"] == "7000000"
    [correction] = usage["corrections"]
    assert (correction["quantity_micros"], correction["amount"]["nanos"]) == ("2500000", 1)
    await console.ok("usage", "correct", PARENT, JUNE, "m-3", "--quantity", "2")
    listed = (await console.ok("usage", "list", PARENT, JUNE)).out
    assert "corrected 2 times" in listed
    assert listed.count("voided 2026-06-20") == 2
    rows = (await console.json("usage", "summary", PARENT, JUNE))["rows"]
    assert [(row["record_count"], row["unrated_quantity_micros"]) for row in rows] == [("1", "2000000")]


async def test_4_4_corrections_that_are_refused_name_the_reason_and_the_field(console: Console, tmp_path: Path) -> None:
    await record(console, tmp_path, f"m-1,{PARENT},sms,1,2026-06-02T10:00:00Z,,")
    unknown = await console.run("usage", "void", PARENT, JUNE, "m-1", "m-9")
    assert (unknown.exit_code, "reason: EVENT_NOT_FOUND" in unknown.err) == (1, True)
    assert "event_ids[1]" in unknown.err
    await console.ok("usage", "void", PARENT, JUNE, "m-1")
    voided = await console.run("usage", "correct", PARENT, JUNE, "m-1", "--quantity", 1)
    assert "reason: EVENT_VOIDED" in voided.err
    mistaken = await console.run("usage", "correct", PARENT, JUNE, "m-1", "--quantity", "-1")
    assert (mistaken.exit_code, "must not be negative" in mistaken.err) == (2, True)


async def test_3_9_charges_are_listed_as_of_a_moment(console: Console, tmp_path: Path) -> None:
    await record(console, tmp_path, f"m-1,{PARENT},sms,1000,2026-06-02T10:00:00Z,,")
    await close_june(console)
    everything = await console.json("charges", "list")
    assert len(everything["records"]) == 2
    assert await console.json("charges", "list", "--as-of", "2026-07-01T00:00:00Z") == everything
    before = await console.json("charges", "list", "--as-of", "2026-06-30T23:59:59.999999Z")
    assert before["records"] == []
