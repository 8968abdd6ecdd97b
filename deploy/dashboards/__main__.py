"""`python -m deploy.dashboards`: write prorata.json of the panels."""

from __future__ import annotations

from deploy.dashboards.grafana import FILE, written


def main() -> None:
    """Write the dashboard."""
    FILE.write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()
