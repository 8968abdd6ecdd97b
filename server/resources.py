"""Our resources as messages of the contract."""

from __future__ import annotations

from billing.accounts import Account as BillingAccount
from billing.catalogue import Guarantee
from billing.catalogue import Plan as BillingPlan
from billing.catalogue import PlanVersion as BillingPlanVersion
from billing.holding import Held
from billing.messages.basic import date_from_day, timestamp_from_moment
from billing.messages.charges import plan_price_message
from billing.money import Currency
from billing.operations.plans import PlanChange as BillingPlanChange
from billing.operations.subscriptions import Subscription as BillingSubscription
from billing.store.requests import AuditEvent as BillingAuditEvent
from prorata.v1.account_pb2 import Account
from prorata.v1.audit_pb2 import AuditEvent
from prorata.v1.plan_pb2 import Plan, PlanVersion, ResponseGuarantee
from prorata.v1.subscription_pb2 import PlanChange, Subscription, SubscriptionPeriod


def account_message(account: BillingAccount) -> Account:
    """An account."""
    return Account(
        account_sid=account.account_sid,
        parent_account_sid=account.parent_sid,
        display_name=account.display_name,
        creation_day=date_from_day(account.start_day),
        closing_day=date_from_day(account.end_day),
        create_time=timestamp_from_moment(account.create_time),
    )


def plan_message(plan: BillingPlan, version: BillingPlanVersion, language_code: str, currency: Currency) -> Plan:
    """A plan in a language, with one of its versions."""
    language, display_name, description = plan.text(language_code)
    return Plan(
        plan_id=plan.plan_id,
        display_name=display_name,
        description=description,
        language_code=language,
        self_service=plan.self_service,
        version=PlanVersion(
            number=version.number,
            effective_day=date_from_day(version.effective_day) if version.number > 1 else None,
            price=plan_price_message(version.price, currency),
            guarantees=map(guarantee_message, version.guarantees),
            channels=version.channels,  # type: ignore[arg-type]
            services=version.services,  # type: ignore[arg-type]
        ),
    )


def guarantee_message(guarantee: Guarantee) -> ResponseGuarantee:
    """A guaranteed response time."""
    return ResponseGuarantee(
        priority=guarantee.priority,  # type: ignore[arg-type]
        response_minutes=guarantee.response_minutes,
        clock=guarantee.clock,  # type: ignore[arg-type]
        exclusive=guarantee.exclusive,
    )


def plan_change_message(change: BillingPlanChange) -> PlanChange:
    """A change of plan."""
    return PlanChange(
        plan_id=change.plan_id,
        active_day=date_from_day(change.active_day),
        first_charge_day=date_from_day(change.first_charge_day),
        pending=change.pending,
        by_staff=change.by_staff,
    )


def subscription_message(found: BillingSubscription) -> Subscription:
    """The plan an account has on a day."""
    run = found.run
    return Subscription(
        account_sid=found.account_sid,
        owner_sid=found.owner_sid if run else "",
        day=date_from_day(found.day),
        plan_id=run.plan_id if run else "",
        plan_version_number=found.plan.on(found.day).number if found.plan else 0,
        since_day=date_from_day(found.since_day),
        end_day=date_from_day(found.end_day),
        origin=int(run.origin) if run else 0,  # type: ignore[arg-type]
        pending_change=plan_change_message(found.pending) if found.pending else None,
    )


def subscription_period_message(owner_sid: str, run: Held) -> SubscriptionPeriod:
    """A run of days on which an owner holds a plan."""
    return SubscriptionPeriod(
        owner_sid=owner_sid,
        plan_id=run.plan_id,
        start_day=date_from_day(run.start),
        end_day=date_from_day(run.end),
        origin=int(run.origin),  # type: ignore[arg-type]
        record_time=timestamp_from_moment(run.record_time),
        supersede_time=timestamp_from_moment(run.supersede_time),
    )


def audit_event_message(event: BillingAuditEvent) -> AuditEvent:
    """A write of the audit trail."""
    return AuditEvent(
        number=event.event_number,
        event_time=timestamp_from_moment(event.event_time),
        caller=event.caller,
        role=event.role,
        rpc=event.rpc,
        subject=event.subject,
        request_id=str(event.request_id) if event.request_id else "",
        request_json=event.request_json,
    )
