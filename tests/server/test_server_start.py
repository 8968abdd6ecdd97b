"""What a server needs to start, and what is there once it runs: health, reflection, the modes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import grpc
import pytest
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.json_format import MessageToDict, ParseDict
from google.type.money_pb2 import Money
from grpc_health.v1 import health_pb2
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from structlog.testing import capture_logs

from billing.operations.opening import StoreMismatch
from prorata.v1 import test_clock_service_pb2 as t
from server import probe
from server.app import running_server
from tests.conftest import cloned
from tests.server.calls import day_in, moment_in, new_id, sid
from tests.server.conftest import MakeServer, settings_for
from tests.service import STAFF, Service, amount, usage

OURS = {"prorata.v1.PlanService", "prorata.v1.BillingService"}
CLOCK = "prorata.v1.TestClockService"
IN_JUNE = datetime(2026, 6, 20, tzinfo=UTC)
OTHERS = {"grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}


@pytest.fixture
async def fresh(stores: tuple[str, str], template: str) -> AsyncIterator[str]:
    """The URL of a database whose store is not made yet."""
    async with cloned(stores[0], template) as url:
        yield url


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a database."""
    opened = await asyncpg.connect(url)
    try:
        yield opened
    finally:
        await opened.close()


async def status(channel: grpc.aio.Channel, service: str) -> int:
    response = await HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service))
    return response.status


def services_listed(address: str) -> set[str]:
    with grpc.insecure_channel(address) as channel:
        return set(ProtoReflectionDescriptorDatabase(channel).get_services())


def called_by_a_stranger(address: str, service: str, method: str, content: dict[str, Any]) -> dict[str, Any]:
    """Call an RPC with nothing of the contract but what reflection tells."""
    with grpc.insecure_channel(address) as channel:
        pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
        found = pool.FindServiceByName(service).FindMethodByName(method)
        request, response = (message_factory.GetMessageClass(kind) for kind in (found.input_type, found.output_type))
        call = channel.unary_unary(
            f"/{service}/{method}",
            request_serializer=request.SerializeToString,
            response_deserializer=response.FromString,
        )
        return MessageToDict(call(ParseDict(content, request()), metadata=STAFF), preserving_proto_field_name=True)


async def test_health_says_serving(quiet: Service, channel: grpc.aio.Channel) -> None:
    for service in ("", *OURS, CLOCK):
        assert await status(channel, service) == health_pb2.HealthCheckResponse.SERVING
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await status(channel, "prorata.v1.NoService")
    assert raised.value.code() is grpc.StatusCode.NOT_FOUND


async def test_health_needs_no_caller(channel: grpc.aio.Channel) -> None:
    for metadata in ((("prorata-role", "nobody"),), (("authorization", "Bearer abc"),)):
        response = await HealthStub(channel).Check(health_pb2.HealthCheckRequest(), metadata=metadata)
        assert response.status == health_pb2.HealthCheckResponse.SERVING


async def test_health_says_not_serving_while_the_store_is_away(
    quiet: Service, channel: grpc.aio.Channel, stores: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "PAUSE_SECONDS", 0.01)
    name = urlsplit(quiet.database_url).path.removeprefix("/")
    watches = [HealthStub(channel).Watch(health_pb2.HealthCheckRequest(service=each)) for each in ("", *OURS)]
    async with asyncio.timeout(60), connected(stores[0]) as elsewhere:
        with capture_logs() as logs:
            assert {(await watch.read()).status for watch in watches} == {health_pb2.HealthCheckResponse.SERVING}
            await elsewhere.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            await elsewhere.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
            assert {(await watch.read()).status for watch in watches} == {health_pb2.HealthCheckResponse.NOT_SERVING}
            assert await status(channel, "") == health_pb2.HealthCheckResponse.NOT_SERVING
            await elsewhere.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
            assert {(await watch.read()).status for watch in watches} == {health_pb2.HealthCheckResponse.SERVING}
            assert await status(channel, "") == health_pb2.HealthCheckResponse.SERVING
        told = [entry["event"] for entry in logs if entry["event"] in {"not_serving", "serving_again"}]
        assert told == ["not_serving", "serving_again"]
    await quiet.account(sid(1))


async def test_a_stranger_finds_the_services_by_reflection_and_calls_them(quiet: Service) -> None:
    assert await asyncio.to_thread(services_listed, quiet.address) == OURS | OTHERS | {CLOCK}

    def call(service: str, method: str, **content: Any) -> Any:
        return asyncio.to_thread(called_by_a_stranger, quiet.address, f"prorata.v1.{service}", method, content)

    created = await call("PlanService", "CreateAccount", request_id=new_id(), account_sid=sid(1))
    assert created["account"]["account_sid"] == sid(1)
    changed = await call(
        "PlanService", "ChangePlan", request_id=new_id(), account_sid=sid(1), plan_id="production",
        start_day={"year": 2026, "month": 6, "day": 10},
    )  # fmt: skip
    assert changed["change"]["first_charge_day"] == {"year": 2026, "month": 7, "day": 1}
    listed = await call("BillingService", "ListAuditEvents")
    assert [event["rpc"] for event in listed["events"]] == ["ChangePlan", "CreateAccount"]
    shown = await call("TestClockService", "GetTestClock")
    assert shown["current_time"] == "2026-06-01T00:00:00Z"


async def test_outside_test_mode_there_is_no_test_clock(fresh: str, make_server: MakeServer) -> None:
    service = await make_server(fresh, test_mode=False)
    assert await asyncio.to_thread(services_listed, service.address) == OURS | OTHERS
    for call in (
        service.clock.GetTestClock(t.GetTestClockRequest(), metadata=STAFF),
        service.clock.AdvanceTestClock(t.AdvanceTestClockRequest(), metadata=STAFF),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await call
        assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED
    async with grpc.aio.insecure_channel(service.address) as channel:
        assert await status(channel, "prorata.v1.PlanService") == health_pb2.HealthCheckResponse.SERVING
        with pytest.raises(grpc.aio.AioRpcError):
            await status(channel, CLOCK)

    before = datetime.now(UTC)
    account = await service.account(sid(1))  # business time is real time
    after = datetime.now(UTC)
    assert before - timedelta(milliseconds=1) <= moment_in(account.create_time) <= after
    assert before.date() <= day_in(account.creation_day) <= after.date()
    held = await service.subscription(sid(1))
    assert (held.plan_id, day_in(held.day)) == ("developer", day_in(account.creation_day))


async def test_1_1_a_server_configured_otherwise_than_its_store_does_not_start(
    stores: tuple[str, str], fresh: str, make_server: MakeServer
) -> None:
    await make_server(fresh, currency="USD", billing_zone="UTC", test_mode=True)  # makes the store
    for changes in ({"currency": "EUR"}, {"billing_zone": "Europe/Berlin"}, {"test_mode": False}):
        with pytest.raises(StoreMismatch) as raised:
            async with running_server(settings_for(fresh, stores[1], **changes)):
                pass
        [(name, value)] = changes.items()
        assert str(raised.value).startswith(f"PRORATA_{name.upper()} is {str(value).replace('False', 'false')}, but ")
    second = await make_server(fresh)
    await second.account(sid(1))


async def test_1_1_the_store_keeps_the_currency_and_zone_it_was_made_with(fresh: str, make_server: MakeServer) -> None:
    service = await make_server(fresh, currency="JPY", billing_zone="Asia/Tokyo")
    await service.advance(datetime(2026, 5, 31, 15, tzinfo=UTC))
    account = await service.account(sid(1))
    assert (account.creation_day.month, account.creation_day.day) == (6, 1)
    again = await make_server(fresh, currency="JPY", billing_zone="Asia/Tokyo")
    assert (await again.subscription(sid(1))).plan_id == "developer"


@pytest.mark.parametrize(("code", "charged"), [("RSD", "10.51"), ("IQD", "10.512"), ("KWD", "10.512"), ("JPY", "11")])
async def test_1_2_lines_are_rounded_to_the_minor_unit_of_the_currency(
    fresh: str, make_server: MakeServer, code: str, charged: str
) -> None:
    service = await make_server(fresh, currency=code)
    await service.advance(IN_JUNE)
    await service.account(sid(1))
    await service.product("sms")
    record = usage(sid(1), "sms", IN_JUNE)
    record.amount.CopyFrom(Money(currency_code=code, units=10, nanos=512_000_000))
    assert (await service.record([record])).new_count == 1
    [line] = await service.preview(sid(1))
    assert (line.amount.currency_code, amount(line.amount)) == (code, Decimal(charged))


async def test_1_2_a_store_keeps_the_minor_unit_it_was_made_with(fresh: str, make_server: MakeServer) -> None:
    await make_server(fresh, currency="RSD")
    connection = await asyncpg.connect(fresh)
    await connection.execute("UPDATE store SET minor_digits = 0")
    await connection.close()
    service = await make_server(fresh, currency="RSD")
    await service.account(sid(1))


async def test_a_billing_zone_that_is_none_does_not_start(stores: tuple[str, str], fresh: str) -> None:
    for zone in ("Mars/Olympus", "", "../etc"):
        with pytest.raises((LookupError, ValueError)):
            async with running_server(settings_for(fresh, stores[1], billing_zone=zone)):
                pass


async def test_without_credentials_a_server_listens_on_loopback_only(stores: tuple[str, str], fresh: str) -> None:
    for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:0", "example.org:50051", ":0", "unix:/run/prorata", ""):
        with pytest.raises(ValueError, match=r"listen on loopback|give a host and a port"):
            async with running_server(settings_for(fresh, stores[1], listen_address=address)):
                pass
    for address in ("127.0.0.1:0", "127.8.8.8:50051", "localhost:50051", "[::1]:50051"):
        settings_for(fresh, stores[1], listen_address=address)
