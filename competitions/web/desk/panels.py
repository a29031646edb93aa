"""The desk's pages of the seats: who is what in an event, and the sheets that follow from it."""

from collections import Counter
from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import issuing, panels
from competitions.domain.issuing import SheetsBlocked
from competitions.domain.panels import SeatRefused
from competitions.models import Code, Event, Seat, Sheet
from competitions.scheme_names import SchemeNames
from competitions.web.desk import panel_ties
from competitions.web.desk.lists import EventDeskList
from competitions.web.desk.nav import desk_page, event_at_desk
from competitions.web.desk.panel_forms import (
    FindPersonForm,
    SeatChangeForm,
    SeatFilter,
    SeatForm,
    people_who_may_sit,
)
from competitions.web.desk.part import Part
from craft_site.kit.access import roles as needs
from craft_site.kit.language import listed
from craft_site.kit.xlsx_out import Book
from craft_site.people import roles as site_roles
from craft_site.people.models import User
from craft_site.people.web.requests import PersonRequest

organiser_only = needs(site_roles.ORGANISER)
officials = needs(site_roles.ORGANISER, site_roles.JUDGE, site_roles.SUPERVISOR)
SHOWN_HOLES = 200


def seat_address(record: Seat) -> str:
    return reverse("desk:seat", args=(record.event.code, record.pk))


class SeatTable(tables.Table):
    role = tables.Column(verbose_name=gettext_lazy("Seat"))
    place = tables.Column(verbose_name=gettext_lazy("Place on the panel"), attrs={"td": {"class": "num"}})
    aspects = tables.Column(verbose_name=gettext_lazy("Aspects"), orderable=False, empty_values=(None,))
    sessions = tables.Column(
        verbose_name=gettext_lazy("Sessions"),
        orderable=False,
        empty_values=(None,),
        attrs={"td": {"class": "nowrap"}},
    )
    witness = tables.Column(verbose_name=gettext_lazy("Second judge"))
    sheet_count = tables.Column(verbose_name=gettext_lazy("Sheets"), attrs={"td": {"class": "num"}})
    left_at = tables.DateTimeColumn(verbose_name=gettext_lazy("Left"), format="Y-m-d H:i")

    class Meta:
        model = Seat
        sequence = ("user", "...")
        fields = ("role", "place", "aspects", "sessions", "witness", "sheet_count", "left_at")
        empty_text = gettext_lazy("Nobody holds a seat yet.")

    def __init__(self, *args: Any, may_change: bool, **kwargs: Any) -> None:
        person = tables.Column(
            verbose_name=gettext_lazy("Person"),
            attrs={"td": {"class": "lead"}},
            linkify=seat_address if may_change else None,
        )
        super().__init__(*args, extra_columns=[("user", person)], **kwargs)

    def render_place(self, record: Seat, value: int) -> str:
        """Officials who mark nothing sit on no panel."""
        return str(value) if record.role in Seat.MARKING else "–"

    def render_aspects(self, record: Seat) -> str:
        return aspects_in_words(record)

    def render_sessions(self, record: Seat) -> str:
        return sessions_in_words(record)


def aspects_in_words(seat: Seat) -> str:
    if seat.role not in Seat.MARKING:
        return ""
    return listed(seat.aspects) if seat.aspects else _("all of its kind")


def sessions_in_words(seat: Seat) -> str:
    if seat.role != Seat.Role.FLOOR:
        return ""
    return listed(str(session.number) for session in seat.sessions.all()) or _("all")


class SeatList(EventDeskList):
    """Everybody who is something in the event, those who left too."""

    access = frozenset((site_roles.ORGANISER, site_roles.JUDGE, site_roles.SUPERVISOR))
    table_class = SeatTable
    filterset_class = SeatFilter
    template_name = "competitions/desk/seats.html"

    @cached_property
    def part(self) -> Part:
        return Part(self.request.user, self.event)

    def get_queryset(self) -> Any:
        self.part.can_see_seats().or_refuse()
        return panel_ties.seats_of(self.event)

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"may_change": self.part.organise}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return (
            super().get_context_data(**kwargs)
            | desk_page(self.request, self.event, "seats")
            | {
                "may_organise": self.part.organise,
                "may_issue": self.part.issue,
            }
        )


@officials
def seats_export(request: PersonRequest, code: str) -> HttpResponse:
    """The list as a workbook, narrowed by the same filter as on screen."""
    event = event_at_desk(request, code)
    Part(request.user, event).can_see_seats().or_refuse()
    found = SeatFilter(request.GET, queryset=panel_ties.seats_of(event)).qs
    heads = (
        _("Person"),
        _("Seat"),
        _("Place on the panel"),
        _("Aspects"),
        _("Sessions"),
        _("Second judge"),
        _("Qualification"),
        _("Judge's certificate"),
        _("Left"),
    )
    rows = [
        (
            str(seat.user),
            seat.get_role_display(),
            seat.place if seat.role in Seat.MARKING else "",
            aspects_in_words(seat),
            sessions_in_words(seat),
            str(seat.witness or ""),
            seat.qualification,
            seat.certificate_no,
            seat.left_at,
        )
        for seat in found
    ]
    book = Book()
    book.add_sheet(_("Judges"), heads, rows, caption=str(event))
    return book.response(f"{event.code}-judges")


@organiser_only
def seat_new(request: PersonRequest, code: str) -> HttpResponse:
    event = event_at_desk(request, code)
    roles.can_organise(request.user, event).or_refuse()
    find = FindPersonForm(request.GET if "find-role" in request.GET else None, prefix="find")
    can, found, cannot = (
        _who_can(request, event, find) if find.is_bound and find.is_valid() else (None, None, [])
    )
    form = SeatForm(
        request.POST if request.method == "POST" else None,
        event=event,
        people=can,
        initial={"role": request.GET.get("find-role")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            panels.give_seat(event=event, by=request.user, **form.values())
        except SeatRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The seat is given."))
            return redirect("desk:seats", event.code)
    context = desk_page(request, event, "seats") | {
        "form": form,
        "seat": None,
        "find": find,
        "found": found,
        "cannot": cannot,
    }
    return render(request, "competitions/desk/seat.html", context)


def _who_can(
    request: PersonRequest, event: Event, find: FindPersonForm
) -> tuple[QuerySet[User], int, list[dict[str, Any]]]:
    """Whoever of those found can hold the seat, how many they are, and the others each with why not."""
    people = list(people_who_may_sit(find.cleaned_data["q"]).prefetch_related("groups"))
    for person in people:  # read for all of them at once
        person.role_names = frozenset(group.name for group in person.groups.all())
    answers = panels.candidates(event=event, role=find.cleaned_data["role"], people=people, by=request.user)
    can = [person.pk for person, reason in answers if not reason]
    cannot = [{"person": person, "reason": reason} for person, reason in answers if reason]
    return people_who_may_sit().filter(pk__in=can), len(can), cannot


@organiser_only
def seat_page(request: PersonRequest, code: str, pk: int) -> HttpResponse:
    """Changes a seat, or takes it back."""
    event = event_at_desk(request, code)
    roles.can_organise(request.user, event).or_refuse()
    seat = get_object_or_404(panel_ties.seats_of(event), pk=pk)
    now = {
        "place": seat.place,
        "aspects": seat.aspects,
        "sessions": list(seat.sessions.all()),
        "witness": seat.witness_id,
        "qualification": seat.qualification,
        "certificate_no": seat.certificate_no,
    }
    form = SeatChangeForm(
        request.POST if request.method == "POST" else None, event=event, role=seat.role, initial=now
    )
    if request.method == "POST" and form.is_valid():
        try:
            panels.change_seat(seat=seat, by=request.user, **form.values())
        except SeatRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:seats", event.code)
    context = desk_page(request, event, "seats") | {"form": form, "seat": seat}
    return render(request, "competitions/desk/seat.html", context)


@organiser_only
@require_POST
def seat_leave(request: PersonRequest, code: str, pk: int) -> HttpResponse:
    event = event_at_desk(request, code)
    seat = get_object_or_404(Seat, event=event, pk=pk)
    try:
        panels.leave_seat(seat=seat, by=request.user)
    except SeatRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:seat", event.code, seat.pk)
    messages.success(request, _("The seat is free again."))
    return redirect("desk:seats", event.code)


# --- sheets ----------------------------------------------------------------------------------------------------------


@officials
def sheets_page(request: PersonRequest, code: str) -> HttpResponse:
    """What issuing would do now; by POST it is done. Which code lacks a judge is for the coding judge's eyes alone."""
    event = event_at_desk(request, code)
    part = Part(request.user, event)
    part.can_issue().or_refuse()
    if request.method == "POST":
        try:
            done = issuing.issue_sheets(event=event, by=request.user)
        except (SheetsBlocked, SeatRefused) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                ngettext(
                    "%(made)d sheet issued, %(kept)d were there already.",
                    "%(made)d sheets issued, %(kept)d were there already.",
                    done.made,
                )
                % {"made": done.made, "kept": done.kept},
            )
            return redirect("desk:seat_sheets", event.code)
    plan = issuing.plan_sheets(event)
    version = event.scheme_version
    context = desk_page(request, event, "seats") | {
        "plan": plan,
        "may_see_seats": bool(part.can_see_seats()),
        "issued": Sheet.objects.filter(event=event).count(),
        "holes": _holes(part, plan.holes, SchemeNames(version.scheme if version else None)),
        "more_holes": max(0, len(plan.holes) - SHOWN_HOLES),
        "layers": [Code.Layer(layer).label for layer in plan.layers],
    }
    return render(request, "competitions/desk/seat_sheets.html", context)


def _holes(part: Part, holes: list[issuing.Hole], names: SchemeNames) -> list[dict[str, Any]]:
    """Each hole by name for the coding judge; for anybody else counted by aspect, since a code beside a judge's known
    ties would say whose work it is."""
    if part.code:
        shown = holes[:SHOWN_HOLES]
        return [{"message": hole.in_words(names), "code": hole.code, "count": 1} for hole in shown]
    counted = Counter(hole.in_words(names) for hole in holes)
    return [{"message": message, "code": "", "count": count} for message, count in counted.items()]


urlpatterns = [
    path("events/<slug:code>/seats/", SeatList.as_view(), name="seats"),
    path("events/<slug:code>/seats/export/", seats_export, name="seats_export"),
    path("events/<slug:code>/seats/new/", seat_new, name="seat_new"),
    path("events/<slug:code>/seats/sheets/", sheets_page, name="seat_sheets"),
    path("events/<slug:code>/seats/<int:pk>/", seat_page, name="seat"),
    path("events/<slug:code>/seats/<int:pk>/leave/", seat_leave, name="seat_leave"),
    *panel_ties.urlpatterns,
]
