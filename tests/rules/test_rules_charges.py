"""Ids and digests of charge records: functions of what is charged, and of nothing else (6.2, 6.3)."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.charges import ChargeKind, charge_id, closing_digest, record_digest
from billing.period import Period
from billing.pricing import PerUnit
from billing.rating import ProductTerms
from billing.segments import Run
from billing.support import FlatPrice, Terms
from tests.rules.months import (
    CONTRACT,
    JULY,
    JUNE,
    SUB1,
    SUB2,
    A,
    B,
    Month,
    Used,
    account_sid,
    bill,
    during,
    throughout,
)
from tests.rules.properties import thorough

USAGE, SUPPORT = ChargeKind.USAGE, ChargeKind.SUPPORT_PLAN


def test_6_2_an_id_is_16_bytes_and_never_changes() -> None:
    identity = charge_id(SUPPORT, A, CONTRACT, JUNE, JULY)
    assert identity.hex() == "5e814a6943a270c71493b25714c1dd26"  # as consumers know it: to change it is to charge twice
    assert len(identity) == 16


IDENTITIES: dict[str, tuple[ChargeKind, str, str, Period, Period]] = {
    "one": (USAGE, A, A, JUNE, JUNE),
    "another kind": (SUPPORT, A, A, JUNE, JUNE),
    "another account": (USAGE, A, SUB1, JUNE, JUNE),
    "another payer": (USAGE, B, A, JUNE, JUNE),
    "payer and party exchanged": (USAGE, SUB1, A, JUNE, JUNE),
    "another period": (USAGE, A, A, Period(2026, 5), JUNE),
    "another closing": (USAGE, A, A, JUNE, JULY),
    "a contract": (SUPPORT, A, CONTRACT, JUNE, JUNE),
}


def test_6_2_whatever_is_charged_has_an_id_of_its_own() -> None:
    assert len({charge_id(*identity) for identity in IDENTITIES.values()}) == len(IDENTITIES)


def identities(month: Month, numbering: Sequence[str] | None = None) -> dict[tuple[ChargeKind, str, str], bytes]:
    """The ids of the records of a month, by kind, payer and party."""
    return {
        (record.kind, record.payer_sid, record.party_sid): record.charge_id for record in bill(month, numbering).records
    }


def digests(month: Month, numbering: Sequence[str] | None = None) -> dict[bytes, bytes]:
    """The digests of the records of a month, by id."""
    return {record.charge_id: record.record_digest for record in bill(month, numbering).found.records}


VOICE = ProductTerms("voice", covered=True, price_key=5, pricing=PerUnit(Decimal("0.5")), price_start="2026-01")
MONTH = Month(
    held={
        A: [during(-99, 11, "production"), during(11, 16, "business")],
        CONTRACT: throughout("business"),
        account_sid("e"): throughout("production"),
    },
    used=[
        Used(A, 9_000),
        Used(A, 30, "voice", 7),
        Used(SUB1, 1),
        Used(SUB2, 1),
        Used(B, 62_000),
        Used(account_sid("e"), 1),
    ],
    subaccounts={A: [SUB1, SUB2]},
    members={CONTRACT: [A, B]},
    payers={CONTRACT: [during(-99, 21, B), during(21, 99, A)]},
    groups={A: [during(-99, 16, A), during(16, 99, CONTRACT)]},
    products={"voice": VOICE},
)


@thorough
@given(st.randoms(use_true_random=False))
def test_6_3_ids_and_digests_depend_neither_on_keys_nor_on_the_order_of_input(chance: random.Random) -> None:
    names = [*MONTH.names, "somebody else", "and another"]
    chance.shuffle(names)
    shuffled = replace(
        MONTH,
        held=dict(chance.sample(list(MONTH.held.items()), len(MONTH.held))),
        used=chance.sample(MONTH.used, len(MONTH.used)),
        subaccounts={A: chance.sample([SUB1, SUB2], 2)},
        members={CONTRACT: chance.sample([A, B], 2)},
    )
    assert digests(shuffled, names) == digests(MONTH)
    assert identities(shuffled, names) == identities(MONTH)


def test_6_2_an_id_does_not_depend_on_amounts() -> None:
    more = replace(MONTH, used=[replace(row, rated=Decimal(row.rated) + 100_000) for row in MONTH.used])
    assert identities(more) == identities(MONTH)
    assert all(digest != digests(MONTH)[identity] for identity, digest in digests(more).items())


def test_6_2_the_records_of_a_month_have_ids_of_their_own() -> None:
    found = bill(MONTH)
    assert found.failures == {}
    assert len(found.records) == 9  # usage of 5 accounts; support of A, of another account, and of the contract twice
    assert len(set(identities(MONTH).values())) == 9


SIMPLE = Month({A: throughout("production")}, [Used(A, 10_000), Used(SUB1, 10_000)], subaccounts={A: [SUB1, SUB2]})
CHANGES: dict[str, tuple[Callable[[Month], Month], tuple[ChargeKind, str]]] = {
    "an amount": (lambda month: replace(month, used=[Used(A, "10000.01"), Used(SUB1, 10_000)]), (USAGE, A)),
    "a product": (
        lambda month: replace(month, used=[Used(A, 10_000, "voice"), Used(SUB1, 10_000)], products={"voice": VOICE}),
        (USAGE, A),
    ),
    "one line for two": (
        lambda month: replace(
            month,
            used=[Used(A, 5_000), Used(A, 5_000, "voice"), Used(SUB1, 10_000)],
            products={"voice": VOICE},
        ),
        (USAGE, A),
    ),
    "whose part it is": (lambda month: replace(month, used=[Used(A, 10_000), Used(SUB2, 10_000)]), (SUPPORT, A)),
    "the size of parts": (lambda month: replace(month, used=[Used(A, 15_000), Used(SUB1, 5_000)]), (SUPPORT, A)),
    "the days": (
        lambda month: replace(month, held={A: [during(-99, 16, "production"), during(17, 99, "production")]}),
        (SUPPORT, A),
    ),
    "which days": (lambda month: replace(month, held={A: [during(1, 30, "production")]}), (SUPPORT, A)),
    "the plan": (lambda month: replace(month, held={A: throughout("business")}), (SUPPORT, A)),
}


@pytest.mark.parametrize("what", list(CHANGES))
def test_6_3_a_digest_tells_what_differs(what: str) -> None:
    change, charged = CHANGES[what]
    before, after = bill(SIMPLE), bill(change(SIMPLE))
    [first] = before.of(*charged)
    [second] = after.of(*charged)
    assert first.charge_id == second.charge_id
    assert digests(SIMPLE)[first.charge_id] != digests(change(SIMPLE))[second.charge_id]


def test_6_3_equal_days_at_other_times_of_the_month_differ_in_the_digest() -> None:
    first, last = (
        replace(SIMPLE, held={A: [run]}) for run in (during(1, 16, "production"), during(16, 31, "production"))
    )
    [one], [two] = (
        [record for record in bill(month).found.records if record.kind is SUPPORT] for month in (first, last)
    )
    assert (one.amount_minor, one.charge_id) == (two.amount_minor, two.charge_id)
    assert one.record_digest != two.record_digest


def test_6_3_days_that_come_to_the_same_amount_differ_in_the_digest() -> None:
    cheap = throughout(Terms("flat", 99, 1, FlatPrice(Decimal("0.10"))))
    found = [
        bill(Month({A: [during(first, 31, "flat")]}, versions={"flat": cheap})).found.records[0] for first in (15, 16)
    ]
    assert found[0].amount_minor == found[1].amount_minor == 5
    assert found[0].record_digest != found[1].record_digest


def test_6_3_a_digest_tells_which_line_a_part_is_of() -> None:
    """A shares the first half of the month and B the second, or the other way around: all amounts are the same."""
    halves = [during(-99, 16, CONTRACT), during(16, 99, CONTRACT)]
    own = [during(16, 99, "own"), during(-99, 16, "own")]
    found = []
    for first, second in ((A, B), (B, A)):
        month = Month(
            {CONTRACT: throughout("business")},
            [Used(A, 40_000), Used(B, 40_000)],
            members={CONTRACT: [A, B]},
            payers={CONTRACT: throughout(A)},
            groups={
                sid: [half, replace(rest, value=sid)]
                for sid, half, rest in zip((first, second), halves, own, strict=True)
            },
        )
        found.append(next(record for record in bill(month).found.records if record.kind is SUPPORT))
    assert found[0].amount_minor == found[1].amount_minor
    assert found[0].charge_id == found[1].charge_id
    assert found[0].record_digest != found[1].record_digest


def test_6_3_what_is_not_charged_is_not_in_the_digest() -> None:
    unused = replace(
        SIMPLE,
        used=[*SIMPLE.used, Used(SUB2, "0.004"), Used(A, 0, "voice")],
        products={"voice": VOICE},
    )
    assert digests(unused) == digests(SIMPLE)
    split = [Run(run.start, run.end, run.value) for run in (during(-99, 9, "production"), during(9, 99, "production"))]
    assert digests(replace(SIMPLE, held={A: split})) == digests(SIMPLE)


def test_6_3_a_record_digest_is_over_its_id_and_its_lines() -> None:
    base = record_digest(b"\x01" * 16, ["sms 100", "voice 200"])
    assert len(base) == 32
    others = [
        record_digest(b"\x02" * 16, ["sms 100", "voice 200"]),
        record_digest(b"\x01" * 16, ["sms 100"]),
        record_digest(b"\x01" * 16, ["sms 100voice 200"]),
        record_digest(b"\x01" * 16, []),
    ]
    assert len({base, *others}) == 5


def test_6_3_the_digest_of_a_closing_is_a_sha256_over_all_its_records() -> None:
    first, second = (b"\x01" * 16, b"\x0a" * 32), (b"\x02" * 16, b"\x0b" * 32)
    whole = closing_digest([first, second])
    assert len(whole) == 32
    assert closing_digest(iter([first, second])) == whole
    assert closing_digest([]) == sha256().digest()
    others = [
        closing_digest([first]),
        closing_digest([second]),
        closing_digest([(first[0], second[1]), (second[0], first[1])]),
    ]
    assert len({whole, *others}) == 4
