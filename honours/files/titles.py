"""The honour titles that come with the site, as YAML."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent.parent / "titles.yaml"


@cache
def shipped() -> dict[str, dict[str, Any]]:
    """Every title by its code, in the order of the file."""
    found: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {one["code"]: one for one in found}
