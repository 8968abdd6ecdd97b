"""What there is to configure, from the classes of settings and the client's command."""

from __future__ import annotations

import re
from pathlib import Path

import server.settings
import workers.settings
from billing.process.command import variable
from billing.process.settings import ProcessSettings
from billing.process.store_settings import StoreSettings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def variables(settings: type[StoreSettings]) -> set[str]:
    """The variables of a class of settings."""
    return {variable(name) for name in settings.model_fields}


OF_BOTH = variables(ProcessSettings)
OF_THE_SERVER = variables(server.settings.Settings) - OF_BOTH
OF_WORKERS = variables(workers.settings.Settings) - OF_BOTH
SETTINGS = OF_BOTH | OF_THE_SERVER | OF_WORKERS


def named(text: str) -> set[str]:
    """The variables that a text names."""
    return set(re.findall(r"PRORATA_[A-Z_]*[A-Z]", text))


def of_the_client() -> set[str]:
    """The variables that the client's command reads."""
    source = ROOT / "clients" / "python" / "src" / "prorata" / "cli.py"
    return named(source.read_text(encoding="utf-8"))
