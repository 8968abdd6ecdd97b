"""What goes around the guard, and sees how each call ends."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, NamedTuple

import grpc
from google.rpc import error_details_pb2, status_pb2

from server.access import access_by_method

Context = grpc.aio.ServicerContext[Any, Any]
Answer = Callable[[Any, Context], Awaitable[Any]]
"""Answers a request in bytes, or a stream of them; a stream of answers it writes by itself."""

DETAILS: Final = "grpc-status-details-bin"


class End(NamedTuple):
    """The gRPC status of a call, and the reason of ErrorInfo; empty where there is none."""

    status: str
    reason: str


OK: Final = End("OK", "")
CANCELLED: Final = End("CANCELLED", "")  # by the client, or past its deadline


class Call(NamedTuple):
    """A call that has come: its RPC, by name and by path, and what else came with it."""

    name: str
    path: str
    metadata: Iterable[tuple[str, str | bytes]]


class Around(grpc.aio.ServerInterceptor, ABC):
    """Goes around what the guard makes of the handlers of our services. Health and reflection pass."""

    def __init__(self) -> None:
        self._names = {path: path.rpartition("/")[2] for path in access_by_method()}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """Wrap the handler of an RPC."""
        handler = await continuation(handler_call_details)
        path = handler_call_details.method
        name = self._names.get(path)
        if handler is None or name is None:
            return handler
        call = Call(name, path, handler_call_details.invocation_metadata)
        if not handler.response_streaming:
            return handler._replace(unary_unary=self.around(handler.unary_unary, call))
        if handler.request_streaming:
            return handler._replace(stream_stream=self.around(handler.stream_stream, call))
        return handler._replace(unary_stream=self.around(handler.unary_stream, call))

    @abstractmethod
    def around(self, answer: Answer, call: Call) -> Answer:
        """What answers a call instead."""


def answered(context: Context) -> End:
    """The end of a call whose handler returned, which it does as well where the client is gone."""
    return CANCELLED if context.done() else OK


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
