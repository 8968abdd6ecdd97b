"""A realistic June and the July after it, made from a seed: accounts, plans, and usage in columns, with repeats, late
records and records to refuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from prorata import UNRATED_NANOS, UsageArrays, moment_to_micros

PERIOD, NEXT_PERIOD = "2026-06", "2026-07"
START = datetime(2026, 6, 1, tzinfo=UTC)
MIDDLE = date(2026, 6, 15)
END = datetime(2026, 7, 1, tzinfo=UTC)
NEXT_END = datetime(2026, 8, 1, tzinfo=UTC)
GRACE = timedelta(hours=6)  # 6.1

FAMILIES = 1_000
SUBACCOUNTS = 700
RECORDS = 300_000
NEXT_RECORDS = 60_000
LATE_EVERY = 20  # of the records of July, each 20th occurred 30 days before: nearly all of those in June
LATE_BY = timedelta(days=30)
REPEATS_EVERY = 100
UNKNOWN_ACCOUNTS = 40
TOO_EARLY = 25
MICROSECOND = timedelta(microseconds=1)
NEVER_MADE = "AC" + "f" * 32

Tiers = tuple[tuple[int | None, str], ...]
"""The largest quantity of each graduated tier, None for the last; and the price of a unit."""

# id, name, unit, price (of a unit, or tiers; None: rated upstream), stage and family other than generally available
# and our own
PRODUCTS: tuple[tuple[str, str, str, str | Tiers | None, str], ...] = (
    ("sms-outbound", "SMS, outbound", "message", ((1_000, "0.0079"), (10_000, "0.0070"), (None, "0.0060")), ""),
    ("sms-inbound", "SMS, inbound", "message", "0.0075", ""),
    ("mms", "MMS", "message", "0.0200", ""),
    ("voice-outbound", "Voice, outbound", "minute", "0.0140", ""),
    ("voice-inbound", "Voice, inbound", "minute", "0.0085", ""),
    ("sip", "SIP interface", "minute", "0.0040", ""),
    ("email", "Email", "email", "0.00085", ""),
    ("verify", "Verifications", "verification", "0.0500", ""),
    ("lookup", "Lookups", "lookup", "0.0050", ""),
    ("video", "Video rooms", "participant minute", None, ""),
    ("conversations", "Conversations", "active user", None, "beta"),
    ("segment-track", "Segment tracks", "call", "0.00012", "segment"),
)
PLAN_SHARES = (("developer", 0.70), ("production", 0.22), ("business", 0.08))


@dataclass(frozen=True)
class Family:
    """A top-level account, its subaccounts, and what plans it asks for.

    Attributes:
        sid: of the top-level account.
        name: for people.
        subaccounts: their SIDs.
        plan: asked for on the first day.
        later_plan: asked for on 15 June; None for no change.
    """

    sid: str
    name: str
    subaccounts: tuple[str, ...]
    plan: str
    later_plan: str | None


@dataclass(frozen=True)
class Sent:
    """Usage that is sent at once.

    Attributes:
        usage: the records as they are sent, repeats and bad ones among them.
        good: which of them are to be counted, each once.
        refused: which of them must be refused.
    """

    usage: UsageArrays
    good: NDArray[np.bool_]
    refused: NDArray[np.bool_]

    def within(self, start: datetime, end: datetime) -> NDArray[np.bool_]:
        """Which of the good records occurred from start up to, not including, end."""
        times = self.usage.occur_times_micros
        return self.good & (times >= moment_to_micros(start)) & (times < moment_to_micros(end))


@dataclass(frozen=True)
class Month:
    """All that the many customers do.

    Attributes:
        families: the accounts and their plans.
        june: the usage that arrives in June.
        july: the usage that arrives in July, some of it late: of June.
    """

    families: list[Family]
    june: Sent
    july: Sent


def make_month(seed: int = 20260601) -> Month:
    """The month of a seed: the same every time."""
    random = np.random.default_rng(seed)
    families = _families(random)
    sids = [sid for family in families for sid in (family.sid, *family.subaccounts)]
    june = _times(random, START, END, RECORDS)
    july = _times(random, END, NEXT_END, NEXT_RECORDS)
    july[::LATE_EVERY] -= LATE_BY // MICROSECOND
    return Month(families, _sent(random, sids, june), _sent(random, sids, july))


def _families(random: np.random.Generator) -> list[Family]:
    sizes = np.bincount(random.zipf(1.6, SUBACCOUNTS) % FAMILIES, minlength=FAMILIES)
    plans, shares = [plan for plan, _ in PLAN_SHARES], [share for _, share in PLAN_SHARES]
    first = random.choice(plans, FAMILIES, p=shares)
    later = random.choice(plans, FAMILIES, p=shares)
    changes = random.random(FAMILIES) < 0.25
    return [
        Family(
            _sid(random),
            f"Customer {number + 1}",
            tuple(_sid(random) for _ in range(sizes[number])),
            str(first[number]),
            str(later[number]) if changes[number] and later[number] != first[number] else None,
        )
        for number in range(FAMILIES)
    ]


def _times(random: np.random.Generator, start: datetime, end: datetime, count: int) -> NDArray[np.int64]:
    return np.sort(random.integers(moment_to_micros(start), moment_to_micros(end), size=count))


def _sent(random: np.random.Generator, sids: list[str], times: NDArray[np.int64]) -> Sent:
    """New records in order of time, then repeats scattered among them, and records that must be refused."""
    count = len(times)
    accounts = (random.zipf(1.2, count) - 1) % len(sids)
    products = random.integers(len(PRODUCTS), size=count)
    quantities = random.integers(1, 400, size=count) * 10**6
    rated = np.array([price is None for *_, price, _ in PRODUCTS])[products]
    amounts = np.where(rated, random.integers(10**6, 10**10, size=count), UNRATED_NANOS)
    events = random.integers(256, size=(count, 16), dtype=np.uint8)

    order, good = _repeated(random, count)
    bad = random.choice(np.flatnonzero(good), UNKNOWN_ACCOUNTS + TOO_EARLY, replace=False)
    refused = np.isin(order, order[bad])  # the bad records and their repeats
    good &= ~refused
    accounts, times = accounts[order], times[order]
    accounts[np.isin(order, order[bad[:UNKNOWN_ACCOUNTS]])] = len(sids)
    times[np.isin(order, order[bad[UNKNOWN_ACCOUNTS:]])] -= timedelta(days=90) // MICROSECOND
    usage = UsageArrays.of(
        event_ids=events[order],
        account_indexes=accounts.astype(np.uint32),
        product_indexes=products[order].astype(np.uint32),
        occur_times_micros=times,
        quantities_micros=quantities[order],
        amounts_nanos=amounts[order],
        account_sids=[*sids, NEVER_MADE],
        product_ids=[product_id for product_id, *_ in PRODUCTS],
    )
    return Sent(usage, good, refused)


def _repeated(random: np.random.Generator, count: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The order in which records are sent, some of them again later; and which of those are the first ones."""
    rows = np.arange(count)
    repeats = np.sort(random.choice(count, count // REPEATS_EVERY, replace=False))
    later = np.minimum(repeats + random.integers(1, count // 6, size=len(repeats)), count - 1)
    order = np.concatenate([rows, repeats])[np.argsort(np.concatenate([rows, later + 0.5]), kind="stable")]
    first = np.zeros(len(order), dtype=bool)
    first[np.unique(order, return_index=True)[1]] = True
    return order, first


def _sid(random: np.random.Generator) -> str:
    return f"AC{random.bytes(16).hex()}"
