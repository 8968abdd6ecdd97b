"""compose.yaml: what it says is taken by the service, its secrets are those that are made, and nobody else gets in."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from billing.process.command import read_settings
from billing.process.store_settings import StoreSettings
from deploy.compose.__main__ import main
from server.settings import Settings
from tests.deploy.known import DEPLOY, ROOT
from tests.process.test_mistakes import set_only
from workers.settings import Settings as WorkerSettings

FILE = DEPLOY / "compose" / "compose.yaml"
MOUNTED = "/run/secrets"
STORES = {"postgres", "valkey"}
READ_BY: dict[str, type[StoreSettings]] = {
    "server": Settings,
    "workers": WorkerSettings,
    "migrate": StoreSettings,
    "verify": StoreSettings,
}


@pytest.fixture(scope="module")
def compose() -> Any:
    """The file, with what stands for a variable that is not set."""
    text = re.sub(r"\$\{\w+:-([^}]*)\}", lambda found: found[1] or "''", FILE.read_text(encoding="utf-8"))
    return yaml.safe_load(text)


@pytest.fixture
def secrets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The folder with secrets, as it is made."""
    folder = tmp_path / "secrets"
    assert main([str(folder)]) == 0
    capsys.readouterr()
    return folder


@pytest.mark.parametrize("service", [*READ_BY])
def test_the_settings_of_each_service_are_taken(
    service: str, compose: Any, secrets: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With just the secrets that are mounted for it."""
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    for name in compose["services"][service]["secrets"]:
        (mounted / name).write_bytes((secrets / name).read_bytes())
    environment = compose["services"][service]["environment"]
    set_only(
        monkeypatch,
        **{
            name.removeprefix("PRORATA_"): str(value).replace(MOUNTED, str(mounted))
            for name, value in environment.items()
            if name.startswith("PRORATA_")
        },
    )
    settings = read_settings(READ_BY[service])
    assert "@postgres:5432/prorata" in settings.database_url.get_secret_value()


def test_the_server_asks_for_tokens_over_tls(compose: Any) -> None:
    environment = compose["services"]["server"]["environment"]
    assert {"PRORATA_TLS_CERTIFICATE", "PRORATA_TLS_KEY", "PRORATA_TOKEN_KEYS"} <= environment.keys()


def test_health_is_asked_where_the_server_answers_it(compose: Any) -> None:
    """And of nothing else than the server, which the check of the image is for."""
    server = compose["services"]["server"]
    assert server["healthcheck"]["test"] == ["CMD", "python", "-m", "server", "health"]
    assert server["environment"]["PRORATA_HEALTH_ADDRESS"].startswith("127.0.0.1:")
    others = READ_BY.keys() - {"server"}
    assert all(compose["services"][name]["healthcheck"] == {"disable": True} for name in others)


def test_secrets_are_those_that_are_made(compose: Any, secrets: Path) -> None:
    used = {name for service in compose["services"].values() for name in service["secrets"]}
    assert {each["file"] for each in compose["secrets"].values()} == {f"./secrets/{name}" for name in used}
    assert used == compose["secrets"].keys()
    for_callers = {"authority.pem", "token"}
    assert {path.name for path in secrets.iterdir()} == used | for_callers


def test_secrets_are_read_in_containers_and_by_their_owner_alone(compose: Any, secrets: Path) -> None:
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in secrets.iterdir()}
    assert {modes[name] for name in compose["secrets"]} == {0o644}
    assert modes["token"] == 0o600


def test_passwords_are_new_and_agree(secrets: Path, tmp_path: Path) -> None:
    assert main([str(tmp_path / "others")]) == 0
    for folder, other in ((secrets, tmp_path / "others"), (tmp_path / "others", secrets)):
        postgres = (folder / "postgres-password").read_text(encoding="ascii")
        valkey = (folder / "valkey.conf").read_text(encoding="ascii").split()[1]
        assert f":{postgres}@postgres:" in (folder / "PRORATA_DATABASE_URL").read_text(encoding="ascii")
        assert f":{valkey}@valkey:" in (folder / "PRORATA_REDIS_URL").read_text(encoding="ascii")
        assert postgres not in (other / "PRORATA_DATABASE_URL").read_text(encoding="ascii")


def test_secrets_are_never_overwritten(secrets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    assert main([str(secrets)]) == 1
    assert str(secrets) in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before


def test_only_the_server_is_reached_and_only_from_this_machine(compose: Any) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {"server": ["127.0.0.1:50051:50051"]}
    assert compose["networks"]["stores"] == {"internal": True}
    assert all(compose["services"][name]["networks"] == ["stores"] for name in STORES)


def test_ours_are_confined(compose: Any) -> None:
    for name in compose["services"].keys() - STORES:
        service = compose["services"][name]
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_the_schema_is_there_before_what_needs_it(compose: Any) -> None:
    for name in ("server", "workers"):
        condition = compose["services"][name]["depends_on"]["migrate"]["condition"]
        assert condition == "service_completed_successfully"
    assert compose["services"]["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"


def test_the_image_is_built_from_the_repository(compose: Any) -> None:
    build = compose["services"]["server"]["build"]
    context = (FILE.parent / build["context"]).resolve()
    assert context == ROOT
    assert (context / build["dockerfile"]).is_file()
