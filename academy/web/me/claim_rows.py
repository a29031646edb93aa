"""What the pages of a claim list: what is still to do, what is missing, the answers."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from academy.domain import claims
from academy.domain.claim_checks import hired_on, stated_hiring
from academy.models import Claim
from academy.rules import certificate
from academy.web import claim_words
from academy.web.me.claim_forms import STAGES, YES_NO
from academy.web.province_words import province_words
from craft_site.kit.language import bracketed, listed
from craft_site.kit.lists import plain_day


def claim_items(found: Iterable[Claim]) -> list[dict[str, Any]]:
    """My claims as rows of a task list; drafts first."""
    rows = sorted(found, key=lambda claim: claim.state not in Claim.OPEN)
    return [
        {
            "title": str(claim.programme),
            "hint": _in_short(claim),
            "url": reverse("me:claim", args=(claim.uuid,)),
            **_status(claim),
        }
        for claim in rows
    ]


def _status(claim: Claim) -> dict[str, str]:
    if claim.state == Claim.State.DRAFT and claim.programme.rehearses():
        return {"status": _("Rehearsal"), "status_kind": "info"}
    return {"status": claim.get_state_display(), "status_kind": claim_words.state_kind(claim.state)}


def _in_short(claim: Claim) -> str:
    parts = [claim.item_name, claim_words.level_words(claim.kind, claim.level)] if claim.item else []
    if claim.amount:
        parts.append(claim_words.yuan(claim.amount))
    if claim.reference:
        parts.append(claim.reference)
    return " · ".join(part for part in parts if part)


def sections(claim: Claim) -> list[dict[str, Any]]:
    """The parts of an open claim with what is missing; the last one opens when the others are done."""
    gaps = claims.missing(claim)
    wanted = claim_words.document_words(claims.missing_documents(claim))
    rows = [
        _section(
            claim, "answers", _("What you claim"), "item" in gaps or "answers" in gaps, open_questions(claim)
        ),
        *(
            [_section(claim, "papers", pgettext("subsidy", "Documents"), "files" in gaps, wanted)]
            if has_papers(claim)
            else []
        ),
        _section(claim, "card", _("Bank card"), "card" in gaps, ""),
    ]
    ready = not gaps
    rows.append(
        {
            "title": _("Check the answers and hand in"),
            "hint": "" if ready else _("When the sections above are done."),
            "url": reverse("me:claim_check", args=(claim.uuid,)) if ready else "",
            "status": _("To do") if ready else _("Not yet"),
            "status_kind": "warn" if ready else "plain",
        }
    )
    return rows


def has_papers(claim: Claim) -> bool:
    """Whether the programme asks for documents, or the claim has some from before."""
    return bool(claim.version.rules.documents) or bool(claim.files.all())  # type: ignore[attr-defined]


def open_questions(claim: Claim) -> str:
    """The questions without an answer, in words; "" when there is none."""
    words = claim_words.QUESTIONS | claim_words.MORE_QUESTIONS
    asked = [str(words[name]) for name in claims.unanswered(claim)]
    return _("Still to be answered: %(questions)s") % {"questions": " ".join(asked)} if asked else ""


def _section(claim: Claim, key: str, title: str, open_: bool, hint: str) -> dict[str, Any]:
    return {
        "title": title,
        "hint": hint if open_ else "",
        "url": reverse(f"me:claim_{key}", args=(claim.uuid,)),
        **_done(claim, open_),
    }


def _done(claim: Claim, open_: bool) -> dict[str, str]:
    """A section that is filled; of a returned claim it is filled but perhaps the one that the union means."""
    if open_:
        return {"status": _("To do"), "status_kind": "warn"}
    if claim.state == Claim.State.RETURNED:
        return {"status": _("Look through again"), "status_kind": "info"}
    return {"status": _("Done"), "status_kind": "good"}


def missing_rows(claim: Claim) -> list[dict[str, Any]]:
    """What is missing, for an error summary."""
    words = {
        "item": ("answers", _("Say what you claim, with the date and the number.")),
        "answers": ("answers", open_questions(claim)),
        "files": (
            "papers",
            _("Still missing: %(what)s.")
            % {"what": claim_words.document_words(claims.missing_documents(claim))},
        ),
        "card": ("card", _("Enter your bank card.")),
    }
    return [
        {"text": words[gap][1], "url": reverse(f"me:claim_{words[gap][0]}", args=(claim.uuid,))}
        for gap in claims.missing(claim)
    ]


def answer_rows(claim: Claim, *, links: bool = True) -> list[dict[str, Any]]:
    """Everything that is handed in, with the way to change it."""
    here = {key: reverse(f"me:claim_{key}", args=(claim.uuid,)) for key in ("answers", "papers", "card")}
    profile, worker, rules = reverse("me:profile_edit"), claim.worker, claim.version.rules
    hired = stated_hiring(claim) or hired_on(worker)
    rows: list[tuple[Any, Any, str]] = [
        (_("Name"), worker.name, ""),
        (worker.get_id_kind_display(), worker.id_number.masked(), ""),
        (_("Employer"), worker.employer.name if worker.employer else "", profile),
        (_("There since"), plain_day(hired) if hired else "–", here["answers"]),
        (_("Union member"), _("Yes") if worker.union_member else _("No"), profile),
        (_("What you claim"), claim.item_name, here["answers"]),
        (_("Level"), claim_words.level_words(claim.kind, claim.level), here["answers"]),
        (_("Date"), plain_day(claim.dated) if claim.dated else "", here["answers"]),
    ]
    if claim.kind == Claim.Kind.SKILL:
        rows.append((_("Trade"), claim.trade or "", here["answers"]))
    if claim.certificate_no:
        rows.append((_("Number"), number_words(claim), here["answers"]))
    yes_no, stages = dict(YES_NO), dict(STAGES)
    if claim.answers.get("stage") in stages:
        rows.append((_("Studies"), stages[claim.answers["stage"]], here["answers"]))
    for name in rules.asked:
        value = claim.answers.get(name)
        said = "" if value is None else yes_no["yes" if value else "no"]
        rows.append((claim_words.QUESTIONS[name], said, here["answers"]))
    if claim.answers.get("insured_months") is not None:
        rows.append((_("Insured months"), claim.answers["insured_months"], here["answers"]))
    rows += [
        *([(pgettext("subsidy", "Documents"), _papers(claim), here["papers"])] if has_papers(claim) else []),
        (_("Bank card"), claim.card.masked() if claim.card else "", here["card"]),
    ]
    return [{"label": label, "value": value, "url": url if links else ""} for label, value, url in rows]


def _papers(claim: Claim) -> str:
    """The kinds of documents, with how many where there are more than one."""
    found = Counter(map(str, claim.files.all()))  # type: ignore[attr-defined]
    return listed(kind if n == 1 else f"{kind}{bracketed(n)}" for kind, n in found.items())


def number_words(claim: Claim) -> str:
    """The number, and what it says of itself where it is one of the national form."""
    if claim.kind != Claim.Kind.SKILL:
        return claim.certificate_no
    said = certificate.decode(claim.certificate_no, this_year=timezone.localdate().year)
    facts = []
    if said.level is not None:
        facts.append(claim_words.level_words("skill", said.level))
    if said.year is not None:
        facts.append(_("issued in %(year)d") % {"year": said.year})
    if said.province is not None:
        facts.append(province_words(said.province))
    if said.fault or not facts:
        return claim.certificate_no
    return _("%(number)s (it says: %(facts)s)") % {"number": claim.certificate_no, "facts": listed(facts)}
