"""A process that can not start says so in a line: which variable, and what to do. It ends with code 2, no traceback."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence

import pytest

import server.__main__
import workers.__main__
from billing.starting import CanNotStart
from deploy.local.valkey import free_port
from server.app import running_server
from tests.process.commands import run
from tests.server.conftest import settings_for

GOOD = {"DATABASE_URL": "postgresql://u@/db?host=/run/postgres", "REDIS_URL": "redis://127.0.0.1:1/0"}
MAINS: dict[str, Callable[[Sequence[str]], int]] = {"server": server.__main__.main, "workers": workers.__main__.main}

# Of server and workers: what is set, and how the line begins and ends.
MISTAKES = [
    ({"DATABASE_URL": None}, "PRORATA_DATABASE_URL is missing: ", "it may have a password"),
    ({"REDIS_URL": None}, "PRORATA_REDIS_URL is missing: ", "it may have a password"),
    ({"DATABASE_URL": "mysql://u:hidden@h/db"}, "PRORATA_DATABASE_URL is no URL of Postgres: ", "(%2F for /)"),
    ({"DATABASE_URL": "postgresql://u:hid/den@h/db"}, "PRORATA_DATABASE_URL is no URL of Postgres: ", "(%2F for /)"),
    ({"DATABASE_URL": "postgresql://u:1/hidden@h/db"}, "PRORATA_DATABASE_URL is no URL of Postgres: ", "(%2F for /)"),
    ({"DATABASE_URL": "postgresql://u:1#hidden@h/db"}, "PRORATA_DATABASE_URL is no URL of Postgres: ", "(%2F for /)"),
    ({"DATABASE_URL": "postgresql://[hidden/db"}, "PRORATA_DATABASE_URL is no URL of Postgres: ", "(%2F for /)"),
    ({"DATABASE_URL": "postgresql://h/db?port=hidden"}, "PRORATA_DATABASE_URL is no URL of Postgres: ", "(%2F for /)"),
    ({"REDIS_URL": "http://:hidden@h"}, "PRORATA_REDIS_URL is no URL of Redis or Valkey: ", "(%2F for /)"),
    ({"REDIS_URL": "redis://:hid/den@h"}, "PRORATA_REDIS_URL is no URL of Redis or Valkey: ", "(%2F for /)"),
    ({"REDIS_URL": "redis://h/hidden"}, "PRORATA_REDIS_URL is no URL of Redis or Valkey: ", "(%2F for /)"),
    ({"CURRENCY": "usd"}, "PRORATA_CURRENCY is 'usd': there ", "such as USD"),
    ({"CURRENCY": "XYZ"}, "PRORATA_CURRENCY is 'XYZ': there ", "such as USD"),
    ({"BILLING_ZONE": "Mars/Olympus"}, "PRORATA_BILLING_ZONE is 'Mars/Olympus': ", "such as UTC or Europe/Berlin"),
    ({"BILLING_ZONE": "Europe"}, "PRORATA_BILLING_ZONE is 'Europe': ", "such as UTC or Europe/Berlin"),
    ({"BUSINESS_ZONE": "../etc"}, "PRORATA_BUSINESS_ZONE is '../etc': ", "such as UTC or Europe/Berlin"),
    (
        {"BUSINESS_OPENING_HOUR": "19"},
        "PRORATA_BUSINESS_OPENING_HOUR is 19 and PRORATA_",
        "the closing",
    ),
    ({"BUSINESS_HOLIDAYS": "XX"}, "PRORATA_BUSINESS_HOLIDAYS: holidays of 'XX' are not known: ", "such as US"),
    ({"OUTLIER_AMOUNT": "0.001"}, "PRORATA_OUTLIER_AMOUNT: 0.001 has more than 2 decimal places", "USD has no more"),
    ({"OUTLIER_FACTOR": "nan"}, "PRORATA_OUTLIER_FACTOR is 'nan': input should be ", "number"),
    ({"METRICS_ADDRESS": "9464"}, "PRORATA_METRICS_ADDRESS is '9464': give a host and a port", "empty for no metrics"),
    (
        {"METRICS_ADDRESS": ":9464"},
        "PRORATA_METRICS_ADDRESS is ':9464': give a host and a port",
        "empty for no metrics",
    ),
    ({"METRICS_ADDRESS": "h:70000"}, "PRORATA_METRICS_ADDRESS is 'h:70000': give a host and a port", "for no metrics"),
    ({"LOG_LEVEL": "loud"}, "PRORATA_LOG_LEVEL is 'loud': give DEBUG", "CRITICAL"),
    ({"TEST_MODE": "perhaps"}, "PRORATA_TEST_MODE is 'perhaps': input should be a valid boolean", "interpret input"),
]
OF_THE_SERVER = [
    (
        {"LISTEN_ADDRESS": "0.0.0.0:50051"},
        "PRORATA_LISTEN_ADDRESS is '0.0.0.0:50051', which others can reach: ",
        "such as 127.0.0.1:50051",
    ),
    ({"LISTEN_ADDRESS": "localhost"}, "PRORATA_LISTEN_ADDRESS is 'localhost': ", "such as 127.0.0.1:50051"),
    ({"LISTEN_ADDRESS": "localhost:70000"}, "PRORATA_LISTEN_ADDRESS is 'localhost:70000': ", "such as 127.0.0.1:50051"),
    ({"PROCESSES": "0"}, "PRORATA_PROCESSES is '0': input should be greater than or equal to 1", ""),
    (
        {"PROCESSES": "2", "LISTEN_ADDRESS": "127.0.0.1:0"},
        "PRORATA_LISTEN_ADDRESS is '127.0.0.1:0' and PRORATA_PROCESSES is 2: each process would",
        "give one for them to share",
    ),
]
OF_WORKERS = [({"GRACE_HOURS": "-1"}, "PRORATA_GRACE_HOURS is '-1': input should be greater than or equal to 0", "")]
ALL = [
    *(pytest.param(program, *mistake, id=f"{program}-{mistake[0]}") for program in MAINS for mistake in MISTAKES),
    *(pytest.param("server", *mistake, id=f"server-{mistake[0]}") for mistake in OF_THE_SERVER),
    *(pytest.param("workers", *mistake, id=f"workers-{mistake[0]}") for mistake in OF_WORKERS),
]


def set_only(monkeypatch: pytest.MonkeyPatch, **settings: str | None) -> None:
    """Set these variables (`None`: not), and no others of ours."""
    for name in os.environ:
        if name.startswith("PRORATA_"):
            monkeypatch.delenv(name)
    for name, value in settings.items():
        if value is not None:
            monkeypatch.setenv(f"PRORATA_{name}", value)


@pytest.mark.parametrize(("program", "settings", "begins", "ends"), ALL)
def test_a_mistaken_setting_ends_with_a_line(
    program: str,
    settings: dict[str, str | None],
    begins: str,
    ends: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_only(monkeypatch, **{**GOOD, **settings})
    assert MAINS[program]([]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(begins)
    assert line.endswith(ends)
    assert "hid" not in line


@pytest.mark.parametrize("command", ["migrate", "verify"])
def test_commands_of_the_server_end_likewise(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_only(monkeypatch, REDIS_URL=GOOD["REDIS_URL"])
    assert server.__main__.main([command]) == 2
    assert capsys.readouterr().err.startswith("PRORATA_DATABASE_URL is missing: of Postgres")


def test_each_mistake_has_its_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    set_only(monkeypatch)
    assert workers.__main__.main([]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in lines] == ["PRORATA_DATABASE_URL", "PRORATA_REDIS_URL"]


@pytest.mark.parametrize(("program", "own"), [("server", "LISTEN_ADDRESS"), ("workers", "GRACE_HOURS")])
def test_help_names_commands_and_settings(
    program: str, own: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_only(monkeypatch)
    with pytest.raises(SystemExit) as ended:
        MAINS[program](["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert f"usage: python -m {program}" in shown
    assert "PRORATA_DATABASE_URL (required)\n      of Postgres, such as " in shown
    assert "PRORATA_LOG_LEVEL (default: INFO)\n      least level" in shown
    assert f"PRORATA_{own} (default: " in shown
    assert ("migrate: bring the schema" in shown) == (program == "server")


@pytest.mark.parametrize("program", [*MAINS])
def test_what_is_no_command_is_refused(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        MAINS[program](["nonsense"])
    assert ended.value.code == 2
    assert "nonsense" in capsys.readouterr().err


@pytest.mark.parametrize("level", ["info", "Info", "INFO"])
def test_levels_are_named_in_any_case(level: str, database: str, stores: tuple[str, str]) -> None:
    assert settings_for(database, stores[1], log_level=level).log_level == "INFO"


def test_a_store_that_can_not_be_reached_ends_the_server_in_a_line(stores: tuple[str, str]) -> None:
    """By several processes as by one, which ends the others."""
    url = f"postgresql://u:hidden@127.0.0.1:{free_port()}/db"
    address = f"127.0.0.1:{free_port()}"
    ended = run("server", DATABASE_URL=url, REDIS_URL=stores[1], LISTEN_ADDRESS=address, PROCESSES="2")
    assert ended.code == 2
    assert ended.errors
    for line in ended.errors.splitlines():
        assert line.startswith("the store can not be reached (")
        assert line.endswith(": correct PRORATA_DATABASE_URL, or start Postgres")
    assert "hidden" not in ended.errors


async def test_1_1_a_worker_configured_otherwise_than_its_store_ends_in_a_line(
    stores: tuple[str, str], database: str
) -> None:
    async with running_server(settings_for(database, stores[1], test_mode=False)):
        pass  # makes the store
    ended = run("workers", DATABASE_URL=database, REDIS_URL=stores[1], TEST_MODE="true")
    assert ended.code == 2
    assert ended.errors.splitlines() == [
        "PRORATA_TEST_MODE is true, but the store was made with false: configure that, or another store"
    ]
    assert ended.output == ""


async def test_a_store_without_a_schema_says_how_to_make_it(stores: tuple[str, str]) -> None:
    with pytest.raises(CanNotStart, match="python -m server migrate"):
        async with running_server(settings_for(stores[0], stores[1])):
            pass


async def test_a_port_that_another_has_is_named(stores: tuple[str, str], database: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(CanNotStart, match=f"PRORATA_LISTEN_ADDRESS is '{address}': .* a port that is free"):
            async with running_server(settings_for(database, stores[1], listen_address=address)):
                pass
