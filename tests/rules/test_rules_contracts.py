"""Contracts: who is a member and who pays on which days (3.1, 3.9, 3.10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from billing import memberships
from billing.accounts import Account
from billing.contracts import (
    Contract,
    Membership,
    Payer,
    Rows,
    change_payer,
    check_dated,
    check_ends_on,
    end_payers,
)
from billing.errors import BillingError, Reason
from billing.holding import Held, Origin, change_plan, pending, withdraw
from billing.memberships import Member, MemberChange
from billing.support import FlatPrice, UsageBasedPrice
from tests.rules.months import nth

TODAY = 15  # of June; all days here are numbers of it, None an open end
MOMENT = datetime(2026, 6, 1, tzinfo=UTC)
ACCOUNT, OTHER_ACCOUNT = 1, 2
CONTRACT, OTHER = 101, 102  # keys
DEVELOPER, PRODUCTION, BUSINESS = "developer", "production", "business"


class Own(NamedTuple):
    """A plan of the account's own on some days."""

    plan: str
    start: int
    end: int | None
    origin: Origin = Origin.ASSIGNED


class In(NamedTuple):
    """A membership on some days."""

    contract: int
    start: int
    end: int | None


class Days(NamedTuple):
    """An account: its own plans, its memberships, on which days it pays, and when it closes."""

    own: list[Own]
    member: Sequence[In] = ()
    pays: Sequence[In] = ()
    closes: int | None = None


def changed(plan: str, start: int, end: int | None) -> Own:
    """A plan that was changed to."""
    return Own(plan, start, end, Origin.CHANGED)


def corrected(plan: str, start: int, end: int | None) -> Own:
    """A plan that staff corrected."""
    return Own(plan, start, end, Origin.CORRECTED)


def optional(number: int | None) -> date | None:
    return None if number is None else nth(number)


def member_of(days: Days) -> Member:
    """The account as stored."""
    account = Account("AC1", ACCOUNT, ACCOUNT, "", "", nth(1), optional(days.closes), MOMENT)
    return Member(
        account,
        [
            Held(run.plan, nth(run.start), optional(run.end), run.origin, False, key)
            for key, run in enumerate(days.own, 1)
        ],
        [
            Membership(row.contract, ACCOUNT, nth(row.start), optional(row.end), key)
            for key, row in enumerate(days.member, 1)
        ],
        [Payer(row.contract, ACCOUNT, nth(row.start), optional(row.end), key) for key, row in enumerate(days.pays, 1)],
    )


def contract(start: int = 1, end: int | None = None, payers: Sequence[Payer] = ()) -> Contract:
    """The contract, in force on some days."""
    held = [Held(BUSINESS, nth(start), optional(end), Origin.ASSIGNED, True, 1)]
    return Contract("CT1", CONTRACT, "", MOMENT, held, payers)


def number(day: date | None) -> int | None:
    return None if day is None else (day - nth(1)).days + 1


def shown(change: MemberChange) -> tuple[list[Own], list[In]]:
    """What becomes of the account."""
    own = [Own(run.plan_id, number(run.start) or 0, number(run.end), run.origin) for run in change.held.held]
    rows = [In(row.contract_key, number(row.start) or 0, number(row.end)) for row in change.memberships.current]
    return own, rows


Act = Callable[[Member], MemberChange]


def joins(start: int, end: int | None = None, of: Contract | None = None) -> Act:
    return lambda member: memberships.join(
        member, of or contract(), start_day=nth(start), end_day=optional(end), today=nth(TODAY)
    )


def leaves(end: int, of: Contract | None = None) -> Act:
    return lambda member: memberships.leave(member, of or contract(), end_day=nth(end), today=nth(TODAY))


def withdraws(of: Contract | None = None) -> Act:
    return lambda member: memberships.withdraw_change(member, of or contract(), today=nth(TODAY))


def ends(end: int) -> Act:
    return lambda member: memberships.end_with(member, contract(), end_day=nth(end), today=nth(TODAY))


def closes(day: int) -> Act:
    return lambda member: memberships.close(member, nth(day))


FREE = Days([Own(DEVELOPER, 1, None)])
PAID = Days([Own(DEVELOPER, 1, 5), changed(PRODUCTION, 5, None)])
WAITING = Days([Own(DEVELOPER, 1, 25), changed(PRODUCTION, 25, None)])
JOINED = Days([Own(DEVELOPER, 1, 10)], [In(CONTRACT, 10, None)])
LEAVES = Days([Own(DEVELOPER, 1, 10), Own(DEVELOPER, 20, None)], [In(CONTRACT, 10, 20)])
TO_JOIN = Days([Own(DEVELOPER, 1, 5), changed(PRODUCTION, 5, 20)], [In(CONTRACT, 20, None)])
TO_VISIT = Days([Own(DEVELOPER, 1, 5), changed(PRODUCTION, 5, 20), Own(DEVELOPER, 25, None)], [In(CONTRACT, 20, 25)])
ELSEWHERE = Days([Own(DEVELOPER, 1, 10)], [In(OTHER, 10, None)])
MOVES = Days([Own(DEVELOPER, 1, 10)], [In(OTHER, 10, 20), In(CONTRACT, 20, None)])
TO_RETURN = Days([Own(DEVELOPER, 1, 10), Own(DEVELOPER, 20, 25)], [In(CONTRACT, 10, 20), In(CONTRACT, 25, None)])


@pytest.mark.parametrize(
    ("days", "act", "own", "member"),
    [
        pytest.param(
            PAID, joins(15), [Own(DEVELOPER, 1, 5), changed(PRODUCTION, 5, 15)], [In(CONTRACT, 15, None)],
            id="joining ends the own plan",
        ),
        pytest.param(
            PAID, joins(20, 25),
            [Own(DEVELOPER, 1, 5), changed(PRODUCTION, 5, 20), Own(DEVELOPER, 25, None)], [In(CONTRACT, 20, 25)],
            id="on leaving it falls back to developer",
        ),
        pytest.param(
            PAID, joins(5), [Own(DEVELOPER, 1, 5)], [In(CONTRACT, 5, None)],
            id="dated back to the day a plan started, none of it is left",
        ),
        pytest.param(PAID, joins(1), [], [In(CONTRACT, 1, None)], id="from the first day on"),
        pytest.param(
            WAITING, joins(25), [Own(DEVELOPER, 1, 25)], [In(CONTRACT, 25, None)],
            id="a change pending for that day is withdrawn",
        ),
        pytest.param(
            WAITING, joins(26), [Own(DEVELOPER, 1, 25), changed(PRODUCTION, 25, 26)], [In(CONTRACT, 26, None)],
            id="a change pending for the day before stays",
        ),
        pytest.param(
            WAITING, joins(16, 20), [Own(DEVELOPER, 1, 16), Own(DEVELOPER, 20, None)], [In(CONTRACT, 16, 20)],
            id="a change pending for after the leaving is withdrawn at once",
        ),
        pytest.param(
            WAITING, joins(10, 16), [Own(DEVELOPER, 1, 10), Own(DEVELOPER, 16, None)], [In(CONTRACT, 10, 16)],
            id="likewise when it leaves tomorrow",
        ),
        pytest.param(
            WAITING, joins(10, 15),
            [Own(DEVELOPER, 1, 10), Own(DEVELOPER, 15, 25), changed(PRODUCTION, 25, None)], [In(CONTRACT, 10, 15)],
            id="a membership that is over leaves a pending change alone",
        ),
        pytest.param(
            Days([Own(PRODUCTION, 1, 10), corrected(PRODUCTION, 10, 25), corrected(BUSINESS, 25, None)]),
            joins(16, 20), [Own(PRODUCTION, 1, 10), corrected(PRODUCTION, 10, 16), Own(DEVELOPER, 20, None)],
            [In(CONTRACT, 16, 20)], id="what a correction left of later days does not come back",
        ),
        pytest.param(
            Days([changed(BUSINESS, 1, 8), corrected(BUSINESS, 8, 10), corrected(BUSINESS, 10, None)]), joins(2, 4),
            [changed(BUSINESS, 1, 2), Own(DEVELOPER, 4, None)], [In(CONTRACT, 2, 4)],
            id="dated back and over, nor then",
        ),
        pytest.param(
            Days([Own(PRODUCTION, 1, 4), corrected(BUSINESS, 4, 8), corrected(PRODUCTION, 8, 12),
                  changed(BUSINESS, 12, None)]), joins(2, 4),
            [Own(PRODUCTION, 1, 2), Own(DEVELOPER, 4, 12), changed(BUSINESS, 12, None)], [In(CONTRACT, 2, 4)],
            id="it falls back to developer until the plan is changed",
        ),
        pytest.param(
            Days([Own(PRODUCTION, 1, 8), corrected(BUSINESS, 10, None)], [In(OTHER, 8, 10)]), joins(2, 4),
            [Own(PRODUCTION, 1, 2), Own(DEVELOPER, 4, 8), corrected(BUSINESS, 10, None)],
            [In(CONTRACT, 2, 4), In(OTHER, 8, 10)], id="or until it joins another contract",
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 20), Own(DEVELOPER, 25, 28), changed(BUSINESS, 28, None)], [In(OTHER, 20, 25)]),
            joins(16, 18), [Own(DEVELOPER, 1, 16), Own(DEVELOPER, 18, 20), Own(DEVELOPER, 25, None)],
            [In(CONTRACT, 16, 18), In(OTHER, 20, 25)],
            id="a change pending for after another membership is withdrawn too",
        ),
        pytest.param(
            PAID, joins(2, 4), [Own(DEVELOPER, 1, 2), Own(DEVELOPER, 4, 5), changed(PRODUCTION, 5, None)],
            [In(CONTRACT, 2, 4)], id="dated back, a plan that started later stays",
        ),
        pytest.param(
            PAID, joins(3, 7), [Own(DEVELOPER, 1, 3), Own(DEVELOPER, 7, None)], [In(CONTRACT, 3, 7)],
            id="dated back, a plan that started within does not come back",
        ),
        pytest.param(
            FREE, joins(20, None, contract(10, 25)), [Own(DEVELOPER, 1, 20), Own(DEVELOPER, 25, None)],
            [In(CONTRACT, 20, 25)], id="until the contract ends",
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 25)], closes=25), joins(20), [Own(DEVELOPER, 1, 20)], [In(CONTRACT, 20, 25)],
            id="until the account closes",
        ),
        pytest.param(
            ELSEWHERE, joins(20), [Own(DEVELOPER, 1, 10)], [In(OTHER, 10, 20), In(CONTRACT, 20, None)],
            id="leaving one and joining another is one move",
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 10), Own(DEVELOPER, 25, None)], [In(OTHER, 10, 25)]), joins(20, 22),
            [Own(DEVELOPER, 1, 10), Own(DEVELOPER, 22, None)], [In(OTHER, 10, 20), In(CONTRACT, 20, 22)],
            id="it does not go back to the one it left",
        ),
        pytest.param(
            LEAVES, joins(20), [Own(DEVELOPER, 1, 10)], [In(CONTRACT, 10, None)], id="a break of no day is none"
        ),
        pytest.param(
            TO_JOIN, joins(16, 20), [Own(DEVELOPER, 1, 5), changed(PRODUCTION, 5, 16)], [In(CONTRACT, 16, None)],
            id="sooner than it was to join",
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 10), Own(DEVELOPER, 20, None)], [In(OTHER, 10, 20)]), joins(20),
            [Own(DEVELOPER, 1, 10)], [In(OTHER, 10, 20), In(CONTRACT, 20, None)],
            id="on the day it leaves another",
        ),
        pytest.param(
            JOINED, leaves(20), [Own(DEVELOPER, 1, 10), Own(DEVELOPER, 20, None)], [In(CONTRACT, 10, 20)], id="leaving"
        ),
        pytest.param(
            LEAVES, leaves(12), [Own(DEVELOPER, 1, 10), Own(DEVELOPER, 12, None)], [In(CONTRACT, 10, 12)],
            id="leaving sooner",
        ),
        pytest.param(JOINED, leaves(10), [Own(DEVELOPER, 1, None)], [], id="taken back whole"),
        pytest.param(
            MOVES, leaves(16, replace(contract(), contract_key=OTHER)),
            [Own(DEVELOPER, 1, 10), Own(DEVELOPER, 16, 20)], [In(OTHER, 10, 16), In(CONTRACT, 20, None)],
            id="leaving sooner than it joins another",
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 10)], [In(CONTRACT, 10, 25)], closes=25), leaves(20),
            [Own(DEVELOPER, 1, 10), Own(DEVELOPER, 20, 25)], [In(CONTRACT, 10, 20)],
            id="leaving before it closes",
        ),
        pytest.param(
            TO_JOIN, withdraws(), [Own(DEVELOPER, 1, 5), changed(PRODUCTION, 5, None)], [],
            id="the joining withdrawn, the plan goes on",
        ),
        pytest.param(
            TO_VISIT, withdraws(), [Own(DEVELOPER, 1, 5), changed(PRODUCTION, 5, None)], [],
            id="a joining and its leaving are withdrawn together",
        ),
        pytest.param(
            Days(
                [Own(DEVELOPER, 1, 20), Own(DEVELOPER, 25, 28), changed(BUSINESS, 28, None)], [In(CONTRACT, 20, 25)]
            ),
            withdraws(), [Own(DEVELOPER, 1, 28), changed(BUSINESS, 28, None)], [],
            id="the plan goes on until the next begins",
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 20), changed(BUSINESS, 25, None)], [In(CONTRACT, 20, 25)]),
            withdraws(), [Own(DEVELOPER, 1, 25), changed(BUSINESS, 25, None)], [],
            id="a change for the day of leaving stays",
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 20)], [In(CONTRACT, 20, 28)], closes=28), withdraws(), [Own(DEVELOPER, 1, 28)], [],
            id="the plan goes on until the account closes",
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 20)], [In(CONTRACT, 20, 25), In(OTHER, 25, None)]), withdraws(),
            [Own(DEVELOPER, 1, 25)], [In(OTHER, 25, None)], id="the plan goes on until it joins another",
        ),
        pytest.param(
            MOVES, withdraws(), [Own(DEVELOPER, 1, 10), Own(DEVELOPER, 20, None)], [In(OTHER, 10, 20)],
            id="of a move the leaving stays",
        ),
        pytest.param(
            LEAVES, withdraws(), [Own(DEVELOPER, 1, 10)], [In(CONTRACT, 10, None)], id="the leaving withdrawn"
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 10), changed(BUSINESS, 20, None)], [In(CONTRACT, 10, 20)]), withdraws(),
            [Own(DEVELOPER, 1, 10)], [In(CONTRACT, 10, None)],
            id="the leaving withdrawn, with a change that waited for it",
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 10), changed(BUSINESS, 20, None)], [In(CONTRACT, 10, 20)]),
            withdraws(contract(5, 28)), [Own(DEVELOPER, 1, 10), Own(DEVELOPER, 28, None)], [In(CONTRACT, 10, 28)],
            id="and it does not come back when the contract ends",
        ),
        pytest.param(
            LEAVES, withdraws(contract(5, 28)), [Own(DEVELOPER, 1, 10), Own(DEVELOPER, 28, None)],
            [In(CONTRACT, 10, 28)], id="the leaving withdrawn of a contract that ends",
        ),
        pytest.param(
            TO_RETURN, withdraws(), [Own(DEVELOPER, 1, 10), Own(DEVELOPER, 20, None)], [In(CONTRACT, 10, 20)],
            id="the joining before the leaving",
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 20), Own(DEVELOPER, 22, 25)], [In(CONTRACT, 20, 22), In(CONTRACT, 25, None)]),
            withdraws(), [Own(DEVELOPER, 1, 20), Own(DEVELOPER, 22, None)], [In(CONTRACT, 20, 22)],
            id="of two joinings the later",
        ),
        pytest.param(
            JOINED, ends(20), [Own(DEVELOPER, 1, 10), Own(DEVELOPER, 20, None)], [In(CONTRACT, 10, 20)],
            id="the contract ends",
        ),
        pytest.param(
            LEAVES, ends(25), [Own(DEVELOPER, 1, 10), Own(DEVELOPER, 20, None)], [In(CONTRACT, 10, 20)],
            id="the contract ends later than it leaves",
        ),
        pytest.param(
            TO_JOIN, ends(20), [Own(DEVELOPER, 1, 5), changed(PRODUCTION, 5, None)], [],
            id="the contract ends before it joins: the plan goes on",
        ),
        pytest.param(
            TO_JOIN, ends(21),
            [Own(DEVELOPER, 1, 5), changed(PRODUCTION, 5, 20), Own(DEVELOPER, 21, None)], [In(CONTRACT, 20, 21)],
            id="the contract ends when it has joined",
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 5), changed(PRODUCTION, 5, 10)], [In(CONTRACT, 10, None)]), ends(8),
            [Own(DEVELOPER, 1, 5), changed(PRODUCTION, 5, 10), Own(DEVELOPER, 10, None)], [],
            id="the contract had ended before it joined: the plan stays ended",
        ),
        pytest.param(
            ELSEWHERE, ends(12), [Own(DEVELOPER, 1, 10)], [In(OTHER, 10, None)], id="another contract ends"
        ),
        pytest.param(
            TO_RETURN, ends(22), [Own(DEVELOPER, 1, 10), Own(DEVELOPER, 20, None)], [In(CONTRACT, 10, 20)],
            id="the contract ends before it returns",
        ),
        pytest.param(JOINED, closes(20), [Own(DEVELOPER, 1, 10)], [In(CONTRACT, 10, 20)], id="3.1 the account closes"),
        pytest.param(
            LEAVES, closes(25), [Own(DEVELOPER, 1, 10), Own(DEVELOPER, 20, 25)], [In(CONTRACT, 10, 20)],
            id="3.1 the account closes after it left",
        ),
        pytest.param(
            TO_JOIN, closes(20), [Own(DEVELOPER, 1, 5), changed(PRODUCTION, 5, 20)], [],
            id="3.1 the account closes before it joins",
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 10)], [In(CONTRACT, 10, None)], [In(CONTRACT, 10, 20)]), closes(20),
            [Own(DEVELOPER, 1, 10)], [In(CONTRACT, 10, 20)], id="3.1 it paid, up to that day",
        ),
    ],
)  # fmt: skip
def test_3_10_what_becomes_of_an_account(days: Days, act: Act, own: list[Own], member: list[In]) -> None:
    before = member_of(days)
    change = act(before)
    assert shown(change) == (own, member)
    for old, new in ((before.held, change.held), (before.memberships, change.memberships)):
        check_rows(old, new.superseded, new.recorded)  # 3.9: nothing is overwritten


def check_rows(old: Iterable[Any], superseded: Sequence[int], recorded: Sequence[Any]) -> None:
    """Only stored rows are superseded, only new ones recorded, and none that is just as one that goes."""
    stored = {row.key: row for row in old}
    gone = [replace(stored[key], key=None) for key in superseded]
    assert all(row.key is None for row in recorded)
    assert not [row for row in recorded if row in gone]


PAYS = Days([Own(DEVELOPER, 1, 10)], [In(OTHER, 10, None)], [In(OTHER, 10, None)])
PAYS_UNTIL_20 = PAYS._replace(pays=[In(OTHER, 10, 20)])
SOON_PAYS = Days([Own(DEVELOPER, 1, 10)], [In(CONTRACT, 10, None)], [In(CONTRACT, 20, None)])


@pytest.mark.parametrize(
    ("days", "act", "reason", "field"),
    [
        pytest.param(FREE, joins(15, 15), Reason.DAY_OUT_OF_RANGE, "end_day", id="no day"),
        pytest.param(FREE, joins(382), Reason.DAY_OUT_OF_RANGE, "start_day", id="367 days ahead"),
        pytest.param(FREE, joins(9, None, contract(10)), Reason.CONTRACT_NOT_IN_FORCE, "start_day", id="not begun"),
        pytest.param(FREE, joins(25, None, contract(1, 25)), Reason.CONTRACT_NOT_IN_FORCE, "start_day", id="ended"),
        pytest.param(
            FREE, joins(20, 26, contract(1, 25)), Reason.CONTRACT_NOT_IN_FORCE, "end_day", id="it ends sooner"
        ),
        pytest.param(FREE, joins(0, None, contract(-5)), Reason.ACCOUNT_NOT_YET_CREATED, "start_day", id="no account"),
        pytest.param(
            Days([Own(DEVELOPER, 1, 25)], closes=25), joins(25), Reason.ACCOUNT_CLOSED, "start_day", id="closed"
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 25)], closes=25), joins(20, 26), Reason.ACCOUNT_CLOSED, "end_day", id="closes"
        ),
        pytest.param(JOINED, joins(20), Reason.ACCOUNT_IN_CONTRACT, "account_sid", id="a member of it"),
        pytest.param(JOINED, joins(10), Reason.ACCOUNT_IN_CONTRACT, "account_sid", id="a member from that day on"),
        pytest.param(JOINED, joins(5), Reason.ACCOUNT_IN_CONTRACT, "account_sid", id="a member from later on"),
        pytest.param(ELSEWHERE, joins(10), Reason.ACCOUNT_IN_CONTRACT, "account_sid", id="of another from that day on"),
        pytest.param(ELSEWHERE, joins(5, 11), Reason.ACCOUNT_IN_CONTRACT, "account_sid", id="of another from later on"),
        pytest.param(MOVES, joins(15), Reason.ACCOUNT_IN_CONTRACT, "account_sid", id="of it, after another"),
        pytest.param(PAYS, joins(20), Reason.PAYER_REQUIRED, "account_sid", id="pays for the one it leaves"),
        pytest.param(
            PAYS_UNTIL_20, joins(19), Reason.PAYER_REQUIRED, "account_sid", id="pays for one day of the one it leaves"
        ),
        pytest.param(JOINED, leaves(9), Reason.NOT_A_MEMBER, "account_sid", id="not yet"),
        pytest.param(LEAVES, leaves(20), Reason.NOT_A_MEMBER, "account_sid", id="no longer"),
        pytest.param(ELSEWHERE, leaves(20), Reason.NOT_A_MEMBER, "account_sid", id="of another"),
        pytest.param(SOON_PAYS, leaves(16), Reason.PAYER_REQUIRED, "account_sid", id="is to pay"),
        pytest.param(JOINED, withdraws(), Reason.NO_MEMBERSHIP_CHANGE, "account_sid", id="it has joined"),
        pytest.param(
            Days([Own(DEVELOPER, 1, 15)], [In(CONTRACT, 15, None)]), withdraws(),
            Reason.NO_MEMBERSHIP_CHANGE, "account_sid", id="it joins today",
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 10), Own(DEVELOPER, 15, None)], [In(CONTRACT, 10, 15)]), withdraws(),
            Reason.NO_MEMBERSHIP_CHANGE, "account_sid", id="it leaves today",
        ),
        pytest.param(
            LEAVES, withdraws(contract(1, 20)), Reason.NO_MEMBERSHIP_CHANGE, "account_sid", id="the contract ends"
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 10)], [In(CONTRACT, 10, 20)], closes=20), withdraws(),
            Reason.NO_MEMBERSHIP_CHANGE, "account_sid", id="it closes",
        ),
        pytest.param(
            Days([Own(DEVELOPER, 1, 10)], [In(CONTRACT, 10, 20), In(OTHER, 20, None)]), withdraws(),
            Reason.ACCOUNT_IN_CONTRACT, "account_sid", id="it joins another",
        ),
        pytest.param(
            TO_JOIN._replace(pays=[In(CONTRACT, 25, None)]), withdraws(), Reason.PAYER_REQUIRED, "account_sid",
            id="it is to pay",
        ),
        pytest.param(PAYS, closes(20), Reason.PAYER_REQUIRED, "account_sid", id="3.1 pays when it closes"),
        pytest.param(PAYS_UNTIL_20, closes(19), Reason.PAYER_REQUIRED, "account_sid", id="3.1 pays for one day more"),
    ],
)  # fmt: skip
def test_3_10_what_can_not_become_of_an_account(days: Days, act: Act, reason: Reason, field: str) -> None:
    with pytest.raises(BillingError) as refused:
        act(member_of(days))
    assert (refused.value.reason, refused.value.field) == (reason, field)


class Pay(NamedTuple):
    """Who pays on some days."""

    payer: int
    start: int
    end: int | None


FIRST = [Pay(ACCOUNT, 1, None)]
HANDED = [Pay(ACCOUNT, 1, 20), Pay(OTHER_ACCOUNT, 20, None)]
THREE = [Pay(ACCOUNT, 1, 10), Pay(OTHER_ACCOUNT, 10, 20), Pay(ACCOUNT, 20, None)]


def paid(pays: list[Pay], end: int | None = None) -> Contract:
    """The contract with its payers."""
    rows = [Payer(CONTRACT, pay.payer, nth(pay.start), optional(pay.end), key) for key, pay in enumerate(pays, 1)]
    return contract(1, end, rows)


def pays_shown(rows: Rows[Payer]) -> list[Pay]:
    return [Pay(row.payer_key, number(row.start) or 0, number(row.end)) for row in rows.current]


@pytest.mark.parametrize(
    ("of", "payer", "start", "expected", "recorded"),
    [
        pytest.param(paid(FIRST), OTHER_ACCOUNT, 20, HANDED, 2, id="from a day to come"),
        pytest.param(paid(FIRST), OTHER_ACCOUNT, 1, [Pay(OTHER_ACCOUNT, 1, None)], 1, id="from the first day on"),
        pytest.param(
            paid(THREE), OTHER_ACCOUNT, 5, [Pay(ACCOUNT, 1, 5), Pay(OTHER_ACCOUNT, 5, None)], 2,
            id="in place of every later payer",
        ),
        pytest.param(
            paid(THREE), OTHER_ACCOUNT, 15, [Pay(ACCOUNT, 1, 10), Pay(OTHER_ACCOUNT, 10, None)], 1,
            id="who pays by then goes on",
        ),
        pytest.param(
            paid(THREE), OTHER_ACCOUNT, 20, [Pay(ACCOUNT, 1, 10), Pay(OTHER_ACCOUNT, 10, None)], 1,
            id="who pays up to then goes on",
        ),
        pytest.param(paid(HANDED), OTHER_ACCOUNT, 20, HANDED, 0, id="who pays from then on already"),
        pytest.param(paid(HANDED), OTHER_ACCOUNT, 25, HANDED, 0, id="who pays from before already"),
        pytest.param(paid(HANDED), ACCOUNT, 25, [*HANDED[:1], Pay(OTHER_ACCOUNT, 20, 25), Pay(ACCOUNT, 25, None)], 2,
                     id="back again"),
        pytest.param(paid(HANDED), ACCOUNT, 20, FIRST, 1, id="the change taken back"),
        pytest.param(
            paid([Pay(ACCOUNT, 1, 25)], 25), OTHER_ACCOUNT, 20, [Pay(ACCOUNT, 1, 20), Pay(OTHER_ACCOUNT, 20, 25)], 2,
            id="until the contract ends",
        ),
    ],
)  # fmt: skip
def test_3_10_a_member_becomes_the_payer(
    of: Contract, payer: int, start: int, expected: list[Pay], recorded: int
) -> None:
    member = [Membership(CONTRACT, payer, nth(1), optional(number(of.end_day)))]
    change = change_payer(of, payer, nth(start), member, nth(TODAY))
    assert pays_shown(change) == expected
    assert len(change.recorded) == recorded
    check_rows(of.payers, change.superseded, change.recorded)


@pytest.mark.parametrize(
    ("member", "end", "allowed"),
    [
        ([In(CONTRACT, 1, None)], None, True),
        ([In(CONTRACT, 10, None)], None, True),
        ([In(CONTRACT, 11, None)], None, False),
        ([In(CONTRACT, 1, 25)], None, False),
        ([In(CONTRACT, 1, 25)], 25, True),
        ([In(CONTRACT, 1, 24)], 25, False),
        ([In(CONTRACT, 1, 20), In(CONTRACT, 20, None)], None, True),
        ([In(CONTRACT, 1, 20), In(CONTRACT, 21, None)], None, False),
        ([In(OTHER, 1, None)], None, False),
        ([], None, False),
    ],
)
def test_3_10_the_payer_is_a_member_on_every_day(member: list[In], end: int | None, allowed: bool) -> None:
    rows = [Membership(row.contract, OTHER_ACCOUNT, nth(row.start), optional(row.end)) for row in member]
    of = paid([Pay(ACCOUNT, 1, end)], end)
    if allowed:
        assert pays_shown(change_payer(of, OTHER_ACCOUNT, nth(10), rows, nth(TODAY)))[-1] == Pay(OTHER_ACCOUNT, 10, end)
        return
    with pytest.raises(BillingError) as refused:
        change_payer(of, OTHER_ACCOUNT, nth(10), rows, nth(TODAY))
    assert (refused.value.reason, refused.value.field) == (Reason.NOT_A_MEMBER, "payer_account_sid")


def test_3_10_nobody_pays_from_the_end_of_the_contract_on() -> None:
    assert pays_shown(end_payers(paid(THREE).payers, nth(20))) == THREE[:2]
    assert pays_shown(end_payers(paid(THREE).payers, nth(12))) == [THREE[0], Pay(OTHER_ACCOUNT, 10, 12)]
    assert end_payers(paid(THREE).payers, nth(20)).superseded == [3]


@pytest.mark.parametrize(
    ("end", "of", "reason"),
    [
        (2, contract(), None),
        (1, contract(), Reason.DAY_OUT_OF_RANGE),
        (381, contract(), None),
        (382, contract(), Reason.DAY_OUT_OF_RANGE),
        (20, contract(20), Reason.DAY_OUT_OF_RANGE),
        (24, contract(1, 25), None),
        (25, contract(1, 25), Reason.CONTRACT_NOT_IN_FORCE),
    ],
)
def test_3_10_a_contract_ends_after_its_first_day_and_sooner_than_it_did(
    end: int, of: Contract, reason: Reason | None
) -> None:
    if reason is None:
        check_ends_on(of, nth(end), nth(TODAY))
        return
    with pytest.raises(BillingError) as refused:
        check_ends_on(of, nth(end), nth(TODAY))
    assert (refused.value.reason, refused.value.field) == (reason, "end_day")


@pytest.mark.parametrize(
    ("today", "day", "allowed"),
    [
        (date(2026, 7, 31), date(2025, 7, 1), True),  # the 12th period before
        (date(2026, 7, 31), date(2025, 6, 30), False),
        (date(2026, 8, 1), date(2025, 7, 31), False),
        (date(2026, 6, 15), date(2027, 6, 16), True),
        (date(2026, 6, 15), date(2027, 6, 17), False),
    ],
)
def test_3_9_how_far_back_and_ahead_contracts_may_be_dated(today: date, day: date, allowed: bool) -> None:
    if allowed:
        check_dated(day, today, "start_day")
        return
    with pytest.raises(BillingError) as refused:
        check_dated(day, today, "start_day")
    assert (refused.value.reason, refused.value.field) == (Reason.DAY_OUT_OF_RANGE, "start_day")


STANDARD, OWN, DEARER = None, FlatPrice(Decimal(2000)), FlatPrice(Decimal("2000.01"))


@pytest.mark.parametrize(
    ("held", "start", "plan", "price", "outcome"),
    [
        pytest.param(BUSINESS, 20, BUSINESS, OWN, None, id="2.4 its own price from a day on"),
        pytest.param(BUSINESS, 20, BUSINESS, STANDARD, Reason.PLAN_ALREADY_HELD, id="3.2 the plan held"),
        pytest.param(BUSINESS, 15, BUSINESS, UsageBasedPrice(Decimal(0), Decimal(0)), None, id="2.4 free of charge"),
        pytest.param(BUSINESS, 1, PRODUCTION, STANDARD, Reason.PLAN_STARTED_THAT_DAY, id="3.4 on its first day"),
        pytest.param(DEVELOPER, 1, PRODUCTION, STANDARD, Reason.PLAN_STARTED_THAT_DAY, id="3.4 developer too"),
    ],
)
def test_2_4_a_contracts_plan_and_price_change_together(
    held: str, start: int, plan: str, price: FlatPrice | None, outcome: Reason | None
) -> None:
    """2.4, 3.2, 3.4: what is held is a plan at a price."""
    before = [Held(held, nth(1), None, Origin.ASSIGNED, True, 1)]
    asked: dict[str, Any] = {
        "plan_id": plan,
        "own_price": price,
        "start_day": nth(start),
        "today": nth(min(start, TODAY)),
        "staff": True,
        "replace_pending": False,
        "self_service_plans": frozenset(),
    }
    if outcome is not None:
        with pytest.raises(BillingError) as refused:
            change_plan(before, **asked)
        assert refused.value.reason is outcome
        return
    change = change_plan(before, **asked)
    assert [(run.plan_id, run.own_price, number(run.start)) for run in change.held] == [
        (held, None, 1),
        (plan, price, start),
    ]


def test_3_5_a_change_of_price_alone_is_pending_is_replaced_and_is_withdrawn() -> None:
    before = [
        Held(BUSINESS, nth(1), nth(20), Origin.ASSIGNED, True, 1, own_price=OWN),
        Held(BUSINESS, nth(20), None, Origin.CHANGED, True, 2, own_price=DEARER),
    ]
    assert pending(before, nth(TODAY)) == before[1]
    asked: dict[str, Any] = {
        "plan_id": BUSINESS,
        "start_day": nth(25),
        "today": nth(TODAY),
        "staff": True,
        "replace_pending": True,
        "self_service_plans": frozenset(),
    }
    with pytest.raises(BillingError) as refused:
        change_plan(before, **asked, own_price=FlatPrice(Decimal("2000.00")))
    assert refused.value.reason is Reason.PLAN_ALREADY_HELD
    replaced = change_plan(before, **asked, own_price=STANDARD)
    assert [(run.own_price, number(run.start)) for run in replaced.held] == [(OWN, 1), (None, 25)]
    back, waiting = withdraw(before, today=nth(TODAY), staff=True)
    assert waiting == before[1]
    assert [(run.own_price, number(run.end)) for run in back.held] == [(OWN, None)]


def test_3_5_the_beginning_of_a_contract_is_no_pending_change() -> None:
    begins = [
        Held(BUSINESS, nth(20), nth(25), Origin.ASSIGNED, True, 1),
        Held(PRODUCTION, nth(25), None, Origin.CHANGED, True, 2),
    ]
    assert pending(begins[:1], nth(TODAY)) is None
    assert pending(begins, nth(TODAY)) == begins[1]


def test_3_5_a_change_for_the_day_of_leaving_is_withdrawn_to_developer() -> None:
    held = member_of(Days([Own(DEVELOPER, 1, 10), changed(BUSINESS, 20, 28)], [In(CONTRACT, 10, 20)], closes=28)).held
    back, waiting = withdraw(held, today=nth(TODAY), staff=False)
    assert waiting == held[1]
    assert [(run.plan_id, number(run.start), number(run.end), run.origin) for run in back.held] == [
        (DEVELOPER, 1, 10, Origin.ASSIGNED),
        (DEVELOPER, 20, 28, Origin.ASSIGNED),
    ]


def test_3_8_on_a_day_under_a_contract_there_is_no_own_plan_to_change() -> None:
    for staff, reason in ((False, Reason.CONTACT_SUPPORT), (True, Reason.ACCOUNT_IN_CONTRACT)):
        with pytest.raises(BillingError) as refused:
            change_plan(
                member_of(TO_VISIT).held,
                plan_id=BUSINESS,
                start_day=nth(20),
                today=nth(TODAY),
                staff=staff,
                replace_pending=False,
                self_service_plans=frozenset({DEVELOPER, PRODUCTION, BUSINESS}),
            )
        assert (refused.value.reason, refused.value.field) == (reason, "account_sid")
