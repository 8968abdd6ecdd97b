"""What the calls of a service share: its connection and its stub."""

from prorata.connection import Connection
from prorata.v1.billing_service_pb2_grpc import BillingServiceStub
from prorata.v1.plan_service_pb2_grpc import PlanServiceStub


class PlanServiceCalls:
    """Calls of PlanService over a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._stub = PlanServiceStub(connection.channel)


class BillingServiceCalls:
    """Calls of BillingService over a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._stub = BillingServiceStub(connection.channel)
