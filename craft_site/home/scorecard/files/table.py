"""The sheet of a year as text for a terminal, and as JSON."""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from craft_site.home.scorecard.document import numbers
from craft_site.home.scorecard.files.workbook import heading
from craft_site.home.scorecard.sheet import Sheet
from craft_site.home.scorecard.years import Year
from craft_site.kit.canonical import canonical_json

COLUMNS = (34, 26, 16, 16)  # half-width characters of indicator, measure, number, target


def as_json(year: Year) -> str:
    """The document with what it says of plan and closing; the keys are described in docs/scorecard.md."""
    content: dict[str, Any] = json.loads(canonical_json(year.document))
    stand = {(line.code, one.key): str(one.standing) for line in year.sheet.lines for one in line.numbers}
    for key, one in numbers(content).items():
        one["standing"] = stand[key]
    content["published"] = year.card.published
    content["closed"] = _closed(year)
    return json.dumps(content, ensure_ascii=False, indent=2)


def _closed(year: Year) -> Mapping[str, Any] | None:
    if year.snapshot is None:
        return None
    return {
        "version": year.snapshot.number,
        "content_hash": year.snapshot.content_hash,
        "frozen_at": year.snapshot.frozen_at.isoformat(),
        "reason": year.snapshot.reason,
    }


def as_table(sheet: Sheet) -> str:
    """Group by group: indicator, measure, number, target, standing."""
    rows = [heading(sheet)]
    for group, lines in sheet.told_groups:
        rows += ["", group]
        for line in lines:
            for n, one in enumerate(line.told):
                cells = ("" if n else line.name, one.label, one.said, one.target_said)
                standing = str(one.standing.label) if one.icon else ""
                rows.append(("  " + "".join(map(_fit, cells, COLUMNS)) + standing).rstrip())
    return "\n".join(rows)


def _fit(text: str, width: int) -> str:
    """Cut or filled to so many half-width characters."""
    found, taken = "", 0
    for char in text:
        taken += 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if taken > width - 1:
            taken -= 2 if unicodedata.east_asian_width(char) in "WF" else 1
            break
        found += char
    return found + " " * (width - taken)
