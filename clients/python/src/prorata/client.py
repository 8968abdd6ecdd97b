"""The client: a connection and the calls of the three services."""

from types import TracebackType
from typing import Self

from prorata.calls import Billing, Clock, Plans
from prorata.connection import Connection, Tls
from prorata.credentials import Caller, Certificate, Credentials, Token, TokenSource, check_secret, check_token
from prorata.retry import RetryPolicy

DEFAULT_TIMEOUT_SECONDS = 30.0
ROLES = ("staff", "self-service")


class Client:
    """A typed client of a prorata server, used as an asynchronous context manager.

    Every call raises `ProrataError` when it fails. Days are `datetime.date`, moments aware
    `datetime.datetime`, amounts and quantities exact `Decimal` or integers of a named unit; answers are the
    messages of the contract (`prorata.v1`).

    >>> async with Client("127.0.0.1:50051", caller="console") as client:
    ...     subscription = await client.plans.get_subscription("AC…")
    """

    def __init__(
        self,
        address: str,
        *,
        caller: str = "",
        role: str = "staff",
        token: str | TokenSource | None = None,
        tls: bool | Tls = False,
        retry: RetryPolicy | None = None,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    ) -> None:
        """Nothing is opened yet.

        `address` is "host:port". `caller` and `role` ("staff" or "self-service") tell a server without tokens
        who calls; with a `token` (a bearer token, JWT), or a certificate of the caller's own in `tls`, they
        are not sent. A token that expires is given as a function, asynchronous or not, which is asked for
        another one when the last is about to expire (`exp` of a JWT) or was refused, and for every call where
        it does not say when: `TokenFile` reads a file that is kept fresh. `tls` secures the channel, True with
        the well-known authorities. `timeout_seconds` is the deadline of every unary call that names none.
        Raises ValueError for an unknown role, for what can be no token, and for a token that would be sent in
        plaintext to another machine.
        """
        if role not in ROLES:
            raise ValueError(f"the role is one of {', '.join(ROLES)}: {role!r}")
        self._address = address
        self._tls = Tls() if tls is True else tls or None
        if token is not None and self._tls is None:
            check_secret(address)
        if isinstance(token, str):
            check_token(token)
        self._caller, self._role, self._token = caller, role, token
        self._retry = retry or RetryPolicy()
        self._timeout_seconds = timeout_seconds
        self._connection: Connection | None = None

    async def __aenter__(self) -> Self:
        """Open the channel; it connects with the first call."""
        credentials = _credentials(self._caller, self._role, self._token, self._tls)
        self._connection = Connection(self._address, credentials, self._tls, self._retry, self._timeout_seconds)
        self._plans = Plans(self._connection)
        self._billing = Billing(self._connection)
        self._clock = Clock(self._connection)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the channel."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    @property
    def plans(self) -> Plans:
        """PlanService: accounts, the catalogue of support plans, and who holds which plan."""
        self._check_open()
        return self._plans

    @property
    def billing(self) -> Billing:
        """BillingService: usage, prices, charges and the month-end."""
        self._check_open()
        return self._billing

    @property
    def clock(self) -> Clock:
        """TestClockService: the clock of a server in test mode."""
        self._check_open()
        return self._clock

    def _check_open(self) -> None:
        if self._connection is None:
            raise RuntimeError("the client is not open: use it in `async with`")


def _credentials(caller: str, role: str, token: str | TokenSource | None, tls: Tls | None) -> Credentials:
    if token is not None:
        return Token(token)
    if tls is not None and tls.certificate_chain is not None:
        return Certificate()
    return Caller(caller, role)
