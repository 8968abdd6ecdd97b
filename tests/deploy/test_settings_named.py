"""What files and documents of a deployment name is there to be set."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deploy.known import DEPLOY, SETTINGS, named, of_the_client

FILES = sorted(
    path
    for folder in ("citus", "compose", "helm", "image")
    for path in (DEPLOY / folder).rglob("*")
    if path.is_file() and path.parent.name not in {"secrets", "__pycache__"}
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DEPLOY)))
def test_every_setting_that_a_file_names_exists(path: Path) -> None:
    assert named(path.read_text(encoding="utf-8")) - SETTINGS == set()


def test_documents_name_settings_of_the_service_and_of_the_client() -> None:
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    assert named(text) - SETTINGS - of_the_client() == set()
    assert of_the_client() >= {"PRORATA_ADDRESS", "PRORATA_TOKEN_FILE", "PRORATA_CA_FILE"}
