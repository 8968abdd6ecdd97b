"""Usage in rows, from the contract: record by record in the message, in columns from then on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from billing.intake import AMOUNT_NANOS_LIMIT, UNRATED, Codes, UsageBatch
from billing.refusals import Refusal
from prorata.v1.usage_pb2 import UsageRecord

Int64 = npt.NDArray[np.int64]

NANOS = 10**9
UUID_LENGTH = 36
HYPHENS = (8, 13, 18, 23)
DIGITS = [place for place in range(UUID_LENGTH) if place not in HYPHENS]
BLANK_ID = "-" * UUID_LENGTH  # no UUID, and as long as one
NO_DIGIT = 255
FIRST_SECOND, LAST_SECOND = -62_135_596_800, 253_402_300_799  # of the years 1 to 9999, as the contract's timestamps

_VALUES = np.full(256, NO_DIGIT, dtype=np.uint8)
for _digits in (b"0123456789abcdef", b"0123456789ABCDEF"):
    _VALUES[list(_digits)] = np.arange(16)


def batch_from_records(records: Sequence[UsageRecord], currency_code: str) -> UsageBatch:
    """A batch of the records, in their order; what is malformed in one is noted as its refusal."""
    event_id, bad_id = event_ids_from_texts([record.event_id for record in records])
    occur_micros, bad_moment = _moments(records)
    amount_nanos, bad_amount = _amounts(records, currency_code)
    refusal = np.where(bad_moment, np.uint8(Refusal.OCCUR_TIME_MALFORMED), bad_amount)
    account_sids, account_index = _dictionary([record.account_sid for record in records])
    product_ids, product_index = _dictionary([record.product_id for record in records])
    return UsageBatch(
        event_id=event_id,
        account_index=account_index,
        product_index=product_index,
        occur_micros=occur_micros,
        quantity_micros=np.array([record.quantity_micros for record in records], dtype=np.int64),
        amount_nanos=amount_nanos,
        account_sids=account_sids,
        product_ids=product_ids,
        refusal=np.where(bad_id, np.uint8(Refusal.EVENT_ID_MALFORMED), refusal),
    )


def event_ids_from_texts(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.bool_]]:
    """Event ids as numbers, shape (n, 2), and which of the texts are no UUIDs; those are 0."""
    fitting = "".join([text if len(text) == UUID_LENGTH and text.isascii() else BLANK_ID for text in texts])
    characters = np.frombuffer(fitting.encode(), dtype=np.uint8).reshape(-1, UUID_LENGTH)
    digits = _VALUES[characters[:, DIGITS]]
    bad = (digits == NO_DIGIT).any(axis=1) | (characters[:, HYPHENS] != ord("-")).any(axis=1)
    digits[bad] = 0
    octets = np.ascontiguousarray(digits[:, 0::2] << 4 | digits[:, 1::2])
    return octets.view(">u8").astype(np.uint64), bad


def _dictionary(texts: Sequence[str]) -> tuple[list[str], npt.NDArray[np.uint32]]:
    """The distinct texts, and for each text its place among them."""
    places: dict[str, int] = {}
    index = np.array([places.setdefault(text, len(places)) for text in texts], dtype=np.uint32)
    return list(places), index


def _moments(records: Sequence[UsageRecord]) -> tuple[Int64, npt.NDArray[np.bool_]]:
    """Moments in µs, cut to the microsecond, and which are missing or no timestamps; those are 0."""
    seconds = np.array([record.occur_time.seconds for record in records], dtype=np.int64)
    nanos = np.array([record.occur_time.nanos for record in records], dtype=np.int64)
    bad = ~np.array([record.HasField("occur_time") for record in records], dtype=np.bool_)
    bad |= (seconds < FIRST_SECOND) | (seconds > LAST_SECOND) | (nanos < 0) | (nanos >= NANOS)
    seconds[bad] = nanos[bad] = 0
    return seconds * 10**6 + nanos // 1000, bad


def _amounts(records: Sequence[UsageRecord], currency_code: str) -> tuple[Int64, Codes]:
    """Amounts in 10⁻⁹ of the currency, `UNRATED` where there are none, and what is wrong with them."""
    amounts = np.full(len(records), UNRATED, dtype=np.int64)
    refusal = np.zeros(len(records), dtype=np.uint8)
    rated = np.array([index for index, record in enumerate(records) if record.HasField("amount")], dtype=np.int64)
    money = [records[index].amount for index in rated.tolist()]
    units = np.array([value.units for value in money], dtype=np.int64)
    nanos = np.array([value.nanos for value in money], dtype=np.int64)
    malformed = (np.abs(nanos) >= NANOS) | (np.sign(units) * np.sign(nanos) < 0)
    foreign = np.array([value.currency_code != currency_code for value in money], dtype=np.bool_)
    refusal[rated] = np.where(
        malformed, np.uint8(Refusal.AMOUNT_MALFORMED), foreign * np.uint8(Refusal.CURRENCY_MISMATCH)
    )
    most = AMOUNT_NANOS_LIMIT // NANOS  # one more is refused all the same, and does not overflow
    amounts[rated] = np.clip(units, -most, most) * NANOS + np.clip(nanos, -NANOS, NANOS)
    return amounts, refusal
