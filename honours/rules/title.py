"""The rules of an honour title as data: shares of a list, the honour expected before, notices, clearance.

All numbers are a title's own and change from round to round; none is a constant of the code. Sources: the national
notice of 2024 (shares of medals), Ningbo 2013-15, Xuchang and Xiamen (heads, front-line, women), Wenzhou (steps, base
honour, departments that are asked).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# What a person of a list may be. At most: shares of those are bounded above, of all others below.
AT_MOST = ("head", "cadre")
AT_LEAST = ("front_line", "technical", "enterprise", "non_public", "migrant", "woman", "young")
TRAITS = (*AT_LEAST, *AT_MOST)
# Who is asked whether something stands against it. Everybody: of each nominee; firms: of heads of firms and of units.
DEPARTMENTS = ("discipline", "police", "labour", "tax", "market", "audit", "emergency", "environment")
STAGES = ("unit", "town", "city")
MOST_DAYS = 60


class RulesFault(ValueError):
    """A rule cannot be read. place: its name; code: what is wrong, stable."""

    def __init__(self, place: str, code: str) -> None:
        super().__init__(f"{place}: {code}")
        self.place, self.code = place, code


@dataclass(frozen=True, slots=True)
class Rules:
    """quotas: percent of a list by trait. base_level: the least level (1 city ... 4 nation) of an honour that a nominee
    should hold already, None where none is asked. days: working days on notice, by stage. everybody, firms: the
    departments that are asked."""

    quotas: Mapping[str, int] = field(default_factory=dict)
    base_level: int | None = None
    days: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(STAGES, 5))
    everybody: tuple[str, ...] = ("discipline", "police")
    firms: tuple[str, ...] = ()

    def departments(self, *, firm: bool) -> tuple[str, ...]:
        """Who is asked of a nominee. firm: the nominee heads a firm, or is a unit or a team of one."""
        return (
            (*self.everybody, *(one for one in self.firms if one not in self.everybody))
            if firm
            else (self.everybody)
        )

    def as_data(self) -> dict[str, Any]:
        """What `read` reads again."""
        return {
            "quotas": dict(self.quotas),
            "base_level": self.base_level,
            "days": dict(self.days),
            "clearance": {"everybody": list(self.everybody), "firms": list(self.firms)},
        }


def read(data: Mapping[str, Any]) -> Rules:
    """The rules that the data describes; what is not named keeps its default. Raises RulesFault."""
    quotas = _numbers(data.get("quotas") or {}, "quotas", TRAITS, most=100)
    days = dict.fromkeys(STAGES, 5) | _numbers(data.get("days") or {}, "days", STAGES, most=MOST_DAYS)
    base = data.get("base_level")
    if base is not None and (isinstance(base, bool) or base not in (1, 2, 3, 4)):
        raise RulesFault("base_level", "no_level")
    clearance = data.get("clearance") or {}
    if not isinstance(clearance, Mapping):
        raise RulesFault("clearance", "no_mapping")
    return Rules(
        quotas=quotas,
        base_level=base,
        days=days,
        everybody=_departments(clearance.get("everybody", ("discipline", "police")), "clearance.everybody"),
        firms=_departments(clearance.get("firms", ()), "clearance.firms"),
    )


def _numbers(data: Any, place: str, known: tuple[str, ...], *, most: int) -> dict[str, int]:
    if not isinstance(data, Mapping):
        raise RulesFault(place, "no_mapping")
    for name, value in data.items():
        if name not in known:
            raise RulesFault(f"{place}.{name}", "unknown")
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise RulesFault(f"{place}.{name}", "no_number")
    return dict(data)


def _departments(data: Any, place: str) -> tuple[str, ...]:
    if not isinstance(data, list | tuple):
        raise RulesFault(place, "no_list")
    for name in data:
        if name not in DEPARTMENTS:
            raise RulesFault(f"{place}.{name}", "unknown")
    return tuple(dict.fromkeys(data))
