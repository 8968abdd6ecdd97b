"""Rows of usage read all at once are what they are read one by one."""

from __future__ import annotations

import random
from dataclasses import fields
from uuid import UUID

import numpy as np
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money
from hypothesis import given
from hypothesis import strategies as st

from billing.intake import UsageBatch
from prorata.v1.billing_service_pb2 import RecordUsageRequest
from prorata.v1.usage_pb2 import UsageRecord
from server.usage_record_columns import Unusual, read_records
from server.usage_rows import MANY, batch_from_records, batch_from_requests

INT32 = st.integers(-(2**31), 2**31 - 1)
INT64 = st.integers(-(2**63), 2**63 - 1)
USUAL_IDS = st.uuids().map(str)
USUAL_SIDS = st.integers(0, 5).map(lambda number: f"AC{number:032x}")
USUAL_PRODUCTS = st.sampled_from(["sms", "voice", "a", "x" * 64])
AMOUNTS = st.builds(Money, currency_code=st.sampled_from(["USD", "EUR", "", "US"]), units=INT64, nanos=INT32)
TIMES = st.builds(Timestamp, seconds=INT64, nanos=INT32)
USUAL = st.builds(
    UsageRecord,
    event_id=USUAL_IDS,
    account_sid=USUAL_SIDS,
    product_id=USUAL_PRODUCTS,
    quantity_micros=INT64,
    occur_time=TIMES,
    amount=st.none() | AMOUNTS,
)
ANY = st.builds(
    UsageRecord,
    event_id=USUAL_IDS | st.text(max_size=40),
    account_sid=USUAL_SIDS | st.text(max_size=140),
    product_id=USUAL_PRODUCTS | st.text(max_size=70) | st.sampled_from(["sms\0", "\0", "\n$", "é"]),
    quantity_micros=INT64,
    occur_time=st.none() | TIMES,
    amount=st.none() | AMOUNTS,
)


def requests(some: list[UsageRecord], usual: list[UsageRecord]) -> list[RecordUsageRequest]:
    """Enough records, in some calls, with these among them."""
    records = [*usual * (MANY // len(usual) + 1), *some]
    random.Random(len(records)).shuffle(records)  # noqa: S311
    return [RecordUsageRequest(records=records[start : start + 77]) for start in range(0, len(records), 77)]


def assert_same(batch: UsageBatch, other: UsageBatch) -> None:
    """Row by row; the texts may stand in other orders."""
    for name in (field.name for field in fields(batch)):
        if name not in {"account_sids", "product_ids", "account_index", "product_index"}:
            assert np.array_equal(getattr(batch, name), getattr(other, name)), name
    for texts, index in (("account_sids", "account_index"), ("product_ids", "product_index")):
        ours, theirs = (
            [getattr(each, texts)[place] for place in getattr(each, index).tolist()] for each in (batch, other)
        )
        assert ours == theirs


@given(usual=st.lists(USUAL, min_size=1, max_size=20))
def test_4_1_usual_records_are_read_all_at_once(usual: list[UsageRecord]) -> None:
    sent = requests([], usual)
    records = [record for request in sent for record in request.records]
    read_records(b"".join(request.SerializeToString() for request in sent), "USD")  # does not raise
    assert_same(batch_from_requests(sent, "USD"), batch_from_records(records, "USD"))


@given(usual=st.lists(USUAL, min_size=1, max_size=5), some=st.lists(ANY, max_size=5))
def test_4_1_any_records_are_read_as_they_are_one_by_one(usual: list[UsageRecord], some: list[UsageRecord]) -> None:
    sent = requests(some, usual)
    records = [record for request in sent for record in request.records]
    assert_same(batch_from_requests(sent, "USD"), batch_from_records(records, "USD"))


GOOD = {
    "event_id": str(UUID(int=1)),
    "account_sid": f"AC{1:032x}",
    "product_id": "sms",
    "occur_time": Timestamp(seconds=1),
}


@pytest.mark.parametrize(
    "changed",
    [
        {"event_id": ""},
        {"event_id": "1" * 35},
        {"account_sid": ""},
        {"account_sid": "A" * 33 + "\0"},
        {"product_id": "sms\0"},
        {"product_id": "x" * 65},
        {"product_id": "x" * 200},
        {"product_id": f"\n${UUID(int=2)}"},
        {"occur_time": None},
        {"amount": Money(currency_code="U" * 65)},
    ],
)
def test_4_1_a_record_of_another_form_is_not_read_with_the_others(changed: dict[str, object]) -> None:
    records = [UsageRecord(**GOOD), UsageRecord(**{**GOOD, **changed}), UsageRecord(**GOOD)]  # type: ignore[arg-type]
    with pytest.raises(Unusual):
        read_records(RecordUsageRequest(records=records).SerializeToString(), "USD")


def test_a_record_with_a_field_of_a_later_contract_is_not_read_with_the_others() -> None:
    good = UsageRecord(**GOOD).SerializeToString()  # type: ignore[arg-type]
    later = UsageRecord.FromString(good + b"\xf8\x01\x05")  # field 31, which is kept as it is unknown
    with pytest.raises(Unusual):
        read_records(RecordUsageRequest(records=[later]).SerializeToString(), "USD")
