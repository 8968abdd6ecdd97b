"""Metrics of real processes: several servers told as one, and nothing of it loaded where it is off."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import grpc
import pytest

from billing.process.build import VERSION
from deploy.local import ChildProcess, Stack
from deploy.local.readiness import grpc_serving
from deploy.local.valkey import free_port
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.plan_service_pb2_grpc import PlanServiceStub
from tests.observation.scraping import Scrape, read, scraped_until
from tests.process.commands import environment, run
from tests.service import STAFF

CALLS = 24
START_SECONDS = 90
# Loads what a process loads to serve or to work, and says what of the libraries is there.
LOADED = """
import sys
{imports}
print(*sorted({{name.partition(".")[0] for name in sys.modules}} & {{"opentelemetry", "prometheus_client"}}))
"""


def server(settings: Mapping[str, str], folder: Path, count: int) -> ChildProcess:
    """A server in as many processes, started."""
    log = folder / "server.log"
    log.unlink(missing_ok=True)
    started = ChildProcess(
        "server",
        [sys.executable, "-m", "server"],
        log=log,
        ready=lambda child: (
            grpc_serving(settings["LISTEN_ADDRESS"]) and child.log.read_text().count("server_started") == count
        ),
        environment={**environment(**settings), "PYTHONUNBUFFERED": "1", "TMPDIR": str(folder)},
        start_seconds=START_SECONDS,
    )
    started.start()
    return started


async def call(address: str) -> None:
    """Make calls over a channel each, as the kernel deals out connections."""
    for _ in range(CALLS):
        async with grpc.aio.insecure_channel(address) as channel:
            await PlanServiceStub(channel).ListPlans(p.ListPlansRequest(), metadata=STAFF)


def shared_folders(folder: Path) -> list[Path]:
    """Where the processes of servers keep their numbers."""
    return [*folder.glob("prorata-metrics-*")]


def listed_plans(found: Scrape) -> float | None:
    """How many calls were counted."""
    return found.value("prorata_calls_total", method="ListPlans", status="OK", reason="")


@pytest.mark.timeout(300)  # it starts four processes, two after two
async def test_several_processes_are_told_together_and_a_restart_begins_anew(
    database: str, queue: str, tmp_path: Path
) -> None:
    address, told_at = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    settings = {
        "DATABASE_URL": database,
        "REDIS_URL": queue,
        "LISTEN_ADDRESS": address,
        "PROCESSES": "2",
        "METRICS_ADDRESS": told_at,
        "COMMIT": "abc",
    }
    for _ in range(2):
        running = server(settings, tmp_path, 2)
        await call(address)
        await scraped_until(told_at, lambda found: found.value("prorata_store_up") == 1)
        found = await scraped_until(told_at, lambda found: found.value("prorata_calls_under_way") == 0)
        assert listed_plans(found) == CALLS
        assert found.value("prorata_call_seconds_count", method="ListPlans", status="OK") == CALLS
        # One of two processes has ten connections and those of the ingest, of previews and of the probe besides.
        assert found.value("prorata_store_connections_limit", pool="few") == 8
        [((version, commit, python), value)] = found.series("prorata_build_info", "version", "commit", "python").items()
        assert (version, commit, python, value) == (VERSION, "abc", sys.version.split()[0], 1)
        resident = found.series("process_resident_memory_bytes", "process")
        assert {*resident} == {("0",), ("1",)}
        assert min(resident.values()) > 2**20
        assert len(shared_folders(tmp_path)) == 1
        assert running.stop() == 0
        assert shared_folders(tmp_path) == []


def test_processes_do_not_start_where_their_metrics_can_not_be_told(database: str, queue: str) -> None:
    settings = {"DATABASE_URL": database, "REDIS_URL": queue, "PROCESSES": "2"}
    ended = run("server", METRICS_ADDRESS="192.0.2.1:9464", LISTEN_ADDRESS=f"127.0.0.1:{free_port()}", **settings)
    assert ended.code == 2
    assert ended.errors.startswith("PRORATA_METRICS_ADDRESS is '192.0.2.1:9464': metrics can not be told there (")
    assert ended.errors.endswith("), give a port that is free\n")


async def test_a_worker_that_is_asked_to_stop_lets_its_address_go(database: str, queue: str, tmp_path: Path) -> None:
    told_at = f"127.0.0.1:{free_port()}"
    settings = {"DATABASE_URL": database, "REDIS_URL": queue, "METRICS_ADDRESS": told_at}
    for _ in range(2):
        worker = ChildProcess(
            "worker",
            [sys.executable, "-m", "workers"],
            log=tmp_path / "worker.log",
            ready=lambda child: child.has_logged("worker_started"),
            environment={**environment(**settings), "PYTHONUNBUFFERED": "1"},
        )
        worker.start()
        found = await scraped_until(told_at, lambda found: found.value("prorata_store_up") == 1)
        assert found.value("process_resident_memory_bytes") > 2**20
        assert worker.stop() == 0


def test_the_version_that_is_told_is_that_of_the_project() -> None:
    assert tomllib.loads(Path("pyproject.toml").read_text())["project"]["version"] == VERSION


@pytest.mark.parametrize("imports", ["import server.serving, server.app", "import workers.__main__"])
def test_nothing_of_it_is_loaded_where_it_is_off(imports: str) -> None:
    command = [sys.executable, "-c", LOADED.format(imports=imports)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


@pytest.mark.usefixtures("nothing_outside")
def test_of_a_stack_each_worker_tells_its_metrics_a_port_further() -> None:
    port = free_port()
    with Stack(worker_count=1, environment={"PRORATA_METRICS_ADDRESS": f"127.0.0.1:{port}"}) as stack:
        assert stack.metrics_addresses == [f"127.0.0.1:{port}", f"127.0.0.1:{port + 1}"]
        server, worker = (read(address) for address in stack.metrics_addresses)
    assert "prorata_calls_under_way" in server
    assert "prorata_redis_up" in worker
