"""Verifying what closings used of support credits (8.5)."""

from __future__ import annotations

from itertools import islice

import asyncpg

from billing.charges import ChargeRecord
from billing.closings import Closing, ClosingState
from billing.operations.credit_uses import records_due
from billing.store import credit_verification, support_credits
from billing.store.credit_verification import EmittedCredit
from billing.store.verification import SHOWN, Comparison, Difference


async def compare_uses(connection: asyncpg.Connection, closing: Closing) -> Comparison:
    """The credit records of a closing with those that it was to emit: none before it is complete."""
    due: list[ChargeRecord] = []
    if closing.state is ClosingState.CLOSED:
        available = await support_credits.open_before(connection, closing.closing_number)
        due = await records_due(connection, closing, available)
    derived = {record.charge_id: _as_emitted(record) for record in due}
    emitted = await credit_verification.emitted(connection, closing.closing_number)
    stored = {each.charge_id: each for each in emitted}
    keys = {*stored, *derived}
    wrong = sorted(key for key in keys if stored.get(key) != derived.get(key))
    shown = [
        Difference(f"CH{key.hex()}", _text(stored.get(key)), _text(derived.get(key))) for key in islice(wrong, SHOWN)
    ]
    return Comparison(len(keys), len(wrong), shown)


def _as_emitted(record: ChargeRecord) -> EmittedCredit:
    [line] = record.credit_lines
    return EmittedCredit(
        record.charge_id,
        record.record_digest,
        record.payer_key,
        record.party_key,
        record.period.first_day,
        line.plan_id,
        line.credit_key,
        line.amount_minor,
        line.credit_minor,
        line.used_before_minor,
        line.owed_minor,
    )


def _text(record: EmittedCredit | None) -> str:
    if record is None:
        return "no record"
    amounts = f"{record.amount_minor:,}, {record.credit_minor:,}, {record.used_before_minor:,}, {record.owed_minor:,}"
    whose = f"owner key {record.owner_key}, paid by key {record.payer_key}"
    return f"{amounts}, {record.plan_id} of {record.month:%Y-%m}, {whose}, digest {record.record_digest.hex()[:8]}"
