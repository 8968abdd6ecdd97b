"""How calls fail: statuses, google.rpc details, access, and what must not be told."""

from __future__ import annotations

import asyncio
import re
from datetime import date
from typing import Any

import asyncpg
import grpc
import pytest
from google.protobuf.json_format import MessageToDict
from structlog.testing import capture_logs

from billing.errors import BillingError, Reason
from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import options_pb2
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.error_pb2 import ErrorReason
from server import room
from server.access import SERVICES
from server.status import STATUS, status_of
from tests.conftest import START, cloned
from tests.server.calls import (
    PRECONDITION,
    WAIT_SECONDS,
    Refused,
    audit_events,
    change_request,
    create_request,
    locked,
    outcome,
    refusal_of,
    refused,
    refuses,
    sid,
    start_closing,
    waiting_backends,
)
from tests.server.conftest import MakeServer
from tests.service import SELF_SERVICE, STAFF, Service

STAFF_ONLY = {
    "PutProduct", "PublishPrices", "StartClosing", "RetryClosingFailures", "ReleaseClosingFailures",
    "ListAuditEvents", "AdvanceTestClock", "PublishPlanVersion", "CorrectPlanHistory", "ResolveInquiry",
    "CreateContract", "AddContractMember", "RemoveContractMember", "WithdrawMembershipChange", "ChangeContractPlan",
    "WithdrawContractPlanChange", "ChangeContractPayer", "EndContract", "RehearseClosing",
}  # fmt: skip
METHODS = [method for service in SERVICES for method in service.methods]


def named(service: Service, name: str, request: Any = None, metadata: Any = STAFF) -> Any:
    """A call of an RPC with one request, by default an empty one."""
    for stub in (service.plans, service.billing, service.clock):
        if hasattr(stub, name):
            [method] = [method for method in METHODS if method.name == name]
            if request is None:
                request = method.input_type._concrete_class()
            argument = iter([request]) if name == "StreamUsage" else request
            return getattr(stub, name)(argument, metadata=metadata)
    raise AssertionError(f"no RPC {name}")


def test_every_reason_has_a_status_and_a_name_in_the_contract() -> None:
    contract = {name.removeprefix("ERROR_REASON_") for name in ErrorReason.keys()} - {"UNSPECIFIED"}  # noqa: SIM118
    assert {reason.value for reason in Reason} == contract
    assert set(STATUS) == set(Reason)
    assert all(reason.name == reason.value for reason in Reason)
    assert grpc.StatusCode.OK not in STATUS.values()
    for reason in Reason:
        code, status = status_of(BillingError(reason, "why"))
        assert (status.code, status.message) == (code.value[0], "why")
        [info] = [MessageToDict(detail) for detail in status.details]
        assert (info["reason"], info["domain"]) == (reason.value, "prorata")


def test_every_rpc_says_what_a_caller_needs() -> None:
    access = {method.name: method.GetOptions().Extensions[options_pb2.access] for method in METHODS}
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+", found.scope) for found in access.values())
    assert {name for name, found in access.items() if found.staff} == STAFF_ONLY


async def test_what_is_for_staff_is_refused_to_self_service(quiet: Service, subtests: pytest.Subtests) -> None:
    for method in METHODS:
        with subtests.test(method.name):
            call = named(quiet, method.name, metadata=SELF_SERVICE)
            if method.name in STAFF_ONLY:
                found = await refuses(call, grpc.StatusCode.PERMISSION_DENIED, "NOT_PERMITTED")
                assert "staff" in found.message
            else:
                answer = await outcome(call.read() if hasattr(call, "read") else call)
                assert getattr(answer, "code", None) is not grpc.StatusCode.PERMISSION_DENIED


async def test_a_caller_that_makes_no_sense_is_refused_everywhere(quiet: Service, subtests: pytest.Subtests) -> None:
    callers = (
        {"prorata-role": "admin"},
        {"prorata-role": ""},
        {"prorata-role": "Staff"},
        {"prorata-caller": ""},
        {"prorata-caller": "x" * 101},
        {"prorata-caller": "prorata"},  # as the service itself in the audit trail
        {"prorata-caller": "tests", "prorata-role": "root"},
    )
    for metadata in callers:
        for name in ("GetAccount", "ChangePlan", "PutProduct", "StreamCharges", "WatchClosing", "GetTestClock"):
            with subtests.test(name, metadata=metadata):
                call = named(quiet, name, metadata=tuple(metadata.items()))
                await refuses(call, grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")
    longest = (("prorata-caller", "x" * 100),)
    await quiet.plans.CreateAccount(create_request(sid(1)), metadata=longest)
    assert (await audit_events(quiet))[0].caller == "x" * 100


async def test_an_authorization_header_that_can_not_be_checked_is_refused_everywhere(
    quiet: Service, subtests: pytest.Subtests
) -> None:
    for metadata in ((("authorization", "Bearer abc"),), (*STAFF, ("authorization", ""))):
        for method in METHODS:
            with subtests.test(method.name, metadata=metadata):
                call = named(quiet, method.name, metadata=metadata)
                found = await refuses(call, grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")
                assert "leave it out" in found.message


async def test_who_calls_is_checked_before_what_is_asked(quiet: Service) -> None:
    bad = b.PutProductRequest(product_id="NOT AN ID")
    await refuses(
        quiet.billing.PutProduct(bad, metadata=SELF_SERVICE), grpc.StatusCode.PERMISSION_DENIED, "NOT_PERMITTED"
    )


async def test_only_a_reason_that_passes_tells_to_retry(quiet: Service) -> None:
    await quiet.account(sid(1))
    for call in (
        quiet.plans.GetAccount(p.GetAccountRequest(account_sid=sid(9)), metadata=STAFF),
        quiet.plans.ChangePlan(change_request(sid(1), "developer"), metadata=STAFF),
        quiet.plans.GetAccount(p.GetAccountRequest(), metadata=STAFF),
        quiet.billing.GetClosing(b.GetClosingRequest(period="2026-06"), metadata=STAFF),
    ):
        assert (await refused(call)).retry_seconds is None


async def test_an_unknown_rpc_is_not_implemented(channel: grpc.aio.Channel) -> None:
    call = channel.unary_unary("/prorata.v1.PlanService/DropEverything")
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call(b"")
    assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_the_unexpected_is_an_internal_error_with_an_id_and_nothing_else(
    quiet: Service, behind: asyncpg.Connection, subtests: pytest.Subtests
) -> None:
    await quiet.account(sid(1))
    for table, name, request in (
        ("account_sid", "GetAccount", p.GetAccountRequest(account_sid=sid(1))),
        ("plan_held", "ChangePlan", change_request(sid(1), "business")),
        ("closing", "WatchClosing", b.WatchClosingRequest(period="2026-05")),
        ("charge_feed", "StreamCharges", b.StreamChargesRequest(after_position=0)),
    ):
        await behind.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
        with subtests.test(name), capture_logs() as logs:
            found = await refuses(named(quiet, name, request), grpc.StatusCode.INTERNAL, "INTERNAL")
            matched = re.fullmatch(r"unexpected error ([0-9a-f]{32}): see the server's log", found.message)
            assert matched
            assert found.retry_seconds is None
            assert not re.search(rf"{table}|relation|does not exist|asyncpg|Traceback|SELECT", found.metadata)
            [logged] = [entry for entry in logs if entry["event"] == "unexpected_error"]
            assert (logged["error_id"], logged["log_level"]) == (matched[1], "error")
            assert logged["method"].endswith(f"/{name}")
            assert logged["caller"] == dict(STAFF)["prorata-caller"]
        await behind.execute(f"ALTER TABLE {table}_away RENAME TO {table}")
    assert (await quiet.subscription(sid(1))).plan_id == "developer"  # it serves on


async def test_text_that_the_store_can_not_hold_is_the_callers_mistake(
    quiet: Service, subtests: pytest.Subtests
) -> None:
    """U+0000 is a character of proto3 strings, but of no text in Postgres."""
    for name, request, field in (
        ("CreateAccount", create_request(sid(1), display_name="a\0b"), "display_name"),
        ("PutProduct", b.PutProductRequest(
            request_id=create_request().request_id, product_id="sms", display_name="a\0b", unit="u", stage=1, family=1,
        ), "display_name"),
        ("ListAuditEvents", b.ListAuditEventsRequest(subject="a\0b"), "subject"),
    ):  # fmt: skip
        with subtests.test(name):
            await refuses(named(quiet, name, request), grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", field)


async def test_a_request_that_can_not_be_decoded_is_the_callers_mistake(
    channel: grpc.aio.Channel, subtests: pytest.Subtests
) -> None:
    text = b"\x0a\x02\xff\xfe"  # a string in field 1
    columns = b"\x12\x04\x3a\x02\xff\xfe"  # an account's SID in columns

    def streamed(encoded: bytes) -> Any:
        return iter([encoded])

    for path, make, argument, malformed in (
        ("PlanService/CreateAccount", channel.unary_unary, bytes, text),
        ("BillingService/WatchClosing", channel.unary_stream, bytes, text),
        ("BillingService/StreamUsage", channel.stream_stream, streamed, columns),
    ):
        for encoded, why in ((b"\xff\xff\xff", "decoded"), (malformed, "UTF-8")):
            with subtests.test(path, encoded=encoded):
                call = make(f"/prorata.v1.{path}")(argument(encoded), metadata=STAFF)
                found = await refuses(call, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
                assert why in found.message
                assert path.rpartition("/")[2] + "Request" in found.message


async def test_a_store_that_goes_away_is_unavailable_and_a_retry_makes_sense(quiet: Service) -> None:
    request = create_request(sid(1))
    async with locked(quiet.database_url, "account_sid") as watcher:
        call = asyncio.ensure_future(outcome(quiet.plans.CreateAccount(request, metadata=STAFF)))
        [pid] = await waiting_backends(watcher, 1)
        await watcher.execute("SELECT pg_terminate_backend($1)", pid)
        found = await call
    assert (found.code, found.reason) == (grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE")
    assert found.retry_seconds == 1
    assert "terminat" not in found.metadata
    response = await quiet.plans.CreateAccount(request, metadata=STAFF)  # nothing was done; now it is
    assert response.account.account_sid == sid(1)
    assert len(await audit_events(quiet)) == 1


async def test_too_many_calls_at_once_are_refused_and_a_retry_makes_sense(
    stores: tuple[str, str], template: str, make_server: MakeServer
) -> None:
    async with cloned(stores[0], template) as url:
        small = await make_server(url, most_calls=1)
        async with locked(url, "account_sid") as watcher:
            request = create_request(sid(1))
            under_way = asyncio.ensure_future(outcome(small.plans.CreateAccount(request, metadata=STAFF)))
            await waiting_backends(watcher, 1)
            for name in ("ListPlans", "StreamCharges"):
                found = await refuses(named(small, name), grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
                assert found.retry_seconds == 1
        assert (await under_way).account.account_sid == sid(1)
        assert (await small.plans.ListPlans(p.ListPlansRequest(), metadata=STAFF)).plans  # there is room again
        await small.subscription(sid(1))


async def test_streams_that_follow_have_room_of_their_own(
    database: str, make_server: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LOG_SECONDS", 3_600)
    small = await make_server(database, most_calls=1, most_followers=2)
    await small.advance(START)
    await small.account(sid(1))
    await small.advance(date(2026, 7, 1))
    await start_closing(small, "2026-06")  # which stays under way, as there is no worker

    def watch() -> Any:
        return small.billing.WatchClosing(b.WatchClosingRequest(period="2026-06"), metadata=STAFF)

    async with asyncio.timeout(WAIT_SECONDS):
        followers = [watch(), watch()]
        for follower in followers:
            assert (await follower.read()).closing.period == "2026-06"
        feed = b.StreamChargesRequest(follow=True)
        with capture_logs() as logs:
            for call in (watch(), small.billing.StreamCharges(feed, metadata=STAFF), watch()):
                found = await refuses(call, grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
                assert found.retry_seconds == 1
                assert "2 streams follow" in found.message
        assert [each["refused_count"] for each in logs if each["event"] == "overloaded"] == [1]

        assert (await small.plans.ListPlans(p.ListPlansRequest(), metadata=STAFF)).plans
        assert await named(small, "StreamCharges").read() is grpc.aio.EOF  # a replay is a call like others
        followers[0].cancel()
        while isinstance(answer := await outcome(watch().read()), Refused):  # until the server knows that it is gone
            assert answer.reason == "OVERLOADED"
        assert answer.closing.period == "2026-06"


async def test_refusals_as_overloaded_are_counted_and_logged_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LOG_SECONDS", 0)
    refusals = room.Refusals("overloaded")
    with capture_logs() as logs:
        for _ in range(4):
            refusals.add(BillingError(Reason.OVERLOADED, "full"))
        assert [(each["event"], each["refused_count"], each["why"]) for each in logs] == [("overloaded", 1, "full")]
        later = asyncio.Event()
        asyncio.get_running_loop().call_later(0.01, later.set)  # alarms go off in the order of their times
        await later.wait()
    assert [each["refused_count"] for each in logs] == [1, 3]


async def test_refusals_that_were_not_logged_yet_are_when_the_server_stops() -> None:
    refusals = room.Refusals("overloaded")
    with capture_logs() as logs:
        refusals.close()
        for _ in range(4):
            refusals.add(BillingError(Reason.OVERLOADED, "full"))
        refusals.close()
        refusals.close()
    assert [each["refused_count"] for each in logs] == [1, 3]


async def test_a_call_whose_deadline_passes_leaves_nothing_half_done(quiet: Service) -> None:
    await quiet.account(sid(1))
    events = await audit_events(quiet)
    change = change_request(sid(1), "production", date(2026, 6, 10))
    async with locked(quiet.database_url, "plan_held") as watcher:
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await quiet.plans.ChangePlan(change, metadata=STAFF, timeout=0.3)
        assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        await waiting_backends(watcher, 0)  # the server has given up, too
    assert not (await quiet.subscription(sid(1))).HasField("pending_change")
    assert await audit_events(quiet) == events
    response = await quiet.plans.ChangePlan(change, metadata=STAFF)  # the same id: nothing was kept
    assert response.change.plan_id == "production"
    assert len(await audit_events(quiet)) == len(events) + 1


async def test_a_call_that_is_cancelled_leaves_nothing_half_done(quiet: Service) -> None:
    request = create_request(sid(1))
    async with locked(quiet.database_url, "audit_event") as watcher:  # the last table a write needs
        call = quiet.plans.CreateAccount(request, metadata=STAFF)
        waiting = asyncio.ensure_future(asyncio.wait([asyncio.ensure_future(call.code())]))
        await waiting_backends(watcher, 1)
        call.cancel()
        await waiting
        await waiting_backends(watcher, 0)
    missing = quiet.plans.GetAccount(p.GetAccountRequest(account_sid=sid(1)), metadata=STAFF)
    await refuses(missing, grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND", "account_sid")
    assert (await quiet.plans.CreateAccount(request, metadata=STAFF)).account.account_sid == sid(1)


async def test_a_refusal_in_another_language_is_told_in_full(quiet: Service) -> None:
    found = await refused(quiet.plans.GetPlan(p.GetPlanRequest(plan_id="プラン"), metadata=STAFF))
    assert "プラン" in found.message


async def test_refusals_of_streams_carry_the_same_details(quiet: Service) -> None:
    call = quiet.billing.WatchClosing(b.WatchClosingRequest(period="2026-06"), metadata=STAFF)
    await refuses(call, grpc.StatusCode.NOT_FOUND, "CLOSING_NOT_FOUND", "period")
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await quiet.billing.StreamUsage(iter([b.StreamUsageRequest(batch_number=1)]), metadata=STAFF).read()
    assert refusal_of(raised.value).fields == ("columns",)
    await quiet.account(sid(1))
    call = quiet.billing.StartClosing(
        b.StartClosingRequest(request_id=create_request().request_id, period="2026-06"), metadata=STAFF
    )
    await refuses(call, PRECONDITION, "PERIOD_NOT_ENDED", "period")
