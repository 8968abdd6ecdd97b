"""PlanService: accounts, the catalogue, who holds which plan, contracts and Flex instances."""

from __future__ import annotations

from prorata.v1.plan_service_pb2_grpc import PlanServiceServicer
from server.handlers.accounts import AccountHandlers
from server.handlers.catalogue import CatalogueHandlers
from server.handlers.contracts import ContractHandlers
from server.handlers.entitlements import EntitlementHandlers
from server.handlers.flex_instances import FlexInstanceHandlers
from server.handlers.inquiries import InquiryHandlers
from server.handlers.plan_history import PlanHistoryHandlers
from server.handlers.subscriptions import SubscriptionHandlers


class PlanService(
    AccountHandlers,
    CatalogueHandlers,
    SubscriptionHandlers,
    PlanHistoryHandlers,
    InquiryHandlers,
    ContractHandlers,
    EntitlementHandlers,
    FlexInstanceHandlers,
    PlanServiceServicer,
):
    """The service, put together from the handlers of its resources."""
