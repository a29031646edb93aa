"""The scoring engine's and the file readers' messages in the reader's language.

The engine is pure and knows no catalogue: it answers with a code and figures. Here every code has its template as a
message id; a test holds these templates equal to the engine's own.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from competitions.scheme_names import SchemeNames
from competitions.scoring.results import Problem

SCHEME: dict[str, Any] = {
    "not_a_mapping": _("expected a group of named fields"),
    "not_a_list": _("expected a list"),
    "empty_list": _("the list is empty"),
    "missing": _("{key} is missing"),
    "unknown_key": _("unknown field {key}"),
    "not_a_number": _("{value} is not a plain decimal number"),
    "float": _("{value} is a binary floating-point number; write it as a decimal"),
    "not_whole": _("{value} is not a whole number"),
    "too_small": _("{value} is below {minimum}"),
    "too_large": _("{value} is above {maximum}"),
    "not_a_text": _("expected a text, quote it if it looks like a number"),
    "not_a_flag": _("expected true or false"),
    "not_a_choice": _("{value} is not one of {choices}"),
    "text_untranslated": _("the text has no {language} version"),
    "bad_code": _("{value} is not a usable code (letters, digits, '.', '_', '-')"),
    "duplicate_code": _("code {code} is used twice"),
    "sum_aspects": _("the aspects of {code} add up to {actual}, its mark is {expected}"),
    "sum_sub_criteria": _("the sub-criteria of {code} add up to {actual}, its mark is {expected}"),
    "sum_criteria": _("the criteria of component {code} add up to {actual}, its full mark is {expected}"),
    "sum_points": _("{points} points of {mark_per_point} make {actual}, the mark of {code} is {expected}"),
    "sum_weights": _("the weights add up to {actual}, not 1"),
    "criteria_need_component": _("criterion {code} must say which component it belongs to"),
    "component_unknown": _("there is no component {code}"),
    "component_without_criteria": _("component {code} is marked from criteria but has none"),
    "component_is_entered": _("component {code} is entered as one mark and cannot have criteria"),
    "rule_needs": _("rule {rule} needs {key}"),
    "rule_refuses": _("{key} has no meaning for {rule}"),
    "limits_crossed": _("lower {lower} is above upper {upper}"),
    "next_grade_order": _("next_grade {next_grade} must be above limit {limit}"),
    "bands_order": _("band limits must rise and ratios must not rise with them"),
    "derived_from_unknown": _("there is no measured aspect {code} to derive this one from"),
    "derived_from_derived": _("{code} is itself derived"),
    "benchmarks_incomplete": _("a benchmark text is missing for {values}"),
    "benchmark_off_scale": _("{value} is not on the scale of panel {panel}"),
    "panel_unknown": _("there is no panel {code}"),
    "panel_formula_unknown": _("formula {formula} is not known; use combine, drop_high and drop_low"),
    "panel_drops_all": _("panel {code} can lose every mark: {judges_min} judges, {dropped} dropped"),
    "panel_minimum_above_size": _("judges_min {judges_min} is above judges {judges}"),
    "panel_exceeds_max": _("panel {panel} can give {reachable}, more than the mark {expected}"),
    "event_above_allotment": _("one {event} costs {unit}, more than the allotment {expected}"),
    "guard_needs_uncertainty": _("a guard band needs the uncertainty of the measurement"),
    "selector_unreadable": _("{value} is no selection of aspects"),
    "selector_unknown": _("there is no aspect, sub-criterion or criterion {code}"),
    "selector_empty": _("the selection holds no aspect"),
    "effect_needs": _("effect {effect} needs {key}"),
    "tie_key_unreadable": _("{value} is no tie-break key"),
    "tie_key_unknown": _("tie-break key {value} names {code}, which is not in the scheme"),
    "tie_key_after_end": _("nothing can follow shared_rank"),
    "tie_key_repeated": _("tie-break key {value} is there twice"),
    "round_unknown": _("there is no round {code}"),
    "round_without_components": _("no component belongs to round {code}"),
    "round_missing": _("component {code} must say which round it belongs to"),
    "cut_in_last_round": _("the last round has nothing to advance to"),
    "cut_missing": _("round {code} needs a cut, another round follows it"),
    "share_above_one": _("share {value} is above 1"),
    "medals_need_tiers": _("medals need exactly the tiers gold, silver and bronze, besides tiers by score"),
    "tier_order": _("tier {code} may not ask more than the tier before it"),
    "team_rule_missing": _("component {code} is a team component, but composition.teams is missing"),
    "scale_clamp": _("the clamp {low}..{high} leaves out the centre {centre}"),
    "schema_unknown": _("schema {value} is not known"),
    "gate_above_full": _("{key} {value} is above the full mark {full} of component {code}"),
}

YAML: dict[str, Any] = {
    "too_long": _("the file is too long for a marking scheme"),
    "syntax": _("not readable as YAML"),
    "second_document": _("a second document begins here"),
    "too_deep": _("nested too deep"),
    "key_not_a_word": _("a field name must be a plain word"),
    "duplicate_key": _("the field is there twice"),
    "alias": _("anchors and aliases are not allowed"),
    "tag": _("tags are not allowed"),
}

WORKBOOK: dict[str, Any] = {
    "too_big": _("the workbook is too big for a marking scheme"),
    "sheet_missing": _("the sheet {sheet} is missing"),
    "sheet_unknown": _("the sheet {sheet} is not part of a marking scheme"),
    "column_unknown": _("the column {column} is not part of this sheet"),
    "column_twice": _("the column {column} is there twice"),
    "formula": _("the cell holds a formula: write its value"),
    "field_unreadable": _("{value} is not a field of a marking scheme, or it is there twice"),
    "json_unreadable": _("the value cannot be read as JSON"),
    "belongs_nowhere": _("there is no {column} {value} for this row to belong to"),
    "code_twice": _("{value} is there twice"),
    "cell_error": _("the cell holds the error {value}"),
}

READINGS: dict[str, Any] = {
    "not_a_list": _("expected a list of {expected} readings"),
    "not_counts": _("expected a count for each deduction"),
    "wrong_number": _("{expected} readings are needed, there are {actual}"),
    "derived": _("this aspect is computed from {source} and takes no readings"),
    "float": _("reading {position}: a binary floating-point number is not exact"),
    "not_a_number": _("reading {position} is not a number"),
    "yes_or_no": _("reading {position} must be 1 (yes) or 0 (no)"),
    "below_minimum": _("reading {position}: {value} is below {minimum}"),
    "above_maximum": _("reading {position}: {value} is above {maximum}"),
    "second_look": _("reading {position}: {value} is more than {tolerances} tolerances off, a typing error?"),
    "off_scale": _("judge {position}: {value} is not on the scale"),
    "judge_missing": _("judge {position} has given no mark"),
    "too_few_judges": _("{actual} judges have marked, at least {expected} are needed"),
    "spread": _("the judges are {spread} apart, at most {max_spread} is allowed: discuss and mark again"),
    "difficulty": _("the difficulty must be a number from {minimum} to {maximum}"),
    "unknown_event": _("there is no deduction {event}"),
    "not_a_count": _("{event}: the count must be a whole number from 0 to {maximum}"),
}

PROBLEMS: dict[str, Any] = {
    "missing_mark": _("entry {entry}: aspect {aspect} has no mark"),
    "refused_mark": _("entry {entry}: aspect {aspect}: {reason}"),
    "unknown_aspect": _("entry {entry}: the scheme has no aspect {aspect}"),
    "missing_component": _("entry {entry}: {component} has no mark"),
    "unknown_component": _("entry {entry}: the scheme has no component {component}"),
    "computed_component": _("entry {entry}: {component} is computed from its aspects and cannot be entered"),
    "component_refused": _("entry {entry}: {component} must be a number from 0 to {full}, not {value}"),
    "duplicate_entry": _("entry {entry} is there twice"),
    "penalty_unknown": _("entry {entry}: the scheme has no penalty {penalty}"),
    "penalty_times": _("entry {entry}: penalty {penalty} must have been given at least once"),
    "penalty_points": _("entry {entry}: penalty {penalty} takes {expected} points, not {given}"),
    "penalty_needs_aspects": _("entry {entry}: penalty {penalty} must name the aspects concerned"),
    "penalty_aspect_outside": _("entry {entry}: penalty {penalty} cannot zero {aspect}"),
    "tie_value_missing": _("entry {entry}: {key} decides a tie and has not been entered"),
    "elapsed_refused": _("entry {entry}: the elapsed time must be a number of seconds, not {value}"),
    "team_missing": _("entry {entry}: the scheme counts teams, but the entry has none"),
    "team_disagrees": _("team {team}: its members carry different marks for {part}"),
    "team_too_small": _("team {team}: {actual} members have a total, at least {expected} are needed"),
    "decision_unknown": _("the decision on {tier} fits no tier or choice of the scheme"),
    "decision_without_reason": _("the decision on {tier} gives no reason"),
    "decision_key_unknown": _("the decision on {tier} names {key}, which is no tie-break key of the scheme"),
}


def problem_in_words(problem: Problem, names: SchemeNames | None = None) -> str:
    """What keeps an entry from being scored, in the reader's language; parts of the scheme by their names."""
    params = dict(problem.params)
    if names is not None:
        for param, named in (
            ("aspect", names.aspect),
            ("component", names.component),
            ("penalty", names.penalty),
            ("tier", names.award),
            ("part", names.part),
            ("key", names.tie_key),
        ):
            if param in params:
                params[param] = named(params[param])
    if (cause := problem.cause) is not None:
        params["reason"] = in_words(READINGS, cause.code, cause.params, cause.message)
    return in_words(PROBLEMS, problem.code, params, problem.message)


def in_words(templates: Mapping[str, Any], code: str, params: Mapping[str, str], fallback: str) -> str:
    """The message of a code in the reader's language; the engine's own English where the code is new."""
    template = templates.get(code)
    return fallback if template is None else str(template).format(**params)
