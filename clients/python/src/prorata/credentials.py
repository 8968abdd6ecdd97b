"""How a client says who calls: by its word, by a certificate, or by a token that may expire."""

import inspect
import ipaddress
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import grpc

from prorata.errors import ProrataError

Metadata = tuple[tuple[str, str], ...]
TokenSource = Callable[[], str | Awaitable[str]]


class Credentials(Protocol):
    """What goes with every call."""

    @property
    def renewable(self) -> bool:
        """Whether what has expired is another one the next time."""
        ...

    async def metadata(self) -> Metadata:
        """The metadata of the next call."""
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


class Certificate:
    """Nothing, as the certificate of the channel says who calls."""

    renewable = False

    async def metadata(self) -> Metadata:
        """The metadata of the next call."""
        return ()


class Token:
    """A bearer token: always the same, or that which its source gives for each call."""

    def __init__(self, token: str | TokenSource) -> None:
        self._token = token
        self.renewable = not isinstance(token, str)

    async def metadata(self) -> Metadata:
        """The metadata of the next call; raises what the source of the token does."""
        token = self._token if isinstance(self._token, str) else self._token()
        if inspect.isawaitable(token):
            token = await token
        return (("authorization", f"Bearer {token}"),)


class TokenFile:
    """The token in a file, read anew for each call: something else keeps it fresh, such as Kubernetes."""

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)

    def __call__(self) -> str:
        """The token. Raises `ProrataError`, UNAUTHENTICATED, when there is none to be read."""
        try:
            token = self._path.read_text(encoding="ascii").strip()
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "it has other characters than a token"
            raise _no_token(self._path, str(why)) from error
        if not token:
            raise _no_token(self._path, "it is empty")
        return token


def _no_token(path: Path, why: str) -> ProrataError:
    return ProrataError(grpc.StatusCode.UNAUTHENTICATED, f"{path} gives no token: {why}")


def check_secret(address: str) -> None:
    """Raises ValueError where a token sent in plaintext would leave this machine."""
    host = address.removeprefix("dns:").lstrip("/").rpartition(":")[0].strip("[]")
    try:
        alone = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        alone = False
    if not (alone or address.startswith("unix:")):
        raise ValueError(f"a token is not sent to {address} in plaintext, where others can read it: use TLS")
