"""The system account that embedded parts run as, and folders that it can use.

Postgres refuses to run as root, so as root we run it as `nobody`. Users and permissions of the machine stay
as they are: what the account cannot reach is copied or made below a temporary folder, never opened up in
place.
"""

import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from deploy.local.errors import AccountError

# A Unix socket's path may have 107 bytes on Linux and 103 on macOS; Postgres adds the file's name to the
# folder.
SOCKET_FOLDER_BYTES = 103 - len("/.s.PGSQL.5432")

MEMORY = Path("/dev/shm")  # noqa: S108  (Linux; what is made in it is private)


@dataclass(frozen=True)
class Account:
    """A system account other than ours to run a process as; only root can."""

    name: str
    uid: int
    gid: int

    @classmethod
    def for_postgres(cls) -> Self | None:
        """`nobody` where we are root, else nothing: the process runs as ourselves."""
        if os.geteuid() != 0:
            return None
        entry = pwd.getpwnam("nobody")
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    def can_enter(self, folder: Path) -> bool:
        """Whether the account may pass through this existing folder and every one above it."""
        return all(self._may_enter(each.stat()) for each in (folder, *folder.parents))

    def _may_enter(self, status: os.stat_result) -> bool:
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def temporary_root(account: Account | None, longest_bytes: int | None = None) -> Path:
    """The first temporary folder that the account can enter and whose path is not longer than asked."""
    for candidate in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108  (made private)
        folder = Path(candidate).resolve()
        if not folder.is_dir() or not (account is None or account.can_enter(folder)):
            continue
        if longest_bytes is None or len(os.fsencode(folder)) <= longest_bytes:
            return folder
    raise AccountError("no temporary folder can be used; set TMPDIR to a short path that everyone may enter")


def make_temporary_folder(account: Account | None, prefix: str, longest_bytes: int | None = None) -> Path:
    """A new private folder (mode 0700) that belongs to the account, its path at most `longest_bytes` long."""
    room = None if longest_bytes is None else longest_bytes - len(f"/{prefix}") - 8
    return _make_private(temporary_root(account, room), prefix, account)


def make_memory_folder(account: Account | None, prefix: str, room: int) -> Path:
    """The same in memory, where the machine has a file system for that with so many bytes left; else on disk."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= room and (account is None or account.can_enter(MEMORY)):
        return _make_private(MEMORY, prefix, account)
    return make_temporary_folder(account, prefix)


def _make_private(root: Path, prefix: str, account: Account | None) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=root))
    give(folder, account)
    return folder


def make_folder(folder: Path, account: Account | None) -> None:
    """Make a lasting private folder for the account; one that exists stays as it is.

    Raises `AccountError` where the account could not get to it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not folder.exists():
        folder.mkdir(mode=0o700)
        give(folder, account)
    if account is not None and not account.can_enter(folder):
        raise AccountError(f"{folder} cannot be entered by {account.name}, as whom Postgres runs when started by root")


def make_shared_folder(folder: Path) -> Path:
    """A folder of ours (mode 0755) whose name others can guess; `AccountError` if it is not ours alone."""
    if not folder.is_symlink() and not folder.exists():
        folder.mkdir()
        folder.chmod(0o755)  # whatever the umask
    require_ours(folder)
    return folder


def require_ours(folder: Path) -> None:
    """`AccountError` unless it is a real folder that belongs to us and that nobody else can write to."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise AccountError(f"{folder} belongs to or can be changed by another user; remove it")


def give(path: Path, account: Account | None) -> None:
    """Make the account the owner of what we have just made ourselves."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def remove(folder: Path) -> None:
    """Remove a folder that we made, and what is in it; nothing happens if it is gone."""
    shutil.rmtree(folder, ignore_errors=True)
