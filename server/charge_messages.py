"""Explanations and closings as messages of the contract."""

from __future__ import annotations

from billing.closings import Closing as BillingClosing
from billing.explanation import Explanation
from billing.messages.basic import date_from_day, timestamp_from_moment
from billing.messages.charges import charge_message, total_messages
from billing.money import Currency
from billing.progress import ClosingProgress
from prorata.v1.charge_pb2 import ChargeExplanation, LineExplanation
from prorata.v1.closing_pb2 import Closing
from server.comparison_messages import comparison_message, set_apart_messages


def explanation_message(explanation: Explanation, currency: Currency) -> ChargeExplanation:
    """A charge record in words."""
    return ChargeExplanation(
        record=charge_message(explanation.record, currency),
        rules=explanation.rules,
        lines=[
            LineExplanation(summary=line.summary, formula=line.formula, notes=line.notes) for line in explanation.lines
        ],
    )


def closing_message(progress: ClosingProgress, currency: Currency) -> Closing:
    """A closing with what it has come to."""
    closing = progress.of
    return Closing(
        period=str(closing.period),
        state=int(closing.state),  # type: ignore[arg-type]
        closing_number=closing.closing_number,
        charge_day=date_from_day(closing.period.end_day),
        start_time=timestamp_from_moment(closing.start_time),
        complete_time=timestamp_from_moment(closing.complete_time),
        started_by=closing.started_by,
        shard_count=progress.shard_count,
        done_shard_count=progress.done_shard_count,
        failed_shard_count=progress.failed_shard_count,
        shard_error=progress.shard_error,
        record_count=progress.record_count,
        totals=total_messages(progress.totals, currency),
        digest=closing.digest.hex() if closing.digest else "",
        digest_final=_digest_final(closing),
        set_apart_count=progress.set_apart_count,
        set_apart=set_apart_messages(progress.set_apart),
        remaining_batch_count=progress.remaining_batch_count,
        comparison=comparison_message(progress.comparison, currency) if progress.comparison else None,
        completion_error=closing.completion_error or "",
    )


def _digest_final(closing: BillingClosing) -> bool:
    return closing.complete_time is not None
