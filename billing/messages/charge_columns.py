"""Charge records of the feed and of large previews, written by columns: to the byte what `charge_message` writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

import numpy as np
from google.protobuf.message import Message

from billing.charge_columns import ChargeColumns, Integers, SupportTerms, UsedPrice
from billing.charges import ChargeKind
from billing.messages import wire
from billing.messages.basic import NANOS, date_from_day
from billing.messages.charges import (
    charge_message,
    plan_price_message,
    stepped_pricing,
    unit_price,
)
from billing.messages.money_columns import money_columns
from billing.messages.wire import Piece, Pieces
from billing.money import Currency
from billing.period import Period
from prorata.v1.billing_service_pb2 import StreamChargesResponse
from prorata.v1.charge_pb2 import ChargeRecord, SupportInputs, UsageInputs

EPOCH = date(1970, 1, 1)
SID_LENGTH = 34
MESSAGE_BYTES = 2**20

Value = TypeVar("Value")


def written_records(columns: ChargeColumns, currency: Currency) -> list[bytes]:
    """Every record, serialized."""
    heads = wire.written(_head(columns, currency), len(columns)).each()
    usage, support = _usage_lines(columns, currency), _support_lines(columns, currency)
    records = [b"".join(parts) for parts in zip(heads, usage, support, strict=True)]
    for index, record in columns.others.items():
        records[index] = charge_message(record, currency).SerializeToString()
    return records


def stream_messages(columns: ChargeColumns, currency: Currency) -> list[bytes]:
    """The records in answers of `StreamCharges`, serialized: well below what a client takes by default (4 MB)."""
    messages = []
    content: list[bytes] = []
    size = 0
    for position, record in enumerate(written_records(columns, currency), columns.first_position):
        content += (wire.frame(1, len(record)), record)
        size += len(record)
        if size >= MESSAGE_BYTES or position == columns.last_position:
            content.append(StreamChargesResponse(last_position=position).SerializeToString())
            messages.append(b"".join(content))
            content, size = [], 0
    return messages


def _head(columns: ChargeColumns, currency: Currency) -> Pieces:
    """The fields of the records up to the lines."""
    count, first = len(columns), columns.first_position
    positions = np.arange(first, first + count) if first else np.zeros(count, dtype=np.int64)
    identity = np.empty((count, 34), dtype=np.uint8)
    identity[:, 0], identity[:, 1], identity[:, 2:] = ord("C"), ord("H"), wire.hex_digits(columns.charge_id)
    by_account = columns.kind == ChargeKind.USAGE
    party = columns.sids[columns.party]
    closing_period = columns.closing_period
    dates = ChargeRecord(
        period=str(closing_period),
        closing_period=str(closing_period),
        charge_day=date_from_day(closing_period.end_day),
    )
    return [
        wire.text(1, identity),
        wire.integer(2, positions),
        wire.integer(3, columns.kind),
        wire.text(4, columns.sids[columns.payer]),
        wire.text(5, party, np.where(by_account, SID_LENGTH, 0)),
        wire.text(6, party, np.where(by_account, 0, SID_LENGTH)),
        wire.constant(dates.SerializeToString()),
        *wire.message(11, money_columns(columns.amount_minor, 10**currency.minor_digits, currency)),
    ]


def _usage_lines(columns: ChargeColumns, currency: Currency) -> list[bytes]:
    """The lines of USAGE records, by record."""
    lines = columns.usage
    if not len(lines.record):
        return [b""] * len(columns)
    amount = money_columns(lines.amount_minor, 10**currency.minor_digits, currency)
    included, included_length = wire.decimal_digits(lines.included_micros)
    inputs = [
        _chosen(columns.products, lines.product, lambda product_id: UsageInputs(product_id=product_id)),
        *wire.message(2, money_columns(lines.rated_nanos, NANOS, currency)),
        wire.text(3, *wire.decimal_digits(lines.unrated_micros)),
        _chosen(columns.prices, lines.price, _unit_price),
        wire.integer(6, lines.covered),
        _chosen(columns.prices, lines.price, lambda price: UsageInputs(pricing=stepped_pricing(price.pricing))),
        wire.text(8, included, np.where(lines.included_micros == 0, 0, included_length)),
        _chosen(columns.prices, lines.price, lambda price: UsageInputs(price_contract_sid=price.contract_sid)),
    ]
    part = [wire.text(1, columns.sids[columns.party[lines.record]]), *wire.message(2, amount)]
    fields = [*wire.message(1, amount), *wire.message(2, inputs), *wire.message(6, part)]
    return wire.written(wire.message(12, fields), len(lines.record)).groups(_ends(lines.record, len(columns)))


def _support_lines(columns: ChargeColumns, currency: Currency) -> list[bytes]:
    """The lines of SUPPORT_PLAN records, by record."""
    lines = columns.support
    if not len(lines.record):
        return [b""] * len(columns)
    minor = 10**currency.minor_digits
    parts, part_lengths = _support_parts(columns, currency)
    days, day_index = np.unique(np.stack((lines.start, lines.end)), axis=1, return_inverse=True)
    inputs = [
        _chosen(columns.terms, lines.terms, lambda terms: _terms(terms, currency)),
        *wire.message(4, money_columns(lines.spend_minor, minor, currency)),
        _chosen(days.T.tolist(), day_index, lambda day: _days(day[0], day[1], columns.closing_period)),
    ]
    fields = [*wire.message(1, money_columns(lines.amount_minor, minor, currency)), *wire.message(3, inputs)]
    heads = wire.written(wire.message(12, fields, further=part_lengths), len(lines.record)).each()
    whole = [head + of_line for head, of_line in zip(heads, parts, strict=True)]
    ends = [0, *_ends(lines.record, len(columns)).tolist()]
    return [b"".join(whole[start:end]) for start, end in pairwise(ends)]


def _support_parts(columns: ChargeColumns, currency: Currency) -> tuple[list[bytes], Integers]:
    """The parts of support lines, by line, and how many bytes they are."""
    parts, line_count, minor = columns.parts, len(columns.support.record), 10**currency.minor_digits
    fields = [
        wire.text(1, columns.sids[parts.account]),
        *wire.message(2, money_columns(parts.amount_minor, minor, currency)),
        *wire.message(3, money_columns(parts.weight_minor, minor, currency)),
    ]
    by_line = wire.written(wire.message(6, fields), len(parts.line)).groups(_ends(parts.line, line_count))
    return by_line, np.array([len(of_line) for of_line in by_line])


def _chosen(values: Sequence[Value], index: Integers, message: Callable[[Value], Message]) -> Piece:
    """Fields that follow from one of a few values."""
    return wire.chosen([message(value).SerializeToString() for value in values], index)


def _unit_price(price: UsedPrice) -> UsageInputs:
    return UsageInputs(unit_price=unit_price(price.pricing), price_effective_period=price.start)


def _terms(terms: SupportTerms, currency: Currency) -> SupportInputs:
    return SupportInputs(
        plan_id=terms.plan_id,
        plan_version_number=terms.version_number,
        price=plan_price_message(terms.price, currency),
    )


def _days(start: int, end: int, period: Period) -> SupportInputs:
    return SupportInputs(
        start_day=date_from_day(EPOCH + timedelta(days=start)),
        end_day=date_from_day(EPOCH + timedelta(days=end)),
        day_count=end - start,
        month_day_count=period.day_count,
    )


def _ends(owner: Integers, owner_count: int) -> Integers:
    """Where those of each owner end, given whose each is, in ascending order."""
    return np.cumsum(np.bincount(owner, minlength=owner_count))
