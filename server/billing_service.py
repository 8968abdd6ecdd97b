"""BillingService: usage, prices, Flex activity, support, charges and the month-end."""

from __future__ import annotations

from prorata.v1.billing_service_pb2_grpc import BillingServiceServicer
from server.handlers.audit import AuditHandlers
from server.handlers.charges import ChargeHandlers
from server.handlers.closings import ClosingHandlers
from server.handlers.flex_activity import FlexActivityHandlers
from server.handlers.products import ProductHandlers
from server.handlers.rehearsals import RehearsalHandlers
from server.handlers.support import SupportHandlers
from server.handlers.usage import UsageHandlers
from server.handlers.usage_corrections import UsageCorrectionHandlers


class BillingService(
    UsageHandlers,
    UsageCorrectionHandlers,
    FlexActivityHandlers,
    ProductHandlers,
    SupportHandlers,
    ChargeHandlers,
    ClosingHandlers,
    RehearsalHandlers,
    AuditHandlers,
    BillingServiceServicer,
):
    """The service, put together from the handlers of its resources."""
