"""`python -m server health`, as a container is looked at: 0 when the server serves, else 1 and a line that says why."""

from __future__ import annotations

import asyncio

import grpc
from grpc_health.v1 import health_pb2
from grpc_health.v1.health_pb2_grpc import HealthStub, add_HealthServicer_to_server

from deploy.local.valkey import free_port
from server.app import running_server
from server.health import ALIVE, Health
from tests.process.commands import Ended, run
from tests.server.conftest import settings_for


async def asked(address: str) -> Ended:
    """What the command comes to, beside a server in this process."""
    return await asyncio.to_thread(run, "server", "health", HEALTH_ADDRESS=address)


async def test_a_server_that_serves(stores: tuple[str, str], database: str) -> None:
    address = f"127.0.0.1:{free_port()}"
    async with running_server(settings_for(database, stores[1], health_address=address)):
        assert await asked(address) == (0, "", "")


async def test_a_server_that_does_not_serve_is_alive() -> None:
    health = Health(["prorata.v1.PlanService"])
    health.set_serving(serving=False)
    server = grpc.aio.server()
    add_HealthServicer_to_server(health, server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    try:
        assert await asked(address) == (1, "", f"{address} says NOT_SERVING\n")
        async with grpc.aio.insecure_channel(address) as channel:
            answer = await HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=ALIVE))
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
    finally:
        await server.stop(None)


async def test_nobody_there() -> None:
    address = f"127.0.0.1:{free_port()}"
    code, output, errors = await asked(address)
    assert (code, output) == (1, "")
    assert errors.startswith(f"no answer from {address}: UNAVAILABLE, ")


def test_without_an_address_it_says_which_setting_is_missing() -> None:
    for settings in ({}, {"HEALTH_ADDRESS": ""}):
        code, _, errors = run("server", "health", **settings)
        assert code == 2
        assert errors.startswith("PRORATA_HEALTH_ADDRESS ")
        assert len(errors.splitlines()) == 1
