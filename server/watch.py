"""What watches over the server, as far as it is switched on: metrics and traces."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import grpc

from billing.operations.background import beside
from billing.operations.context import Store
from billing.operations.ingest import Tell
from billing.operations.opening import Prepare
from billing.process.tracing import statement_spans, traced
from server.health import Health
from server.interceptors import Guard
from server.settings import Settings

if TYPE_CHECKING:
    from server.metrics import ServerMetrics

SERVICE = "prorata-server"  # in traces, unless OTEL_SERVICE_NAME says otherwise


@dataclass(frozen=True)
class Watch:
    """What the server has to be made with.

    Attributes:
        interceptors: those that go around the guard.
        address: where metrics are told; empty when they are not, or by another process.
        metrics: None when they are off.
        prepare: is given each connection to the store; None when there is nothing to do.
    """

    interceptors: Sequence[grpc.aio.ServerInterceptor] = ()
    address: str = ""
    metrics: ServerMetrics | None = None
    prepare: Prepare | None = None

    @property
    def tell_usage(self) -> Tell | None:
        """Is told what became of each batch of usage."""
        return None if self.metrics is None else self.metrics.usage.tell

    def over(self, store: Store, guard: Guard, health: Health) -> AbstractAsyncContextManager[None]:
        """Look at what is under way, again and again, while the body runs."""
        if self.metrics is None:
            return nullcontext()
        from billing.process.metrics import refresh_each_second  # noqa: PLC0415 - only where it is on

        metrics = self.metrics
        return beside(refresh_each_second(lambda: metrics.refresh(store, guard, health)))


@asynccontextmanager
async def watching(settings: Settings) -> AsyncIterator[Watch]:
    """Whatever of it is on, while the body runs.

    Raises:
        CanNotStart: metrics can not be told at their address, or traces not be sent as is wanted.
    """
    async with AsyncExitStack() as parts:
        interceptors: list[grpc.aio.ServerInterceptor] = []
        tracer = await parts.enter_async_context(traced(SERVICE))
        if tracer is not None:
            from server.call_spans import CallTracer  # noqa: PLC0415 - only where it is on

            interceptors.append(CallTracer(tracer))
        metrics, address = None, ""
        if settings.metrics_address:
            from server.metrics import CallCounter  # noqa: PLC0415 - likewise

            metrics, address = await _metrics(settings, parts)
            interceptors.append(CallCounter(metrics.calls))
        yield Watch(interceptors, address, metrics, statement_spans(tracer))


async def _metrics(settings: Settings, parts: AsyncExitStack) -> tuple[ServerMetrics, str]:
    """The metrics, told from here on unless several processes share the address: then another process tells them."""
    from billing.process import metrics as told  # noqa: PLC0415 - likewise
    from server.metrics import ServerMetrics  # noqa: PLC0415

    registry = told.own_registry()
    parts.enter_context(told.counted_warnings(registry))
    told.tell_build(registry, settings.commit)
    metrics = ServerMetrics(registry)
    if settings.processes > 1:
        return metrics, ""
    return metrics, await parts.enter_async_context(told.exposed_beside(settings.metrics_address, registry))
