"""Traces, as a collector gets them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from uuid import uuid4

import asyncpg
import grpc
import pytest

from billing.process.tracing import are_traced
from billing.starting import CanNotStart
from deploy.local.valkey import free_port
from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from server.app import running_server
from tests.closings.months import PARENT, month_of_june
from tests.conftest import MakeService
from tests.observation.collector import Collector, collecting
from tests.process.commands import run
from tests.rehearsals.calls import rehearse
from tests.server.calls import sid
from tests.server.conftest import settings_for
from tests.service import STAFF, Service
from workers.__main__ import work_on
from workers.settings import Settings

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACED = (*STAFF, ("traceparent", f"00-{TRACE}-{CALLER}-01"), ("authorization-of-others", "hidden"))
SERVER, WORKER = "prorata-server", "prorata-worker"
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


@pytest.fixture
async def collector(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Collector]:
    """A collector, to which what starts from now on sends."""
    async with collecting() as started:
        monkeypatch.setenv(ENDPOINT, started.address)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        yield started


async def test_a_call_is_a_span_in_the_trace_of_its_caller(collector: Collector, database: str, queue: str) -> None:
    async with (
        running_server(settings_for(database, queue)) as running,
        Service(running.address, database, queue, "UTC") as service,
    ):
        await service.account(sid(1))
        await service.plans.GetAccount(p.GetAccountRequest(account_sid=sid(1)), metadata=TRACED)
        missing = service.plans.GetAccount(p.GetAccountRequest(account_sid=sid(2)), metadata=TRACED)
        assert (await service.refused(missing)).reason == "ACCOUNT_NOT_FOUND"
    name = "prorata.v1.PlanService/GetAccount"
    found, refused = collector.named(name)  # sent at the latest when the server stops
    assert (found.trace_id, found.parent_id) == (TRACE, CALLER)
    rpc = {"rpc.system": "grpc", "rpc.service": "prorata.v1.PlanService", "rpc.method": "GetAccount"}
    assert found.attributes == {**rpc, "rpc.grpc.status_code": 0}
    assert refused.attributes == {**rpc, "rpc.grpc.status_code": 5, "prorata.reason": "ACCOUNT_NOT_FOUND"}
    assert not found.failed
    assert not refused.failed  # by its caller's mistake
    statements = collector.within(found)
    assert statements
    assert {span.attributes["db.system.name"] for span in statements} == {"postgresql"}
    assert any(span.attributes["db.query.text"].endswith("s.account_sid = $1") for span in statements)
    [created] = collector.named("prorata.v1.PlanService/CreateAccount")
    assert created.trace_id != TRACE
    assert {"INSERT", "COMMIT;"} & {span.name for span in collector.within(created)}


async def test_streams_and_errors_of_ours_are_spans(collector: Collector, database: str, queue: str) -> None:
    connection = await asyncpg.connect(database)
    async with (
        running_server(settings_for(database, queue)) as running,
        Service(running.address, database, queue, "UTC") as service,
    ):
        assert await service.feed() == []
        with pytest.raises(grpc.aio.AioRpcError):
            async for _ in service.billing.StreamUsage(iter([b.StreamUsageRequest()]), metadata=TRACED):
                pass
        await connection.execute("ALTER TABLE charge_feed RENAME TO broken")
        await service.refused(service.billing.StreamCharges(b.StreamChargesRequest(), metadata=TRACED).read())
    await connection.close()
    whole, broken = collector.named("prorata.v1.BillingService/StreamCharges")
    assert whole.attributes["rpc.grpc.status_code"] == 0
    assert broken.attributes["prorata.reason"] == "INTERNAL"
    assert broken.failed
    failed = [span for span in collector.within(broken) if span.failed]
    assert [span.attributes["error.type"] for span in failed] == ["UndefinedTableError"]
    [usage] = collector.named("prorata.v1.BillingService/StreamUsage")
    assert usage.attributes["prorata.reason"] == "INVALID_FIELD"
    assert (usage.trace_id, usage.parent_id) == (TRACE, CALLER)


async def test_shards_and_roll_ups_are_spans_and_nothing_tells_of_customers(
    collector: Collector, database: str, queue: str
) -> None:
    async with (
        running_server(settings_for(database, queue)) as running,
        Service(running.address, database, queue, "UTC") as service,
    ):
        await service.advance(date(2026, 6, 1))
        await month_of_june(service)
        await service.advance(date(2026, 7, 1))
        settings = Settings(database_url=database, redis_url=queue, test_mode=True)
        working = asyncio.create_task(work_on(settings))
        await rehearse(service, "2026-06")
        closing = await service.close("2026-06")
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    done = collector.named("closing shard")
    assert [span.attributes for span in sorted(done, key=lambda span: span.attributes["prorata.shard_number"])] == [
        {"prorata.closing_number": 1, "prorata.shard_number": number, "prorata.period": "2026-06"}
        for number in range(1, closing.shard_count + 1)
    ]
    assert {span.service for span in done} == {WORKER}
    assert len({span.trace_id for span in done}) == closing.shard_count
    assert all(collector.within(span) for span in done)
    assert {span.attributes["prorata.period"] for span in collector.named("rehearsal shard")} == {"2026-06"}
    rolled_up = collector.named("roll-up")
    assert sum(span.attributes["prorata.event_count"] for span in rolled_up) == 41
    # Statements of sweeps and probes are in no trace.
    roots = {span.name for span in collector.spans if not span.parent_id}
    assert roots == {"closing shard", "rehearsal shard", "roll-up"} | {
        span.name for span in collector.spans if span.service == SERVER and span.name.startswith("prorata.v1.")
    }
    told = "".join(span.told for span in collector.spans)
    assert len(told) > 10_000
    for customers in (PARENT, PARENT.removeprefix("AC"), "AC0", "hidden"):
        assert customers not in told


async def test_a_shard_that_fails_says_what_and_not_whose(collector: Collector, make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    connection = await asyncpg.connect(service.database_url)
    await connection.execute("ALTER TABLE charge_usage_line RENAME TO broken")
    request = b.StartClosingRequest(request_id=str(uuid4()), period="2026-06")
    await service.billing.StartClosing(request, metadata=STAFF)
    settings = Settings(database_url=service.database_url, redis_url=service.redis_url, test_mode=True)
    working = asyncio.create_task(work_on(settings))
    await collector.until(lambda collector: bool(collector.named("closing shard")))
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await connection.close()
    failed = collector.named("closing shard")[0]
    assert failed.failed
    assert failed.attributes["error.type"] in {"UndefinedTableError", "ExceptionGroup"}
    assert "AC0" not in failed.told


async def test_a_collector_that_is_away_disturbs_nobody(
    monkeypatch: pytest.MonkeyPatch, database: str, queue: str
) -> None:
    monkeypatch.setenv(ENDPOINT, f"http://127.0.0.1:{free_port()}")
    start = asyncio.get_running_loop().time()
    async with (
        running_server(settings_for(database, queue)) as running,
        Service(running.address, database, queue, "UTC") as service,
    ):
        await service.account(sid(1))
    assert asyncio.get_running_loop().time() - start < 20


@pytest.mark.parametrize(
    ("variables", "on"),
    [
        ({}, False),
        ({ENDPOINT: ""}, False),
        ({ENDPOINT: "http://collector:4317"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4317"}, True),
        ({ENDPOINT: "http://collector:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, True),
        ({ENDPOINT: "http://collector:4317", "OTEL_TRACES_EXPORTER": "none"}, False),
        ({ENDPOINT: "http://collector:4317", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, False),
    ],
)
def test_the_standard_variables_switch_traces_on(variables: dict[str, str], on: bool) -> None:
    assert are_traced(variables) is on


def test_another_protocol_than_grpc_is_refused() -> None:
    variables = {ENDPOINT: "http://collector:4318", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf"}
    with pytest.raises(CanNotStart, match=r"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL is 'http/protobuf': .* set it to grpc"):
        are_traced(variables)


@pytest.mark.parametrize("program", ["server", "workers"])
def test_a_process_says_so_before_it_starts(
    program: str, database: str, queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:4318")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
    ended = run(program, DATABASE_URL=database, REDIS_URL=queue, LISTEN_ADDRESS=f"127.0.0.1:{free_port()}")
    assert ended.code == 2
    assert ended.errors.startswith("OTEL_EXPORTER_OTLP_PROTOCOL is 'http/protobuf': traces are sent by gRPC alone")
    assert ended.errors.count("\n") == 1
