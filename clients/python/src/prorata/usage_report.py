"""What became of usage that was sent."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from prorata.v1.error_pb2 import ErrorReason
from prorata.v1.usage_pb2 import RefusedUsage

# The fields of a record by the columns that carry them.
_FIELDS = MappingProxyType(
    {
        "event_ids": "event_id",
        "account_indexes": "account_sid",
        "product_indexes": "product_id",
        "quantities_micros": "quantity_micros",
        "occur_times_micros": "occur_time",
        "amounts_nanos": "amount",
    }
)


class RefusedRecord(NamedTuple):
    """A record that was not accepted, and why."""

    source_index: int
    """Its position among all records given, from 0."""
    event_id: str
    """Its event id, as far as it can be told: a UUID."""
    reason: str
    """The name of the `ErrorReason` without its prefix, such as "PRICE_NOT_FOUND"."""
    field: str
    """The field at fault, such as "product_id"; empty when there is no single one."""
    message: str
    """Why, and what to do, in words."""


@dataclass(slots=True)
class UsageReport:
    """The counts of what was acknowledged so far, and the refused records."""

    new_count: int = 0
    """Records that were new."""
    repeated_count: int = 0
    """Records that had been recorded before, with the same content."""
    refused_count: int = 0
    """Records that were refused."""
    refused: list[RefusedRecord] = field(default_factory=list)
    """The refused ones, in the order of their batches' acknowledgements."""

    @property
    def acknowledged_count(self) -> int:
        """Records that were answered: new, repeated and refused."""
        return self.new_count + self.repeated_count + self.refused_count

    def add(self, counts: tuple[int, int, int], refused: Iterable[RefusedUsage], first_index: int) -> None:
        """Take in the answer (new, repeated, refused) to a batch whose first record has that source index."""
        self.new_count += counts[0]
        self.repeated_count += counts[1]
        self.refused_count += counts[2]
        self.refused.extend(_refused(each, first_index) for each in refused)


def reason_name(reason: ErrorReason.ValueType) -> str:
    """The reason's name without its prefix; its number when this client does not know it."""
    if reason not in ErrorReason.values():
        return str(int(reason))
    return ErrorReason.Name(reason).removeprefix("ERROR_REASON_")


def _field(path: str) -> str:
    """The name of the field in a record, of a path such as "records[3].product_id" or "columns.product_indexes[3]"."""
    if path.startswith("columns."):
        return _FIELDS.get(column := path[len("columns.") :].partition("[")[0], column)
    return path.rpartition("].")[2]


def _refused(message: RefusedUsage, first_index: int) -> RefusedRecord:
    return RefusedRecord(
        source_index=first_index + message.index,
        event_id=message.event_id,
        reason=reason_name(message.reason),
        field=_field(message.field),
        message=message.message,
    )
