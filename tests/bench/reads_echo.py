"""`python -m tests.bench.reads_echo`: a server whose handlers do nothing, behind the product's interceptors."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import uvloop

from prorata.v1 import plan_service_pb2 as pb
from prorata.v1.plan_service_pb2_grpc import PlanServiceServicer, add_PlanServiceServicer_to_server
from server.app import bare_server
from server.interceptors import Guard
from server.security.admission import OpenGate
from server.settings import Settings


class Echo(PlanServiceServicer):
    """The same RPCs as the product's, each with an empty answer at once."""

    async def GetSubscription(self, *_: Any) -> pb.GetSubscriptionResponse:  # noqa: N802 - of the contract
        return pb.GetSubscriptionResponse()

    async def GetEntitlements(self, *_: Any) -> pb.GetEntitlementsResponse:  # noqa: N802 - of the contract
        return pb.GetEntitlementsResponse()


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    server = bare_server([Guard(OpenGate(), settings.most_calls, settings.most_followers)])
    add_PlanServiceServicer_to_server(Echo(), server)  # type: ignore[abstract]  # the rest is not called
    server.add_insecure_port(settings.listen_address)
    await server.start()
    await stop.wait()
    await server.stop(None)


if __name__ == "__main__":
    uvloop.run(serve(Settings()))  # type: ignore[call-arg]  # from the environment
