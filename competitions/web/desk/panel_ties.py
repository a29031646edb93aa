"""The desk's pages of ties: how many pairs are barred, who waives them, and what judges have declared."""

from typing import Any

import django_tables2 as tables
from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import conflicts
from competitions.domain.conflicts import ConflictRefused
from competitions.models import Declaration, Entry, Event, Seat, Waiver
from competitions.web.desk.lists import DeskList
from competitions.web.desk.nav import desk_page, event_at_desk
from competitions.web.desk.panel_forms import DeclarationFilter, MatchForm, WaiverForm
from competitions.web.desk.part import Part
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

organiser_only = needs(site_roles.ORGANISER)
officials = needs(site_roles.ORGANISER, site_roles.JUDGE, site_roles.SUPERVISOR)


def seats_of(event: Event) -> "QuerySet[Seat]":
    """The seats of an event as the desk lists them."""
    return (
        Seat.objects.filter(event=event)
        .select_related("event", "user", "witness")
        .prefetch_related("sessions")
        .annotate(sheet_count=Count("sheets"))
        .order_by("left_at", "role", "place", "pk")
    )


@officials
def ties_page(request: PersonRequest, code: str) -> HttpResponse:
    """Barred pairs by seat, counted; each pair by the entry's reference number, never by a name."""
    event = event_at_desk(request, code)
    part = Part(request.user, event)
    part.can_see_seats().or_refuse()
    barred = conflicts.barred_pairs(event)
    waivers = {
        (waiver.seat_id, waiver.entry_id): waiver
        for waiver in Waiver.objects.filter(seat__event=event).select_related("chief", "supervisor")
    }
    entered = {
        pk: (uuid, reference) for pk, uuid, reference in event.entries.values_list("pk", "uuid", "reference")
    }
    pairs: list[dict[str, Any]] = []
    summary: list[dict[str, Any]] = []
    for seat in seats_of(event).filter(left_at__isnull=True, role__in=Seat.MARKING):
        entries = barred.get(seat.pk, {})
        held = [waivers[seat.pk, entry] for entry in entries if (seat.pk, entry) in waivers]
        summary.append(
            {"seat": seat, "barred": len(entries), "waived": sum(waiver.in_force for waiver in held)}
        )
        pairs += [
            {
                "seat": seat,
                "reference": entered[entry][1] or "—",
                "entry": entered[entry][0],
                "kinds": conflicts.kinds_in_words(kinds),
                "waiver": waivers.get((seat.pk, entry)),
            }
            for entry, kinds in entries.items()
        ]
    context = desk_page(request, event, "seats") | {
        "summary": summary,
        "pairs": sorted(pairs, key=lambda pair: (str(pair["seat"].user), pair["reference"])),
        "contestants": len(entered),
        "may_waive": part.waive,
    }
    return render(request, "competitions/desk/seat_ties.html", context)


@officials
def tie_waive(request: PersonRequest, code: str, pk: int, uuid: str) -> HttpResponse:
    """The first of the two gives a reason, the second agrees to it or refuses."""
    event = event_at_desk(request, code)
    Part(request.user, event).can_see_seats().or_refuse()
    if not roles.can_chair(request.user, event):
        roles.can_supervise(request.user, event).or_refuse()
    seat = get_object_or_404(seats_of(event).filter(left_at__isnull=True), pk=pk)
    # Entry.visible_to closes entries to officials; here one is known by its reference number alone.
    entry = get_object_or_404(Entry.objects.only("pk", "uuid", "reference", "event"), event=event, uuid=uuid)
    kinds = conflicts.barred_pairs(event).get(seat.pk, {}).get(entry.pk)
    if not kinds:
        raise Http404
    waiver = Waiver.objects.select_related("chief", "supervisor").filter(seat=seat, entry=entry).first()
    form = WaiverForm(
        request.POST if request.method == "POST" else None,
        initial={"reason": waiver.reason if waiver else ""},
    )
    if waiver is not None:
        del form.fields["reason"]
    if request.method == "POST" and (waiver is not None or form.is_valid()):
        reason = "" if waiver else form.cleaned_data["reason"]
        try:
            if waiver is not None and request.POST.get("decision") == "refuse":
                conflicts.refuse_waiver(waiver=waiver, by=request.user)
            else:
                conflicts.waive(seat=seat, entry=entry, reason=reason, by=request.user)
        except ConflictRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Decided."))
        return redirect("desk:seat_ties", event.code)
    context = desk_page(request, event, "seats") | {
        "seat": seat,
        "reference": entry.reference or "—",
        "kinds": conflicts.kinds_in_words(kinds),
        "waiver": waiver,
        "form": form,
    }
    return render(request, "competitions/desk/seat_waive.html", context)


# --- declarations, of all events -------------------------------------------------------------------------------------


class DeclarationTable(tables.Table):
    judge = tables.Column(verbose_name=gettext_lazy("Judge"), attrs={"td": {"class": "lead"}})
    kind = tables.Column(verbose_name=gettext_lazy("Kind"))
    person_name = tables.Column(verbose_name=gettext_lazy("Person named"))
    employer_name = tables.Column(verbose_name=gettext_lazy("Employer named"))
    matched = tables.Column(
        empty_values=(), orderable=False, verbose_name=gettext_lazy("Matched to"), linkify=False
    )
    created_at = tables.DateTimeColumn(verbose_name=gettext_lazy("Declared"), format="Y-m-d H:i")
    act = tables.LinkColumn(
        "desk:declaration",
        args=[tables.A("pk")],
        text=gettext_lazy("Match"),
        verbose_name=gettext_lazy("Match"),
        orderable=False,
        empty_values=(),
    )

    class Meta:
        model = Declaration
        fields = ("judge", "kind", "person_name", "employer_name", "matched", "created_at", "act")
        empty_text = gettext_lazy("No judge has declared a tie.")

    def render_matched(self, record: Declaration) -> str:
        return str(record.worker or record.employer or _("no match yet: names are compared as written"))


class DeclarationList(DeskList):
    """What judges have declared and the office has to match."""

    access = frozenset((site_roles.ORGANISER,))
    table_class = DeclarationTable
    filterset_class = DeclarationFilter
    template_name = "competitions/desk/seat_declarations.html"

    def get_queryset(self) -> Any:
        found = Declaration.objects.visible_to(self.request.user).standing()
        return found.select_related("judge", "worker", "employer")


@organiser_only
def declaration_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Matches a declaration to a worker or an employer, or sets it aside."""
    found = (
        Declaration.objects.visible_to(request.user).standing().select_related("judge", "worker", "employer")
    )
    declaration = get_object_or_404(found, pk=pk)
    form = MatchForm(request.POST if request.method == "POST" else None, declaration=declaration)
    if request.method == "POST" and form.is_valid():
        try:
            conflicts.match(
                declaration=declaration,
                by=request.user,
                worker=form.cleaned_data.get("worker"),
                employer=form.cleaned_data["employer"],
            )
        except ConflictRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Matched."))
            return redirect("desk:declarations")
    return render(
        request,
        "competitions/desk/seat_declaration.html",
        {"declaration": declaration, "form": form, "kind": declaration.get_kind_display()},
    )


@organiser_only
@require_POST
def declaration_set_aside(request: PersonRequest, pk: int) -> HttpResponse:
    declaration = get_object_or_404(Declaration.objects.visible_to(request.user), pk=pk)
    try:
        conflicts.set_aside(declaration=declaration, by=request.user)
    except ConflictRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:declaration", declaration.pk)
    messages.success(request, _("Set aside."))
    return redirect("desk:declarations")


urlpatterns = [
    path("events/<slug:code>/seats/ties/", ties_page, name="seat_ties"),
    path("events/<slug:code>/seats/<int:pk>/ties/<uuid:uuid>/", tie_waive, name="seat_waive"),
    path("declarations/", DeclarationList.as_view(), name="declarations"),
    path("declarations/<int:pk>/", declaration_page, name="declaration"),
    path("declarations/<int:pk>/set-aside/", declaration_set_aside, name="declaration_set_aside"),
]
