"""The desk's own pages: what waits for me, my events, one event with its life and its next moves."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import competitions, contest_pages, event_setup, events, readiness
from competitions.models import CalendarStep, Competition, CompetitionPage, Event
from competitions.web.desk import setup
from competitions.web.desk.asking import ask, is_sure
from competitions.web.desk.event_forms import EventForm, MoveForm, NewCompetitionForm, NewEventForm
from competitions.web.desk.lists import DeskList
from competitions.web.desk.nav import desk_page, door, event_at_desk, section_url
from competitions.web.desk.waiting import matters, seats_of, with_next_step
from craft_site.kit.access import roles as needs
from craft_site.kit.language import short_day
from craft_site.kit.xlsx_out import Book
from craft_site.ledger.models import Line
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

HOME_EVENTS = 12
organiser_only = needs(site_roles.ORGANISER)
at_the_desk = needs(*site_roles.DESK)
OFFICE_ROLES = (site_roles.ORGANISER, site_roles.REVIEWER, site_roles.SUPERVISOR)
S = Event.State


@at_the_desk
def home(request: PersonRequest) -> HttpResponse:
    """What waits for this person over all events, the urgent first; then the events themselves."""
    mine = with_next_step(Event.objects.visible_to(request.user).for_desk())
    running = list(mine.exclude(state__in=(S.FINAL, S.ARCHIVED)))
    seats = seats_of(request.user)
    in_office = request.user.has_role(*OFFICE_ROLES)
    shown = running[:HOME_EVENTS] if in_office else running
    return render(
        request,
        "competitions/desk/home.html",
        {
            "matters": matters(request.user, running, seats),
            "events": [
                _event_line(event) | {"url": door(request.user, event, frozenset(seats.get(event.pk, ())))}
                for event in shown
            ],
            "more": len(running) - len(shown),
            "in_office": in_office,
            "may_create": request.user.has_role(site_roles.ORGANISER),
        },
    )


def _event_line(event: Event) -> dict[str, Any]:
    kind = getattr(event, "next_kind", None)
    return {
        "event": event,
        "state": event.get_state_display(),
        "next": CalendarStep.Kind(kind).label if kind else "",
        "next_at": getattr(event, "next_at", None),
    }


class EventFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label=gettext_lazy("Event"))
    competition = django_filters.ModelChoiceFilter(
        queryset=Competition.objects.all(), label=gettext_lazy("Competition")
    )
    state = django_filters.ChoiceFilter(choices=S.choices, label=gettext_lazy("State"))

    class Meta:
        model = Event
        fields = ("q", "competition", "state")


class EventTable(tables.Table):
    name = tables.Column(
        linkify=lambda record, table: table.door_of(record),
        verbose_name=gettext_lazy("Event"),
        order_by=("name",),
    )
    competition = tables.Column(verbose_name=gettext_lazy("Competition"))
    trade = tables.Column(verbose_name=gettext_lazy("Trade"))
    state = tables.Column(verbose_name=gettext_lazy("State"))
    next_at = tables.Column(verbose_name=gettext_lazy("Next step"), orderable=True)
    places = tables.Column(verbose_name=gettext_lazy("Places"))

    class Meta:
        model = Event
        fields = ("name", "competition", "trade", "state", "next_at", "places")
        empty_text = gettext_lazy("No event answers this filter.")

    def __init__(
        self, *args: Any, door_of: Callable[[Event], str] = Event.get_absolute_url, **kwargs: Any
    ) -> None:
        """door_of: where the reader's work on an event begins."""
        super().__init__(*args, **kwargs)
        self.door_of = door_of

    def render_name(self, record: Event) -> str:
        return str(record)

    def render_next_at(self, value: datetime, record: Event) -> str:
        kind = CalendarStep.Kind(getattr(record, "next_kind", ""))
        return f"{short_day(value, year=True)} {kind.label}"


class EventList(DeskList):
    """All events for the office, those of its firms for a union below the city's. Everybody else finds the events of
    their seats or firm on the first page."""

    access = frozenset(OFFICE_ROLES)
    table_class = EventTable
    filterset_class = EventFilter
    template_name = "competitions/desk/events.html"

    def get_table_kwargs(self) -> dict[str, Any]:
        user = self.request.user
        seats = seats_of(user)
        return {"door_of": lambda event: door(user, event, frozenset(seats.get(event.pk, ())))}

    def get_queryset(self) -> Any:
        return with_next_step(Event.objects.visible_to(self.request.user).for_desk())


@needs(*OFFICE_ROLES)
def events_export(request: PersonRequest) -> HttpResponse:
    """The list as a workbook, by the same filter."""
    found = EventFilter(
        request.GET, queryset=with_next_step(Event.objects.visible_to(request.user).for_desk())
    )
    if not found.is_valid():
        return redirect(f"{reverse('desk:events')}?{request.GET.urlencode()}")
    heads = (_("Code"), _("Event"), _("Competition"), _("Trade"), _("State"), _("Next step"), _("Places"))
    rows = [
        (
            event.code,
            str(event),
            str(event.competition),
            str(event.trade or ""),
            event.get_state_display(),
            event.next_at,
            event.places,
        )
        for event in found.qs
    ]
    book = Book()
    book.add_sheet(_("Events"), heads, rows)
    return book.response(_("Events"))


@at_the_desk
def event_page(request: PersonRequest, code: str) -> HttpResponse:
    """One event: where it stands, what it may become next and what is missing for that."""
    event = event_at_desk(request, code)
    roles.can_open_desk(request.user, event).or_refuse()
    may_organise = bool(roles.can_organise(request.user, event))
    calendar = list(event.calendar.all())
    hosts = event.competition.organisers.all()
    context = desk_page(request, event, "event") | {
        "timeline": _timeline(event),
        "has_scheme": event.state not in (S.DRAFT, S.FILED) and event.schemes.exists(),
        "moves": _moves(event) if may_organise else [],
        "may_organise": may_organise,
        "public_page": CompetitionPage.objects.live().filter(competition=event.competition_id).first(),
        "calendar": [
            {"step": step, "title": step.get_kind_display(), "phase": _phase(event, step)}
            for step in calendar
        ],
        "hosts": [{"part": host.get_part_display(), "name": str(host)} for host in hosts],
    }
    return render(request, "competitions/desk/event.html", context)


def _phase(event: Event, step: CalendarStep) -> str:
    """Nothing runs by its calendar before the event is announced."""
    phase = step.phase()
    return "later" if phase == "now" and event.state in (S.DRAFT, S.FILED) else phase


def _timeline(event: Event) -> list[dict[str, Any]]:
    """Every state in order, with the day on which the event reached it, from the ledger."""
    days: dict[str, datetime | None] = {}
    for body in Line.objects.filter(chain__name=event.chain, kind="event.moved").values_list(
        "body", flat=True
    ):
        line = json.loads(body)
        days[line["facts"]["to"]] = parse_datetime(line["at"])
    here = list(S).index(S(event.state))
    return [
        {
            "title": state.label,
            "date": short_day(day) if number <= here and (day := days.get(state)) else "",
            "state": "done" if number < here else "now" if number == here else "next",
        }
        for number, state in enumerate(S)
    ]


# Where a move that comes with a deed of its own is made.
_DEEDS = {
    S.BRIEFED: "accepted",
    S.LOCKED: "progress",
    S.DECODED: "draws",
    S.PUBLICITY: "results",
    S.FINAL: "results",
}


def _moves(event: Event) -> list[dict[str, Any]]:
    """What the event may become next: {to, label, back, blockers: [{text, url}], url of the deed}."""
    return [
        {
            "to": to,
            "label": S(to).label,
            "back": events.is_step_back(event.state, to),
            "deed_url": _mended_at(_DEEDS[S(to)], event) if to in events.BY_DEED else "",
            "by_deed": to in events.BY_DEED,
            "blockers": [
                {"text": blocker.message, "url": _mended_at(blocker.at, event)}
                for blocker in readiness.blockers(event, to)
                if blocker.code != readiness.LIST_NOT_PUBLISHED  # that is the deed itself
            ],
            "consequences": _consequences(event, to),
        }
        for to in events.MOVES[event.state]
    ]


def _consequences(event: Event, to: str) -> list[str]:
    """What cannot be taken back once the event has moved, in words; nothing for a move that asks no question."""
    if to == S.PUBLISHED:
        said = [_("The public sees the event from now on; it cannot be made a draft again.")]
        if contest_pages.page_of(event.competition_id) is None:
            said.append(
                _("The contest's public page is made and published with it; its words can be changed later.")
            )
        return said
    closes = event.registration_closes
    if (event.state, to) == (S.REGISTERING, S.ELIGIBILITY) and closes is not None and closes > timezone.now():
        return [
            _("Registration was announced until %(until)s. It closes at once: nobody can enter any more.")
            % {"until": f"{timezone.localtime(closes):%Y-%m-%d %H:%M}"}
        ]
    if to == S.FROZEN:
        return [_("The marking scheme and the papers are frozen: neither can be changed afterwards.")]
    return []


def _mended_at(section: str, event: Event) -> str:
    """Hosts and the public page are kept under Administration, the accepted list behind the entries; everything else
    has its section at the desk."""
    if section == "accepted":
        return reverse("desk:accepted", args=(event.code,))
    if section == "host":
        return reverse("competition:edit", args=(event.competition_id,))
    if section == "public_page":
        page = contest_pages.page_of(event.competition_id)
        return reverse("wagtailadmin_pages:edit", args=(page.pk,)) if page else ""
    return section_url(section, event)


@organiser_only
@require_POST
def event_move(request: PersonRequest, code: str) -> HttpResponse:
    """Moves the event on, or one step back with a reason."""
    event = event_at_desk(request, code)
    roles.can_organise(request.user, event).or_refuse()
    form = MoveForm(request.POST)
    if not form.is_valid() or form.cleaned_data["to"] in events.BY_DEED:
        messages.error(request, _("This move is not made here."))
        return redirect(event)
    to, may = form.cleaned_data["to"], events.MOVES[event.state]
    asks = to in may and not is_sure(request) and not readiness.blockers(event, to)
    if asks and (said := _consequences(event, to)):
        return ask(
            request,
            event,
            "event",
            heading=_("Move to “%(state)s”?") % {"state": S(to).label},
            consequences=said,
            confirm=_("Move to “%(state)s”") % {"state": S(to).label},
            back=event.get_absolute_url(),
        )
    try:
        events.move(
            event=event, to=form.cleaned_data["to"], by=request.user, reason=form.cleaned_data["reason"]
        )
    except events.MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The event is now: %(state)s.") % {"state": event.get_state_display()})
    return redirect(event)


@organiser_only
def event_new(request: PersonRequest) -> HttpResponse:
    """A new event of a competition."""
    form = NewEventForm(request.POST or None, initial={"competition": request.GET.get("competition")})
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            event = event_setup.create_event(
                competition=fields.pop("competition"), fields=fields, by=request.user
            )
        except event_setup.SetupRefused as refusal:
            form.add_error(refusal.field or None, str(refusal.message))
        else:
            messages.success(request, _("The event is made. Now its calendar, benches and rules."))
            return redirect("desk:event_setup", event.code)
    return render(request, "competitions/desk/event_new.html", {"form": form})


@organiser_only
def competition_new(request: PersonRequest) -> HttpResponse:
    """A new competition; from here the way leads on to its first event."""
    form = NewCompetitionForm(request.POST or None, initial={"year": timezone.localdate().year})
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            made = competitions.create_competition(
                series=fields.pop("series"), host=fields.pop("host"), fields=fields
            )
        except event_setup.SetupRefused as refusal:
            form.add_error(refusal.field or None, str(refusal.message))
        else:
            messages.success(request, _("The competition is made. Now its first event."))
            return redirect(f"{reverse('desk:event_new')}?competition={made.pk}")
    return render(request, "competitions/desk/competition_new.html", {"form": form})


@organiser_only
def event_edit(request: PersonRequest, code: str) -> HttpResponse:
    """The particulars of an event."""
    event = event_at_desk(request, code)
    roles.can_organise(request.user, event).or_refuse()
    form = EventForm(request.POST or None, instance=event, fixed=event_setup.fixed_fields(event))
    if request.method == "POST" and form.is_valid():
        try:
            event_setup.edit_event(event=event, fields=form.cleaned_data, by=request.user)
        except event_setup.SetupRefused as refusal:
            form.add_error(refusal.field or None, str(refusal.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:event_setup", event.code)
    return render(
        request, "competitions/desk/event_edit.html", desk_page(request, event, "setup") | {"form": form}
    )


urlpatterns = [
    path("", home, name="home"),
    path("events/", EventList.as_view(), name="events"),
    path("events.xlsx", events_export, name="events_export"),
    path("events/new/", event_new, name="event_new"),
    path("competitions/new/", competition_new, name="competition_new"),
    path("events/<slug:code>/", event_page, name="event"),
    path("events/<slug:code>/move/", event_move, name="event_move"),
    path("events/<slug:code>/edit/", event_edit, name="event_edit"),
    *setup.urlpatterns,
]
