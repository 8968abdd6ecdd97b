"""Folders and copies for another account: whole, ours alone, and reachable."""

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy.local import AccountError, EmbeddedPostgres, accounts, binaries
from deploy.local.accounts import Account, make_memory_folder, make_shared_folder, make_temporary_folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Something laid out as the installed wheel is, readable by its owner only."""
    for folder in binaries.POSTGRES_FOLDERS:
        (tmp_path / "site" / folder).mkdir(parents=True)
        for name in ("one", "two"):
            (tmp_path / "site" / folder / name).touch(mode=0o700)
    return tmp_path / "site"


def test_copies_made_at_the_same_time_leave_one_whole_copy(site: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        copies = list(pool.map(lambda _: binaries._copied(site, tmp_path / "copy"), range(8)))
    assert set(copies) == {tmp_path / "copy"}
    assert {path.name for path in tmp_path.iterdir()} == {"site", "copy"}
    assert all(path.stat().st_mode & 0o777 == 0o755 for path in (tmp_path / "copy").rglob("*"))


def test_a_copy_that_lost_files_is_made_anew(site: Path, tmp_path: Path) -> None:
    copy = binaries._copied(site, tmp_path / "copy")
    lost = copy / binaries.POSTGRES_FOLDERS[0] / "one"
    lost.unlink()
    binaries._copied(site, copy)
    assert lost.exists()


def test_a_copy_that_others_can_change_is_refused(site: Path, tmp_path: Path) -> None:
    copy = binaries._copied(site, tmp_path / "copy")
    copy.chmod(0o777)
    with pytest.raises(AccountError, match="another user"):
        binaries._copied(site, copy)


def test_a_link_in_place_of_a_shared_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AccountError, match="another user"):
        make_shared_folder(tmp_path / "link")


def test_a_temporary_folder_is_private_and_short(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    long = tmp_path / ("long" * 25)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    folder = make_temporary_folder(None, "prorata-", 60)
    try:
        assert len(str(folder)) <= 60
        assert folder.stat().st_mode & 0o777 == 0o700
    finally:
        folder.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs Postgres as another account")
def test_root_is_told_of_a_folder_that_the_account_cannot_enter(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(AccountError, match="cannot be entered by nobody"):
        EmbeddedPostgres(tmp_path / "data").start()


def test_the_account_needs_every_folder_above(tmp_path: Path) -> None:
    account = Account("somebody", uid=os.geteuid() + 1000, gid=os.getegid() + 1000)
    inner = tmp_path / "inner"
    inner.mkdir(mode=0o755)
    tmp_path.chmod(0o700)
    assert account.can_enter(Path("/"))
    assert not account.can_enter(inner)


def test_data_are_in_memory_only_where_there_is_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    monkeypatch.setattr(accounts, "MEMORY", memory)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    account = None
    assert make_memory_folder(account, "data-", 1).parent == tmp_path  # no such file system
    memory.mkdir()
    made = make_memory_folder(account, "data-", 1)
    assert made.parent == memory
    assert made.stat().st_mode & 0o777 == 0o700
    assert make_memory_folder(account, "data-", 1 << 60).parent == tmp_path


def test_what_cannot_enter_the_memory_stays_on_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    memory.mkdir(mode=0o700)
    monkeypatch.setattr(accounts, "MEMORY", memory)
    monkeypatch.setattr(accounts, "give", lambda _path, _account: None)
    somebody = Account("somebody", uid=os.getuid() + 12_345, gid=os.getgid() + 12_345)
    made = make_memory_folder(somebody, "data-", 1)
    assert made.parent != memory
    made.rmdir()
