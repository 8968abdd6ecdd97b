"""Rows of usage as columns, read out of their serialized form: all records at once, field by field.

Taking fields out of messages costs several times what their parsing and writing cost, as each makes a Python object.
So the records are serialized again, whose form is known: fields in the order of their numbers, each at most once. What
is not of the usual form (a field missing that is required, an id of another length, unknown fields) is not read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Octets = npt.NDArray[np.uint8]

# The tags: field number and wire type. Numbers are VARINT, the others LENGTH-delimited.
EVENT_ID, ACCOUNT_SID, PRODUCT_ID, QUANTITY, OCCUR_TIME, AMOUNT = 0x0A, 0x12, 0x1A, 0x20, 0x2A, 0x32
SECONDS, NANOS = 0x08, 0x10  # of a Timestamp
CURRENCY, UNITS, AMOUNT_NANOS = 0x0A, 0x10, 0x18  # of Money

UUID_LENGTH, SID_LENGTH = 36, 34
SHORT_HEAD = 2  # of a record: its tag and one byte of length; a long one has two of length
LONGEST_PRODUCT = 64
MORE = np.uint8(0x80)  # the bit of a byte of a varint that says that another one follows
NUMBER_BITS = 70  # of the longest varint, of which 64 count
PADDING = bytes(LONGEST_PRODUCT)  # so that a look beyond the last record ends nowhere else


class Unusual(Exception):  # noqa: N818 - not an error: the records are read one by one instead
    """A record is not of the usual form."""


class Texts(NamedTuple):
    """Texts of records: the distinct ones, and for each record its place among them."""

    distinct: list[str]
    places: npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class RecordColumns:
    """Records as columns, of one length.

    Attributes:
        event_id: the characters of each, shape (n, 36).
        account, product: their texts.
        quantity_micros: as sent.
        seconds, nanos: of the moments.
        rated: which have an amount.
        foreign: which have an amount in another currency.
        units, amount_nanos: of the amounts; 0 where there is none.
    """

    event_id: Octets
    account: Texts
    product: Texts
    quantity_micros: Int64
    seconds: Int64
    nanos: Int64
    rated: Mask
    foreign: Mask
    units: Int64
    amount_nanos: Int64


def read_records(serialized: bytes, currency_code: str) -> RecordColumns:
    """The records of serialized `RecordUsageRequest`s, one after the other.

    Args:
        serialized: as protobuf writes messages that it has read.
        currency_code: that of the store.

    Raises:
        Unusual: one of them is not of the usual form.
    """
    reader = _Reader(serialized)
    event_id = reader.characters(EVENT_ID, UUID_LENGTH)
    account = reader.characters(ACCOUNT_SID, SID_LENGTH)
    product = reader.text(PRODUCT_ID, LONGEST_PRODUCT)
    quantity = reader.number(QUANTITY)
    moment = reader.inside(OCCUR_TIME)
    if not moment.present.all():
        raise Unusual
    seconds, nanos = moment.number(SECONDS), moment.number(NANOS)
    amount = moment.close().inside(AMOUNT)
    foreign = amount.present & ~amount.is_text(CURRENCY, currency_code.encode())
    units, amount_nanos = amount.number(UNITS), amount.number(AMOUNT_NANOS)
    amount.close().expect_end()
    return RecordColumns(
        event_id,
        _texts(account),
        _texts(product),
        quantity,
        seconds,
        nanos,
        amount.present,
        foreign,
        units,
        amount_nanos,
    )


class _Reader:
    """Reads a field after the other, of all records at once.

    Attributes:
        present: which records have what is being read.
    """

    def __init__(self, serialized: bytes) -> None:
        starts, ends = _stretches(serialized)
        self._octets = np.frombuffer(serialized + PADDING, dtype=np.uint8)
        self._at, self._end = starts, ends
        self._outer: _Reader | None = None
        self.present: Mask = np.ones(len(starts), dtype=np.bool_)

    def inside(self, tag: int) -> _Reader:
        """A reader of a message within the records, which not all need to have."""
        inner = object.__new__(_Reader)
        inner._octets, inner._outer = self._octets, self
        inner.present = self._take(tag)
        length = self._length(inner.present)
        inner._at = self._at.copy()
        inner._end = self._at + length
        self._at += length
        return inner

    def close(self) -> _Reader:
        """The reader of the records around, once all of the message within is read."""
        self.expect_end()
        assert self._outer is not None
        return self._outer

    def expect_end(self) -> None:
        """Nothing is left; else `Unusual`."""
        if not np.array_equal(self._at, self._end):
            raise Unusual

    def characters(self, tag: int, width: int) -> Octets:
        """A text that all have, of one length."""
        present = self._take(tag)
        if not (present.all() and (self._length(present) == width).all()):
            raise Unusual
        read: Octets = self._octets[self._at[:, None] + np.arange(width)]
        if not read.all():
            raise Unusual
        self._at += width
        return read

    def text(self, tag: int, longest: int) -> Octets:
        """A text of at most this length, filled up with 0; empty where there is none."""
        length = self._length(self._take(tag))
        if (length > longest).any():
            raise Unusual
        places = np.arange(int(length.max(initial=0)))
        beyond = places >= length[:, None]
        read: Octets = self._octets[self._at[:, None] + places]
        if not (read.astype(np.bool_) | beyond).all():  # a 0 within a text would be taken for filling
            raise Unusual
        read[beyond] = 0
        self._at += length
        return read

    def is_text(self, tag: int, text: bytes) -> Mask:
        """Whether a text is this one."""
        read = self.text(tag, LONGEST_PRODUCT)
        if read.shape[1] < len(text):
            return np.zeros(len(read), dtype=np.bool_)
        same: Mask = (read == np.frombuffer(text.ljust(read.shape[1], b"\0"), dtype=np.uint8)).all(axis=1)
        return same

    def number(self, tag: int) -> Int64:
        """A number; 0 where there is none."""
        more = self._take(tag)
        numbers = np.zeros(len(self._at), dtype=np.uint64)
        for shift in range(0, NUMBER_BITS, 7):
            octets = self._octets[self._at]
            numbers |= ((octets & ~MORE) * more).astype(np.uint64) << np.uint64(shift)
            self._at += more
            more = more & (octets >= MORE)
            if not more.any():
                return numbers.view(np.int64)
        raise Unusual

    def _take(self, tag: int) -> Mask:
        """Which of the records have this field next; the tag is read."""
        found: Mask = (self._octets[self._at] == tag) & (self._at < self._end)
        self._at += found
        return found

    def _length(self, present: Mask) -> Int64:
        """The length of what comes next, where it is present; 0 elsewhere."""
        length = self._octets[self._at] * present
        if (length & MORE).any():
            raise Unusual
        self._at += present
        return length.astype(np.int64)


def _stretches(serialized: bytes) -> tuple[Int64, Int64]:
    """Where the records begin and end. Each begins with its event id; before it stand its own tag and length."""
    octets = np.frombuffer(serialized, dtype=np.uint8)
    starts = np.flatnonzero((octets[:-1] == EVENT_ID) & (octets[1:] == UUID_LENGTH))
    if not len(starts) or starts[0] < SHORT_HEAD:
        raise Unusual
    last, first = octets[starts - 1].astype(np.int64), octets[starts - 2]
    long = first >= MORE
    ends = starts + np.where(long, (last << 7) | (first & ~MORE), last)
    heads = starts - np.where(long, SHORT_HEAD + 1, SHORT_HEAD)
    if not (heads[0] == 0 and ends[-1] == len(octets) and np.array_equal(ends[:-1], heads[1:])):
        raise Unusual  # no event id, a very long record, or what looks like a record's beginning within one
    return starts, ends


# Odd numbers by which the 8-byte words of a text are multiplied, so that texts are told apart by one number.
_FACTORS = np.random.default_rng(1).integers(1 << 63, size=LONGEST_PRODUCT // 8, dtype=np.uint64) * np.uint64(
    2
) + np.uint64(1)


def _texts(characters: Octets) -> Texts:
    """Texts filled up with 0, told apart by a number made of each; checked, as two may have the same."""
    count, width = characters.shape
    words: Any = np.zeros((count, -(-width // 8) * 8), dtype=np.uint8)
    words[:, :width] = characters
    numbers = (words.view(np.uint64) * _FACTORS[: words.shape[1] // 8]).sum(axis=1, dtype=np.uint64)
    numbers ^= numbers >> np.uint64(29)
    _, first, index = np.unique(numbers, return_index=True, return_inverse=True)
    if not np.array_equal(characters, characters[first][index]):
        raise Unusual
    distinct = characters[first].view(f"S{width}").ravel().tolist() if width else [b""]
    return Texts([text.decode() for text in distinct], index.astype(np.uint32))
