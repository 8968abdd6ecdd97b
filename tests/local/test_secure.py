"""The credentials for trying out a secured server: made anew, kept from others, and taken by a real server."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from pathlib import Path

from deploy.local.secure import make_secure_files
from deploy.local.stack import HEALTH_ADDRESS, Stack
from deploy.local.valkey import free_port
from prorata import Client, Tls, TokenFile


def test_the_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    files = make_secure_files(tmp_path / "secure")
    assert stat.S_IMODE((tmp_path / "secure").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    first = [path.read_bytes() for path in files]
    assert make_secure_files(tmp_path / "secure") == files
    assert all(path.read_bytes() != before for path, before in zip(files, first, strict=True))


async def test_a_stack_is_secured_by_them(tmp_path: Path) -> None:
    files = make_secure_files(tmp_path)
    health = f"127.0.0.1:{free_port()}"
    stack = Stack(environment={**files.environment, HEALTH_ADDRESS: health}, worker_count=0)
    await asyncio.to_thread(stack.start)
    try:
        tls = Tls(root_certificates=files.authority.read_bytes())
        async with Client(stack.address, token=TokenFile(files.token), tls=tls) as client:
            assert await client.plans.create_account(display_name="Owl Post")
            [event] = [event async for event in client.billing.iterate_audit_events()]
        assert (event.caller, event.role) == ("developer", "staff")
        told = await asyncio.create_subprocess_exec(
            Path(sys.executable).with_name("prorata"),
            "accounts",
            "list",
            env={
                **os.environ,
                "PRORATA_ADDRESS": stack.address.replace("127.0.0.1", "localhost"),
                "PRORATA_CA_FILE": str(files.authority),
                "PRORATA_TOKEN_FILE": str(files.token),
            },
            stdout=asyncio.subprocess.PIPE,
        )
        assert "Owl Post" in (await told.communicate())[0].decode()
    finally:
        await asyncio.to_thread(stack.stop)
