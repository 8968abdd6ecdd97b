"""One log with one format, whoever writes to it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import asyncpg
import pytest

from tests.process.commands import environment
from tests.service import Service

WAIT_SECONDS = 30
WRITES = """
import logging, sys
import structlog
from billing.process.logs import configure_logs
configure_logs(*sys.argv[1:])
structlog.get_logger().info("closing_started", period="2026-06")
logging.getLogger("asyncio").warning("slow %s", "callback")
logging.getLogger("arq.worker").info("a sweep")
logging.getLogger("arq.worker").warning("a job expired")
try:
    raise ValueError("bad")
except ValueError:
    structlog.get_logger().exception("unexpected_error")
    logging.getLogger("asyncio").exception("broken")
"""


def logged(level: str, form: str) -> str:
    """What some writers to the log write."""
    command = [sys.executable, "-c", WRITES, level, form]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def test_as_json_every_line_is_an_object_with_a_time_in_utc() -> None:
    lines = [json.loads(line) for line in logged("INFO", "json").splitlines()]
    assert [(line["level"], line["event"]) for line in lines] == [
        ("info", "closing_started"),
        ("warning", "slow callback"),
        ("warning", "a job expired"),  # what arq tells of each job is left out
        ("error", "unexpected_error"),
        ("error", "broken"),
    ]
    assert lines[0]["period"] == "2026-06"
    assert all(line["timestamp"].endswith("Z") for line in lines)
    assert [line["exception"].splitlines()[-1] for line in lines[3:]] == ["ValueError: bad"] * 2


def test_as_text_every_line_begins_with_a_time_in_utc() -> None:
    lines = [line for line in logged("INFO", "text").splitlines() if "Z [" in line]
    assert [line.split("Z [")[1] for line in lines] == [
        "info     ] closing_started period=2026-06",
        "warning  ] slow callback [asyncio]",
        "warning  ] a job expired [arq.worker]",
        "error    ] unexpected_error",
        "error    ] broken [asyncio]",
    ]


@pytest.mark.parametrize(("level", "told"), [("DEBUG", True), ("WARNING", False)])
def test_at_debug_all_of_a_worker_is_told(level: str, told: bool) -> None:
    assert ("a sweep" in logged(level, "json")) == told


async def test_the_connection_that_listens_bears_the_name_of_the_process(
    quiet: Service, behind: asyncpg.Connection
) -> None:
    statement = """
        SELECT array_agg(application_name) FROM pg_stat_activity
        WHERE datname = current_database() AND query ILIKE 'LISTEN%'
    """
    async with asyncio.timeout(WAIT_SECONDS):
        while (names := await behind.fetchval(statement)) is None:  # noqa: ASYNC110 - it connects in its own time
            await asyncio.sleep(0.02)
    assert names == ["prorata server"]
