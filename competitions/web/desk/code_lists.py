"""Lists of numbers: one layer a page, on screen, as a workbook and as a sealed sheet; and the door on the day.

Every row comes through `Code.objects.visible_to`. What a number leads back to is shown only to whoever may see that
layer too, a name only to whoever may see the entry.
"""

from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions.domain import check_in
from competitions.domain.entries import EntryRefused
from competitions.models import Code, Draw, Entry, Event
from competitions.web.desk.draw_forms import CodeFilter, LateForm, PresenceFilter
from competitions.web.desk.lists import DeskList, EventDeskList
from competitions.web.desk.nav import desk_page, event_at_desk
from competitions.web.desk.part import Part
from craft_site.kit.access import roles as needs
from craft_site.kit.language import colon
from craft_site.kit.xlsx_out import Book
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

WHO = (site_roles.ORGANISER, site_roles.REVIEWER, site_roles.SUPERVISOR, site_roles.JUDGE)
L = Code.Layer


class Numbers:
    """One layer of an event as one person may see it. Raises PermissionDenied when they may not see it at all."""

    def __init__(self, user: Any, event: Event, layer: str) -> None:
        if layer not in L.values:
            raise Http404
        self.event, self.layer = event, layer
        self.codes = (
            Code.objects.visible_to(user)
            .filter(event=event, layer=layer)
            .select_related("entry", "parent", "session", "station")
            .order_by("number")
        )
        visible = set(
            Code.objects.visible_to(user)
            .filter(event=event)
            .order_by()
            .values_list("layer", flat=True)
            .distinct()
        )
        if layer not in visible and Code.objects.filter(event=event, layer=layer).exists():
            raise PermissionDenied(str(_("This list of numbers is not for your eyes.")))
        before = {L.STATION: L.CONTESTANT, L.WORK: L.STATION}.get(L(layer))
        self.shows_parent = before in visible
        office = user.in_office or user.has_role(site_roles.SUPERVISOR)
        recorder_only = not (office or {L.STATION, L.CONTESTANT} <= visible)
        self.shows_entry = layer == L.CONTESTANT and not recorder_only
        self.names = {}
        if self.shows_entry:
            known = Entry.objects.visible_to(user).filter(event=event)
            self.names = {
                pk: (name, employer or "")
                for pk, name, employer in known.values_list("pk", "worker__name", "employer__name")
            }

    @property
    def title(self) -> str:
        return str(L(self.layer).label)

    def heads(self) -> list[str]:
        found = [self.title]
        if self.shows_parent:
            found.append(str({L.STATION: L.CONTESTANT, L.WORK: L.STATION}[L(self.layer)].label))
        if self.layer == L.STATION:
            found += [_("Session"), _("Station")]
        if self.shows_entry:
            found.append(_("Reference number"))
        if self.names:
            found += [_("Name"), _("Employer")]
        return found

    def row(self, code: Code) -> list[str]:
        found = [code.number]
        if self.shows_parent:
            found.append(str(code.parent))
        if self.layer == L.STATION:
            found += [str(code.session), str(code.station)]
        if self.shows_entry:
            assert code.entry is not None
            found.append(code.entry.reference or "")
            if self.names:
                found += self.names.get(code.entry_id or 0, ("", ""))
        return found


class CellColumn(tables.Column):
    """A column of a layer's list by its place in the row; which columns there are depends on the reader."""

    def __init__(self, *args: Any, numbers: Numbers, place: int, **kwargs: Any) -> None:
        self.numbers, self.place = numbers, place
        super().__init__(*args, empty_values=(), orderable=False, **kwargs)

    def render(self, record: Code) -> str:  # type: ignore[override]  # called with what it asks for
        return self.numbers.row(record)[self.place]


class CodeTable(tables.Table):
    number = tables.Column(verbose_name=gettext_lazy("Number"), attrs={"td": {"class": "lead"}})

    class Meta:
        model = Code
        fields = ("number",)
        empty_text = gettext_lazy("No numbers have been drawn.")

    def __init__(self, *args: Any, numbers: Numbers, **kwargs: Any) -> None:
        extra = [
            (f"cell_{place}", CellColumn(numbers=numbers, place=place, verbose_name=head))
            for place, head in enumerate(numbers.heads()[1:], start=1)
        ]
        super().__init__(*args, extra_columns=extra, **kwargs)


class CodeList(EventDeskList):
    """The numbers of one layer; with ?export=xlsx the filtered list as a workbook."""

    access = frozenset(WHO)
    table_class = CodeTable
    filterset_class = CodeFilter
    template_name = "competitions/desk/codes.html"
    table_pagination = {"per_page": 100}

    @cached_property
    def numbers(self) -> Numbers:
        return Numbers(self.request.user, self.event, self.kwargs["layer"])

    def get_queryset(self) -> Any:
        return self.numbers.codes

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"numbers": self.numbers}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return (
            super().get_context_data(**kwargs)
            | desk_page(self.request, self.event, "draws")
            | {"numbers": self.numbers}
        )


@needs(*WHO)
def codes_export(request: PersonRequest, code: str, layer: str) -> HttpResponse:
    """The list as a workbook, narrowed by the same filter as on screen."""
    event = event_at_desk(request, code)
    numbers = Numbers(request.user, event, layer)
    filtered = CodeFilter(request.GET, queryset=numbers.codes).qs
    book = Book()
    book.add_sheet(
        numbers.title, numbers.heads(), [numbers.row(found) for found in filtered], caption=str(event)
    )
    return book.response(f"{event.code}-{layer}")


@needs(*WHO)
def codes_print(request: PersonRequest, code: str, layer: str) -> HttpResponse:
    """The sheet that goes into the sealed envelope: one layer, its draw, two lines to sign on."""
    event = event_at_desk(request, code)
    numbers = Numbers(request.user, event, layer)
    draw = (
        Draw.objects.for_page()
        .filter(event=event, purpose=layer, state=Draw.State.DRAWN)
        .defer("items", "secret")
        .first()
    )
    context = desk_page(request, event, "draws") | {
        "numbers": numbers,
        "rows": [numbers.row(found) for found in numbers.codes],
        "draw": draw,
    }
    return render(request, "competitions/desk/codes_print.html", context)


# --- the door --------------------------------------------------------------------------------------------------------


class PresenceTable(tables.Table):
    number = tables.Column(verbose_name=gettext_lazy("Contestant number"), attrs={"td": {"class": "lead"}})
    reference = tables.Column(accessor="entry__reference", verbose_name=gettext_lazy("Reference number"))
    name = tables.Column(empty_values=(), verbose_name=gettext_lazy("Name"), orderable=False)
    employer = tables.Column(empty_values=(), verbose_name=gettext_lazy("Employer"), orderable=False)
    state = tables.Column(accessor="entry__state", verbose_name=gettext_lazy("State"))
    act = tables.TemplateColumn(
        template_name="competitions/desk/draw_check_in_buttons.html",
        verbose_name=gettext_lazy("At the door"),
        orderable=False,
    )

    class Meta:
        model = Code
        fields = ("number", "reference", "name", "employer", "state", "act")
        empty_text = gettext_lazy("No contestant answers this filter.")

    def __init__(self, *args: Any, numbers: Numbers, is_open: bool, **kwargs: Any) -> None:
        self.numbers = numbers
        hidden = () if numbers.names else ("name", "employer")
        super().__init__(*args, exclude=hidden if is_open else (*hidden, "act"), **kwargs)

    def render_name(self, record: Code) -> str:
        return self.numbers.names.get(record.entry_id or 0, ("", ""))[0]

    def render_employer(self, record: Code) -> str:
        return self.numbers.names.get(record.entry_id or 0, ("", ""))[1]

    def render_state(self, record: Code) -> str:
        assert record.entry is not None
        return str(record.entry.get_state_display())


class Door(DeskList):
    """Who is there before the stations are drawn."""

    access = frozenset((site_roles.ORGANISER, site_roles.JUDGE))
    table_class = PresenceTable
    filterset_class = PresenceFilter
    template_name = "competitions/desk/draw_check_in.html"
    table_pagination = {"per_page": 100}

    @cached_property
    def event(self) -> Event:
        event = event_at_desk(self.request, self.kwargs["code"])
        Part(self.request.user, event).can_check_in().or_refuse()
        return event

    @cached_property
    def numbers(self) -> Numbers:
        return Numbers(self.request.user, self.event, L.CONTESTANT)

    @cached_property
    def is_frozen(self) -> bool:
        return Draw.objects.in_force().filter(event=self.event, purpose=Draw.Purpose.STATION).exists()

    @cached_property
    def is_open(self) -> bool:
        return self.event.state in check_in.OPEN_IN and not self.is_frozen

    @cached_property
    def is_late(self) -> bool:
        """Whether whoever is absent may still come: the stations are drawn, the door is open."""
        return self.is_frozen and check_in.late_door_open(self.event, drawn=_stations_drawn(self.event))

    def get_queryset(self) -> Any:
        return self.numbers.codes.filter(entry__state__in=check_in.EXPECTED)

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"numbers": self.numbers, "is_open": self.is_open or self.is_late}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        states = list(self.get_queryset().values_list("entry__state", flat=True))
        closes, minutes = check_in.door(self.event)
        return (
            super().get_context_data(**kwargs)
            | desk_page(self.request, self.event, "draws")
            | {
                "present": states.count(Entry.State.CHECKED_IN),
                "expected": len(states),
                "door_closes": closes,
                "late_minutes": minutes,
                "open": self.is_open,
                "late": self.is_late,
                "frozen": self.is_frozen,
            }
        )


def _at_the_door(request: PersonRequest, code: str, uuid: str) -> tuple[Event, Code, Entry]:
    """The event, the contestant's code and the entry behind it, for who lets people in."""
    event = event_at_desk(request, code)
    check_in.can_check_in(request.user, event).or_refuse()
    found = get_object_or_404(
        Code.objects.visible_to(request.user).select_related("entry__event"),
        event=event,
        uuid=uuid,
        layer=L.CONTESTANT,
        entry__isnull=False,
    )
    assert found.entry is not None
    return event, found, found.entry


@needs(site_roles.ORGANISER, site_roles.JUDGE)
@require_POST
def check_in_one(request: PersonRequest, code: str, uuid: str) -> HttpResponse:
    """One contestant comes, or turns out not to be there."""
    event, found, entry = _at_the_door(request, code, uuid)
    verb = check_in.mark_absent if request.POST.get("to") == "absent" else check_in.check_in
    try:
        entry = verb(entry=entry, by=request.user)
    except EntryRefused as refusal:
        messages.error(request, f"{found.number}{colon()}{refusal}")
    else:
        messages.success(request, f"{found.number}{colon()}{entry.get_state_display()}")
    back, query = reverse("desk:check_in", args=(event.code,)), request.POST.get("query", "")
    return redirect(f"{back}?{query}" if query else back)


def _stations_drawn(event: Event) -> bool:
    return Draw.objects.filter(event=event, purpose=Draw.Purpose.STATION, state=Draw.State.DRAWN).exists()


@needs(site_roles.ORGANISER, site_roles.JUDGE)
@never_cache
def check_in_late(request: PersonRequest, code: str, uuid: str) -> HttpResponse:
    """Somebody came after the stations were drawn, before the door closed: a reason, and a place that is left."""
    event, found, entry = _at_the_door(request, code, uuid)
    form = LateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            check_in.admit_late(entry=entry, reason=form.cleaned_data["reason"], by=request.user)
        except EntryRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            # The station itself is told by its list, to whoever may see that layer.
            messages.success(
                request, _("%(number)s is admitted and has a station.") % {"number": found.number}
            )
            return redirect("desk:check_in", event.code)
    context = desk_page(request, event, "draws") | {"form": form, "number": found.number}
    return render(
        request, "competitions/desk/check_in_late.html", context, status=422 if form.errors else 200
    )


urlpatterns = [
    path("events/<slug:code>/codes/<slug:layer>/", CodeList.as_view(), name="codes"),
    path("events/<slug:code>/codes/<slug:layer>/export/", codes_export, name="codes_export"),
    path("events/<slug:code>/codes/<slug:layer>/print/", codes_print, name="codes_print"),
    path("events/<slug:code>/check-in/", Door.as_view(), name="check_in"),
    path("events/<slug:code>/check-in/<uuid:uuid>/", check_in_one, name="check_in_one"),
    path("events/<slug:code>/check-in/<uuid:uuid>/late/", check_in_late, name="check_in_late"),
]
