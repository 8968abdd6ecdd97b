"""The commands that the documents of a deployment give are there, with their options."""

from __future__ import annotations

import re

import click
import pytest
import typer

import server.__main__
from prorata.cli import app
from tests.deploy.known import DEPLOY, ROOT

TEXT = "\n".join(path.read_text(encoding="utf-8") for path in (DEPLOY / "README.md", DEPLOY / "citus" / "README.md"))
GIVEN = [
    " ".join(found.split())
    for found in re.findall(
        r"(?:^|`)((?:prorata|make|python -m [\w.]+)(?: [^`#\n]*(?:\n[^`#\n]+`)?)?)", TEXT, re.MULTILINE
    )
]


def given(program: str) -> list[list[str]]:
    """The arguments with which a program is given, each time."""
    start = program.split()
    words = [each.strip("`").split() for each in GIVEN]
    return [each[len(start) :] for each in words if each[: len(start)] == start and len(each) > len(start)]


@pytest.mark.parametrize("arguments", given("prorata"), ids=" ".join)
def test_commands_of_the_client(arguments: list[str]) -> None:
    command: click.Command = typer.main.get_command(app)
    rest = list(arguments)
    while rest and hasattr(command, "commands"):
        word = rest.pop(0)
        assert word in command.commands
        command = command.commands[word]
    options = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= options


def test_commands_of_the_server() -> None:
    commands = {arguments[0] for arguments in given("python -m server")}
    assert commands - {"--help"} <= server.__main__.COMMANDS.keys()
    assert {"migrate", "verify", "relay-from"} <= commands


def test_tasks_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    tasks = {arguments[0] for arguments in given("make")}
    assert {"compose-secrets", "lock"} <= tasks
    assert tasks <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
