"""The limits that stand on the fields of the contract, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import options_pb2
from prorata.v1.options_pb2 import Limits
from server.access import SERVICES
from tests.server.calls import INVALID, new_id, refuses
from tests.server.test_server_errors import named
from tests.service import STAFF, Service

UUID_PATTERN = "[0-9a-fA-F]{8}-"


def limits_of(field: FieldDescriptor) -> Limits:
    return field.GetOptions().Extensions[options_pb2.limits]


def valid_value(field: FieldDescriptor) -> Any:
    """A value that the limits of a field allow."""
    pattern = limits_of(field).pattern
    samples = {UUID_PATTERN: new_id(), "(AC|CT)[": "AC" + "0" * 32, "[0-9]{4}": "2026-06"}
    samples |= {f"{prefix}[": prefix + "0" * 32 for prefix in ("AC", "CH", "CT", "IN", "CR")}
    for start, sample in samples.items():
        if pattern.startswith(start):
            return sample
    if field.type == FieldDescriptor.TYPE_STRING:
        return "x"
    return 1


def valid(descriptor: Descriptor) -> Any:
    """A request in which every required field is set."""
    message: Any = descriptor._concrete_class()
    for field in descriptor.fields:
        if not limits_of(field).required:
            continue
        if field.is_repeated and field.message_type is None:
            getattr(message, field.name).append(valid_value(field))
        elif field.is_repeated:
            getattr(message, field.name).add()
        elif field.message_type is not None:
            getattr(message, field.name).SetInParent()
        else:
            setattr(message, field.name, valid_value(field))
    return message


def bad_values(field: FieldDescriptor) -> Iterator[Any]:
    """Values that the limits of a scalar field forbid."""
    limits = limits_of(field)
    if limits.required:
        yield type(field.default_value)()
    if limits.pattern:
        sample = valid_value(field)
        yield from (sample + "\n", " " + sample, "x" * 70 + "!", "\N{FULLWIDTH DIGIT ONE}", sample + "\0")
    if limits.max_len:
        yield "x" * (limits.max_len + 1)
    if limits.HasField("min"):
        yield from (limits.min - 1, -(2**31))
    if limits.HasField("max"):
        yield limits.max + 1
    if field.enum_type is not None:
        yield from (-1, 1_000, 2**31 - 1)


def cases() -> Iterator[tuple[str, Descriptor, FieldDescriptor]]:
    for service in SERVICES:
        for method in service.methods:
            for field in method.input_type.fields:
                yield method.name, method.input_type, field


async def test_every_limit_of_the_contract_is_kept_and_the_field_named(
    quiet: Service, subtests: pytest.Subtests
) -> None:
    tried = 0
    for name, descriptor, field in cases():
        if field.is_repeated or (field.message_type is not None and not limits_of(field).required):
            continue
        values = [None] if field.message_type is not None else bad_values(field)
        for value in values:
            request = valid(descriptor)
            if value is None:
                request.ClearField(field.name)
            else:
                setattr(request, field.name, value)
            tried += 1
            with subtests.test(name, field=field.name, value=repr(value)[:60]):
                await refuses(named(quiet, name, request), INVALID, "INVALID_FIELD", field.name)
    assert tried > 150


async def test_lists_are_bounded_and_their_items_checked(quiet: Service, subtests: pytest.Subtests) -> None:
    tried = 0
    for name, descriptor, field in cases():
        limits = limits_of(field)
        if not field.is_repeated:
            continue
        assert limits.max_items, f"{name}.{field.name} has no bound"
        with subtests.test(name, field=field.name):
            request = valid(descriptor)
            items = getattr(request, field.name)
            for _ in range(limits.max_items + 1 - len(items)):
                if field.message_type is None:
                    items.append(valid_value(field))
                else:
                    items.add()
            tried += 1
            await refuses(named(quiet, name, request), INVALID, "INVALID_FIELD", field.name)
            del items[:]
            if limits.required:
                await refuses(named(quiet, name, request), INVALID, "INVALID_FIELD", field.name)
            if limits.pattern:
                items.extend([valid_value(field), "AC1"])
                await refuses(named(quiet, name, request), INVALID, "INVALID_FIELD", f"{field.name}[1]")
    assert tried > 3


async def test_the_first_field_at_fault_is_named_in_words_a_person_understands(quiet: Service) -> None:
    [method] = [method for service in SERVICES for method in service.methods if method.name == "ChangePlan"]
    request = method.input_type._concrete_class(request_id="1", account_sid="AC" + "F" * 32, plan_id="x" * 65)
    found = await refuses(named(quiet, "ChangePlan", request), INVALID, "INVALID_FIELD", "request_id")
    assert "a UUID" in found.message
    request.request_id = new_id()
    found = await refuses(named(quiet, "ChangePlan", request), INVALID, "INVALID_FIELD", "account_sid")
    assert "32 lowercase hex digits" in found.message


async def test_a_refusal_does_not_repeat_what_was_too_long(quiet: Service) -> None:
    [method] = [method for service in SERVICES for method in service.methods if method.name == "GetAccount"]
    request = method.input_type._concrete_class(account_sid="y" * 100_000)
    found = await refuses(named(quiet, "GetAccount", request), INVALID, "INVALID_FIELD", "account_sid")
    assert len(found.message) < 300


async def test_an_empty_item_of_a_list_is_named(service: Service) -> None:
    """A list of ids has no empty ones."""
    request = b.VoidUsageRequest(
        request_id=new_id(), account_sid=f"AC{1:032x}", period="2026-06", event_ids=[new_id(), ""]
    )
    refused = await service.refused(service.billing.VoidUsage(request, metadata=STAFF))
    assert (refused.reason, refused.fields) == ("INVALID_FIELD", ("event_ids[1]",))
