"""Commands sent to the service over RPC, and its answers in the words of the model."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import grpc

from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import flex_pb2, inquiry_pb2, product_pb2, support_pb2, usage_pb2
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.error_pb2 import ErrorReason
from tests.model import wire
from tests.model.catalogue import Guarantee, Price
from tests.model.commands import Command
from tests.model.flex_state import FlexTerms
from tests.model.plans import Change
from tests.model.pricing import Pricing
from tests.model.views import ContractView, CreditView, FlexView
from tests.model.world import Account, Refused
from tests.service import SELF_SERVICE, STAFF, Service, refusal, timestamp


class NotYet(Exception):  # noqa: N818 - no failure
    """The service does not have the RPC."""


class Driver:
    """Sends commands; there is a method for each, with the arguments the model takes."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.plans = service.plans
        self.billing = service.billing
        self.inquiries: list[str] = []  # their ids, by the model's number
        self._last: tuple[Any, Any, Any, Any] | None = None

    async def send(self, command: Command) -> Any:
        """What the service answers to a command; a refusal is an answer too."""
        try:
            return await getattr(self, command.name)(**command.arguments)
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.UNIMPLEMENTED:
                raise NotYet(command.name) from None
            found = refusal(error)
            assert found.reason not in {"INTERNAL", "UNAVAILABLE", "OVERLOADED", ""}, found
            return Refused(found.reason)

    async def _call(self, rpc: Any, request: Any, *, staff: bool = True) -> Any:
        metadata = STAFF if staff else SELF_SERVICE
        self._last = None
        response = await rpc(request, metadata=metadata)
        self._last = rpc, request, metadata, response
        return response

    async def repeat(self) -> None:
        """Send the last request again, if it was carried out: it answers the same and does nothing."""
        if self._last is not None and "request_id" in self._last[1].DESCRIPTOR.fields_by_name:
            rpc, request, metadata, response = self._last
            again = await rpc(request, metadata=metadata)
            assert again == response, f"a repeat answered otherwise: {again} not {response}"

    async def advance(self, moment: datetime) -> None:
        await self.service.advance(moment)

    # Accounts and plans ----------------------------------------------------------------------------------------------

    async def create_account(self, account: str, parent: str = "", day: date | None = None, flex: str = "") -> Account:
        request = p.CreateAccountRequest(
            request_id=wire.new_id(),
            account_sid=account,
            parent_account_sid=parent,
            creation_day=wire.maybe_day(day),
            flex_pricing_model=wire.flex_model(flex),
        )
        return _account((await self._call(self.plans.CreateAccount, request)).account)

    async def close_account(self, account: str, day: date | None = None) -> Account:
        request = p.CloseAccountRequest(request_id=wire.new_id(), account_sid=account, closing_day=wire.maybe_day(day))
        return _account((await self._call(self.plans.CloseAccount, request)).account)

    async def change_plan(
        self, account: str, plan: str, day: date | None = None, replace: bool = False, staff: bool = True
    ) -> Change:
        request = p.ChangePlanRequest(
            request_id=wire.new_id(),
            account_sid=account,
            plan_id=plan,
            start_day=wire.maybe_day(day),
            replace_pending=replace,
        )
        return wire.change_in((await self._call(self.plans.ChangePlan, request, staff=staff)).change)

    async def withdraw_change(self, account: str, staff: bool = True) -> Change:
        request = p.WithdrawPlanChangeRequest(request_id=wire.new_id(), account_sid=account)
        response = await self._call(self.plans.WithdrawPlanChange, request, staff=staff)
        return wire.change_in(response.withdrawn_change)

    async def publish_version(
        self, plan: str, day: date, price: Price, guarantees: tuple[tuple[int, Guarantee], ...] = ()
    ) -> tuple[int, date | None]:
        request = p.PublishPlanVersionRequest(
            request_id=wire.new_id(),
            plan_id=plan,
            effective_day=wire.maybe_day(day),
            price=wire.plan_price(price),
            guarantees=wire.guarantees(guarantees),
        )
        version = (await self._call(self.plans.PublishPlanVersion, request)).plan.version
        return version.number, wire.day_in(version, "effective_day")

    async def correct_history(
        self, owner: str, start: date, plan: str, end: date | None = None, price: Price | None = None
    ) -> None:
        request = p.CorrectPlanHistoryRequest(
            request_id=wire.new_id(),
            owner_sid=owner,
            start_day=wire.maybe_day(start),
            end_day=wire.maybe_day(end),
            plan_id=plan,
            own_price=wire.plan_price(price),
        )
        await self._call(self.plans.CorrectPlanHistory, request)

    async def request_plan(self, account: str, plan: str = "personalized") -> tuple[str, str, str]:
        request = p.RequestPersonalizedPlanRequest(
            request_id=wire.new_id(),
            account_sid=account,
            plan_id=plan,
            contact=inquiry_pb2.ContactDetails(name="Ada", email="ada@example.org"),
        )
        inquiry = (await self._call(self.plans.RequestPersonalizedPlan, request, staff=False)).inquiry
        self.inquiries.append(inquiry.inquiry_id)
        return _inquiry(inquiry)

    async def resolve_inquiry(self, inquiry: int, activate: bool, day: date | None = None) -> Change | None:
        known = inquiry < len(self.inquiries)
        request = p.ResolveInquiryRequest(
            request_id=wire.new_id(),
            inquiry_id=self.inquiries[inquiry] if known else f"IN{inquiry:032x}",
            activate=activate,
            start_day=wire.maybe_day(day),
        )
        response = await self._call(self.plans.ResolveInquiry, request)
        return wire.change_in(response.change) if response.HasField("change") else None

    # Contracts -------------------------------------------------------------------------------------------------------

    async def create_contract(
        self,
        contract: str,
        plan: str,
        members: list[str],
        payer: str,
        start: date | None = None,
        price: Price | None = None,
    ) -> ContractView:
        request = p.CreateContractRequest(
            request_id=wire.new_id(),
            contract_sid=contract,
            start_day=wire.maybe_day(start),
            plan_id=plan,
            own_price=wire.plan_price(price),
            member_account_sids=members,
            payer_account_sid=payer,
        )
        return wire.contract_in((await self._call(self.plans.CreateContract, request)).contract)

    async def add_member(
        self, contract: str, account: str, start: date | None = None, end: date | None = None
    ) -> ContractView:
        request = p.AddContractMemberRequest(
            request_id=wire.new_id(),
            contract_sid=contract,
            account_sid=account,
            start_day=wire.maybe_day(start),
            end_day=wire.maybe_day(end),
        )
        return wire.contract_in((await self._call(self.plans.AddContractMember, request)).contract)

    async def remove_member(self, contract: str, account: str, end: date | None = None) -> ContractView:
        request = p.RemoveContractMemberRequest(
            request_id=wire.new_id(), contract_sid=contract, account_sid=account, end_day=wire.maybe_day(end)
        )
        return wire.contract_in((await self._call(self.plans.RemoveContractMember, request)).contract)

    async def withdraw_membership(self, contract: str, account: str) -> ContractView:
        request = p.WithdrawMembershipChangeRequest(
            request_id=wire.new_id(), contract_sid=contract, account_sid=account
        )
        return wire.contract_in((await self._call(self.plans.WithdrawMembershipChange, request)).contract)

    async def change_contract_plan(
        self,
        contract: str,
        plan: str,
        price: Price | None = None,
        day: date | None = None,
        replace: bool = False,
    ) -> Change:
        request = p.ChangeContractPlanRequest(
            request_id=wire.new_id(),
            contract_sid=contract,
            plan_id=plan,
            own_price=wire.plan_price(price),
            start_day=wire.maybe_day(day),
            replace_pending=replace,
        )
        return wire.change_in((await self._call(self.plans.ChangeContractPlan, request)).change)

    async def withdraw_contract_change(self, contract: str) -> Change:
        request = p.WithdrawContractPlanChangeRequest(request_id=wire.new_id(), contract_sid=contract)
        response = await self._call(self.plans.WithdrawContractPlanChange, request)
        return wire.change_in(response.withdrawn_change)

    async def change_payer(self, contract: str, payer: str, start: date | None = None) -> ContractView:
        request = p.ChangeContractPayerRequest(
            request_id=wire.new_id(), contract_sid=contract, payer_account_sid=payer, start_day=wire.maybe_day(start)
        )
        return wire.contract_in((await self._call(self.plans.ChangeContractPayer, request)).contract)

    async def end_contract(self, contract: str, end: date | None = None) -> ContractView:
        request = p.EndContractRequest(request_id=wire.new_id(), contract_sid=contract, end_day=wire.maybe_day(end))
        return wire.contract_in((await self._call(self.plans.EndContract, request)).contract)

    # Products, prices and usage --------------------------------------------------------------------------------------

    async def put_product(self, product: str, stage: str, family: str, period: str = "") -> None:
        request = b.PutProductRequest(
            request_id=wire.new_id(),
            product_id=product,
            display_name=product,
            unit="unit",
            stage=product_pb2.ProductStage.Value(f"PRODUCT_STAGE_{stage}"),
            family=product_pb2.ProductFamily.Value(f"PRODUCT_FAMILY_{family}"),
            effective_period=period,
        )
        await self._call(self.billing.PutProduct, request)

    async def publish_prices(
        self,
        prices: list[tuple[str, str, str, Pricing]] | None = None,
        flex_prices: list[tuple[str, str, FlexTerms]] | None = None,
    ) -> None:
        request = b.PublishPricesRequest(
            request_id=wire.new_id(),
            prices=[wire.product_price(*price) for price in prices or []],
            flex_prices=[wire.flex_price(*price) for price in flex_prices or []],
        )
        await self._call(self.billing.PublishPrices, request)

    async def record_usage(self, records: list[dict[str, Any]]) -> list[str]:
        request = b.RecordUsageRequest(records=[_usage(**record) for record in records])
        return _fates(await self._call(self.billing.RecordUsage, request), len(records))

    async def void_usage(self, account: str, period: str, events: list[str]) -> tuple[int, int]:
        request = b.VoidUsageRequest(request_id=wire.new_id(), account_sid=account, period=period, event_ids=events)
        response = await self._call(self.billing.VoidUsage, request)
        return response.voided_count, response.repeated_count

    async def correct_usage(self, account: str, period: str, corrections: list[tuple[str, int, int | None]]) -> None:
        request = b.CorrectUsageRequest(
            request_id=wire.new_id(),
            account_sid=account,
            period=period,
            corrections=[
                b.CorrectedUsage(
                    event_id=event, quantity_micros=micros, amount=None if nanos is None else wire.money(nanos)
                )
                for event, micros, nanos in corrections
            ],
        )
        await self._call(self.billing.CorrectUsage, request)

    # Flex ------------------------------------------------------------------------------------------------------------

    async def add_flex(self, account: str, model: str) -> FlexView:
        request = p.AddFlexInstanceRequest(
            request_id=wire.new_id(), account_sid=account, pricing_model=wire.flex_model(model)
        )
        return wire.flex_in((await self._call(self.plans.AddFlexInstance, request, staff=False)).instance)

    async def switch_flex(self, account: str, model: str) -> FlexView:
        request = p.ChangeFlexPricingRequest(
            request_id=wire.new_id(), account_sid=account, pricing_model=wire.flex_model(model)
        )
        return wire.flex_in((await self._call(self.plans.ChangeFlexPricing, request, staff=False)).instance)

    async def withdraw_flex(self, account: str) -> FlexView:
        request = p.WithdrawFlexPricingChangeRequest(request_id=wire.new_id(), account_sid=account)
        return wire.flex_in((await self._call(self.plans.WithdrawFlexPricingChange, request, staff=False)).instance)

    async def record_activity(self, events: list[dict[str, Any]]) -> list[str]:
        request = b.RecordFlexActivityRequest(activities=[_activity(**event) for event in events])
        return _fates(await self._call(self.billing.RecordFlexActivity, request), len(events))

    async def void_activity(self, account: str, period: str, events: list[str]) -> tuple[int, int]:
        request = b.VoidFlexActivityRequest(
            request_id=wire.new_id(), account_sid=account, period=period, event_ids=events
        )
        response = await self._call(self.billing.VoidFlexActivity, request)
        return response.voided_count, response.repeated_count

    # Support ---------------------------------------------------------------------------------------------------------

    async def record_cases(self, cases: list[dict[str, Any]]) -> tuple[int, int]:
        request = b.RecordCasesRequest(request_id=wire.new_id(), cases=[_case(**case) for case in cases])
        response = await self._call(self.billing.RecordCases, request)
        return response.new_count, response.replaced_count

    async def claim_credit(
        self, account: str, month: str, plan: str, received: datetime | None = None, staff: bool = True
    ) -> CreditView:
        request = b.ClaimSupportCreditRequest(
            request_id=wire.new_id(),
            account_sid=account,
            month=month,
            plan_id=plan,
            ticket="T-1",
            receive_time=wire.maybe_timestamp(received),
        )
        return wire.credit_in((await self._call(self.billing.ClaimSupportCredit, request, staff=staff)).credit)

    async def close(self, period: str) -> None:
        request = b.StartClosingRequest(request_id=wire.new_id(), period=period)
        closing = (await self._call(self.billing.StartClosing, request)).closing
        assert closing.period == period, closing


def _account(message: Any) -> Account:
    created = wire.day_in(message, "creation_day")
    assert created is not None
    return Account(message.account_sid, message.parent_account_sid, created, wire.day_in(message, "closing_day"))


def _inquiry(message: inquiry_pb2.Inquiry) -> tuple[str, str, str]:
    state = inquiry_pb2.InquiryState.Name(message.state).removeprefix("INQUIRY_STATE_").lower()
    return message.account_sid, message.plan_id, state


def _usage(
    event: str, account: str, product: str, micros: int, moment: datetime, nanos: int | None = None
) -> usage_pb2.UsageRecord:
    return usage_pb2.UsageRecord(
        event_id=event,
        account_sid=account,
        product_id=product,
        quantity_micros=micros,
        occur_time=timestamp(moment),
        amount=None if nanos is None else wire.money(nanos),
    )


def _fates(response: Any, count: int) -> list[str]:
    """What became of each record: its reason if it was refused, else that it was taken; and how many were new."""
    fates = ["taken"] * count
    for refused in response.refused:
        fates[refused.index] = ErrorReason.Name(refused.reason).removeprefix("ERROR_REASON_")
    assert response.new_count + response.repeated_count + response.refused_count == count, response
    assert response.refused_count == len(response.refused), response
    return [*fates, f"{response.new_count} new"]


def fates(answers: list[str]) -> list[str]:
    """What the model says of each record, as far as the service tells."""
    taken = ["taken" if answer in {"new", "repeated"} else answer for answer in answers]
    return [*taken, f"{answers.count('new')} new"]


def _activity(
    event: str, account: str, user: str, kind: str, moment: datetime, session: str = ""
) -> flex_pb2.FlexActivity:
    return flex_pb2.FlexActivity(
        event_id=event,
        account_sid=account,
        user_id=user,
        kind=flex_pb2.FlexActivityKind.Value(f"FLEX_ACTIVITY_KIND_{kind}"),
        occur_time=timestamp(moment),
        session_id=session,
    )


def _case(
    account: str, case: str, priority: int, product: str, opened: datetime, answered: datetime | None = None
) -> support_pb2.SupportCase:
    return support_pb2.SupportCase(
        case_id=case,
        account_sid=account,
        priority=priority,  # type: ignore[arg-type]
        product_id=product,
        open_time=timestamp(opened),
        answer_time=wire.maybe_timestamp(answered),
    )
