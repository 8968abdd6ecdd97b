"""Where the parts are tried out: in folders they can reach, and beside no others."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.accounts import Account, temporary_root


@pytest.fixture
def lasting_folder() -> Iterator[Path]:
    """A place where a lasting data folder can be made; pytest's own folders are closed to other accounts."""
    root = Path(tempfile.mkdtemp(prefix="prorata-test-", dir=temporary_root(Account.for_postgres())))
    root.chmod(0o755)
    try:
        yield root / "lasting"
    finally:
        shutil.rmtree(root)


@pytest.fixture(autouse=True)
def alone(nothing_outside: None) -> None:
    """All of these tests start what they need themselves."""
