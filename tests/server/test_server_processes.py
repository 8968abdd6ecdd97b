"""Several server processes on one address."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import grpc
import pytest

from deploy.local import ChildProcess
from deploy.local.readiness import grpc_serving
from deploy.local.valkey import free_port
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.plan_service_pb2_grpc import PlanServiceStub
from tests.service import STAFF, refusal


async def test_two_processes_serve_one_address_and_end_together(
    database: str, stores: tuple[str, str], tmp_path: Path
) -> None:
    address = f"127.0.0.1:{free_port()}"
    environment = {
        **os.environ,
        "PRORATA_DATABASE_URL": database,
        "PRORATA_REDIS_URL": stores[1],
        "PRORATA_LISTEN_ADDRESS": address,
        "PRORATA_PROCESSES": "2",
        "PYTHONUNBUFFERED": "1",
    }
    server = ChildProcess(
        "server",
        [sys.executable, "-m", "server"],
        log=tmp_path / "server.log",
        ready=lambda child: grpc_serving(address) and child.log.read_text().count("server_started") == 2,
        environment=environment,
    )
    server.start()
    for _ in range(8):  # a channel each, as the kernel deals out connections
        async with grpc.aio.insecure_channel(address) as channel:
            plans = PlanServiceStub(channel)
            assert len((await plans.ListPlans(p.ListPlansRequest(), metadata=STAFF)).plans) == 4
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await plans.GetPlan(p.GetPlanRequest(plan_id="gold"), metadata=STAFF)
            assert refusal(refused.value).reason == "PLAN_NOT_FOUND"
    assert server.stop() == 0
