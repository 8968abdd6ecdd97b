"""Every RPC is open to callers with its scope and its role, and to no others."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from server.access import SERVICES, access_by_method, granted, scopes
from tests.security.conftest import Secured, Stubs
from tests.security.makers import bearer
from tests.server.calls import refusal_of

METHODS = [method for service in SERVICES for method in service.methods]


async def _refusal(stubs: Stubs, name: str, request: Any, token: str) -> str:
    """The reason of a call's refusal; empty when it is answered."""
    stub = next(stub for stub in vars(stubs).values() if hasattr(stub, name))
    asked = iter([request]) if name == "StreamUsage" else request
    call = getattr(stub, name)(asked, metadata=bearer(token), timeout=20)
    try:
        await (call.read() if hasattr(call, "read") else call)
    except grpc.aio.AioRpcError as error:
        return refusal_of(error).reason
    finally:
        call.cancel()
    return ""


async def test_an_rpc_is_for_those_with_its_scope_and_its_role(
    secured: Secured, stubs: Stubs, subtests: pytest.Subtests
) -> None:
    for service in SERVICES:
        for method in service.methods:
            access = access_by_method()[f"/{service.full_name}/{method.name}"]
            request = method.input_type._concrete_class()
            if method.name == "StreamCharges":
                request.follow = False
            others = " ".join(scopes() - {access.scope})
            with subtests.test(method.name):
                token = secured.signer.token(scope=access.scope)
                assert await _refusal(stubs, method.name, request, token) not in {"NOT_PERMITTED", "UNAUTHENTICATED"}
                for claims in ({"scope": others}, {"scope": ""}, {"scope": None}):
                    token = secured.signer.token(**claims)
                    assert await _refusal(stubs, method.name, request, token) == "NOT_PERMITTED"
                token = secured.signer.token(scope=access.scope, prorata_role="self-service")
                assert (await _refusal(stubs, method.name, request, token) == "NOT_PERMITTED") == access.staff
    assert len(METHODS) == len({method.name for method in METHODS})


def test_names_stand_for_scopes() -> None:
    assert granted([]) == frozenset()
    assert granted(["plans.read", "ledger.read", "plans", "PLANS.READ"]) == {"plans.read"}
    assert granted(["plans.*"]) == {"plans.read", "plans.write", "plans.correct"}
    assert granted(["*.read", "pl*", ".*", "ledger.*"]) == frozenset()
    assert granted(["ledger.read", "*"]) == scopes()
