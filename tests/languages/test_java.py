"""The client in Java: its own tests and its example, against a real server."""

from __future__ import annotations

import re

from tests.languages.toolchains import needs, run_target
from tests.service import Service

pytestmark = needs("mvn", "java")

SUMMARY = r"^\[INFO\] Tests run: (\d+), Failures: 0, Errors: 0, Skipped: 0$"


async def test_the_tests_of_the_client_pass(service: Service) -> None:
    printed = await run_target("java", "test", service.address)
    summary = re.search(SUMMARY, printed, re.MULTILINE)
    assert summary is not None, printed
    assert int(summary[1]) >= 15, printed


async def test_the_example_plays_a_month(service: Service) -> None:
    printed = await run_target("java", "example", service.address)
    assert "production from 2026-06-01 on, first charged 2026-07-01" in printed
    assert "once more: PLAN_ALREADY_HELD" in printed
    assert "columns: 99997 new, 3 repeated, 1 refused" in printed
    assert "row 100000: productId PRODUCT_NOT_FOUND" in printed
    assert "closing 2026-06: CLOSING_STATE_CLOSED" in printed
    assert printed.count("$395.00") == 4  # of each account, in the preview and in the feed
    assert "max(4 % × 790.00, 250.00) × 30 / 30 = 250.00" in printed


async def test_the_example_ends_with_the_preview_where_there_is_no_test_clock(address_without_clock: str) -> None:
    printed = await run_target("java", "example", address_without_clock)
    assert printed.count("$395.00") == 2, printed
    assert "the server has no test clock" in printed
    assert "closing" not in printed
