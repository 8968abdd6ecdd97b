"""The command against a scripted server: what it prints, and its exit codes."""

import json
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import grpc
import grpc.aio
import pytest

from prorata.v1.account_pb2 import Account
from prorata.v1.billing_service_pb2 import RecordUsageRequest, RecordUsageResponse
from prorata.v1.error_pb2 import ERROR_REASON_CURRENCY_MISMATCH, ERROR_REASON_EVENT_CONFLICT
from prorata.v1.plan_service_pb2 import ListAccountsRequest, ListAccountsResponse
from prorata.v1.plan_service_pb2_grpc import PlanServiceServicer
from prorata.v1.usage_pb2 import RefusedUsage
from tests.client.conftest import Command, Serve, abort
from tests.client.test_client_sources import page, usage_record
from tests.client.test_client_usage_stream import Store

A = "AC" + "a" * 32


class Plans(PlanServiceServicer):
    """Has accounts whose names are awkward; refuses a parent that is none."""

    async def ListAccounts(  # noqa: N802  (gRPC's name)
        self, request: ListAccountsRequest, context: grpc.aio.ServicerContext
    ) -> ListAccountsResponse:
        if request.parent_account_sid:
            violations = {"parent_account_sid": "must be AC and 32 lowercase hex digits"}
            code = grpc.StatusCode.INVALID_ARGUMENT
            await abort(context, code, "a field is at fault", reason="INVALID_FIELD", violations=violations)
        first = int(request.page_token or 0)
        accounts = [
            Account(account_sid=f"AC{each:032x}", display_name="[bold]Zoë[/bold] :smile:")
            for each in range(first, first + 2)
        ]
        return ListAccountsResponse(accounts=accounts, next_page_token=str(first + 2) if first < 4 else "")


class Billing(Store):
    """A store that also takes rows, in US dollars; the first row that is not in them is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[RecordUsageRequest] = []

    async def RecordUsage(  # noqa: N802  (gRPC's name)
        self, request: RecordUsageRequest, _: grpc.aio.ServicerContext
    ) -> RecordUsageResponse:
        self.requests.append(request)
        response = RecordUsageResponse()
        for index, record in enumerate(request.records):
            reason = None
            if record.amount.currency_code != "USD":
                reason = ERROR_REASON_CURRENCY_MISMATCH
            elif UUID(record.event_id).bytes in self.events:
                reason = ERROR_REASON_EVENT_CONFLICT
            if reason is None:
                self.events.add(UUID(record.event_id).bytes)
                response.new_count += 1
                continue
            response.refused.append(RefusedUsage(index=index, event_id=record.event_id, reason=reason, message="no"))
            response.refused_count += 1
        return response


def test_it_is_a_program() -> None:
    ran = subprocess.run([sys.executable, "-m", "prorata", "--help"], capture_output=True, text=True, check=True)
    assert "Usage: prorata" in ran.stdout


async def test_a_list_is_a_table_or_one_json_document(command: Command, serve: Serve) -> None:
    address = await serve(plans=Plans())
    table = await command(address, "accounts", "list")
    assert table.exit_code == 0
    assert table.out.count("[bold]Zoë[/bold] :smile:") == 6
    for arguments in (("--json", "accounts", "list"), ("accounts", "list", "--json")):
        found = await command(address, *arguments)
        assert [each["account_sid"] for each in found.document["accounts"]] == [f"AC{each:032x}" for each in range(6)]
        assert found.document["accounts"][0]["parent_account_sid"] == ""


async def test_a_limit_is_noted_on_stderr(command: Command, serve: Serve) -> None:
    found = await command(await serve(plans=Plans()), "--json", "accounts", "list", "--limit", 3)
    assert len(found.document["accounts"]) == 3
    assert "more than 3" in found.err


async def test_errors_name_message_reason_and_fields_on_stderr(command: Command, serve: Serve) -> None:
    failed = await command(await serve(plans=Plans()), "accounts", "list", "--parent", "x")
    assert failed.exit_code == 1
    assert failed.out == ""
    assert failed.err.splitlines() == [
        "error: a field is at fault",
        "reason: INVALID_FIELD",
        "  parent_account_sid: must be AC and 32 lowercase hex digits",
    ]


async def test_a_server_that_is_not_there_is_told(command: Command) -> None:
    failed = await command("127.0.0.1:1", "--timeout", "5", "accounts", "list")
    assert failed.exit_code == 1
    assert "reason: UNAVAILABLE" in failed.err
    assert "is a server running at 127.0.0.1:1? Does it want TLS (--tls, --ca-file)?" in failed.err


async def test_a_token_file_that_gives_none_is_told(command: Command, serve: Serve, tmp_path: Path) -> None:
    failed = await command(await serve(plans=Plans()), "--token-file", str(tmp_path / "none"), "accounts", "list")
    assert failed.exit_code == 1
    assert failed.err.splitlines()[0].endswith("none gives no token: No such file or directory")


async def test_a_token_is_sent_in_secret_and_from_one_place(command: Command) -> None:
    for options, why in (
        (("--token", "abc"), "not sent to 192.0.2.1:1 in plaintext"),
        (("--token-file", "abc"), "not sent to 192.0.2.1:1 in plaintext"),
        (("--tls", "--token", "abc", "--token-file", "abc"), "give --token or --token-file, not both"),
        (("--tls", "--token", ""), "the token is empty"),
        (("--tls", "--token", "Bearer abc"), "the token has characters that none has"),
    ):
        failed = await command("192.0.2.1:1", *options, "accounts", "list")
        assert failed.exit_code == 2
        assert why in failed.err.replace("\n", " ")


async def test_an_error_is_json_where_all_is(command: Command, serve: Serve) -> None:
    failed = await command(await serve(plans=Plans()), "--json", "accounts", "list", "--parent", "x")
    assert (failed.exit_code, failed.out) == (1, "")
    assert json.loads(failed.err) == {
        "error": {
            "code": "INVALID_ARGUMENT",
            "reason": "INVALID_FIELD",
            "message": "a field is at fault",
            "violations": [
                {"path": "parent_account_sid", "description": "must be AC and 32 lowercase hex digits"},
            ],
            "retry_delay_seconds": None,
            "request_id": "",
        }
    }


async def test_a_write_that_may_have_been_done_tells_how_to_repeat_it(command: Command) -> None:
    failed = await command("127.0.0.1:1", "--json", "--timeout", "5", "accounts", "create", "--name", "Owl")
    error = json.loads(failed.err)["error"]
    assert (failed.exit_code, error["code"]) == (1, "UNAVAILABLE")
    assert str(UUID(error["request_id"])) == error["request_id"]
    given = ("--request-id", error["request_id"])
    failed = await command("127.0.0.1:1", "--timeout", "5", "accounts", "create", "--name", "Owl", *given)
    assert f"repeat it with {' '.join(given)}, then it counts once" in failed.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("accounts", "nonsense"),
        ("--role", "admin", "accounts", "list"),
        ("accounts", "create", "--creation-day", "tomorrow"),
        ("closing", "start", "June"),
        ("clock", "advance", "2026-07-01"),
        ("products", "put", "sms", "--name", "SMS", "--unit", "message", "--stage", "ripe"),
        ("prices", "publish", "sms", "cheap", "--effective-period", "2026-06"),
        ("charges", "stream", "--after", "3", "--consumer", "ledger"),
        ("usage", "record", "absent.csv"),
        ("usage", "record", __file__),
    ],
)
async def test_a_mistaken_command_line_exits_with_2(command: Command, arguments: tuple[str, ...]) -> None:
    failed = await command("127.0.0.1:1", *arguments)
    assert failed.exit_code == 2
    assert failed.err


async def test_recording_says_what_became_of_every_record(command: Command, serve: Serve, tmp_path: Path) -> None:
    store = Billing()
    address = await serve(billing=store)
    path = tmp_path / "usage.csv"
    path.write_text(
        "event_id,account_sid,product_id,quantity,occur_time,amount,currency\n"
        f"a,{A},sms,1,2026-06-15T09:30:00Z,,\n"
        f"b,{A},sms,many,2026-06-15T09:30:00Z,,\n"
        f"c,{A},unknown,1,2026-06-15T09:30:00Z,,\n"
        f"d,{A},sms,1,2026-06-15T09:30:00Z,0.5,USD\n"
        f"e,{A},sms,1,2026-06-15T09:30:00Z,0.5,EUR\n"
        f"a,{A},sms,1,2026-06-15T09:30:00Z,,\n"
    )
    ran = await command(address, "--json", "usage", "record", path)
    assert ran.exit_code == 1
    document = ran.document
    assert [document[name] for name in ("new_count", "repeated_count", "refused_count", "malformed_count")] == [
        2,
        1,
        2,
        1,
    ]
    assert {(each["origin"], each["reason"]) for each in document["refused"]} == {
        (f"{path}:4", "PRODUCT_NOT_FOUND"),
        (f"{path}:6", "CURRENCY_MISMATCH"),
    }
    assert document["malformed"][0]["origin"] == f"{path}:3"
    assert document["malformed"][0]["violations"][0]["field"] == "quantity"
    for_people = await command(address, "usage", "record", path)
    assert for_people.exit_code == 1
    for text in (f"{path}:3", f"{path}:4", f"{path}:6", "PRODUCT_NOT_FOUND", "quantity", "not a decimal number"):
        assert text in for_people.out


async def test_recording_twilio_pages_lists_what_is_not_mapped_and_what_conflicts(
    command: Command, serve: Serve, tmp_path: Path
) -> None:
    store = Billing()
    address = await serve(billing=store)
    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"calls-inbound": "voice-inbound"}')
    pages = tmp_path / "pages.json"
    pages.write_text(json.dumps([page(usage_record(), usage_record(category="calls"), more=True)]))
    first = await command(address, "--json", "usage", "record", pages, "--mapping", mapping)
    assert first.exit_code == 0
    assert (first.document["new_count"], first.document["unmapped"]) == (1, {"calls": 1})
    assert "lack the page that follows" in first.err
    assert store.requests[0].records[0].amount.nanos == 144_500_000
    again = await command(address, "--json", "usage", "record", pages, "--mapping", mapping)
    assert again.exit_code == 1
    assert (again.document["refused_count"], again.document["conflict_count"]) == (0, 1)
    assert f"{A} calls-inbound 2026-06-15 to 2026-06-15" in again.document["conflicts"][0]["origin"]


async def test_a_file_that_breaks_off_is_recorded_as_far_as_it_goes(
    command: Command, serve: Serve, tmp_path: Path
) -> None:
    store = Billing()
    pages = tmp_path / "pages.json"
    pages.write_text(json.dumps([page(usage_record(price=None)), {"code": 20003, "message": "Authenticate"}]))
    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"calls-inbound": "voice-inbound"}')
    ran = await command(await serve(billing=store), "--json", "usage", "record", pages, "--mapping", mapping)
    assert ran.exit_code == 1
    assert ran.document["new_count"] == 1
    assert "Authenticate" in ran.document["failures"][0]
    assert "Authenticate" in ran.err


async def test_what_was_answered_before_a_failure_is_printed(command: Command, serve: Serve, tmp_path: Path) -> None:
    async def refuse(batch: int, context: grpc.aio.ServicerContext) -> None:
        if batch == 2:
            await abort(context, grpc.StatusCode.INTERNAL, "broken, see 42", reason="INTERNAL")

    path = tmp_path / "usage.jsonl"
    record = {"account_sid": A, "product_id": "sms", "quantity": 1, "occur_time": "2026-06-15T09:30:00Z"}
    path.write_text("\n".join(json.dumps({**record, "event_id": str(each)}) for each in range(4)))
    address = await serve(billing=Store(refuse))
    arguments = ("--json", "usage", "record", path, "--batch-rows", 2, "--window", 1)
    ran = await command(address, *arguments)
    assert ran.exit_code == 1
    assert ran.document["new_count"] == 2
    assert json.loads(ran.err.splitlines()[-1])["error"]["message"] == "broken, see 42"


def test_a_command_imports_what_it_needs() -> None:
    """Neither numpy nor the commands of other nouns, which take longer than what most commands do."""
    program = """
import sys
from prorata.cli import app
app(["accounts", "list", "--help"], standalone_mode=False)
print(*sys.modules, sep="\\n", file=sys.stderr)
"""
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert "accounts list" in ran.stdout
    imported = set(ran.stderr.split())
    assert "prorata.commands.accounts" in imported
    assert imported.isdisjoint({"numpy", "prorata.commands.closing", "prorata.commands.usage"})


async def test_a_noun_that_is_none_is_told_with_those_alike(command: Command) -> None:
    mistaken = await command("", "acounts", "list")
    assert mistaken.exit_code == 2
    assert "No such command 'acounts'. Did you mean 'accounts'" in mistaken.err
