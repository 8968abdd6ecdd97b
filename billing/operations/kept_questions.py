"""What was asked for a preview lately, kept in memory: so all of it can be asked at once the next time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from billing.operations.keeping import keep
from billing.period import Period
from billing.store.questions import Asked, Question, is_joined

MOST_KEPT = 2_000  # a few kilobytes each

Preview = tuple[str, Period | None]  # of the account with the SID, and of the period or the current one


class KeptQuestions:
    """The questions of previews, the latest of each."""

    def __init__(self) -> None:
        self._kept: dict[Preview, Sequence[Question[Any]]] = {}

    def get(self, preview: Preview) -> Sequence[Question[Any]] | None:
        """What was asked for it the last time."""
        return self._kept.get(preview)

    def keep(self, preview: Preview, asked: Sequence[Asked]) -> None:
        """Keep what was asked, in place of what was longest not asked; nothing where some of it is asked apart."""
        self.forget(preview)
        questions = [question for question in asked if is_joined(question)]
        if len(questions) == len(asked):
            keep(self._kept, preview, questions, MOST_KEPT)

    def forget(self, preview: Preview) -> None:
        """Forget what was asked."""
        self._kept.pop(preview, None)
