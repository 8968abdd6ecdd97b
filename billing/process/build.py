"""Which build of the service a process runs."""

from __future__ import annotations

VERSION = "0.1.0"  # that of pyproject.toml
