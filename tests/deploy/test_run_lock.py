"""requirements-run.lock is enough to run the service, current, and no other than what is tested."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import database_url
from tests.deploy.known import ROOT

COMMAND_SECONDS = 60
RUN_MODULE = """
import runpy, sys
sys.path[:0] = sys.argv.pop(1).split(":")
sys.argv.pop(0)
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
TOP = ("pyproject.toml", "clients/python/pyproject.toml")


def locked(name: str) -> dict[str, str]:
    """The packages of a lock for this machine, each with its version and hashes."""
    text = re.sub(r"^ *#.*\n", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    entries = re.split(r"\n(?=\S)", text.strip())
    pins = [(Requirement(entry.partition(" \\")[0]), " ".join(entry.split())) for entry in entries]
    return {pin.name: entry for pin, entry in pins if pin.marker is None or pin.marker.evaluate()}


def needed() -> set[str]:
    """The names of what the service and its client need here, by what is installed, directly and indirectly."""
    tops = [tomllib.loads((ROOT / top).read_text(encoding="utf-8"))["project"]["dependencies"] for top in TOP]
    waiting = [Requirement(each) for top in tops for each in top]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement = waiting.pop()
        for extra in {"", *requirement.extras}:
            key = (canonicalize_name(requirement.name), extra)
            if key not in seen:
                seen.add(key)
                waiting += _required(requirement.name, extra)
    return {name for name, _ in seen}


def _required(name: str, extra: str) -> Iterator[Requirement]:
    for text in importlib.metadata.requires(name) or []:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement


def test_it_has_what_is_needed_at_the_versions_that_are_tested() -> None:
    run, tested = locked("requirements-run.lock"), locked("requirements.lock")
    assert run.items() <= tested.items(), "run `make lock`"
    assert needed() == run.keys(), "run `make lock`"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with what the lock has and nothing else."""
    folder = tmp_path_factory.mktemp("run") / "venv"
    uv = Path(sys.executable).with_name("uv")
    for arguments in (
        ["venv", "--quiet", "--python", sys.executable, str(folder)],
        ["pip", "sync", "--quiet", "--require-hashes", "requirements-run.lock"],
    ):
        environment = {**os.environ, "VIRTUAL_ENV": str(folder)}
        subprocess.run([uv, *arguments], cwd=ROOT, env=environment, check=True, timeout=COMMAND_SECONDS)
    return folder / "bin" / "python"


def run(python: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command of the service, as in the image: its packages, and no tools."""
    path = f"{ROOT}{os.pathsep}{ROOT / 'clients' / 'python' / 'src'}"
    return subprocess.run(
        [python, "-I", "-c", RUN_MODULE, path, *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_SECONDS,
    )


@pytest.mark.parametrize("package", ["server", "workers", "prorata", "server.security"])
def test_commands_start_with_it(package: str, python: Path) -> None:
    ended = run(python, package, "--help")
    assert ended.returncode == 0, ended.stderr
    assert "usage" in ended.stdout.lower()


async def test_the_schema_is_made_and_verified_with_it(python: Path, stores: tuple[str, str]) -> None:
    name = f"test_{uuid4().hex}"  # which the migration makes
    settings = {"PRORATA_DATABASE_URL": database_url(stores[0], name)}
    migrated = run(python, "server", "migrate", **settings)
    try:
        assert migrated.returncode == 0, migrated.stderr
        verified = run(python, "server", "verify", **settings)
        assert verified.returncode == 0, verified.stdout + verified.stderr
    finally:
        connection = await asyncpg.connect(stores[0])
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.close()
