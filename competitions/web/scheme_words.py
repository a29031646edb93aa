"""A marking scheme in the reader's words: labels of its closed lists, its tree with sums, faults with their places."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from competitions import messages as words
from competitions.domain.scheme_changes import Change, FieldChange
from competitions.files.scheme_layout import BY_SHEET
from competitions.files.scheme_xlsx import WorkbookErrors
from competitions.files.scheme_yaml import FileErrors
from competitions.scoring.numbers import plain_text
from competitions.scoring.scheme import Aspect, Scheme, SchemeErrors, Text, dotted
from craft_site.kit.language import colon, listed, semicolon

METHODS: dict[str, Promise] = {
    "measured": gettext_lazy("Measured"),
    "judged": gettext_lazy("Judged"),
    "allotment": gettext_lazy("Deducted within its marks"),
}
RULES: dict[str, Promise] = {
    "within": gettext_lazy("within the tolerance, point by point"),
    "step": gettext_lazy("tolerance with a grace that earns a part"),
    "max": gettext_lazy("at most the limit, point by point"),
    "ra": gettext_lazy("roughness: limit, one grade worse earns a part"),
    "bands": gettext_lazy("bands of the reading"),
    "gauge": gettext_lazy("go and no-go gauge"),
    "checklist": gettext_lazy("items done"),
    "range": gettext_lazy("spread of another aspect's readings"),
}
STAGES: dict[str, Promise] = {
    "result": gettext_lazy("on the work handed in"),
    "process": gettext_lazy("on the floor"),
}
PARTS: dict[str, Promise] = {
    "aspect": gettext_lazy("Aspect"),
    "sub_criterion": gettext_lazy("Sub-criterion"),
    "criterion": gettext_lazy("Criterion"),
    "component": gettext_lazy("Component"),
    "panel": gettext_lazy("Panel"),
    "penalty": gettext_lazy("Penalty"),
}
KINDS: dict[str, Promise] = {
    "added": gettext_lazy("added"),
    "removed": gettext_lazy("removed"),
    "changed": gettext_lazy("changed"),
}
SECTIONS: dict[str, Promise] = {
    "title": gettext_lazy("title"),
    "version": gettext_lazy("version"),
    "composition.rounding": gettext_lazy("rounding"),
    "composition.tie_break": gettext_lazy("order of equals"),
    "composition.awards": gettext_lazy("awards"),
    "composition.rounds": gettext_lazy("rounds"),
    "composition.teams": gettext_lazy("teams"),
    "composition.combine": gettext_lazy("how the components are added"),
    "recheck": gettext_lazy("recheck"),
    "methods.measured": gettext_lazy("measuring"),
    "methods.judged.rules": gettext_lazy("instructions to judges"),
    "methods.judged.default": gettext_lazy("usual panel"),
    "penalties.cap_total_points": gettext_lazy("most points of penalties"),
}
_GROUPS: dict[str, Promise] = {
    "name": gettext_lazy("name"),
    "benchmarks": gettext_lazy("benchmarks"),
    "bands": gettext_lazy("bands"),
    "events": gettext_lazy("events"),
    "instrument": gettext_lazy("instrument"),
    "scale": gettext_lazy("scale"),
}


def field_label(sheet: str, key: str) -> str:
    """The name of a field as the workbook's sheet calls it; a group without a column of its own by its own word."""
    columns = {column.key: column.label for column in BY_SHEET[sheet].columns}
    return capfirst(str(columns.get(key) or _GROUPS.get(key) or key))


def reads(text: Text) -> str:
    """A bilingual text in the reader's language."""
    return text.in_language(get_language() or "zh")


def reads_pair(zh: str, en: str) -> str:
    return reads(Text(zh, en))


def total_word() -> str:
    return _("Total")


def tree(scheme: Scheme) -> list[dict[str, Any]]:
    """Criteria with their sub-criteria and aspects, each with its marks as text."""
    return [
        {
            "code": criterion.code,
            "name": reads(criterion.name),
            "component": criterion.component,
            "max_mark": plain_text(criterion.max_mark),
            "subs": [
                {
                    "code": sub.code,
                    "name": reads(sub.name),
                    "max_mark": plain_text(sub.max_mark),
                    "aspects": [aspect_line(aspect) for aspect in sub.aspects],
                }
                for sub in criterion.sub_criteria
            ],
        }
        for criterion in scheme.criteria
    ]


def aspect_line(aspect: Aspect) -> dict[str, Any]:
    return {
        "code": aspect.code,
        "name": reads(aspect.name),
        "method": METHODS[aspect.method],
        "how": demand(aspect),
        "stage": STAGES[aspect.stage],
        "max_mark": plain_text(aspect.max_mark),
    }


def demand(aspect: Aspect) -> str:
    """What is asked of an aspect, in one line."""
    if aspect.panel is not None:
        return _("%(judges)d judges") % {"judges": aspect.panel.judges}
    if aspect.method == "allotment":
        return _("%(number)d deductions") % {"number": len(aspect.events)}
    unit = f" {unit_words(aspect.unit)}" if aspect.unit else ""
    if aspect.nominal is not None and aspect.upper is not None and aspect.lower is not None:
        limits = f"{plain_text(aspect.nominal)} {_signed(aspect.upper)}/{_signed(aspect.lower)}{unit}"
    elif aspect.limit is not None:
        limits = f"≤ {plain_text(aspect.limit)}{unit}"
    elif aspect.bands:
        limits = semicolon().join(
            f"≤ {plain_text(b.max)}{colon()}{plain_text(b.ratio * 100)} %" for b in aspect.bands
        )
    else:
        limits = str(RULES[aspect.rule])
    return f"{limits} × {aspect.points}" if aspect.points > 1 else limits


def unit_words(unit: str) -> str:
    """A unit as it is written by hand; schemes spell the micrometre um, which every keyboard has."""
    return _("times") if unit == "times" else {"um": "µm"}.get(unit, unit)


def pass_word(value: str | None) -> str:
    """The reading of a gauge or of an item of a checklist: 1, 0 or None for a point that was not done."""
    return {"1": pgettext("inspection", "Pass"), "0": pgettext("inspection", "Fail")}.get(value or "", "–")


def limit_words(limit: str) -> str:
    """The zone of scoring.explain.limit_text as it is written by hand: 10–10.015 mm, -0.01 – 0.01 mm, ≤ 8 µm."""
    low, dots, high = limit.partition("..")
    if dots:
        dash = " – " if low.startswith("-") or high.startswith("-") else "–"
        limit = f"{low}{dash}{high}"
    value, blank, unit = limit.rpartition(" ")
    return f"{value}{blank}{unit_words(unit)}"


def _signed(value: Decimal) -> str:
    return plain_text(value) if value <= 0 else f"+{plain_text(value)}"


def sums(scheme: Scheme) -> list[dict[str, str]]:
    """Each component with its weight, its full mark and what its criteria add up to."""
    rows = []
    for component in scheme.composition.components:
        marks = [c.max_mark for c in scheme.criteria if c.component == component.code]
        rows.append(
            {
                "code": component.code,
                "name": reads(component.name),
                "weight": plain_text(component.weight),
                "full": plain_text(component.full),
                "pass_mark": "" if component.pass_mark is None else plain_text(component.pass_mark),
                "sum": plain_text(sum(marks, Decimal(0))) if marks else "",
                "source": component.source,
            }
        )
    return rows


def faults(error: FileErrors | WorkbookErrors | SchemeErrors) -> list[dict[str, str]]:
    """Every fault of a file with its place: {place, text}."""
    if isinstance(error, WorkbookErrors):
        templates = words.WORKBOOK | words.SCHEME
        return [
            {"place": f"{e.sheet}!{e.cell}", "text": words.in_words(templates, e.code, e.params, e.message)}
            if e.sheet
            else {"place": _("The file itself"), "text": e.message}
            for e in error.errors
        ]
    if isinstance(error, FileErrors):
        templates = words.YAML | words.SCHEME
        return [
            {
                "place": _("line %(line)d") % {"line": e.line},
                "text": words.in_words(templates, e.code, e.params, e.message),
                "part": dotted(e.path) if e.path else "",
            }
            for e in error.errors
        ]
    return [
        {
            "place": dotted(e.path),
            "text": words.in_words(words.SCHEME, e.code, e.message_params, e.message),
        }
        for e in error.errors
    ]


def change_lines(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Differences between two schemes for a table."""
    return [
        {
            "part": PARTS.get(change.part) or SECTIONS.get(change.part) or change.part,
            "code": change.code,
            "kind": change.kind,
            "kind_label": KINDS[change.kind],
            "fields": [_field_line(change.part, field) for field in change.fields],
        }
        for change in changes
    ]


_SHEET_OF = {
    "aspect": "Aspects",
    "sub_criterion": "SubCriteria",
    "criterion": "Criteria",
    "component": "Components",
    "panel": "Panels",
    "penalty": "Penalties",
}


def _field_line(part: str, field: FieldChange) -> dict[str, Any]:
    return {
        "name": field_label(_SHEET_OF[part], field.name),
        "before": _shown(field.before),
        "after": _shown(field.after),
    }


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, dict):
        return listed(_shown(item) for item in value.values())
    if isinstance(value, list):
        return semicolon().join(_shown(item) for item in value)
    return str(value)
