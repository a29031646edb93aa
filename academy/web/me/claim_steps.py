"""The way of a filed claim, step by step, and what happens next."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from academy.domain.claim_moves import PASSED
from academy.models import Claim, ClaimStep, SubsidyProgramme
from academy.web import claim_words
from craft_site.kit.language import semicolon, short_day
from craft_site.kit.lists import plain_day
from craft_site.people.models import Union

S = Claim.State


def step_rows(
    claim: Claim, history: list[ClaimStep], *, waiting_before: int | None = None
) -> list[dict[str, Any]]:
    """The way of a filed claim from the first union to the account, for components/steps.html."""
    last = {step.state: step for step in history}
    filed = claim.filed_at
    rows = [_step(pgettext("claim", "Handed in"), "done", day=_day(filed) if filed else "")]
    if claim.state == S.FILED and claim.waits_for_id is None and not _by_lot(claim):
        rows.append(_step(_("A place that comes free"), "now"))
    if _by_lot(claim):
        rows.append(_step(_("Lots"), "done" if claim.holds_place else "now", note=_lots_note(claim)))
    unions = claim.union.chain() if claim.union else []
    for union in unions:
        passed = last.get(PASSED[Union.Level(union.level)])
        if passed is not None:
            rows.append(_step(str(union), "done", day=_day(passed.at)))
        elif claim.waits_for_id == union.pk:
            rows.append(_step(str(union), "now", note=_waiting_note(claim, waiting_before)))
        elif claim.state == S.RETURNED and last[S.RETURNED].union_id == union.pk:
            rows.append(_step(str(union), "now", note=_("returned to you; its clock stands still")))
        else:
            rows.append(_step(str(union), "next"))
    rows.append(_notice_step(claim, last))
    rows.append(_money_step(claim, last))
    if claim.state in Claim.GONE:
        end = _step(claim_words.state_word(claim, history), "now", day=_day(history[-1].at))
        return [*(row for row in rows if row["state"] == "done"), end]
    return rows


def _day(at: datetime) -> str:
    return plain_day(timezone.localtime(at).date())


def _by_lot(claim: Claim) -> bool:
    return claim.programme.allocation == SubsidyProgramme.Allocation.LOTTERY


def _step(title: str, state: str, *, day: str = "", note: str = "") -> dict[str, Any]:
    return {"title": title, "state": state, "date": day, "note": note}


def _lots_note(claim: Claim) -> str:
    if claim.holds_place:
        return _("you have a place")
    if claim.state in Claim.GONE:
        return ""
    return _("after the end of filing")


def _waiting_note(claim: Claim, before: int | None) -> str:
    parts = []
    if claim.due_on is not None:
        parts.append(_("answers by %(day)s") % {"day": short_day(claim.due_on, year=True)})
    if before:
        parts.append(
            ngettext("%(count)d claim before yours", "%(count)d claims before yours", before)
            % {"count": before}
        )
    return semicolon().join(parts)


def _notice_step(claim: Claim, last: dict[str, ClaimStep]) -> dict[str, Any]:
    title = _("Public notice")
    if S.APPROVED in last:
        return _step(title, "done", day=_day(last[S.APPROVED].at))
    if claim.state == S.PUBLICITY and claim.posted is not None:
        return _step(
            title, "now", note=_("until %(day)s") % {"day": short_day(claim.posted.until, year=True)}
        )
    if claim.state == S.CITY:
        return _step(title, "now", note=_("with the next list"))
    return _step(title, "next", note=_days_of_notice(claim))


def _days_of_notice(claim: Claim) -> str:
    days = claim.version.rules.publicity_days
    return ngettext("%(count)d working day", "%(count)d working days", days) % {"count": days}


def _money_step(claim: Claim, last: dict[str, ClaimStep]) -> dict[str, Any]:
    if S.PAID in last and claim.state != S.BANK_FAILED:
        return _step(pgettext("claim", "Paid"), "done", day=_day(last[S.PAID].at))
    title = pgettext("step of a claim", "Payment")
    if claim.state in (S.APPROVED, S.IN_BANK_FILE, S.BANK_FAILED):
        return _step(title, "now", note=claim.get_state_display())
    return _step(title, "next", note=claim_words.yuan(claim.amount))


def next_step(
    claim: Claim, *, lots: int | None = None, before: int | None = None, not_drawn: bool = False
) -> str:
    """One sentence: what happens next, and whose turn it is. lots: claims in the urn, where lots decide; before: claims
    in front, where it waits in a line for a place; not_drawn: the lots left it without a place."""
    if not_drawn:
        return _("The lots have been drawn; no place was left for this claim.")
    if claim.state == S.DRAFT and claim.programme.rehearses():
        return _(
            "This is a rehearsal: try everything. The draft is kept; hand it in when the programme opens."
        )
    if before is not None:
        line = ngettext(
            "All places are taken. Your claim waits in the line, behind %(count)d other; when a place comes free for "
            "it, the review begins.",
            "All places are taken. Your claim waits in the line, behind %(count)d others; when a place comes free for "
            "it, the review begins.",
            before,
        )
        return line % {"count": before}
    if claim.state == S.FILED and claim.waits_for is None:
        return _(
            "Lots decide after the end of filing if more people claim than there are places. "
            "In the urn now: %(lots)d."
        ) % {"lots": lots or 0}
    words = {
        S.DRAFT: _("This is a draft. It is kept until you hand it in."),
        S.RETURNED: _("Correct what the union says and hand it in again. Your place is kept."),
        S.CITY: _("The unions have passed it. Your name goes on the next public notice."),
        S.PUBLICITY: _("Your name is on public notice. If nobody objects, the money comes next."),
        S.APPROVED: _("Approved. The next payment list takes it to the bank."),
        S.IN_BANK_FILE: _("The bank has the order."),
        S.BANK_FAILED: _(
            "The bank could not pay. Enter another card; then the next payment list takes your claim."
        ),
        S.PAID: _("The money has been paid to your card."),
        S.CLOSED: _("The money has been paid to your card."),
        S.REFUSED: _("This claim has been refused."),
        S.WITHDRAWN: _("You have withdrawn this claim."),
        S.RECLAIMED: _("The money has been asked back."),
    }
    if claim.state in Claim.IN_REVIEW:
        return _("%(union)s looks at it now. You need not do anything.") % {"union": claim.waits_for}
    return str(words[S(claim.state)])
