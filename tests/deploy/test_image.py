"""The image has what the service is made of, and nothing else."""

from __future__ import annotations

import tomllib
from pathlib import PurePosixPath

from tests.deploy.known import DEPLOY, ROOT

DOCKERFILE = DEPLOY / "image" / "Dockerfile"


def copied() -> dict[str, str]:
    """What is copied from the repository into the image, and where to."""
    lines = DOCKERFILE.read_text(encoding="utf-8").splitlines()
    pairs = [line.split()[1:] for line in lines if line.startswith("COPY ") and "--from" not in line]
    return {source: target for source, target in pairs}  # noqa: C416 - a line with more than two is an error


def let_through() -> list[str]:
    """What .dockerignore lets through; the rest is kept from the build."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    return [line.removeprefix("!") for line in lines if line.startswith("!")]


def test_what_is_copied_is_there_and_let_through() -> None:
    assert all((ROOT / source).exists() for source in copied())
    assert sorted(copied()) == sorted(let_through())


def test_every_package_of_the_application_is_copied() -> None:
    """Those between which imports point one way."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["importlinter"]["root_packages"]
    folders = {
        PurePosixPath(source).name: target for source, target in copied().items() if source != "requirements-run.lock"
    }
    assert folders == {package: f"/app/{package}" for package in packages}


def test_it_runs_as_a_user_that_is_not_root_by_number() -> None:
    """By number, as Kubernetes can not see else that it is not root."""
    users = [
        line.split()[1] for line in DOCKERFILE.read_text(encoding="utf-8").splitlines() if line.startswith("USER ")
    ]
    assert users == ["10001:10001"]
