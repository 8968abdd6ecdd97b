"""The list of metrics, the dashboard and the alerts have what is told, and nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from deploy.dashboards.grafana import FILE, written
from server.access import access_by_method
from tests.observation.listed import PREFIX, listed, told_in_a_month
from workers.sweep import STEPS

DASHBOARD = json.loads(FILE.read_text())
ALERTS = Path("deploy/alerts")
RULES = yaml.safe_load((ALERTS / "prorata.rules.yaml").read_text())
RUNBOOK = (ALERTS / "README.md").read_text()
PROMTOOL = shutil.which("promtool")
STANDARD = {
    "process_cpu_seconds_total",
    "process_max_fds",
    "process_open_fds",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
    "up",
}
COLUMNS = 24


async def test_the_list_has_every_metric_as_it_is_told(database: str, queue: str) -> None:
    assert listed() == sorted(await told_in_a_month(database, queue))


def known() -> dict[str, set[str]]:
    """The names of all series, with their labels."""
    series = {
        name: {*filter(None, metric.labels.split(", "))} | ({"le"} if name.endswith("_bucket") else set())
        for metric in listed()
        for name in metric.series
    }
    return series | {name: {"process"} for name in STANDARD}


def panels() -> list[dict[str, Any]]:
    """The panels of the dashboard, without the rows they stand in."""
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def alerts() -> list[dict[str, Any]]:
    """The rules that alert."""
    return [rule for group in RULES["groups"] for rule in group["rules"]]


def queries() -> dict[str, str]:
    """What dashboard and alerts ask, by where."""
    asked = {f"alert {rule['alert']}": rule["expr"] for rule in alerts()}
    for panel in panels():
        for target in panel["targets"]:
            asked[f"panel {panel['title']} {target['refId']}"] = target["expr"]
    return asked


def selectors(query: str) -> Iterator[Any]:
    """The series that a query asks for; ValueError when it is none."""
    found: list[Any] = []

    def visit(node: Any) -> bool:
        if isinstance(node, promql_parser.MatrixSelector):
            found.append(node.vector_selector)
        elif isinstance(node, promql_parser.VectorSelector):
            found.append(node)
        return True

    query = query.replace("$__rate_interval", "5m").replace("$__range", "1d")
    promql_parser.walk(promql_parser.parse(query), visit)
    return iter(found)


@pytest.mark.parametrize("where", queries())
def test_queries_ask_for_what_there_is(where: str) -> None:
    series = known()
    asked = list(selectors(queries()[where]))
    assert asked
    for selector in asked:
        assert selector.name in series
        matched = {matcher.name for matcher in selector.matchers.matchers}
        assert matched <= series[selector.name] | {"job", "instance"}


def test_values_that_queries_name_are_there() -> None:
    methods = {path.rpartition("/")[2] for path in access_by_method()}
    for query in queries().values():
        for selector in selectors(query):
            for matcher in selector.matchers.matchers:
                values = matcher.value.split("|")
                if matcher.name == "method":
                    assert {value.removesuffix(".*") for value in values} <= methods | {"Stream", "Watch"}
                elif matcher.name == "step":
                    assert {*values} <= {*STEPS}


def test_every_metric_is_on_the_dashboard_or_in_an_alert() -> None:
    asked = {selector.name for query in queries().values() for selector in selectors(query)}
    unseen = {metric.name for metric in listed() if not metric.series & asked}
    assert unseen == set()


def test_every_alert_says_what_it_is_and_what_to_do() -> None:
    names = [rule["alert"] for rule in alerts()]
    assert len({*names}) == len(names)
    for rule in alerts():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]
        anchor = rule["annotations"]["runbook"].removeprefix("deploy/alerts/README.md#")
        assert f"## {rule['alert']}\n" in RUNBOOK
        assert anchor == rule["alert"].lower()
    told = [line.removeprefix("## ") for line in RUNBOOK.splitlines() if line.startswith("## ")]
    assert told == names


def test_every_alert_is_tried() -> None:
    tried = yaml.safe_load((ALERTS / "prorata.rules.test.yaml").read_text())
    firing = {each["alertname"] for test in tried["tests"] for each in test["alert_rule_test"] if each["exp_alerts"]}
    assert firing == {rule["alert"] for rule in alerts()}


@pytest.mark.skipif(PROMTOOL is None, reason="promtool of Prometheus is not on this machine")
def test_the_rules_do_what_their_tests_say() -> None:
    assert PROMTOOL is not None
    for command in (
        ("check", "rules", "--lint-fatal", "prorata.rules.yaml"),
        ("test", "rules", "prorata.rules.test.yaml"),
    ):
        done = subprocess.run([PROMTOOL, *command], cwd=ALERTS, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboard_is_what_its_panels_make() -> None:
    assert FILE.read_text() == written(), "stale: run python -m deploy.dashboards"


def test_the_dashboard_can_be_read_by_grafana() -> None:
    assert DASHBOARD["uid"] == "prorata"
    assert DASHBOARD["schemaVersion"] >= 39
    [variable] = DASHBOARD["templating"]["list"]
    assert (variable["name"], variable["type"], variable["query"]) == ("datasource", "datasource", "prometheus")
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len({*ids}) == len(ids)
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert place["x"] + place["w"] <= COLUMNS
        taken |= cells
    for panel in panels():
        assert panel["title"]
        assert panel["description"]
        assert panel["type"] in {"timeseries", "stat", "table"}
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert panel["targets"]
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
        for part in (panel, *panel["targets"]):
            assert part["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


def test_names_have_the_prefix() -> None:
    assert all(metric.name.startswith(PREFIX) for metric in listed())
