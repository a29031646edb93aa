"""What a correction order says, in words: what it speaks of, what stands there, what it becomes, what follows."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from competitions.domain.correction_changes import ChangeRefused
from competitions.domain.correction_effect import effect_of
from competitions.domain.incidents import penalty_rules
from competitions.domain.results import NoScheme
from competitions.messages import problem_in_words
from competitions.models import CorrectionOrder, Event
from competitions.scheme_names import SchemeNames
from competitions.web.amendments import status_word
from competitions.web.judge.sheet_data import values_text
from craft_site.kit.language import bracketed, in_language, listed


class Words:
    """The words of one event's scheme, read once for many orders."""

    def __init__(self, event: Event) -> None:
        version = event.scheme_version
        scheme = version.scheme if version else None
        self.names = SchemeNames(scheme)
        self.aspects = {aspect.code: aspect for aspect in scheme.aspects()} if scheme else {}
        self.rules = {rule.code: in_language(rule.zh, rule.en) for rule in penalty_rules(event)}
        composition = scheme.composition if scheme else None
        self.components = {
            c.code: in_language(c.name.zh, c.name.en) for c in (composition.components if composition else ())
        }
        rules = (
            [composition.awards, composition.teams.awards if composition.teams else None]
            if composition
            else []
        )
        self.awards = {
            t.code: in_language(t.name.zh, t.name.en) for rule in rules if rule for t in rule.tiers
        }

    def of(self, order: CorrectionOrder) -> dict[str, str]:
        """{where, what, before, after} of an order."""
        facts = json.loads(order.payload)
        match facts["kind"]:
            case "mark":
                return self._mark(order, facts)
            case "component":
                return {
                    "where": str(order.code or order.team),
                    "what": self.components.get(facts["component"], facts["component"]),
                    "before": facts["before"]["mark"],
                    "after": facts["after"]["mark"],
                }
        name = f"{facts['rule']} {self.rules.get(facts['rule'], '')}".strip()
        times = f" × {facts['times']}" if facts["times"] > 1 else ""
        concerned = bracketed(listed(facts["aspects"])) if facts["aspects"] else ""
        lifted = facts["penalty"] is not None
        return {
            "where": str(order.code),
            "what": f"{name}{times}{concerned}",
            "before": _("approved") if lifted else _("none"),
            "after": _("lifted") if lifted else _("approved"),
        }

    def _mark(self, order: CorrectionOrder, facts: Mapping[str, Any]) -> dict[str, str]:
        code = facts["aspect"]
        aspect = self.aspects.get(code)
        assert order.sheet is not None

        def text(side: str) -> str:
            if aspect is None:
                return str(facts[side]["values"])
            return values_text(aspect, facts[side]["values"], not_done=facts[side]["not_done"])

        return {
            "where": f"{order.sheet.code}{bracketed(order.sheet.seat)}",
            "what": f"{code} {in_language(aspect.name.zh, aspect.name.en) if aspect else ''}".strip(),
            "before": text("before"),
            "after": text("after"),
        }


def effect_words(order: CorrectionOrder, words: Words) -> dict[str, Any]:
    """The lines of the ranking that would differ: {lines, problems, gone}. gone: why it cannot be carried out."""
    try:
        effect = effect_of(order)
    except (ChangeRefused, NoScheme) as refused:
        return {"lines": [], "problems": [], "gone": str(refused)}
    return {
        "gone": "",
        "problems": [problem_in_words(problem, words.names) for problem in effect.problems],
        "lines": [
            {
                "number": line.number,
                "own": line.own,
                "before": _shown(line.before, words),
                "after": _shown(line.after, words),
                "changes": line.before != line.after,
            }
            for line in effect.lines
        ],
    }


def _shown(facts: Mapping[str, Any], words: Words) -> dict[str, str]:
    status = facts["status"]
    return {
        "total": "–" if facts["total"] is None else str(facts["total"]),
        "rank": str(facts["rank"] or ("–" if status in ("", "ranked") else status_word(status))),
        "award": words.awards.get(facts["award"] or "", facts["award"] or "–"),
    }
