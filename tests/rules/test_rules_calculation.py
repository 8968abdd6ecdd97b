"""The charges of a period: spend, segments, lines, parts and records (4.7, 5, 6.6, 6.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billing.charges import ChargeKind
from billing.money import MINOR_LIMIT, Currency
from billing.period import Period
from billing.pricing import PerUnit
from billing.products import Family, Stage, is_covered
from billing.rating import ProductTerms
from billing.segments import Run
from billing.support import FlatPrice, Terms, UsageBasedPrice
from tests.rules.months import (
    CONTRACT,
    JULY,
    PRODUCTION,
    SUB1,
    SUB2,
    A,
    B,
    Bill,
    Month,
    Used,
    account_sid,
    bill,
    cents,
    contract_sid,
    during,
    lines,
    nth,
    throughout,
)

Lines = Sequence[tuple[int, int, str, Mapping[str, str]]]  # days, amount, parts

ALL_PRODUCTION = {A: throughout("production")}
FEBRUARY, MARCH = Period(2026, 2), Period(2026, 3)


def expected(table: Lines) -> list[tuple[int, int, int, dict[str, int]]]:
    """Lines as the tables write them, in cents."""
    return [
        (first, end, cents(total), {sid: cents(part) for sid, part in parts.items()})
        for first, end, total, parts in table
    ]


def whole(amount: str) -> Lines:
    """One line over all of June, all of it A's part."""
    return [(1, 31, amount, {A: amount})]


@pytest.mark.parametrize(
    ("month", "charged"),
    [
        pytest.param(Month(ALL_PRODUCTION, [Used(A, 10_000)]), whole("400.00"), id="E1"),
        pytest.param(Month(ALL_PRODUCTION, [Used(A, 5_000)]), whole("250.00"), id="E2"),
        pytest.param(
            Month({A: [during(-99, 15, "developer"), during(15, 99, "production")]}, [Used(A, 10_000)]),
            [(15, 31, "213.33", {A: "213.33"})],
            id="E3",
        ),
        pytest.param(
            Month({A: [during(-99, 15, "production"), during(15, 99, "business")]}, [Used(A, 30_000)]),
            [(1, 15, "560.00", {A: "560.00"}), (15, 31, "960.00", {A: "960.00"})],
            id="E4",
        ),
        pytest.param(
            Month({A: [during(-99, 15, "production"), during(15, 99, "business")]}, [Used(A, 1_000)]),
            [(1, 15, "116.67", {A: "116.67"}), (15, 31, "800.00", {A: "800.00"})],
            id="E5",
        ),
        pytest.param(
            Month(
                ALL_PRODUCTION, [Used(A, 6_000), Used(SUB1, 3_000), Used(SUB2, 1_000)], subaccounts={A: [SUB1, SUB2]}
            ),
            [(1, 31, "400.00", {A: "240.00", SUB1: "120.00", SUB2: "40.00"})],
            id="E6",
        ),
        pytest.param(
            Month(ALL_PRODUCTION, [Used(A, 4_000), Used(SUB1, 8_000)], subaccounts={A: [SUB1]}),
            [(1, 31, "480.00", {A: "160.00", SUB1: "320.00"})],
            id="E9",
        ),
        pytest.param(
            Month(
                ALL_PRODUCTION,
                [Used(A, 8_000), Used(A, 2_000, "segment-events")],
                products={"segment-events": ProductTerms("segment-events", covered=False)},
            ),
            whole("320.00"),
            id="E10",
        ),
        pytest.param(
            Month(
                {A: [during(-99, 28, "developer", FEBRUARY), during(28, 99, "production", FEBRUARY)]}, period=FEBRUARY
            ),
            [(28, 29, "8.93", {A: "8.93"})],
            id="E14",
        ),
        pytest.param(
            Month({A: [during(20, 99, "production")]}, [Used(A, 10_000)]),
            [(20, 31, "146.67", {A: "146.67"})],
            id="E15",
        ),
        pytest.param(
            Month({A: [during(-99, 16, "production")]}, [Used(A, 10_000)]),
            [(1, 16, "200.00", {A: "200.00"})],
            id="E16",
        ),
        pytest.param(
            Month({A: [during(-99, 29, "developer", MARCH), during(29, 99, "production", MARCH)]}, period=MARCH),
            [(29, 32, "24.19", {A: "24.19"})],
            id="E29",
        ),
    ],
)  # fmt: skip
def test_5_1_to_5_5_worked_examples_of_an_account(month: Month, charged: Lines) -> None:
    found = bill(month)
    record = found.support(A)
    assert found.failures == {}
    assert lines(record, month.period) == expected(charged)
    assert (record.payer_sid, record.period, record.closing_period) == (A, month.period, month.period)
    assert record.amount_minor == sum(amount for *_, amount, _ in lines(record, month.period))


BOTH = {CONTRACT: [A, B]}
A_JOINS_11_JULY = Month(
    {
        A: [during(-99, 11, "production", JULY)],
        CONTRACT: throughout("business"),
    },
    [Used(A, 31_000), Used(B, 62_000)],
    period=JULY,
    members=BOTH,
    payers={CONTRACT: throughout(B)},
    groups={A: [during(-99, 11, A, JULY), during(11, 99, CONTRACT, JULY)]},
)


def test_5_4_e7_a_contract_is_charged_to_its_payer_in_parts_of_its_members() -> None:
    found = bill(
        Month(
            {CONTRACT: throughout("business")},
            [Used(A, 40_000), Used(B, 60_000)],
            period=JULY,
            members=BOTH,
            payers={CONTRACT: throughout(A)},
        )
    )
    record = found.support(CONTRACT)
    assert record.payer_sid == A
    assert lines(record, JULY) == expected([(1, 32, "6000.00", {A: "2400.00", B: "3600.00"})])


def test_5_4_e8_an_account_joins_a_contract() -> None:
    found = bill(A_JOINS_11_JULY)
    own, shared = found.support(A), found.support(CONTRACT)
    assert (own.payer_sid, shared.payer_sid) == (A, B)
    assert lines(own, JULY) == expected([(1, 11, "400.00", {A: "400.00"})])
    assert lines(shared, JULY) == expected(
        [(1, 11, "1200.00", {B: "1200.00"}), (11, 32, "3780.00", {A: "1260.00", B: "2520.00"})]
    )
    assert shared.amount_minor == cents("4980.00")


def test_5_4_e17_a_contract_that_ends_and_its_member_falls_back_to_developer() -> None:
    found = bill(
        Month(
            {CONTRACT: [during(-99, 20, "business")], A: [during(20, 99, "developer")]},
            [Used(A, 2_000)],
            members={CONTRACT: [A]},
            payers={CONTRACT: [during(-99, 20, A)]},
            groups={A: [during(-99, 20, CONTRACT), during(20, 99, A)]},
        )
    )
    assert lines(found.support(CONTRACT)) == expected([(1, 20, "950.00", {A: "950.00"})])
    assert found.of(ChargeKind.SUPPORT_PLAN, A) == []


def test_5_2_e22_a_contract_with_a_flat_price() -> None:
    found = bill(
        Month(
            {CONTRACT: [during(15, 99, "flat")], A: [during(-99, 15, "developer")]},
            [Used(A, 77_000)],
            members={CONTRACT: [A]},
            payers={CONTRACT: throughout(A)},
            groups={A: [during(-99, 15, A), during(15, 99, CONTRACT)]},
        )
    )
    assert lines(found.support(CONTRACT)) == expected([(15, 31, "1066.67", {A: "1066.67"})])


SUBACCOUNTS = {A: [SUB1]}
SPEND = [Used(A, 31_000), Used(SUB1, 31_000), Used(B, 62_000)]


@pytest.mark.parametrize(
    ("life", "own", "shared"),
    [
        pytest.param(
            during(-99, 99, None, JULY),
            [(1, 11, "800.00", {A: "400.00", SUB1: "400.00"})],
            [(1, 11, "1200.00", {B: "1200.00"}), (11, 32, "5040.00", {A: "1260.00", SUB1: "1260.00", B: "2520.00"})],
            id="there all along: moves with its parent",
        ),
        pytest.param(
            during(15, 99, None, JULY),
            [(1, 11, "400.00", {A: "400.00"})],
            [
                (1, 11, "1800.00", {SUB1: "600.00", B: "1200.00"}),
                (11, 32, "5040.00", {A: "1260.00", SUB1: "1260.00", B: "2520.00"}),
            ],
            id="created after the move: all month with the contract",
        ),
        pytest.param(
            during(-99, 5, None, JULY),
            [(1, 11, "800.00", {A: "400.00", SUB1: "400.00"})],
            [(1, 11, "1200.00", {B: "1200.00"}), (11, 32, "3780.00", {A: "1260.00", B: "2520.00"})],
            id="closed before the move: never with the contract",
        ),
        pytest.param(
            during(5, 99, None, JULY),
            [(1, 11, "800.00", {A: "400.00", SUB1: "400.00"})],
            [(1, 11, "1200.00", {B: "1200.00"}), (11, 32, "5040.00", {A: "1260.00", SUB1: "1260.00", B: "2520.00"})],
            id="created before the move: does not cut",
        ),
        pytest.param(
            during(-99, 25, None, JULY),
            [(1, 11, "800.00", {A: "400.00", SUB1: "400.00"})],
            [(1, 11, "1200.00", {B: "1200.00"}), (11, 32, "5040.00", {A: "1260.00", SUB1: "1260.00", B: "2520.00"})],
            id="closed after the move: does not cut",
        ),
    ],
)
def test_5_4_subaccounts_created_or_closed_in_the_month_of_a_move(life: Run[None], own: Lines, shared: Lines) -> None:
    found = bill(replace(A_JOINS_11_JULY, used=SPEND, subaccounts=SUBACCOUNTS, lives={SUB1: life}))
    assert found.failures == {}
    assert lines(found.support(A), JULY) == expected(own)
    assert lines(found.support(CONTRACT), JULY) == expected(shared)


def test_5_4_an_account_created_within_the_month_does_not_cut_the_contract_it_enters() -> None:
    found = bill(
        replace(
            A_JOINS_11_JULY,
            held={CONTRACT: throughout("business")},
            groups={A: [during(11, 99, CONTRACT, JULY)]},
            lives={A: during(11, 99, None, JULY)},
        )
    )
    assert lines(found.support(CONTRACT), JULY) == expected([(1, 32, "5580.00", {A: "1860.00", B: "3720.00"})])


def test_5_4_an_account_closed_within_the_month_does_not_cut_the_contract_it_left() -> None:
    found = bill(
        replace(
            A_JOINS_11_JULY,
            held={CONTRACT: throughout("business")},
            groups={A: [during(-99, 11, CONTRACT, JULY)]},
            lives={A: during(-99, 11, None, JULY)},
        )
    )
    assert lines(found.support(CONTRACT), JULY) == expected([(1, 32, "5580.00", {A: "1860.00", B: "3720.00"})])


def test_5_4_an_account_without_spend_cuts_the_contract_it_joins() -> None:
    found = bill(replace(A_JOINS_11_JULY, used=[Used(B, 100_000)]))
    thirds = [(1, 11, "1935.48", {B: "1935.48"}), (11, 32, "4064.52", {B: "4064.52"})]
    assert lines(found.support(CONTRACT), JULY) == expected(thirds)
    assert lines(found.support(A), JULY) == expected([(1, 11, "80.65", {A: "80.65"})])


def test_5_4_one_move_between_two_contracts() -> None:
    second = contract_sid("d")
    found = bill(
        Month(
            {CONTRACT: throughout("business"), second: throughout("production")},
            [Used(A, 30_000), Used(B, 60_000), Used(account_sid("e"), 90_000)],
            members={CONTRACT: [A, B], second: [A, account_sid("e")]},
            payers={CONTRACT: throughout(B), second: throughout(account_sid("e"))},
            groups={A: [during(-99, 16, CONTRACT), during(16, 99, second)]},
        )
    )
    assert lines(found.support(CONTRACT)) == expected(
        [(1, 16, "2700.00", {A: "900.00", B: "1800.00"}), (16, 31, "1800.00", {B: "1800.00"})]
    )
    assert lines(found.support(second)) == expected(
        [
            (1, 16, "1800.00", {account_sid("e"): "1800.00"}),
            (16, 31, "2400.00", {A: "600.00", account_sid("e"): "1800.00"}),
        ]
    )


def test_5_4_a_new_payer_cuts_and_each_payer_has_a_record() -> None:
    found = bill(
        Month(
            {CONTRACT: throughout("business")},
            [Used(A, 40_000), Used(B, 60_000)],
            members=BOTH,
            payers={CONTRACT: [during(-99, 11, A), during(11, 21, B), during(21, 99, A)]},
        )
    )
    of_a, of_b = sorted(found.of(ChargeKind.SUPPORT_PLAN, CONTRACT), key=lambda record: record.payer_sid)
    assert (of_a.payer_sid, of_b.payer_sid) == (A, B)
    third = {A: "800.00", B: "1200.00"}
    assert lines(of_a) == expected([(1, 11, "2000.00", third), (21, 31, "2000.00", third)])
    assert lines(of_b) == expected([(11, 21, "2000.00", third)])
    assert of_a.charge_id != of_b.charge_id


def test_5_4_a_new_version_cuts_and_a_contracts_own_price_too() -> None:
    dearer = Terms("production", 501, 2, UsageBasedPrice(Decimal("0.05"), Decimal(250)))
    own = replace(dearer, price=FlatPrice(Decimal(900)))
    first = Terms("production", 500, 1, PRODUCTION)
    versions = [Run(date.min, nth(11), first), Run(nth(11), nth(21), dearer), Run(nth(21), date.max, own)]
    found = bill(Month(ALL_PRODUCTION, [Used(A, 30_000)], versions={"production": versions}))
    record = found.support(A)
    assert lines(record) == expected(
        [(1, 11, "400.00", {A: "400.00"}), (11, 21, "500.00", {A: "500.00"}), (21, 31, "300.00", {A: "300.00"})]
    )
    assert [line.version_number for line in record.support_lines] == [1, 2, 2]


def test_5_1_spend_is_the_sum_of_rounded_lines() -> None:
    terms = UsageBasedPrice(Decimal("0.3"), Decimal(0))
    month = Month(
        ALL_PRODUCTION,
        [Used(A, "0.005"), Used(A, "0.005", "voice")],
        products={"voice": ProductTerms("voice", covered=True)},
        versions={"production": throughout(Terms("production", 1, 1, terms))},
    )
    found = bill(month)
    assert found.usage(A).amount_minor == 2
    assert [line.spend_minor for line in found.support(A).support_lines] == [2]
    assert lines(found.support(A)) == expected(whole("0.01"))  # 0.006; of the unrounded 0.01 it would be 0.003


def test_5_1_spend_counts_rated_and_priced_usage_alike() -> None:
    voice = ProductTerms("voice", covered=True, price_key=3, pricing=PerUnit(Decimal("0.5")), price_start="2026-01")
    found = bill(Month(ALL_PRODUCTION, [Used(A, 4_000), Used(A, 1_000, "voice", 10_000)], products={"voice": voice}))
    assert found.usage(A).amount_minor == cents("10000.00")
    assert lines(found.support(A)) == expected(whole("400.00"))


NOT_COVERED = {"segment-events": ProductTerms("segment-events", covered=False)}


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("family", list(Family))
def test_4_7_only_generally_available_products_of_the_platform_are_covered(stage: Stage, family: Family) -> None:
    assert is_covered(stage, family) == ((stage, family) == (Stage.GENERALLY_AVAILABLE, Family.PLATFORM))


def test_4_7_what_is_not_covered_is_charged_but_not_part_of_the_spend() -> None:
    month = Month(
        ALL_PRODUCTION,
        [Used(A, 8_000), Used(SUB1, 50_000, "segment-events"), Used(SUB1, 2_000)],
        subaccounts={A: [SUB1]},
        products=NOT_COVERED,
    )
    found = bill(month)
    assert found.usage(SUB1).amount_minor == cents("52000.00")
    assert [line.covered for line in sorted(found.usage(SUB1).usage_lines, key=lambda line: line.product_id)] == [
        False,
        True,
    ]
    assert lines(found.support(A)) == expected([(1, 31, "400.00", {A: "320.00", SUB1: "80.00"})])


def test_4_7_a_month_of_nothing_covered_costs_the_minimum_which_falls_to_the_payer() -> None:
    month = Month(ALL_PRODUCTION, [Used(SUB1, 50_000, "segment-events")], subaccounts={A: [SUB1]}, products=NOT_COVERED)
    assert lines(bill(month).support(A)) == expected(whole("250.00"))


@pytest.mark.parametrize(
    ("month", "payer"),
    [
        pytest.param(Month(ALL_PRODUCTION), A, id="an account"),
        pytest.param(Month(ALL_PRODUCTION, subaccounts={A: [SUB1]}), A, id="an account with a subaccount"),
        pytest.param(
            Month({CONTRACT: throughout("production")}, members=BOTH, payers={CONTRACT: throughout(B)}),
            B,
            id="a contract",
        ),
        pytest.param(
            Month({A: throughout("production")}, [Used(A, "0.004"), Used(SUB1, "0.004")], subaccounts={A: [SUB1]}),
            A,
            id="usage that rounds to nothing",
        ),
    ],
)
def test_1_3_without_any_spend_the_minimum_goes_to_the_payer(month: Month, payer: str) -> None:
    [record] = bill(month).records
    assert (record.kind, record.payer_sid) == (ChargeKind.SUPPORT_PLAN, payer)
    assert lines(record) == expected([(1, 31, "250.00", {payer: "250.00"})])
    assert record.support_lines[0].parts == [(payer, cents("250.00"), 0)]


def test_1_3_without_any_spend_each_payer_bears_its_own_days() -> None:
    found = bill(
        Month(
            {CONTRACT: throughout("production")},
            members=BOTH,
            payers={CONTRACT: [during(-99, 11, A), during(11, 99, B)]},
        )
    )
    assert {record.payer_sid: lines(record) for record in found.records} == {
        A: expected([(1, 11, "83.33", {A: "83.33"})]),
        B: expected([(11, 31, "166.67", {B: "166.67"})]),
    }


def test_1_3_ties_go_to_the_lower_sid_whatever_the_keys() -> None:
    month = Month(
        {A: throughout("production")},
        [Used(A, 1), Used(SUB1, 1), Used(SUB2, 1)],
        subaccounts={A: [SUB1, SUB2]},
    )
    parts = {SUB1: cents("83.34"), SUB2: cents("83.33"), A: cents("83.33")}  # SUB1 < SUB2 < A
    for numbering in (month.names, month.names[::-1]):
        [(_, _, amount, found)] = lines(bill(month, numbering).support(A))
        assert (amount, found) == (cents("250.00"), parts)


def test_1_3_the_weight_of_a_part_is_the_spend_of_its_account() -> None:
    month = Month(ALL_PRODUCTION, [Used(A, 6_000), Used(SUB1, "4000.01")], subaccounts={A: [SUB1]})
    [line] = bill(month).support(A).support_lines
    assert {sid: weight for sid, _, weight in line.parts} == {A: 600_000, SUB1: 400_001}
    assert line.spend_minor == 1_000_001


@pytest.mark.parametrize(
    ("plan", "used"),
    [
        pytest.param("developer", [Used(A, 10_000)], id="a free plan"),
        pytest.param("production", [Used(A, 1)], id="another's days"),
    ],
)
def test_5_6_a_line_without_parts_and_a_record_without_lines_are_left_out(plan: str, used: list[Used]) -> None:
    held = {A: throughout(plan)} if plan == "developer" else {A: [during(31, 99, plan)]}
    found = bill(Month(held, used))
    assert [record.kind for record in found.records] == [ChargeKind.USAGE]


def test_5_6_parts_of_zero_are_left_out() -> None:
    month = Month(
        ALL_PRODUCTION, [Used(A, 10_000), Used(SUB1, "0.01"), Used(SUB2, "0.004")], subaccounts={A: [SUB1, SUB2]}
    )
    found = bill(month)
    assert lines(found.support(A)) == expected(whole("400.00"))
    assert found.of(ChargeKind.USAGE, SUB2) == []
    assert found.usage(SUB1).amount_minor == 1


def test_5_6_lines_of_zero_are_left_out_of_a_record_with_others() -> None:
    cheap = Terms("flat", 8, 2, FlatPrice(Decimal("0.01")))
    versions = {
        "flat": [Run(date.min, nth(15), cheap), Run(nth(15), date.max, Terms("flat", 9, 3, FlatPrice(Decimal(30))))]
    }
    found = bill(Month({A: [during(-99, 3, "developer"), during(3, 99, "flat")]}, versions=versions))
    assert lines(found.support(A)) == expected([(15, 31, "16.00", {A: "16.00"})])  # 0.01 × 12 / 30 rounds to nothing


def test_5_4_a_month_with_developer_between_two_paid_runs_charges_the_paid_days_only() -> None:
    held = {A: [during(-99, 11, "production"), during(11, 21, "developer"), during(21, 99, "production")]}
    assert lines(bill(Month(held, [Used(A, 30_000)])).support(A)) == expected(
        [(1, 11, "400.00", {A: "400.00"}), (21, 31, "400.00", {A: "400.00"})]
    )


def test_4_6_usage_is_charged_to_the_top_level_account_a_record_an_account() -> None:
    voice = ProductTerms("voice", covered=True, price_key=4, pricing=PerUnit(Decimal("0.0085")), price_start="2026-03")
    found = bill(
        Month(
            {A: throughout("developer")},
            [Used(A, 5), Used(SUB1, 7), Used(SUB1, "0.5", "voice", 2_000)],
            subaccounts={A: [SUB1]},
            products={"voice": voice},
        )
    )
    assert [(record.kind, record.payer_sid, record.party_sid) for record in found.records] == [
        (ChargeKind.USAGE, A, A),
        (ChargeKind.USAGE, A, SUB1),
    ]
    assert found.usage(A).amount_minor == cents("5.00")
    assert found.usage(SUB1).amount_minor == cents("24.50")
    by_product = {line.product_id: line for line in found.usage(SUB1).usage_lines}
    assert {product: line.amount_minor for product, line in by_product.items()} == {"sms": 700, "voice": 1750}
    assert (by_product["voice"].unit_price, by_product["voice"].price_start) == (Decimal("0.0085"), "2026-03")
    assert (by_product["voice"].rated_nanos, by_product["voice"].unrated_micros) == (500_000_000, 2_000_000_000)
    assert (by_product["sms"].unit_price, by_product["sms"].price_start) == (None, "")


def test_6_8_usage_loaded_for_a_contracts_sake_is_not_charged_again() -> None:
    month = replace(A_JOINS_11_JULY, charged=frozenset({A}))
    found = bill(month)
    assert found.of(ChargeKind.USAGE, B) == []
    assert found.usage(A).amount_minor == cents("31000.00")
    assert found.support(CONTRACT).amount_minor == cents("4980.00")


def test_1_1_amounts_are_in_the_minor_unit_of_the_stores_currency() -> None:
    month = Month(ALL_PRODUCTION, [Used(A, "10000.4")], currency=Currency("JPY", 0))
    found = bill(month)
    assert found.usage(A).amount_minor == 10_000
    assert lines(found.support(A)) == [(1, 31, 400, {A: 400})]


VOICE = {"voice": ProductTerms("voice", covered=True)}
BILLION = 10**9
TOO_MUCH = Decimal(MINOR_LIMIT).scaleb(-2)


def charged_parties(found: Bill) -> set[tuple[ChargeKind, str]]:
    """What was charged."""
    return {(record.kind, record.party_sid) for record in found.records}


def test_6_6_an_owner_without_a_price_is_set_apart_with_all_its_records_and_the_rest_is_emitted() -> None:
    found = bill(
        Month(
            {A: throughout("production"), B: throughout("production")},
            [Used(A, 10_000), Used(SUB1, 0, "voice", 1), Used(B, 10_000)],
            subaccounts={A: [SUB1]},
            products=VOICE,
        )
    )
    assert list(found.failures) == [A]
    assert "voice has no price" in found.failures[A]
    assert charged_parties(found) == {(ChargeKind.USAGE, B), (ChargeKind.SUPPORT_PLAN, B)}


def test_6_6_an_owner_on_a_free_plan_whose_usage_fails_is_set_apart_too() -> None:
    found = bill(Month({A: throughout("developer")}, [Used(A, 0, "voice", 1)], products=VOICE))
    assert list(found.failures) == [A]
    assert found.records == []


def test_6_6_a_member_whose_usage_fails_sets_its_contract_apart_but_not_the_other_members_usage() -> None:
    found = bill(
        Month(
            {CONTRACT: throughout("business")},
            [Used(A, 0, "voice", 1), Used(B, 60_000)],
            members=BOTH,
            payers={CONTRACT: throughout(B)},
            products=VOICE,
        )
    )
    assert set(found.failures) == {A, CONTRACT}
    assert A in found.failures[CONTRACT]
    assert "voice has no price" in found.failures[CONTRACT]
    assert charged_parties(found) == {(ChargeKind.USAGE, B)}


def test_6_6_a_contract_that_fails_leaves_its_members_usage() -> None:
    month = Month(
        {CONTRACT: throughout("business"), B: throughout("production")},
        [Used(A, 40_000), Used(B, 10_000)],
        members={CONTRACT: [A]},
        payers={CONTRACT: [during(1, 15, A)]},  # a mistake of ours: half the month has no payer
    )
    found = bill(month)
    assert list(found.failures) == [CONTRACT]
    assert charged_parties(found) == {(ChargeKind.USAGE, A), (ChargeKind.USAGE, B), (ChargeKind.SUPPORT_PLAN, B)}


@pytest.mark.parametrize(
    ("used", "subaccounts", "reason"),
    [
        pytest.param(
            [Used(A, 1), Used(SUB1, TOO_MUCH + Decimal("0.01"), "voice")],
            [SUB1],
            f"usage of {A}: account {SUB1}: the usage line of product voice",
            id="a line",
        ),
        pytest.param(
            [Used(SUB1, TOO_MUCH), Used(SUB1, 1, "voice")],
            [SUB1],
            f"usage of {A}: account {SUB1}: the usage record",
            id="a record",
        ),
        pytest.param(
            [Used(A, TOO_MUCH), Used(SUB1, TOO_MUCH)], [SUB1], "the support line of plan production", id="the spend"
        ),
    ],
)
def test_6_6_an_owner_whose_amounts_can_not_be_carried_is_set_apart(
    used: list[Used], subaccounts: list[str], reason: str
) -> None:
    found = bill(
        Month(
            {A: throughout("production"), B: throughout("production")},
            [*used, Used(B, 10_000)],
            subaccounts={A: subaccounts},
            products=VOICE,
        )
    )
    assert list(found.failures) == [A]
    assert found.failures[A] == f"2026-06: {reason} exceeds the largest amount a record can carry"
    assert charged_parties(found) == {(ChargeKind.USAGE, B), (ChargeKind.SUPPORT_PLAN, B)}
    assert lines(found.support(B)) == expected([(1, 31, "400.00", {B: "400.00"})])


@pytest.mark.parametrize(
    "charged",
    [
        pytest.param(None, id="with its member"),
        pytest.param(frozenset({B}), id="without its member"),
    ],
)
def test_6_6_a_contract_fails_with_its_member_whichever_families_it_is_calculated_with(
    charged: frozenset[str] | None,
) -> None:
    """The member's usage record can not be carried, though the part of it that support covers can."""
    found = bill(
        Month(
            {CONTRACT: throughout("business")},
            [Used(A, TOO_MUCH, "segment-events"), Used(A, 1), Used(B, 60_000)],
            members=BOTH,
            payers={CONTRACT: throughout(B)},
            products=NOT_COVERED,
            charged=charged,
        )
    )
    assert CONTRACT in found.failures


def test_6_6_a_members_spend_beyond_64_bits_sets_its_contract_apart() -> None:
    found = bill(
        Month(
            {CONTRACT: throughout("business")},
            [Used(A, TOO_MUCH), Used(A, TOO_MUCH, "voice"), Used(B, 60_000)],
            members=BOTH,
            payers={CONTRACT: throughout(B)},
            products=VOICE,
            charged=frozenset({B}),
        )
    )
    assert list(found.failures) == [CONTRACT]
    assert "largest amount" in found.failures[CONTRACT]
    assert charged_parties(found) == {(ChargeKind.USAGE, B)}


def test_1_1_spend_of_several_accounts_beyond_64_bits_of_a_free_plan_is_charged_as_usage() -> None:
    sids = [SUB1, SUB2, account_sid("3")]
    found = bill(Month({A: throughout("developer")}, [Used(sid, TOO_MUCH) for sid in sids], subaccounts={A: sids}))
    assert found.failures == {}
    assert {record.party_sid: record.amount_minor for record in found.records} == dict.fromkeys(sids, MINOR_LIMIT)


def test_1_3_parts_of_the_largest_spend_are_exact() -> None:
    half = Decimal(2**62).scaleb(-2)
    found = bill(Month(ALL_PRODUCTION, [Used(A, half), Used(SUB1, half - Decimal("0.01"))], subaccounts={A: [SUB1]}))
    [(_, _, amount, parts)] = lines(found.support(A))
    assert amount == (4 * MINOR_LIMIT + 50) // 100
    assert sum(parts.values()) == amount
    assert parts[A] - parts[SUB1] in (0, 1)
