"""The indicators that come with the site, as YAML: checked whole, every fault with its line."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from competitions.files.scheme_yaml import Document, FileErrors, LocatedError, read_yaml
from craft_site.home.scorecard.counters.registry import is_known
from craft_site.home.scorecard.models import Indicator, Measure

FILE = Path(__file__).parent.parent / "indicators.yaml"
MOST_BYTES = 200_000
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
INDICATOR = {"code": 40, "name": 80, "name_en": 120, "group": 12, "leading": 0, "shares": 0, "measures": 0}
MEASURE = {"code": 30, "name": 60, "name_en": 80, "unit": 12, "unit_en": 30, "kind": 8, "counter": 60}
Place = tuple[str | int, ...]


@cache
def shipped() -> tuple[Mapping[str, Any], ...]:
    """Every indicator that comes with the site, in the order of the file."""
    return read_indicators(FILE.read_text(encoding="utf-8"))


def read_indicators(text: str) -> tuple[Mapping[str, Any], ...]:
    """The indicators of a YAML text. Raises FileErrors with all faults and their lines."""
    document = read_yaml(text, max_bytes=MOST_BYTES)
    reading = _Reading(document)
    reading.whole()
    if reading.faults:
        raise FileErrors(reading.faults)
    return tuple(document.content)


class _Reading:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.faults: list[LocatedError] = []
        self.seen: set[str] = set()

    def whole(self) -> None:
        if not isinstance(self.document.content, list) or not self.document.content:
            self._fault((), "the file is no list of indicators")
            return
        for n, one in enumerate(self.document.content):
            self._indicator(one, (n,))

    def _indicator(self, one: Any, at: Place) -> None:
        if not self._fields(one, at, INDICATOR, needed=("code", "name", "group", "measures")):
            return
        if one["code"] in self.seen:
            self._fault((*at, "code"), f"the code “{one['code']}” stands there twice")
        self.seen.add(one["code"])
        if one["group"] not in Indicator.Group.values:
            known = ", ".join(Indicator.Group.values)
            self._fault((*at, "group"), f"no group is called “{one['group']}”; there are {known}")
        for name in ("leading", "shares"):
            if not isinstance(one.get(name, False), bool):
                self._fault((*at, name), f"{name} is true or false")
        measures = one["measures"]
        if not isinstance(measures, list) or not measures:
            self._fault((*at, "measures"), "an indicator has at least one measure")
            return
        codes: set[str] = set()
        for n, measure in enumerate(measures):
            self._measure(measure, (*at, "measures", n), codes, alone=len(measures) == 1)

    def _measure(self, one: Any, at: Place, codes: set[str], *, alone: bool) -> None:
        if not self._fields(one, at, MEASURE, needed=("code",) if alone else ("code", "name")):
            return
        if one["code"] in codes:
            self._fault((*at, "code"), f"the measure “{one['code']}” stands there twice")
        codes.add(one["code"])
        if one.get("kind", "number") not in Measure.Kind.values:
            self._fault((*at, "kind"), f"the kind is one of {', '.join(Measure.Kind.values)}")
        if one.get("counter") and not is_known(one["counter"]):
            self._fault((*at, "counter"), f"nothing counts “{one['counter']}”")

    def _fields(self, one: Any, at: Place, known: Mapping[str, int], *, needed: tuple[str, ...]) -> bool:
        """Whether it is a mapping with readable fields; known: the longest text of each field, 0 for no text."""
        before = len(self.faults)
        if not isinstance(one, dict):
            self._fault(at, "a list of fields is expected here")
            return False
        for name in one.keys() - known.keys():
            self._fault((*at, name), f"no field is called “{name}”")
        for name in needed:
            if not one.get(name):
                self._fault(at, f"the field “{name}” is missing")
        for name, longest in known.items():
            if longest and name in one and not (isinstance(one[name], str) and len(one[name]) <= longest):
                self._fault((*at, name), f"{name} is a text of at most {longest} characters")
        code = one.get("code")
        if isinstance(code, str) and code and not _CODE.fullmatch(code):
            self._fault((*at, "code"), "a code is made of small letters, digits and hyphens")
        return len(self.faults) == before

    def _fault(self, at: Place, message: str) -> None:
        self.faults.append(LocatedError(*self.document.position(at), at, "indicator", {}, message))
