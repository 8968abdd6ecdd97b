"""What of a batch is accepted, as a table (4.1, 4.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from billing.errors import Reason
from billing.intake import (
    NEVER,
    KnownAccounts,
    KnownProducts,
    check,
    reach,
    to_micros,
    unknown_account,
    unknown_product,
)
from billing.period import Period, start_of
from billing.refusals import Refusal
from tests.usage.world import NOW, Record, batch_of, sid

BERLIN = ZoneInfo("Europe/Berlin")
UTC_ZONE = ZoneInfo("UTC")
GOOD = Record(1)
MINUTES = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)
UNKNOWN_SID = sid(404)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def refusal_of(
    record: Record,
    zone: ZoneInfo = UTC_ZONE,
    days: tuple[date, date | None] = (date(2020, 1, 1), None),
    priced_from: date | None = date(2020, 1, 1),
    now: datetime = NOW,
) -> Refusal:
    """Check one record: of an account with these days, of a product priced from this month on."""
    account_known, product_known = record.account_sid == sid(1), record.product_id == "sms"
    accounts = KnownAccounts(
        np.array([Refusal.NONE if account_known else unknown_account(record.account_sid), Refusal.ACCOUNT_INDEX], "u1"),
        np.array([1, 0]),
        np.array([1, 0]),
        np.array([to_micros(start_of(days[0], zone)), 0]),
        np.array([NEVER if days[1] is None else to_micros(start_of(days[1], zone)), 0]),
    )
    products = KnownProducts(
        np.array([Refusal.NONE if product_known else unknown_product(record.product_id), Refusal.PRODUCT_INDEX], "u1"),
        np.array([1, 0]),
        np.array([NEVER if priced_from is None else to_micros(start_of(priced_from, zone)), NEVER]),
    )
    return Refusal(check(batch_of([record]), accounts, products, reach(now, zone)).refusal[0])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Refusal.NONE),
        ({"quantity": 0}, Refusal.NONE),
        ({"quantity": -1}, Refusal.QUANTITY_NEGATIVE),
        ({"quantity": -(2**63)}, Refusal.QUANTITY_NEGATIVE),
        ({"quantity": 10**18 - 1}, Refusal.NONE),
        ({"quantity": 10**18}, Refusal.QUANTITY_TOO_LARGE),
        ({"amount": 0}, Refusal.NONE),
        ({"amount": -1}, Refusal.AMOUNT_NEGATIVE),
        ({"amount": 1 - 2**63}, Refusal.AMOUNT_NEGATIVE),
        ({"amount": 10**18 - 1}, Refusal.NONE),
        ({"amount": 10**18}, Refusal.AMOUNT_TOO_LARGE),
    ],
)
def test_4_1_quantity_and_amount_are_not_negative_and_bounded(changes: dict[str, int], expected: Refusal) -> None:
    assert refusal_of(GOOD.but(**changes)) is expected


@pytest.mark.parametrize("text", ["", "AC", sid(10).upper(), sid(1) + "0", "AC" + "g" * 32, "CT" + "0" * 32, "AC\0"])
def test_4_3_a_malformed_account_sid_is_refused(text: str) -> None:
    assert refusal_of(GOOD.but(account_sid=text)) is Refusal.ACCOUNT_MALFORMED


@pytest.mark.parametrize("text", ["", "SMS", "a" * 65, "a b", "a\n"])
def test_4_3_a_malformed_product_id_is_refused(text: str) -> None:
    assert refusal_of(GOOD.but(product_id=text)) is Refusal.PRODUCT_MALFORMED


def test_4_3_an_unknown_account_or_product_is_refused() -> None:
    assert refusal_of(GOOD.but(account_sid=UNKNOWN_SID)) is Refusal.ACCOUNT_NOT_FOUND
    assert refusal_of(GOOD.but(product_id="fax")) is Refusal.PRODUCT_NOT_FOUND


@pytest.mark.parametrize(
    ("after_now", "expected"),
    [
        (5 * MINUTES, Refusal.NONE),
        (5 * MINUTES + MICROSECOND, Refusal.MOMENT_IN_FUTURE),
        (timedelta(days=100_000), Refusal.MOMENT_IN_FUTURE),
    ],
)
def test_4_3_moment_over_five_minutes_ahead_is_refused(after_now: timedelta, expected: Refusal) -> None:
    assert refusal_of(GOOD.but(moment=NOW + after_now)) is expected


@pytest.mark.parametrize(
    ("zone", "text", "expected"),
    [
        (UTC_ZONE, "2025-07-01T00:00:00", Refusal.NONE),
        (UTC_ZONE, "2025-06-30T23:59:59.999999", Refusal.MOMENT_TOO_OLD),
        (BERLIN, "2025-06-30T22:00:00", Refusal.NONE),
        (BERLIN, "2025-06-30T21:59:59.999999", Refusal.MOMENT_TOO_OLD),
        (UTC_ZONE, "1950-01-01T00:00:00", Refusal.MOMENT_TOO_OLD),
    ],
)
def test_4_3_moment_before_the_12th_period_before_the_current_is_refused(
    zone: ZoneInfo, text: str, expected: Refusal
) -> None:
    assert refusal_of(GOOD.but(moment=moment(text)), zone, (date(1900, 1, 1), None), date(1900, 1, 1)) is expected


@pytest.mark.parametrize(
    ("zone", "text", "expected"),
    [
        (UTC_ZONE, "2026-07-02T23:59:59.999999", Refusal.MOMENT_OUTSIDE_ACCOUNT),
        (UTC_ZONE, "2026-07-03T00:00:00", Refusal.NONE),
        (UTC_ZONE, "2026-07-12T23:59:59.999999", Refusal.NONE),
        (UTC_ZONE, "2026-07-13T00:00:00", Refusal.MOMENT_OUTSIDE_ACCOUNT),
        (BERLIN, "2026-07-02T22:00:00", Refusal.NONE),
        (BERLIN, "2026-07-12T22:00:00", Refusal.MOMENT_OUTSIDE_ACCOUNT),
    ],
)
def test_4_3_moment_outside_the_days_of_the_account_is_refused(zone: ZoneInfo, text: str, expected: Refusal) -> None:
    days = date(2026, 7, 3), date(2026, 7, 13)
    assert refusal_of(GOOD.but(moment=moment(text)), zone, days) is expected


@pytest.mark.parametrize(
    ("text", "amount", "priced_from", "expected"),
    [
        ("2026-07-01T00:00:00", None, date(2026, 7, 1), Refusal.NONE),
        ("2026-06-30T23:59:59", None, date(2026, 7, 1), Refusal.PRICE_NOT_FOUND),
        ("2026-06-30T23:59:59", 5, date(2026, 7, 1), Refusal.NONE),
        ("2026-07-01T00:00:00", None, None, Refusal.PRICE_NOT_FOUND),
        ("2026-07-01T00:00:00", 0, None, Refusal.NONE),
    ],
)
def test_4_3_unrated_usage_without_a_price_in_its_period_is_refused(
    text: str, amount: int | None, priced_from: date | None, expected: Refusal
) -> None:
    assert refusal_of(GOOD.but(moment=moment(text), amount=amount), priced_from=priced_from) is expected


def test_4_3_the_first_reason_in_precedence_is_named() -> None:
    """A record with everything wrong; one fault after the other is mended."""
    record = GOOD.but(quantity=-1, account_sid=UNKNOWN_SID, product_id="fax", moment=NOW + timedelta(days=1))
    named = [refusal_of(record, priced_from=None)]
    for mended in ({"quantity": 1}, {"account_sid": sid(1)}, {"product_id": "sms"}, {"moment": moment("2020-01-01")}):
        record = replace(record, **mended)
        named.append(refusal_of(record, priced_from=None, days=(date(2026, 7, 14), None)))
    named += [
        refusal_of(record.but(moment=moment(text)), priced_from=None, days=(date(2026, 7, 14), None))
        for text in ("2026-07-01", "2026-07-14")
    ]
    assert [refusal.reason for refusal in named] == [
        Reason.INVALID_FIELD,
        Reason.ACCOUNT_NOT_FOUND,
        Reason.PRODUCT_NOT_FOUND,
        Reason.MOMENT_IN_FUTURE,
        Reason.MOMENT_TOO_OLD,
        Reason.MOMENT_OUTSIDE_ACCOUNT,
        Reason.PRICE_NOT_FOUND,
    ]


def test_4_3_indexes_outside_the_dictionaries_are_refused() -> None:
    batch = batch_of([Record(1), Record(2), Record(3)])
    outside = replace(
        batch,
        account_index=np.array([1, 0, 2**32 - 1], dtype=np.uint32),
        product_index=np.array([0, 1, 2**32 - 1], dtype=np.uint32),
    )
    zeros, never = np.zeros(2, dtype=np.int64), np.full(2, NEVER)
    accounts = KnownAccounts(np.array([0, Refusal.ACCOUNT_INDEX], "u1"), zeros, zeros, zeros, never)
    products = KnownProducts(np.array([0, Refusal.PRODUCT_INDEX], "u1"), zeros, zeros)
    found = check(outside, accounts, products, reach(NOW, UTC_ZONE)).refusal
    assert found.tolist() == [Refusal.ACCOUNT_INDEX, Refusal.PRODUCT_INDEX, Refusal.ACCOUNT_INDEX]
    assert [Refusal(code).reason for code in found] == [Reason.INVALID_FIELD] * 3


@pytest.mark.parametrize(
    ("zone", "text", "period"),
    [
        (UTC_ZONE, "2026-06-30T23:59:59.999999", Period(2026, 6)),
        (UTC_ZONE, "2026-07-01T00:00:00", Period(2026, 7)),
        (BERLIN, "2026-06-30T21:59:59.999999", Period(2026, 6)),
        (BERLIN, "2026-06-30T22:30:00", Period(2026, 7)),
        (UTC_ZONE, "2026-08-01T00:04:00", Period(2026, 8)),
    ],
)
def test_4_2_the_period_is_that_of_the_moment_in_the_billing_zone(zone: ZoneInfo, text: str, period: Period) -> None:
    moments = reach(max(NOW, moment(text)), zone)
    place = int(np.searchsorted(moments.starts, to_micros(moment(text)), side="right")) - 1
    assert moments.periods[place] == period


def test_4_3_the_next_period_is_reached_in_the_last_minutes_of_the_current() -> None:
    now = moment("2026-07-31T23:58:00")
    assert refusal_of(GOOD.but(moment=moment("2026-08-01T00:02:00")), now=now) is Refusal.NONE


def test_every_refusal_has_a_reason_a_field_and_words() -> None:
    for refusal in Refusal:
        if refusal is not Refusal.NONE:
            assert refusal.reason
            assert refusal.field
            assert refusal.message("AC0", "sms")
