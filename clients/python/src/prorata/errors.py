"""What a call fails with: the status and the google.rpc details, as one exception."""

from collections.abc import Iterable
from typing import NamedTuple, Self, TypeVar

import grpc
import grpc.aio
from google.protobuf.message import DecodeError, Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

ERROR_DOMAIN = "prorata"
_DETAILS_KEY = "grpc-status-details-bin"
_Detail = TypeVar("_Detail", bound=Message)


class FieldViolation(NamedTuple):
    """A field at fault, and why."""

    path: str
    """Where it stands in the request, such as "records[3].product_id"."""
    description: str
    """What is wrong with it."""


class ProrataError(Exception):
    """A call that failed.

    It is raised for everything the server answers but OK, and for what the channel itself reports, such as
    UNAVAILABLE when nothing answers or DEADLINE_EXCEEDED.
    """

    def __init__(
        self,
        code: grpc.StatusCode,
        message: str,
        *,
        reason: str = "",
        violations: Iterable[FieldViolation] = (),
        retry_delay_seconds: float | None = None,
        request_id: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        """The gRPC status."""
        self.message = message
        """Why, in words."""
        self.reason = reason
        """The `ErrorReason` without its prefix, such as "ACCOUNT_NOT_FOUND"; empty when there was none."""
        self.violations = tuple(violations)
        """The fields at fault."""
        self.retry_delay_seconds = retry_delay_seconds
        """After what time the server asks to be tried again; None when it did not ask."""
        self.request_id = request_id
        """The request id of the write that failed: repeated with the same content, it is done once."""

    @classmethod
    def from_rpc(cls, error: grpc.aio.AioRpcError, request_id: str = "") -> Self:
        """The exception for what grpc raised."""
        status = _status(error)
        info = next(
            (each for each in _details(status, ErrorInfo) if each.domain == ERROR_DOMAIN),
            ErrorInfo(),
        )
        return cls(
            error.code(),
            status.message or error.details() or "",
            reason=info.reason,
            violations=[
                FieldViolation(violation.field, violation.description)
                for request in _details(status, BadRequest)
                for violation in request.field_violations
            ],
            retry_delay_seconds=next(
                (each.retry_delay.ToTimedelta().total_seconds() for each in _details(status, RetryInfo)),
                None,
            ),
            request_id=request_id,
        )

    def __str__(self) -> str:
        """The message with its status, or its reason when there is one."""
        return f"{self.reason or self.code.name}: {self.message}"


def _status(error: grpc.aio.AioRpcError) -> Status:
    """The status with its details; an empty one when there is none that can be read."""
    packed = (error.trailing_metadata() or grpc.aio.Metadata()).get(_DETAILS_KEY)
    if not isinstance(packed, bytes):
        return Status()
    try:
        return Status.FromString(packed)
    except DecodeError:
        return Status()


def _details(status: Status, kind: type[_Detail]) -> list[_Detail]:
    found = []
    for packed in status.details:
        detail = kind()
        if packed.Is(kind.DESCRIPTOR) and packed.Unpack(detail):
            found.append(detail)
    return found
