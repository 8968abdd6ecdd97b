"""Settings of the server, from the environment (PRORATA_…)."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

from pydantic import Field

from billing.business_hours import BusinessHours
from billing.comparison import DEFAULT_AMOUNT, DEFAULT_FACTOR
from billing.operations.opening import Outlier
from server.store_settings import StoreSettings


class OpeningSettings(StoreSettings):
    """What it takes to open the store, besides where it is: all that a verification needs to know.

    Attributes:
        test_mode: whether business time follows a test clock; must agree with the store.
        currency: ISO 4217; must agree with the store.
        billing_zone: IANA name of the zone of days and periods; must agree with the store.
    """

    test_mode: bool = False
    currency: str = Field(default="USD", pattern="^[A-Z]{3}$")
    billing_zone: str = "UTC"


class Settings(OpeningSettings):
    """What a server needs to know, besides what it takes to open the store.

    Attributes:
        redis_url: of Redis or Valkey, such as redis://host:6379/0.
        listen_address: where the server listens; without credentials configured it must be a loopback address.
        processes: how many server processes share the address.
        business_zone, business_opening_hour, business_closing_hour, business_holidays: business hours (2.5): Monday to
            Friday between two hours in a zone (IANA), except public holidays of a country (ISO 3166; none if empty).
        outlier_factor, outlier_amount: a payer whose month's charges differ from those of the month before by more than
            this factor, and by more than this amount of the currency, is an outlier in the comparison of a closing.
        pool_size: connections to Postgres, besides the four of the usage lanes, that by which health is told, and up to
            four for previews.
        most_calls: calls at once, above which a call is refused with OVERLOADED.
        most_followers: streams at once that follow the feed, a closing or a rehearsal, above which one is refused with
            OVERLOADED; they do not count as calls, and each asks the store once a second.
        log_level: such as INFO.
        drain_seconds: how long calls under way may take when the server stops.
    """

    redis_url: str
    listen_address: str = "127.0.0.1:50051"
    processes: int = Field(default=1, ge=1, le=64)
    business_zone: str = "America/Los_Angeles"
    business_opening_hour: int = Field(default=6, ge=0, le=23)
    business_closing_hour: int = Field(default=18, ge=1, le=24)
    business_holidays: str = Field(default="US", pattern="^([A-Z]{2})?$")
    outlier_factor: Decimal = Field(default=DEFAULT_FACTOR, ge=1)
    outlier_amount: Decimal = Field(default=DEFAULT_AMOUNT, ge=0)
    pool_size: int = Field(default=10, ge=2, le=100)
    most_calls: int = Field(default=1_000, ge=1)
    most_followers: int = Field(default=200, ge=1)
    log_level: str = "INFO"
    drain_seconds: float = Field(default=10, ge=0)

    @property
    def business_hours(self) -> BusinessHours:
        """Business hours; ValueError where there are no such hours, zone or country."""
        zone = ZoneInfo(self.business_zone)
        return BusinessHours(zone, self.business_opening_hour, self.business_closing_hour, self.business_holidays)

    @property
    def outlier(self) -> Outlier:
        """By what an outlier differs."""
        return Outlier(self.outlier_factor, self.outlier_amount)
