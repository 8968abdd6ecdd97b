"""A command of the service: what it is asked to do, its settings, and how it ends when it can not start."""

from __future__ import annotations

import argparse
import os
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsError

from billing.process.store_settings import PREFIX, StoreSettings
from billing.starting import CanNotStart

CAN_NOT_START = 2  # as argparse has it for arguments

SECRETS_FOLDER = f"{PREFIX}SECRETS_FOLDER"

SomeSettings = TypeVar("SomeSettings", bound=BaseSettings)


class Command(NamedTuple):
    """What is asked for: the name of a command, None for none, and its position, where it takes one."""

    name: str | None
    position: int | None


def asked(
    program: str,
    about: str,
    commands: Mapping[str, str],
    settings: Callable[[], type[StoreSettings]],
    arguments: Sequence[str] | None,
    with_position: str = "",
) -> Command:
    """The command that is asked for; `--help` and what is no command end the process.

    Args:
        program, about: the program's name, and what it is.
        commands: what each of them does.
        settings: loaded for `--help` alone, as that may take long.
        arguments: those given; None for those of the process.
        with_position: the command that takes a position of the feed, if one does.
    """
    parser = argparse.ArgumentParser(
        prog=program, description=about, add_help=False, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-h", "--help", action="store_true", help="show this and end")
    if commands:
        told = "; ".join(f"{name}: {what}" for name, what in commands.items())
        parser.add_argument("command", nargs="?", choices=[*commands], help=told)
    if with_position:
        parser.add_argument("position", nargs="?", type=int, help=f"of {with_position}")
    options = parser.parse_args(arguments)
    if options.help:
        parser.epilog = settings_help(settings())
        parser.print_help()
        raise SystemExit(0)
    command = Command(getattr(options, "command", None), getattr(options, "position", None))
    if (command.position is not None) != (with_position != "" and command.name == with_position):
        parser.error(f"{with_position} takes a position, and no other command does")
    return command


def settings_help(settings: type[StoreSettings]) -> str:
    """Every variable with what it means, and what holds without it."""
    lines = ["settings, from the environment:"]
    for name, field in settings.model_fields.items():
        usual = str(field.default).lower() if isinstance(field.default, bool) else field.default
        default = "required" if field.is_required() else f"default: {usual}"
        lines.append(f"  {variable(name)} ({default})")
        lines += textwrap.wrap(field.description or "", 100, initial_indent="      ", subsequent_indent="      ")
    return "\n".join(lines)


def read_settings(settings: type[SomeSettings]) -> SomeSettings:
    """The settings from the environment, and from files in the folder of secrets, if there is one.

    Raises:
        CanNotStart: with a line for each that is missing or mistaken.
    """
    try:
        return settings(_secrets_dir=_secrets_folder())
    except SettingsError as error:  # a file that can not be read; its cause says which
        raise CanNotStart(f"{SECRETS_FOLDER}: {error.__cause__ or error}") from None
    except ValidationError as error:
        lines = [_line(settings, each) for each in error.errors(include_url=False, include_context=False)]
        raise CanNotStart("\n".join(lines)) from None


def ended(act: Callable[[], int]) -> int:
    """What acting returns; 2, and why on stderr, when it can not start."""
    try:
        return act()
    except CanNotStart as error:
        sys.stderr.write(f"{error}\n")
        return CAN_NOT_START


def variable(name: str) -> str:
    """The variable of a setting."""
    return f"{PREFIX}{name.upper()}"


def _secrets_folder() -> Path | None:
    folder = os.environ.get(SECRETS_FOLDER)
    if not folder:
        return None
    if not Path(folder).is_dir():
        raise CanNotStart(f"{SECRETS_FOLDER} is {folder!r}: there is no such folder")
    return Path(folder)


def _line(settings: type[BaseSettings], error: ErrorDetails) -> str:
    message = error["msg"].removeprefix("Value error, ")
    if not error["loc"]:  # of several settings together, which it names
        return message
    name = str(error["loc"][0])
    field = settings.model_fields[name]
    if error["type"] == "missing":
        return f"{variable(name)} is missing: {field.description}"
    if field.annotation is SecretStr:
        return f"{variable(name)} {message}"
    return f"{variable(name)} is {error['input']!r}: {message[0].lower()}{message[1:]}"
