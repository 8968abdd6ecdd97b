"""What a worker counts of what it does: nothing, unless metrics are on."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from billing.operations.rollup import RollUp


class Counts:
    """Counts nothing."""

    def step(self, name: str) -> AbstractContextManager[None]:
        """The body is a step of the sweep."""
        del name
        return nullcontext()

    def job(self, name: str) -> AbstractContextManager[None]:
        """The body is a job."""
        del name
        return nullcontext()

    def rolled_up(self, window: RollUp) -> None:
        """A window of batches is rolled up."""
