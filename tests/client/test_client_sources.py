"""Files of usage: CSV, JSON lines and Twilio's pages."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prorata.moments import micros_to_moment
from prorata.sources import (
    CsvSource,
    JsonLinesSource,
    Malformed,
    Row,
    SourceError,
    TwilioSource,
    missing_pages,
    overlapping_categories,
    read_mapping,
)
from prorata.usage import EVENT_NAMESPACE, Usage

A = "AC" + "a" * 32
EVENT = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
HEADER = "event_id,account_sid,product_id,quantity,occur_time,amount,currency"
GOOD = f"{EVENT},{A},sms,1.5,2026-06-15T09:30:00Z,,"
GOOD_USAGE = Usage(UUID(EVENT), A, "sms", 1_500_000, 1_781_515_800_000_000)
Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


def faults(row: Row | Malformed) -> list[str]:
    assert isinstance(row, Malformed)
    return [each.path for each in row.violations]


def test_csv_is_read_with_columns_in_any_order(write: Write) -> None:
    path = write(
        "usage.csv",
        f"quantity,occur_time,product_id,account_sid,event_id\n1.5,2026-06-15T09:30:00Z,sms,{A},{EVENT}\n",
    )
    assert list(CsvSource(path).rows()) == [Row(2, GOOD_USAGE)]


def test_csv_with_amounts_a_byte_order_mark_blank_lines_and_quotes(write: Write) -> None:
    second = f'"order ""7""",{A},sms,2,2026-06-15T11:30:00+02:00,0.000000001,EUR'
    text = f"\ufeff{HEADER}\r\n{GOOD}\r\n\r\n{second}\r\n"
    rows = list(CsvSource(write("usage.csv", text)).rows())
    assert rows[0] == Row(2, GOOD_USAGE)
    assert rows[1] == Row(
        4, Usage(uuid5(EVENT_NAMESPACE, 'order "7"'), A, "sms", 2_000_000, 1_781_515_800_000_000, 1, "EUR")
    )


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (GOOD.replace(EVENT, ""), ["event_id"]),
        (GOOD.replace(EVENT, f" {EVENT}"), ["event_id"]),
        (GOOD.replace(A, "ACx"), ["account_sid"]),
        (GOOD.replace("sms", "SMS"), ["product_id"]),
        (GOOD.replace("1.5", "-1"), ["quantity"]),
        (GOOD.replace("1.5", "1,5"), [""]),
        (GOOD.replace("1.5", "0.1234567"), ["quantity"]),
        (GOOD.replace("1.5", "1e12"), ["quantity"]),
        (GOOD.replace("1.5", "NaN"), ["quantity"]),
        (GOOD.replace("00Z", "00"), ["occur_time"]),
        (GOOD[:-1] + "-1,", ["amount"]),
        (GOOD[:-1] + "0.0000000001,", ["amount"]),
        (GOOD[:-1] + "1,usd", ["currency"]),
        (GOOD.replace("1.5", "x").replace("sms", "S"), ["product_id", "quantity"]),
        (GOOD + ",", [""]),
        (EVENT, [""]),
        ('"a"b' + GOOD, [""]),
    ],
)
def test_malformed_lines_are_named_and_the_good_ones_kept(write: Write, line: str, fields: list[str]) -> None:
    rows = list(CsvSource(write("usage.csv", f"{HEADER}\n{GOOD}\n{line}\n{GOOD}\n")).rows())
    assert [row.position for row in rows] == [2, 3, 4]
    assert sorted(faults(rows[1])) == fields
    assert rows[2] == Row(4, GOOD_USAGE)


def test_bytes_that_are_not_utf_8_are_a_fault_of_their_field(tmp_path: Path) -> None:
    path = tmp_path / "usage.csv"
    path.write_bytes(f"{HEADER}\n{GOOD.replace(EVENT, 'caf?')}\n{GOOD}\n".encode().replace(b"?", b"\xe9"))
    rows = list(CsvSource(path).rows())
    assert faults(rows[0]) == ["event_id"]
    assert rows[1] == Row(3, GOOD_USAGE)


def test_a_quote_that_is_never_closed_is_reported_with_its_line(write: Write) -> None:
    rows = list(CsvSource(write("usage.csv", f'{HEADER}\n{GOOD}\n"{GOOD}\n{GOOD}\n')).rows())
    assert rows[0] == Row(2, GOOD_USAGE)
    assert rows[1].position == 3
    assert faults(rows[1]) == [""]


@pytest.mark.parametrize("header", ["", "event_id", HEADER + ",colour", HEADER + ",amount", HEADER.upper()])
def test_a_header_that_does_not_fit_fails_the_file(write: Write, header: str) -> None:
    with pytest.raises(SourceError, match="the header has event_id"):
        list(CsvSource(write("usage.csv", f"{header}\n{GOOD}\n")).rows())


def test_a_file_that_is_not_there_fails(tmp_path: Path) -> None:
    for source in (
        CsvSource(tmp_path / "no"),
        JsonLinesSource(tmp_path / "no"),
        TwilioSource(tmp_path / "no", {}),
    ):
        with pytest.raises(SourceError, match="No such file"):
            list(source.rows())


def record(**changed: object) -> str:
    fields = {
        "event_id": EVENT,
        "account_sid": A,
        "product_id": "sms",
        "quantity": "1.5",
        "occur_time": "2026-06-15T09:30:00Z",
    }
    return json.dumps({name: value for name, value in {**fields, **changed}.items() if value != "absent"})


@pytest.mark.parametrize(
    "text", [record(), record(quantity=1.5), record(amount=None, currency=None), record(quantity="15e-1")]
)
def test_json_lines_take_numbers_and_texts(write: Write, text: str) -> None:
    path = write("usage.jsonl", f"\n{text}\n")
    assert list(JsonLinesSource(path).rows()) == [Row(2, GOOD_USAGE)]


def test_json_numbers_are_exact(write: Write) -> None:
    text = record(quantity=0).replace('"quantity": 0', '"quantity": 123456789012.123456, "amount": 0.123456789')
    (row,) = JsonLinesSource(write("usage.jsonl", text)).rows()
    assert isinstance(row, Row)
    assert (row.usage.quantity_micros, row.usage.amount_nanos) == (123456789012123456, 123456789)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("{", [""]),
        ("[]", [""]),
        ('{"quantity": NaN}', [""]),
        ('{"quantity": 1, "quantity": 2}', [""]),
        (record(colour="red"), ["colour"]),
        (record(quantity=True), ["quantity"]),
        (record(amount={"units": 1}), ["amount"]),
        (record(event_id="absent"), ["event_id"]),
        (record(occur_time=1_781_515_800), ["occur_time"]),
        (record(quantity=1e300), ["quantity"]),
    ],
)
def test_malformed_json_lines_are_named_and_the_good_ones_kept(write: Write, text: str, fields: list[str]) -> None:
    rows = list(JsonLinesSource(write("usage.jsonl", f"{record()}\n{text}\n{record()}\n")).rows())
    assert [row.position for row in rows] == [1, 2, 3]
    assert faults(rows[1]) == fields


@given(
    quantity=st.decimals(0, 10**11, places=6),
    amount=st.none() | st.decimals(0, 10**8, places=9),
    event_id=st.text(min_size=1).filter(lambda text: text == text.strip() and "\0" not in text),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the file is written anew each time
def test_what_is_written_as_csv_and_json_reads_the_same(
    write: Write, quantity: Decimal, amount: Decimal | None, event_id: str
) -> None:
    fields = {
        "quantity": f"{quantity:f}",
        "amount": "" if amount is None else f"{amount:f}",
        "event_id": event_id,
    }
    values = {**json.loads(record()), **fields}
    cells = ",".join('"' + values[name].replace('"', '""') + '"' for name in values)
    from_csv = list(CsvSource(write("a.csv", f"{','.join(values)}\n{cells}\n")).rows())
    from_json = list(JsonLinesSource(write("a.jsonl", json.dumps(values))).rows())
    assert isinstance(from_csv[0], Row)
    assert [row.usage for row in from_csv] == [row.usage for row in from_json]


# Twilio

MAPPING = {"calls-inbound": "voice-inbound", "sms": "sms"}


def usage_record(**changed: object) -> dict[str, object]:
    """A record as the API returns it."""
    return {
        "account_sid": A,
        "api_version": "2010-04-01",
        "as_of": "2026-06-20T01:07:35+00:00",
        "category": "calls-inbound",
        "count": "17",
        "count_unit": "calls",
        "description": "Voice Inbound",
        "end_date": "2026-06-15",
        "price": "0.1445",
        "price_unit": "usd",
        "start_date": "2026-06-15",
        "subresource_uris": {"daily": f"/2010-04-01/Accounts/{A}/Usage/Records/Daily.json?Category=calls-inbound"},
        "uri": f"/2010-04-01/Accounts/{A}/Usage/Records/Daily.json?Category=calls-inbound",
        "usage": "21",
        "usage_unit": "minutes",
        **changed,
    }


def page(*records: object, number: int = 0, more: bool = False) -> dict[str, object]:
    """A page as the API returns it."""
    base = f"/2010-04-01/Accounts/{A}/Usage/Records/Daily.json?PageSize=50&Page="
    return {
        "end": len(records) - 1,
        "first_page_uri": f"{base}0",
        "next_page_uri": f"{base}{number + 1}&PageToken=PA{number}" if more else None,
        "page": number,
        "page_size": 50,
        "previous_page_uri": None,
        "start": 0,
        "uri": f"{base}{number}",
        "usage_records": list(records),
    }


def only(source: TwilioSource) -> Usage:
    (row,) = source.rows()
    assert isinstance(row, Row), row
    return row.usage


def test_a_twilio_record_becomes_usage(write: Write) -> None:
    source = TwilioSource(write("page.json", json.dumps(page(usage_record()))), MAPPING)
    usage = only(source)
    assert (usage.account_sid, usage.product_id, usage.quantity_micros) == (A, "voice-inbound", 21_000_000)
    assert (usage.amount_nanos, usage.currency_code) == (144_500_000, "USD")
    assert micros_to_moment(usage.occur_time_micros).isoformat() == "2026-06-15T12:00:00+00:00"
    assert usage.event_id.version == 5
    assert source.describe(0).endswith(f"page 1 record 1: {A} calls-inbound 2026-06-15 to 2026-06-15")


def test_the_event_id_depends_on_account_category_and_dates_only(write: Write) -> None:
    def event_id(**changed: object) -> UUID:
        return only(TwilioSource(write("page.json", json.dumps(page(usage_record(**changed)))), MAPPING)).event_id

    assert event_id() == event_id(usage="99", price="1", as_of=None)
    others = [
        event_id(category="sms"),
        event_id(account_sid="AC" + "b" * 32),
        event_id(end_date="2026-06-16"),
    ]
    assert len({event_id(), *others}) == 4


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([page(usage_record()), page(usage_record(category="sms"), number=1)]),
        "\n".join(json.dumps(each) for each in (page(usage_record()), page(usage_record(category="sms"), number=1))),
        json.dumps([page(usage_record()), page(usage_record(category="sms"), number=1)], indent=2),
    ],
)
def test_several_pages_in_a_file(write: Write, text: str) -> None:
    source = TwilioSource(write("pages.json", text), MAPPING)
    assert [row.usage.product_id for row in source.rows() if isinstance(row, Row)] == ["voice-inbound", "sms"]
    assert source.expected_count() == 2
    assert "page 2 record 1" in source.describe(1)


def test_only_mapped_categories_are_taken_and_the_others_counted(write: Write) -> None:
    records = [usage_record(category=category) for category in ("calls", "calls-inbound", "calls", "totalprice")]
    source = TwilioSource(write("page.json", json.dumps(page(*records))), MAPPING)
    assert [row.position for row in source.rows()] == [0]
    assert source.unmapped == {"calls": 2, "totalprice": 1}


def test_a_null_price_is_unrated(write: Write) -> None:
    usage = only(TwilioSource(write("page.json", json.dumps(page(usage_record(price=None, price_unit=None)))), MAPPING))
    assert (usage.amount_nanos, usage.currency_code) == (None, "")


@pytest.mark.parametrize(
    ("changed", "field", "match"),
    [
        ({"price": "-0.5"}, "price", "negative"),
        ({"price": "free"}, "price", "not a decimal"),
        ({"price_unit": None}, "price_unit", "required"),
        ({"usage": None}, "usage", "required"),
        ({"usage": "1.0000001"}, "usage", "places"),
        ({"end_date": "2026-07-01"}, "end_date", "another month"),
        ({"end_date": "2026-06-14"}, "end_date", "before start_date"),
        ({"start_date": "15 June 2026"}, "start_date", "not a day"),
        ({"account_sid": "AC" + "A" * 32}, "account_sid", "lowercase"),
        ({"category": None}, "category", "required"),
        ({"usage": ["21"]}, "usage", "neither text nor a number"),
    ],
)
def test_twilio_records_that_can_not_be_imported_say_why(
    write: Write, changed: dict[str, object], field: str, match: str
) -> None:
    source = TwilioSource(write("page.json", json.dumps(page(usage_record(**changed), usage_record()))), MAPPING)
    bad, good = source.rows()
    assert isinstance(bad, Malformed)
    assert [each.path for each in bad.violations if match in each.description] == [field]
    assert isinstance(good, Row)


def test_a_month_of_usage_counts_on_its_first_day(write: Write) -> None:
    changed = {"start_date": "2026-06-01", "end_date": "2026-06-30"}
    usage = only(TwilioSource(write("page.json", json.dumps(page(usage_record(**changed)))), MAPPING))
    assert micros_to_moment(usage.occur_time_micros).isoformat() == "2026-06-01T12:00:00+00:00"


def test_records_fetched_before_their_last_day_was_over_are_counted(write: Write) -> None:
    records = [
        usage_record(as_of="2026-06-15T23:59:59+00:00"),
        usage_record(as_of="2026-06-16T00:00:01+00:00"),
    ]
    source = TwilioSource(write("page.json", json.dumps(page(*records))), MAPPING)
    assert len(list(source.rows())) == 2
    assert source.unfinished_count == 1


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("nothing", "not pages in JSON"),
        ('{"code": 20003, "message": "Authenticate", "status": 401}', "no usage_records: Authenticate"),
        ("[[]]", "no usage_records"),
        ("3", "no usage_records"),
    ],
)
def test_what_is_not_a_page_fails_the_file(write: Write, text: str, match: str) -> None:
    with pytest.raises(SourceError, match=match):
        list(TwilioSource(write("page.json", text), MAPPING).rows())


def test_pages_that_are_missing_are_named(write: Write) -> None:
    first = TwilioSource(write("1.json", json.dumps(page(usage_record(), more=True))), MAPPING)
    second = TwilioSource(write("2.json", json.dumps(page(usage_record(), number=1))), MAPPING)
    assert missing_pages([first, second]) == []
    (uri,) = missing_pages([first])
    assert "Page=1" in uri


@pytest.mark.parametrize("text", ["[]", "{}", '{"sms": 3.5}', '{"sms": "SMS"}', '{"sms": null}', "sms"])
def test_a_mapping_that_is_none_is_refused(write: Write, text: str) -> None:
    with pytest.raises(SourceError):
        read_mapping(write("mapping.json", text))


def test_mapped_categories_that_contain_one_another_are_told() -> None:
    assert overlapping_categories({"calls": "a", "calls-inbound": "b", "sms": "c"}) == [("calls", "calls-inbound")]
    assert overlapping_categories(MAPPING) == []
    assert overlapping_categories({"totalprice": "a", "sms": "b"}) == [("totalprice", "sms")]
