"""How a month is shown beside the one before: bars per kind, and the payers that differ widely."""

from collections.abc import Iterable
from decimal import Decimal

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from prorata.commands.options import enum_text
from prorata.commands.output import facts, table
from prorata.money import decimal_to_money, money_text, money_to_decimal
from prorata.v1.charge_pb2 import ChargeKind, ChargeTotal
from prorata.v1.closing_pb2 import ClosingComparison, PayerOutlier

_BAR_WIDTH = 40


def comparison_pieces(period: str, comparison: ClosingComparison) -> Iterable[RenderableType]:
    """The comparison of a period; nothing when there is no month before."""
    if not comparison.previous_period:
        return
    yield _bars(period, comparison)
    differs = f"a factor of {comparison.outlier_factor:g} and {money_text(comparison.outlier_amount)}"
    yield facts((("outliers", f"{comparison.outlier_count:,} that differ by more than {differs}"),))
    if comparison.outliers:
        columns = ("payer", f">{comparison.previous_period}", f">{period}", ">difference")
        yield table(columns, (_outlier(each) for each in comparison.outliers))


def _bars(period: str, comparison: ClosingComparison) -> Table:
    """Two bars a kind: of the month before, and of the month; adjustments and credits are left out."""
    months = (comparison.previous_period, comparison.previous_totals), (period, comparison.totals)
    amounts = {(total.kind, month): _amount(total) for month, totals in months for total in totals}
    largest = max(amounts.values(), default=Decimal(0))
    currency = comparison.outlier_amount.currency_code
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("own records of", "month"):
        made.add_column(name)
    made.add_column("amount", justify="right")
    made.add_column("")
    for kind in sorted({kind for kind, _ in amounts}):
        for month, _ in months:
            amount = amounts.get((kind, month), Decimal(0))
            name = enum_text(ChargeKind.DESCRIPTOR, kind) if month != period else ""
            cells = name, month, money_text(decimal_to_money(amount, currency)), _bar(amount, largest)
            made.add_row(*(Text(cell) for cell in cells))
    return made


def _bar(amount: Decimal, largest: Decimal) -> str:
    return "█" * max(1, round(_BAR_WIDTH * amount / largest)) if amount > 0 else ""


def _amount(total: ChargeTotal) -> Decimal:
    return money_to_decimal(total.amount)


def _outlier(outlier: PayerOutlier) -> tuple[str, str, str, str]:
    amount, before = money_to_decimal(outlier.amount), money_to_decimal(outlier.previous_amount)
    difference = decimal_to_money(amount - before, outlier.amount.currency_code)
    return (
        outlier.payer_account_sid,
        money_text(outlier.previous_amount),
        money_text(outlier.amount),
        money_text(difference),
    )
