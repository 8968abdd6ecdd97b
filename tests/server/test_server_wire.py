"""Messages written by columns are, to the byte, what the messages themselves serialize to."""

from __future__ import annotations

import numpy as np
import pytest
from google.type.money_pb2 import Money
from hypothesis import given
from hypothesis import strategies as st

from billing.messages import wire
from prorata.v1 import billing_service_pb2 as pb
from prorata.v1.charge_pb2 import ChargeLine, ChargePart, ChargeRecord, UsageInputs

INT64 = st.integers(-(2**63), 2**63 - 1)
INT32 = st.integers(-(2**31), 2**31 - 1)
EDGES = [0, 1, 9, 10, 127, 128, 2**14, 10**9, 10**17, 10**18 - 1, 10**18, 2**63 - 1]


def serialized(messages: list[wire.Pieces | object]) -> list[bytes]:
    return [message.SerializeToString() for message in messages]  # type: ignore[attr-defined]


def characters(texts: list[str], width: int) -> np.ndarray:
    return np.frombuffer("".join(text.ljust(width) for text in texts).encode(), dtype=np.uint8).reshape(-1, width)


@given(st.lists(st.tuples(INT64, INT32, st.sampled_from(["", "a", "ab", "abc" * 20])), min_size=1, max_size=8))
def test_fields_of_every_length(rows: list[tuple[int, int, str]]) -> None:
    units, nanos, sids = zip(*rows, strict=True)
    money = [
        wire.constant(Money(currency_code="USD").SerializeToString()),
        wire.integer(2, np.array(units)),
        wire.integer(3, np.array(nanos)),
    ]
    account = wire.text(1, characters(list(sids), 60), np.array([len(sid) for sid in sids]))
    written = wire.written([account, *wire.message(2, money), *wire.message(4, money)], len(rows))
    amounts = [Money(currency_code="USD", units=whole, nanos=rest) for whole, rest, _ in rows]
    assert written.each() == serialized(
        [ChargePart(account_sid=sid, amount=amount, due=amount) for amount, sid in zip(amounts, sids, strict=True)]
    )


@pytest.mark.parametrize("values", [EDGES, [-value for value in EDGES], [0], [7, -7], []])
def test_decimal_digits(values: list[int]) -> None:
    content, length = wire.decimal_digits(np.array(values, dtype=np.int64))
    assert [bytes(row[:size]).decode() for row, size in zip(content, length, strict=True)] == list(map(str, values))


@given(st.lists(st.sampled_from(["sms", "voice", ""]), min_size=1, max_size=6))
def test_what_is_chosen_and_what_follows_elsewhere(products: list[str]) -> None:
    ids = sorted(set(products))
    inputs = [wire.chosen(serialized([UsageInputs(product_id=each) for each in ids]), _index(ids, products))]
    parts = [ChargePart(account_sid=product * 30) for product in products]
    of_line = [ChargeLine(parts=[part]).SerializeToString() for part in parts]
    further = np.array([len(content) for content in of_line])
    heads = wire.written(wire.message(12, wire.message(2, inputs), further), len(products)).each()
    assert [head + rest for head, rest in zip(heads, of_line, strict=True)] == serialized(
        [
            ChargeRecord(lines=[ChargeLine(usage=UsageInputs(product_id=product), parts=[part])])
            for product, part in zip(products, parts, strict=True)
        ]
    )


def _index(ids: list[str], chosen: list[str]) -> np.ndarray:
    return np.array([ids.index(each) for each in chosen])


def test_messages_in_groups_some_of_them_empty() -> None:
    written = wire.written([wire.integer(1, np.array([1, 300, 0, 5]))], 4)
    assert written.each() == [b"\x08\x01", b"\x08\xac\x02", b"", b"\x08\x05"]
    assert written.groups(np.array([0, 2, 2, 4])) == [b"", b"\x08\x01\x08\xac\x02", b"", b"\x08\x05"]


def test_hexadecimal_digits() -> None:
    content = np.array([[0, 255, 16], [171, 1, 9]], dtype=np.uint8)
    assert [bytes(row).decode() for row in wire.hex_digits(content)] == ["00ff10", "ab0109"]


@pytest.mark.parametrize("size", [0, 1, 127, 128, 16_383, 16_384, 2**21])
def test_the_frame_of_a_message(size: int) -> None:
    record = ChargeRecord(charge_id="x" * size)
    content = record.SerializeToString()
    assert wire.frame(1, len(content)) + content == pb.StreamChargesResponse(records=[record]).SerializeToString()
