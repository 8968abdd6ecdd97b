"""Several server processes on one address."""

from __future__ import annotations

import sys
from pathlib import Path

import grpc
import pytest

from deploy.local import ChildProcess
from deploy.local.readiness import grpc_serving
from deploy.local.secure import make_secure_files
from deploy.local.valkey import free_port
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.plan_service_pb2_grpc import PlanServiceStub
from tests.process.commands import environment
from tests.service import STAFF, refusal


async def test_two_processes_serve_one_address_and_end_together(
    database: str, stores: tuple[str, str], tmp_path: Path
) -> None:
    address = f"127.0.0.1:{free_port()}"
    server = _started(tmp_path, address, address, DATABASE_URL=database, REDIS_URL=stores[1])
    for _ in range(8):  # a channel each, as the kernel deals out connections
        async with grpc.aio.insecure_channel(address) as channel:
            plans = PlanServiceStub(channel)
            assert len((await plans.ListPlans(p.ListPlansRequest(), metadata=STAFF)).plans) == 4
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await plans.GetPlan(p.GetPlanRequest(plan_id="gold"), metadata=STAFF)
            assert refusal(refused.value).reason == "PLAN_NOT_FOUND"
    assert server.stop() == 0


async def test_two_processes_know_callers_alike(database: str, stores: tuple[str, str], tmp_path: Path) -> None:
    files = make_secure_files(tmp_path)
    address, health = (f"127.0.0.1:{free_port()}" for _ in range(2))
    secure = {name.removeprefix("PRORATA_"): value for name, value in files.environment.items()}
    server = _started(tmp_path, address, health, DATABASE_URL=database, REDIS_URL=stores[1], **secure)
    trusting = grpc.ssl_channel_credentials(files.authority.read_bytes())
    token = (("authorization", f"Bearer {files.token.read_text()}"),)
    own_connection = (("grpc.use_local_subchannel_pool", 1),)
    for _ in range(8):
        async with grpc.aio.secure_channel(address, trusting, options=own_connection) as channel:
            plans = PlanServiceStub(channel)
            assert len((await plans.ListPlans(p.ListPlansRequest(), metadata=token)).plans) == 4
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await plans.ListPlans(p.ListPlansRequest(), metadata=STAFF)
            assert refusal(refused.value).reason == "UNAUTHENTICATED"
    assert server.stop() == 0


def _started(folder: Path, address: str, health: str, **settings: str) -> ChildProcess:
    """Two processes at an address, when both serve; health is asked for at another one, where that is given."""
    if health != address:
        settings["HEALTH_ADDRESS"] = health
    server = ChildProcess(
        "server",
        [sys.executable, "-m", "server"],
        log=folder / "server.log",
        ready=lambda child: grpc_serving(health) and child.log.read_text().count("server_started") == 2,
        start_seconds=100,
        environment=environment(LISTEN_ADDRESS=address, PROCESSES="2", **settings) | {"PYTHONUNBUFFERED": "1"},
    )
    server.start()
    return server
