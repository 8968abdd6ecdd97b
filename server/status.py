"""The one table from a business error to its gRPC status, and the google.rpc details that go with it."""

from __future__ import annotations

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2

from billing.errors import BillingError, Reason

DOMAIN = "prorata"

STATUS: dict[Reason, grpc.StatusCode] = {
    Reason.INVALID_FIELD: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.INVALID_PAGE_TOKEN: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.CURRENCY_MISMATCH: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.UNAUTHENTICATED: grpc.StatusCode.UNAUTHENTICATED,
    Reason.CREDENTIALS_EXPIRED: grpc.StatusCode.UNAUTHENTICATED,
    Reason.NOT_PERMITTED: grpc.StatusCode.PERMISSION_DENIED,
    Reason.OVERLOADED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Reason.UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
    Reason.INTERNAL: grpc.StatusCode.INTERNAL,
    Reason.REQUEST_ID_REUSED: grpc.StatusCode.ALREADY_EXISTS,
    Reason.ACCOUNT_EXISTS: grpc.StatusCode.ALREADY_EXISTS,
    Reason.EVENT_CONFLICT: grpc.StatusCode.ALREADY_EXISTS,
    Reason.ACCOUNT_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Reason.PLAN_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Reason.PRODUCT_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Reason.CLOSING_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Reason.CHARGE_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Reason.DAY_OUT_OF_RANGE: grpc.StatusCode.OUT_OF_RANGE,
    Reason.MOMENT_IN_FUTURE: grpc.StatusCode.OUT_OF_RANGE,
    Reason.MOMENT_TOO_OLD: grpc.StatusCode.OUT_OF_RANGE,
    Reason.MOMENT_OUTSIDE_ACCOUNT: grpc.StatusCode.OUT_OF_RANGE,
    Reason.UNKNOWN_CURSOR: grpc.StatusCode.OUT_OF_RANGE,
    Reason.PERIOD_IN_FUTURE: grpc.StatusCode.OUT_OF_RANGE,
    Reason.PARENT_IS_SUBACCOUNT: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.SUBACCOUNT_FOLLOWS_PARENT: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.ACCOUNT_CLOSED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.ACCOUNT_NOT_YET_CREATED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.PERIOD_CLOSED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.PLAN_ALREADY_HELD: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.PLAN_STARTED_THAT_DAY: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.CHANGE_PENDING: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.CHANGE_MADE_BY_STAFF: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.NO_PENDING_CHANGE: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.PLAN_BY_INQUIRY: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.CONTACT_SUPPORT: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.PRICE_NOT_FOUND: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.PERIOD_NOT_ENDED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.PERIOD_OUT_OF_ORDER: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.NOTHING_SET_APART: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.CURSOR_BACKWARD: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.CALCULATION_FAILED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.CLOCK_BACKWARD: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.VERSION_EXISTS: grpc.StatusCode.ALREADY_EXISTS,
    Reason.INQUIRY_OPEN: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.INQUIRY_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Reason.INQUIRY_RESOLVED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.PLAN_IS_SELF_SERVICE: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.CONTRACT_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Reason.CONTRACT_EXISTS: grpc.StatusCode.ALREADY_EXISTS,
    Reason.CONTRACT_NOT_IN_FORCE: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.ACCOUNT_IN_CONTRACT: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.NOT_A_MEMBER: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.PAYER_REQUIRED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.NO_MEMBERSHIP_CHANGE: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.EVENT_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Reason.EVENT_VOIDED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.FLEX_INSTANCE_EXISTS: grpc.StatusCode.ALREADY_EXISTS,
    Reason.FLEX_INSTANCE_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Reason.FLEX_MODEL_NOT_ELIGIBLE: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.FLEX_MODEL_ALREADY_HELD: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.NO_FLEX_CHANGE: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.SUBACCOUNT_WITH_FLEX: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.MONTH_NOT_ENDED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.CLAIM_TOO_LATE: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.CLAIM_UNFOUNDED: grpc.StatusCode.FAILED_PRECONDITION,
    Reason.CLAIM_REPEATED: grpc.StatusCode.ALREADY_EXISTS,
    Reason.REHEARSAL_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
}


def status_of(error: BillingError) -> tuple[grpc.StatusCode, status_pb2.Status]:
    """The status of a business error, and the message of google.rpc with its details."""
    code = STATUS[error.reason]
    details = [error_details_pb2.ErrorInfo(reason=error.reason.value, domain=DOMAIN)]
    packed = [_packed(detail) for detail in details]
    if error.field is not None:
        violation = error_details_pb2.BadRequest.FieldViolation(field=error.field, description=error.message)
        packed.append(_packed(error_details_pb2.BadRequest(field_violations=[violation])))
    if error.retry_seconds is not None:
        delay = duration_pb2.Duration()
        delay.FromMilliseconds(round(error.retry_seconds * 1_000))
        packed.append(_packed(error_details_pb2.RetryInfo(retry_delay=delay)))
    return code, status_pb2.Status(code=code.value[0], message=error.message, details=packed)


def _packed(detail: object) -> any_pb2.Any:
    message = any_pb2.Any()
    message.Pack(detail)  # type: ignore[arg-type]
    return message
