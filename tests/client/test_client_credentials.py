"""Tokens as the client takes them: asked for when they are needed, checked before they are sent, and kept to itself."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Callable
from typing import Any

import grpc
import grpc.aio
import pytest

from prorata import Client, ProrataError, RetryPolicy
from prorata.v1.plan_service_pb2 import ListPlansRequest, ListPlansResponse
from prorata.v1.plan_service_pb2_grpc import PlanServiceServicer
from tests.client.conftest import Serve, abort

ONCE = RetryPolicy(max_attempts=1)


class Plans(PlanServiceServicer):
    """Notes the tokens of calls, and refuses those that are said to be refused."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.refused: set[str] = set()

    async def ListPlans(  # noqa: N802  (gRPC's name)
        self, _: ListPlansRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> ListPlansResponse:
        sent = dict(context.invocation_metadata() or ())
        self.seen.append(str(sent["authorization"]).removeprefix("Bearer "))
        if self.seen[-1] in self.refused:
            await abort(context, grpc.StatusCode.UNAUTHENTICATED, "of no key", reason="UNAUTHENTICATED")
        return ListPlansResponse()


class Source:
    """Gives tokens that say when they expire, and counts them."""

    def __init__(self, expiry: Callable[[], object]) -> None:
        self.given: list[str] = []
        self._expiry = expiry

    async def __call__(self) -> str:
        await asyncio.sleep(0.01)
        claims = json.dumps({"exp": self._expiry(), "jti": len(self.given)}).encode()
        self.given.append(f"e30.{base64.urlsafe_b64encode(claims).rstrip(b'=').decode()}.x")
        return self.given[-1]


async def test_a_token_is_asked_for_once_until_it_is_about_to_expire(serve: Serve) -> None:
    plans, source = Plans(), Source(lambda: time.time() + 31)
    async with Client(await serve(plans=plans), token=source) as client:
        await asyncio.gather(*(client.plans.list_plans() for _ in range(10)))
        assert plans.seen == source.given * 10
        await asyncio.sleep(1.1)
        await asyncio.gather(*(client.plans.list_plans() for _ in range(10)))
    assert len(source.given) == 2
    assert plans.seen[10:] == source.given[1:] * 10


@pytest.mark.parametrize("expiry", [0, "in 20 s", None, "soon", [], 10**400])
async def test_a_token_that_does_not_say_how_long_it_holds_is_asked_for_each_time(serve: Serve, expiry: object) -> None:
    plans, source = Plans(), Source(lambda: time.time() + 20 if expiry == "in 20 s" else expiry)
    async with Client(await serve(plans=plans), token=source) as client:
        for _ in range(3):
            await client.plans.list_plans()
    assert len(set(plans.seen)) == 3


async def test_calls_at_once_share_what_one_of_them_asked_for(serve: Serve) -> None:
    plans, source = Plans(), Source(lambda: 0)
    async with Client(await serve(plans=plans), token=source) as client:
        await asyncio.gather(*(client.plans.list_plans() for _ in range(10)))
    assert len(plans.seen) == 10
    assert len(source.given) <= 2


@pytest.mark.parametrize("token", ["abc", "a.b.c", "a.W10.c", "a..c"])
async def test_a_token_may_be_anything(serve: Serve, token: str) -> None:
    plans = Plans()
    async with Client(await serve(plans=plans), token=lambda: f"{token}\n") as client:
        await client.plans.list_plans()
    assert plans.seen == [token]


async def test_a_token_that_was_refused_is_not_sent_again(serve: Serve) -> None:
    plans, source = Plans(), Source(lambda: time.time() + 3_600)
    async with Client(await serve(plans=plans), token=source) as client:
        await client.plans.list_plans()
        plans.refused.add(source.given[0])
        calls = await asyncio.gather(*(client.plans.list_plans() for _ in range(5)), return_exceptions=True)
        assert {getattr(each, "reason", None) for each in calls} == {"UNAUTHENTICATED"}
        await asyncio.gather(*(client.plans.list_plans() for _ in range(5)))
    assert len(source.given) == 2


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("se cret", "without Bearer"),
        ("secrét", "without Bearer"),
        ("se\0cret", "without Bearer"),
    ],
)
async def test_what_can_be_no_token_is_not_sent_and_not_shown(serve: Serve, token: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as told:
        Client("127.0.0.1:1", token=token)
    assert "cr" not in str(told.value)
    plans = Plans()
    async with Client(await serve(plans=plans), token=lambda: token) as client:
        with pytest.raises(ProrataError, match=why) as raised:
            await client.plans.list_plans()
    assert raised.value.code is grpc.StatusCode.UNAUTHENTICATED
    assert raised.value.__cause__ is None
    assert plans.seen == []


async def test_white_space_around_a_token_is_left_out(serve: Serve) -> None:
    plans = Plans()
    async with Client(await serve(plans=plans), token="abc\n") as client:
        await client.plans.list_plans()
    assert plans.seen == ["abc"]


async def test_what_a_source_raises_is_raised(serve: Serve) -> None:
    nothing = grpc.aio.Metadata()
    for error in (
        grpc.aio.AioRpcError(grpc.StatusCode.UNAVAILABLE, nothing, nothing),
        TimeoutError("of its own"),
        LookupError("no secret"),
    ):

        def fail(error: Exception = error) -> str:
            raise error

        async with Client(await serve(plans=Plans()), token=fail) as client:
            with pytest.raises(type(error)) as raised:
                await client.plans.list_plans()
        assert raised.value is error


async def test_calls_at_once_share_no_failure(serve: Serve) -> None:
    """None of them is sent without a token."""
    plans, numbers = Plans(), iter(range(10))

    async def fails_at_times() -> str:
        number = next(numbers)
        await asyncio.sleep(0.01)
        if number < 2:
            raise LookupError("no secret")
        return "abc"

    async with Client(await serve(plans=plans), token=fails_at_times) as client:
        calls = await asyncio.gather(*(client.plans.list_plans() for _ in range(4)), return_exceptions=True)
    assert [type(each) for each in calls].count(LookupError) == 2
    assert plans.seen == ["abc"] * 2


async def test_a_source_has_as_long_as_its_call(serve: Serve) -> None:
    async def never() -> str:
        await asyncio.sleep(60)
        return "abc"

    async with Client(await serve(plans=Plans()), token=never) as client:
        with pytest.raises(ProrataError, match="the source of the token") as raised:
            await client.plans.list_plans(timeout_seconds=0.05)
    assert raised.value.code is grpc.StatusCode.DEADLINE_EXCEEDED


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_what_stays_on_this_machine_goes_through_no_proxy(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """It would read the token."""
    asked: list[bytes] = []

    async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    proxy = await asyncio.start_server(note, "127.0.0.1", 0)
    for name in ("no_proxy", "no_grpc_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("grpc_proxy", "https_proxy", "http_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
    plans = Plans()
    address = (await serve(plans=plans)).replace("127.0.0.1", host)
    async with Client(address, token="abc", retry=ONCE) as client:
        await client.plans.list_plans()
    proxy.close()
    assert (plans.seen, asked) == (["abc"], [])
