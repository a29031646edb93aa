"""What the pages of a published result show, prepared from the release alone, for the public and for /me/."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from competitions.domain.release_content import award_labels
from competitions.models import Release, ReleaseRow
from competitions.proof.files import proof_of
from competitions.scoring.explain import Step, explain_aspect
from competitions.scoring.numbers import plain_text
from competitions.scoring.scheme import Aspect, Component, Scheme, SubCriterion
from competitions.scoring.scheme.text import Text
from competitions.web.amendments import amendments_of, status_word
from competitions.web.scheme_words import limit_words, pass_word, unit_words
from craft_site.kit.language import in_language, listed

SHOWN_PLACES = 3  # of a mark, for reading


def words(text: Text) -> str:
    """A bilingual text of a scheme in the reader's language."""
    return in_language(text.zh, text.en)


def release_context(release: Release, *, mine: int | None = None) -> dict[str, Any]:
    """The whole published list. mine: key of the reader's own entry, whose row is marked."""
    scheme = release.scheme.scheme
    awards = {teams: award_labels(release, teams=teams) for teams in (False, True)}
    components = shown_components(release)
    individual: list[dict[str, Any]] = []
    teams: list[dict[str, Any]] = []
    ties: list[str] = []
    for row in release.rows.all():
        shown = {
            "rank": row.rank if not row.status else None,
            "name": row.name or _("Name withheld"),
            "code": row.contestant_no,
            "employer": row.employer,
            "cells": [row.components.get(c.code, "–") for c in components],
            "total": status_word(row.status) if row.status else row.total,
            "award": in_language(**_two(awards[bool(row.team_id)].get(row.award))) if row.award else "",
            "first": row.rank == 1,
            "me": mine is not None and row.entry_id == mine,
            "gone": bool(row.status),
            "url": row_url(release, row),
        }
        (teams if row.team_id else individual).append(shown)
        if release.event.marks_are_public:  # they name the marks that decided
            ties += [in_language(tie["zh"], tie["en"]) for tie in _named(row)]
    versions = list(release.event.releases.all())
    return {
        "release": release,
        "event": release.event,
        "competition": release.event.competition,
        "versions": versions,
        "newest": versions[0] if versions and versions[0].number > release.number else None,
        "amendments": amendments_of(release, full=release.event.marks_are_public),
        "columns": [{"label": _component_label(c)} for c in components],
        "rows": individual,
        "team_rows": teams,
        "ties": ties,
        "rules": rule_sentences(scheme),
        "started": sum(1 for row in individual if not row["gone"]),
        "histogram": total_histogram([row["total"] for row in individual if not row["gone"]]),
        "page_title": " · ".join((str(release.event.competition), _("Results"))),
        "share_title": f"{release.event.competition} {release.event}",
        "proof": proof_of(release) if release.event.marks_are_public else None,
    }


def other_language(release: Release) -> dict[str, str]:
    """The same list in the other language: {url, label, lang, code}, lang for readers of the page, code for the site.
    Its language hangs on the address; whoever changes it reads on in the new one everywhere."""
    if (get_language() or "").startswith("en"):
        name, told = "contest:release", {"label": "中文", "lang": "zh-Hans", "code": "zh-hans"}
    else:
        name, told = "contest:release_en", {"label": "EN", "lang": "en", "code": "en"}
    return {"url": reverse(name, args=(release.slug,)), **told}


def shown_components(release: Release) -> list[Component]:
    """The components whose marks the public list shows; none when the event shows rank and award only."""
    if not release.event.marks_are_public:
        return []
    return list(release.scheme.scheme.composition.components)


def row_url(release: Release, row: ReleaseRow) -> str:
    if row.team_id or row.status or not release.event.marks_are_public:
        return ""
    return reverse("contest:release_row", args=(release.slug, row.contestant_no))


def row_context(release: Release, row: ReleaseRow, *, every_aspect: bool) -> dict[str, Any]:
    """One contestant's line. every_aspect: with each reading and step, for the contestant alone."""
    scheme = release.scheme.scheme
    awards = award_labels(release, teams=bool(row.team_id))
    return {
        "release": release,
        "event": release.event,
        "competition": release.event.competition,
        "row": row,
        "award": in_language(**_two(awards.get(row.award))) if row.award else "",
        "status": status_word(row.status) if row.status else "",
        "sums": sum_rows(scheme, row),
        "criteria": criterion_rows(scheme, row, every_aspect=every_aspect),
        "ties": [in_language(tie["zh"], tie["en"]) for tie in _named(row)],
        "rules": rule_sentences(scheme),
    }


def sum_rows(scheme: Scheme, row: ReleaseRow) -> list[dict[str, Any]]:
    """Component by component to the total, as one reads a sum on paper."""
    found: list[dict[str, Any]] = []
    parts = []
    for component in scheme.composition.components:
        part = row.breakdown.get("components", {}).get(component.code)
        if part is None:
            continue
        if Decimal(part["deducted"]):
            found.append(
                {
                    "label": _("%(component)s before penalties") % {"component": words(component.name)},
                    "value": part["before"],
                    "max": component.full,
                }
            )
            found.append({"label": _("Penalty points"), "value": f"−{part['deducted']}", "kind": "minus"})
        found.append(
            {
                "label": words(component.name),
                "value": part["mark"],
                "max": component.full,
                "kind": "sub-total",
            }
        )
        parts.append(f"{component.weight} × {part['mark']}")
    if row.total:
        label = " + ".join(parts) if scheme.composition.combine == "weighted" else _("Total")
        found.append({"label": label, "value": row.total, "kind": "total"})
    return found


def criterion_rows(scheme: Scheme, row: ReleaseRow, *, every_aspect: bool) -> list[dict[str, Any]]:
    """Criteria with their marks, and below each its aspects with every step when asked for."""
    aspects = {aspect.code: aspect for aspect in scheme.aspects()}
    facts = row.breakdown.get("aspects", {})
    found = []
    for criterion in scheme.criteria:
        mark = row.breakdown.get("criteria", {}).get(criterion.code)
        if mark is None:
            continue
        parts: list[dict[str, Any]] = []
        if every_aspect:
            for part in criterion.sub_criteria:
                rows = [_aspect_row(a, facts.get(a.code, {}), aspects, facts) for a in part.aspects]
                parts.append(_part_row(part, rows))
        found.append(
            {
                "code": criterion.code,
                "name": words(criterion.name),
                "mark": short_mark(mark),
                "exact": mark if short_mark(mark) != mark else "",
                "max": criterion.max_mark,
                "percent": int(Decimal(mark) * 100 / criterion.max_mark) if criterion.max_mark else 0,
                "parts": parts,
            }
        )
    return found


def _part_row(part: SubCriterion, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A section of a criterion: the sum of its aspects, what was lost in it, and the aspects."""
    given = [Decimal(row["exact"]) for row in rows if row["exact"] is not None]
    mark = sum(given, Decimal(0)) if given else None
    return {
        "code": part.code,
        "name": words(part.name),
        "mark": None if mark is None else short_mark(str(mark)),
        "max": part.max_mark,
        "lost": "" if mark is None or mark >= part.max_mark else short_mark(str(part.max_mark - mark)),
        "aspects": rows,
    }


def short_mark(exact: str | None) -> str | None:
    """A mark for reading: at most three decimals, half up: a third is 1.333; the exact one is told beside it."""
    if exact is None or -int(Decimal(exact).as_tuple().exponent) <= SHOWN_PLACES:
        return exact
    return plain_text(Decimal(exact).quantize(Decimal(1).scaleb(-SHOWN_PLACES), ROUND_HALF_UP))


def _aspect_row(
    aspect: Aspect, fact: dict[str, Any], aspects: dict[str, Aspect], facts: dict[str, Any]
) -> dict[str, Any]:
    source = aspects[aspect.derived_from] if aspect.derived_from else None
    raw = facts.get(source.code, {}).get("raw") if source else fact.get("raw")
    steps: tuple[Step, ...] = ()
    if raw is not None and fact.get("mark") is not None:
        steps = explain_aspect(aspect, raw, source=source)
    return {
        "code": aspect.code,
        "name": words(aspect.name),
        "mark": short_mark(fact.get("mark")),
        "exact": fact.get("mark"),
        "max": aspect.max_mark,
        "lost": short_mark(str(aspect.max_mark - Decimal(fact["mark"])))
        if fact.get("mark") is not None and Decimal(fact["mark"]) < aspect.max_mark
        else "",
        "zeroed_by": fact.get("zeroed_by"),
        "instrument": words(aspect.instrument) if aspect.instrument else "",
        "steps": [step_row(step, aspect) for step in steps if step.kind != "sum"],
        "rounded_from": next(
            (str(s.mark) for s in steps if s.kind == "sum" and str(s.mark) != fact.get("mark")), ""
        ),
    }


def step_row(step: Step, aspect: Aspect) -> dict[str, Any]:
    """One line of the explanation in the reader's language, all texts but `counts`, which is None where a yes or no has
    no meaning."""
    events = {event.code: in_language(event.zh, event.en) for event in aspect.events}
    labels = {
        "judge": _("Judge %(number)s") % {"number": step.label},
        "point": _("Reading %(number)s") % {"number": step.label} if aspect.points > 1 else _("Reading"),
        "range": _("Largest less smallest of %(source)s") % {"source": step.label},
        "difficulty": _("Difficulty"),
        "event": events.get(step.label, step.label),
    }
    reads = "" if step.reading is None else str(step.reading)
    chosen = step.kind == "point" and aspect.rule in ("gauge", "checklist")
    benchmark = ""
    if step.kind == "judge" and step.reading is not None:
        benchmark = next((in_language(b.zh, b.en) for b in aspect.benchmarks if b.value == step.reading), "")
    return {
        "label": labels.get(step.kind, step.label),
        "reading": _("not done") if not reads else pass_word(reads) if chosen else reads,
        "unit": unit_words(aspect.unit or "")
        or ("mm" if aspect.method == "measured" and aspect.rule not in ("gauge", "checklist") else ""),
        "limit": "" if chosen else limit_words(step.limit or ""),
        "counts": step.passed,
        "kind": step.kind,
        "mark": "" if step.mark is None else short_mark(str(step.mark)),
        "benchmark": benchmark,
    }


def rule_sentences(scheme: Scheme) -> list[str]:
    """How the total is made, in words: weights, rounding, order of equals, who gets an award."""
    composition = scheme.composition
    found = []
    weights = listed(f"{words(c.name)} × {c.weight}" for c in composition.components)
    if len(composition.components) > 1:
        found.append(_("Total: %(weights)s.") % {"weights": weights})
    step = composition.rounding.total
    if step is not None:
        modes = {
            "ROUND_HALF_UP": _("half up"),
            "ROUND_HALF_EVEN": _("half to even"),
            "ROUND_DOWN": _("cut off"),
            "ROUND_FLOOR": _("down"),
        }
        found.append(
            _("Every declared step is rounded to %(places)d decimals (%(mode)s); nothing else is rounded.")
            % {"places": step.places, "mode": modes.get(step.mode, step.mode)}
        )
    keys = [words(key.name) for key in composition.tie_break if key.kind != "shared_rank"]
    if keys:
        found.append(_("Equal totals are compared by: %(keys)s.") % {"keys": listed(keys)})
    if (
        any(c.pass_mark is not None for c in composition.components)
        and composition.awards
        and composition.awards.needs_pass
    ):
        passes = listed(
            f"{words(c.name)} {c.pass_mark}" for c in composition.components if c.pass_mark is not None
        )
        found.append(_("An award needs at least: %(passes)s.") % {"passes": passes})
    return found


def total_histogram(totals: list[str], *, bins: int = 10) -> dict[str, Any] | None:
    """How the totals are spread, in steps of equal width; None when there are too few to draw."""
    numbers = [Decimal(total) for total in totals if total]
    if len(numbers) < 8:
        return None
    low, high = min(numbers), max(numbers)
    width = max(((high - low) / bins).to_integral_value(rounding="ROUND_CEILING"), Decimal(1))
    start = (low / width).to_integral_value(rounding="ROUND_FLOOR") * width
    found: list[dict[str, Any]] = []
    while start <= high:
        count = sum(1 for number in numbers if start <= number < start + width)
        found.append({"label": f"{start:f}", "value": count})
        start += width
    return {"bins": found, "max": max(item["value"] for item in found)}


def _component_label(component: Component) -> str:
    share = component.weight * 100
    return (
        f"{words(component.name)} {share.normalize():f}%" if component.weight != 1 else words(component.name)
    )


def _named(row: ReleaseRow) -> list[dict[str, str]]:
    """The tie traces of a row, each begun with the two it compares."""
    return [
        {
            "zh": f"{tie['a']} 与 {tie['b']}：{tie['zh']}",
            "en": f"{tie['a']} and {tie['b']}: {tie['en']}",
        }
        for tie in row.ties
    ]


def _two(names: dict[str, str] | None) -> dict[str, str]:
    return {"chinese": names["zh"], "english": names["en"]} if names else {"chinese": "", "english": ""}
