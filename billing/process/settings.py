"""Settings that server and workers have in common, from the environment (PRORATA_…)."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import Literal, Self
from zoneinfo import ZoneInfo

from arq.connections import RedisSettings
from pydantic import Field, SecretStr, field_validator, model_validator
from redis.asyncio.connection import parse_url

from billing.business_hours import BusinessHours
from billing.comparison import DEFAULT_AMOUNT, DEFAULT_FACTOR, Threshold
from billing.currencies import currency_of
from billing.operations.opening import Outlier, StoreWanted
from billing.process.store_settings import StoreSettings

LAST_PORT = 65_535


class OpeningSettings(StoreSettings):
    """What it takes to open the store; what it was made with must agree with it."""

    test_mode: bool = False
    """whether business time follows a test clock; must agree with the store"""
    currency: str = "USD"
    """ISO 4217; must agree with the store"""
    billing_zone: str = "UTC"
    """IANA name of the zone of days and periods; must agree with the store"""

    @property
    def wanted(self) -> StoreWanted:
        """What the store must have been made with."""
        return StoreWanted(self.currency, self.billing_zone, self.test_mode)

    @field_validator("currency")
    @classmethod
    def _check_currency(cls, currency: str) -> str:
        currency_of(currency)
        return currency

    @field_validator("billing_zone", "business_zone", check_fields=False)
    @classmethod
    def _check_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (LookupError, ValueError, OSError):  # the last for a folder of zones
            raise ValueError("there is no such zone: give an IANA name such as UTC or Europe/Berlin") from None
        return zone


class ProcessSettings(OpeningSettings):
    """What server and workers need to know."""

    redis_url: SecretStr
    """of Redis or Valkey, such as redis://host:6379/0; it may have a password"""
    business_zone: str = "America/Los_Angeles"
    """IANA name of the zone of business hours (2.5), which are from Monday to Friday"""
    business_opening_hour: int = Field(default=6, ge=0, le=23)
    """the hour at which they begin"""
    business_closing_hour: int = Field(default=18, ge=1, le=24)
    """the hour at which they end"""
    business_holidays: str = "US"
    """country (ISO 3166) whose public holidays have none; empty for no country"""
    outlier_factor: Decimal = Field(default=DEFAULT_FACTOR, ge=1)
    """a payer is an outlier of a closing when its charges differ from the month before by more than this factor"""
    outlier_amount: Decimal = Field(default=DEFAULT_AMOUNT, ge=0)
    """and by more than this amount of the currency"""
    log_level: str = "INFO"
    """least level that is logged: DEBUG, INFO, WARNING, ERROR or CRITICAL"""
    log_format: Literal["text", "json"] = "text"
    """how a line of the log is written, text or json"""
    metrics_address: str = ""
    """host:port where metrics are told to Prometheus over HTTP, to whoever asks; empty for nowhere"""
    commit: str = ""
    """what was built, told in the metric prorata_build_info"""

    @property
    def business_hours(self) -> BusinessHours:
        """Business hours."""
        zone = ZoneInfo(self.business_zone)
        return BusinessHours(zone, self.business_opening_hour, self.business_closing_hour, self.business_holidays)

    @property
    def outlier(self) -> Outlier:
        """By what an outlier differs."""
        return Outlier(self.outlier_factor, self.outlier_amount)

    @field_validator("redis_url")
    @classmethod
    def _check_redis_url(cls, url: SecretStr) -> SecretStr:
        try:
            RedisSettings.from_dsn(url.get_secret_value())
            parse_url(url.get_secret_value())
        except (ValueError, RuntimeError):  # which would show a part of it
            raise ValueError(
                "is no URL of Redis or Valkey: give one such as redis://user:password@host:6379/0, "
                "with what is special in a password as %-codes (%2F for /)"
            ) from None
        return url

    @field_validator("metrics_address")
    @classmethod
    def _check_metrics_address(cls, address: str) -> str:
        return checked_address(address, "127.0.0.1:9464 or [::]:9464; empty for no metrics")

    @field_validator("log_level")
    @classmethod
    def _check_log_level(cls, level: str) -> str:
        if level.upper() not in logging.getLevelNamesMapping():
            raise ValueError("give DEBUG, INFO, WARNING, ERROR or CRITICAL")
        return level.upper()

    @model_validator(mode="after")
    def _check_business_hours(self) -> Self:
        opening, closing = self.business_opening_hour, self.business_closing_hour
        if opening >= closing:
            raise ValueError(
                f"PRORATA_BUSINESS_OPENING_HOUR is {opening} and PRORATA_BUSINESS_CLOSING_HOUR is {closing}: "
                "give hours of one day, the opening before the closing"
            )
        try:
            _ = self.business_hours
        except ValueError as error:
            raise ValueError(f"PRORATA_BUSINESS_HOLIDAYS: {error}") from None
        return self

    @model_validator(mode="after")
    def _check_outlier(self) -> Self:
        currency = currency_of(self.currency)
        try:
            Threshold.of(*self.outlier, currency)
        except ValueError as error:
            raise ValueError(f"PRORATA_OUTLIER_AMOUNT: {error}; {currency.code} has no more") from None
        return self


def checked_address(address: str, such_as: str) -> str:
    """The host:port, or what is empty; ValueError, with what to give, for others."""
    host, _, port = address.rpartition(":")
    if address and not (host and port.isdecimal() and int(port) <= LAST_PORT):
        raise ValueError(f"give a host and a port up to {LAST_PORT}, such as {such_as}")
    return address
