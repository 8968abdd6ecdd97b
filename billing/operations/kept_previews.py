"""What previews asked lately and what came of it, kept in memory.

So all of it can be asked at once the next time, and where nothing has changed since, the answer is the one given then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from billing.period import Period
from billing.store.questions import Found, Together

MOST_KEPT = 2_000  # a few kilobytes each, besides the answers
MOST_BYTES = 32 * 2**20  # of answers; what was found for them takes about as much

Preview = tuple[str, Period | None]  # of the account with the SID, and of the period or the current one


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a preview.

    Attributes:
        found: what the store held of all that it depends on.
        today: the day on which it was asked for, of the real clock.
        written: the answer.
    """

    found: Found
    today: date
    written: bytes


@dataclass(frozen=True, slots=True)
class KeptPreview:
    """A preview that was asked for.

    Attributes:
        questions: what it asked, all of it.
        answered: what came of that; None where it was not asked together, or where the answer is not kept.
    """

    questions: Together
    answered: Answered | None = None

    @property
    def size(self) -> int:
        """Bytes of the answer."""
        return len(self.answered.written) if self.answered else 0


class KeptPreviews:
    """The latest of each preview; in place of what was longest not asked for, where there are too many or too large."""

    def __init__(self) -> None:
        self._kept: dict[Preview, KeptPreview] = {}
        self._size = 0

    def get(self, preview: Preview) -> KeptPreview | None:
        """What is kept of it."""
        return self._kept.get(preview)

    def keep(self, preview: Preview, kept: KeptPreview) -> None:
        """Keep it as the latest."""
        self.forget(preview)
        if kept.size > MOST_BYTES:
            kept = KeptPreview(kept.questions)
        while len(self._kept) >= MOST_KEPT or self._size + kept.size > MOST_BYTES:
            self.forget(next(iter(self._kept)))
        self._kept[preview] = kept
        self._size += kept.size

    def forget(self, preview: Preview) -> None:
        """Forget what is kept of it."""
        kept = self._kept.pop(preview, None)
        self._size -= kept.size if kept else 0
