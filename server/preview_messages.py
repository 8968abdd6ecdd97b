"""Previews in pages of the contract: an account with very many subaccounts has more records than an answer may hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from billing.charge_columns import ChargeColumns
from billing.charges import ChargeKind, RecordView
from billing.errors import BillingError, Reason
from billing.messages import wire
from billing.messages.basic import text_from_charge_id
from billing.messages.charge_columns import written_records
from billing.messages.charges import charge_message, total_messages
from billing.money import Currency
from billing.operations.previews import Records
from billing.views import column_totals, totals
from prorata.v1.billing_service_pb2 import PreviewChargesRequest, PreviewChargesResponse
from prorata.v1.charge_pb2 import ChargeRecord
from prorata.v1.plan_service_pb2 import PreviewPlanChangeRequest
from server.pages import fitting, page_token

LARGEST_PAGE = 5_000  # records
WRITTEN_AT_ONCE = 500


def written_preview(request: PreviewChargesRequest, after: str, records: Records, currency: Currency) -> bytes:
    """The page that is asked for as the answer, serialized: at least one record, if there is one.

    Args:
        request: what was asked for.
        after: the id of the record after which the page begins; empty for the first page.
        records: all of the preview.
        currency: of the amounts.

    Raises:
        BillingError: INVALID_PAGE_TOKEN where that record is not among them.
    """
    first, most = _page(request, after, records)
    written = fitting(_written(records, first, most, currency), len)
    end = first + len(written)
    sums = column_totals(records.kind, records.amount_minor) if isinstance(records, ChargeColumns) else totals(records)
    rest = PreviewChargesResponse(totals=total_messages(sums, currency))
    if end < len(records):
        rest.next_page_token = page_token(request, [_id(records, end - 1)])
    content = [part for record in written for part in (wire.frame(1, len(record)), record)]
    return b"".join((*content, rest.SerializeToString()))


def change_records(
    request: PreviewPlanChangeRequest, after: str, records: Sequence[RecordView], currency: Currency
) -> tuple[list[ChargeRecord], str]:
    """The page that is asked for of the records with a change of plan, and the token of the next, as above.

    What the plan costs comes first: the other records are the same without the change.
    """
    ordered = sorted(records, key=lambda record: record.kind is not ChargeKind.SUPPORT_PLAN)
    first, most = _page(request, after, ordered)
    page = fitting((charge_message(record, currency) for record in ordered[first:most]), ChargeRecord.ByteSize)
    end = first + len(page)
    return page, page_token(request, [_id(ordered, end - 1)]) if end < len(ordered) else ""


def _page(request: PreviewChargesRequest | PreviewPlanChangeRequest, after: str, records: Records) -> tuple[int, int]:
    """The first record of the page that is asked for, and the end of what it may hold."""
    first = _place(records, after) + 1 if after else 0
    return first, min(first + min(request.page_size or LARGEST_PAGE, LARGEST_PAGE), len(records))


def _written(records: Records, first: int, end: int, currency: Currency) -> Iterator[bytes]:
    """Records from one up to another, serialized, some at a time."""
    if not isinstance(records, ChargeColumns):
        for record in records[first:end]:
            yield charge_message(record, currency).SerializeToString()
        return
    for start in range(first, end, WRITTEN_AT_ONCE):
        yield from written_records(records.stretch(start, min(start + WRITTEN_AT_ONCE, end)), currency)


def _place(records: Records, charge_id: str) -> int:
    """The index of a record."""
    for place in range(len(records)):
        if _id(records, place) == charge_id:
            return place
    raise BillingError(
        Reason.INVALID_PAGE_TOKEN,
        "the record after which the page would begin is not charged any more: start again from the first page",
        "page_token",
    )


def _id(records: Records, place: int) -> str:
    """The id of a record, as callers see it."""
    if isinstance(records, ChargeColumns):
        return text_from_charge_id(records.charge_id[place].tobytes())
    return text_from_charge_id(records[place].charge_id)
