"""The calls of the three services, one class a service, one module a resource.

Every method sends one request and returns the resource in the answer, or the whole answer where it holds
several. `iterate_…` methods go over all pages of a list. Every method takes `timeout_seconds`, the deadline
of the call with all its attempts (the client's when None), and raises `ProrataError`. Every write takes
`request_id`, a UUID; one is made when none is given, and all attempts of a call carry the same one. Days that
are None mean what the contract says about a day that is not set.
"""

from prorata.calls.accounts import AccountCalls
from prorata.calls.audit import AuditCalls
from prorata.calls.catalogue import CatalogueCalls
from prorata.calls.charges import ChargeCalls
from prorata.calls.clock import Clock
from prorata.calls.closings import ClosingCalls
from prorata.calls.contracts import ContractCalls
from prorata.calls.entitlements import EntitlementCalls
from prorata.calls.flex import FlexCalls, FlexInstanceCalls
from prorata.calls.inquiries import InquiryCalls
from prorata.calls.plan_history import PlanHistoryCalls
from prorata.calls.prices import PriceCalls
from prorata.calls.rehearsals import RehearsalCalls
from prorata.calls.subscriptions import SubscriptionCalls
from prorata.calls.support import SupportCalls
from prorata.calls.usage import UsageCalls

__all__ = ["Billing", "Clock", "Plans"]


class Plans(
    AccountCalls,
    CatalogueCalls,
    SubscriptionCalls,
    PlanHistoryCalls,
    InquiryCalls,
    ContractCalls,
    EntitlementCalls,
    FlexInstanceCalls,
):
    """PlanService: accounts, the catalogue of support plans, and who holds which plan."""


class Billing(UsageCalls, PriceCalls, SupportCalls, ChargeCalls, ClosingCalls, RehearsalCalls, AuditCalls, FlexCalls):
    """BillingService: usage, prices, charges and the month-end."""
