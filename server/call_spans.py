"""A span for each call. Loaded only where traces are on."""

from __future__ import annotations

from typing import Any

import grpc
from opentelemetry.propagate import extract
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer

from server.around import Answer, Around, Call, Context, End, answered, refused

# What is no fault of the caller's.
ERRORS = frozenset({"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"})


class CallTracer(Around):
    """Makes spans of calls, as part of the trace that the caller names."""

    def __init__(self, tracer: Tracer) -> None:
        super().__init__()
        self._tracer = tracer

    def around(self, answer: Answer, call: Call) -> Answer:
        """Make a call a span: of the caller it holds the place in its trace, and nothing else."""
        service = call.path.removeprefix("/").rpartition("/")[0]
        attributes = {"rpc.system": "grpc", "rpc.service": service, "rpc.method": call.name}

        async def traced(encoded: Any, context: Context) -> Any:
            with self._tracer.start_as_current_span(
                f"{service}/{call.name}",
                context=extract({key: value for key, value in call.metadata if isinstance(value, str)}),
                kind=SpanKind.SERVER,
                attributes=attributes,
                record_exception=False,
                set_status_on_exception=False,
            ) as span:
                try:
                    response = await answer(encoded, context)
                except BaseException:
                    _end(span, refused(context))
                    raise
                _end(span, answered(context))
                return response

        return traced


def _end(span: Span, end: End) -> None:
    span.set_attribute("rpc.grpc.status_code", grpc.StatusCode[end.status].value[0])
    if end.reason:
        span.set_attribute("prorata.reason", end.reason)
    if end.status in ERRORS:
        span.set_status(Status(StatusCode.ERROR))
