"""Findings, levels and rules of programmes in the reader's words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from academy.models import Claim, ClaimFile, ClaimStep, SubsidyProgramme
from academy.rules import queue
from academy.rules.programme import Item, Rules
from academy.web.province_words import province_words
from craft_site.kit.language import in_language, listed, short_day
from craft_site.people.models.trade import Grade

S = Claim.State
STATE_KIND = {
    S.DRAFT: "plain",
    S.RETURNED: "warn",
    S.REFUSED: "bad",
    S.WITHDRAWN: "plain",
    S.RECLAIMED: "bad",
    S.BANK_FAILED: "bad",
    S.PAID: "good",
    S.CLOSED: "good",
    S.APPROVED: "good",
}
TRAITS: dict[str, str | Promise] = {
    "member": gettext_lazy("union member"),
    "contract": gettext_lazy("has a written contract with the employer"),
    "front_line": gettext_lazy("works on the front line"),
    "new_form": gettext_lazy("works in a new form of employment"),
    "public_office": gettext_lazy("employed by a government office or public institution"),
    "above_section": gettext_lazy("holds a post above section level (科级)"),
    "migrant": gettext_lazy("migrant worker"),
    "post_related": gettext_lazy("the studies fit the post"),
    "training_subsidy": gettext_lazy("has received a training subsidy for the same certificate"),
    "dues_paid": gettext_lazy("the employer paid its union dues last year"),
}
# Who may come first; the same words as where it is a condition, and what is no condition anywhere.
FIRST: dict[str, str | Promise] = {
    "model_worker": gettext_lazy("model worker (劳模)"),
    **{name: TRAITS[name] for name in ("new_form", "front_line", "migrant")},
}
QUESTIONS: dict[str, str | Promise] = {
    "model_worker": gettext_lazy("Are you a model worker (劳模) of the nation, a province or a city?"),
    "contract": gettext_lazy("Do you have a written contract with your employer?"),
    "front_line": gettext_lazy("Do you work on the front line?"),
    "new_form": gettext_lazy("Do you work in a new form of employment (courier, driver, platform)?"),
    "public_office": gettext_lazy("Are you employed by a government office or public institution?"),
    "above_section": gettext_lazy("Do you hold a post above section level (科级)?"),
    "migrant": gettext_lazy("Are you a migrant worker?"),
    "post_related": gettext_lazy("Do the studies fit your post?"),
    "training_subsidy": gettext_lazy("Have you received a training subsidy for the same certificate?"),
    "dues_paid": gettext_lazy("Did your employer pay its union dues last year?"),
}
# Asked where an item needs it.
MORE_QUESTIONS: dict[str, str | Promise] = {
    "stage": gettext_lazy("How far are your studies?"),
    "insured_months": gettext_lazy("Months paid into the unemployment insurance"),
}
DEGREES = {
    1: gettext_lazy("Junior college"),
    2: gettext_lazy("Bachelor"),
    3: gettext_lazy("Master or above"),
}
TITLES = {
    1: gettext_lazy("Junior title"),
    2: gettext_lazy("Intermediate title"),
    3: gettext_lazy("Senior title"),
}


DAYS = {"dated", "from", "to", "hired", "stated", "known"}  # of findings, kept as 2026-04-08


def state_kind(state: str) -> str:
    return STATE_KIND.get(S(state), "info")


def not_drawn(claim: Claim, history: Sequence[ClaimStep]) -> bool:
    """Whether the lots left the claim without a place: nobody looked at it and nobody refused it."""
    by_lot = claim.programme.allocation == SubsidyProgramme.Allocation.LOTTERY
    return by_lot and claim.state == S.REFUSED and bool(history) and history[-1].union_id is None


def state_word(claim: Claim, history: Sequence[ClaimStep]) -> str:
    """The state as its page says it."""
    lost = not_drawn(claim, history)
    return pgettext("claim", "Not drawn") if lost else str(claim.get_state_display())


def level_choices(item: Item) -> list[tuple[int, str]]:
    """The levels that an item grants, lowest first."""
    known: Mapping[int, Any] = {"degree": DEGREES, "title": TITLES}.get(item.kind) or {
        grade.value: grade.label for grade in Grade if grade.value > 1
    }
    return [(level, str(word)) for level, word in known.items() if item.amount(level) is not None]


def level_words(kind: str, level: int | None) -> str:
    if level is None:
        return ""
    if kind == "skill":
        return str(Grade(level).label) if level in Grade.values else str(level)
    return str((DEGREES if kind == "degree" else TITLES).get(level, level))


def yuan(amount: int) -> str:
    return _("%(amount)s yuan") % {"amount": f"{amount:,}"}


def item_words(item: Item) -> str:
    """One item in a line: what, how much, from when to when."""
    parts = [in_language(item.name, item.name_en), _span(item.amounts.values())]
    if item.dated_from or item.dated_to:
        parts.append(
            _("dated %(start)s to %(end)s")
            % {
                "start": short_day(item.dated_from, year=True) if item.dated_from else "…",
                "end": short_day(item.dated_to, year=True) if item.dated_to else "…",
            }
        )
    if item.months:
        parts.append(_("within %(months)d months of the certificate") % {"months": item.months})
    if item.province:
        parts.append(_("issued in %(province)s") % {"province": province_words(item.province)})
    if item.insured_months:
        parts.append(_("at least %(months)d insured months") % {"months": item.insured_months})
    return " · ".join(parts)


def amount_words(rules: Rules) -> str:
    """What a programme is worth to one person: "1,000 yuan", or from the least to the most."""
    return _span(amount for item in rules.items for amount in item.amounts.values())


def _span(amounts: Iterable[int]) -> str:
    least, most = min(found := set(amounts)), max(found)
    return yuan(least) if least == most else f"{least:,}–{yuan(most)}"


def rule_lines(rules: Rules) -> list[str]:
    """Who may claim and how often, one sentence each."""
    return [*who_lines(rules), *often_lines(rules)]


def who_lines(rules: Rules) -> list[str]:
    """Who may claim."""
    lines = [_trait(name, wanted) for name, wanted in rules.traits.items()]
    if rules.any_of:
        lines.append(_("One of: %(traits)s") % {"traits": listed(TRAITS[name] for name in rules.any_of)})
    if rules.months_in_firm:
        lines.append(_("At least %(months)d months with the employer") % {"months": rules.months_in_firm})
    if rules.after_hiring:
        lines.append(_("Obtained after joining the employer"))
    if rules.posted_before_filing:
        lines.append(
            ngettext(
                "Posted in the firm for %(days)d working day before the union passes the claim",
                "Posted in the firm for %(days)d working days before the union passes the claim",
                rules.posted_before_filing,
            )
            % {"days": rules.posted_before_filing}
        )
    if rules.first:
        lines.append(_("Come first: %(groups)s") % {"groups": first_words(rules.first)})
    return lines


def first_words(groups: Iterable[str]) -> str:
    """The groups that come first, in words."""
    return listed(FIRST[name] for name in groups)


def priority_words(claim: Claim) -> str:
    """Why a claim comes before others; "" where it does not."""
    return priority_of_words(claim.first_by)


def priority_of_words(groups: Mapping[str, str]) -> str:
    """The same of groups with where they are known from (rules.queue.priority)."""
    words = {
        queue.RECORD: _("%(group)s (by the record)"),
        queue.STATED: _("%(group)s (as stated)"),
    }
    return listed(words[why] % {"group": FIRST[group]} for group, why in groups.items())


def often_lines(rules: Rules) -> list[str]:
    """How often one may claim, and after which other programmes not."""
    once = once_words()
    lines = [once[name] for name in rules.once_per]
    if rules.per_year:
        lines.append(_("At most %(times)d times a year") % {"times": rules.per_year})
    if rules.no_lower and any(item.kind == "skill" for item in rules.items):
        lines.append(_("No lower level after a higher one in the same trade"))
    return lines


def sentence(words: Any) -> str:
    """With a capital letter, as a label stands."""
    text = str(words)
    return text[:1].upper() + text[1:]


def once_words() -> dict[str, str]:
    """By the names that programmes use, how often one may claim."""
    return {
        "certificate": _("Once per certificate"),
        "level": _("Once per level"),
        "item": _("Once per kind"),
        "year": _("Once a year"),
        "life": _("Once in a lifetime"),
    }


def excluded_programmes(every: Iterable[Rules]) -> dict[str, str]:
    """Names by code of the programmes that these exclude, in one query."""
    codes = {code for rules in every for code in rules.excludes}
    return {one.code: str(one) for one in SubsidyProgramme.objects.filter(code__in=codes)} if codes else {}


def excluded_words(rules: Rules, names: Mapping[str, str]) -> list[str]:
    """What one may not claim beside it. names: of excluded_programmes; one that is not held here excludes nobody."""
    return [names[code] for code in rules.excludes if code in names]


def document_words(kinds: Any) -> str:
    return listed(ClaimFile.Kind(kind).label for kind in kinds)


def document_hint(kind: str) -> str:
    """What to photograph, where it is not plain from the name."""
    hints = {
        "identity": _("Both sides of the card."),
        "record": _(
            "Of a diploma the online registration sheet, still valid; of a skill level the page of the query."
        ),
        "bank_card": _("The side with the number; the card must be in your own name."),
        "employment": _("The contract, or a letter with the employer's seal."),
    }
    return hints.get(kind, "")


def _trait(name: str, wanted: bool) -> str:
    word = TRAITS[name]
    return str(word) if wanted else _("Not: %(trait)s") % {"trait": word}


def days_since(moment: datetime) -> int:
    """Calendar days, as people count them; 0 for today."""
    return max((timezone.localdate() - timezone.localdate(moment)).days, 0)


def finding_words(code: str, params: Mapping[str, Any], *, office: bool = False) -> str:
    """One finding as a sentence that says what is wrong, and where one can, what to do. office: with the numbers of
    other people's claims, which a claimant does not get to read."""
    given = dict(params)
    for name in DAYS & given.keys():
        given[name] = short_day(date.fromisoformat(given[name]), year=True) if given[name] else "…"
    if "trait" in given:
        given["trait"] = _trait(given["trait"], given.get("wanted", True))
    if "traits" in given:
        given["traits"] = listed(TRAITS[name] for name in given["traits"])
    if "group" in given:
        given["group"] = FIRST[given["group"]]
    if code in ("number_province", "province_unknown"):
        given |= {name: province_words(given[name]) for name in ("said", "asked") if name in given}
    if code == "number_level":
        given["said"] = level_words("skill", given["said"])
        given["claimed"] = level_words("skill", given["claimed"])
    if code == "level_not_granted":
        given["level"] = level_words(given["kind"], given["level"])
    if "document" in given:
        given["document"] = ClaimFile.Kind(given["document"]).label
    if office and given.get("claims"):
        given["claims"] = listed(given["claims"])
        return _office_sentences()[code] % given
    return _sentences().get(code, code) % given


def _office_sentences() -> dict[str, str]:
    """With the numbers of other people's claims."""
    return {
        "card_of_another": _(
            "The bank card has been used by another claimant, in claim %(claims)s: compare the two."
        ),
        "scan_of_another": _(
            "The same file has been handed in by another claimant, in claim %(claims)s (%(document)s)."
        ),
        "scan_like_another": _(
            "A document looks very much like one of another claimant, in claim %(claims)s (%(document)s): compare them."
        ),
    }


def _sentences() -> dict[str, str]:
    return {
        "other_kind": _("This item is for another kind of certificate."),
        "level_not_granted": _("The programme grants nothing for this level (%(level)s)."),
        "other_stage": _("This item asks for another stage of the studies."),
        "dated_ahead": _("The date on the certificate (%(dated)s) is still to come."),
        "outside_window": _("The certificate is dated %(dated)s; the programme takes %(from)s to %(to)s."),
        "too_old": _("The certificate of %(dated)s is older than %(months)d months."),
        "number_unreadable": _(
            "The certificate number cannot be one: compare it sign by sign. It has Y or S and 21 digits; the former "
            "certificates 16 digits."
        ),
        "number_level": _("The certificate number says %(said)s, claimed is %(claimed)s."),
        "number_year": _("The certificate number says the year %(said)d, the date says %(claimed)d."),
        "number_province": _(
            "The certificate number says it was issued in %(said)s; the programme asks for %(asked)s."
        ),
        "province_unknown": _("The certificate number names no province: to be looked up (%(asked)s)."),
        "to_confirm": _("To be confirmed by the union: %(trait)s."),
        "trait": _("Not met: %(trait)s."),
        "none_of": _("None of these is known: %(traits)s."),
        "hired_unknown": _("Since when the worker is with the employer is not known."),
        "short_in_firm": _("Less than %(months)d months with the employer."),
        "insured_unknown": _("The insured months are not known (%(months)d are needed)."),
        "short_insured": _("Fewer than %(months)d insured months."),
        "hired_earlier": _(
            "Stated is with the employer since %(stated)s, the record knows it since %(known)s: compare the contract."
        ),
        "before_hiring": _("The certificate was obtained before joining the employer (%(hired)s)."),
        "once_per_certificate": _("This certificate has been claimed for already."),
        "once_per_level": _("This level has been claimed for already."),
        "once_per_item": _("This has been claimed for already."),
        "once_per_year": _("There is a claim of this year already."),
        "once_per_life": _("There is a claim already; the programme pays once."),
        "too_many_this_year": _("More than %(limit)d claims in one year."),
        "lower_after_higher": _("A higher level in the same trade has been claimed for already."),
        "excluded_by": _("A claim in the programme %(programme)s excludes this one."),
        "certificate_of_another": _("This certificate number has been used by somebody else."),
        "certificate_seen": _(
            "Somebody else handed in this certificate number before; that claim stands no longer: compare the original."
        ),
        "card_of_another": _("The bank card has been used by another claimant."),
        "scan_of_another": _("The same file has been handed in by another claimant (%(document)s)."),
        "scan_like_another": _(
            "A document looks very much like one of another claimant (%(document)s): compare them."
        ),
        "no_place": _("All places are taken."),
        "no_money": _("The budget is used up."),
        "no_place_waits": _(
            "All places are taken: the claim waits in the line for the next that comes free."
        ),
        "no_money_waits": _("The budget is used up: the claim waits in the line until money comes free."),
        "priority_stated": _("To be confirmed by the union, for it brings the claim forward: %(group)s."),
        "unchanged": _("Nothing has been changed since the union returned this claim."),
        "unchecked": _("The office has not checked this certificate yet; then it can be claimed for."),
        "undated": _("Your record has no date for it: add the certificate with its date."),
    }


def finding_rows(findings: Any, *, office: bool = False) -> list[dict[str, Any]]:
    """Rows for the list of findings, hard ones first. findings: of the rules, or as stored; office: as in
    finding_words."""
    rows = [
        {
            "text": finding_words(finding.code, finding.params, office=office),
            "hard": finding.hard,
            "label": pgettext("finding", "Stops the claim")
            if finding.hard
            else pgettext("finding", "Look again"),
            "kind": "bad" if finding.hard else "warn",
        }
        for finding in findings
    ]
    return sorted(rows, key=lambda row: not row["hard"])
