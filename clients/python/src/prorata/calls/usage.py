"""Calls about usage."""

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from decimal import Decimal
from functools import partial
from uuid import UUID

from prorata.calls.pages import iterate_pages
from prorata.calls.services import BillingServiceCalls
from prorata.connection import request_id_text
from prorata.moments import moment_to_timestamp
from prorata.money import decimal_to_money, nanos_to_decimal
from prorata.usage import Usage, amount_to_nanos, event_id_from_text, quantity_to_micros
from prorata.usage_report import UsageReport
from prorata.usage_stream import (
    DEFAULT_ACKNOWLEDGE_SECONDS,
    DEFAULT_BATCH_ROWS,
    DEFAULT_WINDOW,
    UsageStream,
)
from prorata.v1.billing_service_pb2 import (
    CorrectedUsage,
    CorrectUsageRequest,
    GetUsageSummaryRequest,
    GetUsageSummaryResponse,
    ListUsageRequest,
    ListUsageResponse,
    RecordUsageRequest,
    RecordUsageResponse,
    VoidUsageRequest,
    VoidUsageResponse,
)
from prorata.v1.usage_pb2 import RecordedUsage, UsageRecord, UsageSummaryRow


def corrected_usage(
    event_id: str | UUID,
    quantity: Decimal | int,
    *,
    amount: Decimal | int | None = None,
    currency_code: str = "",
) -> CorrectedUsage:
    """A correction of a record, for `correct_usage`; without an amount the quantity is priced by the server.

    A text that is not a UUID becomes one, as when the record was made. Raises ValueError for numbers that a
    record can not have (see `Usage.of`), and for an amount without its currency (ISO 4217).
    """
    if amount is not None and not currency_code:
        raise ValueError("an amount needs its currency code")
    return CorrectedUsage(
        event_id=_event_text(event_id),
        quantity_micros=quantity_to_micros(Decimal(quantity)),
        amount=None
        if amount is None
        else decimal_to_money(nanos_to_decimal(amount_to_nanos(Decimal(amount))), currency_code),
    )


def _event_text(event_id: str | UUID) -> str:
    return str(event_id if isinstance(event_id, UUID) else event_id_from_text(event_id))


class UsageCalls(BillingServiceCalls):
    """Usage (4.1 to 4.4)."""

    async def record_usage(
        self, records: Iterable[Usage | UsageRecord], *, timeout_seconds: float | None = None
    ) -> RecordUsageResponse:
        """Record at most 10,000 records; the good ones are kept, each refused one is named with its reason.

        Raises ValueError for a `Usage` with an amount but no currency. Fails with OVERLOADED when too much is
        under way.
        """
        request = RecordUsageRequest(
            records=[each.to_message() if isinstance(each, Usage) else each for each in records]
        )
        return await self._connection.call(self._stub.RecordUsage, request, timeout_seconds)

    def usage_stream(
        self,
        *,
        batch_rows: int = DEFAULT_BATCH_ROWS,
        window: int = DEFAULT_WINDOW,
        progress: Callable[[UsageReport], None] | None = None,
        acknowledge_seconds: float = DEFAULT_ACKNOWLEDGE_SECONDS,
    ) -> UsageStream:
        """A stream of columnar batches, the fastest way in; see `UsageStream`.

        >>> async with client.billing.usage_stream() as stream:
        ...     await stream.send(records)
        >>> stream.report.new_count
        """
        return UsageStream(
            self._connection,
            self._stub.StreamUsage,
            batch_rows=batch_rows,
            window=window,
            progress=progress,
            acknowledge_seconds=acknowledge_seconds,
        )

    async def list_usage(
        self,
        account_sid: str,
        period: str,
        *,
        product_id: str = "",
        page_size: int = 0,
        page_token: str = "",
        timeout_seconds: float | None = None,
    ) -> ListUsageResponse:
        """A page of the usage of an account, without its subaccounts, in a period.

        Fails with ACCOUNT_NOT_FOUND.
        """
        request = ListUsageRequest(
            account_sid=account_sid,
            period=period,
            product_id=product_id,
            page_size=page_size,
            page_token=page_token,
        )
        return await self._connection.call(self._stub.ListUsage, request, timeout_seconds)

    def iterate_usage(
        self,
        account_sid: str,
        period: str,
        *,
        product_id: str = "",
        page_size: int = 0,
        timeout_seconds: float | None = None,
    ) -> AsyncIterator[RecordedUsage]:
        """All usage of an account in a period, as `list_usage` pages it."""
        fetch = partial(
            self.list_usage,
            account_sid,
            period,
            product_id=product_id,
            page_size=page_size,
            timeout_seconds=timeout_seconds,
        )
        return iterate_pages(lambda token: fetch(page_token=token), lambda page: page.usage)

    async def get_usage_summary(
        self,
        account_sid: str,
        period: str,
        *,
        include_subaccounts: bool = False,
        by_account: bool = False,
        by_product: bool = False,
        by_day: bool = False,
        as_of_time: datetime | None = None,
        timeout_seconds: float | None = None,
    ) -> list[UsageSummaryRow]:
        """The sums of the usage of an account in a period, a row for each thing asked for; of all pages.

        Each page is of the moment it is asked for, unless `as_of_time` is given, and has the timeout to itself.
        Fails with ACCOUNT_NOT_FOUND, and with INVALID_FIELD where the sums are more than a million.
        """

        async def fetch(page_token: str) -> GetUsageSummaryResponse:
            request = GetUsageSummaryRequest(
                account_sid=account_sid,
                period=period,
                include_subaccounts=include_subaccounts,
                by_account=by_account,
                by_product=by_product,
                by_day=by_day,
                as_of_time=moment_to_timestamp(as_of_time),
                page_token=page_token,
            )
            return await self._connection.call(self._stub.GetUsageSummary, request, timeout_seconds)

        return [row async for row in iterate_pages(fetch, lambda page: page.rows)]

    async def void_usage(
        self,
        account_sid: str,
        period: str,
        event_ids: Iterable[str | UUID],
        *,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> VoidUsageResponse:
        """Void at most 1,000 records of an account in a period, all or none (4.4).

        Those that were voided before count as repeated. A text that is not a UUID becomes one, as when the
        record was made. Fails with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD or EVENT_NOT_FOUND.
        """
        request = VoidUsageRequest(
            request_id=request_id_text(request_id),
            account_sid=account_sid,
            period=period,
            event_ids=map(_event_text, event_ids),
        )
        return await self._connection.call(self._stub.VoidUsage, request, timeout_seconds)

    async def correct_usage(
        self,
        account_sid: str,
        period: str,
        corrections: Iterable[CorrectedUsage],
        *,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> list[RecordedUsage]:
        """Correct quantity and amount of at most 1,000 records of an account in a period, all or none (4.4).

        See `corrected_usage`. Returns the records with their trail, in the order of the corrections. Fails
        with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD, EVENT_NOT_FOUND, EVENT_VOIDED, CURRENCY_MISMATCH or
        PRICE_NOT_FOUND.
        """
        request = CorrectUsageRequest(
            request_id=request_id_text(request_id),
            account_sid=account_sid,
            period=period,
            corrections=corrections,
        )
        return list((await self._connection.call(self._stub.CorrectUsage, request, timeout_seconds)).usage)
