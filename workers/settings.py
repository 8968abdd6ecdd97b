"""Settings of a worker, from the environment (PRORATA_…)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from billing.business_hours import BusinessHours
from billing.comparison import DEFAULT_AMOUNT, DEFAULT_FACTOR
from billing.operations.opening import Outlier


class Settings(BaseSettings):
    """What a worker needs to know.

    Attributes:
        database_url: of Postgres.
        redis_url: of Redis or Valkey.
        test_mode: whether business time follows a test clock; must agree with the store.
        currency: ISO 4217; must agree with the store.
        billing_zone: IANA name of the zone of days and periods; must agree with the store.
        business_zone, business_opening_hour, business_closing_hour, business_holidays: business hours (2.5): Monday to
            Friday between two hours in a zone (IANA), except public holidays of a country (ISO 3166; none if empty).
        outlier_factor, outlier_amount: a payer whose month's charges differ from those of the month before by more than
            this factor, and by more than this amount of the currency, is an outlier in the comparison of a closing.
        grace_hours: how long after its end a period closes by itself (6.1).
        shards_at_once: how many shards of a closing a worker calculates at a time.
        stream_length: about how many entries the Redis stream keeps.
        log_level: such as INFO.
    """

    model_config = SettingsConfigDict(env_prefix="PRORATA_")

    database_url: str
    redis_url: str
    test_mode: bool = False
    currency: str = Field(default="USD", pattern="^[A-Z]{3}$")
    billing_zone: str = "UTC"
    business_zone: str = "America/Los_Angeles"
    business_opening_hour: int = Field(default=6, ge=0, le=23)
    business_closing_hour: int = Field(default=18, ge=1, le=24)
    business_holidays: str = Field(default="US", pattern="^([A-Z]{2})?$")
    outlier_factor: Decimal = Field(default=DEFAULT_FACTOR, ge=1)
    outlier_amount: Decimal = Field(default=DEFAULT_AMOUNT, ge=0)
    grace_hours: float = Field(default=6, ge=0, le=240)
    shards_at_once: int = Field(default=2, ge=1, le=16)
    stream_length: int = Field(default=1_000_000, ge=1_000)
    log_level: str = "INFO"

    @property
    def grace(self) -> timedelta:
        """How long after its end a period closes by itself."""
        return timedelta(hours=self.grace_hours)

    @property
    def business_hours(self) -> BusinessHours:
        """Business hours; ValueError where there are no such hours, zone or country."""
        zone = ZoneInfo(self.business_zone)
        return BusinessHours(zone, self.business_opening_hour, self.business_closing_hour, self.business_holidays)

    @property
    def outlier(self) -> Outlier:
        """By what an outlier differs."""
        return Outlier(self.outlier_factor, self.outlier_amount)
