"""What differs between two marking schemes, in the document's own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from competitions.scoring.scheme import Scheme, dump_scheme

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_PARTS_OF_ITS_OWN = frozenset({"criteria", "composition", "methods", "penalties"})


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after; None where it is not given."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One item that was added, removed or changed. part: aspect, sub_criterion, criterion, component, panel, penalty,
    or the name of a section (`composition.awards`, `recheck`), whose code is then empty."""

    part: str
    code: str
    kind: str
    fields: tuple[FieldChange, ...] = ()


def compare_schemes(before: Scheme | None, after: Scheme) -> tuple[Change, ...]:
    """Every difference, aspects first. Against nothing, every aspect and component is new."""
    old, new = ({} if before is None else dump_scheme(before)), dump_scheme(after)
    changes: list[Change] = []
    for part, was, now in zip(_PARTS, _items(old), _items(new), strict=True):
        changes += _compared(part, was, now)
    if before is not None:
        changes += [
            Change(name, "", CHANGED) for name in _sections(old, new) if _at(old, name) != _at(new, name)
        ]
    return tuple(changes)


_PARTS = ("aspect", "sub_criterion", "criterion", "component", "panel", "penalty")


def _items(document: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The items of each part by code, without the lists of the parts below them."""
    criteria = document.get("criteria", ())
    sub_criteria = [sub for criterion in criteria for sub in criterion["sub_criteria"]]
    aspects = [aspect | {"sub_criterion": sub["code"]} for sub in sub_criteria for aspect in sub["aspects"]]
    judged = document.get("methods", {}).get("judged", {})
    return (
        {item["code"]: item for item in aspects},
        {item["code"]: _without(item, "aspects") for item in sub_criteria},
        {item["code"]: _without(item, "sub_criteria") for item in criteria},
        {item["code"]: item for item in document.get("composition", {}).get("components", ())},
        {code: item for code, item in judged.items() if isinstance(item, dict)},
        {item["code"]: item for item in document.get("penalties", {}).get("rules", ())},
    )


def _without(item: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != key}


def _compared(part: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    changes = []
    for code in [*was, *(code for code in now if code not in was)]:
        if code not in now:
            changes.append(Change(part, code, REMOVED))
        elif code not in was:
            changes.append(Change(part, code, ADDED))
        elif was[code] != now[code]:
            names = [*was[code], *(name for name in now[code] if name not in was[code])]
            changes.append(
                Change(
                    part,
                    code,
                    CHANGED,
                    tuple(
                        FieldChange(name, was[code].get(name), now[code].get(name))
                        for name in names
                        if was[code].get(name) != now[code].get(name)
                    ),
                )
            )
    return changes


def _sections(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    names = {key for key in (*old, *new) if key not in _PARTS_OF_ITS_OWN}
    for key, listed in (("composition", {"components"}), ("penalties", {"rules"})):
        names |= {f"{key}.{name}" for name in (*old.get(key, {}), *new.get(key, {})) if name not in listed}
    return sorted({*names, "methods.measured", "methods.judged.default", "methods.judged.rules"})


def _at(document: Mapping[str, Any], name: str) -> Any:
    here: Any = document
    for step in name.split("."):
        here = here.get(step) if isinstance(here, Mapping) else None
    return here
