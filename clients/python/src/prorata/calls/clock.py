"""Calls about the clock of a server in test mode."""

from datetime import datetime

from prorata.connection import Connection
from prorata.moments import moment_to_timestamp, timestamp_to_moment
from prorata.v1.test_clock_service_pb2 import AdvanceTestClockRequest, GetTestClockRequest
from prorata.v1.test_clock_service_pb2_grpc import TestClockServiceStub


class Clock:
    """TestClockService: the clock that business time follows.

    Outside test mode calls fail with UNIMPLEMENTED.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._stub = TestClockServiceStub(connection.channel)

    async def get(self, *, timeout_seconds: float | None = None) -> datetime:
        """What the clock shows, in UTC."""
        response = await self._connection.call(self._stub.GetTestClock, GetTestClockRequest(), timeout_seconds)
        return timestamp_to_moment(response.current_time)

    async def advance(self, target_time: datetime, *, timeout_seconds: float | None = None) -> datetime:
        """Set the clock: freely while the store is empty, then only forward. Fails with CLOCK_BACKWARD."""
        request = AdvanceTestClockRequest(target_time=moment_to_timestamp(target_time))
        response = await self._connection.call(self._stub.AdvanceTestClock, request, timeout_seconds)
        return timestamp_to_moment(response.current_time)
