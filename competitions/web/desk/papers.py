"""Paper forms at the desk: print them in case the tablets fail, enter them twice, settle what differs."""

from functools import cached_property
from typing import Any
from uuid import UUID

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions.domain import papers as verbs
from competitions.domain.marking import NotMarkedNow, SheetClosed
from competitions.domain.results import NoScheme, scheme_of
from competitions.models import Event, PaperCheck, PaperSheet, Seat, Session, Sheet
from competitions.scoring.scheme import Aspect
from competitions.web.desk.lists import EventDeskList
from competitions.web.desk.nav import desk_page, event_at_desk
from competitions.web.desk.paper_form import blocks, read_filled
from competitions.web.judge.sheet_data import values_text
from craft_site.kit.access import roles as needs
from craft_site.kit.qr import qr_svg
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

WHO = (site_roles.JUDGE, site_roles.ORGANISER, site_roles.REVIEWER)  # who may sit as a recorder
recorders = needs(*WHO)
MOST_FORMS = 300  # in one print


def _event(request: PersonRequest, code: str) -> Event:
    event = event_at_desk(request, code)
    verbs.can_print(request.user, event).or_refuse()
    return event


class PaperFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        field_name="sheet__code__number",
        lookup_expr="icontains",
        label=gettext_lazy("Work or station number"),
    )
    session = django_filters.ModelChoiceFilter(
        field_name="sheet__code__session", queryset=Session.objects.none(), label=gettext_lazy("Session")
    )
    state = django_filters.ChoiceFilter(choices=PaperSheet.State.choices, label=gettext_lazy("State"))

    class Meta:
        model = PaperSheet
        fields = ("q", "session", "state")

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["session"].queryset = event.sessions.all()


class PaperTable(tables.Table):
    code = tables.Column(
        accessor="sheet__code",
        order_by=("sheet__code__number",),
        verbose_name=gettext_lazy("Number"),
        attrs={"td": {"class": "lead"}},
    )
    seat = tables.Column(
        accessor="sheet__seat",
        order_by=("sheet__seat__role", "sheet__seat__place"),
        verbose_name=gettext_lazy("Seat"),
    )
    state = tables.Column(verbose_name=gettext_lazy("State"))
    entered = tables.Column(empty_values=(), orderable=False, verbose_name=gettext_lazy("Entered by"))
    printed_at = tables.DateTimeColumn(verbose_name=gettext_lazy("Printed"), format="Y-m-d H:i")

    class Meta:
        model = PaperSheet
        fields = ("code", "seat", "state", "entered", "printed_at")
        empty_text = gettext_lazy("No form answers this filter.")
        row_attrs = {"class": lambda record: "alert" if record.state == PaperSheet.State.DIFFERS else ""}

    def render_code(self, record: PaperSheet) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("desk:paper", args=(record.uuid,)), record.sheet.code
        )

    def render_entered(self, record: PaperSheet) -> str:
        return " · ".join(str(entry.by) for entry in record.entries.all()) or "–"


class PrintForm(forms.Form):
    """Which sheets get a form."""

    session = forms.ModelChoiceField(
        label=gettext_lazy("Session"),
        queryset=Session.objects.none(),
        required=False,
        empty_label=gettext_lazy("All sessions"),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Seat"),
        required=False,
        choices=[("", gettext_lazy("All judges")), *((role.value, role.label) for role in Seat.MARKING)],
    )
    number = forms.CharField(
        label=gettext_lazy("Work or station number"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Left empty: all of them."),
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = event.sessions.all()  # type: ignore[attr-defined]

    def sheets(self, event: Event) -> "QuerySet[Sheet]":
        found = Sheet.objects.filter(event=event, state__in=Sheet.OPEN, seat__left_at__isnull=True)
        chosen = self.cleaned_data
        if chosen["session"]:
            found = found.filter(code__session=chosen["session"])
        if chosen["role"]:
            found = found.filter(seat__role=chosen["role"])
        if chosen["number"]:
            found = found.filter(code__number__iexact=chosen["number"].strip())
        return found.order_by("code__number", "seat__role", "seat__place")


class Papers(EventDeskList):
    """The forms of an event: which differ, which wait for a second reading; and printing more."""

    access = frozenset(WHO)
    table_class = PaperTable
    filterset_class = PaperFilter
    template_name = "competitions/desk/papers.html"

    @cached_property
    def event(self) -> Event:
        return _event(self.request, self.kwargs["code"])

    def get_queryset(self) -> Any:
        return PaperSheet.objects.for_list().filter(sheet__event=self.event)

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_filterset_kwargs(filterset_class)
        return kwargs | {"event": self.event}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return (
            super().get_context_data(**kwargs)
            | desk_page(self.request, self.event, "papers")
            | {
                "form": PrintForm(event=self.event, auto_id="print_%s"),
                "printable": self.event.state in verbs.USED_IN,
            }
        )


@recorders
@require_POST
def papers_print(request: PersonRequest, code: str) -> HttpResponse:
    """Makes the forms of the chosen sheets and shows them ready to print."""
    event = _event(request, code)
    form = PrintForm(request.POST, event=event)
    if not form.is_valid():
        messages.error(request, _("Choose a session and a seat from the lists."))
        return redirect("desk:papers", code)
    sheets = list(form.sheets(event)[: MOST_FORMS + 1])
    if len(sheets) > MOST_FORMS:
        messages.error(
            request, _("More than %(most)d forms at once: choose a session.") % {"most": MOST_FORMS}
        )
        return redirect("desk:papers", code)
    try:
        found = verbs.print_papers(event=event, sheets=sheets, by=request.user)
    except verbs.PaperRefused as error:
        messages.error(request, str(error))
        return redirect("desk:papers", code)
    if not found:
        messages.warning(request, _("No open sheet answers this choice."))
        return redirect("desk:papers", code)
    return _printed(request, event, found)


@recorders
@never_cache
def paper_print(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One form again."""
    paper, event = _paper(request, uuid)
    verbs.can_print(request.user, event).or_refuse()
    return _printed(request, event, [paper])


def _printed(request: PersonRequest, event: Event, found: list[PaperSheet]) -> HttpResponse:
    known = {aspect.code: aspect for aspect in _scheme_aspects(event)}
    pages = [
        {
            "paper": paper,
            "blocks": blocks(known[code] for code in paper.sheet.aspects if code in known),
            "qr": qr_svg(
                request.build_absolute_uri(reverse("desk:paper", args=(paper.uuid,))),
                label=_("Address of this form"),
            ),
            "short": str(paper.uuid)[:8].upper(),
        }
        for paper in found
    ]
    context = desk_page(request, event, "papers") | {
        "pages": pages,
        "count_text": ngettext("%(count)d form", "%(count)d forms", len(pages)) % {"count": len(pages)},
    }
    return render(request, "competitions/desk/papers_print.html", context)


def _scheme_aspects(event: Event) -> tuple[Aspect, ...]:
    try:
        return tuple(scheme_of(event).scheme.aspects())
    except NoScheme as error:
        raise PermissionDenied(str(error)) from error


def _paper(request: PersonRequest, uuid: UUID) -> tuple[PaperSheet, Event]:
    """A form by the number in its QR code, for those who work on its event; 404 for all others."""
    paper = verbs.paper_of(uuid)
    if paper is None:
        raise Http404
    event = event_at_desk(request, paper.sheet.event.code)
    paper.sheet.event.seats_read = event.seats_read
    verbs.can_print(request.user, event).or_refuse()
    return paper, event


@recorders
@never_cache
def paper(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Where the QR code leads: to type it in, to settle it, or to read what became of it."""
    found, event = _paper(request, uuid)
    state = PaperSheet.State(found.state)
    if state == PaperSheet.State.DIFFERS and verbs.can_settle(request.user, found):
        return _settle(request, found, event)
    if state in (PaperSheet.State.PRINTED, PaperSheet.State.ENTERED_ONCE) and verbs.can_enter(
        request.user, found
    ):
        return _enter(request, found, event)
    return _page(request, found, event, {"next_step": _next_step(request, found)})


def _next_step(request: PersonRequest, found: PaperSheet) -> str:
    if found.state == PaperSheet.State.DIFFERS:
        return str(verbs.can_settle(request.user, found).reason)
    if found.state in (PaperSheet.State.PRINTED, PaperSheet.State.ENTERED_ONCE):
        return str(verbs.can_enter(request.user, found).reason)
    return ""


def _enter(request: PersonRequest, found: PaperSheet, event: Event) -> HttpResponse:
    known = {aspect.code: aspect for aspect in _scheme_aspects(event)}
    aspects = [known[code] for code in found.sheet.aspects if code in known]
    post = request.POST if request.method == "POST" else None
    faults: dict[str, verbs.FieldFault] = {}
    problem = ""
    if post is not None:
        filled = read_filled(aspects, post)
        blank = [aspect.code for aspect in aspects if aspect.code not in filled]
        try:
            if blank and post.get("blank") != "1":
                raise verbs.PaperRefused(
                    _(
                        "Left blank: %(aspects)s. If they stand blank on the paper, say so at the end of the form."
                    )
                    % {"aspects": ", ".join(blank)}
                )
            done = verbs.enter_paper(paper=found, filled=filled, by=request.user)
        except verbs.PaperRefused as error:
            problem, faults = str(error), error.faults
        except (SheetClosed, NotMarkedNow) as error:
            problem = str(error)
        else:
            messages.success(request, _after_entry(done))
            return redirect("desk:papers", event.code)
    context = {
        "blocks": blocks(aspects, post, faults),
        "problem": problem,
        "problems": [
            {"text": f"{code} {fault.message}", "url": f"#f-{code}"} for code, fault in faults.items()
        ],
        "turn": 1 if found.state == PaperSheet.State.PRINTED else 2,
        "blank_said": bool(post and post.get("blank") == "1"),
        "ask_blank": bool(post),
        "mode": "enter",
    }
    return _page(request, found, event, context, status=422 if problem else 200)


def _after_entry(done: PaperSheet) -> str:
    words = {
        PaperSheet.State.ENTERED_ONCE: _("Kept. Somebody else enters the form the second time."),
        PaperSheet.State.DIFFERS: _("Kept. The two readings differ: a third person looks at the paper."),
        PaperSheet.State.AGREED: _("Both readings agree; the marks are on the sheet."),
    }
    return words[PaperSheet.State(done.state)]


def _settle(request: PersonRequest, found: PaperSheet, event: Event) -> HttpResponse:
    known = {aspect.code: aspect for aspect in _scheme_aspects(event)}
    problem, faults = "", {}
    if request.method == "POST":
        holds = {code: request.POST.get(f"{code}:holds", "") for code in found.sheet.aspects}
        try:
            verbs.settle_paper(paper=found, holds={c: h for c, h in holds.items() if h}, by=request.user)
        except verbs.PaperRefused as error:
            problem, faults = str(error), error.faults
        except (SheetClosed, NotMarkedNow) as error:
            problem = str(error)
        else:
            messages.success(request, _("Settled; the marks are on the sheet."))
            return redirect("desk:papers", event.code)
    rows = [
        {
            "aspect": known[one.aspect],
            "block": blocks([known[one.aspect]])[0],
            "fault": faults.get(one.aspect),
            "sides": [
                {
                    "key": side.value,
                    "label": side.label,
                    "text": _read_text(known[one.aspect], one.of(side)),
                    "offered": side != PaperCheck.Holds.TABLET or one.tablet is not None,
                    "checked": request.POST.get(f"{one.aspect}:holds") == side.value,
                }
                for side in PaperCheck.Holds
            ],
        }
        for one in verbs.differences(found)
    ]
    context = {
        "rows": rows,
        "problem": problem,
        "problems": [{"text": f"{code} {f.message}", "url": f"#f-{code}"} for code, f in faults.items()],
        "mode": "settle",
    }
    return _page(request, found, event, context, status=422 if problem else 200)


def _read_text(aspect: Aspect, read: verbs.Read | None) -> str:
    if read is None:
        return _("blank")
    return values_text(aspect, read.values, not_done=read.not_done)


def _page(
    request: PersonRequest, found: PaperSheet, event: Event, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    base = desk_page(request, event, "papers") | {
        "paper": found,
        "short": str(found.uuid)[:8].upper(),
        "entries": list(found.entries.select_related("by")),
        "checks": list(found.checks.select_related("by")),
        "may_void": found.state not in (PaperSheet.State.AGREED, PaperSheet.State.VOID),
    }
    return render(request, "competitions/desk/paper.html", base | context, status=status)


@recorders
@require_POST
def paper_void(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Takes a lost or spoilt form out of use."""
    found, event = _paper(request, uuid)
    try:
        verbs.void_paper(paper=found, reason=request.POST.get("reason", "")[:300], by=request.user)
    except verbs.PaperRefused as error:
        messages.error(request, str(error))
        return redirect("desk:paper", uuid)
    messages.success(request, _("The form is void; the sheet may get another one."))
    return redirect("desk:papers", event.code)


urlpatterns = [
    path("events/<slug:code>/papers/", Papers.as_view(), name="papers"),
    path("events/<slug:code>/papers/print/", papers_print, name="papers_print"),
    path("papers/<uuid:uuid>/", paper, name="paper"),
    path("papers/<uuid:uuid>/print/", paper_print, name="paper_print"),
    path("papers/<uuid:uuid>/void/", paper_void, name="paper_void"),
]
