"""Usage summed, in answers of the contract: many rows are written by columns, others in messages."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np

from billing.messages import wire
from billing.messages.basic import NANOS, date_from_day, money_from_nanos
from billing.messages.money_columns import money_columns
from billing.money import Currency
from billing.period import Period
from billing.usage_summary import Names, UsageSummary
from billing.usage_summary import UsageSummaryRow as BillingUsageSummaryRow
from prorata.v1.billing_service_pb2 import GetUsageSummaryRequest, GetUsageSummaryResponse
from prorata.v1.usage_pb2 import UsageSummaryRow
from server.pages import page_start, page_token

LARGEST_PAGE = 15_000  # rows of at most some 200 bytes: below what a client takes by default (4 MB)
FEWEST_FOR_COLUMNS = 60  # rows, from which on writing by columns is faster


def summary_start(request: GetUsageSummaryRequest, period: Period) -> Names | None:
    """What stands in the row after which the page begins; None for the first page. INVALID_PAGE_TOKEN for no token."""
    if not request.page_token:
        return None
    account_sid, product_id, day = page_start(request, ["", "", period.first_day])
    return (
        account_sid if request.by_account else None,
        product_id if request.by_product else None,
        day if request.by_day else None,
    )


def summary_page(
    request: GetUsageSummaryRequest, summary: UsageSummary, after: Names | None, period: Period
) -> tuple[UsageSummary, str]:
    """The rows of the page, and the token of the next; empty on the last.

    Args:
        request: what was asked for.
        summary: all rows.
        after: what stands in the row after which the page begins, whether that is among them or not.
        period: of the usage.
    """
    first = 0 if after is None else summary.place_after(after)
    end = first + min(request.page_size or LARGEST_PAGE, LARGEST_PAGE)
    token = ""
    if end < len(summary):
        account_sid, product_id, day = summary.names(end - 1)
        token = page_token(request, [account_sid or "", product_id or "", day or period.first_day])
    return summary.stretch(first, end), token


def written_usage_summary(summary: UsageSummary, currency: Currency, next_page_token: str = "") -> bytes:
    """The answer, serialized."""
    rest = GetUsageSummaryResponse(next_page_token=next_page_token).SerializeToString()
    if len(summary) >= FEWEST_FOR_COLUMNS and summary.in_64_bits:
        return wire.written(_fields(summary, currency), len(summary)).content + rest
    return _answer(summary, currency).SerializeToString() + rest


def _answer(summary: UsageSummary, currency: Currency) -> GetUsageSummaryResponse:
    return GetUsageSummaryResponse(rows=[_row(row, currency) for row in summary.rows()])


def _row(row: BillingUsageSummaryRow, currency: Currency) -> UsageSummaryRow:
    return UsageSummaryRow(
        account_sid=row.account_sid or "",
        product_id=row.product_id or "",
        day=date_from_day(row.day),
        record_count=row.event_count,
        quantity_micros=str(row.quantity_micros),
        unrated_quantity_micros=str(row.unrated_micros),
        rated_amount=money_from_nanos(row.rated_nanos, currency),
    )


def _fields(summary: UsageSummary, currency: Currency) -> wire.Pieces:
    """The rows in the field of the answer; what a row is not grouped by is empty."""
    accounts = [UsageSummaryRow(account_sid=sid or "").SerializeToString() for sid in summary.account_sids]
    products = [UsageSummaryRow(product_id=product_id or "").SerializeToString() for product_id in summary.product_ids]
    fields = [
        wire.chosen(accounts, summary.account),
        wire.chosen(products, summary.product),
        wire.chosen([_written_day(day) for day in summary.days], summary.day),
        wire.integer(4, summary.event_count),
        *_quantities(summary),
        *wire.message(7, money_columns(summary.rated_nanos, NANOS, currency)),
    ]
    return wire.message(1, fields)


def _quantities(summary: UsageSummary) -> wire.Pieces:
    """Both quantities, in digits that are made in one pass."""
    digits, length = wire.decimal_digits(np.concatenate((summary.quantity_micros, summary.unrated_micros)))
    count = len(summary)
    widest = int(length[count:].max(initial=0))
    return [wire.text(5, digits[:count], length[:count]), wire.text(6, digits[count:, :widest], length[count:])]


@lru_cache(maxsize=1_000)
def _written_day(day: date | None) -> bytes:
    return UsageSummaryRow(day=date_from_day(day)).SerializeToString()
