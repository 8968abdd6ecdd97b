"""Rehearsals as messages of the contract."""

from __future__ import annotations

from billing.messages.basic import timestamp_from_moment
from billing.messages.charges import total_messages
from billing.money import Currency
from billing.progress import RehearsalProgress
from prorata.v1.rehearsal_pb2 import Rehearsal
from server.comparison_messages import comparison_message, set_apart_messages


def rehearsal_message(progress: RehearsalProgress, currency: Currency) -> Rehearsal:
    """A rehearsal with what it has come to."""
    rehearsal = progress.of
    return Rehearsal(
        rehearsal_number=rehearsal.rehearsal_number,
        period=str(rehearsal.period),
        state=int(rehearsal.state),  # type: ignore[arg-type]
        start_time=timestamp_from_moment(rehearsal.start_time),
        complete_time=timestamp_from_moment(rehearsal.complete_time),
        started_by=rehearsal.started_by,
        shard_count=progress.shard_count,
        done_shard_count=progress.done_shard_count,
        failed_shard_count=progress.failed_shard_count,
        shard_error=progress.shard_error,
        record_count=progress.record_count,
        totals=total_messages(progress.totals, currency),
        digest=rehearsal.digest.hex() if rehearsal.digest else "",
        set_apart_count=progress.set_apart_count,
        set_apart=set_apart_messages(progress.set_apart),
        comparison=comparison_message(progress.comparison, currency) if progress.comparison else None,
        remaining_batch_count=progress.remaining_batch_count,
        completion_error=rehearsal.completion_error or "",
    )
