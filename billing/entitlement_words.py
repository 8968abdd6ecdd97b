"""The words of entitlements by language (2.1, 2.2). Amounts and numbers in them are written by the language's rules."""

from __future__ import annotations

from dataclasses import dataclass

from billing.catalogue import Channel, Service
from billing.response_times import GuaranteeClock

Plurals = tuple[str, str]  # for one, and for any other number


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a language.

    Attributes:
        free: a price of nothing.
        flat: a fixed amount a month.
        share, share_at_least: a share of the spend, without and with a minimum.
        hours, minutes: a time on each clock.
        within: a guarantee that reaching the time keeps, on each clock.
        less_than: one that reaching the time misses ("in less than"), on each clock.
        channels: the ways to reach support.
        services: the further services.
        business_hours: when they are, and `holidays`, with what they except.
    """

    free: str
    flat: str
    share: str
    share_at_least: str
    hours: dict[GuaranteeClock, Plurals]
    minutes: dict[GuaranteeClock, Plurals]
    within: dict[GuaranteeClock, str]
    less_than: dict[GuaranteeClock, str]
    channels: dict[Channel, str]
    services: dict[Service, str]
    business_hours: str
    holidays: str


BUSINESS, ALWAYS = GuaranteeClock.BUSINESS_HOURS, GuaranteeClock.AROUND_THE_CLOCK

ENGLISH = Words(
    free="Free",
    flat="{amount} per month",
    share="{rate} of monthly spend",
    share_at_least="{rate} of monthly spend, at least {amount} per month",
    hours={BUSINESS: ("{n} business hour", "{n} business hours"), ALWAYS: ("{n} hour", "{n} hours")},
    minutes={BUSINESS: ("{n} business minute", "{n} business minutes"), ALWAYS: ("{n} minute", "{n} minutes")},
    within={BUSINESS: "First response within {time}", ALWAYS: "First response within {time}, 24×7"},
    less_than={BUSINESS: "First response in less than {time}", ALWAYS: "First response in less than {time}, 24×7"},
    channels={
        Channel.API_STATUS: "API status notifications",
        Channel.EMAIL: "Email",
        Channel.CHAT: "Chat",
        Channel.PHONE: "Phone",
    },
    services={
        Service.TECHNICAL_ACCOUNT_MANAGER: "Technical account manager",
        Service.HOTLINE: "Support hotline",
        Service.QUARTERLY_REVIEW: "Quarterly status review",
    },
    business_hours="Business hours: Monday to Friday {opening}–{closing}, {place} time",
    holidays="{hours}, except public holidays ({country})",
)

FRENCH = Words(
    free="Gratuit",
    flat="{amount} par mois",
    share="{rate} des dépenses mensuelles",
    share_at_least="{rate} des dépenses mensuelles, avec un minimum de {amount} par mois",
    hours={BUSINESS: ("{n} heure ouvrée", "{n} heures ouvrées"), ALWAYS: ("{n} heure", "{n} heures")},
    minutes={BUSINESS: ("{n} minute ouvrée", "{n} minutes ouvrées"), ALWAYS: ("{n} minute", "{n} minutes")},
    within={BUSINESS: "Première réponse sous {time}", ALWAYS: "Première réponse sous {time}, 24 h/24 et 7 j/7"},
    less_than={
        BUSINESS: "Première réponse en moins de {time}",
        ALWAYS: "Première réponse en moins de {time}, 24 h/24 et 7 j/7",
    },
    channels={
        Channel.API_STATUS: "Notifications d'état de l'API",
        Channel.EMAIL: "E-mail",
        Channel.CHAT: "Chat",
        Channel.PHONE: "Téléphone",
    },
    services={
        Service.TECHNICAL_ACCOUNT_MANAGER: "Responsable de compte technique",
        Service.HOTLINE: "Ligne d'assistance",
        Service.QUARTERLY_REVIEW: "Évaluation trimestrielle",
    },
    business_hours="Heures ouvrées : du lundi au vendredi, {opening}–{closing}, heure de {place}",
    holidays="{hours}, hors jours fériés ({country})",
)

JAPANESE = Words(
    free="無料",
    flat="月額{amount}",
    share="月間利用額の{rate}",
    share_at_least="月間利用額の{rate}（最低月額{amount}）",
    hours={BUSINESS: ("{n}営業時間", "{n}営業時間"), ALWAYS: ("{n}時間", "{n}時間")},
    minutes={BUSINESS: ("営業時間内で{n}分", "営業時間内で{n}分"), ALWAYS: ("{n}分", "{n}分")},
    within={BUSINESS: "{time}以内に初回応答", ALWAYS: "{time}以内に初回応答（24時間365日）"},
    less_than={BUSINESS: "{time}未満で初回応答", ALWAYS: "{time}未満で初回応答（24時間365日）"},
    channels={
        Channel.API_STATUS: "APIステータス通知",
        Channel.EMAIL: "メール",
        Channel.CHAT: "チャット",
        Channel.PHONE: "電話",
    },
    services={
        Service.TECHNICAL_ACCOUNT_MANAGER: "テクニカルアカウントマネージャー",
        Service.HOTLINE: "サポートホットライン",
        Service.QUARTERLY_REVIEW: "四半期レビュー",
    },
    business_hours="営業時間：月曜日～金曜日 {opening}～{closing}（{place}時間）",
    holidays="{hours}、祝日（{country}）を除く",
)

WORDS = {"en": ENGLISH, "fr": FRENCH, "ja": JAPANESE}
