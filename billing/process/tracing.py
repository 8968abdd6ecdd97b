"""Traces by OpenTelemetry, switched on by its standard variables. Without them nothing of it is loaded.

The instrumentations for grpc and asyncpg are not used: the one wraps handlers that yield their answers, and notes what
an exception says, which may name an account; the other makes a trace of each statement of each sweep.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import asyncpg
from asyncpg.connection import LoggedQuery

from billing.operations import spans
from billing.process.build import VERSION
from billing.starting import CanNotStart

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
OURS = "prorata"


def are_traced(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether traces are on: an endpoint is named, and they are not switched off.

    Raises:
        CanNotStart: they are to be sent by another protocol than gRPC.
    """
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true" or environment.get("OTEL_TRACES_EXPORTER") == "none":
        return False
    if not any(environment.get(name) for name in ENDPOINTS):
        return False
    for name in PROTOCOLS:
        if environment.get(name, "grpc") not in {"", "grpc"}:
            raise CanNotStart(
                f"{name} is {environment[name]!r}: traces are sent by gRPC alone, set it to grpc and give the "
                "collector's port for that, which is 4317 as a rule"
            )
    return True


@asynccontextmanager
async def traced(service: str) -> AsyncIterator[Tracer | None]:
    """Trace while the body runs, if that is on; what was not sent by then is sent at its end.

    Raises:
        CanNotStart: as `are_traced`.
    """
    if not are_traced():
        yield None
        return
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    about = {"service.version": VERSION}
    if not os.environ.get("OTEL_SERVICE_NAME"):
        about["service.name"] = service
    provider = TracerProvider(resource=Resource.create(about), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    tracer = provider.get_tracer(OURS, VERSION)
    spans.make_spans(_maker(tracer))
    try:
        yield tracer
    finally:
        spans.make_spans(None)
        await asyncio.to_thread(provider.shutdown)


def _maker(tracer: Tracer) -> spans.Make:
    """Makes spans that tell of an error what it is, and not what it says, which may name an account."""
    from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415

    @contextmanager
    def make(name: str) -> Iterator[spans.Note]:
        with tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as made:

            def note(**attributes: str | int) -> None:
                made.set_attributes({f"{OURS}.{key}": value for key, value in attributes.items()})

            try:
                yield note
            except BaseException as error:
                made.set_attribute("error.type", type(error).__qualname__)
                made.set_status(Status(StatusCode.ERROR))
                raise

    return make


def statement_spans(tracer: Tracer | None) -> Callable[[asyncpg.Connection], None] | None:
    """Has the statements of a connection told as spans of those they are part of: their text, without parameters.

    COPY is not told: it is part of the span around it.
    """
    if tracer is None:
        return None
    from opentelemetry import trace  # noqa: PLC0415

    def tell(asked: LoggedQuery) -> None:
        if not trace.get_current_span().is_recording():  # statements of a sweep, a probe: no trace of their own
            return
        end = time.time_ns()
        told = tracer.start_span(
            asked.query.split(maxsplit=1)[0].upper(),
            kind=trace.SpanKind.CLIENT,
            start_time=end - round(asked.elapsed * 10**9),
            attributes={"db.system.name": "postgresql", "db.query.text": " ".join(asked.query.split())},
        )
        if asked.exception is not None:
            told.set_attribute("error.type", type(asked.exception).__qualname__)
            told.set_status(trace.Status(trace.StatusCode.ERROR))
        told.end(end)

    return lambda connection: connection.add_query_logger(tell)
