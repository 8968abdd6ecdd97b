"""Closing a month through the real service, and reading what it came to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from google.type.date_pb2 import Date

from billing.period import Period
from prorata.v1.charge_pb2 import CHARGE_KIND_SUPPORT_PLAN, CHARGE_KIND_USAGE, ChargeLine, ChargeRecord
from prorata.v1.closing_pb2 import CLOSING_STATE_CLOSED, Closing
from tests.service import Service, amount, support, usage_records

USAGE, SUPPORT = CHARGE_KIND_USAGE, CHARGE_KIND_SUPPORT_PLAN


@dataclass(frozen=True)
class Segment:
    """A line of a support record: its days exclude their end, amounts are US dollars, parts by account."""

    plan: str
    start: date
    end: date
    spend: Decimal
    amount: Decimal
    parts: dict[str, Decimal]


def segment(plan: str, start: date, end: date, spend: str, total: str, parts: dict[str, str]) -> Segment:
    """A line as the tables write it."""
    amounts = {sid: Decimal(part) for sid, part in parts.items()}
    return Segment(plan, start, end, Decimal(spend), Decimal(total), amounts)


@dataclass(frozen=True)
class ClosedMonth:
    """A period after its closing, with the records that the closing emitted."""

    closing: Closing
    records: list[ChargeRecord]

    @property
    def totals(self) -> dict[int, tuple[int, Decimal]]:
        """What the closing says it came to: by kind, how many records and their sum."""
        return {total.kind: (total.record_count, amount(total.amount)) for total in self.closing.totals}

    def usage(self) -> dict[str, Decimal]:
        """The usage charged, by account."""
        found = {record.account_sid: amount(record.amount) for record in usage_records(self.records)}
        assert len(found) == len(usage_records(self.records)), "an account has two usage records"
        return found

    def support(self, owner_sid: str) -> list[Segment]:
        """The lines of the owner's one support record, which sum to it."""
        [record] = [record for record in support(self.records) if record.owner_sid == owner_sid]
        assert amount(record.amount) == sum(amount(line.amount) for line in record.lines)
        return [_segment(line) for line in record.lines]


async def close_month(service: Service, period: str, *payers: str) -> ClosedMonth:
    """Preview a period that has ended for all who pay, close it, and see that both come to the same (6.3, 6.4).

    Expects that the feed had only records of earlier closings, and that the payers are all there are.
    """
    previewed = {record.charge_id: record for sid in payers for record in await service.preview(sid, period)}
    before = await service.feed()
    assert all(record.closing_period < period for record in before)
    closing = await service.close(period)
    records = await service.feed(after=len(before))
    assert [record.position for record in records] == list(range(len(before) + 1, len(before) + len(records) + 1))
    assert {record.charge_id: _without_position(record) for record in records} == previewed
    assert len(previewed) == len(records)
    for record in records:
        _check_record(record, period)
    _check_closing(closing, period, records)
    return ClosedMonth(closing, records)


def _check_record(record: ChargeRecord, period: str) -> None:
    assert re.fullmatch("CH[0-9a-f]{32}", record.charge_id)
    assert (record.period, record.closing_period, record.adjustment) == (period, period, False)
    assert _day(record.charge_day) == Period.parse(period).end_day  # 6.1
    for line in record.lines:
        assert amount(line.amount) == sum(amount(part.amount) for part in line.parts)


def _check_closing(closing: Closing, period: str, records: Iterable[ChargeRecord]) -> None:
    emitted = list(records)
    assert (closing.period, closing.state) == (period, CLOSING_STATE_CLOSED)
    assert closing.digest_final
    assert re.fullmatch("[0-9a-f]{64}", closing.digest)
    assert (closing.set_apart_count, closing.remaining_batch_count) == (0, 0)
    assert closing.done_shard_count == closing.shard_count
    assert closing.record_count == len(emitted)
    assert _day(closing.charge_day) == Period.parse(period).end_day
    for total in closing.totals:
        of_kind = [amount(record.amount) for record in emitted if record.kind == total.kind]
        assert (total.record_count, amount(total.amount)) == (len(of_kind), sum(of_kind))
    assert {total.kind for total in closing.totals} == {record.kind for record in emitted}


def _without_position(record: ChargeRecord) -> ChargeRecord:
    copy = ChargeRecord()
    copy.CopyFrom(record)
    copy.ClearField("position")  # a preview has none
    return copy


def _segment(line: ChargeLine) -> Segment:
    start, end = _day(line.support.start_day), _day(line.support.end_day)
    assert line.support.day_count == (end - start).days  # 5.3
    assert line.support.month_day_count == Period.of(start).day_count
    parts = {part.account_sid: amount(part.amount) for part in line.parts}
    return Segment(line.support.plan_id, start, end, amount(line.support.spend), amount(line.amount), parts)


def _day(value: Date) -> date:
    return date(value.year, value.month, value.day)
