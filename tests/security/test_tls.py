"""TLS, and callers known by their certificates (mTLS): over real sockets, with certificates that change."""

from __future__ import annotations

import asyncio
import json
import ssl
from datetime import timedelta
from typing import Any

import grpc
import pytest
from structlog.testing import capture_logs

from deploy.local.secure import Authority, Identity
from prorata import Client, ProrataError, RetryPolicy, Tls
from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from server.security.peers import Shown, read_shown
from tests.security.conftest import MakeSecured, Secured, Stubs, replaced
from tests.security.makers import bearer
from tests.server.calls import create_request, refuses, sid

ONCE = RetryPolicy(max_attempts=1)
CONSOLE, FINANCE = "spiffe://example.org/console", "finance.example.org"
CALLERS = json.dumps(
    {
        CONSOLE: {"role": "self-service", "scopes": ["accounts.write", "plans.*"]},
        FINANCE: {"role": "staff", "scopes": ["*"]},
    }
).encode()


@pytest.fixture
async def mutual(make_secured: MakeSecured) -> Secured:
    """A server that knows callers by their certificates."""
    return await make_secured(CALLERS)


async def plans(secured: Secured, caller: Identity | None = None, **metadata: str) -> Any:
    """A call over a connection of its own."""
    async with secured.channel(caller) as channel:
        return await Stubs(channel).plans.ListPlans(p.ListPlansRequest(), metadata=tuple(metadata.items()), timeout=10)


async def shown_by(secured: Secured) -> bytes:
    """The certificate that the server shows to a new connection, DER."""
    host, _, port = secured.address.rpartition(":")
    trusting = ssl.create_default_context(cadata=secured.authority.certificate.decode())
    trusting.set_alpn_protocols(["h2"])
    _, writer = await asyncio.open_connection(host, int(port), ssl=trusting)
    shown: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return shown


def der(certificate: bytes) -> bytes:
    """A certificate as it goes over the wire."""
    return ssl.PEM_cert_to_DER_cert(certificate.decode())


async def unreachable(address: str, **given: Any) -> str:
    """What our client says where it can not connect."""
    async with Client(address, retry=ONCE, **given) as client:
        with pytest.raises(ProrataError) as raised:
            await client.plans.list_plans()
    assert raised.value.code is grpc.StatusCode.UNAVAILABLE
    return str(raised.value)


async def test_a_client_says_what_may_keep_it_from_a_server_with_tls(secured: Secured) -> None:
    assert "it may want TLS, and this client calls in plaintext" in await unreachable(secured.address)
    trusting = Tls(root_certificates=Authority().certificate)
    assert "is of no authority that is trusted" in await unreachable(secured.address, tls=trusting)
    other_name = secured.address.replace("127.0.0.1", "127.0.0.2")
    trusting = Tls(root_certificates=secured.authority.certificate)
    assert "refused" in await unreachable(other_name, tls=trusting)  # and no more is said, as nobody listens
    fit, other = secured.authority.issue("x"), secured.authority.issue("x")
    for mistaken in (
        Tls(root_certificates=b"text"),
        Tls(root_certificates=secured.authority.certificate, private_key=other.key, certificate_chain=fit.certificate),
    ):
        assert "is no good, or they do not fit" in await unreachable(secured.address, tls=mistaken)


async def test_a_client_says_that_a_server_is_without_tls(make_secured: MakeSecured) -> None:
    plain = await make_secured(tls=False)
    trusting = Tls(root_certificates=plain.authority.certificate)
    assert "the server does not answer in TLS" in await unreachable(plain.address, tls=trusting)


async def test_a_client_says_that_a_certificate_of_its_own_may_be_asked_for(mutual: Secured) -> None:
    trusting = Tls(root_certificates=mutual.authority.certificate)
    assert "it may want a certificate of the caller's own" in await unreachable(mutual.address, tls=trusting)
    foreign = Authority().issue("x", hosts=(FINANCE,))
    shown = Tls(
        root_certificates=mutual.authority.certificate, private_key=foreign.key, certificate_chain=foreign.certificate
    )
    assert "it may not take the caller's certificate" in await unreachable(mutual.address, tls=shown)


async def test_a_token_is_not_sent_in_plaintext_to_another_machine() -> None:
    for address in ("10.0.0.7:443", "billing.example.org:443", "dns:///billing.example.org:443", "[2001:db8::1]:443"):
        with pytest.raises(ValueError, match=r"in plaintext, where others can read it: use TLS"):
            Client(address, token="abc")
        Client(address, token="abc", tls=True)
    for address in ("127.0.0.1:1", "localhost:1", "[::1]:1", "unix:/run/prorata.sock"):
        Client(address, token="abc")


async def test_the_certificate_is_replaced_while_the_server_runs(secured: Secured) -> None:
    token = bearer(secured.signer.token())
    certificate, key = secured.folder / "tls_certificate", secured.folder / "tls_key"
    first, new = certificate.read_bytes(), secured.authority.issue("new", hosts=("127.0.0.1",))
    assert await shown_by(secured) == der(first)
    async with secured.channel() as channel:
        await Stubs(channel).plans.ListPlans(p.ListPlansRequest(), metadata=token)
        with capture_logs() as logs:
            replaced(certificate, new.certificate)  # and not yet its key
            await _until(lambda: any(entry["event"] == "not_replaced" for entry in logs))
            assert "the key is not that of the certificate" in logs[0]["why"]
            assert await shown_by(secured) == der(first)
            replaced(key, new.key)
            await _until(lambda: any(entry["event"] == "replaced" for entry in logs))
        assert await shown_by(secured) == der(new.certificate)
        await Stubs(channel).plans.ListPlans(p.ListPlansRequest(), metadata=token)  # the old connection goes on


async def test_a_certificate_says_who_calls(mutual: Secured) -> None:
    console = mutual.authority.issue("no matter", uris=(CONSOLE,), hosts=("console.example.org",))
    async with mutual.channel(console) as channel:
        stubs = Stubs(channel)
        await stubs.plans.CreateAccount(create_request(sid(1)))
        audit = stubs.billing.ListAuditEvents(b.ListAuditEventsRequest())
        await refuses(audit, grpc.StatusCode.PERMISSION_DENIED, "NOT_PERMITTED")
    for finance in (mutual.authority.issue("x", hosts=("other", FINANCE)), mutual.authority.issue(FINANCE)):
        async with mutual.channel(finance) as channel:
            answer = await Stubs(channel).billing.ListAuditEvents(b.ListAuditEventsRequest())
        assert [(event.caller, event.role) for event in answer.events] == [(CONSOLE, "self-service")]


async def test_a_certificate_that_is_nobodys_is_refused(mutual: Secured) -> None:
    nobodies = (
        mutual.authority.issue("x", hosts=("other",)),
        mutual.authority.issue(FINANCE, hosts=("other",)),  # the common name is for those without others
        mutual.authority.issue("x", uris=(f"{CONSOLE}/other",)),
        mutual.authority.issue("x", uris=(f"{CONSOLE}\0.other",)),  # some take a zero byte for the end of a name
        mutual.authority.issue(f"{FINANCE}\0.other"),
    )
    for nobody, name in zip(nobodies, ("other", "other", "/other", "\\x00.other", "\\x00.other"), strict=True):
        async with mutual.channel(nobody) as channel:
            call = Stubs(channel).plans.ListPlans(p.ListPlansRequest())
            found = await refuses(call, grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")
        assert f"{name}') is known: have one listed in the file of PRORATA_CALLERS" in found.message


def test_a_certificate_that_can_not_be_read_is_nobodys() -> None:
    certificate = Authority().issue("x", hosts=("other", FINANCE)).certificate
    assert read_shown(certificate).names == ("other", FINANCE)
    garbled = certificate.replace(b"\n-----END", b"\nAAAA\n-----END")
    assert read_shown(garbled) == Shown((), 0.0)


async def test_no_connection_without_a_certificate_of_the_authority(mutual: Secured) -> None:
    expired = mutual.authority.issue("x", hosts=(FINANCE,), valid=timedelta(seconds=-1))
    for caller in (None, Authority().issue("x", hosts=(FINANCE,)), expired):
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await plans(mutual, caller)
        assert raised.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_a_connection_outlives_its_certificate_and_its_calls_do_not(mutual: Secured) -> None:
    brief = mutual.authority.issue("x", hosts=(FINANCE,), valid=timedelta(seconds=2.5))
    async with mutual.channel(brief) as channel:
        stubs = Stubs(channel)
        following = stubs.billing.StreamCharges(b.StreamChargesRequest(follow=True))
        assert await stubs.plans.ListPlans(p.ListPlansRequest())
        async with asyncio.timeout(10):
            await refuses(following, grpc.StatusCode.UNAUTHENTICATED, "CREDENTIALS_EXPIRED")
        call = stubs.plans.ListPlans(p.ListPlansRequest())
        await refuses(call, grpc.StatusCode.UNAUTHENTICATED, "CREDENTIALS_EXPIRED")


async def test_who_calls_is_not_said_twice(mutual: Secured) -> None:
    finance = mutual.authority.issue("x", hosts=(FINANCE,))
    for word in (("prorata-role", "staff"), ("prorata-caller", "x"), ("authorization", "Bearer abc")):
        async with mutual.channel(finance) as channel:
            call = Stubs(channel).plans.ListPlans(p.ListPlansRequest(), metadata=(word,))
            await refuses(call, grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")


async def test_our_client_calls_with_its_certificate(mutual: Secured) -> None:
    finance = mutual.authority.issue("x", hosts=(FINANCE,))
    tls = Tls(
        root_certificates=mutual.authority.certificate,
        private_key=finance.key,
        certificate_chain=finance.certificate,
    )
    async with Client(mutual.address, tls=tls) as client:
        assert await client.plans.list_plans()


async def test_callers_are_replaced_while_the_server_runs(mutual: Secured) -> None:
    finance = mutual.authority.issue("x", hosts=(FINANCE,))
    assert await plans(mutual, finance)
    async with mutual.channel(finance) as channel:
        following = Stubs(channel).billing.StreamCharges(b.StreamChargesRequest(follow=True))
        await Stubs(channel).plans.ListPlans(p.ListPlansRequest())  # the stream goes before it
        with capture_logs() as logs:
            replaced(mutual.folder / "callers", CALLERS.replace(b'"*"', b'"plans.read"'))  # it may not follow any more
            await refuses(following, grpc.StatusCode.UNAUTHENTICATED, "CREDENTIALS_EXPIRED")
        about = [entry for entry in logs if entry.get("method", "").endswith("/StreamCharges")]
        assert about == []  # a call that has ended was not refused
        again = Stubs(channel).billing.StreamCharges(b.StreamChargesRequest(follow=True))
        await refuses(again, grpc.StatusCode.PERMISSION_DENIED, "NOT_PERMITTED")
    assert await plans(mutual, finance)
    with capture_logs() as logs:
        replaced(mutual.folder / "callers", b'{"x": {"role": "staff", "scopes": ["plans.read"]}}')
        await _until(lambda: any(entry["event"] == "replaced" for entry in logs))
    with pytest.raises(grpc.aio.AioRpcError):
        await plans(mutual, finance)


async def test_tokens_go_with_certificates_too(make_secured: MakeSecured, secured: Secured) -> None:
    """Both are needed then, and the token says who calls."""
    authority = secured.folder / "authority"
    authority.write_bytes(secured.authority.certificate)
    both = await make_secured(tls_client_ca=authority)
    caller = secured.authority.issue("anybody")  # of the authority of the first server
    trusting = grpc.ssl_channel_credentials(both.authority.certificate, caller.key, caller.certificate)
    async with grpc.aio.secure_channel(both.address, trusting) as channel:
        assert await Stubs(channel).plans.ListPlans(p.ListPlansRequest(), metadata=bearer(both.signer.token()))
        call = Stubs(channel).plans.ListPlans(p.ListPlansRequest())
        await refuses(call, grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await plans(both, authorization=f"Bearer {both.signer.token()}")
    assert raised.value.code() is grpc.StatusCode.UNAVAILABLE


async def _until(true: Any) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
