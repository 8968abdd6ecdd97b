"""Every write is made once: the same request id answers the same, and only successes are kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from google.protobuf.json_format import MessageToDict

from billing.store import requests
from prorata.v1 import plan_service_pb2 as p
from server.access import SERVICES
from tests.conftest import MakeService
from tests.server.calls import (
    EXISTS,
    INVALID,
    audit_events,
    change_request,
    create_request,
    moment_in,
    new_id,
    product_request,
    refused,
    refuses,
    sid,
)
from tests.server.writes import OTHER_CALLER, WRITES, Write
from tests.service import SELF_SERVICE, STAFF, Service

every_write = pytest.mark.parametrize("write", WRITES.values(), ids=list(WRITES))


@pytest.fixture
async def ready(write: Write, make_service: MakeService) -> Service:
    """A service in which the write is refused, if anything refuses it."""
    service = await make_service(worker=write.worker)
    await write.prepare(service)
    return service


@pytest.fixture
async def connection_to(quiet: Service) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the test's own to the store of the service."""
    connection = await asyncpg.connect(quiet.database_url)
    yield connection
    await connection.close()


@asynccontextmanager
async def broken(service: Service) -> AsyncIterator[None]:
    """While the body runs, the last thing a write does fails: to record who wrote."""
    connection = await asyncpg.connect(service.database_url)
    await connection.execute("ALTER TABLE audit_event RENAME TO audit_event_away")
    yield
    await connection.execute("ALTER TABLE audit_event_away RENAME TO audit_event")
    await connection.close()


def test_every_rpc_with_a_request_id_is_tried_here() -> None:
    methods = [method for service in SERVICES for method in service.methods]
    assert {method.name for method in methods if "request_id" in method.input_type.fields_by_name} == set(WRITES)


@every_write
async def test_a_write_sent_again_is_answered_the_same_and_done_once(write: Write, ready: Service) -> None:
    await write.mend(ready)
    request_id = new_id()
    request = write.asked(request_id)
    answers = await asyncio.gather(*(write.call(ready, request) for _ in range(3)))  # at the same time
    assert answers[0] == answers[1] == answers[2]
    asked_at = moment_in((await audit_events(ready))[0].event_time)

    await write.move_on(ready)
    events = await audit_events(ready)
    assert await write.call(ready, request) == answers[0]
    assert await write.call(ready, write.asked(request_id.upper())) == answers[0]  # the same UUID
    other = write.call(ready, write.asked(request_id, **write.other))
    await refuses(other, EXISTS, "REQUEST_ID_REUSED", "request_id")
    assert await audit_events(ready) == events

    [event] = [event for event in events if event.request_id == request_id]
    assert (event.rpc, event.caller, event.role, event.subject) == (write.rpc, "tests", "staff", write.subject)
    assert moment_in(event.event_time) == asked_at
    content = MessageToDict(request, preserving_proto_field_name=True)
    del content["request_id"]
    assert json.loads(event.request_json) == content


async def test_a_request_id_is_one_callers_own(quiet: Service) -> None:
    account, product = create_request(sid(1)), product_request("sms")
    await quiet.plans.CreateAccount(account, metadata=STAFF)
    await quiet.billing.PutProduct(product, metadata=STAFF)
    again = quiet.plans.CreateAccount(account, metadata=OTHER_CALLER)  # not a repeat
    await refuses(again, EXISTS, "ACCOUNT_EXISTS", "account_sid")
    product.display_name = "of another"
    response = await quiet.billing.PutProduct(product, metadata=OTHER_CALLER)
    assert response.product.display_name == "of another"
    events = [event for event in await audit_events(quiet) if event.request_id == product.request_id]
    assert [event.caller for event in events] == ["another", "tests"]


@every_write
async def test_a_failure_is_not_kept_and_leaves_nothing_behind(write: Write, ready: Service) -> None:
    request = write.asked(new_id())
    events = await audit_events(ready)
    if write.reason:
        for _ in range(2):
            assert (await refused(write.call(ready, request))).reason == write.reason
    assert await audit_events(ready) == events

    await write.mend(ready)
    async with broken(ready):
        assert (await refused(write.call(ready, request))).reason == "INTERNAL"
    events = await audit_events(ready)
    assert await write.call(ready, request)  # the same id, now that the cause is gone
    assert len(await audit_events(ready)) == len(events) + 1


async def test_a_missing_or_malformed_request_id_is_named(quiet: Service, subtests: pytest.Subtests) -> None:
    for write in WRITES.values():
        for request_id in (
            "",
            "1",
            "x" * 36,
            new_id()[:-1],
            new_id() + "0",
            "{" + new_id() + "}",
            new_id().replace("-", ""),
        ):
            with subtests.test(write.rpc, request_id=request_id):
                call = write.call(quiet, write.asked(request_id))
                await refuses(call, INVALID, "INVALID_FIELD", "request_id")
    assert await audit_events(quiet) == []


async def test_one_request_id_serves_different_rpcs(quiet: Service) -> None:
    request_id = new_id()
    created = create_request(sid(1))
    created.request_id = request_id
    await quiet.plans.CreateAccount(created, metadata=STAFF)
    change = change_request(sid(1), "production")
    change.request_id = request_id
    response = await quiet.plans.ChangePlan(change, metadata=STAFF)
    assert response.change.plan_id == "production"


async def test_a_request_id_that_is_dropped_while_it_is_looked_up_is_free(
    quiet: Service, connection_to: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep drops what is older than 30 days: it may come between a claim and what was answered before."""
    request = product_request("sms")
    await quiet.billing.PutProduct(request, metadata=STAFF)
    get_kept = requests.get_kept

    async def dropped_before(connection: asyncpg.Connection, claim: requests.Claim) -> requests.KeptRequest | None:
        assert await connection_to.execute("DELETE FROM request") == "DELETE 1"
        return await get_kept(connection, claim)

    with monkeypatch.context() as patched:
        patched.setattr(requests, "get_kept", dropped_before)
        request.display_name = "anew"
        response = await quiet.billing.PutProduct(request, metadata=STAFF)
    assert response.product.display_name == "anew"
    assert len(await audit_events(quiet)) == 2
    assert await quiet.billing.PutProduct(request, metadata=STAFF) == response  # kept again


async def test_different_writes_about_one_account_at_the_same_time_are_each_done_once(quiet: Service) -> None:
    requests = [create_request(sid(1), display_name=str(number)) for number in range(6)]
    calls = [quiet.plans.CreateAccount(request, metadata=SELF_SERVICE) for request in requests]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    made = [answer for answer in answers if isinstance(answer, p.CreateAccountResponse)]
    assert len(made) == 1
    kept = await quiet.plans.GetAccount(p.GetAccountRequest(account_sid=sid(1)), metadata=STAFF)
    assert kept.account == made[0].account
    assert len(await audit_events(quiet)) == 1
