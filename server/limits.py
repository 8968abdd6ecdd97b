"""The one generic check of the limits that stand on the fields of the contract."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from billing.errors import invalid
from prorata.v1 import options_pb2
from prorata.v1.options_pb2 import Limits

Check = Callable[[Any, str], None]


def check_limits(message: Message) -> None:
    """Check a request against the limits on its fields, in their order; INVALID_FIELD names the first at fault."""
    for check in _checks(message.DESCRIPTOR):
        check(message, "")


@cache
def _checks(descriptor: Descriptor) -> list[Check]:
    """The checks of a message type, made once."""
    return [check for field in descriptor.fields for check in _checks_of(field)]


def _checks_of(field: FieldDescriptor) -> Iterable[Check]:
    limits = field.GetOptions().Extensions[options_pb2.limits]
    if limits.required:
        yield _required(field)
    if field.is_repeated:
        yield from _list_checks(field, limits)
    elif field.message_type is not None:
        if field.message_type.full_name.startswith("prorata."):
            yield _message(field)
    elif field.type == FieldDescriptor.TYPE_ENUM:
        yield _enum(field)
    else:
        yield from _scalar_checks(field, limits)


def _required(field: FieldDescriptor) -> Check:
    name, is_message = field.name, field.message_type is not None and not field.is_repeated

    def check(message: Any, path: str) -> None:
        if not (message.HasField(name) if is_message else getattr(message, name)):
            raise invalid(path + name, f"{name} is missing: it is required")

    return check


def _list_checks(field: FieldDescriptor, limits: Limits) -> Iterable[Check]:
    name = field.name
    if limits.max_items:
        yield _most_items(name, limits.max_items)
    if limits.checked_by_item or field.message_type is None:
        if limits.pattern:
            yield _every_item(name, _pattern(limits))
        return

    def check(message: Any, path: str) -> None:
        for index, item in enumerate(getattr(message, name)):
            for inner in _checks(item.DESCRIPTOR):
                inner(item, f"{path}{name}[{index}].")

    yield check


def _every_item(name: str, matches: Callable[[str, str], None]) -> Check:
    def check(message: Any, path: str) -> None:
        for index, item in enumerate(getattr(message, name)):
            if not item:
                raise invalid(f"{path}{name}[{index}]", f"{name} has an empty item: leave it out")
            matches(item, f"{path}{name}[{index}]")

    return check


def _most_items(name: str, most: int) -> Check:
    def check(message: Any, path: str) -> None:
        count = len(getattr(message, name))
        if count > most:
            raise invalid(path + name, f"{name} has {count} items: send at most {most}")

    return check


def _message(field: FieldDescriptor) -> Check:
    name = field.name

    def check(message: Any, path: str) -> None:
        if message.HasField(name):
            inner = getattr(message, name)
            for check_inner in _checks(inner.DESCRIPTOR):
                check_inner(inner, f"{path}{name}.")

    return check


def _enum(field: FieldDescriptor) -> Check:
    assert field.enum_type is not None
    name, known = field.name, frozenset(field.enum_type.values_by_number)

    def check(message: Any, path: str) -> None:
        if getattr(message, name) not in known:
            raise invalid(path + name, f"{getattr(message, name)} is not a value of {name}")

    return check


def _scalar_checks(field: FieldDescriptor, limits: Limits) -> Iterable[Check]:
    name = field.name
    if field.type == FieldDescriptor.TYPE_STRING:
        yield _no_nul(name)
    if limits.pattern:
        matches = _pattern(limits)
        yield lambda message, path: matches(getattr(message, name), path + name)
    if limits.max_len:
        yield _longest(name, limits.max_len)
    if limits.HasField("min") or limits.HasField("max"):
        yield _range(name, limits)


def _pattern(limits: Limits) -> Callable[[str, str], None]:
    pattern, meaning = re.compile(limits.pattern), limits.pattern_meaning or limits.pattern

    def check(value: str, path: str) -> None:
        if value and pattern.fullmatch(value) is None:
            raise invalid(path, f"{value[:80]!r} is malformed: it must be {meaning}")

    return check


def _no_nul(name: str) -> Check:
    def check(message: Any, path: str) -> None:
        if "\0" in getattr(message, name):
            raise invalid(path + name, f"{name} holds a NUL character: leave it out")

    return check


def _longest(name: str, most: int) -> Check:
    def check(message: Any, path: str) -> None:
        if len(getattr(message, name)) > most:
            raise invalid(path + name, f"{name} is too long: at most {most}")

    return check


def _range(name: str, limits: Limits) -> Check:
    least = limits.min if limits.HasField("min") else -(2**63)
    most = limits.max if limits.HasField("max") else 2**63

    def check(message: Any, path: str) -> None:
        value = getattr(message, name)
        if not least <= value <= most:
            bound = f"at least {least}" if value < least else f"at most {most}"
            raise invalid(path + name, f"{name} is {value}: it must be {bound}")

    return check
