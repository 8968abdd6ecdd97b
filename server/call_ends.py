"""How a call ends, as an interceptor around the others sees it."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import grpc
from google.rpc import error_details_pb2, status_pb2

Context = grpc.aio.ServicerContext[Any, Any]

DETAILS: Final = "grpc-status-details-bin"


class End(NamedTuple):
    """The gRPC status of a call, and the reason of ErrorInfo; empty where there is none."""

    status: str
    reason: str


OK: Final = End("OK", "")
CANCELLED: Final = End("CANCELLED", "")  # by the client, or past its deadline


def refused(context: Context) -> End:
    """The end of a call whose handler raised: what it was refused with, else it was cancelled."""
    code: grpc.StatusCode | None = context.code()
    if code is None:
        return CANCELLED
    for key, value in context.trailing_metadata() or ():
        if key == DETAILS and isinstance(value, bytes):
            return End(code.name, _reason(value))
    return End(code.name, "")


def _reason(details: bytes) -> str:
    info = error_details_pb2.ErrorInfo()
    found = next((each for each in status_pb2.Status.FromString(details).details if each.Unpack(info)), None)
    return info.reason if found is not None else ""
