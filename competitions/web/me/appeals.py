"""Appeals on a phone: what can be appealed against and until when, filing, the answer, the second instance."""

from collections.abc import Collection, Iterable
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import appeal_clocks, appeals
from competitions.models import Appeal, Entry, Event, Violation
from competitions.web.me.appeal_rows import STATE_KIND, appeal_rows, instance_words, what_can_be_done
from craft_site.kit.access import signed_in
from craft_site.kit.uploads import SCAN
from craft_site.people.models import Worker
from craft_site.people.web.forms import CleanFileField, posted
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest


class AppealForm(forms.Form):
    subject = forms.ChoiceField(
        label=gettext_lazy("About"),
        choices=[c for c in Appeal.Subject.choices if c[0] != Appeal.Subject.MEASURE],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("What happened, and what you ask for"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=gettext_lazy(
            "About yourself. Name the aspect, the time and who was there; nothing about others without evidence."
        ),
    )
    evidence = CleanFileField(label=gettext_lazy("Evidence"), policy=SCAN, required=False)
    more_evidence = CleanFileField(label=gettext_lazy("More evidence"), policy=SCAN, required=False)
    late_reason = forms.CharField(
        label=gettext_lazy("Why it comes late"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Only when the time is over."),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, late: bool, measure: bool, open_for: Collection[str] = (), **kwargs: Any
    ) -> None:
        """open_for: the subjects that can be appealed about now."""
        super().__init__(*args, **kwargs)
        if not late:
            del self.fields["late_reason"]
        if measure:
            del self.fields["subject"]
        else:
            # Only offered less: what is sent all the same gets the verb's answer, with the times.
            widget = cast(forms.RadioSelect, self.fields["subject"].widget)
            widget.choices = [choice for choice in Appeal.Subject.choices if choice[0] in open_for]


class SecondForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Why the first decision is wrong"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


def clock_rows(entry: Entry, user: Any) -> list[dict[str, Any]]:
    """The two clocks of an entry for its pages: {title, clock, over, began_with, subjects, begins_with}."""
    own = entry.worker.user_id == user.pk
    return [
        {
            "title": title,
            "clock": clock,
            "over": clock.is_over(),
            "began_with": _("the end of your work")
            if own and clock.known_from == Appeal.KnownFrom.END_OF_PLAY
            else Appeal.KnownFrom(clock.known_from).label,
            "begins_with": begins_with,
            "subjects": subjects,
        }
        for title, clock, subjects, begins_with in (
            (
                _("Equipment, tools, rules, officials"),
                appeal_clocks.bench_clock(entry),
                appeal_clocks.AT_THE_BENCH,
                _("It begins with the end of your work, or of your session."),
            ),
            (
                pgettext("appeal", "Marks"),
                appeal_clocks.marks_clock(entry),
                (Appeal.Subject.MARKS,),
                _("It begins with the publication of the marks."),
            ),
        )
    ]


def open_for(
    event: Event, clocks: Iterable[dict[str, Any]], filed: Iterable[dict[str, Any]] = ()
) -> list[str]:
    """What can be appealed about now: the same that appeals.file takes. What happened at the bench can be said at
    once, before its clock has begun; marks only when they are published; what is late only where the event allows.
    filed: of appeal_rows; what stands open already is not appealed about twice."""
    if event.state not in appeals.FILED_IN:
        return []
    taken = {row["appeal"].subject for row in filed if row["url"] and not row["appeal"].is_closed}
    return [
        subject
        for row in clocks
        for subject in row["subjects"]
        if subject not in taken
        and (event.late_appeals or not row["over"])
        and (subject != Appeal.Subject.MARKS or row["clock"].release is not None)
    ]


def _page(request: PersonRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    context |= {"me_nav": me_nav(request), "now": timezone.now()}
    return render(request, f"competitions/me/{name}.html", context, status=status)


def _entry(request: PersonRequest, uuid: str) -> Entry:
    entry = get_object_or_404(
        Entry.objects.visible_to(request.user).select_related("event__competition", "worker", "team"),
        uuid=uuid,
    )
    roles.can_speak_for(request.user, entry).or_refuse()
    return entry


@signed_in
@never_cache
def my_appeals(request: PersonRequest) -> HttpResponse:
    """My appeals (for a firm's contact: those of its workers), and the entries that one can be filed for."""
    found = Appeal.objects.of_person(request.user).for_list().order_by("-filed_at")[:100]
    worker = Worker.objects.filter(user=request.user).first()
    entries = []
    if worker is not None:
        entries = list(
            Entry.objects.filter(worker=worker, event__state__in=appeals.FILED_IN).select_related(
                "event__competition"
            )
        )
    rows = [
        {
            "title": f"{appeal} · {appeal.get_subject_display()}",
            "hint": str(appeal.event),
            "url": reverse("me:appeal", args=(appeal.uuid,)),
            "status": appeal.get_state_display(),
            "status_kind": STATE_KIND[Appeal.State(appeal.state)],
            "due": appeal.due_at,
            "due_now": timezone.now(),
        }
        for appeal in found
    ]
    measures = Violation.objects.filter(
        seat__user=request.user, state=Violation.State.DECIDED, event__state__in=appeals.FILED_IN
    ).select_related("event")
    return _page(request, "appeals", {"rows": rows, "entries": entries, "measures": measures})


@signed_in
@never_cache
def appeal_new(request: PersonRequest, uuid: str) -> HttpResponse:
    """The clocks first, then the form. uuid: of an entry."""
    entry = _entry(request, uuid)
    return _file(request, entry=entry, violation=None, clocks=clock_rows(entry, request.user))


@signed_in
@never_cache
def appeal_measure(request: PersonRequest, uuid: str) -> HttpResponse:
    """An appeal against a measure after a violation. uuid: of the violation."""
    violation = get_object_or_404(
        Violation.objects.filter(state=Violation.State.DECIDED).select_related("event", "seat", "code"),
        uuid=uuid,
    )
    entry = None
    if violation.code is not None:
        entry = appeals.codes.entry_of(violation.code)
        roles.can_speak_for(request.user, entry).or_refuse()
    elif violation.seat is None or violation.seat.user_id != request.user.pk:
        raise PermissionDenied(_("This measure concerns somebody else."))
    clock = appeal_clocks.measure_clock(violation)
    rows = [
        {
            "title": _("A measure after a violation"),
            "clock": clock,
            "over": clock.is_over(),
            "began_with": Appeal.KnownFrom(clock.known_from).label,
            "subjects": (Appeal.Subject.MEASURE,),
        }
    ]
    return _file(request, entry=entry, violation=violation, clocks=rows)


def _file(
    request: PersonRequest,
    *,
    entry: Entry | None,
    violation: Violation | None,
    clocks: list[dict[str, Any]],
) -> HttpResponse:
    event = entry.event if entry is not None else violation.event  # type: ignore[union-attr]
    filed_before = appeal_rows(entry, request.user) if entry is not None else []
    subjects = open_for(event, clocks, filed_before)
    form = AppealForm(
        posted(request),
        request.FILES or None,
        late=event.late_appeals and any(row["over"] for row in clocks),
        measure=violation is not None,
        open_for=subjects,
        initial={"client_id": uuid4(), "subject": request.GET.get("about", "")},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            filed = appeals.file(
                entry=entry,
                violation=violation,
                subject=Appeal.Subject.MEASURE if violation else given["subject"],
                text=given["text"],
                client_id=given["client_id"],
                uploads=[given[name] for name in ("evidence", "more_evidence") if given.get(name)],
                late_reason=given.get("late_reason", ""),
                by=request.user,
            )
        except appeals.AppealRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Your appeal is filed under number %(number)s.") % {"number": filed})
            return redirect("me:appeal", uuid=filed.uuid)
    context = {"entry": entry, "event": event, "violation": violation, "form": form, "clocks": clocks}
    context["is_open"] = bool(subjects)
    context["appeals"] = filed_before
    return _page(request, "appeal_new", context, status=422 if form.errors else 200)


@signed_in
@never_cache
def appeal(request: PersonRequest, uuid: str) -> HttpResponse:
    """Where my appeal stands, with every time of it; the form for the second instance while it is open."""
    found = get_object_or_404(Appeal.objects.of_person(request.user).for_list(), uuid=uuid)
    form = SecondForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            appeals.file_second(appeal=found, text=form.cleaned_data["text"], by=request.user)
        except appeals.AppealRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("The second instance has your appeal."))
            return redirect("me:appeal", uuid=uuid)
    context = {
        "appeal": found,
        "kind": STATE_KIND[Appeal.State(found.state)],
        "text": found.text.reveal(),
        "second_text": found.second_text.reveal(),
        "files": found.files.select_related("file"),
        "decisions": [
            {"decision": decision, "reasons": decision.reasons.reveal()}
            for decision in found.decisions.select_related("released_in__event")
        ],
        "instance": instance_words(found),
        "can_do": what_can_be_done(found),
        "may_go_on": found.may_go_on(),
        "may_withdraw": Appeal.State.WITHDRAWN in appeals.MOVES[found.state],
        "form": form,
    }
    return _page(request, "appeal", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def appeal_withdraw(request: PersonRequest, uuid: str) -> HttpResponse:
    """Takes an appeal back."""
    found = get_object_or_404(Appeal.objects.of_person(request.user).for_list(), uuid=uuid)
    try:
        appeals.withdraw(appeal=found, by=request.user)
    except appeals.AppealRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Your appeal is withdrawn."))
    return redirect("me:appeal", uuid=uuid)


urlpatterns = [
    path("appeals/", my_appeals, name="appeals"),
    path("entries/<uuid:uuid>/appeal/", appeal_new, name="appeal_new"),
    path("measures/<uuid:uuid>/appeal/", appeal_measure, name="appeal_measure"),
    path("appeals/<uuid:uuid>/", appeal, name="appeal"),
    path("appeals/<uuid:uuid>/withdraw/", appeal_withdraw, name="appeal_withdraw"),
]
