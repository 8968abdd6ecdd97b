"""Messages written by columns: many of one shape at once, in the wire format of protobuf, without an object each.

Message i is row i of arrays. What stands one after another in a message is a list of pieces, in the order of the
field numbers, so that the bytes are those that the message itself would be written as.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[Any]

VARINT, LENGTH_DELIMITED = 0, 2
NARROW = 12  # pieces up to so many bytes are put in place byte by byte, each for all rows
POWERS_OF_TEN = 10 ** np.arange(19, dtype=np.int64)
POWER_AT = np.append(POWERS_OF_TEN, 1)  # one more, for the place of the sign of a number of 19 digits
HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


class Piece(NamedTuple):
    """Some bytes of every message: of message i the first `length[i]` of `content[i]`.

    With a single row it stands alike in all of them.
    """

    content: Bytes
    length: Integers


Pieces = list[Piece]


def constant(message: bytes) -> Piece:
    """The same fields in every message, already written."""
    return Piece(np.frombuffer(message, dtype=np.uint8).reshape(1, -1), np.array([len(message)]))


def chosen(messages: Sequence[bytes], index: Integers) -> Piece:
    """Fields already written, in every message those of its index."""
    lengths = np.array([len(message) for message in messages])
    width = int(lengths.max(initial=0))
    table = np.frombuffer(b"".join(message.ljust(width, b"\0") for message in messages), dtype=np.uint8)
    return Piece(table.reshape(len(messages), width)[index], lengths[index])


def integer(number: int, values: Integers) -> Piece:
    """An integer field (int32, int64, bool or an enum); left out where it is 0."""
    content, length = _varints(_tag(number, VARINT), values)
    return Piece(content, np.where(values == 0, 0, length))


def text(number: int, content: Bytes, length: Integers | None = None) -> Piece:
    """A string field of at most 127 bytes: so many of each row, all of them by default; left out where none."""
    count, width = content.shape
    framed = np.empty((count, width + 2), dtype=np.uint8)
    framed[:, 0], framed[:, 2:] = _tag(number, LENGTH_DELIMITED), content
    if length is None:
        framed[:, 1] = width
        return Piece(framed, np.array([width + 2]))
    framed[:, 1] = length
    return Piece(framed, np.where(length == 0, 0, length + 2))


def message(number: int, fields: Pieces, further: Integers | int = 0) -> Pieces:
    """A message field, never left out; so many further bytes of it follow elsewhere."""
    size = np.atleast_1d(sum((piece.length for piece in fields), np.zeros(1, dtype=np.int64)) + further)
    return [Piece(*_varints(_tag(number, LENGTH_DELIMITED), size)), *fields]


def decimal_digits(values: Integers) -> tuple[Bytes, Integers]:
    """Integers above the smallest int64 as decimal text, for `text`."""
    negative = values < 0
    magnitude = np.abs(values)
    length = np.searchsorted(POWERS_OF_TEN, magnitude, side="right") + negative
    length[magnitude == 0] = 1
    content = np.empty((int(length.max(initial=1)), len(values)), dtype=np.uint8)
    for place in range(len(content)):
        power = POWER_AT[length - 1 - place]  # past the end any, counted from the end: it does not stand
        content[place] = magnitude // power % 10 + ord("0")
    content[0, negative] = ord("-")
    return content.T, length


def hex_digits(content: Bytes) -> Bytes:
    """Bytes as hexadecimal text: two characters each."""
    count, width = content.shape
    digits = np.empty((count, 2 * width), dtype=np.uint8)
    digits[:, 0::2], digits[:, 1::2] = HEX[content >> 4], HEX[content & 15]
    return digits


def frame(number: int, size: int) -> bytes:
    """What stands in front of a message field of so many bytes."""
    content = [_tag(number, LENGTH_DELIMITED)]
    while size > 0x7F:
        content.append(size & 0x7F | 0x80)
        size >>= 7
    return bytes((*content, size))


class Written(NamedTuple):
    """Messages, one after another, and where each ends."""

    content: bytes
    end: Integers

    def each(self) -> list[bytes]:
        """Every message."""
        return self.groups(np.arange(1, len(self.end) + 1))

    def groups(self, last: Integers) -> list[bytes]:
        """Stretches of messages, each up to and without the message of this number."""
        places = [0, *np.concatenate(([0], self.end))[last].tolist()]
        return [self.content[start:end] for start, end in pairwise(places)]


def written(fields: Pieces, count: int) -> Written:
    """So many messages of these fields."""
    width = sum(piece.content.shape[1] for piece in fields)
    content = np.empty((count, width), dtype=np.uint8)
    stands = np.ones((count, width), dtype=np.bool_)
    place = 0
    for piece in fields:
        span = slice(place, place + piece.content.shape[1])
        _put(content[:, span], piece.content)
        _mark(stands[:, span], piece.length)
        place = span.stop
    length = sum((piece.length for piece in fields), np.zeros(count, dtype=np.int64))
    return Written(content[stands].tobytes(), np.cumsum(length))


def _put(target: Bytes, content: Bytes) -> None:
    if content.shape[1] > NARROW:
        target[:] = content
        return
    for place in range(content.shape[1]):
        target[:, place] = content[:, place]


def _mark(stands: npt.NDArray[np.bool_], length: Integers) -> None:
    width = stands.shape[1]
    shortest = int(length.min(initial=width))
    if width - shortest > NARROW:
        stands[:] = np.arange(width) < length[:, None]
        return
    for place in range(shortest, width):
        stands[:, place] = length > place


def _tag(number: int, wire_type: int) -> int:
    assert 1 <= number <= 15, "a tag of one byte"
    return number << 3 | wire_type


def _varints(tag: int, values: Integers) -> tuple[Bytes, Integers]:
    """A tag and a varint each, and their lengths; negative numbers take 10 bytes, as the format has it."""
    rest = values.astype(np.int64).view(np.uint64)
    width = max(1, -(-int(rest.max(initial=0)).bit_length() // 7))
    content = np.empty((width + 1, len(rest)), dtype=np.uint8)  # by places, so that each is one stretch of memory
    content[0] = tag
    length = np.full(len(rest), 2)
    for place in range(1, width + 1):
        content[place] = rest & np.uint64(0x7F)
        if place < width:
            rest = rest >> np.uint64(7)
            more = rest != 0
            content[place] |= more.astype(np.uint8) << np.uint8(7)
            length += more
    return content.T, length
