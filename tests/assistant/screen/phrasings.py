"""Reads the phrasing files that lie beside the tests."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parent
SHARED = HERE.parents[3] / "shared"


def read_phrasings(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def read_shared(path: str) -> list[dict[str, Any]]:
    """Rows of a set under ``../shared``; skips the test where it is missing."""
    file = SHARED / path
    if not file.exists():
        pytest.skip(f"development data not found: ../shared/{path}")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
