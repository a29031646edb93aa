"""What can be wrong in a scheme document, as data: where, which rule, with which figures.

The YAML reader adds a line to `path`, the XLSX reader a cell, and the screen translates the template
that belongs to `code`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

Path = tuple[str | int, ...]
# Enough for any honest document; a hostile one must not make the checks quadratic.
MAX_FAULTS = 500

# One template a code. The templates are the message ids of the translation catalogue.
MESSAGES = {
    "not_a_mapping": "expected a group of named fields",
    "not_a_list": "expected a list",
    "empty_list": "the list is empty",
    "missing": "{key} is missing",
    "unknown_key": "unknown field {key}",
    "not_a_number": "{value} is not a plain decimal number",
    "float": "{value} is a binary floating-point number; write it as a decimal",
    "not_whole": "{value} is not a whole number",
    "too_small": "{value} is below {minimum}",
    "too_large": "{value} is above {maximum}",
    "not_a_text": "expected a text, quote it if it looks like a number",
    "not_a_flag": "expected true or false",
    "not_a_choice": "{value} is not one of {choices}",
    "text_untranslated": "the text has no {language} version",
    "bad_code": "{value} is not a usable code (letters, digits, '.', '_', '-')",
    "duplicate_code": "code {code} is used twice",
    "sum_aspects": "the aspects of {code} add up to {actual}, its mark is {expected}",
    "sum_sub_criteria": "the sub-criteria of {code} add up to {actual}, its mark is {expected}",
    "sum_criteria": "the criteria of component {code} add up to {actual}, its full mark is {expected}",
    "sum_points": "{points} points of {mark_per_point} make {actual}, the mark of {code} is {expected}",
    "sum_weights": "the weights add up to {actual}, not 1",
    "criteria_need_component": "criterion {code} must say which component it belongs to",
    "component_unknown": "there is no component {code}",
    "component_without_criteria": "component {code} is marked from criteria but has none",
    "component_is_entered": "component {code} is entered as one mark and cannot have criteria",
    "rule_needs": "rule {rule} needs {key}",
    "rule_refuses": "{key} has no meaning for {rule}",
    "limits_crossed": "lower {lower} is above upper {upper}",
    "next_grade_order": "next_grade {next_grade} must be above limit {limit}",
    "bands_order": "band limits must rise and ratios must not rise with them",
    "derived_from_unknown": "there is no measured aspect {code} to derive this one from",
    "derived_from_derived": "{code} is itself derived",
    "benchmarks_incomplete": "a benchmark text is missing for {values}",
    "benchmark_off_scale": "{value} is not on the scale of panel {panel}",
    "panel_unknown": "there is no panel {code}",
    "panel_formula_unknown": "formula {formula} is not known; use combine, drop_high and drop_low",
    "panel_drops_all": "panel {code} can lose every mark: {judges_min} judges, {dropped} dropped",
    "panel_minimum_above_size": "judges_min {judges_min} is above judges {judges}",
    "panel_exceeds_max": "panel {panel} can give {reachable}, more than the mark {expected}",
    "event_above_allotment": "one {event} costs {unit}, more than the allotment {expected}",
    "guard_needs_uncertainty": "a guard band needs the uncertainty of the measurement",
    "selector_unreadable": "{value} is no selection of aspects",
    "selector_unknown": "there is no aspect, sub-criterion or criterion {code}",
    "selector_empty": "the selection holds no aspect",
    "effect_needs": "effect {effect} needs {key}",
    "tie_key_unreadable": "{value} is no tie-break key",
    "tie_key_unknown": "tie-break key {value} names {code}, which is not in the scheme",
    "tie_key_after_end": "nothing can follow shared_rank",
    "tie_key_repeated": "tie-break key {value} is there twice",
    "round_unknown": "there is no round {code}",
    "round_without_components": "no component belongs to round {code}",
    "round_missing": "component {code} must say which round it belongs to",
    "cut_in_last_round": "the last round has nothing to advance to",
    "cut_missing": "round {code} needs a cut, another round follows it",
    "share_above_one": "share {value} is above 1",
    "medals_need_tiers": "medals need exactly the tiers gold, silver and bronze, besides tiers by score",
    "tier_order": "tier {code} may not ask more than the tier before it",
    "team_rule_missing": "component {code} is a team component, but composition.teams is missing",
    "scale_clamp": "the clamp {low}..{high} leaves out the centre {centre}",
    "schema_unknown": "schema {value} is not known",
    "gate_above_full": "{key} {value} is above the full mark {full} of component {code}",
}


@dataclass(frozen=True, slots=True)
class SchemeError:
    """One fault. `path` leads to it from the top of the document; a missing field is its parent's fault."""

    path: Path
    code: str
    message_params: dict[str, str]
    message: str


class SchemeErrors(ValueError):
    """All faults of a document, in document order of discovery."""

    def __init__(self, errors: Iterable[SchemeError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"{dotted(error.path)}: {error.message}" for error in self.errors))


def dotted(path: Path) -> str:
    """A path for people: criteria[0].max_mark."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "document"


@dataclass(slots=True)
class ErrorLog:
    """Collects faults while a document is read, so that an author sees all of them at once."""

    needs_english: bool = True
    errors: list[SchemeError] = field(default_factory=list)

    def add(self, path: Path, code: str, /, **params: object) -> None:
        """Note one fault; `code` must have a template in MESSAGES. Nothing is noted beyond MAX_FAULTS."""
        if len(self.errors) >= MAX_FAULTS:
            return
        texts = {name: str(value) for name, value in params.items()}
        self.errors.append(SchemeError(path, code, texts, MESSAGES[code].format(**texts)))

    def clean_under(self, path: Path) -> bool:
        """Whether no fault lies at or below `path`: a sum over a broken part would only confuse."""
        return not any(error.path[: len(path)] == path for error in self.errors)

    def raise_if_any(self) -> None:
        """Raise SchemeErrors when at least one fault was noted."""
        if self.errors:
            raise SchemeErrors(self.errors)
