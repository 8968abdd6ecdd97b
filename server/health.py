"""The health service: one status for the server and each of its services, and one that only says that it answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthServicer

ALIVE = "alive"  # asked for by who would start the server anew, which is no cure for a store that is away

Context = grpc.aio.ServicerContext[Any, Any]


class Health(HealthServicer):
    """Tells the status to whoever asks or watches.

    "alive" is SERVING as long as the server answers at all.
    The servicer of grpc_health keeps those who watch when it shuts down, and the server would wait for them.
    """

    def __init__(self, services: Iterable[str]) -> None:
        """`services` are the full names of the services; the server as a whole is added to them as ""."""
        self._services = frozenset({"", ALIVE, *services})
        self._serving = True
        self._stopping = False
        self._changed = asyncio.Event()

    @property
    def serving(self) -> bool:
        """Whether calls are served, as was said last."""
        return self._serving

    def set_serving(self, *, serving: bool) -> bool:
        """Say from now on whether calls are served, unless the server stops; returns whether that is a change."""
        changes = serving != self._serving and not self._stopping
        if changes:
            self._serving = serving
            self._tell()
        return changes

    def stop(self) -> None:
        """Be NOT_SERVING for good; whoever watches is told so and let go."""
        self._serving, self._stopping = False, True
        self._tell()

    async def Check(self, request: HealthCheckRequest, context: Context) -> HealthCheckResponse:
        """The status; NOT_FOUND for a service that is none of ours."""
        if request.service not in self._services:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"there is no service {request.service!r} here")
        return self._answer(request)

    async def Watch(self, request: HealthCheckRequest, context: Context) -> AsyncIterator[HealthCheckResponse]:
        """The status at once and whenever it changes, SERVICE_UNKNOWN for a service that is none of ours."""
        told: HealthCheckResponse | None = None
        while True:
            changed, stopping = self._changed, self._stopping
            answer = self._answer(request)
            if answer != told:
                told = answer
                yield answer
            if stopping:
                return
            await changed.wait()

    def _answer(self, request: HealthCheckRequest) -> HealthCheckResponse:
        if request.service not in self._services:
            return HealthCheckResponse(status=HealthCheckResponse.SERVICE_UNKNOWN)
        serving = self._serving or request.service == ALIVE
        status = HealthCheckResponse.SERVING if serving else HealthCheckResponse.NOT_SERVING
        return HealthCheckResponse(status=status)

    def _tell(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
