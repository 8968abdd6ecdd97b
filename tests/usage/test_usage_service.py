"""Usage read back through the real RPC (4.1, 4.6)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import grpc
import numpy as np

from prorata import UNRATED_NANOS, Client, UsageArrays
from prorata.v1 import billing_service_pb2 as b
from prorata.v1.usage_pb2 import UsageColumns
from tests.service import STAFF, Service, amount, day, usage

MOMENT = datetime(2026, 6, 10, 23, 30, tzinfo=UTC)
PARENT, CHILD = f"AC{1:032x}", f"AC{2:032x}"


async def _family(service: Service) -> None:
    await service.account(PARENT)
    await service.account(CHILD, parent=PARENT)
    await service.product("sms", price="0.01")
    await service.product("voice", price="0.02")
    await service.advance(date(2026, 6, 30))


async def test_4_1_usage_is_listed_page_by_page_by_event_id(service: Service) -> None:
    await _family(service)
    events = [UUID(int=number) for number in (3, 1, 5, 2, 4)]
    await service.record([usage(PARENT, "sms", MOMENT, quantity="1.5", event=event) for event in events])
    await service.record([usage(CHILD, "sms", MOMENT), usage(PARENT, "voice", MOMENT, amount="2.000000005")])
    request = b.ListUsageRequest(account_sid=PARENT, period="2026-06", product_id="sms", page_size=2)
    listed = []
    while True:
        page = await service.billing.ListUsage(request, metadata=STAFF)
        listed += page.usage
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token
    assert [each.record.event_id for each in listed] == [str(event) for event in sorted(events)]
    assert {each.record.quantity_micros for each in listed} == {1_500_000}
    assert not listed[0].record.HasField("amount")
    rated = await service.billing.ListUsage(
        b.ListUsageRequest(account_sid=PARENT, period="2026-06", product_id="voice"), metadata=STAFF
    )
    assert amount(rated.usage[0].record.amount) == amount(usage(PARENT, "voice", MOMENT, amount="2.000000005").amount)
    other = await service.billing.ListUsage(b.ListUsageRequest(account_sid=PARENT, period="2026-05"), metadata=STAFF)
    assert not other.usage


async def test_4_6_usage_is_summed_per_account_product_and_day(service: Service) -> None:
    await _family(service)
    later = MOMENT.replace(day=12)
    await service.record(
        [
            usage(PARENT, "sms", MOMENT, quantity="1.5"),
            usage(PARENT, "sms", later, quantity=2, amount="3.25"),
            usage(CHILD, "voice", MOMENT, quantity=4),
        ]
    )
    request = b.GetUsageSummaryRequest(
        account_sid=PARENT, period="2026-06", include_subaccounts=True, by_account=True, by_product=True, by_day=True
    )
    rows = (await service.billing.GetUsageSummary(request, metadata=STAFF)).rows
    assert [(row.account_sid, row.product_id, row.day, row.record_count) for row in rows] == [
        (PARENT, "sms", day(MOMENT.date()), 1),
        (PARENT, "sms", day(later.date()), 1),
        (CHILD, "voice", day(MOMENT.date()), 1),
    ]
    assert [(row.quantity_micros, row.unrated_quantity_micros) for row in rows] == [
        ("1500000", "1500000"),
        ("2000000", "0"),
        ("4000000", "4000000"),
    ]
    assert str(amount(rows[1].rated_amount)) == "3.250000000"
    total = (
        await service.billing.GetUsageSummary(
            b.GetUsageSummaryRequest(account_sid=PARENT, period="2026-06"), metadata=STAFF
        )
    ).rows
    assert [(row.account_sid, row.quantity_micros, row.record_count) for row in total] == [("", "3500000", 2)]
    refused = await service.refused(
        service.billing.GetUsageSummary(
            b.GetUsageSummaryRequest(account_sid=f"AC{9:032x}", period="2026-06"), metadata=STAFF
        )
    )
    assert (refused.code, refused.reason) == (grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND")


async def test_4_1_columns_count_once_and_refused_rows_are_named(service: Service) -> None:
    await _family(service)
    rows = 1_000
    arrays = UsageArrays.of(
        event_ids=np.frombuffer(b"".join(UUID(int=number // 2).bytes for number in range(rows)), np.uint8).reshape(
            -1, 16
        ),
        account_indexes=np.zeros(rows, np.uint32),
        product_indexes=np.where(np.arange(rows) < rows - 10, 0, 1).astype(np.uint32),
        occur_times_micros=np.full(rows, int(MOMENT.timestamp()) * 10**6),
        quantities_micros=np.full(rows, 10**6),
        amounts_nanos=np.full(rows, UNRATED_NANOS),
        account_sids=[PARENT],
        product_ids=["sms", "unknown"],
    )
    async with Client(service.address) as client, client.billing.usage_stream(batch_rows=300) as stream:
        await stream.send_arrays(arrays)
        await stream.send_arrays(arrays)
    report = stream.report
    assert (report.new_count, report.repeated_count, report.refused_count) == (495, 1_485, 20)
    assert {(each.reason, each.field) for each in report.refused} == {("PRODUCT_NOT_FOUND", "product_id")}
    assert all("there is no product 'unknown'" in each.message for each in report.refused)


async def test_4_3_the_words_of_a_refusal_name_the_account_or_product(service: Service) -> None:
    await _family(service)
    await service.product("fax")
    nobody, early = f"AC{9:032x}", datetime(2026, 5, 31, 12, tzinfo=UTC)
    sent = [
        (usage(nobody, "sms", MOMENT), f"there is no account {nobody};"),
        (usage(PARENT, "telex", MOMENT), "there is no product 'telex';"),
        (usage(PARENT, "fax", MOMENT), "'fax' has no price"),
        (usage(CHILD, "sms", early), f"{CHILD} does not exist on the day"),
        (usage("AC{0}", "sms", MOMENT), "not 'AC{0}'"),
        (usage(PARENT, "Télex", MOMENT), "not 'T\\xe9lex'"),
    ]
    response = await service.record([record for record, _ in sent])
    assert response.refused_count == len(sent)
    for refused, (_, words) in zip(response.refused, sent, strict=True):
        assert words in refused.message


async def test_4_3_the_words_of_very_many_refusals_are_short_enough_for_any_client(service: Service) -> None:
    await _family(service)
    response = await service.record([usage(PARENT, "\x01" * 300, MOMENT) for _ in range(10_000)])
    assert response.refused_count == 10_000
    assert "\\x01" in response.refused[-1].message


async def test_1_1_columns_in_another_currency_are_refused(service: Service) -> None:
    await _family(service)
    stream = service.billing.StreamUsage(metadata=STAFF)
    columns = UsageColumns(
        event_ids=bytes(16),
        account_indexes=bytes(4),
        product_indexes=bytes(4),
        occur_times_micros=bytes(8),
        quantities_micros=bytes(8),
        amounts_nanos=bytes(8),
        account_sids=[PARENT],
        product_ids=["sms"],
        currency_code="EUR",
    )
    await stream.write(b.StreamUsageRequest(batch_number=1, columns=columns))
    refused = await service.refused(stream.read())
    assert (refused.reason, refused.fields) == ("CURRENCY_MISMATCH", ("columns.currency_code",))
