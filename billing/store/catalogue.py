"""The catalogue of support plans (2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from itertools import groupby

import asyncpg

from billing.catalogue import Catalogue, Guarantee, Plan, PlanVersion
from billing.store.questions import Question, Rows, asked
from billing.store.state import EVER
from billing.support import FlatPrice, PlanPrice, UsageBasedPrice

CATALOGUE = """
SELECT p.plan_id, p.self_service, v.plan_version_key, v.version_number, v.effective_day, v.rate, v.minimum,
       v.flat_amount, v.guarantees, v.channels, v.services,
       (SELECT json_object_agg(t.language_code, json_build_array(t.display_name, t.description))
        FROM plan_text t WHERE t.plan_id = p.plan_id) AS texts
FROM plan p JOIN plan_version v ON v.plan_id = p.plan_id
WHERE v.record_cutoff < $1 AND v.record_time <= $2
ORDER BY p.rank, v.effective_day
"""


@asked
def get_catalogue(before_cutoff: int, recorded_by: datetime = EVER) -> Question[Catalogue]:
    """All plans, with the versions recorded before a cut-off, and up to a moment (3.9)."""
    return Question(CATALOGUE, (before_cutoff, recorded_by), _catalogue, apart=True)


def _catalogue(rows: Rows) -> Catalogue:
    plans = {}
    for plan_id, versions in groupby(rows, key=lambda row: row["plan_id"]):
        group = list(versions)
        texts = {language: (name, text) for language, (name, text) in json.loads(group[0]["texts"]).items()}
        plans[plan_id] = Plan(plan_id, group[0]["self_service"], texts, tuple(map(_version, group)))
    return Catalogue(plans)


LOCK_PLAN = "SELECT FROM plan WHERE plan_id = $1 FOR NO KEY UPDATE"


async def lock_plan(connection: asyncpg.Connection, plan_id: str) -> None:
    """Hold off other publications of the plan until the transaction ends."""
    await connection.execute(LOCK_PLAN, plan_id)


INSERT_VERSION = """
WITH made AS (
    INSERT INTO plan_version (plan_id, version_number, effective_day, rate, minimum, flat_amount, guarantees, channels,
                              services, record_time, record_cutoff)
    VALUES ($1, (SELECT max(version_number) + 1 FROM plan_version WHERE plan_id = $1), $2, $3, $4, $5, $6, $7, $8, $9,
            $10)
    ON CONFLICT ON CONSTRAINT plan_version_day DO NOTHING RETURNING plan_version_key, version_number
), counted AS (
    UPDATE store_state SET version_count = version_count + 1 WHERE EXISTS (SELECT FROM made)
)
SELECT plan_version_key, version_number FROM made
"""


async def insert_version(
    connection: asyncpg.Connection,
    plan_id: str,
    effective_day: date,
    price: PlanPrice,
    guarantees: Sequence[Guarantee],
    channels: Sequence[int],
    services: Sequence[int],
    record_time: datetime,
    cutoff: int,
) -> PlanVersion | None:
    """Record the next version of a plan, which is locked; None when it has one for that day (2.3)."""
    based = price if isinstance(price, UsageBasedPrice) else None
    row = await connection.fetchrow(
        INSERT_VERSION,
        plan_id,
        effective_day,
        based.rate if based else None,
        based.minimum if based else None,
        price.amount if isinstance(price, FlatPrice) else None,
        json.dumps([asdict(guarantee) for guarantee in guarantees]),
        list(channels),
        list(services),
        record_time,
        cutoff,
    )
    if row is None:
        return None
    return PlanVersion(
        plan_id,
        row["plan_version_key"],
        row["version_number"],
        effective_day,
        price,
        tuple(guarantees),
        tuple(channels),
        tuple(services),
    )


def _version(row: asyncpg.Record) -> PlanVersion:
    return PlanVersion(
        plan_id=row["plan_id"],
        plan_version_key=row["plan_version_key"],
        number=row["version_number"],
        effective_day=row["effective_day"],
        price=_price(row),
        guarantees=tuple(Guarantee(**guarantee) for guarantee in json.loads(row["guarantees"])),
        channels=tuple(row["channels"]),
        services=tuple(row["services"]),
    )


def _price(row: asyncpg.Record) -> PlanPrice:
    if row["flat_amount"] is not None:
        return FlatPrice(row["flat_amount"])
    return UsageBasedPrice(row["rate"], row["minimum"])
