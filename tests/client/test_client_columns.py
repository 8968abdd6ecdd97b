"""Usage as columns: built with numpy, decoded again."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4, uuid5

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prorata import (
    EVENT_NAMESPACE,
    UNRATED_NANOS,
    Usage,
    UsageArrays,
    arrays_from_columns,
    arrays_from_records,
    columns_from_records,
    event_id_from_text,
)

A, B = "AC" + "a" * 32, "AC" + "b" * 32
USAGE = st.builds(
    Usage,
    event_id=st.uuids(),
    account_sid=st.sampled_from([A, B]),
    product_id=st.sampled_from(["sms", "voice", "fax"]),
    quantity_micros=st.integers(0, 10**18 - 1),
    occur_time_micros=st.integers(-(2**62), 2**62),
    amount_nanos=st.none() | st.integers(0, 10**18 - 1),
)


def decoded(arrays: UsageArrays) -> list[Usage]:
    """The records of arrays, one by one."""
    return [
        Usage(
            UUID(bytes=arrays.event_ids[row].tobytes()),
            arrays.account_sids[int(arrays.account_indexes[row])],
            arrays.product_ids[int(arrays.product_indexes[row])],
            int(arrays.quantities_micros[row]),
            int(arrays.occur_times_micros[row]),
            None if arrays.amounts_nanos[row] == UNRATED_NANOS else int(arrays.amounts_nanos[row]),
        )
        for row in range(len(arrays))
    ]


def test_the_bytes_are_what_the_contract_says() -> None:
    event_id = UUID("00112233-4455-6677-8899-aabbccddeeff")
    usage = Usage(event_id, A, "sms", 2_500_000, 1_000_001, 7)
    columns = columns_from_records([usage, Usage(event_id, B, "sms", 0, -1)])
    assert columns.event_ids == bytes.fromhex("00112233445566778899aabbccddeeff") * 2
    assert columns.account_indexes == b"\0\0\0\0\1\0\0\0"
    assert columns.product_indexes == b"\0" * 8
    assert columns.occur_times_micros == (1_000_001).to_bytes(8, "little") + b"\xff" * 8
    assert columns.quantities_micros == (2_500_000).to_bytes(8, "little") + bytes(8)
    assert columns.amounts_nanos == (7).to_bytes(8, "little") + b"\0" * 7 + b"\x80"
    assert list(columns.account_sids) == [A, B]
    assert list(columns.product_ids) == ["sms"]


@given(st.lists(USAGE, max_size=50))
def test_records_come_back_from_their_columns(records: list[Usage]) -> None:
    assert decoded(arrays_from_columns(columns_from_records(records))) == records


@given(st.lists(USAGE, min_size=1, max_size=30), st.data())
def test_a_slice_carries_only_the_entries_it_uses(records: list[Usage], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(records)))
    stop = data.draw(st.integers(start, len(records)))
    columns = arrays_from_records(records).to_columns(start, stop)
    part = records[start:stop]
    assert decoded(arrays_from_columns(columns)) == part
    assert set(columns.account_sids) == {each.account_sid for each in part}
    assert set(columns.product_ids) == {each.product_id for each in part}


def test_arrays_without_amounts_are_unrated() -> None:
    arrays = UsageArrays.of(
        event_ids=np.frombuffer(uuid4().bytes, dtype=np.uint8),
        account_indexes=[0],
        product_indexes=[0],
        occur_times_micros=[1],
        quantities_micros=[2],
        account_sids=[A],
        product_ids=["sms"],
    )
    assert arrays.amounts_nanos.tolist() == [UNRATED_NANOS]


@pytest.mark.parametrize(
    ("column", "values", "match"),
    [
        ("quantities_micros", [1.5], "integers are wanted"),
        ("quantities_micros", [2**63], "does not fit"),
        ("quantities_micros", [1, 2], "one entry a row"),
        ("account_indexes", [-1], "does not fit"),
        ("account_indexes", [1], "has no entry"),
        ("product_indexes", [9], "has no entry"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(column: str, values: list[float], match: str) -> None:
    columns: dict[str, object] = {
        "event_ids": np.zeros((1, 16), dtype=np.uint8),
        "account_indexes": [0],
        "product_indexes": [0],
        "occur_times_micros": [0],
        "quantities_micros": [0],
    }
    with pytest.raises(ValueError, match=match):
        UsageArrays.of(**{**columns, column: values}, account_sids=[A], product_ids=["sms"])


def test_more_than_50_000_rows_are_refused() -> None:
    usage = Usage(uuid4(), A, "sms", 1, 1)
    with pytest.raises(ValueError, match="at most 50,000 rows"):
        columns_from_records([usage] * 50_001)


def test_a_record_with_a_currency_can_not_be_a_column() -> None:
    with pytest.raises(ValueError, match="store's currency"):
        columns_from_records([Usage(uuid4(), A, "sms", 1, 1, 5, "USD")])


def test_a_record_of_python_numbers_is_exact() -> None:
    usage = Usage.of(
        "call-1",
        A,
        "voice",
        Decimal("0.000001"),
        occur_time=datetime(1970, 1, 1, 0, 0, 1, 1, tzinfo=UTC),
        amount=Decimal("0.000000001"),
    )
    expected = Usage(uuid5(EVENT_NAMESPACE, "call-1"), A, "voice", 1, 1_000_001, 1)
    assert usage == expected


def test_a_row_message_carries_the_same_numbers() -> None:
    usage = Usage(uuid4(), A, "sms", 3, 1_500_000, 2_000_000_001, "EUR")
    message = usage.to_message()
    assert (message.event_id, message.quantity_micros) == (str(usage.event_id), 3)
    assert (message.occur_time.seconds, message.occur_time.nanos) == (1, 500_000_000)
    assert (message.amount.currency_code, message.amount.units, message.amount.nanos) == ("EUR", 2, 1)
    assert not Usage(uuid4(), A, "sms", 3, 0).to_message().HasField("amount")
    with pytest.raises(ValueError, match="currency"):
        Usage(uuid4(), A, "sms", 3, 0, 1).to_message()


@pytest.mark.parametrize("quantity", ["-1", "1000000000000", "0.0000001"])
def test_quantities_out_of_range_are_refused_4_1(quantity: str) -> None:
    with pytest.raises(ValueError, match=r"negative|below|places"):
        Usage.of("x", A, "sms", Decimal(quantity), occur_time=datetime.now(UTC))


def test_event_ids_4_1() -> None:
    text = "6BA7B810-9DAD-11D1-80B4-00C04FD430C8"
    assert event_id_from_text(text) == UUID(text)
    assert event_id_from_text("SM123") == event_id_from_text("SM123") != event_id_from_text("SM124")
    assert event_id_from_text(text.replace("-", "")) == uuid5(EVENT_NAMESPACE, text.replace("-", ""))
    with pytest.raises(ValueError, match="required"):
        event_id_from_text("")
