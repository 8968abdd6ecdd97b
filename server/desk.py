"""What the services share: the store, the door bell, and how a write is made once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message

from billing.messages.basic import uuid_from_text
from billing.operations.context import Caller, Store, Writing
from billing.operations.ingest import Ingestor
from billing.operations.once import Open, Request, once, writing_once
from billing.operations.subscriptions import Subscriptions
from server.interceptors import current_caller
from server.signals import Signals
from server.usage_calls import RecordCalls

Response = TypeVar("Response", bound=Message)
Ring = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Desk:
    """What a handler works with.

    Attributes:
        store: the store.
        ingestor: the way in for usage.
        record_calls: the way in for usage in rows.
        subscriptions: tells which plan accounts have.
        signals: what tells streams that a closing or the feed has moved.
        ring: asks the workers to run a job by name; never fails.
    """

    store: Store
    ingestor: Ingestor
    record_calls: RecordCalls
    subscriptions: Subscriptions
    signals: Signals
    ring: Ring

    @property
    def caller(self) -> Caller:
        """Who calls."""
        return current_caller.get()

    async def write(
        self,
        request: Any,
        response_type: type[Response],
        subject: str,
        work: Callable[[Writing], Awaitable[Response]],
        opened_by: Open = writing_once,
    ) -> Response:
        """Do a write once: the same request id answers the same."""

        async def serialized(write: Writing) -> bytes:
            return (await work(write)).SerializeToString()

        answer = await once(self.store, self.caller, _request(request, subject), serialized, opened_by)
        return response_type.FromString(answer)


def _request(request: Any, subject: str) -> Request:
    content = type(request)()
    content.CopyFrom(request)
    content.request_id = ""
    return Request(
        rpc=request.DESCRIPTOR.name.removesuffix("Request"),
        request_id=uuid_from_text(request.request_id),
        content=content.SerializeToString(deterministic=True),
        subject=subject,
        as_json=MessageToJson(content, preserving_proto_field_name=True, indent=None, ensure_ascii=False),
    )
