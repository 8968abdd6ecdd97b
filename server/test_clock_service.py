"""TestClockService, registered in test mode only."""

from __future__ import annotations

from typing import Any

import grpc

from billing.messages.basic import moment_from_timestamp, timestamp_from_moment
from billing.operations.clock import advance_test_clock, get_test_clock
from billing.operations.context import reading, writing
from prorata.v1 import test_clock_service_pb2 as pb
from prorata.v1.test_clock_service_pb2_grpc import TestClockServiceServicer
from server.desk import Desk

Context = grpc.aio.ServicerContext[Any, Any]


class TestClockService(TestClockServiceServicer):
    """The handlers: parse, one operation, convert, return."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._store = desk.store

    async def GetTestClock(self, request: pb.GetTestClockRequest, context: Context) -> pb.GetTestClockResponse:
        async with reading(self._store) as read:
            shown = await get_test_clock(read)
        return pb.GetTestClockResponse(current_time=timestamp_from_moment(shown))

    async def AdvanceTestClock(
        self, request: pb.AdvanceTestClockRequest, context: Context
    ) -> pb.AdvanceTestClockResponse:
        target = moment_from_timestamp(request, "target_time")
        assert target is not None  # the limits ask for it
        async with writing(self._store, self._desk.caller) as write:
            shown = await advance_test_clock(write, target)
        await self._desk.ring("sweep")
        return pb.AdvanceTestClockResponse(current_time=timestamp_from_moment(shown))
