"""What honours keep of a person: what is shown and handed out, what must be kept, what is left after deletion."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from craft_site.kit.language import listed
from craft_site.people.domain import files
from craft_site.people.keeping import DEFAULT, MARK, Consent, Hold, Keeper, Kept
from craft_site.people.models import GrowthEntry, PrivateFile, Worker
from craft_site.search import index
from honours.domain import nominees, register, speakers, stories, visit_answers
from honours.findable import HOLDERS
from honours.models import (
    Benefit,
    Holder,
    HonourNotice,
    Nomination,
    Revocation,
    Speaker,
    StoryConsent,
    VisitCraftsman,
)

H = "honours"


def _kinds(kinds: Iterable[str]) -> str:
    return listed(GrowthEntry.Kind(kind).label for kind in kinds)


KEPT = (
    Kept(
        "honours.Holder",
        "worker",
        H,
        _("In the register of honours"),
        ("name", "unit", "basis", "record_kinds"),
        {
            "name": MARK,
            "unit": "",
            "employer": None,
            "trade": None,
            "basis": "none",
            "record_kinds": DEFAULT,
            "record_agreed_at": None,
        },
        labels={
            "name": pgettext_lazy("data copy", "name"),
            "record_kinds": pgettext_lazy("data copy", "shown from the growth record"),
        },
        words={"record_kinds": _kinds},
    ),
    Kept(
        "honours.Honour",
        "holder__worker",
        H,
        _("Honours"),
        ("title", "year", "conferred_on", "document_no", "state"),
    ),
    Kept(
        "honours.HonourMember",
        "worker",
        H,
        _("Member of a unit or team honoured"),
        ("honour",),
        {"name": MARK},
        labels={"honour": pgettext_lazy("data copy", "honour")},
        joined=(
            "honour__title",
            "honour__holder",
        ),
    ),
    Kept(
        "honours.Benefit",
        "holder__worker",
        H,
        _("Benefits"),
        ("kind", "year", "amount", "note"),
        {"note": ""},
    ),
    Kept(
        "honours.HomeVisit",
        "holder__worker",
        H,
        _("Visits to your home"),
        ("on", "occasion", "visitors", "needs", "follow_up"),
        {"needs": "", "follow_up": ""},
    ),
    Kept(
        "honours.Revocation",
        "honour__holder__worker",
        H,
        _("Revocations"),
        ("ground", "reason", "answer", "effective_on"),
        {"reason": "", "answer": ""},
    ),
    Kept(
        "honours.Nomination",
        "worker",
        H,
        _("Nominations"),
        ("campaign", "reference", "state", "summary", "deeds", "traits", "confirmed_at"),
        {"name": MARK, "summary": "", "deeds": "", "traits": DEFAULT, "trade": None},
        for_programs=("traits",),
    ),
    Kept(
        "honours.NominationEvidence",
        "nomination__worker",
        H,
        _("Evidence of nominations"),
        ("on", "title", "detail"),
        gone=True,
        labels={
            "on": pgettext_lazy("data copy", "day"),
            "title": pgettext_lazy("data copy", "subject"),
            "detail": pgettext_lazy("data copy", "details"),
        },
    ),
    Kept(
        "honours.NominationStep",
        "nomination__worker",
        H,
        _("Steps of nominations"),
        ("at", "to", "reason"),
        {"reason": ""},
        labels={"at": pgettext_lazy("data copy", "when"), "to": pgettext_lazy("data copy", "new state")},
    ),
    Kept(
        "honours.Clearance",
        "nomination__worker",
        H,
        _("Answers of departments"),
        ("department", "answer"),
        {"note": ""},
    ),
    Kept(
        "honours.NomineeRemark",
        "nomination__worker",
        H,
        _("What you said of a nomination"),
        ("made_at", "text", "answer"),
        gone=True,
        labels={"made_at": pgettext_lazy("data copy", "asked on")},
    ),
    Kept(
        "honours.HonourObjection",
        "nomination__worker",
        H,
        _("Objections to a nomination"),
        ("answer",),
        {"text": "", "answer": ""},
    ),
    Kept(
        "honours.StoryConsent",
        "holder__worker",
        H,
        _("Consents to stories"),
        ("given_on", "giver", "given_by", "scope", "source", "withdrawn_at", "withdrawn_why"),
        {"given_by": MARK, "withdrawn_why": ""},
    ),
    Kept(
        "honours.VisitCraftsman",
        "worker",
        H,
        _("Visits to firms"),
        ("visit", "answer", "answered_on", "words", "came", "may_name"),
        {"words": "", "reasons": DEFAULT, "may_name": False},
        labels={
            "visit": pgettext_lazy("data copy", "visit"),
            "answered_on": pgettext_lazy("data copy", "answered on"),
        },
        joined=("visit__employer",),
    ),
    Kept(
        "honours.Visit",
        "made_by",
        H,
        _("Visits that you asked for"),
        ("number", "asked_on", "problem", "contact", "state"),
        {"contact": ""},
        account=True,
    ),
    Kept(
        "honours.Speaker",
        "worker",
        H,
        _("Letters of appointment as a speaker"),
        ("group", "letter_no", "since", "until", "may_name"),
        {"name": MARK, "may_name": False},
    ),
)


def holds(worker: Worker) -> Iterable[Hold]:
    """Nominations on their way, revocations not decided, vouchers of benefits within their years."""
    over = (*Nomination.OUT, Nomination.State.CONFERRED)
    for one in Nomination.objects.for_list().filter(worker=worker).exclude(state__in=over):
        yield Hold(gettext("The nomination %(number)s is not decided.") % {"number": one.reference})
    asked = Revocation.objects.filter(honour__holder__worker=worker, state=Revocation.State.ASKED)
    if asked.exists():
        yield Hold(
            gettext("A revocation of an honour of yours is not decided."),
            office=gettext("A revocation of an honour of this person is not decided."),
        )
    years = settings.RETENTION_YEARS.get("benefits", 0)
    paid = Benefit.objects.filter(holder__worker=worker, cancelled_at=None).order_by("-paid_on").first()
    if years and paid is not None:
        until = date(paid.paid_on.year + years, 12, 31)
        if until >= timezone.localdate():
            yield Hold(
                gettext("Benefits that were paid to you are vouchers of public money."),
                until,
                gettext("Benefits that were paid to this person are vouchers of public money."),
            )


def consents(worker: Worker) -> Iterable[Consent]:
    """That the roll names me, stories of me, my name at visits and talks, and my nominations."""
    holder = Holder.objects.filter(worker=worker).exclude(basis=Holder.Basis.NONE).first()
    if holder is not None:
        yield Consent(
            key=f"holder:{holder.uuid}",
            title=gettext("My name on the roll of honour"),
            effect=_("The roll counts the honour and names nobody; your page there goes."),
            stays=_(
                "The honour stands, and so does the public document that conferred it: it is not ours to take back."
            ),
            since=holder.record_agreed_at or holder.created_at,
            withdraw=partial(register.consent, holder=holder, named=False, kinds=()),
        )
    yield from _of_stories(worker)
    yield from _of_visits_and_talks(worker)
    mine = Nomination.objects.for_list().filter(worker=worker, confirmed_at__isnull=False)
    for one in mine:
        if nominees.may_decline(one):
            yield Consent(
                key=f"nomination:{one.uuid}",
                title=gettext("My nomination: %(title)s") % {"title": one.campaign.title},
                effect=_("The nomination is withdrawn."),
                stays=_("That there was one, without your name."),
                since=one.confirmed_at,
                withdraw=partial(nominees.decline, nomination=one),
            )


def _of_stories(worker: Worker) -> Iterable[Consent]:
    for one in StoryConsent.objects.in_force().filter(holder__worker=worker).select_related("holder"):
        yield Consent(
            key=f"story:{one.uuid}",
            title=gettext("Stories about me: %(scope)s") % {"scope": one.get_scope_display()},
            effect=_("Every story that tells of you leaves the public pages at once, with its pictures."),
            stays=_("That you had agreed, and until when."),
            since=one.given_on,
            withdraw=partial(stories.withdraw_consent, consent=one),
        )


def _of_visits_and_talks(worker: Worker) -> Iterable[Consent]:
    effect, stays = _("Public pages name you no more."), _("The visit or the talk, without your name.")
    for mine in VisitCraftsman.objects.filter(worker=worker, may_name=True).select_related("visit__employer"):
        yield Consent(
            key=f"visit:{mine.uuid}",
            title=gettext("My name at the visit to %(firm)s") % {"firm": mine.visit.employer},
            effect=effect,
            stays=stays,
            since=mine.answered_on or mine.visit.asked_on,
            withdraw=partial(visit_answers.say_named, invited=mine, named=False),
        )
    for speaker in Speaker.objects.filter(worker=worker, may_name=True):
        yield Consent(
            key=f"speaker:{speaker.uuid}",
            title=gettext("My name at talks"),
            effect=effect,
            stays=stays,
            since=speaker.since,
            withdraw=partial(speakers.say_named, speaker=speaker, named=False),
        )


def erase(worker: Worker, mark: str, by: Any) -> None:
    """Stories leave the site, signed papers go; public notices carry the name in their rows."""
    for holder in Holder.objects.filter(worker=worker):
        stories.hide(holder=holder, by=by)
    given = StoryConsent.objects.filter(holder__worker=worker, paper__isnull=False)
    papers = list(PrivateFile.objects.filter(pk__in=given.values("paper")))
    given.update(paper=None)
    for paper in papers:
        files.drop(file=paper)
    numbers = {
        (one.campaign_id, one.reference)
        for one in Nomination.objects.filter(worker=worker).only("campaign", "reference")
    }
    for notice in HonourNotice.objects.filter(campaign__in={campaign for campaign, _number in numbers}):
        changed = False
        for row in notice.rows:
            if (notice.campaign_id, row["reference"]) in numbers:
                row.update(name=mark, unit="", trade="", summary="")
                changed = True
        if changed:
            notice.save(update_fields=["rows"])


def after(worker: Worker) -> None:
    index.refresh(HOLDERS, Holder.objects.filter(worker=worker).values_list("uuid", flat=True))


KEEPER = Keeper(KEPT, holds=holds, consents=consents, erase=erase, after=after)
