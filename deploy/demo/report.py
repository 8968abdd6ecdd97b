"""What the demonstration prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from deploy.demo.cast import ACCOUNTS, CONTRACT, EXAMPLES
from deploy.demo.month import END, START, Month
from prorata import Client, UsageReport, money_to_decimal
from prorata.v1.charge_pb2 import ChargeKind, ChargeRecord
from prorata.v1.closing_pb2 import Closing

BAR_WIDTH = 30


def loaded(console: Console, month: Month, usage: UsageReport) -> None:
    """What was loaded, and what became of the usage."""
    subaccounts = sum(len(family.subaccounts) for family in month.families)
    plans = Counter(family.plan for family in month.families)
    reasons = Counter(record.reason for record in usage.refused)
    console.print(
        f"\n[bold]June 2026[/bold]: {len(month.families):,} customers with {subaccounts:,} subaccounts, "
        "a contract over three more, two with Flex, one with tiers, one that waits for support"
    )
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


def rehearsed(console: Console, agrees: bool) -> None:
    """One line about the rehearsal."""
    words = (
        "the rehearsal's totals agree with the closing"
        if agrees
        else "[red]the rehearsal differs from the closing[/red]"
    )
    console.print(f"Rehearsed before the month ended: {words}")


def lived(console: Console, month: Month, usage: UsageReport) -> None:
    """What arrived in July."""
    late = int(month.july.within(START, END).sum())
    console.print(
        f"\n[bold]July 2026[/bold]: {usage.new_count:,} new usage records, {late:,} of them late: of June; one login "
        "and one record late, one voided, one corrected; one claim for a missed guarantee"
    )


def settled(console: Console, records: Sequence[ChargeRecord]) -> None:
    """What the closing of July settled of June, per kind."""
    table = Table("kind", "records", "amount (USD)", title="Adjustments of 2026-06", title_justify="left")
    table.columns[1].justify = table.columns[2].justify = "right"
    adjustments = [record for record in records if record.adjustment]
    for kind in sorted({record.kind for record in adjustments}):
        amounts = [_amount(record) for record in adjustments if record.kind == kind]
        table.add_row(_kind(kind), f"{len(amounts):,}", f"{sum(amounts):,.2f}")
    console.print(table)


async def examples(console: Console, client: Client, records: Sequence[ChargeRecord], closing_period: str) -> None:
    """The charges worked out by hand that a closing emitted, with their formulas."""
    table = Table(
        "charge",
        "kind",
        "formula",
        "USD",
        title=f"Some charges of June in the closing of {closing_period}",
        title_justify="left",
    )
    table.columns[3].justify = "right"
    for example in EXAMPLES:
        record = example.record(records)
        if example.closing_period != closing_period or record is None:
            continue
        explanation = await client.billing.explain_charge(record.charge_id)
        formulas = "\n".join(line.formula for line in explanation.lines)
        table.add_row(example.name, _kind(record.kind), formulas, f"{_amount(record):,.2f}")
    console.print(table)


async def explained(console: Console, client: Client, records: Sequence[ChargeRecord]) -> None:
    """One support charge in full: that of the contract, which an account joined within the month."""
    record = next(record for record in records if record.owner_sid == CONTRACT)
    names = {sid: name for name, sid, _ in ACCOUNTS}
    explanation = await client.billing.explain_charge(record.charge_id)
    payer = names[record.payer_account_sid]
    text = [f"{record.charge_id}, paid by {payer}: {_amount(record):,.2f} USD (rules {explanation.rules})"]
    for words, line in zip(explanation.lines, record.lines, strict=True):
        text += ["", f"[bold]{words.summary}[/bold]", f"  {words.formula}", *(f"  {note}" for note in words.notes)]
        text += [
            f"    {names[part.account_sid]:<20}{money_to_decimal(part.amount):>10,.2f}  for a spend of "
            f"{money_to_decimal(part.weight):,.2f}"
            for part in line.parts
        ]
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
