"""Tie-break keys: `P.total desc`, `P.criterion[C] desc`, `P.elapsed_seconds asc`, `shared_rank`."""

import re
from collections.abc import Sequence

from .composition import Component, TieKey
from .fields import Fields
from .model import Criterion
from .text import Text

SHARED_RANK = TieKey("shared_rank", "shared_rank", "", False, Text("并列", "shared rank"))
_KEY = re.compile(
    r"(?:(?P<component>[A-Za-z0-9_-]+)\.)?"
    r"(?P<kind>total|elapsed_seconds|criterion|sub_criterion|aspect)"
    r"(?:\[(?P<part>[A-Za-z0-9._-]+)\])?"
    r"(?:\s+(?P<direction>asc|desc))?",
    re.ASCII,
)
_PARTS = {"criterion", "sub_criterion", "aspect"}


class TieKeyReader:
    """Reads keys against the parts that a scheme really has, and gives each its name."""

    def __init__(self, components: Sequence[Component], criteria: Sequence[Criterion]) -> None:
        self._names: dict[tuple[str, str], Text] = {}
        self._component_of: dict[tuple[str, str], str] = {}
        for component in components:
            self._names["component", component.code] = component.name
        for criterion in criteria:
            self._note("criterion", criterion.code, criterion.name, criterion.component)
            for sub_criterion in criterion.sub_criteria:
                self._note("sub_criterion", sub_criterion.code, sub_criterion.name, criterion.component)
                for aspect in sub_criterion.aspects:
                    self._note("aspect", aspect.code, aspect.name, criterion.component)

    def _note(self, kind: str, code: str, name: Text, component: str) -> None:
        self._names[kind, code] = name
        self._component_of[kind, code] = component

    def read_list(self, fields: Fields, key: str) -> tuple[TieKey, ...]:
        """The keys in order of precedence. A list that does not end in shared_rank ends in it silently."""
        keys: list[TieKey] = []
        seen: set[tuple[str, str]] = set()
        for index, item in enumerate(fields.items(key)):
            path = (*fields.at(key), index)
            if keys and keys[-1].kind == "shared_rank":
                fields.log.add(path, "tie_key_after_end")
                break
            tie_key = self.parse(str(item))
            if isinstance(tie_key, str):
                code = "tie_key_unknown" if tie_key else "tie_key_unreadable"
                fields.log.add(path, code, value=str(item)[:60], code=tie_key)
                continue
            if (tie_key.kind, tie_key.code) in seen:
                fields.log.add(path, "tie_key_repeated", value=tie_key.text)
            seen.add((tie_key.kind, tie_key.code))
            keys.append(tie_key)
        return tuple(keys)

    def parse(self, text: str) -> TieKey | str:
        """The key, or the code that the scheme does not have, or "" when the text is no key at all."""
        text = " ".join(text.split())
        if text == "shared_rank":
            return SHARED_RANK
        match = _KEY.fullmatch(text)
        if match is None or (match["kind"] in _PARTS) != (match["part"] is not None):
            return ""
        kind, component, part = match["kind"], match["component"], match["part"]
        descending = (match["direction"] or ("asc" if kind == "elapsed_seconds" else "desc")) == "desc"
        if component is not None and ("component", component) not in self._names:
            return component
        if part is not None:
            if self._component_of.get((kind, part)) != (
                component or self._component_of.get((kind, part), "?")
            ):
                return part
            if (kind, part) not in self._names:
                return part
            return TieKey(text, kind, part, descending, self._names[kind, part])
        if kind == "elapsed_seconds":
            return TieKey(text, kind, component or "", descending, Text("用时", "elapsed time"))
        if component is None:
            return TieKey(text, "total", "", descending, Text("总分", "total"))
        return TieKey(text, "component", component, descending, self._names["component", component])
