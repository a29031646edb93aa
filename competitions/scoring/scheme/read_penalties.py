"""The `penalties` and `recheck` sections."""

import re
from collections.abc import Sequence
from decimal import Decimal

from ..numbers import plain_text
from .errors import ErrorLog, Path
from .fields import Fields
from .model import EFFECTS, STAGES, Criterion, FullCheck, Penalties, PenaltyRule, RecheckRule, Selector

ZERO, ONE = Decimal(0), Decimal(1)
_STAGE = re.compile(r"stage\s*=\s*(\w+)")
_SUB_CRITERIA = re.compile(r"sub_criterion in \[([^\]]*)\](?P<chosen> that cannot be reached)?")


class SelectorReader:
    """Resolves a selection of aspects against the criteria of one scheme."""

    def __init__(self, criteria: Sequence[Criterion]) -> None:
        self._by_stage: dict[str, list[str]] = {stage: [] for stage in STAGES}
        self._parts: dict[str, list[str]] = {}
        self._sub_criteria: set[str] = set()
        for criterion in criteria:
            for sub_criterion in criterion.sub_criteria:
                self._sub_criteria.add(sub_criterion.code)
                for aspect in sub_criterion.aspects:
                    self._by_stage[aspect.stage].append(aspect.code)
                    for part in (criterion.code, sub_criterion.code, aspect.code):
                        self._parts.setdefault(part, []).append(aspect.code)

    def read(self, value: object, path: Path, log: ErrorLog) -> Selector:
        """A list of codes, `stage=result`, or `sub_criterion in [A1,A2] (that cannot be reached)`."""
        if isinstance(value, list):
            codes = [str(item) for item in value]
            return self._of_codes(f"[{','.join(codes)}]", codes, self._parts, path, log)
        text = " ".join(str(value).split())
        if match := _STAGE.fullmatch(text):
            aspects = self._by_stage.get(match[1], [])
            if not aspects:
                log.add(path, "selector_empty")
            return Selector(text, tuple(aspects))
        if match := _SUB_CRITERIA.fullmatch(text):
            codes = [code.strip() for code in match[1].split(",")]
            known = {code: self._parts[code] for code in self._sub_criteria}
            return self._of_codes(text, codes, known, path, log, chosen=bool(match["chosen"]))
        if text.startswith("[") and text.endswith("]"):
            return self._of_codes(text, text[1:-1].split(","), self._parts, path, log)
        log.add(path, "selector_unreadable", value=text[:60])
        return Selector(text, ())

    def _of_codes(
        self,
        text: str,
        codes: Sequence[str],
        known: dict[str, list[str]],
        path: Path,
        log: ErrorLog,
        *,
        chosen: bool = False,
    ) -> Selector:
        aspects: dict[str, None] = {}
        for code in codes:
            if code not in known:
                log.add(path, "selector_unknown", code=code)
            aspects.update(dict.fromkeys(known.get(code, ())))
        if not codes:
            log.add(path, "selector_empty")
        return Selector(text, tuple(aspects), chosen)


def read_penalties(
    fields: Fields | None,
    *,
    selectors: SelectorReader,
    components: Sequence[str],
    default_component: str | None,
) -> Penalties:
    """The whole section. default_component: the one that loses the points where a rule names none."""
    if fields is None:
        return Penalties()
    rules: dict[str, PenaltyRule] = {}
    for group in fields.groups("rules"):
        rule = _read_rule(group, selectors, components, default_component)
        if rule.code in rules:
            group.log.add(group.at("code"), "duplicate_code", code=rule.code)
        rules[rule.code] = rule
    penalties = Penalties(
        rules=tuple(rules.values()),
        cap_total_points=fields.optional_number("cap_total_points", least=ZERO),
        never_negative=fields.flag("never_negative", default=True),
    )
    fields.done()
    return penalties


def _read_rule(
    fields: Fields, selectors: SelectorReader, components: Sequence[str], default_component: str | None
) -> PenaltyRule:
    code, text = fields.code(), fields.bilingual()
    effect = fields.choice("effect", EFFECTS)
    component = fields.optional_code("component") or default_component or ""
    if component not in components:
        fields.log.add(fields.path, "component_unknown", code=component)
    needed = {"total_points": "points", "zero_aspects": "aspects"}.get(effect)
    if fields.log.clean_under(fields.at("effect")):
        if needed is not None and needed not in fields:
            fields.log.add(fields.path, "effect_needs", effect=effect, key=needed)
        for key in sorted({"points", "aspects"} - {needed}):
            if key in fields:
                fields.log.add(fields.at(key), "rule_refuses", rule=effect, key=key)
    selection = fields.take("aspects")
    rule = PenaltyRule(
        code=code,
        zh=text.zh,
        en=text.en,
        effect=effect,
        component=component,
        points=fields.optional_number("points", least=ZERO),
        each=fields.flag("each", default=False),
        second_time=(
            fields.choice("second_time", ("stop", "disqualify", "zero_all"))
            if "second_time" in fields
            else None
        ),
        aspects=None if selection is None else selectors.read(selection, fields.at("aspects"), fields.log),
    )
    fields.done()
    return rule


def read_recheck(fields: Fields | None) -> RecheckRule | None:
    """The recheck rule, None when the scheme has none."""
    if fields is None:
        return None
    full_check = _read_full_check(fields.group("full_check"))
    if full_check is None:
        fields.log.add(fields.path, "missing", key="full_check")
    rule = RecheckRule(
        full_check=full_check or FullCheck("rank_share", ONE),
        sample_rest=fields.number("sample_rest", least=ZERO, most=ONE),
        error_rate_full_recheck=fields.number("error_rate_full_recheck", least=ZERO, most=ONE),
        alternative_full_check=_read_full_check(fields.group("alternative_full_check")),
        error_unit=fields.words("error_unit", default=""),
        by_role=fields.words("by_role", default=""),
        corrected_by=fields.words("corrected_by", default=""),
    )
    fields.done()
    return rule


def _read_full_check(fields: Fields | None) -> FullCheck | None:
    if fields is None:
        return None
    by = fields.choice("by", ("rank_share", "rank_count"))
    if by == "rank_count":
        value = Decimal(fields.whole("value"))
    else:
        value = fields.number("value", least=ZERO)
        if value > 1:
            fields.log.add(fields.at("value"), "share_above_one", value=plain_text(value))
    fields.done()
    return FullCheck(by, value)
