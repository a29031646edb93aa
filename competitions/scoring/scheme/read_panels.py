"""The `methods` section: measuring defaults and the judges' panels."""

from decimal import Decimal

from ..numbers import ROUNDING_MODES
from .fields import Fields
from .model import DECISION_RULES, MEASURED_RULES, Judging, Measuring
from .panel import COMBINATIONS, RESULTS, Panel, RoundingStep, Scale, SpreadBand

ZERO = Decimal(0)
ALIASES = {"truncate": "ROUND_DOWN"}
# The formulas that schemes write in words. Anything else is written with combine, drop_high, drop_low.
FORMULAS = {
    "max_mark * sum / 9": ("mean", 0, 0),
    "mean after dropping one highest and one lowest": ("mean", 1, 1),
    "mean": ("mean", 0, 0),
    "median": ("median", 0, 0),
    "sum": ("sum", 0, 0),
}
ALLOTMENT_FORMULA = "max(0, max_mark - sum(count * unit))"


def read_mode(fields: Fields, *, default: str = ROUNDING_MODES[0]) -> str:
    """The `mode` field: one of decimal's names, or truncate."""
    mode = fields.choice("mode", (*ROUNDING_MODES, *ALIASES), default=default)
    return ALIASES.get(mode, mode)


def read_rounding_step(fields: Fields, key: str, *, mode: str = ROUNDING_MODES[0]) -> RoundingStep | None:
    """`key: 2`, or `key: {places: 2, mode: ROUND_DOWN}`; None when absent."""
    if key not in fields:
        return None
    value = fields.take(key)
    nested = isinstance(value, dict)
    group = Fields(
        value if nested else {"places": value}, fields.at(key) if nested else fields.path, fields.log
    )
    if value is None:
        fields.log.add(fields.at(key), "not_a_number", value="null")
        return None
    step = RoundingStep(group.whole("places", most=9), read_mode(group, default=mode))
    group.done()
    return step


def read_methods(fields: Fields | None) -> tuple[Measuring, Judging]:
    """The whole section; absent parts take their defaults."""
    if fields is None:
        return Measuring(), Judging()
    measured, judged = fields.group("measured"), fields.group("judged")
    measuring = Measuring() if measured is None else _read_measuring(measured)
    judging = Judging() if judged is None else _read_judging(judged)
    if (allotment := fields.group("allotment")) is not None:
        allotment.words("zh", default="")
        allotment.choice("formula", (ALLOTMENT_FORMULA,), default=ALLOTMENT_FORMULA)
        allotment.done()
    fields.done()
    return measuring, judging


def _read_measuring(fields: Fields) -> Measuring:
    rules: dict[str, str] = {}
    if (group := fields.group("rules")) is not None:
        rules = {rule: group.words(rule) for rule in MEASURED_RULES if rule in group}
        group.done()
    measuring = Measuring(
        judges_min=fields.whole("judges_min", default=1, least=1, most=99),
        decision_rule=fields.choice("decision_rule", DECISION_RULES, default=DECISION_RULES[0]),
        second_look=fields.number("second_look", default=Decimal(10), least=Decimal(1)),
        rules=rules or None,
        zh=fields.words("zh", default=""),
    )
    fields.done()
    return measuring


def _read_judging(fields: Fields) -> Judging:
    default = fields.optional_code("default")
    rules = tuple(str(item) for item in fields.items("rules"))
    zh = fields.words("zh", default="")
    panels = tuple(
        _read_panel(code, fields.group(code)) for code in sorted(fields.keys - {"default", "rules", "zh"})
    )
    fields.done()
    if default is not None and default not in {panel.code for panel in panels}:
        fields.log.add(fields.at("default"), "panel_unknown", code=default)
    return Judging(default=default, panels=panels, rules=rules, zh=zh)


def _read_panel(code: str, fields: Fields | None) -> Panel:
    if fields is None:
        return Panel(code, 1, 1, Scale(), RESULTS[0])
    judges = fields.whole("judges", least=1, most=99)
    scale, result = _read_scale(fields)
    combine, drop_high, drop_low = _read_formula(fields)
    panel = Panel(
        code=code,
        judges=judges,
        judges_min=fields.whole("judges_min", default=judges, least=1, most=99),
        scale=scale,
        result=fields.choice("result", RESULTS, default=result),
        combine=combine,
        drop_high=drop_high,
        drop_low=drop_low,
        max_spread=fields.optional_number("max_spread", least=ZERO),
        round=read_rounding_step(fields, "round"),
        alarm=_read_alarm(fields),
        on_spread=fields.words("on_spread", default=""),
        zh=fields.words("zh", default=""),
        en=fields.words("en", default=""),
    )
    fields.done()
    _check_size(panel, fields)
    return panel


def _read_scale(fields: Fields) -> tuple[Scale, str]:
    """The scale and what its marks mean unless `result` says otherwise."""
    value = fields.need("scale")
    if value == "percent_of_max":
        return Scale(maximum=Decimal(100)), "share_of_max"
    if value == "points":
        return Scale(), "value"
    if isinstance(value, list):
        items = Fields({str(index): item for index, item in enumerate(value)}, fields.at("scale"), fields.log)
        return Scale(values=tuple(items.number(str(index)) for index in range(len(value)))), "share_of_max"
    group = Fields(value if value is not None else {}, fields.at("scale"), fields.log)
    scale = Scale(
        minimum=group.number("min", default=ZERO),
        maximum=group.optional_number("max"),
        step=group.optional_number("step", least=Decimal("0.0001")),
    )
    group.done()
    if scale.maximum is not None and scale.maximum <= scale.minimum:
        fields.log.add(fields.at("scale"), "limits_crossed", lower=scale.minimum, upper=scale.maximum)
    return scale, "value"


def _read_formula(fields: Fields) -> tuple[str, int, int]:
    if "formula" in fields:
        formula = fields.words("formula")
        if formula not in FORMULAS:
            fields.log.add(fields.at("formula"), "panel_formula_unknown", formula=formula[:60])
        return FORMULAS.get(formula, ("mean", 0, 0))
    return (
        fields.choice("combine", COMBINATIONS, default="mean"),
        fields.whole("drop_high", default=0, most=49),
        fields.whole("drop_low", default=0, most=49),
    )


def _read_alarm(fields: Fields) -> tuple[SpreadBand, ...]:
    bands = []
    for group in fields.groups("alarm"):
        bands.append(SpreadBand(group.number("at_least"), group.number("spread", least=ZERO)))
        group.done()
    # Highest band first: the first whose at_least is reached holds.
    return tuple(sorted(bands, key=lambda band: -band.at_least))


def _check_size(panel: Panel, fields: Fields) -> None:
    dropped = panel.drop_high + panel.drop_low
    if panel.judges_min > panel.judges:
        fields.log.add(
            fields.at("judges_min"),
            "panel_minimum_above_size",
            judges_min=panel.judges_min,
            judges=panel.judges,
        )
    if dropped >= panel.judges_min:
        fields.log.add(
            fields.path, "panel_drops_all", code=panel.code, judges_min=panel.judges_min, dropped=dropped
        )
