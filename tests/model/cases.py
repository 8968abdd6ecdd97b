"""Support cases and credits as they are recorded (8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Case:
    """A support case; its priority is 1 to 3, its product may be missing."""

    account: str
    case: str
    priority: int
    product: str
    opened: datetime
    answered: datetime | None = None


@dataclass
class Credit:
    """A credit that was granted: one per owner, plan and month (8.4)."""

    owner: str
    plan: str
    month: str
    granted_before: int  # how many periods were closed when it was claimed
    amounts: dict[str, int] | None = None  # cents by payer, once a closing has fixed them
    used: dict[str, int] = field(default_factory=dict)  # cents by payer
