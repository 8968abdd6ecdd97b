"""What the handlers of every resource share."""

from __future__ import annotations

from typing import Any

import grpc

from server.desk import Desk

Context = grpc.aio.ServicerContext[Any, Any]


class Handlers:
    """The handlers of one resource: parse, one operation, convert, return."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._store = desk.store
