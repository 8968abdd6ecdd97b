"""What closings and rehearsals share, as messages of the contract: owners set apart, and the comparison."""

from __future__ import annotations

from collections.abc import Iterable

from billing.closings import SetApart
from billing.comparison import Comparison
from billing.messages.basic import money_from_minor
from billing.messages.charges import total_messages
from billing.money import Currency
from prorata.v1.closing_pb2 import ClosingComparison, OwnerSetApart, PayerOutlier


def set_apart_messages(owners: Iterable[SetApart]) -> list[OwnerSetApart]:
    """Owners set apart."""
    return [OwnerSetApart(owner_sid=each.owner_sid, reason=each.reason, released=each.released) for each in owners]


def comparison_message(comparison: Comparison, currency: Currency) -> ClosingComparison:
    """A month beside the one before."""
    return ClosingComparison(
        previous_period=str(comparison.previous_period or ""),
        totals=total_messages(comparison.totals, currency),
        previous_totals=total_messages(comparison.previous_totals, currency),
        outlier_factor=float(comparison.threshold.factor),
        outlier_amount=money_from_minor(comparison.threshold.amount_minor, currency),
        outlier_count=comparison.outlier_count,
        outliers=[
            PayerOutlier(
                payer_account_sid=each.payer_sid,
                amount=money_from_minor(each.amount_minor, currency),
                previous_amount=money_from_minor(each.previous_minor, currency),
            )
            for each in comparison.outliers
        ],
    )
