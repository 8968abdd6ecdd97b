"""Tokens: who calls, what is wrong with one that is refused, keys that change, and what is written down of callers."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import Any

import grpc
import jwt
import pytest
from structlog.testing import capture_logs

from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from server.security.reread import Reread
from server.security.token_keys import read_token_keys
from server.security.tokens import MOST_KEPT, Tokens
from tests.security.conftest import Secured, Stubs, replaced
from tests.security.makers import ISSUER, Signer, bearer, ec_signer, ed_signer, jwks, rsa_signer
from tests.server.calls import create_request, new_id, refused, refuses, sid

UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED


def ask(stubs: Stubs, *metadata: tuple[str, str]) -> Any:
    """A call that any caller with a good token may make."""
    return stubs.plans.ListPlans(p.ListPlansRequest(), metadata=metadata)


@pytest.mark.parametrize("make", [rsa_signer, ec_signer, ed_signer])
async def test_a_token_says_who_calls(secured: Secured, stubs: Stubs, make: Any) -> None:
    signer = make()
    replaced(secured.folder / "token_keys", jwks(signer, secured.signer))
    token = bearer(signer.token(sub="desk of finance"))
    await _until_taken(stubs, token)
    await stubs.plans.CreateAccount(create_request(sid(1)), metadata=token)
    events = await stubs.billing.ListAuditEvents(b.ListAuditEventsRequest(), metadata=token)
    assert [(event.caller, event.role) for event in events.events] == [("desk of finance", "staff")]


async def test_every_other_caller_is_self_service(secured: Secured, stubs: Stubs) -> None:
    for claims in ({"prorata_role": "self-service"}, {"prorata_role": None}):
        token = bearer(secured.signer.token(sub="customer", **claims))
        assert await ask(stubs, *token)
        call = stubs.billing.ListAuditEvents(b.ListAuditEventsRequest(), metadata=token)
        await refuses(call, grpc.StatusCode.PERMISSION_DENIED, "NOT_PERMITTED")


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def _with_header(signer: Signer, **header: Any) -> str:
    """A token without a signature."""
    return f"{_encoded(json.dumps(header).encode())}.{signer.token().split('.')[1]}."


def _with_the_public_key_as_secret(signer: Signer) -> str:
    claims = jwt.decode(signer.token(), options={"verify_signature": False})
    secret = base64.urlsafe_b64decode(signer.public["x"] + "=")
    return jwt.encode(claims, secret, "HS256", headers={"kid": signer.key_id})


def _tampered(signer: Signer) -> str:
    header, _, signature = signer.token().split(".")
    return f"{header}.{signer.token(sub='somebody else').split('.')[1]}.{signature}"


BAD: dict[str, tuple[Any, str]] = {
    "no signature": (lambda own: _with_header(own, alg="none", kid=own.key_id), "algorithm of its key"),
    "public key as secret": (_with_the_public_key_as_secret, "algorithm of its key"),
    "other content": (_tampered, "its signature is not that of the key it names"),
    "another's key": (lambda own: ed_signer(own.key_id).token(), "its signature is not that of the key it names"),
    "unknown key": (lambda _: ed_signer("other").token(), "PRORATA_TOKEN_KEYS"),
    "no key": (lambda own: own.token(headers={"kid": ""}), "PRORATA_TOKEN_KEYS"),
    "key id no text": (lambda own: _with_header(own, alg="EdDSA", kid=7), "its header or its claims are not as they"),
    "words in the header": (
        lambda own: _with_header(own, alg="EdDSA", kid=own.key_id, crit=["let me in"]),
        "its header or its claims are not as they must be",
    ),
    "nested without end": (lambda _: f"{_encoded(b'[' * 5_000)}.e30.e30", "no JSON Web Token"),
    "no header": (lambda own: own.token().partition(".")[2], "no JSON Web Token"),
    "no expiry": (lambda own: own.token(exp=None), "it has no exp"),
    "no subject": (lambda own: own.token(sub=None), "it has no sub"),
    "no issuer": (lambda own: own.token(iss=None), "it has no iss"),
    "no audience": (lambda own: own.token(aud=None), "it has no aud"),
    "not yet": (lambda own: own.token(nbf=time.time() + 120), "not valid yet"),
    "issued later": (lambda own: own.token(iat=time.time() + 120), "not valid yet"),
    "issuer": (lambda own: own.token(iss="https://other.example.org"), "another issuer (iss)"),
    "audience": (lambda own: own.token(aud=["ledger"]), "another audience (aud)"),
    "subject empty": (lambda own: own.token(sub=""), "its sub names the caller: it must have 1 to 100"),
    "subject long": (lambda own: own.token(sub="x" * 101), "its sub names the caller: it must have 1 to 100"),
    "subject of lines": (
        lambda own: own.token(sub="a\nb"),
        "its sub names the caller: it must have 1 to 100 printable",
    ),
    "subject no text": (lambda own: own.token(sub=7), "its sub, which names the caller, must be a text"),
    "subject the service": (lambda own: own.token(sub="prorata"), "'prorata' is the name of the service itself"),
    "role": (lambda own: own.token(prorata_role="admin"), "prorata_role must be staff or self-service"),
    "role no text": (lambda own: own.token(prorata_role=["staff"]), "prorata_role must be staff or self-service"),
    "scope no text": (lambda own: own.token(scope=["*"]), "scopes separated by spaces"),
    "expiry no number": (lambda own: own.token(exp="4000000000"), "its exp must be a number"),
    "expiry true": (lambda own: own.token(exp=True), "its exp must be a number"),
    "expiry none": (lambda own: own.token(exp=float("nan")), "its exp must be a number"),
    "expiry never": (lambda own: own.token(exp=float("inf")), "its exp must be a number"),
    "no token": (lambda _: "", "no JSON Web Token"),
    "words": (lambda _: "let me in", "no JSON Web Token"),
}


@pytest.mark.parametrize("bad", BAD)
async def test_what_is_wrong_with_a_token_is_told(secured: Secured, stubs: Stubs, bad: str) -> None:
    make, why = BAD[bad]
    token = make(secured.signer)
    for _ in range(2):  # nothing of it is kept
        found = await refuses(ask(stubs, *bearer(token)), UNAUTHENTICATED, "UNAUTHENTICATED")
        assert why in found.message
        assert len(token) < 20 or token not in found.message
        assert "let me in" not in found.message


async def test_a_token_may_be_valid_for_long(secured: Secured, stubs: Stubs) -> None:
    for expiry in (4_000_000_000, 4e9, 1e300, 10**400):
        token = bearer(secured.signer.token(exp=expiry))
        assert await ask(stubs, *token)
        assert await stubs.billing.StreamCharges(b.StreamChargesRequest(), metadata=token).read() is grpc.aio.EOF


async def test_an_expired_token_has_a_reason_of_its_own(secured: Secured, stubs: Stubs) -> None:
    expired = bearer(secured.signer.token(exp=time.time() - 31))
    await refuses(ask(stubs, *expired), UNAUTHENTICATED, "CREDENTIALS_EXPIRED")
    clocks_differ = bearer(secured.signer.token(exp=time.time() - 29))
    assert await ask(stubs, *clocks_differ)
    await asyncio.sleep(1.2)  # a second after it was kept as good
    await refuses(ask(stubs, *clocks_differ), UNAUTHENTICATED, "CREDENTIALS_EXPIRED")


async def test_a_call_without_a_token_is_refused_everywhere(
    secured: Secured, stubs: Stubs, subtests: pytest.Subtests
) -> None:
    token = secured.signer.token()
    for metadata in (
        (),
        (("authorization", token),),
        (("authorization", f"Basic {token}"),),
        (*bearer(token), *bearer(token)),
    ):
        for call in (
            ask(stubs, *metadata),
            stubs.billing.StreamCharges(b.StreamChargesRequest(), metadata=metadata),
            stubs.billing.StreamUsage(iter([b.StreamUsageRequest()]), metadata=metadata),
            stubs.clock.GetTestClock(p.ListPlansRequest(), metadata=metadata),
        ):
            with subtests.test(metadata=[key for key, _ in metadata]):
                found = await refuses(call, UNAUTHENTICATED, "UNAUTHENTICATED")
                assert "authorization: Bearer TOKEN" in found.message


async def test_the_word_of_a_caller_with_a_token_is_refused(secured: Secured, stubs: Stubs) -> None:
    """It could be meant to have fewer rights than the token gives, or a name that the audit trail would not show."""
    token = bearer(secured.signer.token(prorata_role="self-service"))
    for word in (("prorata-role", "staff"), ("prorata-role", "self-service"), ("prorata-caller", "console")):
        found = await refuses(ask(stubs, *token, word), UNAUTHENTICATED, "UNAUTHENTICATED")
        assert "leave out prorata-caller and prorata-role" in found.message


async def test_a_request_id_is_one_subjects_own(secured: Secured, stubs: Stubs) -> None:
    request = p.CreateAccountRequest(request_id=new_id(), account_sid=sid(1), display_name="one")
    first = await stubs.plans.CreateAccount(request, metadata=bearer(secured.signer.token()))
    again = await stubs.plans.CreateAccount(request, metadata=bearer(secured.signer.token(exp=time.time() + 99)))
    assert again == first  # another token of the same subject
    other = stubs.plans.CreateAccount(request, metadata=bearer(secured.signer.token(sub="another")))
    await refuses(other, grpc.StatusCode.ALREADY_EXISTS, "ACCOUNT_EXISTS", "account_sid")


async def test_keys_are_replaced_while_the_server_runs(secured: Secured, stubs: Stubs) -> None:
    keys, old = secured.folder / "token_keys", bearer(secured.signer.token())
    assert await ask(stubs, *old)
    new = rsa_signer()
    replaced(keys, jwks(secured.signer, new))
    await _until_taken(stubs, bearer(new.token()))
    assert await ask(stubs, *old)

    with capture_logs() as logs:  # what is no good replaces nothing, and is told once
        replaced(keys, b'{"keys": [')
        await _until_logged(logs, "not_replaced")
        await asyncio.sleep(0.1)
        assert await ask(stubs, *old)
        keys.unlink()
        await _until_logged(logs, "not_replaced", 2)
        assert await ask(stubs, *old)
    broken, gone = [entry["why"] for entry in logs if entry["event"] == "not_replaced"]
    assert "no JSON" in broken
    assert str(keys) in gone

    replaced(keys, jwks(new))
    async with asyncio.timeout(10):
        while True:
            try:
                await ask(stubs, *old)  # kept as good, and not for longer than its key
            except grpc.aio.AioRpcError:
                break
            await asyncio.sleep(0.01)
    found = await refused(ask(stubs, *old))
    assert "PRORATA_TOKEN_KEYS" in found.message
    assert await ask(stubs, *bearer(new.token()))


async def test_refusals_are_logged_with_a_count_and_without_tokens(secured: Secured, stubs: Stubs) -> None:
    token = secured.signer.token(iss="https://other.example.org")
    no_scope = secured.signer.token(sub="curious", scope="")
    late = secured.signer.token(exp=time.time() - 60)
    with capture_logs() as logs:
        for _ in range(5):
            await refused(ask(stubs, *bearer(token)))
        await refused(ask(stubs, *bearer(no_scope)))
        await refused(ask(stubs, *bearer(late)))
        async with asyncio.timeout(10):
            while sum(_refused_counts(logs)) < 5:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert len(_refused_counts(logs)) < 5
    [not_permitted] = [entry for entry in logs if entry["event"] == "not_permitted"]
    assert "plans.read" in not_permitted["why"]
    assert (not_permitted["method"], not_permitted["caller"]) == ("/prorata.v1.PlanService/ListPlans", "curious")
    [expired] = [entry for entry in logs if entry["event"] == "credentials_expired"]
    assert (expired["method"], "caller" in expired) == ("/prorata.v1.PlanService/ListPlans", False)
    assert "eyJ" not in repr(logs)


def _refused_counts(logs: list[Any]) -> list[int]:
    """Of the lines about another issuer: servers of earlier tests may still have something to tell."""
    return [entry["refused_count"] for entry in logs if "another issuer" in entry.get("why", "")]


async def test_the_end_of_a_stream_is_no_refusal(secured: Secured, stubs: Stubs) -> None:
    expiring = bearer(secured.signer.token(exp=time.time() - 28))
    with capture_logs() as logs:
        call = stubs.billing.StreamCharges(b.StreamChargesRequest(follow=True), metadata=expiring)
        await refuses(call, UNAUTHENTICATED, "CREDENTIALS_EXPIRED")
    assert [entry for entry in logs if entry["event"] == "credentials_expired"] == []


async def test_only_so_many_tokens_are_kept(secured: Secured, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Reread("keys", [secured.folder / "token_keys"], read_token_keys)
    gate = Tokens(keys, ISSUER, "prorata")
    monkeypatch.setattr("server.security.tokens.MOST_KEPT", 3)
    checked: list[str] = []
    check = gate._checked
    monkeypatch.setattr(gate, "_checked", lambda token: checked.append(token) or check(token))
    tokens = [secured.signer.token(sub=str(number)) for number in range(4)]
    for token in (*tokens, *tokens[1:], tokens[0]):
        gate.admit(bearer(token), None)  # type: ignore[arg-type]  # the context is for certificates
    assert checked == [*tokens, tokens[0]]
    assert MOST_KEPT >= 1_000


async def _until_taken(stubs: Stubs, metadata: tuple[tuple[str, str], ...]) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                await ask(stubs, *metadata)
            except grpc.aio.AioRpcError:
                await asyncio.sleep(0.01)
            else:
                return


async def _until_logged(logs: list[Any], event: str, count: int = 1) -> None:
    async with asyncio.timeout(10):
        while sum(entry["event"] == event for entry in logs) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
