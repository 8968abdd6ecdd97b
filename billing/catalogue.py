"""The catalogue of support plans (2): plans, their versions, and their names in the caller's language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from billing.errors import BillingError, Reason, invalid
from billing.holding import FREE_PLAN, MOST_DAYS_AHEAD
from billing.period import ONE_DAY
from billing.segments import Run
from billing.support import PlanPrice, Terms

FALLBACK_LANGUAGE = "en"  # 2.2


class Channel(IntEnum):
    """A way to reach support, numbered as in the contract and the store."""

    API_STATUS = 1
    EMAIL = 2
    CHAT = 3
    PHONE = 4


class Service(IntEnum):
    """A further service of a plan, numbered likewise."""

    TECHNICAL_ACCOUNT_MANAGER = 1
    HOTLINE = 2
    QUARTERLY_REVIEW = 3


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
        """The version in force on a day: the last to take effect by then, whatever its number (2.3)."""
        return max(
            (version for version in self.versions if version.effective_day <= day),
            key=lambda version: version.effective_day,
        )

    def text(self, language_code: str) -> tuple[str, str, str]:
        """The language chosen, the name and the description; an unknown language falls back to English (2.2)."""
        chosen = choose_language(language_code, self.texts)
        return chosen, *self.texts[chosen]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All plans, from the free one up, by id."""

    plans: dict[str, Plan]

    @property
    def version_count(self) -> int:
        """How many versions the plans have in all."""
        return sum(len(plan.versions) for plan in self.plans.values())

    @property
    def self_service_plans(self) -> frozenset[str]:
        """The plans that self-service may change to and from."""
        return frozenset(plan.plan_id for plan in self.plans.values() if plan.self_service)

    def terms(self) -> dict[str, list[Run[Terms]]]:
        """The terms of every plan by the days they are in force."""
        return {plan.plan_id: list(_terms(plan.versions)) for plan in self.plans.values()}


def choose_language(language_code: str, known: Collection[str]) -> str:
    """The known language that serves a language tag (BCP 47) best; English when none does (2.2)."""
    wanted = language_code.lower().replace("_", "-")
    while wanted and wanted not in known:
        wanted = wanted.rpartition("-")[0]
    return wanted or FALLBACK_LANGUAGE


def check_version(
    plan_id: str,
    price: PlanPrice,
    guarantees: Sequence[Guarantee],
    channels: Sequence[int],
    services: Sequence[int],
) -> None:
    """The terms may be those of a version of the plan (2.3): INVALID_FIELD names what is at fault."""
    if plan_id == FREE_PLAN and not price.free:
        raise invalid("price", f"{FREE_PLAN} is free (3.1): publish it with rate 0 and minimum 0")
    for index, guarantee in enumerate(guarantees):
        path = f"guarantees[{index}]"
        if not guarantee.priority:
            raise invalid(f"{path}.priority", "the priority is missing: it is required")
        if any(guarantee.priority == earlier.priority for earlier in guarantees[:index]):
            raise invalid(f"{path}.priority", f"a second guarantee for P{guarantee.priority}: give one per priority")
        if guarantee.response_minutes <= 0:
            raise invalid(f"{path}.response_minutes", "the time must be at least a minute")
        if not guarantee.clock:
            raise invalid(f"{path}.clock", "the clock is missing: it is required")
    _check_each_once(channels, Channel, "channels")
    _check_each_once(services, Service, "services")


def check_effective_day(effective_day: date, today: date) -> None:
    """A version takes effect tomorrow or later (2.3), at most 366 days ahead: DAY_OUT_OF_RANGE otherwise."""
    earliest, latest = today + ONE_DAY, today + timedelta(days=MOST_DAYS_AHEAD)
    if not earliest <= effective_day <= latest:
        raise BillingError(
            Reason.DAY_OUT_OF_RANGE,
            f"a version takes effect tomorrow or later, at most 366 days ahead: from {earliest} to {latest}",
            "effective_day",
        )


def _check_each_once(values: Sequence[int], kind: type[IntEnum], field: str) -> None:
    for index, value in enumerate(values):
        if value not in set(kind):
            raise invalid(f"{field}[{index}]", f"{value} is not one of the {field}")
        if value in values[:index]:
            raise invalid(f"{field}[{index}]", f"{kind(value).name} is given twice: leave one out")


def _terms(versions: tuple[PlanVersion, ...]) -> Iterable[Run[Terms]]:
    by_day = sorted(versions, key=lambda version: version.effective_day)
    ends = [*(version.effective_day for version in by_day[1:]), date.max]
    for version, end in zip(by_day, ends, strict=True):
        terms = Terms(version.plan_id, version.plan_version_key, version.number, version.price)
        yield Run(version.effective_day, end, terms)
