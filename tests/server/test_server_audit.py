"""The audit trail: who wrote what."""

from __future__ import annotations

import json
from datetime import date

from prorata.v1 import billing_service_pb2 as b
from tests.conftest import START
from tests.server.calls import (
    audit_events,
    change_request,
    create_request,
    moment_in,
    price,
    prices_request,
    refused,
    sid,
)
from tests.service import SELF_SERVICE, STAFF, Service


async def test_each_success_leaves_one_event_and_nothing_else_does(quiet: Service) -> None:
    created = create_request(sid(1), display_name="Société Générale")
    await quiet.plans.CreateAccount(created, metadata=STAFF)
    change = change_request(sid(1), "production", date(2026, 6, 10))
    await quiet.plans.ChangePlan(change, metadata=SELF_SERVICE)
    await quiet.plans.ChangePlan(change, metadata=SELF_SERVICE)  # a repeat
    await refused(quiet.plans.ChangePlan(change_request(sid(1), "platinum"), metadata=STAFF))
    await refused(quiet.plans.ChangePlan(change_request(sid(1), "business", date(2026, 6, 20)), metadata=STAFF))
    await quiet.subscription(sid(1))

    changed, creation = await audit_events(quiet)  # the latest first
    assert changed.number > creation.number > 0
    assert (creation.caller, creation.role, creation.rpc) == ("tests", "staff", "CreateAccount")
    assert (changed.caller, changed.role, changed.rpc) == ("customer", "self-service", "ChangePlan")
    assert (creation.request_id, changed.request_id) == (created.request_id, change.request_id)
    assert (creation.subject, changed.subject) == (sid(1), sid(1))
    assert moment_in(creation.event_time) == START
    assert json.loads(creation.request_json) == {"account_sid": sid(1), "display_name": "Société Générale"}
    assert "Société Générale" in creation.request_json  # readable, not escaped
    assert json.loads(changed.request_json)["start_day"] == {"year": 2026, "month": 6, "day": 10}


async def test_a_caller_without_a_name_is_anonymous_staff(quiet: Service) -> None:
    await quiet.plans.CreateAccount(create_request(sid(1)))
    [event] = await audit_events(quiet)
    assert (event.caller, event.role) == ("anonymous", "staff")


async def test_the_trail_is_found_by_what_it_is_about(quiet: Service) -> None:
    for number in (1, 2):
        await quiet.account(sid(number))
    await quiet.change_plan(sid(1), "production")
    for product_id in ("sms", "voice"):
        await quiet.product(product_id)
    await quiet.publish_price("sms", "0.01", "2026-06")
    assert [event.rpc for event in await audit_events(quiet, sid(1))] == ["ChangePlan", "CreateAccount"]
    assert [event.rpc for event in await audit_events(quiet, "sms")] == ["PublishPrices", "PutProduct"]
    assert [event.rpc for event in await audit_events(quiet, sid(2))] == ["CreateAccount"]
    assert await audit_events(quiet, sid(3)) == []
    assert len(await audit_events(quiet)) == 6


async def test_the_creation_of_an_account_whose_sid_was_made_is_about_that_account(quiet: Service) -> None:
    account = await quiet.account()
    assert [event.rpc for event in await audit_events(quiet, account.account_sid)] == ["CreateAccount"]


async def test_prices_of_several_products_are_one_event(quiet: Service) -> None:
    for product_id in ("sms", "voice"):
        await quiet.product(product_id)
    await quiet.billing.PublishPrices(prices_request(price("sms", "1"), price("voice", "2")), metadata=STAFF)
    [event] = [event for event in await audit_events(quiet) if event.rpc == "PublishPrices"]
    asked = b.PublishPricesRequest(prices=[price("sms", "1"), price("voice", "2")])
    assert len(json.loads(event.request_json)["prices"]) == len(asked.prices)
