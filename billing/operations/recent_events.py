"""Which events were recorded lately, as far as that can be told cheaply: a Bloom filter in two halves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

UInt64 = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

WORD_BITS = 64
BITS_PER_EVENT = 16
BIT_SHIFTS = (40, 46, 52)  # the parts of a hash that say which three bits of its word are an event's


class RecentEvents:
    """Remembers the hashes of the last events, between `capacity` and twice as many.

    It never misses one of those, and takes about 1 in 100 others for one of them. An event is three bits of one word,
    so that it costs one access to memory; memory is 4 to 8 bytes an event of the capacity, taken only as it fills.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._words = 1 << (BITS_PER_EVENT * capacity // WORD_BITS - 1).bit_length()
        self._current = np.zeros(self._words, dtype=np.uint64)
        self._previous = np.zeros(self._words, dtype=np.uint64)
        self._count = 0

    def add(self, hashes: UInt64) -> None:
        """Remember events; when the current half is full, the older half is forgotten."""
        if self._count >= self._capacity:
            self._previous, self._current = self._current, np.zeros(self._words, dtype=np.uint64)
            self._count = 0
        self._count += len(hashes)
        words, bits = self._places(hashes)
        while len(words):  # of events of one word only one is set a time; many times faster than bitwise_or.at
            self._current[words] |= bits
            left = np.flatnonzero((self._current[words] & bits) != bits)
            words, bits = words[left], bits[left]

    def may_have(self, hashes: UInt64) -> Mask:
        """Which of the events may be among the last ones."""
        words, bits = self._places(hashes)
        found: Mask = ((self._current[words] & bits) == bits) | ((self._previous[words] & bits) == bits)
        return found

    def _places(self, hashes: UInt64) -> tuple[npt.NDArray[np.int64], UInt64]:
        """The word of each event, and its bits in it."""
        bits = np.zeros(len(hashes), dtype=np.uint64)
        for shift in BIT_SHIFTS:
            bits |= np.uint64(1) << ((hashes >> np.uint64(shift)) & np.uint64(WORD_BITS - 1))
        return (hashes & np.uint64(self._words - 1)).astype(np.int64), bits
