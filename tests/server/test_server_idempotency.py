"""Every write is made once: the same request id answers the same, and only successes are kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.closing_pb2 import CLOSING_STATE_BLOCKED
from server.callers import SERVICES
from tests.conftest import MakeService
from tests.contracts import calls as contracts
from tests.plans.calls import correction_request, flat, inquire, inquiry_request, resolve_request, version_request
from tests.server.calls import (
    EXISTS,
    INVALID,
    audit_events,
    change_request,
    close_request,
    create_request,
    moment_in,
    new_id,
    price,
    prices_request,
    product_request,
    refused,
    refuses,
    sid,
    withdraw_request,
)
from tests.service import SELF_SERVICE, STAFF, Service, usage

JULY = datetime(2026, 7, 1, tzinfo=UTC)
INQUIRY = "IN" + "a" * 32
OTHER_CALLER = (("prorata-caller", "another"), ("prorata-role", "staff"))

Step = Callable[[Service], Awaitable[Any]]


async def nothing(_service: Service) -> None:
    """There is nothing to do."""


@dataclass(frozen=True)
class Write:
    """A write, and what happens around it.

    Attributes:
        request: what is asked, with a request id that the tests replace.
        other: fields of another content under the same id.
        subject: what the audit trail says it is about.
        prepare: what comes before everything.
        reason: why it is refused then; empty when nothing a caller can mend refuses it.
        mend: takes the cause away.
        move_on: changes the state afterwards, so that the same request would come to something else.
        worker: whether a worker must be there.
    """

    request: Message
    other: dict[str, Any]
    subject: str
    prepare: Step = nothing
    reason: str = ""
    mend: Step = nothing
    move_on: Step = nothing
    worker: bool = False

    @property
    def rpc(self) -> str:
        """The name of the RPC."""
        return self.request.DESCRIPTOR.name.removesuffix("Request")

    def asked(self, request_id: str, **changes: Any) -> Any:
        """The request under an id."""
        message: Any = type(self.request)()
        message.CopyFrom(self.request)
        message.request_id = request_id
        message.MergeFrom(type(self.request)(**changes))
        return message

    def call(self, service: Service, request: Any, metadata: Any = STAFF) -> Any:
        """The call."""
        stub = service.plans if hasattr(service.plans, self.rpc) else service.billing
        return getattr(stub, self.rpc)(request, metadata=metadata)


async def one_account(service: Service) -> None:
    await service.account(sid(1))


async def two_accounts(service: Service) -> None:
    await service.account(sid(1))
    await service.account(sid(2))


async def next_day(service: Service) -> None:
    await service.advance(date(2026, 6, 2))


async def change_pending(service: Service) -> None:
    await service.change_plan(sid(1), "production", date(2026, 6, 10))


async def other_change_pending(service: Service) -> None:
    await service.change_plan(sid(1), "business", date(2026, 6, 20))


async def closed_account(service: Service) -> None:
    await service.close_account(sid(1))
    await service.advance(date(2026, 6, 3))


async def sms(service: Service) -> None:
    await service.product("sms")


async def other_product(service: Service) -> None:
    await service.billing.PutProduct(product_request("sms", display_name="changed since"), metadata=STAFF)


async def other_price(service: Service) -> None:
    await service.publish_price("sms", "0.05", "2026-06")


async def june_ended(service: Service) -> None:
    await service.advance(JULY)


async def june_closed(service: Service) -> None:
    await two_accounts(service)
    for number in (1, 2):
        await service.change_plan(sid(number), "production")
    await service.advance(JULY)
    await service.close("2026-06")


async def acknowledged_further(service: Service) -> None:
    request = b.AcknowledgeChargesRequest(request_id=new_id(), consumer="invoicing", position=2)
    await service.billing.AcknowledgeCharges(request, metadata=STAFF)


async def too_much_usage(service: Service) -> None:
    """An account whose charges can not be calculated: more than a record can carry."""
    await one_account(service)
    await service.product("sms", price="999999999")
    response = await service.record([usage(sid(1), "sms", datetime(2026, 6, 1, tzinfo=UTC), quantity="99999999999")])
    assert response.new_count == 1


async def june_blocked(service: Service) -> None:
    await service.advance(JULY)
    closing = await service.close("2026-06")
    assert closing.state == CLOSING_STATE_BLOCKED


async def june_watched(service: Service) -> None:
    await service.watch("2026-06")


async def long_after(service: Service) -> None:
    await service.advance(date(2026, 6, 20))


async def inquiry_open(service: Service) -> None:
    """An inquiry under an id that is known before."""
    await one_account(service)
    await inquire(service, sid(1))
    connection = await asyncpg.connect(service.database_url)
    await connection.execute("UPDATE inquiry SET inquiry_id = $1", UUID(INQUIRY[2:]))
    await connection.close()


async def contract(service: Service) -> None:
    await two_accounts(service)
    await contracts.create(service, [sid(1), sid(2)])


async def contract_of_one(service: Service) -> None:
    await two_accounts(service)
    await contracts.create(service, [sid(1)])


async def joining_to_come(service: Service) -> None:
    await contract_of_one(service)
    await contracts.add(service, sid(2), date(2026, 6, 10))


async def contract_plan_change_pending(service: Service) -> None:
    await contract(service)
    await contracts.change_plan(service, "production", date(2026, 6, 10))


async def contract_ended(service: Service) -> None:
    await contracts.end(service, date(2026, 6, 5))


WRITES = {
    write.rpc: write
    for write in (
        Write(
            create_request(sid(2), parent_account_sid=sid(1)),
            {"display_name": "other"},
            sid(2),
            reason="ACCOUNT_NOT_FOUND",
            mend=one_account,
            move_on=closed_account,
        ),
        Write(
            close_request(sid(1)),
            {"account_sid": sid(2)},
            sid(1),
            reason="ACCOUNT_NOT_FOUND",
            mend=one_account,
            move_on=next_day,
        ),
        Write(
            change_request(sid(1), "production"),
            {"plan_id": "business"},
            sid(1),
            reason="ACCOUNT_NOT_FOUND",
            mend=one_account,
            move_on=next_day,
        ),
        Write(
            withdraw_request(sid(1)),
            {"account_sid": sid(2)},
            sid(1),
            prepare=one_account,
            reason="NO_PENDING_CHANGE",
            mend=change_pending,
            move_on=other_change_pending,
        ),
        Write(product_request("sms"), {"unit": "other"}, "sms", move_on=other_product),
        Write(
            prices_request(price("sms", "0.01")),
            {"prices": [price("sms", "0.02", "2026-07")]},
            "sms",
            reason="PRODUCT_NOT_FOUND",
            mend=sms,
            move_on=other_price,
        ),
        Write(
            b.AcknowledgeChargesRequest(consumer="invoicing", position=1),
            {"position": 2},
            "invoicing",
            reason="UNKNOWN_CURSOR",
            mend=june_closed,
            move_on=acknowledged_further,
            worker=True,
        ),
        Write(
            b.StartClosingRequest(period="2026-06"),
            {"period": "2026-07"},
            "2026-06",
            prepare=one_account,
            reason="PERIOD_NOT_ENDED",
            mend=june_ended,
            move_on=june_watched,
            worker=True,
        ),
        Write(
            b.RetryClosingFailuresRequest(period="2026-06"),
            {"period": "2026-07"},
            "2026-06",
            prepare=too_much_usage,
            reason="CLOSING_NOT_FOUND",
            mend=june_blocked,
            move_on=june_watched,
            worker=True,
        ),
        Write(
            b.ReleaseClosingFailuresRequest(period="2026-06"),
            {"owner_sids": [sid(1)]},
            "2026-06",
            prepare=too_much_usage,
            reason="CLOSING_NOT_FOUND",
            mend=june_blocked,
            worker=True,
        ),
        Write(
            version_request("production", date(2026, 6, 11), flat("300")),
            {"plan_id": "business"},
            "production",
            move_on=long_after,
        ),
        Write(
            correction_request(sid(1), "business", date(2026, 6, 1)),
            {"plan_id": "production"},
            sid(1),
            reason="ACCOUNT_NOT_FOUND",
            mend=one_account,
            move_on=long_after,
        ),
        Write(
            inquiry_request(sid(1)),
            {"account_sid": sid(2)},
            sid(1),
            reason="ACCOUNT_NOT_FOUND",
            mend=one_account,
            move_on=closed_account,
        ),
        Write(
            contracts.create_request([sid(1), sid(2)]),
            {"display_name": "other"},
            contracts.X,
            reason="ACCOUNT_NOT_FOUND",
            mend=two_accounts,
            move_on=next_day,
        ),
        Write(
            contracts.add_request(sid(2), date(2026, 6, 10)),
            {"contract_sid": contracts.Y},
            contracts.X,
            reason="CONTRACT_NOT_FOUND",
            mend=contract_of_one,
            move_on=contract_ended,
        ),
        Write(
            contracts.remove_request(sid(2)),
            {"account_sid": sid(1)},
            contracts.X,
            reason="CONTRACT_NOT_FOUND",
            mend=contract,
            move_on=next_day,
        ),
        Write(
            contracts.withdraw_request(sid(2)),
            {"account_sid": sid(1)},
            contracts.X,
            reason="CONTRACT_NOT_FOUND",
            mend=joining_to_come,
            move_on=contract_ended,
        ),
        Write(
            contracts.plan_request("production", date(2026, 6, 10)),
            {"plan_id": "personalized"},
            contracts.X,
            reason="CONTRACT_NOT_FOUND",
            mend=contract,
            move_on=contract_ended,
        ),
        Write(
            p.WithdrawContractPlanChangeRequest(contract_sid=contracts.X),
            {"contract_sid": contracts.Y},
            contracts.X,
            reason="CONTRACT_NOT_FOUND",
            mend=contract_plan_change_pending,
            move_on=contract_ended,
        ),
        Write(
            contracts.payer_request(sid(2)),
            {"payer_account_sid": sid(1)},
            contracts.X,
            reason="CONTRACT_NOT_FOUND",
            mend=contract,
            move_on=contract_ended,
        ),
        Write(
            contracts.end_request(date(2026, 6, 10)),
            {"contract_sid": contracts.Y},
            contracts.X,
            reason="CONTRACT_NOT_FOUND",
            mend=contract,
            move_on=next_day,
        ),
        Write(
            resolve_request(INQUIRY, activate=True),
            {"note": "other"},
            INQUIRY,
            reason="INQUIRY_NOT_FOUND",
            mend=inquiry_open,
            move_on=long_after,
        ),
    )
}

every_write = pytest.mark.parametrize("write", WRITES.values(), ids=list(WRITES))


@pytest.fixture
async def ready(write: Write, make_service: MakeService) -> Service:
    """A service in which the write is refused, if anything refuses it."""
    service = await make_service(worker=write.worker)
    await write.prepare(service)
    return service


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


async def test_different_writes_about_one_account_at_the_same_time_are_each_done_once(quiet: Service) -> None:
    requests = [create_request(sid(1), display_name=str(number)) for number in range(6)]
    calls = [quiet.plans.CreateAccount(request, metadata=SELF_SERVICE) for request in requests]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    made = [answer for answer in answers if isinstance(answer, p.CreateAccountResponse)]
    assert len(made) == 1
    kept = await quiet.plans.GetAccount(p.GetAccountRequest(account_sid=sid(1)), metadata=STAFF)
    assert kept.account == made[0].account
    assert len(await audit_events(quiet)) == 1
