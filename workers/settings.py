"""Settings of a worker, from the environment (PRORATA_…)."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from billing.process.settings import ProcessSettings


class Settings(ProcessSettings):
    """What a worker needs to know."""

    grace_hours: float = Field(default=6, ge=0, le=240)
    """how long after its end a period closes by itself (6.1)"""
    shards_at_once: int = Field(default=2, ge=1, le=16)
    """how many shards of a closing a worker calculates at a time"""
    stream_length: int = Field(default=1_000_000, ge=1_000)
    """about how many entries the Redis stream keeps"""

    @property
    def grace(self) -> timedelta:
        """How long after its end a period closes by itself."""
        return timedelta(hours=self.grace_hours)
