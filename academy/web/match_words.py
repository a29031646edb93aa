"""Why these two, and why nobody: the kept reasons of a round in one or two plain sentences.

A reason is what domain.round_matching keeps. names: of the masters of the round, by the key of their record. What one
side thought of the other is for the office alone: each of the two reads only what they said themselves.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from academy.matching.people import Weights
from academy.matching.reasons import Passed
from craft_site.kit.language import colon, listed
from craft_site.people.models.trade import Grade

Names = Mapping[str, str]

# Weights by the names under which a form keeps them, in the order of the page.
WEIGHT_WORDS = {
    "trade": (gettext_lazy("Same trade"), gettext_lazy("Both work in one trade.")),
    "gap_1": (gettext_lazy("One level above"), gettext_lazy("The master stands one level above.")),
    "gap_2": (gettext_lazy("Two levels above"), gettext_lazy("Usually the best distance to teach.")),
    "gap_3": (gettext_lazy("Three levels above"), gettext_lazy("The master stands three levels above.")),
    "far": (gettext_lazy("Further above"), gettext_lazy("Four levels or more.")),
    "employer": (gettext_lazy("Same employer"), gettext_lazy("They meet at work every day.")),
    "town": (gettext_lazy("Same town"), gettext_lazy("Their firms' unions belong to one town.")),
    "km_5": (
        gettext_lazy("Towns at most 5 km apart"),
        gettext_lazy("In a straight line, from the middle of one town to the middle of the other."),
    ),
    "km_10": (gettext_lazy("Towns at most 10 km apart"), gettext_lazy("More than 5 km.")),
    "km_20": (
        gettext_lazy("Towns at most 20 km apart"),
        gettext_lazy("More than 10 km. Further apart there are no points."),
    ),
}


def grade_words(grade: int) -> str:
    """The level in words, a dash for none."""
    return str(Grade(grade).label) if grade in Grade.values else "–"


def why(reason: Mapping[str, Any], *, apprentice: str, mentor: str, names: Names) -> str:
    """For the office: what each wished, what the facts say, who was full before."""
    people = {"apprentice": apprentice, "mentor": mentor}
    parts = [_wish(reason, people), facts(reason), *_before(reason, names)]
    return _sentences(parts)


def why_for_apprentice(reason: Mapping[str, Any], *, mentor: str, names: Names) -> str:
    if reason["wish"]:
        first = _("%(mentor)s was your wish no. %(rank)d.") % {"mentor": mentor, "rank": reason["wish"]}
    else:
        first = _("%(mentor)s fits best of those who had a place.") % {"mentor": mentor}
    return _sentences([first, facts(reason), *_before(reason, names)])


def why_for_mentor(reason: Mapping[str, Any], *, apprentice: str) -> str:
    if reason["mentors_wish"]:
        words = _("%(apprentice)s was your wish no. %(rank)d.")
        first = words % {"apprentice": apprentice, "rank": reason["mentors_wish"]}
    else:
        first = _("%(apprentice)s fits your place.") % {"apprentice": apprentice}
    return _sentences([first, facts(reason)])


def facts(reason: Mapping[str, Any]) -> str:
    """Trade, levels between them, employer, how far apart, and the points they give."""
    score = reason["score"]
    if score is None:
        return _("By the facts alone they would not have come together.")
    gap = score["gap"]
    said = [
        _("same trade") if score["trade"] else _("another trade"),
        ngettext("%(gap)d level above", "%(gap)d levels above", gap) % {"gap": gap},
        *([_("same employer")] if score["employer"] else []),
        *_apart(score["km"]),
    ]
    total = points(reason)
    told = ngettext("%(facts)s: %(total)d point.", "%(facts)s: %(total)d points.", total)
    return told % {"facts": _capital(listed(said)), "total": total}


def _apart(km: int | None) -> list[str]:
    """Nothing where the towns, or the places of the towns, are not known."""
    if km is None:
        return []
    return [_("%(km)d km apart") % {"km": km} if km else _("same town")]


def points(reason: Mapping[str, Any]) -> int:
    score = reason["score"]
    return 0 if score is None else sum(score[part] for part in ("trade", "level", "employer", "town"))


def parts(reason: Mapping[str, Any], weights: Weights) -> list[dict[str, Any]]:
    """The points and what they are made of, as rows of components/sum_list.html."""
    score = reason["score"]
    if score is None:
        return []
    most = max([*weights.gaps.values(), weights.far])
    lines = (
        (_("Trade"), "trade", weights.trade),
        (_("Level between them"), "level", most),
        (_("Employer"), "employer", weights.employer),
        (_("Distance"), "town", max([weights.town, *weights.bands.values()])),
    )
    rows: list[dict[str, Any]] = [
        {"label": label, "value": str(score[part]), "max": str(whole)} for label, part, whole in lines
    ]
    return [*rows, {"label": _("Points"), "value": str(points(reason)), "kind": "total"}]


def why_without(one: Mapping[str, Any], names: Names) -> str:
    """Why somebody stays without a master."""
    passed = one["passed"]
    considered = one["considered"]
    told = []
    if one["only_wishes"] and one["wishes"]:
        told.append(_("Wanted nobody but those wished for."))
    elif considered == 0:
        told.append(
            _("No master of the round teaches this trade at a higher level.")
            if one["facts"]
            else _("There was no master in this round who could be asked.")
        )
    elif full := passed.get(Passed.FULL, 0):
        words = ngettext(
            "The one master who would fit had taken others.",
            "%(count)d masters would fit; all their places had gone to others.",
            full,
        )
        told.append(words % {"count": full})
    else:
        told.append(_("Nobody who would fit had a place for this worker."))
    return _sentences([*told, *_before(one, names)])


def _wish(reason: Mapping[str, Any], people: dict[str, str]) -> str:
    wish, back = reason["wish"], reason["mentors_wish"]
    said = people | {"wish": wish, "back": back}
    if wish and back:
        return (
            _("%(mentor)s is wish no. %(wish)d of %(apprentice)s, who is wish no. %(back)d in return.") % said
        )
    if wish:
        return _("%(mentor)s is wish no. %(wish)d of %(apprentice)s.") % said
    if back:
        return _("%(apprentice)s is wish no. %(back)d of %(mentor)s.") % said
    return _("Neither named the other: the points brought them together.")


def _before(reason: Mapping[str, Any], names: Names) -> list[str]:
    """What became of the wishes before, master by master; then how many others stood before by points."""
    by_cause: dict[str, list[str]] = {}
    for key, cause in reason["wishes"]:
        by_cause.setdefault(cause, []).append(names.get(key, "–"))
    words = {
        Passed.FULL: _("Wished for before: %(names)s, whose places went to others."),
        Passed.NO_PLACE: _("Wished for before: %(names)s, who has no place left."),
        Passed.NOT_WANTED: _("Wished for before: %(names)s, who takes nobody but the own wishes."),
        Passed.BARRED: _("Wished for before: %(names)s, but they have been a pair already."),
        Passed.FACTS: _("Wished for before: %(names)s, but trade or level does not fit."),
    }
    told = [words[Passed(cause)] % {"names": listed(who)} for cause, who in by_cause.items()]
    others = reason.get("rank", 1) - 1 - len(reason["wishes"]) if "rank" in reason else 0
    if others > 0:
        more = ngettext(
            "%(count)d master with more points had taken others.",
            "%(count)d masters with more points had taken others.",
            others,
        )
        told.append(more % {"count": others})
    return told


def wish_rows(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How the seekers fared, as rows of components/bars.html: by wish, by points, without."""
    whole = figures["apprentices"]

    def row(label: str, value: int, **more: Any) -> dict[str, Any]:
        share = round(100 * value / whole) if whole else 0
        return {"label": label, "value": value, "text": f"{value} · {share}%", **more}

    wished = [
        row(pgettext("wish", "Wish no. %(rank)d") % {"rank": rank}, value, mark=rank == 1)
        for rank, value in enumerate(figures["wishes"], start=1)
    ]
    return [
        *wished,
        row(_("By points"), figures["by_points"]),
        row(_("Without a master"), figures["without"]),
    ]


def compared(now: Mapping[str, Any], then: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Two sets of figures side by side: {label, now, then}."""
    lines = (
        (_("Pairs"), now["pairs"], then["pairs"]),
        (_("Got the first wish"), sum(now["wishes"][:1]), sum(then["wishes"][:1])),
        (_("Came together by points"), now["by_points"], then["by_points"]),
        (_("Same employer"), now["same_employer"], then["same_employer"]),
        (_("Same town"), now["same_town"], then["same_town"]),
        (_("At most 10 km apart"), now["near"], then["near"]),
        (_("Without a master"), now["without"], then["without"]),
    )
    return [{"label": label, "now": a, "then": b, "differs": a != b} for label, a, b in lines]


def _sentences(parts: Sequence[str]) -> str:
    said = [part for part in parts if part]
    return ("" if colon() == "：" else " ").join(said)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
