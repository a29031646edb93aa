"""The `criteria` section: criteria, sub-criteria, aspects and what each rule needs."""

from decimal import Decimal
from itertools import pairwise

from ..numbers import plain_text
from .errors import ErrorLog
from .fields import Fields
from .model import (
    DECISION_RULES,
    HALF,
    MEASURED_RULES,
    STAGES,
    Aspect,
    Band,
    Benchmark,
    Criterion,
    DeductionEvent,
    Difficulty,
    Judging,
    Measuring,
    SubCriterion,
)
from .panel import Panel
from .text import Text

ZERO, ONE = Decimal(0), Decimal(1)
# What a rule cannot do without, and all that it understands beyond the common fields.
NEEDS: dict[str, tuple[str, ...]] = {
    "within": ("nominal", "upper", "lower"),
    "step": ("nominal", "upper", "lower", "grace"),
    "max": ("limit",),
    "ra": ("limit", "next_grade"),
    "bands": ("bands",),
    "gauge": (),
    "checklist": (),
    "range": ("derived_from", "limit"),
}
RULE_FIELDS = ("nominal", "upper", "lower", "grace", "limit", "next_grade", "bands", "derived_from")


class AspectReader:
    """Reads aspects with the defaults of one scheme's `methods`."""

    def __init__(self, measuring: Measuring, judging: Judging, log: ErrorLog) -> None:
        self.measuring = measuring
        self.default_panel = judging.default
        self.panels = {panel.code: panel for panel in judging.panels}
        self.log = log

    def read(self, fields: Fields) -> Aspect:
        """One aspect by its method."""
        method = fields.choice("method", ("measured", "judged", "allotment"))
        rule = fields.choice("rule", MEASURED_RULES) if method == "measured" else ""
        if not all(self.log.clean_under(fields.at(key)) for key in ("method", "rule")):
            # Without its method and rule no other field of an aspect can be judged.
            return Aspect("", Text("", ""), "measured", STAGES[0], ZERO)
        match method:
            case "judged":
                aspect = self._judged(fields)
            case "allotment":
                aspect = self._allotment(fields)
            case _:
                aspect = self._measured(fields, rule)
        fields.done()
        return aspect

    def _measured(self, fields: Fields, rule: str) -> Aspect:
        self._check_fields(rule, fields)
        derived = rule == "range"
        aspect = Aspect(
            code=fields.code(),
            name=fields.text("name"),
            method="measured",
            stage=fields.choice("stage", STAGES, default=STAGES[0]),
            max_mark=fields.number("max_mark", least=ZERO),
            rule=rule,
            points=fields.whole("points", default=0 if derived else 1, least=0 if derived else 1, most=500),
            mark_per_point=fields.optional_number("mark_per_point", least=ZERO),
            nominal=fields.optional_number("nominal"),
            upper=fields.optional_number("upper"),
            lower=fields.optional_number("lower"),
            limit=fields.optional_number("limit", least=ZERO),
            next_grade=fields.optional_number("next_grade", least=ZERO),
            grace=fields.optional_number("grace", least=ZERO),
            partial_ratio=fields.number("partial_ratio", default=HALF, least=ZERO, most=ONE),
            bands=_read_bands(fields),
            derived_from=fields.optional_code("derived_from"),
            unit=fields.words("unit", default="" if rule in {"gauge", "checklist"} else "mm"),
            decision_rule=fields.choice(
                "decision_rule", DECISION_RULES, default=self.measuring.decision_rule
            ),
            uncertainty=fields.optional_number("uncertainty", least=ZERO),
            second_look=fields.number("second_look", default=self.measuring.second_look, least=ONE),
            minimum=fields.optional_number("minimum"),
            maximum=fields.optional_number("maximum"),
            instrument=fields.optional_text("instrument"),
            note=fields.words("note", default=""),
        )
        self._check_measured(aspect, fields)
        return aspect

    def _check_fields(self, rule: str, fields: Fields) -> None:
        """Each rule has the fields it needs and none that it would ignore."""
        for key in NEEDS[rule]:
            if key not in fields:
                self.log.add(fields.path, "rule_needs", rule=rule, key=key)
        for key in RULE_FIELDS:
            if key in fields and key not in NEEDS[rule]:
                self.log.add(fields.at(key), "rule_refuses", rule=rule, key=key)

    def _check_measured(self, aspect: Aspect, fields: Fields) -> None:
        log = self.log
        if aspect.lower is not None and aspect.upper is not None and aspect.lower > aspect.upper:
            log.add(fields.at("lower"), "limits_crossed", lower=aspect.lower, upper=aspect.upper)
        if aspect.limit is not None and aspect.next_grade is not None and aspect.next_grade <= aspect.limit:
            log.add(
                fields.at("next_grade"), "next_grade_order", next_grade=aspect.next_grade, limit=aspect.limit
            )
        if aspect.rule == "range" and aspect.points:
            log.add(fields.at("points"), "too_large", value=aspect.points, maximum=0)
        limits_matter = aspect.rule in {"within", "step", "max", "ra", "range"}
        if aspect.decision_rule == "guard_band" and limits_matter and aspect.uncertainty is None:
            log.add(fields.path, "guard_needs_uncertainty")
        if aspect.mark_per_point is not None and aspect.mark_per_point * aspect.points != aspect.max_mark:
            log.add(
                fields.at("mark_per_point"),
                "sum_points",
                code=aspect.code,
                points=aspect.points,
                mark_per_point=plain_text(aspect.mark_per_point),
                actual=plain_text(aspect.mark_per_point * aspect.points),
                expected=plain_text(aspect.max_mark),
            )

    def _judged(self, fields: Fields) -> Aspect:
        panel = self._panel(fields)
        aspect = Aspect(
            code=fields.code(),
            name=fields.text("name"),
            method="judged",
            stage=fields.choice("stage", STAGES, default=STAGES[0]),
            max_mark=fields.number("max_mark", least=ZERO),
            panel=panel,
            factor=fields.number("factor", default=ONE, least=ZERO),
            difficulty=_read_difficulty(fields),
            benchmarks=_read_benchmarks(fields),
            note=fields.words("note", default=""),
        )
        if panel is not None:
            self._check_benchmarks(aspect, panel, fields)
            self._check_reach(aspect, panel, fields)
        return aspect

    def _panel(self, fields: Fields) -> Panel | None:
        code = fields.optional_code("panel") or self.default_panel
        if code is None:
            self.log.add(fields.path, "missing", key="panel")
            return None
        if code not in self.panels:
            self.log.add(fields.at("panel"), "panel_unknown", code=code)
        return self.panels.get(code)

    def _check_benchmarks(self, aspect: Aspect, panel: Panel, fields: Fields) -> None:
        described = {benchmark.value for benchmark in aspect.benchmarks}
        allowed = set(panel.scale.values)
        missing = sorted(allowed - described)
        if missing:
            values = ", ".join(map(plain_text, missing))
            self.log.add(fields.at("benchmarks"), "benchmarks_incomplete", values=values)
        for value in sorted(described - allowed) if allowed else ():
            self.log.add(
                fields.at("benchmarks"), "benchmark_off_scale", value=plain_text(value), panel=panel.code
            )

    def _check_reach(self, aspect: Aspect, panel: Panel, fields: Fields) -> None:
        """A panel whose marks count as they are must not be able to give more than the aspect holds."""
        if panel.result != "value":
            return
        top = max(panel.scale.values, default=panel.scale.maximum)
        if top is None:
            top = aspect.max_mark
        if panel.combine == "sum":
            top *= panel.judges - panel.drop_high - panel.drop_low
        reach = top * aspect.factor * (aspect.difficulty.max if aspect.difficulty else ONE)
        if reach > aspect.max_mark:
            self.log.add(
                fields.path,
                "panel_exceeds_max",
                panel=panel.code,
                reachable=plain_text(reach),
                expected=plain_text(aspect.max_mark),
            )

    def _allotment(self, fields: Fields) -> Aspect:
        aspect = Aspect(
            code=fields.code(),
            name=fields.text("name"),
            method="allotment",
            stage=fields.choice("stage", STAGES, default=STAGES[1]),
            max_mark=fields.number("max_mark", least=ZERO),
            events=_read_events(fields),
            note=fields.words("note", default=""),
        )
        for event in aspect.events:
            if event.unit > aspect.max_mark:
                self.log.add(
                    fields.at("events"),
                    "event_above_allotment",
                    event=event.code,
                    unit=plain_text(event.unit),
                    expected=plain_text(aspect.max_mark),
                )
        return aspect


def read_criteria(
    fields: Fields, reader: AspectReader, *, default_component: str | None
) -> tuple[Criterion, ...]:
    """The whole section. default_component: where a criterion belongs that does not say."""
    criteria = []
    for group in fields.groups("criteria"):
        code = group.code()
        component = group.optional_code("component") or default_component
        if component is None:
            group.log.add(group.path, "criteria_need_component", code=code)
        criteria.append(
            Criterion(
                code=code,
                name=group.text("name"),
                max_mark=group.number("max_mark", least=ZERO),
                component=component or "",
                sub_criteria=tuple(_read_sub_criteria(group, reader)),
            )
        )
        group.done()
    return tuple(criteria)


def _read_sub_criteria(fields: Fields, reader: AspectReader) -> list[SubCriterion]:
    sub_criteria = []
    for group in fields.groups("sub_criteria", needed=True):
        sub_criteria.append(
            SubCriterion(
                code=group.code(),
                name=group.text("name"),
                max_mark=group.number("max_mark", least=ZERO),
                aspects=tuple(reader.read(aspect) for aspect in group.groups("aspects", needed=True)),
            )
        )
        group.done()
    return sub_criteria


def _read_bands(fields: Fields) -> tuple[Band, ...]:
    bands = []
    for group in fields.groups("bands"):
        bands.append(Band(group.number("max"), group.number("ratio", least=ZERO, most=ONE)))
        group.done()
    for better, worse in pairwise(bands):
        if better.max >= worse.max or better.ratio < worse.ratio:
            fields.log.add(fields.at("bands"), "bands_order")
            break
    return tuple(bands)


def _read_benchmarks(fields: Fields) -> tuple[Benchmark, ...]:
    benchmarks = []
    for group in fields.groups("benchmarks"):
        value, text = group.number("value"), group.bilingual()
        benchmarks.append(Benchmark(value, text.zh, text.en))
        group.done()
    _refuse_twins(fields, "benchmarks", [plain_text(benchmark.value) for benchmark in benchmarks])
    return tuple(benchmarks)


def _read_events(fields: Fields) -> tuple[DeductionEvent, ...]:
    events = []
    for group in fields.groups("events", needed=True):
        code, text = group.code(), group.bilingual()
        events.append(DeductionEvent(code, text.zh, text.en, group.number("unit", least=ZERO)))
        group.done()
    _refuse_twins(fields, "events", [event.code for event in events])
    return tuple(events)


def _read_difficulty(fields: Fields) -> Difficulty | None:
    group = fields.group("difficulty")
    if group is None:
        return None
    difficulty = Difficulty(group.number("min", least=ZERO), group.number("max", least=ZERO))
    group.done()
    return difficulty


def _refuse_twins(fields: Fields, key: str, codes: list[str]) -> None:
    seen: set[str] = set()
    for index, code in enumerate(codes):
        if code in seen:
            fields.log.add((*fields.at(key), index), "duplicate_code", code=code)
        seen.add(code)
