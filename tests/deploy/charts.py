"""The chart as helm renders it, where helm is present."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.known import DEPLOY

CHART = DEPLOY / "helm" / "prorata"
VALUES = Path(__file__).parent
KUBE_VERSION = "1.33.0"
SECONDS = 60


def rendered(values: str, *settings: str) -> list[Any]:
    """The objects that the chart makes of a file of values and `--set` settings, among them those of hooks."""
    done = _helm("template", values, *settings)
    assert done.returncode == 0, done.stderr
    return [each for each in yaml.safe_load_all(done.stdout) if each is not None]


def refusal(values: str, *settings: str) -> str:
    """What helm says to values that it refuses."""
    done = _helm("template", values, *settings)
    assert done.returncode != 0, "taken"
    return done.stderr


def lint(values: str) -> str:
    """What helm's own checks say: all of it when they fail, else nothing."""
    done = _helm("lint", values, "--strict")
    return done.stdout + done.stderr if done.returncode else ""


def named(objects: list[Any], kind: str, part: str) -> Any:
    """The one object of a kind that is for a part."""
    [found] = [
        each
        for each in objects
        if each["kind"] == kind and each["metadata"]["labels"]["app.kubernetes.io/component"] == part
    ]
    return found


def pods(objects: list[Any]) -> Iterator[tuple[str, Any]]:
    """The pods that are made, each with the part it is."""
    for each in objects:
        spec = each["spec"].get("jobTemplate", each).get("spec")
        if "template" in spec:
            yield spec["template"]["metadata"]["labels"]["app.kubernetes.io/component"], spec["template"]["spec"]


def environment(pod: Any) -> dict[str, Any]:
    """The environment of the one container of a pod: its values, and references to secrets. No name comes twice."""
    [container] = pod["containers"]
    entries = container["env"]
    assert len({entry["name"] for entry in entries}) == len(entries)
    return {entry["name"]: entry.get("value") or entry["valueFrom"]["secretKeyRef"] for entry in entries}


def _helm(command: str, values: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    helm = shutil.which("helm")
    assert helm
    name = ["billing"] if command == "template" else []
    options = ["--values", str(VALUES / values), "--kube-version", KUBE_VERSION, *arguments]
    return subprocess.run(
        [helm, command, *name, str(CHART), *options], capture_output=True, text=True, check=False, timeout=SECONDS
    )
