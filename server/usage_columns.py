"""Usage in columns, from the contract: little-endian bytes as they came, without copying or looking at single rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from billing.errors import BillingError, Reason, invalid
from billing.intake import UsageBatch
from prorata.v1.usage_pb2 import UsageColumns

MAX_ROWS = 50_000
MAX_BYTES = 4_000_000
ID_BYTES = 16


def batch_from_columns(columns: UsageColumns, currency_code: str) -> UsageBatch:
    """A batch of the columns, for a store of a currency.

    Raises:
        BillingError: INVALID_FIELD, naming the column: there are too many rows or bytes, or the lengths differ;
            CURRENCY_MISMATCH.
    """
    if columns.currency_code not in ("", currency_code):
        raise BillingError(
            Reason.CURRENCY_MISMATCH,
            f"the amounts are in {columns.currency_code!r}: the store's currency is {currency_code}",
            "columns.currency_code",
        )
    if columns.ByteSize() > MAX_BYTES:
        raise invalid("columns", f"a batch has at most {MAX_BYTES:,} bytes; send it in parts")
    event_ids = columns.event_ids
    rows, rest = divmod(len(event_ids), ID_BYTES)
    if rest:
        raise invalid(
            "columns.event_ids", f"event ids have {ID_BYTES} bytes each; {len(event_ids)} bytes are not whole ids"
        )
    if rows > MAX_ROWS:
        raise invalid("columns.event_ids", f"a batch has at most {MAX_ROWS:,} rows, not {rows:,}; send it in parts")
    return UsageBatch(
        event_id=np.frombuffer(event_ids, dtype=">u8").reshape(-1, 2).astype(np.uint64),
        account_index=_column(columns, "account_indexes", "<u4", rows),
        product_index=_column(columns, "product_indexes", "<u4", rows),
        occur_micros=_column(columns, "occur_times_micros", "<i8", rows),
        quantity_micros=_column(columns, "quantities_micros", "<i8", rows),
        amount_nanos=_column(columns, "amounts_nanos", "<i8", rows),
        account_sids=list(columns.account_sids),
        product_ids=list(columns.product_ids),
    )


def _column(columns: UsageColumns, name: str, dtype: str, rows: int) -> npt.NDArray[Any]:
    octets: bytes = getattr(columns, name)
    width = np.dtype(dtype).itemsize
    if len(octets) != rows * width:
        raise invalid(
            f"columns.{name}", f"{rows} rows of {width} bytes each make {rows * width} bytes, not {len(octets)}"
        )
    return np.frombuffer(octets, dtype=dtype)
