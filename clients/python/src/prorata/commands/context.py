"""The global options of a command, and how it runs: with an open client, its errors printed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import grpc
import typer

from prorata.client import Client
from prorata.commands.output import Output
from prorata.connection import Tls
from prorata.credentials import TokenFile, check_secret, check_token
from prorata.errors import ProrataError
from prorata.retry import RetryPolicy

_Item = TypeVar("_Item")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The global options."""

    address: str
    caller: str
    role: str
    as_json: bool
    token: str | TokenFile | None
    tls: bool | Tls
    timeout_seconds: float

    def client(self, output: Output) -> Client:
        """A client that is not yet open; the output notes that a stream which follows is to be tried again."""
        return Client(
            self.address,
            caller=self.caller,
            role=self.role,
            token=self.token,
            tls=self.tls,
            timeout_seconds=self.timeout_seconds,
            retry=RetryPolicy(
                max_attempts=5,
                on_follow_again=lambda error, seconds: output.note(f"{error}; following again in {seconds:.1f} s"),
            ),
        )


Work = Callable[[Client, Output], Awaitable[bool | None]]


def run(context: typer.Context, work: Work) -> None:
    """Do the work of a command with an open client.

    It exits with 1 when a call fails, or when the work says False: something was refused.
    """
    settings = context.find_object(Settings)
    if settings is None:
        raise RuntimeError("commands run below the prorata command")
    output = Output(as_json=settings.as_json)
    try:
        done = asyncio.run(_run(settings, output, work))
    except ProrataError as error:
        output.error(error)
        if error.code is grpc.StatusCode.UNAVAILABLE and not error.reason and not settings.as_json:
            plain = "" if settings.tls else " Does it want TLS (--tls, --ca-file)?"
            output.note(f"is a server running at {settings.address}?{plain}")
        raise typer.Exit(1) from error
    if done is False:
        raise typer.Exit(1)


async def _run(settings: Settings, output: Output, work: Work) -> bool | None:
    async with settings.client(output) as client:
        return await work(client, output)


async def take(items: AsyncIterator[_Item], limit: int, output: Output) -> list[_Item]:
    """The first items, all when the limit is 0; a note tells when there are more."""
    taken: list[_Item] = []
    async for item in items:
        if limit and len(taken) == limit:
            output.note(f"there are more than {limit:,}: --limit 0 lists all")
            break
        taken.append(item)
    return taken


def read_token(token: str | None, file: Path | None, address: str, *, secret: bool) -> str | TokenFile | None:
    """The token, of the command's options; a file is read at every call.

    Raises a usage error for both, for what can be no token, and for a token that would be sent in plaintext to
    another machine.
    """
    if token is not None and file:
        raise typer.BadParameter("give --token or --token-file, not both")
    try:
        given = file or (None if token is None else check_token(token))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--token") from error
    if given is not None and not secret:
        try:
            check_secret(address)
        except ValueError as error:
            raise typer.BadParameter(f"{error} (--tls, --ca-file)") from error
    return TokenFile(file) if file else token


def read_tls(tls: bool, ca_file: Path | None, certificate_file: Path | None, key_file: Path | None) -> bool | Tls:
    """How the channel is secured, of the command's options.

    Raises a usage error for a file that can not be read.
    """
    if not (ca_file or certificate_file or key_file):
        return tls
    if bool(certificate_file) != bool(key_file):
        raise typer.BadParameter("--certificate-file and --key-file go together")
    try:
        root, chain, key = (file.read_bytes() if file else None for file in (ca_file, certificate_file, key_file))
    except OSError as error:
        raise typer.BadParameter(f"{error.filename}: {error.strerror}") from error
    return Tls(root_certificates=root, certificate_chain=chain, private_key=key)
