"""Stands in for the server: answers the health service until SIGTERM.

Where PRORATA_HEALTH_ADDRESS says, if it does, else where PRORATA_LISTEN_ADDRESS does.
"""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
server = grpc.server(ThreadPoolExecutor(2))
servicer = health.HealthServicer()
servicer.set("", health_pb2.HealthCheckResponse.SERVING)
health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
server.add_insecure_port(os.environ.get("PRORATA_HEALTH_ADDRESS") or os.environ["PRORATA_LISTEN_ADDRESS"])
server.start()
stop.wait()
server.stop(0).wait()
