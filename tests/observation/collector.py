"""A collector of traces on loopback, as OpenTelemetry's are, that keeps what it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as pb
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)

WAIT_SECONDS = 30


class Span(NamedTuple):
    """A span: name, attributes, trace, its own id and that of what it is part of, the service, whether it failed."""

    name: str
    attributes: dict[str, Any]
    trace_id: str
    span_id: str
    parent_id: str
    service: str
    failed: bool
    told: str
    """all of it, as text"""


class Collector(TraceServiceServicer):
    """Keeps the spans."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.address = ""

    async def Export(self, request: pb.ExportTraceServiceRequest, _: Any) -> pb.ExportTraceServiceResponse:  # noqa: N802
        for resource in request.resource_spans:
            service = _values(resource.resource.attributes)["service.name"]
            self.spans += [_span(each, service) for scope in resource.scope_spans for each in scope.spans]
        return pb.ExportTraceServiceResponse()

    def named(self, name: str) -> list[Span]:
        """The spans of a name."""
        return [span for span in self.spans if span.name == name]

    def within(self, outer: Span) -> list[Span]:
        """The spans that are parts of one."""
        return [span for span in self.spans if span.parent_id == outer.span_id]

    async def until(self, seen: Callable[[Collector], bool]) -> None:
        """Wait until something has come."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not seen(self):  # noqa: ASYNC110 - it comes when it is sent
                await asyncio.sleep(0.05)


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """A collector while the body runs."""
    collector = Collector()
    server = grpc.aio.server()
    add_TraceServiceServicer_to_server(collector, server)
    collector.address = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    try:
        yield collector
    finally:
        await server.stop(0)


def _span(span: Any, service: str) -> Span:
    ids = (each.hex() for each in (span.trace_id, span.span_id, span.parent_span_id))
    return Span(span.name, _values(span.attributes), *ids, service, span.status.code == 2, str(span))


def _values(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}
