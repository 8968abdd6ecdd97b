"""Exact numbers, money, quantities, days and moments: conversions in pairs."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, localcontext

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as Number
from google.type.money_pb2 import Money
from hypothesis import given
from hypothesis import strategies as st

from prorata import (
    date_to_day,
    day_to_date,
    decimal_to_micros,
    decimal_to_money,
    decimal_to_number,
    micros_to_decimal,
    micros_to_moment,
    moment_to_micros,
    moment_to_timestamp,
    money_to_decimal,
    nanos_to_decimal,
    number_to_decimal,
    timestamp_to_moment,
)
from prorata.days import parse_day, parse_period
from prorata.exact import decimal_text, decimal_to_scaled, parse_decimal, scaled_to_decimal
from prorata.moments import moment_text, parse_moment
from prorata.money import decimal_to_nanos, money_text
from prorata.quantity import quantity_text

MONEY = [
    ("0", 0, 0),
    ("1", 1, 0),
    ("-1", -1, 0),
    ("0.000000001", 0, 1),
    ("-0.000000001", 0, -1),
    ("-1.5", -1, -500_000_000),
    ("999999999.999999999", 999_999_999, 999_999_999),
    ("1E+3", 1000, 0),
    ("9223372036854775807.5", 2**63 - 1, 500_000_000),
]


@pytest.mark.parametrize(("text", "units", "nanos"), MONEY)
def test_money_and_decimal_are_a_pair(text: str, units: int, nanos: int) -> None:
    money = Money(currency_code="USD", units=units, nanos=nanos)
    assert decimal_to_money(Decimal(text), "USD") == money
    assert money_to_decimal(money) == Decimal(text)


@pytest.mark.parametrize("text", ["0.0000000001", "1.1234567891", "NaN", "Infinity", "9223372036854775808"])
def test_amounts_that_money_can_not_hold_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (protobuf's own message for numbers out of range)
        decimal_to_money(Decimal(text), "USD")


@given(st.decimals(min_value=-(10**17), max_value=10**17, places=9))
def test_every_amount_of_nine_places_comes_back(amount: Decimal) -> None:
    assert money_to_decimal(decimal_to_money(amount, "USD")) == amount
    assert nanos_to_decimal(decimal_to_nanos(amount)) == amount


@given(st.decimals(min_value=0, max_value=10**12, places=6))
def test_every_quantity_of_six_places_comes_back(quantity: Decimal) -> None:
    assert micros_to_decimal(decimal_to_micros(quantity)) == quantity


@given(st.integers(-(10**60), 10**60), st.integers(0, 12))
def test_scaled_integers_come_back_whatever_the_context_says(scaled: int, places: int) -> None:
    with localcontext(prec=3):
        assert decimal_to_scaled(scaled_to_decimal(scaled, places), places) == scaled


@given(st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=-(10**9), max_value=10**9))
def test_prices_come_back(price: Decimal) -> None:
    assert number_to_decimal(decimal_to_number(price)) == price


def test_a_number_that_is_not_set_is_zero_and_one_that_is_not_finite_refused() -> None:
    assert number_to_decimal(Number()) == 0
    assert decimal_to_number(Decimal("1E+3")).value == "1000"
    with pytest.raises(ValueError, match="not a finite number"):
        decimal_to_number(Decimal("NaN"))


@pytest.mark.parametrize(
    "text",
    ["", " 1", "1 ", "1_000", "1,000", "NaN", "Infinity", "0x10", "\u0661", "1.", ".5", "--1", "1e9999"],
)
def test_text_that_is_not_a_plain_decimal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a decimal number"):
        parse_decimal(text)


@pytest.mark.parametrize(
    ("value", "places", "scaled"),
    [
        ("1.5", 6, 1_500_000),
        ("1.500000000", 6, 1_500_000),
        ("1e3", 6, 10**9),
        ("0e-500", 6, 0),
        ("-2", 0, -2),
    ],
)
def test_numbers_are_scaled_exactly(value: str, places: int, scaled: int) -> None:
    assert decimal_to_scaled(parse_decimal(value), places) == scaled


@pytest.mark.parametrize("value", ["1.0000001", "1e-7", "0.1234567", "1e-900"])
def test_more_places_than_there_are_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="more than 6 decimal places"):
        decimal_to_scaled(Decimal(value), 6)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("1234567.5", 2, "1,234,567.50"),
        ("1.500", 0, "1.5"),
        ("-0.000000001", 2, "-0.000000001"),
        ("10", 0, "10"),
    ],
)
def test_numbers_for_people(value: str, places: int, text: str) -> None:
    assert decimal_text(Decimal(value), places) == text


def test_money_and_quantities_for_people() -> None:
    assert money_text(Money(currency_code="USD", units=1520)) == "1,520.00 USD"
    assert money_text(Money()) == ""
    assert quantity_text("123456789012345678901234500000") == "123,456,789,012,345,678,901,234.5"
    assert quantity_text("") == "0"


@given(st.dates())
def test_every_day_comes_back(day: date) -> None:
    message = day_to_date(day)
    assert date_to_day(message) == day
    assert parse_day(day.isoformat()) == day


def test_a_day_that_is_not_set_is_none() -> None:
    assert day_to_date(None) is None
    assert date_to_day(Date()) is None


@pytest.mark.parametrize("text", ["2026-02-29", "2026-6-1", "20260601", "2026-W01-1", "2026-13-01", "٢٠٢٦-01-01"])
def test_texts_that_are_no_days_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a day|no such day"):
        parse_day(text)


@pytest.mark.parametrize("text", ["2026-00", "2026-13", "2026-1", "202601", ""])
def test_texts_that_are_no_periods_are_refused(text: str) -> None:
    assert parse_period("2026-06") == "2026-06"
    with pytest.raises(ValueError, match="not a period"):
        parse_period(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_moment_comes_back(moment: datetime) -> None:
    assert micros_to_moment(moment_to_micros(moment)) == moment
    assert timestamp_to_moment(moment_to_timestamp(moment)) == moment


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  (hypothesis wants naive bounds)
def test_every_moment_is_read_back_from_its_text(moment: datetime) -> None:
    assert parse_moment(moment.isoformat()) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-06-15T09:30:00Z", datetime(2026, 6, 15, 9, 30, tzinfo=UTC)),
        ("2026-06-15t09:30:00z", datetime(2026, 6, 15, 9, 30, tzinfo=UTC)),
        ("2026-06-15 09:30:00.5+02:00", datetime(2026, 6, 15, 7, 30, 0, 500_000, tzinfo=UTC)),
        ("2026-06-15T09:30:00.123456000-01:30", datetime(2026, 6, 15, 11, 0, 0, 123_456, tzinfo=UTC)),
        ("1969-12-31T23:59:59.999999Z", datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_moments_as_rfc_3339_writes_them(text: str, moment: datetime) -> None:
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-15T09:30:00",
        "2026-06-15",
        "2026-06-15T09:30Z",
        "2026-06-15T09:30:60Z",
        "2026-06-15T24:00:00Z",
        "2026-06-31T09:30:00Z",
        "2026-06-15T09:30:00.1234567Z",
        "2026-06-15T09:30:00+0200",
        "0001-01-01T00:00:00+01:00",
        "yesterday",
    ],
)
def test_texts_that_are_no_moments_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a moment|no such moment|finer than a microsecond"):
        parse_moment(text)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        moment_to_micros(datetime(2026, 6, 15))  # noqa: DTZ001  (what is tested)
    berlin = timezone(timedelta(hours=2))
    assert moment_to_micros(datetime(1970, 1, 1, 2, tzinfo=berlin)) == 0


def test_moments_for_people() -> None:
    assert moment_text(Timestamp()) == ""
    assert moment_text(Timestamp(seconds=1, nanos=500_000_000)) == "1970-01-01 00:00:01.500000Z"
