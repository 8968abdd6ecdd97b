"""The panels in the words of Grafana."""

from __future__ import annotations

import json
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from deploy.dashboards.panels import ROWS, Panel

FILE = Path(__file__).with_name("prorata.json")
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
COLUMNS = 24
WIDTH, HEIGHT = {"timeseries": 8, "stat": 6}, 7


def written() -> str:
    """The dashboard as its file has it."""
    return json.dumps(dashboard(), indent=1, ensure_ascii=False) + "\n"


def dashboard() -> dict[str, Any]:
    """The dashboard."""
    return {
        "uid": "prorata",
        "title": "prorata",
        "tags": ["prorata"],
        "timezone": "browser",
        "editable": True,
        "schemaVersion": 39,
        "version": 1,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [_data_source()]},
        "annotations": {"list": []},
        "panels": _placed(),
    }


def _data_source() -> dict[str, Any]:
    return {
        "name": "datasource",
        "label": "Prometheus",
        "type": "datasource",
        "query": "prometheus",
        "current": {},
        "hide": 0,
        "includeAll": False,
        "multi": False,
        "options": [],
        "refresh": 1,
        "regex": "",
    }


def _placed() -> list[dict[str, Any]]:
    """All panels from left to right, each row of ours on new lines."""
    placed: list[dict[str, Any]] = []
    x = y = 0
    for title, panels in ROWS.items():
        x, y = 0, y + (HEIGHT if x else 0)
        placed.append(_row(title, len(placed) + 1, y))
        y += 1
        for panel in panels:
            width = WIDTH[panel.kind]
            if x + width > COLUMNS:
                x, y = 0, y + HEIGHT
            placed.append(_panel(panel, len(placed) + 1, {"x": x, "y": y, "w": width, "h": HEIGHT}))
            x += width
    return placed


def _row(title: str, number: int, y: int) -> dict[str, Any]:
    place = {"x": 0, "y": y, "w": COLUMNS, "h": 1}
    return {"id": number, "type": "row", "title": title, "collapsed": False, "gridPos": place, "panels": []}


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.about,
        "datasource": SOURCE,
        "gridPos": place,
        "targets": [
            {
                "refId": letter,
                "datasource": SOURCE,
                "expr": query.query,
                "legendFormat": query.legend or "__auto",
                "range": panel.kind == "timeseries",
                "instant": panel.kind != "timeseries",
            }
            for letter, query in zip(ascii_uppercase, panel.queries, strict=False)
        ],
        "fieldConfig": {
            "defaults": {"unit": panel.unit, **({"min": 0} if panel.kind == "timeseries" else {})},
            "overrides": [],
        },
        "options": _options(panel),
    }


def _options(panel: Panel) -> dict[str, Any]:
    if panel.kind == "stat":
        return {
            "colorMode": "value",
            "graphMode": "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            "textMode": "value_and_name",
        }
    return {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
