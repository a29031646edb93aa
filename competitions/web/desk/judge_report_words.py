"""The report on judges in plain sentences: one for each figure, and whether chance explains it."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from craft_site.kit.language import listed

Figures = Mapping[str, Any]

# Koo and Li 2016 for ICC; Krippendorff 2004 for alpha; the usual thirds for W.
RELIABILITY: tuple[tuple[float, Promise], ...] = (
    (0.9, gettext_lazy("excellent")),
    (0.75, gettext_lazy("good")),
    (0.5, gettext_lazy("moderate")),
    (-2.0, gettext_lazy("poor")),
)
CHANCE_LIMIT = 0.01
FIT_HIGH, FIT_LOW = 1.5, 0.5

NOTES: dict[str, Promise] = {
    "gaps": gettext_lazy(
        "ICC and Kendall's W need every judge's mark for every entry; here some are missing."
    ),
    "too_few": gettext_lazy("Some figures need at least two judges and two entries with marks in common."),
    "no_differences": gettext_lazy("The marks do not differ, so some figures do not exist."),
    "negative": gettext_lazy("There are marks below 0, so alpha on the ratio scale does not exist."),
    "grouped": gettext_lazy(
        "There are so many different marks that they were put into %(classes)s classes to measure severity."
    ),
    "extreme": gettext_lazy(
        "%(names)s: only top or only bottom marks, so severity was measured with an adjustment and without fit."
    ),
    "parts": gettext_lazy(
        "The marks fall into %(parts)s parts that share too little: severities compare only within a part."
    ),
    "not_converged": gettext_lazy(
        "The marks leave too little to chance, so the measurement of severity did not settle; do not use it."
    ),
    "few_marks": gettext_lazy("%(names)s: fewer than 10 marks, so the figures are rough."),
}
UNBOUNDED: dict[str, Promise] = {
    "rounds": gettext_lazy("With rounds, one mark may open a whole round; no number of marks is given."),
    "gates": gettext_lazy("With gates, one mark may open a whole part; no number of marks is given."),
    "standard": gettext_lazy("For awards by a standardised score no number of marks is given."),
    "choice": gettext_lazy("Before the open choice between equals is made no number of marks is given."),
    # In reports that were computed before these were looked at.
    "medals": gettext_lazy("For medals and score lines no number of marks is given."),
    "teams": gettext_lazy("For teams no number of marks is given."),
}


def figure(value: float | None, places: int = 2) -> str:
    """A figure for reading; a dash for none, and no minus before a zero."""
    if value is None:
        return "–"
    text = f"{value:.{places}f}"
    return text.lstrip("-") if float(text) == 0 else text


def probability(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def unit(panel: Figures) -> str:
    return _("per cent of full marks") if panel["percent"] else pgettext("judge statistics", "points")


def agreement(figures: Figures) -> list[str]:
    """ICC, W and alpha, each in a sentence; what cannot be computed is in the notes."""
    found = []
    icc, kendall, alpha = figures["icc"], figures["kendall"], figures["alpha"]
    if icc["A,1"] is not None:
        found.append(
            _(
                "The mark of a single judge has %(one)s reliability (ICC A,1 = %(single)s), the mean of the panel "
                "%(all)s (ICC A,k = %(mean)s)."
            )
            % {
                "one": reliability(icc["A,1"]),
                "single": figure(icc["A,1"]),
                "all": reliability(icc["A,k"]),
                "mean": figure(icc["A,k"]),
            }
        )
        if icc["C,1"] - icc["A,1"] > 0.1:
            found.append(_("The judges agree more on who is better than on how many marks that is worth."))
    if kendall["w"] is not None:
        values = {"w": figure(kendall["w"]), "p": probability(kendall["p"])}
        if kendall["p"] >= CHANCE_LIMIT:
            found.append(
                _(
                    "The judges have no more of an order in common than chance gives (Kendall's W = %(w)s, p %(p)s)."
                )
                % values
            )
        elif kendall["w"] >= 0.7:
            found.append(
                _("The judges put the entries into nearly the same order (Kendall's W = %(w)s, p %(p)s).")
                % values
            )
        else:
            found.append(
                _("The judges' orders have something in common and differ (Kendall's W = %(w)s, p %(p)s).")
                % values
            )
    if alpha["interval"] is not None:
        found.append(_alpha(alpha["interval"]) % {"alpha": figure(alpha["interval"])})
    return found


def _alpha(value: float) -> str:
    if value >= 0.8:
        return _("Single marks can be relied on (Krippendorff's alpha %(alpha)s, 0.80 is wanted).")
    if value >= 0.667:
        return _("Single marks allow careful conclusions (Krippendorff's alpha %(alpha)s, 0.80 is wanted).")
    return _("Single marks alone allow no conclusions (Krippendorff's alpha %(alpha)s, 0.80 is wanted).")


def reliability(value: float) -> str:
    return next(str(word) for least, word in RELIABILITY if value >= least or least < 0)


def notes(figures: Figures, names: Mapping[str, str]) -> list[str]:
    """Each kind of note once."""
    found: dict[str, None] = {}
    for note in figures["notes"]:
        if note["concerns"] == "entries":
            continue  # an entry with nothing but top marks is not about judges
        held = dict(note)
        held["names"] = listed(names.get(name, name) for name in note.get("names", ()))
        found[str(NOTES[note["code"]]) % held] = None
    return list(found)


def off_the_panel(judge: str, offset: Figures | None, unit_word: str) -> str:
    """Judge C marks 0.3 points lower than the others; that is within what chance explains."""
    if offset is None:
        return _("%(judge)s marked nothing together with others.") % {"judge": judge}
    named = {"judge": judge, "size": figure(abs(offset["value"])), "unit": unit_word}
    if offset["p"] is None:
        return _("%(judge)s shares a single entry with the others: too few to tell.") % named
    if offset["stands_out"]:
        if offset["value"] < 0:
            return (
                _(
                    "%(judge)s marks %(size)s %(unit)s lower than the others; that is more than chance explains."
                )
                % named
            )
        return (
            _("%(judge)s marks %(size)s %(unit)s higher than the others; that is more than chance explains.")
            % named
        )
    if offset["value"] < 0:
        return (
            _("%(judge)s marks %(size)s %(unit)s lower than the others; that is within what chance explains.")
            % named
        )
    return (
        _("%(judge)s marks %(size)s %(unit)s higher than the others; that is within what chance explains.")
        % named
    )


def fit(judge: str, one: Figures) -> str:
    """What infit and outfit say, in words."""
    if one["infit"] is None:
        return ""
    if max(one["infit"], one["outfit"]) > FIT_HIGH:
        return _("%(judge)s marks less predictably than a judge should; look at the unexpected marks.") % {
            "judge": judge
        }
    if one["infit"] < FIT_LOW:
        return _("%(judge)s marks more evenly than judges do: perhaps a narrow part of the scale.") % {
            "judge": judge
        }
    return _("%(judge)s marks as consistently as expected.") % {"judge": judge}


def severity(figures: Figures, names: Mapping[str, str]) -> str:
    spread = (figures["separation"] or {}).get("judges")
    held = {judge: one["severity"] for judge, one in figures["judges"].items() if one["severity"] is not None}
    if spread is None or len(held) < 2:
        return ""
    if spread["p"] >= CHANCE_LIMIT:
        return _("In severity the judges differ no more than chance explains (p %(p)s).") % {
            "p": probability(spread["p"])
        }
    named = {
        "strict": names[max(held, key=lambda judge: held[judge])],
        "mild": names[min(held, key=lambda judge: held[judge])],
        "p": probability(spread["p"]),
    }
    return (
        _(
            "In severity the judges differ by more than chance explains (p %(p)s): %(strict)s is the strictest, "
            "%(mild)s the mildest."
        )
        % named
    )


def drift(judge: str, found: Figures | None, unit_word: str) -> str:
    if found is None:
        return _("%(judge)s marked fewer than four entries with others: no drift can be seen.") % {
            "judge": judge
        }
    change = found["change"]
    named = {"judge": judge, "size": figure(abs(change["value"])), "unit": unit_word}
    if change["stands_out"]:
        if change["value"] < 0:
            return (
                _(
                    "%(judge)s ended %(size)s %(unit)s stricter than at the start; that is more than chance explains."
                )
                % named
            )
        return (
            _(
                "%(judge)s ended %(size)s %(unit)s milder than at the start; that is more than chance explains."
            )
            % named
        )
    return _("%(judge)s shows no drift beyond chance (%(size)s %(unit)s from first to last entry).") % named


def lift(judge: str, found: Figures, unit_word: str) -> str:
    difference = found["difference"]
    named = {"judge": judge, "size": figure(abs(difference["value"])), "unit": unit_word}
    if difference["p"] is None:
        return _("%(judge)s marked too few of their own, or too few others, to tell.") % named
    if difference["stands_out"]:
        if difference["value"] < 0:
            return (
                _(
                    "%(judge)s marks the own people %(size)s %(unit)s lower; that is more than chance explains."
                )
                % named
            )
        return (
            _("%(judge)s marks the own people %(size)s %(unit)s higher; that is more than chance explains.")
            % named
        )
    return (
        _("%(judge)s treats the own people like others, as far as chance lets one see (%(size)s %(unit)s).")
        % named
    )


def outcome(found: Figures, what: str, names: Mapping[str, str]) -> list[str]:
    """Whether one outcome survives leaving out any one judge, and how many changed marks it takes to change it."""
    changed = [names[judge] for judge, same in found["without"].items() if same is False]
    unknown = [names[judge] for judge, same in found["without"].items() if same is None]
    words = []
    if changed:
        words.append(
            _("%(what)s would be another without %(judges)s.") % {"what": what, "judges": listed(changed)}
        )
    elif not unknown:
        words.append(_("%(what)s stays the same whichever judge is left out.") % {"what": what})
    if unknown:
        words.append(
            _("Without %(judges)s the rules give no result: too few marks are left, or a choice would wait.")
            % {"judges": listed(unknown)}
        )
    words.append(_bound(found))
    if found.get("closed_out"):
        words.append(_("What those could have earned whom a gate or a cut kept out is not counted."))
    return words


def _bound(found: Figures) -> str:
    least, most = found["changed_marks"], found.get("at_most")
    if most is not None and least == most:
        return ngettext(
            "Exactly %(n)d judged mark would have to be different to change it.",
            "Exactly %(n)d judged marks would have to be different to change it.",
            most,
        ) % {"n": most}
    if most is not None:
        return ngettext(
            "At least %(least)d and at most %(n)d judged mark would have to be different to change it.",
            "At least %(least)d and at most %(n)d judged marks would have to be different to change it.",
            most,
        ) % {"least": least, "n": most}
    if found["unbounded"]:
        return str(UNBOUNDED[found["unbounded"]])
    if least is None:
        return _("No change of judged marks alone could change it.")
    return ngettext(
        "At least %(n)d judged mark would have to be different to change it.",
        "At least %(n)d judged marks would have to be different to change it.",
        least,
    ) % {"n": least}


def changed_mark(change: Figures, names: Mapping[str, str]) -> str:
    """C-007, B1.3: 3 instead of 2 from Judge 3. Without a judge where a single one marks."""
    told = {**change, "judge": names.get(change["judge"], "")}
    if not told["judge"]:
        return _("%(entry)s, %(aspect)s: %(after)s instead of %(before)s") % told
    return _("%(entry)s, %(aspect)s: %(after)s instead of %(before)s from %(judge)s") % told


def outcome_name(kind: str, tiers: Mapping[str, str]) -> str:
    fixed = {"winner": _("The winner"), "podium": _("The first three"), "team_winner": _("The winning team")}
    if kind in fixed:
        return fixed[kind]
    code = kind.removeprefix("tier:")
    return _("Award “%(tier)s”") % {"tier": tiers.get(code, code)}
