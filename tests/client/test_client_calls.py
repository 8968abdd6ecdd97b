"""Calls over a real channel: metadata, request ids, retries, errors, pages and streams that resume."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import grpc
import grpc.aio
import pytest

from prorata import Client, FieldViolation, ProrataError, RetryPolicy
from prorata.retry import is_transient
from prorata.v1.account_pb2 import Account
from prorata.v1.billing_service_pb2 import (
    StreamChargesRequest,
    StreamChargesResponse,
    WatchClosingRequest,
    WatchClosingResponse,
)
from prorata.v1.billing_service_pb2_grpc import BillingServiceServicer
from prorata.v1.charge_pb2 import ChargeRecord
from prorata.v1.closing_pb2 import CLOSING_STATE_CLOSED, CLOSING_STATE_RUNNING, Closing
from prorata.v1.plan_service_pb2 import (
    CreateAccountRequest,
    CreateAccountResponse,
    GetAccountRequest,
    GetAccountResponse,
    GetSubscriptionRequest,
    GetSubscriptionResponse,
    ListAccountsRequest,
    ListAccountsResponse,
)
from prorata.v1.plan_service_pb2_grpc import PlanServiceServicer
from tests.client.conftest import Serve, abort

A = "AC" + "a" * 32
QUICK = RetryPolicy(max_attempts=5, first_delay_seconds=0.01, max_delay_seconds=0.02)
UNAVAILABLE, EXHAUSTED = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED


class Plans(PlanServiceServicer):
    """Fails as often as it is told, then answers; keeps what it was asked."""

    def __init__(self, failures: int = 0, code: grpc.StatusCode = UNAVAILABLE, **details: object) -> None:
        self.failures = failures
        self.code = code
        self.details = details
        self.requests: list[object] = []
        self.times: list[float] = []
        self.metadata: dict[str, str | bytes] = {}
        self.deadlines: list[float] = []

    async def _receive(self, request: object, context: grpc.aio.ServicerContext) -> None:
        self.requests.append(request)
        self.times.append(time.monotonic())
        self.metadata = dict(context.invocation_metadata() or ())
        self.deadlines.append(context.time_remaining())
        if len(self.requests) <= self.failures:
            await abort(context, self.code, "not now", **self.details)

    async def CreateAccount(  # noqa: N802  (gRPC's name)
        self, request: CreateAccountRequest, context: grpc.aio.ServicerContext
    ) -> CreateAccountResponse:
        await self._receive(request, context)
        return CreateAccountResponse(account=Account(account_sid=request.account_sid or A))

    async def GetAccount(  # noqa: N802  (gRPC's name)
        self, request: GetAccountRequest, context: grpc.aio.ServicerContext
    ) -> GetAccountResponse:
        await self._receive(request, context)
        return GetAccountResponse(account=Account(account_sid=request.account_sid))

    async def GetSubscription(  # noqa: N802  (gRPC's name)
        self, request: GetSubscriptionRequest, context: grpc.aio.ServicerContext
    ) -> GetSubscriptionResponse:
        await self._receive(request, context)
        return GetSubscriptionResponse()

    async def ListAccounts(  # noqa: N802  (gRPC's name)
        self, request: ListAccountsRequest, context: grpc.aio.ServicerContext
    ) -> ListAccountsResponse:
        await self._receive(request, context)
        page = int(request.page_token or 0)
        accounts = [Account(account_sid=f"{request.parent_account_sid}-{page}-{each}") for each in range(2)]
        return ListAccountsResponse(accounts=accounts, next_page_token=str(page + 1) if page < 2 else "")


async def test_a_write_carries_one_request_id_over_all_its_attempts(serve: Serve) -> None:
    plans = Plans(failures=2)
    async with Client(await serve(plans=plans), retry=QUICK) as client:
        account = await client.plans.create_account(A, creation_day=date(2026, 6, 1))
        await client.plans.create_account(A)
    assert account.account_sid == A
    request_ids = [request.request_id for request in plans.requests]
    assert len(plans.requests) == 4
    assert request_ids[0] == request_ids[1] == request_ids[2] != request_ids[3]
    assert UUID(request_ids[0]).version == 4
    assert (plans.requests[0].creation_day.month, plans.requests[3].HasField("creation_day")) == (6, False)


async def test_the_callers_own_request_id_is_sent(serve: Serve) -> None:
    plans = Plans()
    request_id = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
    async with Client(await serve(plans=plans)) as client:
        await client.plans.create_account(request_id=request_id)
    assert plans.requests[0].request_id == str(request_id)


async def test_attempts_end_with_the_error_of_the_last(serve: Serve) -> None:
    plans = Plans(failures=99)
    async with Client(await serve(plans=plans), retry=QUICK) as client:
        with pytest.raises(ProrataError, match="not now") as raised:
            await client.plans.create_account()
    assert raised.value.code is UNAVAILABLE
    assert len(plans.requests) == QUICK.max_attempts
    assert raised.value.request_id == plans.requests[0].request_id


@pytest.mark.parametrize(
    ("code", "details"),
    [
        (grpc.StatusCode.FAILED_PRECONDITION, {"reason": "CHANGE_PENDING"}),
        (grpc.StatusCode.INTERNAL, {"reason": "INTERNAL"}),
        (EXHAUSTED, {}),
    ],
)
async def test_what_would_fail_again_is_not_tried_again(
    serve: Serve, code: grpc.StatusCode, details: dict[str, object]
) -> None:
    plans = Plans(1, code, **details)
    async with Client(await serve(plans=plans), retry=QUICK) as client:
        with pytest.raises(ProrataError):
            await client.plans.get_account(A)
    assert len(plans.requests) == 1


async def test_overload_waits_as_long_as_the_server_asks(serve: Serve) -> None:
    plans = Plans(1, EXHAUSTED, reason="OVERLOADED", retry_seconds=0.2)
    async with Client(await serve(plans=plans), retry=QUICK) as client:
        await client.plans.get_account(A)
    assert len(plans.requests) == 2
    assert plans.times[1] - plans.times[0] >= 0.2


async def test_the_deadline_bounds_all_attempts(serve: Serve) -> None:
    plans = Plans(99, EXHAUSTED, reason="OVERLOADED", retry_seconds=5)
    async with Client(await serve(plans=plans)) as client:
        begun = time.monotonic()
        with pytest.raises(ProrataError) as raised:
            await client.plans.get_account(A, timeout_seconds=1)
    assert time.monotonic() - begun < 1
    assert raised.value.retry_delay_seconds == 5
    assert len(plans.requests) == 1


async def test_every_attempt_has_what_is_left_of_the_deadline(serve: Serve) -> None:
    plans = Plans(1, retry_seconds=0.5)
    async with Client(await serve(plans=plans), timeout_seconds=2) as client:
        await client.plans.get_account(A)
    assert 1 < plans.deadlines[0] <= 2.1
    assert plans.deadlines[1] < plans.deadlines[0] - 0.4


async def test_nothing_that_answers_is_unavailable() -> None:
    async with Client("127.0.0.1:1", retry=RetryPolicy(max_attempts=2, first_delay_seconds=0.01)) as client:
        with pytest.raises(ProrataError) as raised:
            await client.plans.get_account(A)
    assert raised.value.code is UNAVAILABLE
    assert raised.value.reason == ""


async def test_errors_carry_reason_violations_and_delay(serve: Serve) -> None:
    violations = {"account_sid": "must be AC and 32 lowercase hex digits", "start_day": "is no day"}
    plans = Plans(1, grpc.StatusCode.INVALID_ARGUMENT, reason="INVALID_FIELD", violations=violations, retry_seconds=1.5)
    async with Client(await serve(plans=plans)) as client:
        with pytest.raises(ProrataError) as raised:
            await client.plans.get_account("x")
    error = raised.value
    assert (error.code, error.reason, error.message) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "INVALID_FIELD",
        "not now",
    )
    assert error.violations == tuple(FieldViolation(*each) for each in violations.items())
    assert error.retry_delay_seconds == 1.5
    assert str(error) == "INVALID_FIELD: not now"


async def test_the_reason_of_another_domain_is_not_ours(serve: Serve) -> None:
    plans = Plans(1, grpc.StatusCode.NOT_FOUND, reason="ELSEWHERE", domain="example.com")
    async with Client(await serve(plans=plans)) as client:
        with pytest.raises(ProrataError) as raised:
            await client.plans.get_account(A)
    assert raised.value.reason == ""
    assert str(raised.value) == "NOT_FOUND: not now"


@pytest.mark.parametrize("details", [None, b"\xff\xff\xff"])
def test_an_error_without_details_that_can_be_read_has_its_status(details: bytes | None) -> None:
    trailing = grpc.aio.Metadata(*([("grpc-status-details-bin", details)] if details else []))
    rpc_error = grpc.aio.AioRpcError(grpc.StatusCode.UNKNOWN, grpc.aio.Metadata(), trailing, details="broken")
    error = ProrataError.from_rpc(rpc_error)
    assert (error.code, error.reason, error.message, error.violations) == (
        grpc.StatusCode.UNKNOWN,
        "",
        "broken",
        (),
    )


async def test_a_caller_without_a_token_says_who_it_is(serve: Serve) -> None:
    plans = Plans()
    async with Client(await serve(plans=plans), caller="console", role="self-service") as client:
        await client.plans.get_account(A)
    assert plans.metadata["prorata-caller"] == "console"
    assert plans.metadata["prorata-role"] == "self-service"
    assert "authorization" not in plans.metadata


async def test_a_token_goes_alone(serve: Serve) -> None:
    plans = Plans()
    async with Client(await serve(plans=plans), caller="console", token="abc") as client:
        await client.plans.get_account(A)
    assert plans.metadata["authorization"] == "Bearer abc"
    assert not {"prorata-caller", "prorata-role"} & set(plans.metadata)


def test_a_role_that_is_none_and_a_client_that_is_not_open() -> None:
    with pytest.raises(ValueError, match="staff, self-service"):
        Client("127.0.0.1:1", role="admin")
    with pytest.raises(RuntimeError, match="not open"):
        _ = Client("127.0.0.1:1").plans


async def test_days_and_moments_go_out_as_messages(serve: Serve) -> None:
    plans = Plans()
    async with Client(await serve(plans=plans)) as client:
        await client.plans.get_subscription(A, day=date(2026, 6, 15), as_of_time=datetime(2026, 7, 1, tzinfo=UTC))
    (request,) = plans.requests
    assert (request.day.year, request.day.month, request.day.day) == (2026, 6, 15)
    assert request.as_of_time.ToJsonString() == "2026-07-01T00:00:00Z"


async def test_all_pages_of_a_list_are_gone_over(serve: Serve) -> None:
    plans = Plans()
    async with Client(await serve(plans=plans)) as client:
        found = [each.account_sid async for each in client.plans.iterate_accounts(parent_account_sid="p", page_size=2)]
    assert found == ["p-0-0", "p-0-1", "p-1-0", "p-1-1", "p-2-0", "p-2-1"]
    assert [request.page_token for request in plans.requests] == ["", "1", "2"]
    assert {request.page_size for request in plans.requests} == {2}


class Billing(BillingServiceServicer):
    """A feed and a closing whose streams break off."""

    def __init__(self) -> None:
        self.requests: list[StreamChargesRequest] = []
        self.watched = 0
        self.cancelled = asyncio.Event()

    async def StreamCharges(  # noqa: N802  (gRPC's name)
        self, request: StreamChargesRequest, context: grpc.aio.ServicerContext
    ) -> AsyncIterator[StreamChargesResponse]:
        self.requests.append(request)
        after = request.after_position if request.HasField("after_position") else 100
        records = [ChargeRecord(position=after + 1), ChargeRecord(position=after + 2)]
        yield StreamChargesResponse(records=records, last_position=after + 2)
        if request.follow:
            try:
                await asyncio.Event().wait()
            finally:
                self.cancelled.set()
        if len(self.requests) < 3:
            await abort(context, UNAVAILABLE, "going down")

    async def WatchClosing(  # noqa: N802  (gRPC's name)
        self, request: WatchClosingRequest, context: grpc.aio.ServicerContext
    ) -> AsyncIterator[WatchClosingResponse]:
        self.watched += 1
        yield WatchClosingResponse(closing=Closing(period=request.period, state=CLOSING_STATE_RUNNING))
        if self.watched == 1:
            await abort(context, UNAVAILABLE, "going down")
        yield WatchClosingResponse(closing=Closing(period=request.period, state=CLOSING_STATE_CLOSED))


async def test_the_feed_is_resumed_after_the_last_record_received(serve: Serve) -> None:
    billing = Billing()
    async with Client(await serve(billing=billing), retry=QUICK) as client:
        found = [each.position async for each in client.billing.stream_charges(consumer="ledger")]
    assert found == [101, 102, 103, 104, 105, 106]
    assert [request.WhichOneof("start") for request in billing.requests] == [
        "consumer",
        "after_position",
        "after_position",
    ]
    assert [request.after_position for request in billing.requests] == [0, 102, 104]


async def test_a_feed_that_is_left_is_cancelled(serve: Serve) -> None:
    billing = Billing()
    async with Client(await serve(billing=billing), retry=QUICK) as client:
        feed = client.billing.stream_charges(follow=True)
        assert (await anext(feed)).position == 1
        await feed.aclose()
        await asyncio.wait_for(billing.cancelled.wait(), 10)


class Away(BillingServiceServicer):
    """A feed that answers after many attempts."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.attempts = 0

    async def StreamCharges(  # noqa: N802  (gRPC's name)
        self, request: StreamChargesRequest, context: grpc.aio.ServicerContext
    ) -> AsyncIterator[StreamChargesResponse]:
        self.attempts += 1
        if self.attempts <= self.failures:
            await abort(context, UNAVAILABLE, "going down")
        position = request.after_position + 1
        yield StreamChargesResponse(records=[ChargeRecord(position=position)], last_position=position)


async def test_a_feed_that_is_followed_is_opened_again_as_often_as_it_takes(serve: Serve) -> None:
    billing = Away(4 * QUICK.max_attempts)
    told: list[tuple[str, bool]] = []
    policy = replace(QUICK, on_follow_again=lambda error, seconds: told.append((error.message, seconds > 0)))
    async with Client(await serve(billing=billing), retry=policy) as client:
        assert [each.position async for each in client.billing.stream_charges(follow=True)] == [1]
    assert told == [("going down", True)] * billing.failures
    billing = Away(4 * QUICK.max_attempts)
    async with Client(await serve(billing=billing), retry=policy) as client:
        with pytest.raises(ProrataError, match="going down"):
            await anext(client.billing.stream_charges())
    assert billing.attempts == QUICK.max_attempts
    assert len(told) == 4 * QUICK.max_attempts


async def test_a_watch_that_breaks_off_is_opened_again(serve: Serve) -> None:
    billing = Billing()
    async with Client(await serve(billing=billing), retry=QUICK) as client:
        states = [each.state async for each in client.billing.watch_closing("2026-06")]
    assert states == [CLOSING_STATE_RUNNING, CLOSING_STATE_RUNNING, CLOSING_STATE_CLOSED]


def test_pauses_grow_with_jitter_up_to_a_bound() -> None:
    policy = RetryPolicy(max_attempts=20, first_delay_seconds=1, max_delay_seconds=4)
    error = ProrataError(UNAVAILABLE, "away")
    for failed_attempts, longest in ((1, 1), (2, 2), (3, 4), (10, 4)):
        delay = policy.delay_seconds(error, failed_attempts)
        assert delay is not None
        assert longest / 2 <= delay <= longest
    assert policy.delay_seconds(error, 20) is None
    assert 2 <= (policy.delay_seconds(error, 100_000, follows=True) or 0) <= 4
    assert policy.delay_seconds(ProrataError(grpc.StatusCode.INTERNAL, "broken"), 1, follows=True) is None
    assert not is_transient(ProrataError(grpc.StatusCode.DEADLINE_EXCEEDED, "late"))
