"""Who calls, and whether the call is permitted: each RPC's access stands in the contract as an option."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from google.protobuf.descriptor import ServiceDescriptor

from billing.errors import BillingError, Reason
from billing.operations.context import Caller
from prorata.v1 import billing_service_pb2, options_pb2, plan_service_pb2, test_clock_service_pb2
from prorata.v1.options_pb2 import Access

ROLES = {"staff": True, "self-service": False}
DEFAULT_ROLE = "staff"
DEFAULT_NAME = "anonymous"
NAME_LENGTH = 100
AUTHORIZATION = "authorization"
READ = frozenset({"prorata-caller", "prorata-role", AUTHORIZATION})

SERVICES: tuple[ServiceDescriptor, ...] = (
    plan_service_pb2.DESCRIPTOR.services_by_name["PlanService"],
    billing_service_pb2.DESCRIPTOR.services_by_name["BillingService"],
    test_clock_service_pb2.DESCRIPTOR.services_by_name["TestClockService"],
)


def caller_of(metadata: Iterable[tuple[str, str | bytes]]) -> Caller:
    """The caller that the metadata names: prorata-caller and prorata-role.

    Raises:
        BillingError: UNAUTHENTICATED when they make no sense, or with an authorization header, which can not be checked
            and is not passed over: its caller would be taken for another one, of another role.
    """
    given = {key: value for key, value in metadata if key in READ}
    if AUTHORIZATION in given:
        raise BillingError(
            Reason.UNAUTHENTICATED,
            "no credentials are configured on this server, so it can not check an authorization header: leave it out "
            "(send no token), and say who calls with prorata-caller and prorata-role",
        )
    name = given.get("prorata-caller", DEFAULT_NAME)
    role = given.get("prorata-role", DEFAULT_ROLE)
    if not isinstance(name, str) or not 0 < len(name) <= NAME_LENGTH:
        raise BillingError(Reason.UNAUTHENTICATED, f"prorata-caller must have 1 to {NAME_LENGTH} characters")
    if not isinstance(role, str) or role not in ROLES:
        raise BillingError(Reason.UNAUTHENTICATED, "prorata-role must be staff or self-service")
    return Caller(name, ROLES[role])


def check_access(caller: Caller, access: Access) -> None:
    """The caller has the scope and the role that an RPC asks for; NOT_PERMITTED otherwise."""
    if caller.scopes is not None and access.scope not in caller.scopes:
        raise BillingError(Reason.NOT_PERMITTED, f"the caller lacks the scope {access.scope}")
    if access.staff and not caller.staff:
        raise BillingError(Reason.NOT_PERMITTED, "this is for callers with the staff role")


@cache
def access_by_method() -> dict[str, Access]:
    """What each RPC asks for, by its full path."""
    return {
        f"/{service.full_name}/{method.name}": method.GetOptions().Extensions[options_pb2.access]
        for service in SERVICES
        for method in service.methods
    }
