"""Settings in files: PRORATA_SECRETS_FOLDER has one for each, named as its variable."""

from __future__ import annotations

from pathlib import Path

import pytest

import server.__main__
from billing.process.command import read_settings
from billing.process.settings import OpeningSettings
from tests.process.commands import run
from tests.process.test_mistakes import GOOD, set_only
from workers.settings import Settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With the two URLs, as editors write them: with an end of line."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        (tmp_path / f"PRORATA_{name}").write_text(f"{GOOD[name]}\n", encoding="utf-8")
    return tmp_path


def test_settings_come_from_files(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    set_only(monkeypatch, SECRETS_FOLDER=str(folder), CURRENCY="EUR")
    settings = read_settings(Settings)
    assert settings.database_url.get_secret_value() == GOOD["DATABASE_URL"]
    assert settings.redis_url.get_secret_value() == GOOD["REDIS_URL"]
    assert settings.currency == "EUR"


def test_the_environment_goes_before(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    set_only(monkeypatch, SECRETS_FOLDER=str(folder), DATABASE_URL="postgresql://other/db")
    assert read_settings(OpeningSettings).database_url.get_secret_value() == "postgresql://other/db"


def test_a_mistake_in_a_file_shows_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    (folder / "PRORATA_DATABASE_URL").write_text("postgresql://u:hid/den@h/db", encoding="utf-8")
    set_only(monkeypatch, SECRETS_FOLDER=str(folder))
    assert server.__main__.main([]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("PRORATA_DATABASE_URL is no URL of Postgres")
    assert "hid" not in line


def test_a_folder_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    for wrong in (folder / "none", folder / "PRORATA_REDIS_URL"):
        set_only(monkeypatch, SECRETS_FOLDER=str(wrong))
        assert server.__main__.main(["migrate"]) == 2
        assert capsys.readouterr().err == f"PRORATA_SECRETS_FOLDER is {str(wrong)!r}: there is no such folder\n"


def test_a_file_that_can_not_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    def refuse(path: Path, **_: object) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_text", refuse)  # root may read every file
    set_only(monkeypatch, SECRETS_FOLDER=str(folder))
    assert server.__main__.main([]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("PRORATA_SECRETS_FOLDER: ")
    assert line.endswith(f"Permission denied: {str(folder / 'PRORATA_DATABASE_URL')!r}")


async def test_the_schema_is_made_where_the_file_says(database: str, tmp_path: Path) -> None:
    (tmp_path / "PRORATA_DATABASE_URL").write_text(database, encoding="utf-8")
    ended = run("server", "migrate", SECRETS_FOLDER=str(tmp_path))
    assert ended.code == 0, ended
