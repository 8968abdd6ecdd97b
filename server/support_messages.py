"""Cases, response times and support credits as messages of the contract."""

from __future__ import annotations

from billing.credits import PayerCredit as BillingPayerCredit
from billing.credits import SupportCredit as BillingSupportCredit
from billing.errors import BillingError, invalid
from billing.messages.basic import (
    moment_from_timestamp,
    money_from_minor,
    text_from_credit_id,
    text_from_decimal,
    timestamp_from_moment,
)
from billing.money import Currency
from billing.operations.cases import SentCase
from billing.response_times import ResponseTime as BillingResponseTime
from billing.store.support_cases import ListedCase
from prorata.v1.support_pb2 import PayerCredit, ResponseTime, SupportCase, SupportCredit
from server.resources import guarantee_message


def case_from_message(case: SupportCase, path: str) -> SentCase:
    """A case as it is sent; INVALID_FIELD below the path when a moment is out of range."""
    try:
        open_time, answer_time = (moment_from_timestamp(case, field) for field in ("open_time", "answer_time"))
    except BillingError as error:
        raise invalid(f"{path}.{error.field}", error.message) from None
    assert open_time is not None  # the limits ask for it
    return SentCase(case.account_sid, case.case_id, case.priority, case.product_id, open_time, answer_time)


def case_message(account_sid: str, case: ListedCase) -> SupportCase:
    """A case of an account."""
    return SupportCase(
        case_id=case.case_id,
        account_sid=account_sid,
        priority=case.priority,  # type: ignore[arg-type]
        product_id=case.product_id or "",
        open_time=timestamp_from_moment(case.open_time),
        answer_time=timestamp_from_moment(case.answer_time),
    )


def response_time_message(time: BillingResponseTime, owner_sid: str) -> ResponseTime:
    """The response times of an owner, plan, version and priority."""
    average = time.average_seconds
    return ResponseTime(
        owner_sid=owner_sid,
        plan_id=time.version.plan_id,
        plan_version_number=time.version.number,
        priority=time.priority,  # type: ignore[arg-type]
        case_count=time.case_count,
        unanswered_count=time.unanswered_count,
        average_seconds=None if average is None else text_from_decimal(average),
        guarantee=guarantee_message(time.guarantee) if time.guarantee else None,
        missed=time.missed,
    )


def credit_message(credit: BillingSupportCredit, currency: Currency) -> SupportCredit:
    """A credit with what payers are credited."""
    return SupportCredit(
        credit_id=text_from_credit_id(credit.credit_id),
        owner_sid=credit.owner_sid,
        month=str(credit.month),
        plan_id=credit.plan_id,
        ticket=credit.ticket,
        receive_time=timestamp_from_moment(credit.receive_time),
        grant_time=timestamp_from_moment(credit.grant_time),
        final=credit.final_period is not None,
        final_closing_period=str(credit.final_period) if credit.final_period else "",
        payers=[_payer_credit(payer, currency) for payer in credit.payers],
    )


def _payer_credit(payer: BillingPayerCredit, currency: Currency) -> PayerCredit:
    return PayerCredit(
        payer_account_sid=payer.payer_sid,
        amount=money_from_minor(payer.amount_minor, currency),
        used=money_from_minor(payer.used_minor, currency),
        lapsed=payer.lapsed,
    )
