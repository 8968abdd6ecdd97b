"""What an RPC asks of its caller, as the contract's option says, and the scopes that names stand for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from google.protobuf.descriptor import ServiceDescriptor

from billing.errors import BillingError, Reason
from billing.operations.context import Caller
from prorata.v1 import billing_service_pb2, options_pb2, plan_service_pb2, test_clock_service_pb2
from prorata.v1.options_pb2 import Access

ALL = "*"

SERVICES: tuple[ServiceDescriptor, ...] = (
    plan_service_pb2.DESCRIPTOR.services_by_name["PlanService"],
    billing_service_pb2.DESCRIPTOR.services_by_name["BillingService"],
    test_clock_service_pb2.DESCRIPTOR.services_by_name["TestClockService"],
)


@cache
def access_by_method() -> dict[str, Access]:
    """What each RPC asks for, by its full path."""
    return {
        f"/{service.full_name}/{method.name}": method.GetOptions().Extensions[options_pb2.access]
        for service in SERVICES
        for method in service.methods
    }


@cache
def scopes() -> frozenset[str]:
    """Every scope that an RPC asks for."""
    return frozenset(access.scope for access in access_by_method().values())


def scopes_named(name: str) -> frozenset[str]:
    """The scopes that a name stands for: a scope itself, "plans.*" for all of plans, "*" for all; none for others."""
    if name == ALL:
        return scopes()
    if name.endswith(f".{ALL}"):
        return frozenset(scope for scope in scopes() if scope.startswith(name.removesuffix(ALL)))
    return scopes() & {name}


def granted(names: Iterable[str]) -> frozenset[str]:
    """All the scopes that names stand for; names of other services' scopes grant nothing here."""
    return frozenset().union(*(scopes_named(name) for name in names))


def check_access(caller: Caller, access: Access) -> None:
    """The caller has the scope and the role that an RPC asks for; NOT_PERMITTED otherwise."""
    if caller.scopes is not None and access.scope not in caller.scopes:
        raise BillingError(Reason.NOT_PERMITTED, f"the caller lacks the scope {access.scope}")
    if access.staff and not caller.staff:
        raise BillingError(Reason.NOT_PERMITTED, "this is for callers with the staff role")
