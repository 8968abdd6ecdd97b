"""What the holder of a plan may use of support, in words (2.1, 2.2, 2.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.dates import get_timezone_location
from babel.numbers import format_currency, format_decimal, format_percent

from billing.business_hours import BusinessHours
from billing.catalogue import Channel, Guarantee, Plan, PlanVersion, Service, choose_language
from billing.entitlement_words import WORDS
from billing.response_times import GuaranteeClock
from billing.support import FlatPrice, PlanPrice

MINUTES_AN_HOUR = 60
MOST_TEXTS = 1_000  # that are kept: to word a price takes longer than everything else about an answer


@dataclass(frozen=True, slots=True)
class Entitlements:
    """What an account may use of support on a day.

    Attributes:
        account_sid: the account.
        day: the day.
        owner_sid: who holds the plan; empty without one.
        plan: the plan; None when the account has none.
        version: its version on the day, at the price the owner pays.
        price_text: the price in words.
        guarantees: priorities with the guaranteed response time in words, by priority.
        channel_names, service_names: what the version opens, in its order.
        business_hours_text: when business hours are, where a guarantee runs on them (2.5).
        language_code: of all texts.
    """

    account_sid: str
    day: date
    owner_sid: str
    plan: Plan | None
    version: PlanVersion | None
    price_text: str
    guarantees: Sequence[tuple[int, str]]
    channel_names: Sequence[str]
    service_names: Sequence[str]
    business_hours_text: str
    language_code: str


def no_entitlements(account_sid: str, day: date, language_code: str) -> Entitlements:
    """Those of an account that does not exist on the day (3.11)."""
    return Entitlements(account_sid, day, "", None, None, "", (), (), (), "", choose_language(language_code, WORDS))


def entitlements(
    account_sid: str,
    day: date,
    owner_sid: str,
    plan: Plan,
    version: PlanVersion,
    *,
    language_code: str,
    currency_code: str,
    hours: BusinessHours,
) -> Entitlements:
    """Those of an account whose owner holds a plan on the day, in a language; English where it is not known (2.2)."""
    language = choose_language(language_code, WORDS.keys() & plan.texts.keys())
    words = WORDS[language]
    by_priority = sorted(version.guarantees, key=lambda guarantee: guarantee.priority)
    on_business_hours = any(guarantee.clock == GuaranteeClock.BUSINESS_HOURS for guarantee in by_priority)
    return Entitlements(
        account_sid,
        day,
        owner_sid,
        plan,
        version,
        price_text(version.price, language, currency_code),
        [(guarantee.priority, guarantee_text(guarantee, language)) for guarantee in by_priority],
        [words.channels[Channel(channel)] for channel in version.channels],
        [words.services[Service(service)] for service in version.services],
        business_hours_text(hours, language) if on_business_hours else "",
        language,
    )


@lru_cache(MOST_TEXTS)
def price_text(price: PlanPrice, language: str, currency_code: str) -> str:
    """What a whole month costs (2.4), in one of the known languages."""
    words = WORDS[language]

    def amount_text(amount: object) -> str:
        return format_currency(amount, currency_code, locale=language, decimal_quantization=False)  # type: ignore[arg-type]

    if price.free:
        return words.free
    if isinstance(price, FlatPrice):
        return words.flat.format(amount=amount_text(price.amount))
    if not price.rate:
        return words.flat.format(amount=amount_text(price.minimum))
    rate = format_percent(price.rate, locale=language, decimal_quantization=False)
    if not price.minimum:
        return words.share.format(rate=rate)
    return words.share_at_least.format(rate=rate, amount=amount_text(price.minimum))


@lru_cache(MOST_TEXTS)
def guarantee_text(guarantee: Guarantee, language: str) -> str:
    """A guaranteed response time (2.1), in one of the known languages."""
    words, clock = WORDS[language], GuaranteeClock(guarantee.clock)
    number, rest = divmod(guarantee.response_minutes, MINUTES_AN_HOUR)
    one, other = words.hours[clock]
    if rest:
        number = guarantee.response_minutes
        one, other = words.minutes[clock]
    time = (one if number == 1 else other).format(n=format_decimal(number, locale=language))
    form = words.less_than if guarantee.exclusive else words.within
    return form[clock].format(time=time)


@lru_cache(MOST_TEXTS)
def business_hours_text(hours: BusinessHours, language: str) -> str:
    """When business hours are (2.5), in one of the known languages."""
    words = WORDS[language]
    text = words.business_hours.format(
        opening=f"{hours.opening_hour:02d}:00",
        closing=f"{hours.closing_hour:02d}:00",
        place=get_timezone_location(hours.zone, locale=language, return_city=True),
    )
    if not hours.holiday_country:
        return text
    country = Locale(language).territories[hours.holiday_country]
    return words.holidays.format(hours=text, country=country)
