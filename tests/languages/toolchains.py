"""Running a client's own tests where its toolchain is present, and saying so where it is not."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import pytest

CLIENTS = Path(__file__).resolve().parent.parent.parent / "clients"
SECONDS = 300  # what `make check` has not compiled yet is compiled first


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skips a test on machines that lack a program it needs, and names those."""
    missing = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not tested, as this machine has no {' and no '.join(missing)}")


async def run_target(language: str, target: str, address: str) -> str:
    """What a target of the client's Makefile prints; fails with all of it when the target does."""
    process = await asyncio.create_subprocess_exec(
        "make",
        "--no-print-directory",
        "-C",
        str(CLIENTS / language),
        target,
        env={**os.environ, "PRORATA_ADDRESS": address},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(SECONDS):
            output = (await process.communicate())[0].decode(errors="replace")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, output
    return output
