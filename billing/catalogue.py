"""The catalogue of support plans (2): plans, their versions, and their names in the caller's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from billing.segments import Run
from billing.support import PlanPrice, Terms

FALLBACK_LANGUAGE = "en"  # 2.2


@dataclass(frozen=True, slots=True)
class Guarantee:
    """The guaranteed response time of a priority (2.1).

    Attributes:
        priority: 1 to 3.
        response_minutes: the time, on the clock.
        clock: 1 business hours, 2 around the clock.
        exclusive: whether an average that reaches the time misses it.
    """

    priority: int
    response_minutes: int
    clock: int
    exclusive: bool


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """The terms of a plan from a day on (2.3)."""

    plan_id: str
    plan_version_key: int
    number: int
    effective_day: date
    price: PlanPrice
    guarantees: tuple[Guarantee, ...]
    channels: tuple[int, ...]
    services: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of the catalogue.

    Attributes:
        plan_id: its id.
        self_service: whether self-service may change to it, and from it (3.7, 3.8).
        texts: its name and description by language.
        versions: by the day they take effect.
    """

    plan_id: str
    self_service: bool
    texts: dict[str, tuple[str, str]]
    versions: tuple[PlanVersion, ...]

    def on(self, day: date) -> PlanVersion:
        """The version in force on a day."""
        return [version for version in self.versions if version.effective_day <= day][-1]

    def text(self, language_code: str) -> tuple[str, str, str]:
        """The language chosen, the name and the description; an unknown language falls back to English (2.2)."""
        wanted = language_code.lower().replace("_", "-")
        while wanted and wanted not in self.texts:
            wanted = wanted.rpartition("-")[0]
        chosen = wanted or FALLBACK_LANGUAGE
        return chosen, *self.texts[chosen]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All plans, from the free one up, by id."""

    plans: dict[str, Plan]

    @property
    def self_service_plans(self) -> frozenset[str]:
        """The plans that self-service may change to and from."""
        return frozenset(plan.plan_id for plan in self.plans.values() if plan.self_service)

    def terms(self) -> dict[str, list[Run[Terms]]]:
        """The terms of every plan by the days they are in force."""
        return {plan.plan_id: list(_terms(plan.versions)) for plan in self.plans.values()}


def _terms(versions: tuple[PlanVersion, ...]) -> Iterable[Run[Terms]]:
    ends = [*(version.effective_day for version in versions[1:]), date.max]
    for version, end in zip(versions, ends, strict=True):
        terms = Terms(version.plan_id, version.plan_version_key, version.number, version.price)
        yield Run(version.effective_day, end, terms)
