"""The client in Go: its own tests and its example, against a real server."""

from __future__ import annotations

import re

from tests.languages.toolchains import needs, run_target
from tests.service import Service

pytestmark = needs("go")


async def test_the_tests_of_the_client_pass(service: Service) -> None:
    printed = await run_target("go", "test", service.address)
    passed = re.findall(r"^--- PASS: (\w+)", printed, re.MULTILINE)
    assert len(passed) >= 10, printed
    assert re.search(r"^ok\s+github\.com/prorata/prorata/clients/go/servicetest", printed, re.MULTILINE), printed
    assert "--- SKIP" not in printed


async def test_the_example_plays_a_month(service: Service) -> None:
    printed = await run_target("go", "example", service.address)
    assert "production from 2026-06-01 on, first charged 2026-07-01" in printed
    assert "once more: PLAN_ALREADY_HELD" in printed
    assert "columns: 99997 new, 3 repeated, 1 refused" in printed
    assert "row 100000: ProductID PRODUCT_NOT_FOUND" in printed
    assert "closing 2026-06: CLOSING_STATE_CLOSED" in printed
    assert printed.count("395.00 USD") == 4  # of each account, in the preview and in the feed
    assert "max(4 % × 790.00, 250.00) × 30 / 30 = 250.00" in printed


async def test_the_example_ends_with_the_preview_where_there_is_no_test_clock(address_without_clock: str) -> None:
    printed = await run_target("go", "example", address_without_clock)
    assert printed.count("395.00 USD") == 2, printed
    assert "the server has no test clock" in printed
    assert "closing" not in printed
