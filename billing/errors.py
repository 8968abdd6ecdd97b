"""Business errors: one small tree, a stable reason each (the names of ErrorReason in the contract)."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a call, or a record of a batch, is refused. The value is the name in the contract without its prefix."""

    INVALID_FIELD = "INVALID_FIELD"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    CREDENTIALS_EXPIRED = "CREDENTIALS_EXPIRED"
    NOT_PERMITTED = "NOT_PERMITTED"
    REQUEST_ID_REUSED = "REQUEST_ID_REUSED"
    OVERLOADED = "OVERLOADED"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"
    INVALID_PAGE_TOKEN = "INVALID_PAGE_TOKEN"  # noqa: S105 - a reason, not a secret
    ACCOUNT_NOT_FOUND = "ACCOUNT_NOT_FOUND"
    ACCOUNT_EXISTS = "ACCOUNT_EXISTS"
    PARENT_IS_SUBACCOUNT = "PARENT_IS_SUBACCOUNT"
    SUBACCOUNT_FOLLOWS_PARENT = "SUBACCOUNT_FOLLOWS_PARENT"
    ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
    ACCOUNT_NOT_YET_CREATED = "ACCOUNT_NOT_YET_CREATED"
    PERIOD_CLOSED = "PERIOD_CLOSED"
    DAY_OUT_OF_RANGE = "DAY_OUT_OF_RANGE"
    PLAN_NOT_FOUND = "PLAN_NOT_FOUND"
    PLAN_ALREADY_HELD = "PLAN_ALREADY_HELD"
    PLAN_STARTED_THAT_DAY = "PLAN_STARTED_THAT_DAY"
    CHANGE_PENDING = "CHANGE_PENDING"
    CHANGE_MADE_BY_STAFF = "CHANGE_MADE_BY_STAFF"
    NO_PENDING_CHANGE = "NO_PENDING_CHANGE"
    PLAN_BY_INQUIRY = "PLAN_BY_INQUIRY"
    CONTACT_SUPPORT = "CONTACT_SUPPORT"
    PRODUCT_NOT_FOUND = "PRODUCT_NOT_FOUND"
    PRICE_NOT_FOUND = "PRICE_NOT_FOUND"
    MOMENT_IN_FUTURE = "MOMENT_IN_FUTURE"
    MOMENT_TOO_OLD = "MOMENT_TOO_OLD"
    MOMENT_OUTSIDE_ACCOUNT = "MOMENT_OUTSIDE_ACCOUNT"
    EVENT_CONFLICT = "EVENT_CONFLICT"
    CURRENCY_MISMATCH = "CURRENCY_MISMATCH"
    PERIOD_NOT_ENDED = "PERIOD_NOT_ENDED"
    PERIOD_OUT_OF_ORDER = "PERIOD_OUT_OF_ORDER"
    CLOSING_NOT_FOUND = "CLOSING_NOT_FOUND"
    NOTHING_SET_APART = "NOTHING_SET_APART"
    CHARGE_NOT_FOUND = "CHARGE_NOT_FOUND"
    UNKNOWN_CURSOR = "UNKNOWN_CURSOR"
    CURSOR_BACKWARD = "CURSOR_BACKWARD"
    CALCULATION_FAILED = "CALCULATION_FAILED"
    PERIOD_IN_FUTURE = "PERIOD_IN_FUTURE"
    CLOCK_BACKWARD = "CLOCK_BACKWARD"
    VERSION_EXISTS = "VERSION_EXISTS"
    INQUIRY_OPEN = "INQUIRY_OPEN"
    INQUIRY_NOT_FOUND = "INQUIRY_NOT_FOUND"
    INQUIRY_RESOLVED = "INQUIRY_RESOLVED"
    PLAN_IS_SELF_SERVICE = "PLAN_IS_SELF_SERVICE"
    CONTRACT_NOT_FOUND = "CONTRACT_NOT_FOUND"
    CONTRACT_EXISTS = "CONTRACT_EXISTS"
    CONTRACT_NOT_IN_FORCE = "CONTRACT_NOT_IN_FORCE"
    ACCOUNT_IN_CONTRACT = "ACCOUNT_IN_CONTRACT"
    NOT_A_MEMBER = "NOT_A_MEMBER"
    PAYER_REQUIRED = "PAYER_REQUIRED"
    NO_MEMBERSHIP_CHANGE = "NO_MEMBERSHIP_CHANGE"
    EVENT_NOT_FOUND = "EVENT_NOT_FOUND"
    EVENT_VOIDED = "EVENT_VOIDED"
    FLEX_INSTANCE_EXISTS = "FLEX_INSTANCE_EXISTS"
    FLEX_INSTANCE_NOT_FOUND = "FLEX_INSTANCE_NOT_FOUND"
    FLEX_MODEL_NOT_ELIGIBLE = "FLEX_MODEL_NOT_ELIGIBLE"
    FLEX_MODEL_ALREADY_HELD = "FLEX_MODEL_ALREADY_HELD"
    NO_FLEX_CHANGE = "NO_FLEX_CHANGE"
    SUBACCOUNT_WITH_FLEX = "SUBACCOUNT_WITH_FLEX"
    MONTH_NOT_ENDED = "MONTH_NOT_ENDED"
    CLAIM_TOO_LATE = "CLAIM_TOO_LATE"
    CLAIM_UNFOUNDED = "CLAIM_UNFOUNDED"
    CLAIM_REPEATED = "CLAIM_REPEATED"
    REHEARSAL_NOT_FOUND = "REHEARSAL_NOT_FOUND"


@dataclass
class BillingError(Exception):
    """A call refused for a business reason.

    Attributes:
        reason: why, as the contract names it.
        message: why and what to do, for people.
        field: the path of the request's field at fault, if one is.
        retry_seconds: after how long a retry makes sense, if it does.
    """

    reason: Reason
    message: str
    field: str | None = None
    retry_seconds: float | None = None

    def __post_init__(self) -> None:
        super().__init__(f"{self.reason}: {self.message}")


def invalid(field: str, message: str) -> BillingError:
    """A field is missing, malformed or out of range."""
    return BillingError(Reason.INVALID_FIELD, message, field)


class CalculationError(Exception):
    """The charges of one owner can not be calculated (6.6). The message is the reason staff read."""
