"""Believable raw values for an aspect of any scheme, from how good somebody is at it. Generated, never measured."""

from decimal import Decimal
from typing import Any

from competitions.scoring.scheme import Aspect
from craft_site.home.demo.chance import happens, number

Raw = list[str] | dict[str, str]


def readings(aspect: Aspect, *, skill: int, key: object) -> Raw:
    """What the instruments show for a contestant. skill: 0 to 100, the chance in percent that one point is good."""
    if aspect.method == "allotment":
        return {e.code: "1" for e in aspect.events if happens(max(2, (100 - skill) // 4), key, e.code)}
    return [_point(aspect, n, skill=skill, key=(key, aspect.code, n)) for n in range(aspect.points)]


def judged(aspect: Aspect, *, judges: int, skill: int, key: object) -> list[str]:
    """One value for each judge, never further apart than the scale's spread rule allows."""
    assert aspect.panel is not None
    scale = aspect.panel.scale
    if scale.values:
        steps = [v for v in scale.values if v != max(scale.values)] or list(scale.values)
        base = min(len(steps) - 1, max(0, skill * len(steps) // 100))
        return [str(scale.values[base + number(0, 1, key, aspect.code, n)]) for n in range(judges)]
    top = scale.maximum if scale.maximum is not None else aspect.max_mark
    level = Decimal(70 + skill * 28 // 100) / 100
    step = scale.step or Decimal("0.5")
    return [
        str(_on_step(top * level + top * Decimal(number(-3, 3, key, aspect.code, n)) / 100, step, top))
        for n in range(judges)
    ]


def _on_step(value: Decimal, step: Decimal, top: Decimal) -> Decimal:
    return min(top, max(Decimal(0), (value / step).to_integral_value() * step))


def _point(aspect: Aspect, n: int, *, skill: int, key: Any) -> str:
    good = happens(skill, "good", key)
    if aspect.rule in ("gauge", "checklist"):
        return "1" if good else "0"
    if aspect.rule in ("within", "step"):
        assert aspect.nominal is not None
        assert aspect.upper is not None
        assert aspect.lower is not None
        low, high = aspect.nominal + aspect.lower, aspect.nominal + aspect.upper
        return _between(low, high, good=good, grace=aspect.grace, key=key)
    if aspect.rule == "bands":
        edges = [b.max for b in aspect.bands]
        wanted = edges[0] if good else edges[min(1, len(edges) - 1)]
        whole = all(e == e.to_integral_value() for e in edges)
        if whole:
            return str(wanted if good else wanted + number(0, 1, "over", key))
        return str(
            (wanted * Decimal(number(70, 100 if good else 118, "band", key)) / 100).quantize(Decimal("0.001"))
        )
    assert aspect.limit is not None
    share = number(55, 100, "under", key) if good else number(104, 160, "over", key)
    places = max(2 if aspect.rule == "ra" else 3, -int(aspect.limit.as_tuple().exponent))
    return str((aspect.limit * Decimal(share) / 100).quantize(Decimal(1).scaleb(-places)))


def _between(low: Decimal, high: Decimal, *, good: bool, grace: Decimal | None, key: Any) -> str:
    width = high - low
    places = 3 if width < Decimal("0.2") else 2
    if good:
        value = low + width * Decimal(number(10, 90, "inside", key)) / 100
    else:
        beyond = (grace or width / 2) * Decimal(number(40, 190, "beyond", key)) / 100
        value = high + beyond if happens(50, "side", key) else low - beyond
    return str(value.quantize(Decimal(1).scaleb(-places)))
