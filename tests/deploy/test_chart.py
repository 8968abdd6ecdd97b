"""The chart: which settings it takes, and what helm makes of it, where helm is present."""

from __future__ import annotations

import json
import math
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from billing.process.command import read_settings
from deploy.local.secure import Authority
from server.security.signing import new_key
from server.settings import Settings
from tests.deploy.charts import CHART, environment, lint, named, pods, refusal, rendered
from tests.deploy.known import OF_BOTH, OF_THE_SERVER, OF_WORKERS, ROOT
from tests.deploy.known import named as variables_named
from tests.languages.toolchains import needs
from tests.process.test_mistakes import GOOD, set_only
from workers.settings import Settings as WorkerSettings

EVERYTHING = ["values.yaml", "all_values.yaml"]
BY_THE_CHART = {  # itself, by values of its own
    "PRORATA_CALLERS",
    "PRORATA_DATABASE_URL",
    "PRORATA_DRAIN_SECONDS",
    "PRORATA_HEALTH_ADDRESS",
    "PRORATA_LISTEN_ADDRESS",
    "PRORATA_LOG_FORMAT",
    "PRORATA_METRICS_ADDRESS",
    "PRORATA_REDIS_URL",
    "PRORATA_TLS_CERTIFICATE",
    "PRORATA_TLS_CLIENT_CA",
    "PRORATA_TLS_KEY",
    "PRORATA_TOKEN_AUDIENCE",
    "PRORATA_TOKEN_ISSUER",
    "PRORATA_TOKEN_KEYS",
}
NOT_AT_ALL = {
    "PRORATA_COMMIT",  # the image has it
    "PRORATA_SECRETS_FOLDER",  # secrets are referred to
}
helm = needs("helm")


def settable(*path: str) -> set[str]:
    """The settings that a value `settings` takes, by the schema of values."""
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    for name in path:
        schema = schema["properties"][name]
    return set(schema["propertyNames"]["enum"])


def test_values_take_every_setting_that_the_chart_does_not_give() -> None:
    rest = BY_THE_CHART | NOT_AT_ALL
    assert settable("settings") == OF_BOTH - rest
    assert settable("server", "settings") == OF_THE_SERVER - rest
    assert settable("workers", "settings") == OF_WORKERS - rest


def test_the_chart_gives_what_it_does_not_take() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (CHART / "templates").iterdir()]
    assert set().union(*map(variables_named, texts)) == BY_THE_CHART


def test_its_version_is_that_of_the_service() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert chart["appVersion"] == project["project"]["version"]


@helm
@pytest.mark.parametrize("values", EVERYTHING)
def test_helm_finds_nothing_wrong(values: str) -> None:
    assert lint(values) == ""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files that are mounted, in the folders of their volumes."""
    authority = Authority()
    server = authority.issue("server", hosts=("localhost",))
    for name, content in {
        "tls/tls.crt": server.certificate,
        "tls/tls.key": server.key,
        "tls/ca.crt": authority.certificate,
        "tokens/token-keys.json": new_key().public,
        "callers/callers.json": b'{"console": {"role": "staff", "scopes": ["*"]}}',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return tmp_path


@helm
@pytest.mark.parametrize("values", EVERYTHING)
def test_server_and_workers_take_their_settings(values: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = dict(pods(rendered(values)))
    for part, settings in (("server", Settings), ("workers", WorkerSettings)):
        given = environment(parts[part])
        references = [name for name, value in given.items() if isinstance(value, dict)]
        assert references == ["PRORATA_DATABASE_URL", "PRORATA_REDIS_URL"]
        texts = {
            name.removeprefix("PRORATA_"): value.replace("/etc/prorata", str(folder))
            for name, value in given.items()
            if isinstance(value, str)
        }
        set_only(monkeypatch, **{**texts, **GOOD})
        read_settings(settings)
        for name, value in given.items():
            if isinstance(value, str) and value.startswith("/etc/prorata/"):
                assert any(value.startswith(f"{mount}/") for mount in _mounts(parts[part])), name


def _mounts(pod: Any) -> list[str]:
    """Where the volumes of a pod are mounted; each is there."""
    mounts = pod["containers"][0]["volumeMounts"]
    assert {mount["name"] for mount in mounts} == {volume["name"] for volume in pod["volumes"]}
    return [mount["mountPath"] for mount in mounts]


@helm
@pytest.mark.parametrize("values", EVERYTHING)
def test_every_pod_is_restricted(values: str) -> None:
    """As the profile `restricted` of Pod Security Standards asks, and with nothing to write but /tmp."""
    made = dict(pods(rendered(values)))
    assert made.keys() == {"server", "workers", "migration", "verify"}
    for pod in made.values():
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not pod["automountServiceAccountToken"]
        [container] = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"]["memory"]
        assert "/tmp" in _mounts(pod)  # noqa: S108 - of the container, which has no other


@helm
def test_a_server_has_the_time_to_end() -> None:
    """That before it is told to stop, that of calls under way, and some for what it closes."""
    for values in EVERYTHING:
        pod = dict(pods(rendered(values)))["server"]
        [container] = pod["containers"]
        before = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        drain = float(environment(pod)["PRORATA_DRAIN_SECONDS"])
        assert pod["terminationGracePeriodSeconds"] == before + math.ceil(drain) + 15


@helm
def test_probes_ask_where_health_is_answered() -> None:
    pod = dict(pods(rendered("values.yaml")))["server"]
    [container] = pod["containers"]
    address = environment(pod)["PRORATA_HEALTH_ADDRESS"]
    asked = {name: container[f"{name}Probe"]["grpc"] for name in ("startup", "readiness", "liveness")}
    assert {f"0.0.0.0:{probe['port']}" for probe in asked.values()} == {address}
    assert {name: probe.get("service", "") for name, probe in asked.items()} == {
        "startup": "alive",
        "readiness": "",
        "liveness": "alive",
    }


@helm
def test_the_schema_is_made_before_all_else() -> None:
    objects = rendered("all_values.yaml")
    job = named(objects, "Job", "migration")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    pod = dict(pods(objects))["migration"]
    assert environment(pod) == {"PRORATA_DATABASE_URL": {"name": "prorata-owner", "key": "url"}}
    policy = named(objects, "NetworkPolicy", "migration")
    assert policy["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert int(policy["metadata"]["annotations"]["helm.sh/hook-weight"]) < 0


@helm
def test_callers_reach_servers_and_nothing_else() -> None:
    objects = rendered("values.yaml")
    assert {
        part: named(objects, "NetworkPolicy", part)["spec"]["ingress"] for part in ("server", "workers", "verify")
    } == {
        "server": [{"ports": [{"port": "grpc"}], "from": [{"podSelector": {}}]}],
        "workers": [],
        "verify": [],
    }


@helm
def test_what_scales_by_itself_has_no_count() -> None:
    for values, counted in (("values.yaml", True), ("all_values.yaml", False)):
        objects = rendered(values)
        for part in ("server", "workers"):
            assert ("replicas" in named(objects, "Deployment", part)["spec"]) is counted
            assert any(each["kind"] == "HorizontalPodAutoscaler" for each in objects) is not counted


@helm
@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (["image.repository="], "image.repository is missing"),
        (["store.secretName="], "store.secretName is missing"),
        (["tls.secretName="], "tls.secretName is missing"),
        (["tokens.configMapName="], "who may call is missing"),
        (["tokens.audience="], "tokens need tokens.issuer and tokens.audience"),
        (["tokens.secretName=x"], "give one of them"),
        (["callers.configMapName=x"], "give one of them"),
        (["tokens.configMapName=", "callers.configMapName=x"], "callers.configMapName needs tls.clientCaKey"),
        (["metrics.podMonitor.enabled=true"], "metrics.podMonitor.enabled needs metrics.enabled"),
        (["metrics.rules.enabled=true"], "metrics.rules.enabled needs metrics.rules.groups"),
        (["settings.PRORATA_CURENCY=EUR"], "PRORATA_CURENCY"),
        (["settings.PRORATA_DATABASE_URL=x"], "PRORATA_DATABASE_URL"),
        (["server.settings.PRORATA_GRACE_HOURS=1"], "PRORATA_GRACE_HOURS"),
        (["server.replica=3"], "replica"),
        (["image.digest=latest"], "digest"),
    ],
)
def test_mistaken_values_are_refused(settings: list[str], says: str) -> None:
    arguments = [argument for setting in settings for argument in ("--set", setting)]
    assert says in refusal("values.yaml", *arguments)
