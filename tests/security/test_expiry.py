"""Streams end when the credentials of their caller expire; the client comes back with new ones, and nothing is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import grpc
import pytest

from prorata import Client, ProrataError, RetryPolicy, Tls, TokenFile, Usage
from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from prorata.v1 import test_clock_service_pb2 as t
from tests.security.conftest import Secured, Stubs, replaced
from tests.security.makers import bearer, ed_signer, jwks
from tests.server.calls import create_request, product_request, refusal_of, refuses, sid
from tests.service import timestamp

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SOON = 29.0  # seconds ago: expired within a second, as clocks may differ by 30
PATIENT = RetryPolicy(first_delay_seconds=0.02)


def tls(secured: Secured) -> Tls:
    """Trust in the authority of the server."""
    return Tls(root_certificates=secured.authority.certificate)


async def test_a_stream_ends_when_the_token_expires(secured: Secured, stubs: Stubs) -> None:
    expiring = bearer(secured.signer.token(exp=time.time() - SOON))

    async def silent() -> AsyncIterator[b.StreamUsageRequest]:
        await asyncio.sleep(30)
        yield b.StreamUsageRequest()

    for call in (
        stubs.billing.StreamCharges(b.StreamChargesRequest(follow=True), metadata=expiring),
        stubs.billing.StreamUsage(silent(), metadata=expiring),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            async with asyncio.timeout(10):
                await call.read()
        assert refusal_of(raised.value).reason == "CREDENTIALS_EXPIRED"


async def test_a_stream_ends_when_the_key_of_its_token_is_taken_out(secured: Secured, stubs: Stubs) -> None:
    """And our client goes on with a token of another key."""
    old, new = secured.signer, ed_signer("new")
    told: list[str] = []
    policy = RetryPolicy(first_delay_seconds=0.02, on_follow_again=lambda error, _: told.append(error.reason))
    tokens = iter((old.token(), new.token()))
    call = stubs.billing.StreamCharges(b.StreamChargesRequest(follow=True), metadata=bearer(old.token()))
    await stubs.plans.ListPlans(p.ListPlansRequest(), metadata=bearer(old.token()))  # the stream goes before it
    async with Client(secured.address, token=lambda: next(tokens), tls=tls(secured), retry=policy) as client:
        following = asyncio.create_task(anext(client.billing.stream_charges(follow=True)))
        await asyncio.sleep(0)
        await client.plans.list_plans()
        assert not told
        replaced(secured.folder / "token_keys", jwks(new))
        await refuses(call, grpc.StatusCode.UNAUTHENTICATED, "CREDENTIALS_EXPIRED")
        async with asyncio.timeout(10):
            while not told:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await client.plans.list_plans()
        assert not following.done()
        following.cancel()
    assert told == ["CREDENTIALS_EXPIRED"]


async def test_a_follower_comes_back_with_a_new_token(secured: Secured) -> None:
    asked: list[float] = []

    async def fresh() -> str:
        asked.append(time.time())
        return secured.signer.token(exp=time.time() - SOON)

    follow_again: list[str] = []
    policy = RetryPolicy(first_delay_seconds=0.02, on_follow_again=lambda error, _: follow_again.append(error.reason))
    async with Client(secured.address, token=fresh, tls=tls(secured), retry=policy) as client:

        async def follow() -> None:
            async for record in client.billing.stream_charges(after_position=0, follow=True):
                raise AssertionError(f"there is nothing in the feed: {record}")

        following = asyncio.create_task(follow())
        async with asyncio.timeout(20):
            while len(follow_again) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert not following.done()
        following.cancel()
    assert set(follow_again) == {"CREDENTIALS_EXPIRED"}
    assert len(asked) >= 2


async def test_usage_is_streamed_over_tokens_that_expire(secured: Secured, stubs: Stubs) -> None:
    """Each lasts half a second: batches that were under way when it expired are sent again, and count once."""
    staff = bearer(secured.signer.token())
    await stubs.clock.AdvanceTestClock(t.AdvanceTestClockRequest(target_time=timestamp(NOW)), metadata=staff)
    await stubs.plans.CreateAccount(create_request(sid(1)), metadata=staff)
    await stubs.billing.PutProduct(product_request("sms"), metadata=staff)
    tokens = 0

    def fresh() -> str:
        nonlocal tokens
        tokens += 1
        return secured.signer.token(exp=time.time() - SOON - 0.5)

    async with (
        Client(secured.address, token=fresh, tls=tls(secured), retry=PATIENT) as client,
        client.billing.usage_stream(batch_rows=5) as stream,
    ):
        for number in range(200):
            await stream.send([Usage.of(UUID(int=number), sid(1), "sms", 1, occur_time=NOW, amount=1)])
            await asyncio.sleep(0.01)
        report = await stream.finish()
    assert tokens > 2
    assert report.refused == [], report.refused[:1]
    assert (report.new_count + report.repeated_count, report.refused_count) == (200, 0)
    summary = await stubs.billing.GetUsageSummary(
        b.GetUsageSummaryRequest(account_sid=sid(1), period="2026-06"), metadata=bearer(secured.signer.token())
    )
    assert [row.record_count for row in summary.rows] == [200]


async def test_a_stream_of_usage_that_is_refused_says_why(secured: Secured) -> None:
    """Though it is written to while it is refused, whereupon gRPC itself says no more than that it failed."""
    twice = RetryPolicy(first_delay_seconds=0.001, max_attempts=2)
    token = secured.signer.token(scope="usage.read")
    async with Client(secured.address, token=token, tls=tls(secured), retry=twice) as client:

        async def send() -> None:
            async with client.billing.usage_stream(batch_rows=1) as stream:
                for number in range(20):
                    await stream.send([Usage.of(UUID(int=number), sid(1), "sms", 1, occur_time=NOW, amount=1)])

        for _ in range(20):
            with pytest.raises(ProrataError) as raised:
                await send()
            assert raised.value.reason == "NOT_PERMITTED"


async def test_a_token_that_is_always_the_same_is_not_sent_again(secured: Secured) -> None:
    expired = secured.signer.token(exp=time.time() - 60)
    async with Client(secured.address, token=expired, tls=tls(secured)) as client:
        with pytest.raises(ProrataError) as raised:
            await client.plans.list_plans()
    assert raised.value.reason == "CREDENTIALS_EXPIRED"


async def test_a_token_file_is_read_at_every_call(secured: Secured) -> None:
    path = secured.folder / "token"
    async with Client(secured.address, token=TokenFile(path), tls=tls(secured), retry=PATIENT) as client:
        for content, why in ((None, "No such file"), ("", "the token is empty"), ("é", "characters that none has")):
            if content is not None:
                path.write_text(content)
            with pytest.raises(ProrataError, match=why) as raised:
                await client.plans.list_plans()
            assert raised.value.code is grpc.StatusCode.UNAUTHENTICATED
        path.write_text(secured.signer.token(exp=time.time() - 60))
        waiting = asyncio.create_task(client.plans.list_plans())
        await asyncio.sleep(0.1)
        path.write_text(secured.signer.token() + "\n")  # something else keeps it fresh
        assert await waiting
