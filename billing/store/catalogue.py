"""The catalogue of support plans (2)."""

from __future__ import annotations

import json

import asyncpg

from billing.catalogue import Catalogue, Guarantee, Plan, PlanVersion
from billing.support import FlatPrice, PlanPrice, UsageBasedPrice

PLANS = "SELECT plan_id, self_service FROM plan ORDER BY rank"
PLAN_TEXTS = "SELECT plan_id, language_code, display_name, description FROM plan_text"
PLAN_VERSIONS = """
SELECT plan_id, plan_version_key, version_number, effective_day, rate, minimum, flat_amount, guarantees,
       channels, services
FROM plan_version WHERE record_cutoff < $1 ORDER BY plan_id, effective_day
"""


async def get_catalogue(connection: asyncpg.Connection, before_cutoff: int) -> Catalogue:
    """All plans, with the versions recorded before a cut-off."""
    texts: dict[str, dict[str, tuple[str, str]]] = {}
    for plan_id, language_code, display_name, description in await connection.fetch(PLAN_TEXTS):
        texts.setdefault(plan_id, {})[language_code] = (display_name, description)
    versions: dict[str, list[PlanVersion]] = {}
    for row in await connection.fetch(PLAN_VERSIONS, before_cutoff):
        versions.setdefault(row["plan_id"], []).append(_version(row))
    return Catalogue(
        {
            plan_id: Plan(plan_id, self_service, texts[plan_id], tuple(versions[plan_id]))
            for plan_id, self_service in await connection.fetch(PLANS)
        }
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
