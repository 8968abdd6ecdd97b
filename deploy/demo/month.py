"""A realistic June, made from a seed: accounts, plans, and usage in columns with repeats and records to refuse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from prorata import UNRATED_NANOS, UsageArrays

PERIOD = "2026-06"
START = datetime(2026, 6, 1, tzinfo=UTC)
MIDDLE = date(2026, 6, 15)
END = datetime(2026, 7, 1, tzinfo=UTC)
CLOSES = END + timedelta(hours=6)  # 6.1: the grace time

FAMILIES = 1_500
SUBACCOUNTS = 1_000
RECORDS = 300_000
REPEATS = 3_000
UNKNOWN_ACCOUNTS = 40
TOO_EARLY = 25
NEVER_MADE = "AC" + "f" * 32

# id, name, unit, price of a unit (None: rated upstream), stage and family other than generally available and our own
PRODUCTS: tuple[tuple[str, str, str, str | None, str], ...] = (
    ("sms-outbound", "SMS, outbound", "message", "0.0079", ""),
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
class Month:
    """All that happens in the month.

    Attributes:
        families: the accounts and their plans.
        usage: the records as they are sent, repeats and bad ones among them.
        good: which of them are to be counted, each once.
        refused: which of them must be refused.
    """

    families: list[Family]
    usage: UsageArrays
    good: NDArray[np.bool_]
    refused: NDArray[np.bool_]


def make_month(seed: int = 20260601) -> Month:
    """The month of a seed: the same every time."""
    random = np.random.default_rng(seed)
    families = _families(random)
    usage, good, refused = _usage(random, [sid for family in families for sid in (family.sid, *family.subaccounts)])
    return Month(families, usage, good, refused)


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


def _usage(random: np.random.Generator, sids: list[str]) -> tuple[UsageArrays, NDArray[np.bool_], NDArray[np.bool_]]:
    """New records in order of time, then repeats scattered among them, and records that must be refused."""
    accounts = (random.zipf(1.2, RECORDS) - 1) % len(sids)
    products = random.integers(len(PRODUCTS), size=RECORDS)
    seconds = (END - START).total_seconds()
    times = int(START.timestamp()) * 10**6 + np.sort(random.integers(int(seconds * 10**6), size=RECORDS))
    quantities = random.integers(1, 400, size=RECORDS) * 10**6
    rated = np.array([price is None for *_, price, _ in PRODUCTS])[products]
    amounts = np.where(rated, random.integers(10**6, 10**10, size=RECORDS), UNRATED_NANOS)
    events = random.integers(256, size=(RECORDS, 16), dtype=np.uint8)

    rows = np.arange(RECORDS)
    repeats = np.sort(random.choice(RECORDS, REPEATS, replace=False))
    late = np.minimum(repeats + random.integers(1, 50_000, size=REPEATS), RECORDS - 1)
    order = np.concatenate([rows, repeats])[np.argsort(np.concatenate([rows, late + 0.5]), kind="stable")]
    good = np.zeros(len(order), dtype=bool)
    good[np.unique(order, return_index=True)[1]] = True

    accounts, products, times = accounts[order], products[order], times[order]
    quantities, amounts, events = quantities[order], amounts[order], events[order]
    bad = random.choice(np.flatnonzero(good), UNKNOWN_ACCOUNTS + TOO_EARLY, replace=False)
    refused = np.isin(order, order[bad])  # the bad records and their repeats
    good &= ~refused
    accounts[np.isin(order, order[bad[:UNKNOWN_ACCOUNTS]])] = len(sids)
    times[np.isin(order, order[bad[UNKNOWN_ACCOUNTS:]])] -= 60 * 86_400 * 10**6
    usage = UsageArrays.of(
        event_ids=events,
        account_indexes=accounts.astype(np.uint32),
        product_indexes=products.astype(np.uint32),
        occur_times_micros=times,
        quantities_micros=quantities,
        amounts_nanos=amounts,
        account_sids=[*sids, NEVER_MADE],
        product_ids=[product_id for product_id, *_ in PRODUCTS],
    )
    return usage, good, refused


def _sid(random: np.random.Generator) -> str:
    return f"AC{random.bytes(16).hex()}"
