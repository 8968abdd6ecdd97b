"""How a client says who calls: by its word, by a certificate, or by a token that may expire."""

import asyncio
import base64
import inspect
import ipaddress
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import grpc

from prorata.errors import ProrataError

Metadata = tuple[tuple[str, str], ...]
TokenSource = Callable[[], str | Awaitable[str]]

_RENEW_SECONDS = 30.0  # before a token expires


class Credentials(Protocol):
    """What goes with every call."""

    @property
    def renewable(self) -> bool:
        """Whether what has expired is another one the next time."""
        ...

    async def metadata(self) -> Metadata:
        """The metadata of the next call."""
        ...

    def refused(self, metadata: Metadata) -> None:
        """A call with these was UNAUTHENTICATED."""
        ...


class Caller:
    """The caller's name and role, for a server that takes callers at their word."""

    renewable = False

    def __init__(self, name: str, role: str) -> None:
        self._metadata: Metadata = (("prorata-role", role),)
        if name:
            self._metadata = (("prorata-caller", name), *self._metadata)

    async def metadata(self) -> Metadata:
        """The metadata of the next call."""
        return self._metadata

    def refused(self, metadata: Metadata) -> None:
        """They are the same the next time."""


class Certificate:
    """Nothing, as the certificate of the channel says who calls."""

    renewable = False

    async def metadata(self) -> Metadata:
        """The metadata of the next call."""
        return ()

    def refused(self, metadata: Metadata) -> None:
        """They are the same the next time."""


class Token:
    """A bearer token: always the same, or that which its source gives.

    What a function gives is kept until it is about to expire (`exp` of a JWT), or is refused; a file is read every
    time.
    """

    def __init__(self, token: str | TokenSource) -> None:
        """Raises ValueError for a text that can be no token."""
        self._source = None if isinstance(token, str) else token
        self._kept = _bearer(token) if isinstance(token, str) else ()
        self._keeps = not isinstance(token, TokenFile)
        self._renew_time = 0.0
        self._ask_time = 0.0  # monotonic
        self._asking = asyncio.Lock()

    @property
    def renewable(self) -> bool:
        """Whether what has expired is another one the next time."""
        return self._source is not None

    async def metadata(self) -> Metadata:
        """The metadata of the next call; raises what the source of the token does.

        Raises `ProrataError`, UNAUTHENTICATED, for what can be no token.
        """
        if self._source is None or self._holds():
            return self._kept
        begin_time = time.monotonic()
        async with self._asking:  # calls at once share what one of them asked for
            if not self._holds() and self._ask_time < begin_time:
                ask_time = time.monotonic()
                token = self._source()
                if inspect.isawaitable(token):
                    token = await token
                try:
                    self._kept = _bearer(token)
                except ValueError as error:
                    raise ProrataError(grpc.StatusCode.UNAUTHENTICATED, f"the source of the token: {error}") from None
                self._ask_time = ask_time
                self._renew_time = _expiry(token) - _RENEW_SECONDS if self._keeps else 0.0
            return self._kept

    def refused(self, metadata: Metadata) -> None:
        """Ask for another token the next time, unless there is another one already."""
        if metadata == self._kept:
            self._renew_time = 0.0

    def _holds(self) -> bool:
        return time.time() < self._renew_time


class TokenFile:
    """The token in a file, read anew for each call: something else keeps it fresh, such as Kubernetes."""

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)

    def __call__(self) -> str:
        """The token. Raises `ProrataError`, UNAUTHENTICATED, when there is none to be read."""
        try:
            return check_token(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            code = grpc.StatusCode.UNAUTHENTICATED
            raise ProrataError(code, f"{self._path} gives no token: {why}") from None  # nothing that is in it is shown


def check_token(token: object) -> str:
    """A token, without white space around it. Raises ValueError, which does not show it, for what can be none."""
    if not isinstance(token, str):
        raise ValueError(f"a token is a text, and no {type(token).__name__}")  # noqa: TRY004 - like all that follow
    token = token.strip()
    if not token:
        raise ValueError("the token is empty")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise ValueError("the token has characters that none has (give it alone, without Bearer)")
    return token


def _bearer(token: object) -> Metadata:
    return (("authorization", f"Bearer {check_token(token)}"),)


def _expiry(token: str) -> float:
    """When a token says that it expires, in seconds since 1970; 0 where it does not say."""
    try:
        claims = token.split(".")[1]
        return float(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"])
    except (LookupError, TypeError, ValueError, OverflowError, RecursionError):
        return 0.0


def is_loopback(address: str) -> bool:
    """Whether the host of an address is this machine."""
    host = address.removeprefix("dns:").lstrip("/").rpartition(":")[0].strip("[]")
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_secret(address: str) -> None:
    """Raises ValueError where a token sent in plaintext would leave this machine."""
    if not (is_loopback(address) or address.startswith("unix:")):
        raise ValueError(f"a token is not sent to {address} in plaintext, where others can read it: use TLS")
