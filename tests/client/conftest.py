"""For the client's tests: a small server of our own with scripted answers, and the command run as a process."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import grpc
import grpc.aio
import pytest
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status

from prorata.v1.billing_service_pb2_grpc import BillingServiceServicer, add_BillingServiceServicer_to_server
from prorata.v1.plan_service_pb2_grpc import PlanServiceServicer, add_PlanServiceServicer_to_server

Serve = Callable[..., Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts a server with these servicers on a free port; its address."""
    async with AsyncExitStack() as stack:

        async def start(
            *, plans: PlanServiceServicer | None = None, billing: BillingServiceServicer | None = None
        ) -> str:
            server = grpc.aio.server()
            if plans is not None:
                add_PlanServiceServicer_to_server(plans, server)
            if billing is not None:
                add_BillingServiceServicer_to_server(billing, server)
            port = server.add_insecure_port("127.0.0.1:0")
            await server.start()
            stack.push_async_callback(server.stop, None)
            return f"127.0.0.1:{port}"

        yield start


async def abort(
    context: grpc.aio.ServicerContext,
    code: grpc.StatusCode,
    message: str,
    *,
    reason: str = "",
    domain: str = "prorata",
    violations: dict[str, str] | None = None,
    retry_seconds: float | None = None,
) -> None:
    """End a call with a status and the details that the server would send."""
    details: list[Message] = []
    if reason:
        details.append(ErrorInfo(reason=reason, domain=domain))
    if violations:
        fields = [BadRequest.FieldViolation(field=path, description=why) for path, why in violations.items()]
        details.append(BadRequest(field_violations=fields))
    if retry_seconds is not None:
        delay = Duration()
        delay.FromNanoseconds(int(retry_seconds * 1e9))
        details.append(RetryInfo(retry_delay=delay))
    packed = []
    for detail in details:
        wrapped = Any()
        wrapped.Pack(detail)
        packed.append(wrapped)
    status = Status(code=code.value[0], message=message, details=packed)
    await context.abort_with_status(rpc_status.to_status(status))


@dataclass(frozen=True)
class Ran:
    """What a command answered."""

    exit_code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, object]:
        """The one JSON document it printed."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[dict[str, object]]:
        """The JSON lines it printed."""
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Awaitable[Ran]]


@pytest.fixture(scope="session")
async def command() -> AsyncIterator[Command]:
    """Runs a prorata command against a server: `await command(address, *arguments)`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PRORATA_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("command_process.py")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environment,
        limit=2**24,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout

    async def run(address: str, *arguments: object) -> Ran:
        asked = {"arguments": [str(each) for each in arguments], "environment": {"PRORATA_ADDRESS": address}}
        stdin.write(json.dumps(asked).encode() + b"\n")
        return Ran(**json.loads(await stdout.readline()))

    yield run
    stdin.close()
    await process.wait()
