"""What is shown of a closing or a rehearsal while it runs."""

import pytest

from prorata.commands.output import Output
from prorata.commands.steps import Steps
from prorata.v1.closing_pb2 import Closing
from prorata.v1.rehearsal_pb2 import Rehearsal


def test_without_a_terminal_a_line_is_printed_whenever_something_has_changed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    failing = Closing(period="2026-06", shard_count=16, failed_shard_count=2, shard_error='TimeoutError: "[x]"')
    with Steps(Output(as_json=False), "closing") as steps:
        steps.show(Closing(period="2026-06", remaining_batch_count=1_200))
        steps.show(failing)
        steps.show(failing)
        steps.show(Closing(period="2026-06", shard_count=16, done_shard_count=3))
    printed = capsys.readouterr()
    assert printed.err.splitlines() == [
        "closing 2026-06: 0 of 0 shards done; 1,200 batches to roll up",
        'closing 2026-06: 0 of 16 shards done; shards failed: 2, last with TimeoutError: "[x]"',
        "closing 2026-06: 3 of 16 shards done",
    ]
    assert printed.out == ""


def test_as_json_every_step_is_a_line_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    with Steps(Output(as_json=True), "rehearsing") as steps:
        steps.show(Rehearsal(period="2026-06"))
        steps.show(Rehearsal(period="2026-06"))
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 2
    assert printed.err == ""
