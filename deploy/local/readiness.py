"""Conditions to wait for: whether a service answers."""

import socket
from typing import Any

import grpc
import redis
from grpc_health.v1 import health_pb2

ANSWER_SECONDS = 1.0
# Each question has a connection of its own: shared ones wait a second between attempts. No proxy either.
CHANNEL_OPTIONS = (("grpc.use_local_subchannel_pool", 1), ("grpc.enable_http_proxy", 0))


def grpc_serving(address: str, service: str = "") -> bool:
    """Whether the health service at host:port says SERVING for a service; "" is the server as a whole."""
    if not listens(address):
        return False
    with grpc.insecure_channel(address, options=CHANNEL_OPTIONS) as channel:
        check = channel.unary_unary(  # the stub's methods have no types
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        try:
            answer = check(health_pb2.HealthCheckRequest(service=service), timeout=ANSWER_SECONDS)
        except grpc.RpcError:
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def listens(address: str) -> bool:
    """Whether somebody accepts connections at host:port."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER_SECONDS):
            return True
    except OSError:
        return False


def valkey_answers(host: str, port: int, pid: int) -> bool:
    """Whether the server at this port answers PING and is the process of this pid."""
    client = redis.Redis(host=host, port=port, socket_timeout=ANSWER_SECONDS)
    try:
        client.ping()
        about: Any = client.info("server")  # typed for the asynchronous client as well
        return int(about["process_id"]) == pid
    except redis.RedisError:
        return False
    finally:
        client.close()
