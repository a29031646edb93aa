"""The rules for masters and apprentices that come with the site, as templates: one YAML file each."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent.parent / "pair_schemes"


@cache
def templates() -> dict[str, dict[str, Any]]:
    """Every template by its code, in the order of codes."""
    found = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        found[data["code"]] = data
    return found


def written(data: Mapping[str, Any]) -> str:
    """The data as YAML for reading and editing, one line a sentence."""
    return yaml.safe_dump(
        dict(data), allow_unicode=True, sort_keys=False, default_flow_style=False, width=10_000
    )
