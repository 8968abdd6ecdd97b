"""Every write there is: a request, and what happens around it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from google.protobuf.message import Message

from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.closing_pb2 import CLOSING_STATE_BLOCKED
from tests.contracts import calls as contracts
from tests.flex import calls as flex
from tests.plans.calls import correction_request, flat, inquire, inquiry_request, resolve_request, version_request
from tests.server.calls import (
    change_request,
    close_request,
    create_request,
    new_id,
    price,
    prices_request,
    product_request,
    sid,
    withdraw_request,
)
from tests.service import STAFF, Service, money, usage
from tests.support import desk

JUNE = datetime(2026, 6, 1, tzinfo=UTC)
JULY = datetime(2026, 7, 1, tzinfo=UTC)
EVENT = str(UUID(int=1))
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


async def usage_recorded(service: Service) -> None:
    """A record of usage under an id that is known before."""
    await one_account(service)
    await sms(service)
    response = await service.record([usage(sid(1), "sms", JUNE, amount=1, event=UUID(EVENT))])
    assert response.new_count == 1


async def usage_voided(service: Service) -> None:
    request = b.VoidUsageRequest(request_id=new_id(), account_sid=sid(1), period="2026-06", event_ids=[EVENT])
    await service.billing.VoidUsage(request, metadata=STAFF)


async def flex_instance(service: Service) -> None:
    await flex.create(service, sid(1), model=flex.NONE)
    await flex.add(service, sid(1), flex.NAMED_USER)


async def flex_switch_pending(service: Service) -> None:
    await flex_instance(service)
    await flex.switch(service, sid(1), flex.ACTIVE_USER_HOURS)


async def flex_switch_pending_again(service: Service) -> None:
    await flex.switch(service, sid(1), flex.USER_AND_USAGE)


async def flex_switch_withdrawn(service: Service) -> None:
    await flex.withdraw(service, sid(1))


async def flex_login(service: Service) -> None:
    """A login under an id that is known before."""
    await flex_instance(service)
    await flex.happen(service, [flex.activity(sid(1), flex.LOGIN, "u", JUNE, event=UUID(EVENT))])


async def account_and_hours(service: Service) -> None:
    await one_account(service)
    await service.advance(datetime(2026, 6, 1, 6, tzinfo=UTC))


async def guarantee_missed(service: Service) -> None:
    await desk.month_of_production(service, sid=sid(1))
    await desk.miss_p2(service, sid(1))
    await service.advance(JULY)


async def much_later(service: Service) -> None:
    await service.advance(date(2026, 9, 1))


async def june_closed_by_itself(service: Service) -> None:
    await service.advance(JULY)


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
        Write(
            b.VoidUsageRequest(account_sid=sid(1), period="2026-06", event_ids=[EVENT]),
            {"event_ids": [new_id()]},
            sid(1),
            reason="ACCOUNT_NOT_FOUND",
            mend=usage_recorded,
            move_on=long_after,
        ),
        Write(
            b.CorrectUsageRequest(
                account_sid=sid(1),
                period="2026-06",
                corrections=[b.CorrectedUsage(event_id=EVENT, quantity_micros=2_000_000, amount=money(3))],
            ),
            {"period": "2026-05"},
            sid(1),
            reason="ACCOUNT_NOT_FOUND",
            mend=usage_recorded,
            move_on=usage_voided,
        ),
        Write(
            p.AddFlexInstanceRequest(account_sid=sid(1), pricing_model=flex.USER_AND_USAGE),
            {"pricing_model": flex.NAMED_USER},
            sid(1),
            reason="ACCOUNT_NOT_FOUND",
            mend=one_account,
            move_on=next_day,
        ),
        Write(
            p.ChangeFlexPricingRequest(account_sid=sid(1), pricing_model=flex.USER_AND_USAGE),
            {"pricing_model": flex.ACTIVE_USER_HOURS},
            sid(1),
            reason="ACCOUNT_NOT_FOUND",
            mend=flex_instance,
            move_on=flex_switch_withdrawn,
        ),
        Write(
            p.WithdrawFlexPricingChangeRequest(account_sid=sid(1)),
            {"account_sid": sid(2)},
            sid(1),
            reason="ACCOUNT_NOT_FOUND",
            mend=flex_switch_pending,
            move_on=flex_switch_pending_again,
        ),
        Write(
            b.VoidFlexActivityRequest(account_sid=sid(1), period="2026-06", event_ids=[EVENT]),
            {"event_ids": [new_id()]},
            sid(1),
            reason="ACCOUNT_NOT_FOUND",
            mend=flex_login,
            move_on=long_after,
        ),
        Write(
            b.RecordCasesRequest(cases=[desk.case("c-1", sid=sid(1), opened=JUNE)]),
            {"cases": [desk.case("c-2", sid=sid(1), opened=JUNE)]},
            sid(1),
            reason="ACCOUNT_NOT_FOUND",
            mend=account_and_hours,
            move_on=next_day,
        ),
        Write(
            b.ClaimSupportCreditRequest(account_sid=sid(1), month="2026-06", plan_id="production", ticket="T-1"),
            {"ticket": "T-2"},
            sid(1),
            reason="ACCOUNT_NOT_FOUND",
            mend=guarantee_missed,
            move_on=much_later,
        ),
        Write(
            b.RehearseClosingRequest(period="2026-06"),
            {"period": "2026-07"},
            "2026-06",
            reason="PERIOD_OUT_OF_ORDER",
            mend=one_account,
            move_on=june_closed_by_itself,
        ),
    )
}
