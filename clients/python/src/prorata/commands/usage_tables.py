"""Usage in tables for people."""

from collections.abc import Iterable
from decimal import Decimal

from rich.table import Table

from prorata.commands.output import table
from prorata.days import date_to_day
from prorata.moments import moment_text
from prorata.money import money_text
from prorata.quantity import quantity_text
from prorata.v1.usage_pb2 import RecordedUsage, UsageCorrection, UsageRecord, UsageSummaryRow


def usage_table(usage: Iterable[RecordedUsage]) -> Table:
    """Records of usage: the quantity and amount of the last correction, which count, and what became of each."""
    return table(
        ("event", "product", ">quantity", "occurred", ">amount", "recorded", "since then"),
        (
            (
                each.record.event_id,
                each.record.product_id,
                quantity_text(_counts(each).quantity_micros),
                moment_text(each.record.occur_time),
                money_text(_counts(each).amount) if _counts(each).HasField("amount") else "unrated",
                moment_text(each.record_time),
                _since_then(each),
            )
            for each in usage
        ),
    )


def _counts(usage: RecordedUsage) -> UsageRecord | UsageCorrection:
    return usage.corrections[-1] if usage.corrections else usage.record


def _since_then(usage: RecordedUsage) -> str:
    corrected = f"corrected {len(usage.corrections):,} times" if len(usage.corrections) > 1 else "corrected"
    voided = f"voided {moment_text(usage.void_time)}" if usage.HasField("void_time") else ""
    return ", ".join(filter(None, (corrected if usage.corrections else "", voided)))


def summary_table(rows: Iterable[UsageSummaryRow]) -> Table:
    """Sums of usage."""
    return table(
        ("account", "product", "day", ">records", ">quantity", ">of it unrated", ">rated amount"),
        (
            (
                each.account_sid,
                each.product_id,
                date_to_day(each.day) or "",
                f"{each.record_count:,}",
                quantity_text(each.quantity_micros),
                quantity_text(each.unrated_quantity_micros),
                money_text(each.rated_amount) or Decimal(0),
            )
            for each in rows
        ),
    )
