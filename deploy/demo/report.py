"""What the demonstration prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from deploy.demo.month import Month
from prorata import Client, UsageReport, money_to_decimal
from prorata.v1.charge_pb2 import CHARGE_KIND_SUPPORT_PLAN, CHARGE_KIND_USAGE, ChargeKind, ChargeRecord
from prorata.v1.closing_pb2 import Closing

SHOWN = 4
BAR_WIDTH = 30


def loaded(console: Console, month: Month, usage: UsageReport) -> None:
    """What was loaded, and what became of the usage."""
    subaccounts = sum(len(family.subaccounts) for family in month.families)
    plans = Counter(family.plan for family in month.families)
    reasons = Counter(record.reason for record in usage.refused)
    console.print(f"\n[bold]June 2026[/bold]: {len(month.families):,} customers with {subaccounts:,} subaccounts")
    console.print("Plans on 1 June: " + ", ".join(f"{count:,} {plan}" for plan, count in plans.most_common()))
    console.print(
        f"Usage records: {usage.new_count:,} new, {usage.repeated_count:,} repeats counted once, "
        f"{len(usage.refused):,} refused ({', '.join(f'{count} {reason}' for reason, count in reasons.items())})"
    )


def closed(console: Console, closing: Closing) -> None:
    """The totals per kind."""
    table = Table("kind", "records", "amount (USD)", "", title=f"Closing of {closing.period}", title_justify="left")
    table.columns[1].justify = table.columns[2].justify = "right"
    largest = max((money_to_decimal(total.amount) for total in closing.totals), default=Decimal(1))
    for total in closing.totals:
        amount = money_to_decimal(total.amount)
        table.add_row(_kind(total.kind), f"{total.record_count:,}", f"{amount:,.2f}", _bar(amount, largest))
    console.print(table)
    console.print(f"digest {closing.digest}\n")


def charges(console: Console, records: Sequence[ChargeRecord]) -> None:
    """A few charge records: the largest of each kind."""
    table = Table(
        "position",
        "id",
        "kind",
        "payer",
        "lines",
        "amount (USD)",
        title="The largest charge records",
        title_justify="left",
    )
    table.columns[0].justify = table.columns[4].justify = table.columns[5].justify = "right"
    for kind in (CHARGE_KIND_USAGE, CHARGE_KIND_SUPPORT_PLAN):
        largest = sorted((record for record in records if record.kind == kind), key=_amount, reverse=True)
        for record in largest[:SHOWN]:
            table.add_row(
                f"{record.position:,}",
                f"{record.charge_id[:12]}…",
                _kind(record.kind),
                f"{record.payer_account_sid[:12]}…",
                str(len(record.lines)),
                f"{_amount(record):,.2f}",
            )
    console.print(table)


async def explained(console: Console, client: Client, records: Sequence[ChargeRecord]) -> None:
    """One support charge in full: of those with a change in the month, the one shared by most accounts."""
    record = max(
        records,
        key=lambda each: (
            each.kind == CHARGE_KIND_SUPPORT_PLAN,
            len(each.lines),
            max(len(line.parts) for line in each.lines),
        ),
    )
    explanation = await client.billing.explain_charge(record.charge_id)
    text = [
        f"{record.charge_id} for {record.payer_account_sid}: {_amount(record):,.2f} USD (rules {explanation.rules})"
    ]
    for words, line in zip(explanation.lines, record.lines, strict=True):
        text += ["", f"[bold]{words.summary}[/bold]", f"  {words.formula}"]
        text += [f"  {note}" for note in words.notes]
        parts = sorted(line.parts, key=lambda part: -money_to_decimal(part.amount))
        text += [
            f"    {part.account_sid}  {money_to_decimal(part.amount):>12,.2f}  for a spend of "
            f"{money_to_decimal(part.weight):,.2f}"
            for part in parts[:SHOWN]
        ]
        if len(parts) > SHOWN:
            text.append(f"    … and {len(parts) - SHOWN} more accounts")
    console.print(Panel("\n".join(text), title="One charge explained", title_align="left"))


def checked(console: Console, found: Sequence[tuple[str, bool]]) -> bool:
    """What was checked; returns whether all of it holds."""
    for what, holds in found:
        console.print(f"[green]✓[/green] {what}" if holds else f"[red]✗ {what}[/red]")
    return all(holds for _, holds in found)


def _kind(kind: ChargeKind.ValueType) -> str:
    return ChargeKind.Name(kind).removeprefix("CHARGE_KIND_").replace("_", " ").lower()


def _amount(record: ChargeRecord) -> Decimal:
    return money_to_decimal(record.amount)


def _bar(amount: Decimal, largest: Decimal) -> str:
    return "█" * max(1, int(BAR_WIDTH * amount / largest)) if amount > 0 else ""
