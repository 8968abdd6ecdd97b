"""4.4, 4.3: what is refused when usage is voided or corrected, in which order, and that then nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from google.type.money_pb2 import Money

from tests.conftest import MakeService
from tests.corrections.calls import (
    JUNE,
    MID_JUNE,
    PARENT,
    Fix,
    Totals,
    correct,
    correcting,
    prepare,
    summary,
    void,
    voiding,
)
from tests.service import STAFF, Refusal, Service, usage

KNOWN, VOIDED, FAX, MISSING = (UUID(int=number) for number in (1, 2, 3, 4))
UNKNOWN_SID = "AC" + "9" * 32


@pytest.fixture
async def june(service: Service) -> Service:
    """On 20 June: a record, one that is voided, and a rated one of a product without a price."""
    await prepare(service)
    await service.advance(date(2026, 6, 20))
    records = [usage(PARENT, "sms", MID_JUNE, quantity=5, event=event) for event in (KNOWN, VOIDED)]
    response = await service.record([*records, usage(PARENT, "fax", MID_JUNE, amount=2, event=FAX)])
    assert response.new_count == 3
    await void(service, VOIDED)
    return service


async def refused(service: Service, request: Any) -> Refusal:
    """The refusal of a request to void or correct."""
    call = service.billing.VoidUsage if hasattr(request, "event_ids") else service.billing.CorrectUsage
    return await service.refused(call(request, metadata=STAFF))


class Case(NamedTuple):
    """A request that is refused: why, and which field is at fault."""

    request: Callable[[], Any]
    reason: str
    field: str


def foreign(fix: Fix) -> Any:
    """A correction with its amount in another currency."""
    request = correcting([fix])
    request.corrections[0].amount.currency_code = "EUR"
    return request


CASES = [
    Case(lambda: voiding([KNOWN], sid=UNKNOWN_SID), "ACCOUNT_NOT_FOUND", "account_sid"),
    Case(lambda: voiding([KNOWN], sid=UNKNOWN_SID, period="2025-05"), "ACCOUNT_NOT_FOUND", "account_sid"),
    Case(lambda: voiding([MISSING], period="2025-05"), "MOMENT_TOO_OLD", "period"),
    Case(lambda: voiding([MISSING], period="2025-06"), "EVENT_NOT_FOUND", "event_ids[0]"),
    Case(lambda: voiding([MISSING], period="2099-01"), "EVENT_NOT_FOUND", "event_ids[0]"),
    Case(lambda: voiding([KNOWN, VOIDED, MISSING, uuid4()]), "EVENT_NOT_FOUND", "event_ids[2]"),
    Case(lambda: voiding([]), "INVALID_FIELD", "event_ids"),
    Case(lambda: voiding([KNOWN, MISSING, KNOWN]), "INVALID_FIELD", "event_ids[2]"),
    Case(lambda: voiding([KNOWN], period="2026-13"), "INVALID_FIELD", "period"),
    Case(lambda: voiding([KNOWN], period="1999-01"), "INVALID_FIELD", "period"),
    Case(lambda: correcting([Fix(KNOWN, 1)], sid=UNKNOWN_SID), "ACCOUNT_NOT_FOUND", "account_sid"),
    Case(lambda: correcting([Fix(MISSING, 1)], period="2025-05"), "MOMENT_TOO_OLD", "period"),
    Case(lambda: correcting([Fix(VOIDED, 1), Fix(MISSING, 1)]), "EVENT_NOT_FOUND", "corrections[1].event_id"),
    Case(lambda: correcting([Fix(FAX, 1), Fix(VOIDED, 1)]), "EVENT_VOIDED", "corrections[1].event_id"),
    Case(lambda: foreign(Fix(MISSING, 1, 1)), "EVENT_NOT_FOUND", "corrections[0].event_id"),
    Case(lambda: foreign(Fix(VOIDED, 1, 1)), "EVENT_VOIDED", "corrections[0].event_id"),
    Case(lambda: foreign(Fix(FAX, 1, 1)), "CURRENCY_MISMATCH", "corrections[0].amount"),
    Case(lambda: correcting([Fix(KNOWN, 1), Fix(FAX, 1)]), "PRICE_NOT_FOUND", "corrections[1].amount"),
    Case(lambda: correcting([Fix(FAX, 0)]), "PRICE_NOT_FOUND", "corrections[0].amount"),
    Case(lambda: correcting([]), "INVALID_FIELD", "corrections"),
    Case(lambda: correcting([Fix(KNOWN, 1), Fix(KNOWN, 2)]), "INVALID_FIELD", "corrections[1].event_id"),
    Case(lambda: correcting([Fix(KNOWN, 1), Fix(FAX, -1, 1)]), "INVALID_FIELD", "corrections[1].quantity_micros"),
    Case(lambda: correcting([Fix(KNOWN, 10**12)]), "INVALID_FIELD", "corrections[0].quantity_micros"),
    Case(lambda: correcting([Fix(KNOWN, 1, Decimal("-0.000000001"))]), "INVALID_FIELD", "corrections[0].amount"),
    Case(lambda: correcting([Fix(KNOWN, 1, 10**9)]), "INVALID_FIELD", "corrections[0].amount"),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{number}-{case.reason}" for number, case in enumerate(CASES)])
async def test_4_4_corrections_are_refused_with_the_first_reason_and_the_field_at_fault(
    june: Service, case: Case
) -> None:
    """4.3, 4.4: reach, events, voids, currency and price, in the order of the contract; all or none."""
    before = await summary(june)
    answer = await refused(june, case.request())
    assert (answer.reason, answer.fields) == (case.reason, (case.field,))
    assert await summary(june) == before


async def test_malformed_ids_and_amounts_are_refused(june: Service) -> None:
    """An empty event id, the same one in capitals, and amounts that are no amounts."""
    request = voiding([KNOWN])
    request.event_ids.append("")
    assert (await refused(june, request)).fields == ("event_ids[1]",)
    request.event_ids[:] = ["x"]
    assert (await refused(june, request)).fields == ("event_ids[0]",)
    letters = UUID("abcdefab-0000-4000-8000-00000000000a")
    request.event_ids[:] = [str(letters), str(letters).upper()]
    assert (await refused(june, request)).fields == ("event_ids[1]",)
    for units, nanos in ((1, -1), (-1, 1), (0, 10**9), (0, -1), (2**62, 0), (-(2**63), 0)):
        wrong = correcting([Fix(KNOWN, 1)])
        wrong.corrections[0].amount.CopyFrom(Money(currency_code="USD", units=units, nanos=nanos))
        answer = await refused(june, wrong)
        assert (answer.reason, answer.fields) == ("INVALID_FIELD", ("corrections[0].amount",))
    nameless = correcting([Fix(KNOWN, 1)])
    nameless.corrections[0].event_id = ""
    assert (await refused(june, nameless)).fields == ("corrections[0].event_id",)


async def test_4_4_ids_in_capitals_name_the_same_event(june: Service) -> None:
    event = UUID("abcdefab-0000-4000-8000-00000000000a")
    await june.record([usage(PARENT, "sms", MID_JUNE, event=event)])
    request = voiding([event])
    request.event_ids[:] = [str(event).upper()]
    assert (await june.billing.VoidUsage(request, metadata=STAFF)).voided_count == 1


async def test_4_3_the_reach_of_corrections_moves_with_the_months(make_service: MakeService) -> None:
    """4.3: the 12th period before the current one is the last that can be corrected."""
    service = await make_service(start=datetime(2025, 6, 10, tzinfo=UTC), worker=False)
    await prepare(service)
    events = [uuid4(), uuid4()]
    moment = datetime(2025, 6, 10, tzinfo=UTC)
    await service.record([usage(PARENT, "sms", moment, amount=1, event=event) for event in events])
    await service.advance(date(2026, 6, 30))
    assert await void(service, events[0], period="2025-06") == (1, 0)
    await service.advance(date(2026, 7, 1))
    answer = await refused(service, voiding(events, period="2025-06"))
    assert (answer.reason, "2025-07" in answer.message) == ("MOMENT_TOO_OLD", True)


async def test_4_3_a_price_published_since_allows_the_correction(june: Service) -> None:
    """4.3, 4.4: the price may come later than the usage, and is that of the usage's period."""
    answer = await refused(june, correcting([Fix(FAX, 3)]))
    assert answer.reason == "PRICE_NOT_FOUND"
    await june.publish_price("fax", "0.25", JUNE)
    await correct(june, Fix(FAX, 3))
    assert (await summary(june))[("fax",)] == Totals(1, Decimal(3), Decimal(3))
