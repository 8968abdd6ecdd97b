"""Usage in rows, from the contract: record by record in the message, in columns from then on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from billing.intake import AMOUNT_NANOS_LIMIT, UNRATED, Codes, UsageBatch
from billing.refusals import Refusal
from prorata.v1.billing_service_pb2 import RecordUsageRequest
from prorata.v1.usage_pb2 import UsageRecord
from server.usage_record_columns import RecordColumns, Texts, Unusual, read_records

Int64 = npt.NDArray[np.int64]

NANOS = 10**9
UUID_LENGTH = 36
HYPHENS = (8, 13, 18, 23)
DIGITS = [place for place in range(UUID_LENGTH) if place not in HYPHENS]
MANY = 200  # records, from which on they are faster read all at once
BLANK_ID = "-" * UUID_LENGTH  # no UUID, and as long as one
NO_DIGIT = 255
FIRST_SECOND, LAST_SECOND = -62_135_596_800, 253_402_300_799  # of the years 1 to 9999, as the contract's timestamps

_VALUES = np.full(256, NO_DIGIT, dtype=np.uint8)
for _digits in (b"0123456789abcdef", b"0123456789ABCDEF"):
    _VALUES[list(_digits)] = np.arange(16)


def batch_from_records(records: Sequence[UsageRecord], currency_code: str) -> UsageBatch:
    """A batch of the records, in their order, whatever their form; what is malformed in one is noted as its refusal."""
    rated = np.array([record.HasField("amount") for record in records], dtype=np.bool_)
    money = [record.amount for record in records]
    columns = RecordColumns(
        event_id=_characters([record.event_id for record in records]),
        account=_texts([record.account_sid for record in records]),
        product=_texts([record.product_id for record in records]),
        quantity_micros=np.array([record.quantity_micros for record in records], dtype=np.int64),
        seconds=np.array([record.occur_time.seconds for record in records], dtype=np.int64),
        nanos=np.array([record.occur_time.nanos for record in records], dtype=np.int64),
        rated=rated,
        foreign=rated & np.array([amount.currency_code != currency_code for amount in money], dtype=np.bool_),
        units=np.array([amount.units for amount in money], dtype=np.int64),
        amount_nanos=np.array([amount.nanos for amount in money], dtype=np.int64),
    )
    timeless = ~np.array([record.HasField("occur_time") for record in records], dtype=np.bool_)
    return _batch(columns, timeless)


def batch_from_requests(requests: Sequence[RecordUsageRequest], currency_code: str) -> UsageBatch:
    """A batch of the records of all requests, in their order; what is malformed in one is noted as its refusal."""
    if sum(len(request.records) for request in requests) < MANY:
        return batch_from_records([record for request in requests for record in request.records], currency_code)
    try:
        columns = read_records(b"".join(request.SerializeToString() for request in requests), currency_code)
    except Unusual:
        return batch_from_records([record for request in requests for record in request.records], currency_code)
    return _batch(columns, np.zeros(len(columns.rated), dtype=np.bool_))


def _batch(columns: RecordColumns, timeless: npt.NDArray[np.bool_]) -> UsageBatch:
    event_id, bad_id = _event_ids(columns.event_id)
    occur_micros, bad_moment = _moments(columns, timeless)
    amount_nanos, bad_amount = _amounts(columns)
    refusal = np.where(bad_moment, np.uint8(Refusal.OCCUR_TIME_MALFORMED), bad_amount)
    return UsageBatch(
        event_id=event_id,
        account_index=columns.account.places,
        product_index=columns.product.places,
        occur_micros=occur_micros,
        quantity_micros=columns.quantity_micros,
        amount_nanos=amount_nanos,
        account_sids=columns.account.distinct,
        product_ids=columns.product.distinct,
        refusal=np.where(bad_id, np.uint8(Refusal.EVENT_ID_MALFORMED), refusal),
    )


def _characters(texts: Sequence[str]) -> npt.NDArray[np.uint8]:
    fitting = "".join([text if len(text) == UUID_LENGTH and text.isascii() else BLANK_ID for text in texts])
    return np.frombuffer(fitting.encode(), dtype=np.uint8).reshape(-1, UUID_LENGTH)


def _event_ids(characters: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.bool_]]:
    digits = _VALUES[characters[:, DIGITS]]
    bad = (digits == NO_DIGIT).any(axis=1) | (characters[:, HYPHENS] != ord("-")).any(axis=1)
    digits[bad] = 0
    octets = np.ascontiguousarray(digits[:, 0::2] << 4 | digits[:, 1::2])
    return octets.view(">u8").astype(np.uint64), bad


def _texts(texts: Sequence[str]) -> Texts:
    places: dict[str, int] = {}
    index = np.array([places.setdefault(text, len(places)) for text in texts], dtype=np.uint32)
    return Texts(list(places), index)


def _moments(columns: RecordColumns, timeless: npt.NDArray[np.bool_]) -> tuple[Int64, npt.NDArray[np.bool_]]:
    """Moments in µs, cut to the microsecond, and which are missing or no timestamps; those are 0."""
    seconds, nanos = columns.seconds, columns.nanos
    bad = timeless | (seconds < FIRST_SECOND) | (seconds > LAST_SECOND) | (nanos < 0) | (nanos >= NANOS)
    return np.where(bad, 0, seconds * 10**6 + nanos // 1000), bad


def _amounts(columns: RecordColumns) -> tuple[Int64, Codes]:
    """Amounts in 10⁻⁹ of the currency, `UNRATED` where there are none, and what is wrong with them."""
    units, nanos = columns.units, columns.amount_nanos
    malformed = (np.abs(nanos) >= NANOS) | (np.sign(units) * np.sign(nanos) < 0)
    refusal = np.where(
        malformed, np.uint8(Refusal.AMOUNT_MALFORMED), columns.foreign * np.uint8(Refusal.CURRENCY_MISMATCH)
    )
    most = AMOUNT_NANOS_LIMIT // NANOS  # one more is refused all the same, and does not overflow
    amounts = np.clip(units, -most, most) * NANOS + np.clip(nanos, -NANOS, NANOS)
    return np.where(columns.rated, amounts, UNRATED), np.where(columns.rated, refusal, np.uint8(0))
