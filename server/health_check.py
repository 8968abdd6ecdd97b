"""`python -m server health`: asks a server's health address, for those that start a command to look at a container."""

from __future__ import annotations

import sys

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from pydantic import Field
from pydantic_settings import BaseSettings

from billing.process.store_settings import ENVIRONMENT

ANSWER_SECONDS = 3.0
SERVES, SERVES_NOT = 0, 1  # exit codes


class HealthSettings(BaseSettings):
    """Where health is answered: all that a check needs to know."""

    model_config = ENVIRONMENT

    health_address: str = Field(min_length=1)
    """host:port where the server answers health, without TLS"""


def check_health(settings: HealthSettings) -> int:
    """Ask once; returns 0 when the server serves, else 1 after a line on stderr that says why not."""
    address = settings.health_address  # that of all addresses leads to this machine, too
    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        try:
            check = HealthStub(channel).Check  # type: ignore[attr-defined]  # the stub's methods have no types
            answer = check(HealthCheckRequest(), timeout=ANSWER_SECONDS)
        except grpc.RpcError as error:
            sys.stderr.write(f"no answer from {address}: {error.code().name}, {error.details()}\n")
            return SERVES_NOT
    if answer.status == HealthCheckResponse.SERVING:
        return SERVES
    sys.stderr.write(f"{address} says {HealthCheckResponse.ServingStatus.Name(answer.status)}\n")
    return SERVES_NOT
