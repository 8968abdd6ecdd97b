"""What every way to tell a caller comes to, and the way of a server without credentials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import grpc

from billing.errors import BillingError, Reason
from billing.operations.context import SYSTEM, Caller

Context = grpc.aio.ServicerContext[Any, Any]
Metadata = Sequence[tuple[str, str | bytes]]

ROLES = {"staff": True, "self-service": False}
DEFAULT_ROLE = "staff"
DEFAULT_NAME = "anonymous"
NAME_LENGTH = 100
SAID_BY_METADATA = frozenset({"prorata-caller", "prorata-role"})
READ = SAID_BY_METADATA | {"authorization"}


class Admission(NamedTuple):
    """Who calls, and until when that is known.

    Attributes:
        caller: who.
        until: seconds since 1970; None without end.
    """

    caller: Caller
    until: float | None = None

    def has_ended(self, now: float) -> bool:
        """Whether it does not hold any more."""
        return self.until is not None and now >= self.until


class Gate(Protocol):
    """Tells who calls.

    Attributes:
        known_by: by what, for the log.
    """

    known_by: str

    def admit(self, metadata: Metadata, context: Context) -> Admission:
        """The caller of a call; BillingError, UNAUTHENTICATED or CREDENTIALS_EXPIRED, where it is not known."""
        ...


class OpenGate:
    """Takes callers at their word, as a server on loopback does that has no credentials."""

    known_by = "their word"

    def admit(self, metadata: Metadata, context: Context) -> Admission:  # noqa: ARG002 - their word is in the metadata
        """The caller that the metadata names: prorata-caller and prorata-role.

        Raises:
            BillingError: UNAUTHENTICATED when they make no sense, or with an authorization header, which can not be
                checked and is not passed over: its caller would be taken for another one, of another role.
        """
        given = {key: value for key, value in metadata if key in READ}
        if "authorization" in given:
            raise BillingError(
                Reason.UNAUTHENTICATED,
                "no credentials are configured on this server, so it can not check an authorization header: leave it "
                "out (send no token), and say who calls with prorata-caller and prorata-role",
            )
        role = given.get("prorata-role", DEFAULT_ROLE)
        try:
            name = check_name(given.get("prorata-caller", DEFAULT_NAME))
        except ValueError as error:
            raise BillingError(Reason.UNAUTHENTICATED, f"prorata-caller names the caller: {error}") from None
        if not isinstance(role, str) or role not in ROLES:
            raise BillingError(Reason.UNAUTHENTICATED, "prorata-role must be staff or self-service")
        return Admission(Caller(name, ROLES[role]))


def check_name(name: object) -> str:
    """The name of a caller, by which the audit trail tells who did what; ValueError says why it can not be one."""
    if not isinstance(name, str) or not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
        raise ValueError(f"it must have 1 to {NAME_LENGTH} printable characters")
    if name == SYSTEM.name:
        raise ValueError(f"{name!r} is the name of the service itself, give another one")
    return name


def expired(what: str) -> BillingError:
    """The refusal of a credential whose time is over: with a new one the call may be repeated, or a stream resumed."""
    return BillingError(Reason.CREDENTIALS_EXPIRED, f"the {what} has expired: call again with a new one")
