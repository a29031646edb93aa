"""At the benches, for floor judges with a tablet: clocks, breaches, lost time. Stations by number, nobody by name."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions.domain import incidents
from competitions.domain.results import NoScheme, scheme_of
from competitions.models import Code, Event, PenaltyRecord, PlayRecord, Seat, Session, TimeCredit
from competitions.web.judge.bench_forms import CreditForm, PenaltyForm, TimesForm, rule_words
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

judge_only = needs(site_roles.JUDGE)


def _event(request: PersonRequest, code: str) -> Event:
    """The event of an address, if the person is a floor judge there."""
    seats = Seat.objects.held_by(request.user, Seat.Role.FLOOR)
    event = get_object_or_404(Event, code=code, pk__in=seats.values("event_id"))
    incidents.can_record_incidents(request.user, event).or_refuse()
    return event


def stations(event: Event, user: Any) -> "QuerySet[Code]":
    """The station numbers that this person may see, in the order of the hall."""
    return (
        Code.objects.visible_to(user)
        .filter(event=event, layer=Code.Layer.STATION)
        .order_by("session__number", "number")
        .select_related("session", "event")
    )


@judge_only
@never_cache
def bench(request: PersonRequest, code: str) -> HttpResponse:
    """One session: every bench with its clock, and what waits for a second judge."""
    event = _event(request, code)
    sessions = list(event.sessions.all())
    session = _session(sessions, request.GET.get("session", ""))
    codes = stations(event, request.user).filter(session=session).select_related("session", "play")
    credits = Prefetch("time_credits", queryset=TimeCredit.objects.order_by("from_at"))
    lines = [_line(found) for found in codes.prefetch_related(credits)]
    waiting = PenaltyRecord.objects.filter(code__event=event, state__in=incidents.OPEN).select_related("code")
    rules = {rule.code: rule_words(rule) for rule in incidents.penalty_rules(event)}
    return render(
        request,
        "competitions/judge/bench.html",
        {
            "event": event,
            "sessions": sessions,
            "session": session,
            "lines": lines,
            "running": sum(1 for line in lines if line["state"] == "running"),
            "waiting": sum(1 for line in lines if line["state"] == "waiting"),
            "open_event": event.state in incidents.RECORDED_IN,
            "penalties": [
                {
                    "record": record,
                    "rule": rules.get(record.rule, record.rule),
                    "may_second": record.state == PenaltyRecord.State.PROPOSED
                    and record.proposed_by_id != request.user.pk,
                }
                for record in waiting
            ],
        },
    )


def _session(sessions: Sequence[Session], wanted: str) -> Session | None:
    return next((s for s in sessions if str(s.number) == wanted), sessions[0] if sessions else None)


def _line(code: Code) -> dict[str, Any]:
    play: PlayRecord | None = getattr(code, "play", None)
    started = play.started_at if play else None
    ended = play.ended_at if play else None
    net = play.net_seconds(code.time_credits.all()) if play is not None else None
    return {
        "code": code,
        "play": play,
        "state": "done" if ended else "running" if started else "waiting",
        "net": None if net is None else f"{net // 3600}:{net % 3600 // 60:02d}:{net % 60:02d}",
        "credits": list(code.time_credits.all()),
    }


@judge_only
@require_POST
def clock(request: PersonRequest, code: str) -> HttpResponse:
    """Starts or stops one bench, or all of a session."""
    event = _event(request, code)
    action, _colon, target = request.POST.get("action", "").partition(":")
    found = stations(event, request.user)
    chosen = list(
        found.filter(session__number=_whole(request.POST.get("session", "")))
        if target == "all"
        else found.filter(number=target)
    )
    try:
        if action == "start":
            done = incidents.start_play(event=event, codes=chosen, by=request.user)
            text = ngettext("%(count)d bench started.", "%(count)d benches started.", done)
        else:
            done = incidents.stop_play(event=event, codes=chosen, by=request.user)
            text = ngettext("%(count)d bench stopped.", "%(count)d benches stopped.", done)
    except incidents.IncidentRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, text % {"count": done})
    return _back(request, event)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _back(request: PersonRequest, event: Event) -> HttpResponse:
    response = redirect("judge:bench", event.code)
    if number := _whole(request.POST.get("session", "") or request.GET.get("session", "")):
        response["Location"] += f"?session={number}"
    return response


@judge_only
@never_cache
def times(request: PersonRequest, code: str, number: str) -> HttpResponse:
    """Puts the times of one bench right, with a reason."""
    event = _event(request, code)
    found = get_object_or_404(stations(event, request.user).select_related("play"), number=number)
    play = getattr(found, "play", None)
    now = {"started_at": play.started_at, "ended_at": play.ended_at} if play else {}
    form = TimesForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            incidents.correct_play(code=found, by=request.user, **form.cleaned_data)
        except incidents.IncidentRefused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("The times are corrected."))
            return redirect("judge:bench", code)
    title = _("Times of %(code)s") % {"code": found}
    return _form_page(request, event, form, title)


@judge_only
@never_cache
def penalty_new(request: PersonRequest, code: str) -> HttpResponse:
    """A breach at a station."""
    event = _event(request, code)
    try:
        scheme = scheme_of(event).scheme
    except NoScheme as error:
        messages.error(request, str(error))
        return redirect("judge:bench", code)
    form = PenaltyForm(
        request.POST if request.method == "POST" else None,
        codes=stations(event, request.user),
        scheme=scheme,
        initial={"code": request.GET.get("station", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            incidents.propose_penalty(by=request.user, **form.cleaned_data)
        except incidents.IncidentRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Recorded. A second floor judge confirms it now."))
            return redirect("judge:bench", code)
    return _form_page(request, event, form, _("Record a breach"))


@judge_only
@never_cache
def credit_new(request: PersonRequest, code: str) -> HttpResponse:
    """Lost time at a station."""
    event = _event(request, code)
    form = CreditForm(
        request.POST if request.method == "POST" else None,
        codes=stations(event, request.user),
        initial={"code": request.GET.get("station", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            incidents.propose_credit(by=request.user, **form.cleaned_data)
        except incidents.IncidentRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Recorded. The chief judge decides."))
            return redirect("judge:bench", code)
    return _form_page(request, event, form, _("Record lost time"))


def _form_page(request: PersonRequest, event: Event, form: Any, title: str) -> HttpResponse:
    context = {"event": event, "form": form, "title": title}
    return render(request, "competitions/judge/bench_form.html", context, status=422 if form.errors else 200)


@judge_only
@require_POST
def penalty_step(request: PersonRequest, code: str, pk: int) -> HttpResponse:
    """A second judge confirms, or the contestant has signed after all."""
    event = _event(request, code)
    record = get_object_or_404(PenaltyRecord.objects.select_related("code__event"), pk=pk, code__event=event)
    step = {"second": incidents.second_penalty, "signed": incidents.note_contestant_signed}
    verb = step.get(request.POST.get("step", ""))
    if verb is None:
        return redirect("judge:bench", code)
    try:
        verb(record=record, by=request.user)
    except incidents.IncidentRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Recorded."))
    return redirect("judge:bench", code)


urlpatterns = [
    path("events/<slug:code>/benches/", bench, name="bench"),
    path("events/<slug:code>/benches/clock/", clock, name="clock"),
    path("events/<slug:code>/benches/<str:number>/times/", times, name="times"),
    path("events/<slug:code>/penalties/new/", penalty_new, name="penalty_new"),
    path("events/<slug:code>/penalties/<int:pk>/", penalty_step, name="penalty_step"),
    path("events/<slug:code>/credits/new/", credit_new, name="credit_new"),
]
