"""Showing the steps of a closing or a rehearsal while it runs."""

from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from prorata.commands.output import Output
from prorata.v1.closing_pb2 import Closing
from prorata.v1.rehearsal_pb2 import Rehearsal


class Steps:
    """Shows steps: a bar on a terminal, else a line on stderr whenever something has changed; with --json, a line of
    JSON for each."""

    def __init__(self, output: Output, doing: str) -> None:
        """`doing` is what is done with the period, such as "closing"."""
        self._output = output
        self._lines = not output.as_json and not output.stderr.is_terminal
        self._last = ""
        self._doing = doing
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("shards"),
            TimeElapsedColumn(),
            console=output.stderr,
            disable=output.as_json or self._lines,
        )
        self._bar = self._progress.add_task("", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, step: Closing | Rehearsal) -> None:
        """Show a step."""
        if self._output.as_json:
            self._output.line(step, "")
        title = f"{self._doing} {step.period}"
        told = [f"{step.remaining_batch_count:,} batches to roll up"] if step.remaining_batch_count else []
        told += [f"shards failed: {failed_shards(step)}"] if step.failed_shard_count else []
        told += [f"not completed: {step.completion_error}"] if step.completion_error else []
        self._progress.update(
            self._bar,
            total=step.shard_count,
            completed=step.done_shard_count,
            description="; ".join((title, *told)),
        )
        if self._lines:
            self._line("; ".join((f"{title}: {shards_done(step)} shards done", *told)))

    def _line(self, text: str) -> None:
        if text != self._last:
            self._output.note(text)
            self._last = text


def shards_done(step: Closing | Rehearsal) -> str:
    """How many shards are done."""
    return f"{step.done_shard_count:,} of {step.shard_count:,}"


def failed_shards(step: Closing | Rehearsal) -> str:
    """How many shards failed at least once, and what the last failure says; empty when none has."""
    return f"{step.failed_shard_count:,}, last with {step.shard_error}" if step.failed_shard_count else ""
