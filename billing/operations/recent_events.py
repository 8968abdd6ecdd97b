"""Which events were recorded lately, as far as that can be told cheaply: a Bloom filter in two halves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

UInt64 = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

WORD_BITS = 64
BITS_PER_EVENT = 32
ADDRESS_SHIFTS = (0, 32)  # the parts of a hash that address its two bits


class RecentEvents:
    """Remembers the hashes of the last events, between `capacity` and twice as many.

    It never misses one of those, and takes less than 1 in 100 others for one of them. Memory is 8 to 16 bytes an event
    of the capacity, taken only as it fills.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._bits = 1 << (BITS_PER_EVENT * capacity - 1).bit_length()
        self._current = self._empty()
        self._previous = self._empty()
        self._count = 0

    def add(self, hashes: UInt64) -> None:
        """Remember events; when the current half is full, the older half is forgotten."""
        if self._count >= self._capacity:
            self._previous, self._current, self._count = self._current, self._empty(), 0
        for word, bit in self._addresses(hashes):
            np.bitwise_or.at(self._current, word, bit)
        self._count += len(hashes)

    def may_have(self, hashes: UInt64) -> Mask:
        """Which of the events may be among the last ones."""
        in_current = np.ones(len(hashes), dtype=np.bool_)
        in_previous = np.ones(len(hashes), dtype=np.bool_)
        for word, bit in self._addresses(hashes):
            in_current &= (self._current[word] & bit) != 0
            in_previous &= (self._previous[word] & bit) != 0
        return in_current | in_previous

    def _empty(self) -> UInt64:
        return np.zeros(self._bits // WORD_BITS, dtype=np.uint64)

    def _addresses(self, hashes: UInt64) -> list[tuple[npt.NDArray[np.int64], UInt64]]:
        addresses = [(hashes >> np.uint64(shift)) & np.uint64(self._bits - 1) for shift in ADDRESS_SHIFTS]
        return [
            ((address >> np.uint64(6)).astype(np.int64), np.uint64(1) << (address & np.uint64(WORD_BITS - 1)))
            for address in addresses
        ]
