"""Client of prorata, the billing backend: typed asynchronous calls, usage in columns, exact numbers.

The messages of the contract are in `prorata.v1`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from prorata.calls.flex import flex_activity, flex_price
from prorata.calls.support import support_case
from prorata.calls.usage import corrected_usage
from prorata.client import Client
from prorata.connection import Tls
from prorata.credentials import TokenFile, TokenSource
from prorata.days import date_to_day, day_to_date
from prorata.errors import FieldViolation, ProrataError
from prorata.moments import micros_to_moment, moment_to_micros, moment_to_timestamp, timestamp_to_moment
from prorata.money import (
    decimal_to_money,
    decimal_to_nanos,
    decimal_to_number,
    money_to_decimal,
    nanos_to_decimal,
    number_to_decimal,
)
from prorata.plan_prices import flat_price, usage_based_price
from prorata.product_prices import graduated_price, package_price, per_unit_price, volume_price
from prorata.quantity import decimal_to_micros, micros_to_decimal
from prorata.retry import RetryPolicy
from prorata.usage import EVENT_NAMESPACE, Usage, event_id_from_text
from prorata.usage_report import RefusedRecord, UsageReport, reason_name
from prorata.usage_stream import UsageStream

if TYPE_CHECKING:
    from prorata.columns import (
        UNRATED_NANOS,
        UsageArrays,
        arrays_from_columns,
        arrays_from_records,
        columns_from_records,
    )

__all__ = [
    "EVENT_NAMESPACE",
    "UNRATED_NANOS",
    "Client",
    "FieldViolation",
    "ProrataError",
    "RefusedRecord",
    "RetryPolicy",
    "Tls",
    "TokenFile",
    "TokenSource",
    "Usage",
    "UsageArrays",
    "UsageReport",
    "UsageStream",
    "arrays_from_columns",
    "arrays_from_records",
    "columns_from_records",
    "corrected_usage",
    "date_to_day",
    "day_to_date",
    "decimal_to_micros",
    "decimal_to_money",
    "decimal_to_nanos",
    "decimal_to_number",
    "event_id_from_text",
    "flat_price",
    "flex_activity",
    "flex_price",
    "graduated_price",
    "micros_to_decimal",
    "micros_to_moment",
    "moment_to_micros",
    "moment_to_timestamp",
    "money_to_decimal",
    "nanos_to_decimal",
    "number_to_decimal",
    "package_price",
    "per_unit_price",
    "reason_name",
    "support_case",
    "timestamp_to_moment",
    "usage_based_price",
    "volume_price",
]

_OF_COLUMNS = ("UNRATED_NANOS", "UsageArrays", "arrays_from_columns", "arrays_from_records", "columns_from_records")


def __getattr__(name: str) -> Any:
    """What is about columns is imported when it is asked for, as numpy takes longer than all else."""
    if name not in _OF_COLUMNS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("prorata.columns"), name)
