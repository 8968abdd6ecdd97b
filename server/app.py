"""The server put together: store, queue, services, health and reflection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import grpc
import structlog
from arq.connections import ArqRedis
from grpc_health.v1.health import SERVICE_NAME as HEALTH_NAME
from grpc_health.v1.health_pb2_grpc import add_HealthServicer_to_server
from grpc_reflection.v1alpha import reflection
from redis.exceptions import RedisError

from billing.operations.background import beside
from billing.operations.ingest import CONNECTIONS, Ingestor
from billing.operations.opening import open_store
from billing.operations.subscriptions import Subscriptions
from billing.starting import CanNotStart
from prorata.v1.billing_service_pb2_grpc import add_BillingServiceServicer_to_server
from prorata.v1.plan_service_pb2_grpc import add_PlanServiceServicer_to_server
from prorata.v1.test_clock_service_pb2_grpc import add_TestClockServiceServicer_to_server
from server.access import SERVICES
from server.billing_service import BillingService
from server.desk import Desk, Ring
from server.health import Health
from server.interceptors import Guard
from server.plan_service import PlanService
from server.probe import probe
from server.security.gates import secured
from server.settings import Settings
from server.signals import Signals
from server.test_clock_service import TestClockService
from server.usage_calls import RecordCalls
from server.watch import watching

log = structlog.get_logger()

PROCESS_NAME = "prorata server"  # in pg_stat_activity
RING_SECONDS = 1.0
MESSAGE_BYTES = 5 * 2**20  # a batch of 4 MB and what goes around it
ANSWER_BYTES = 64 * 2**20  # what our client takes: for a record with a part for each of very many accounts
OPTIONS = (
    ("grpc.max_receive_message_length", MESSAGE_BYTES),
    ("grpc.max_send_message_length", ANSWER_BYTES),
    ("grpc.so_reuseport", 1),
)


@dataclass(frozen=True)
class RunningServer:
    """A server that answers.

    Attributes:
        address: where, with the port it was given.
        server: the gRPC server.
        metrics_address: where its metrics are told, likewise; empty when it does not tell them by itself.
    """

    address: str
    server: grpc.aio.Server
    metrics_address: str = ""


@asynccontextmanager
async def running_server(settings: Settings) -> AsyncIterator[RunningServer]:
    """Run a server while the body runs; then end what follows, and let the other calls end, up to the drain time.

    Raises:
        CanNotStart: StoreAway, StoreMismatch, or the server can not listen at its address.
    """
    async with AsyncExitStack() as parts:
        watch = await parts.enter_async_context(watching(settings))
        connections = settings.pool_size + CONNECTIONS + 2  # that of the subscriptions, and the probe's
        store = await parts.enter_async_context(
            open_store(
                settings.database_url.get_secret_value(),
                settings.wanted,
                connections,
                settings.business_hours,
                settings.outlier,
                process_name=PROCESS_NAME,
                prepare=watch.prepare,
            )
        )
        queue = await parts.enter_async_context(_queue(settings.redis_url.get_secret_value()))
        ingestor = Ingestor(store, tell=watch.tell_usage)
        await ingestor.start()
        parts.push_async_callback(ingestor.close)
        subscriptions = Subscriptions(store)
        parts.push_async_callback(subscriptions.close)
        signals = Signals(settings.database_url.get_secret_value(), PROCESS_NAME)
        await signals.start()
        parts.push_async_callback(signals.stop)
        health = Health(services(settings))
        await parts.enter_async_context(beside(probe(store, health)))
        security = await parts.enter_async_context(secured(settings))
        await parts.enter_async_context(_probed_alone(health, settings.health_address))
        guard = Guard(security.gate, settings.most_calls, settings.most_followers)
        parts.callback(guard.close)
        server = _server(
            Desk(store, ingestor, RecordCalls(ingestor), subscriptions, signals, ringer(queue)),
            health,
            settings,
            [*watch.interceptors, guard],
        )
        await parts.enter_async_context(watch.over(store, guard, health))
        port = _listen(server, "PRORATA_LISTEN_ADDRESS", settings.listen_address, security.credentials)
        await server.start()
        parts.push_async_callback(server.stop, settings.drain_seconds)
        parts.callback(signals.end)
        parts.callback(health.stop)
        address = f"{settings.listen_address.rpartition(':')[0]}:{port}"
        log.info(
            "server_started",
            address=address,
            test_mode=settings.test_mode,
            tls=security.credentials is not None,
            callers=security.gate.known_by,
        )
        yield RunningServer(address, server, watch.address)


def _listen(
    server: grpc.aio.Server, setting: str, address: str, credentials: grpc.ServerCredentials | None = None
) -> int:
    """The port at which the server will listen, in plaintext without credentials; CanNotStart when it can not."""
    try:
        port: int = (
            server.add_insecure_port(address) if credentials is None else server.add_secure_port(address, credentials)
        )
    except RuntimeError as error:
        raise CanNotStart(
            f"{setting} is {address!r}: the server can not listen there, give a port that is free"
        ) from error
    return port


@asynccontextmanager
async def _probed_alone(health: Health, address: str) -> AsyncIterator[None]:
    """Health at an address of its own, if one is given: in plaintext, and to the last moment of the body."""
    if not address:
        yield
        return
    server = grpc.aio.server()
    add_HealthServicer_to_server(health, server)
    _listen(server, "PRORATA_HEALTH_ADDRESS", address)
    await server.start()
    try:
        yield
    finally:
        await server.stop(None)


def ringer(queue: ArqRedis) -> Ring:
    """Asks workers to run a job by name. A ring that is lost does no harm: the sweep rings again."""

    async def ring(job: str) -> None:
        try:
            async with asyncio.timeout(RING_SECONDS):
                await queue.enqueue_job(job, _job_id=uuid4().hex)
        except (RedisError, OSError) as error:
            log.warning("ring_lost", job=job, error=repr(error))

    return ring


def bare_server(interceptors: Sequence[grpc.aio.ServerInterceptor]) -> grpc.aio.Server:
    """A server without services yet, with what every call goes through."""
    return grpc.aio.server(interceptors=interceptors, options=OPTIONS)


def services(settings: Settings) -> list[str]:
    """The full names of the services that are offered: that of the test clock in test mode only."""
    names = [service.full_name for service in SERVICES]
    return names if settings.test_mode else [name for name in names if not name.endswith(".TestClockService")]


def _server(
    desk: Desk, health: Health, settings: Settings, interceptors: Sequence[grpc.aio.ServerInterceptor]
) -> grpc.aio.Server:
    server = bare_server(interceptors)
    add_PlanServiceServicer_to_server(PlanService(desk), server)
    add_BillingServiceServicer_to_server(BillingService(desk), server)
    if settings.test_mode:
        add_TestClockServiceServicer_to_server(TestClockService(desk), server)
    add_HealthServicer_to_server(health, server)
    reflection.enable_server_reflection([*services(settings), HEALTH_NAME, reflection.SERVICE_NAME], server)
    return server


@asynccontextmanager
async def _queue(redis_url: str) -> AsyncIterator[ArqRedis]:
    pool = ArqRedis.from_url(redis_url)  # connects at the first ring: the server can do without for a while
    try:
        yield pool
    finally:
        await pool.aclose(close_connection_pool=True)
