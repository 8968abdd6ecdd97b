"""How properties are tried: no time limit for a single example, and nothing written to disk."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

thorough = settings(max_examples=200, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
