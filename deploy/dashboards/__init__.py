"""The Grafana dashboard: `python -m deploy.dashboards` writes prorata.json anew."""
