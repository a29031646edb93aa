"""A contestant's entry, phone first: short sections, check the answers, hand in, a reference number."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions.domain import eligibility, entries, entry_papers, reviews, team_choice
from competitions.domain.appeals import FILED_IN
from competitions.domain.places import Place, draw_of_numbers, places_of
from competitions.models import Entry, EntryFile, Event, Finding
from competitions.web.entry_words import finding_rows, next_step, standing
from competitions.web.me.appeal_rows import appeal_rows
from competitions.web.me.appeals import clock_rows, open_for
from competitions.web.me.documents import document_address
from competitions.web.me.entries_forms import (
    ConsentsForm,
    DetailsForm,
    PaperForm,
    ReasonForm,
    TeamDetailsForm,
)
from competitions.web.me.entries_rows import answer_rows, sections
from competitions.web.me.entry_days import days_of
from competitions.web.me.tasks import entries_of, open_events
from craft_site.kit.access import signed_in
from craft_site.people.models import Worker
from craft_site.people.web.forms import posted
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest

NO_PART = (*entries.OPEN, *entries.WAITING, Entry.State.REFUSED, Entry.State.WITHDRAWN)


def _own(request: PersonRequest, uuid: str) -> Entry:
    """My own entry, or 404: whatever other roles I hold, these pages show mine alone."""
    mine = Entry.objects.visible_to(request.user).filter(worker__user=request.user)
    return get_object_or_404(
        mine.select_related("event__competition", "worker__employer", "employer", "team").prefetch_related(
            "files__file"
        ),
        uuid=uuid,
    )


def _page(request: PersonRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    context.setdefault("me_nav", me_nav(request))
    return render(request, f"competitions/me/{name}.html", context, status=status)


def _refused(request: PersonRequest, refusal: entries.EntryRefused) -> None:
    messages.error(request, str(refusal))


@signed_in
@never_cache
def my_entries(request: PersonRequest) -> HttpResponse:
    worker = Worker.objects.filter(user=request.user).first()
    return _page(
        request, "entries", {"entries": entries_of(worker), "events": open_events(worker), "worker": worker}
    )


@signed_in
@never_cache
def enter(request: PersonRequest, code: str) -> HttpResponse:
    """What the event asks for, and the button that starts a draft."""
    event = get_object_or_404(Event.objects.published().select_related("competition"), code=code)
    worker = Worker.objects.filter(user=request.user).select_related("employer").first()
    if worker is None:
        messages.info(request, _("Add your identity document first; then you can enter."))
        return redirect("me:record")
    if request.method == "POST":
        try:
            entry = entries.start(event=event, worker=worker, by=request.user)
        except entries.EntryRefused as refusal:
            _refused(request, refusal)
        else:
            return redirect("me:entry", uuid=entry.uuid)
    rules = [{"words": eligibility.rule_in_words(rule), "hard": rule.hard} for rule in event.rules.all()]
    existing = Entry.objects.filter(event=event, worker=worker).exclude(state=Entry.State.WITHDRAWN).first()
    context = {
        "event": event,
        "rules": rules,
        "open": event.takes_entries(),
        "existing": existing,
        "has_scheme": event.schemes.exists(),
        "document_url": document_address(event),
    }
    return _page(request, "enter", context)


@signed_in
@never_cache
def entry(request: PersonRequest, uuid: str) -> HttpResponse:
    """Where my entry stands: what is left to do while it is open, its story afterwards."""
    found = _own(request, uuid)
    last = found.steps.order_by("-pk").first()
    place = places_of([found])[found.pk]
    score = found.release_rows.order_by("-release__number").first()
    appeals = appeal_rows(found, request.user)
    takes_appeals = found.event.state in FILED_IN and found.state not in NO_PART
    clocks = clock_rows(found, request.user) if takes_appeals else []
    context = {
        "entry": found,
        "standing": standing(found, published=score is not None),
        "next_step": next_step(found, place, published=score is not None),
        "place": place,
        "contest": days_of(found) if found.state not in (Entry.State.REFUSED, Entry.State.WITHDRAWN) else {},
        "draw": draw_of_numbers(found) if place.number else None,
        "sections": sections(found) if found.state in entries.OPEN else [],
        "reason": last.reason if last and found.state in (Entry.State.RETURNED, Entry.State.REFUSED) else "",
        "steps": found.steps.all(),
        "handed_in": [row | {"url": ""} for row in answer_rows(found)]
        if found.state not in entries.OPEN
        else [],
        "score": score,
        "clocks": clocks,
        "may_appeal": bool(open_for(found.event, clocks, appeals)),
        "appeals": appeals,
        "now": timezone.now(),
        "may_withdraw": Entry.State.WITHDRAWN in entries.MOVES[found.state],
        "may_ask_again": found.state == Entry.State.REFUSED and not reviews.asked_again(found),
    }
    return _page(request, "entry", context)


@signed_in
@never_cache
def details(request: PersonRequest, uuid: str) -> HttpResponse:
    found = _own(request, uuid)
    names = ("group", "trade_years", "insured_months", "local_resident", "emergency_contact")
    given = {name: getattr(found, name) for name in names}
    form = DetailsForm(posted(request), initial=given)
    employer_id = found.worker.employer_id
    without_employer = False
    if not team_choice.closed_for(found.event):
        if found.team_id is not None or team_choice.may_found(found.event, employer_id):
            form = TeamDetailsForm(posted(request), initial=given, entry=found)
        else:
            without_employer = True
    if request.method == "POST" and form.is_valid():
        try:
            entries.answer(entry=found, by=request.user, **form.cleaned_data)
        except entries.EntryRefused as refusal:
            form.add_error(None, str(refusal))
        except team_choice.TeamBarred as barred:
            form.add_error(barred.field, str(barred))
        else:
            return redirect("me:entry_papers", uuid=uuid)
    context = {"entry": found, "form": form, "step": 1, "without_employer": without_employer}
    return _page(request, "entry_details", context)


@signed_in
@never_cache
def papers(request: PersonRequest, uuid: str) -> HttpResponse:
    """Papers one by one; each stays when the next one fails."""
    found = _own(request, uuid)
    form = PaperForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            entry_papers.upload_paper(
                entry=found, kind=form.cleaned_data["kind"], upload=form.cleaned_data["file"], by=request.user
            )
        except entries.EntryRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Received."))
            return redirect("me:entry_papers", uuid=uuid)
    has_photo = found.worker.photo_id is not None or any(
        paper.kind == EntryFile.Kind.PHOTO for paper in found.files.all()
    )
    return _page(request, "entry_papers", {"entry": found, "form": form, "step": 2, "has_photo": has_photo})


@signed_in
@require_POST
def remove_paper(request: PersonRequest, uuid: str, pk: int) -> HttpResponse:
    found = _own(request, uuid)
    paper = found.files.filter(pk=pk).select_related("file").first()
    if paper is not None:
        try:
            entry_papers.remove_paper(entry=found, paper=paper, by=request.user)
        except entries.EntryRefused as refusal:
            _refused(request, refusal)
    return redirect("me:entry_papers", uuid=uuid)


@signed_in
@never_cache
def consents(request: PersonRequest, uuid: str) -> HttpResponse:
    found = _own(request, uuid)
    initial = {
        "rules": found.agreed_rules_at is not None,
        "publicity": found.agreed_publicity_at is not None,
    }
    form = ConsentsForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            entries.agree(entry=found, by=request.user, **form.cleaned_data)
        except entries.EntryRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("me:entry_check", uuid=uuid)
    context = {"entry": found, "form": form, "step": 3, "document_url": document_address(found.event)}
    return _page(request, "entry_consents", context)


@signed_in
@never_cache
def check(request: PersonRequest, uuid: str) -> HttpResponse:
    """All answers on one page, the rules looked at, and the button."""
    found = _own(request, uuid)
    if found.state not in entries.OPEN:
        return redirect("me:entry", uuid=uuid)
    found.employer = (
        found.worker.employer
    )  # as handing in will note it; until then the draft may not name one
    looked_at = [
        Finding(entry=found, rule=rule, outcome=answer.outcome, found=answer.found)
        for rule, answer in eligibility.answers(found)
    ]
    context = {
        "entry": found,
        "rows": answer_rows(found),
        "missing": [
            {"text": words, "url": reverse(f"me:entry_{key}", args=(uuid,))}
            for key, words in entries.missing(found)
        ],
        "findings": finding_rows(looked_at),
        "barred": len(eligibility.bars(looked_at)),
        "step": 4,
    }
    return _page(request, "entry_check", context)


@signed_in
@require_POST
def submit(request: PersonRequest, uuid: str) -> HttpResponse:
    found = _own(request, uuid)
    try:
        entries.submit(entry=found, by=request.user)
    except entries.EntryRefused as refusal:
        _refused(request, refusal)
        return redirect("me:entry_check", uuid=uuid)
    return redirect("me:entry_done", uuid=uuid)


@signed_in
@never_cache
def done(request: PersonRequest, uuid: str) -> HttpResponse:
    found = _own(request, uuid)
    if not found.reference:
        return redirect("me:entry", uuid=uuid)
    return _page(request, "entry_done", {"entry": found, "next_step": next_step(found, Place())})


@signed_in
@never_cache
def withdraw(request: PersonRequest, uuid: str) -> HttpResponse:
    """Asks once, then withdraws."""
    found = _own(request, uuid)
    if request.method == "POST":
        try:
            entries.withdraw(entry=found, by=request.user)
            messages.success(request, _("You have withdrawn your entry."))
        except entries.EntryRefused as refusal:
            _refused(request, refusal)
        return redirect("me:entry", uuid=uuid)
    return _page(request, "entry_withdraw", {"entry": found})


@signed_in
@require_POST
def publicity(request: PersonRequest, uuid: str) -> HttpResponse:
    """Gives or takes back the consent to be named, in any state."""
    found = _own(request, uuid)
    agreed = request.POST.get("agreed") == "yes"
    entries.set_publicity(entry=found, agreed=agreed, by=request.user)
    messages.success(
        request,
        _("Your name may stand on the public list.") if agreed else _("Your name is off the public list."),
    )
    return redirect("me:entry", uuid=uuid)


@signed_in
@never_cache
def ask_again(request: PersonRequest, uuid: str) -> HttpResponse:
    """The one second look at a refusal."""
    found = _own(request, uuid)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            reviews.ask_again(entry=found, by=request.user, reason=form.cleaned_data["reason"])
        except entries.EntryRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The office will look again."))
            return redirect("me:entry", uuid=uuid)
    return _page(request, "entry_ask_again", {"entry": found, "form": form})


urlpatterns = [
    path("entries/", my_entries, name="entries"),
    path("enter/<slug:code>/", enter, name="enter"),
    path("entries/<uuid:uuid>/", entry, name="entry"),
    path("entries/<uuid:uuid>/details/", details, name="entry_details"),
    path("entries/<uuid:uuid>/papers/", papers, name="entry_papers"),
    path("entries/<uuid:uuid>/papers/<int:pk>/remove/", remove_paper, name="entry_remove_paper"),
    path("entries/<uuid:uuid>/consents/", consents, name="entry_consents"),
    path("entries/<uuid:uuid>/check/", check, name="entry_check"),
    path("entries/<uuid:uuid>/submit/", submit, name="entry_submit"),
    path("entries/<uuid:uuid>/done/", done, name="entry_done"),
    path("entries/<uuid:uuid>/withdraw/", withdraw, name="entry_withdraw"),
    path("entries/<uuid:uuid>/publicity/", publicity, name="entry_publicity"),
    path("entries/<uuid:uuid>/ask-again/", ask_again, name="entry_ask_again"),
]
