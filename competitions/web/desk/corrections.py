"""Correction orders at the desk: the list, asking for one, reading exactly what it changes, deciding on it."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import corrections
from competitions.models import CorrectionOrder, Event
from competitions.web.desk.correction_forms import AnswerForm
from competitions.web.desk.correction_requests import (
    correction_amend,
    correction_component,
    correction_mark,
    correction_penalty,
)
from competitions.web.desk.correction_words import Words, effect_words
from competitions.web.desk.lists import EventDeskList
from competitions.web.desk.nav import desk_page, event_at_desk
from craft_site.kit.access import roles as needs
from craft_site.kit.private_files import private_response
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

READERS = (site_roles.ORGANISER, site_roles.JUDGE, site_roles.SUPERVISOR)
readers = needs(*READERS)
officials = needs(site_roles.JUDGE, site_roles.SUPERVISOR)


class CorrectionFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=CorrectionOrder.State.choices, label=gettext_lazy("State"))
    kind = django_filters.ChoiceFilter(choices=CorrectionOrder.Kind.choices, label=gettext_lazy("Kind"))

    class Meta:
        model = CorrectionOrder
        fields = ("state", "kind")


class CorrectionTable(tables.Table):
    number = tables.Column(verbose_name=gettext_lazy("No."), attrs={"td": {"class": "lead"}})
    where = tables.Column(empty_values=(), orderable=False, verbose_name=gettext_lazy("Number"))
    what = tables.Column(empty_values=(), orderable=False, verbose_name=gettext_lazy("What"))
    change = tables.Column(empty_values=(), orderable=False, verbose_name=gettext_lazy("Change"))
    reason = tables.Column(verbose_name=gettext_lazy("What was wrong"), orderable=False)
    state = tables.Column(verbose_name=gettext_lazy("State"))
    requested_at = tables.Column(verbose_name=gettext_lazy("Asked for"))

    class Meta:
        model = CorrectionOrder
        fields = ("number", "where", "what", "change", "reason", "state", "requested_at")
        empty_text = gettext_lazy("Nobody has asked for a correction.")
        row_attrs = {"class": lambda record: "alert" if record.state == "requested" else ""}

    def __init__(self, *args: Any, words: Words, **kwargs: Any) -> None:
        self.words = words
        super().__init__(*args, **kwargs)

    def render_number(self, record: CorrectionOrder) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), record.label)

    def render_where(self, record: CorrectionOrder) -> str:
        return self.words.of(record)["where"]

    def render_what(self, record: CorrectionOrder) -> str:
        return self.words.of(record)["what"]

    def render_change(self, record: CorrectionOrder) -> SafeString:
        said = self.words.of(record)
        return format_html('<span class="old">{}</span> → {}', said["before"], said["after"])


class Corrections(EventDeskList):
    """The orders of an event, those that wait first in the eye."""

    access = frozenset(READERS)
    table_class = CorrectionTable
    filterset_class = CorrectionFilter
    template_name = "competitions/desk/corrections.html"

    def get_queryset(self) -> Any:
        roles.can_see_corrections(self.request.user, self.event).or_refuse()
        return CorrectionOrder.objects.visible_to(self.request.user).filter(event=self.event).for_list()

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"words": Words(self.event)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, event = self.request.user, self.event
        return (
            super().get_context_data(**kwargs)
            | desk_page(self.request, event, "corrections")
            | {
                "may_ask": bool(roles.can_chair(user, event)) and event.state in corrections.ORDERED_IN,
                "early": event.state not in corrections.ORDERED_IN,
            }
        )


def _order(request: PersonRequest, event: Event, number: int) -> CorrectionOrder:
    found = get_object_or_404(
        CorrectionOrder.objects.visible_to(request.user).for_list().select_related("evidence"),
        event=event,
        number=number,
    )
    found.event = event
    return found


@readers
@never_cache
def correction(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """One order: what it changes, what follows in the ranking, the hash that an approval binds to."""
    event = event_at_desk(request, code)
    return _page(request, event, _order(request, event, number))


def _page(
    request: PersonRequest, event: Event, order: CorrectionOrder, form: AnswerForm | None = None
) -> HttpResponse:
    words = Words(event)
    waits = order.state == CorrectionOrder.State.REQUESTED
    own = order.requested_by_id == request.user.pk
    context = desk_page(request, event, "corrections") | {
        "order": order,
        "said": words.of(order),
        "effect": effect_words(order, words) if waits else None,
        "by_work": not event.is_decoded,
        "may_decide": waits and not own and bool(roles.can_supervise(request.user, event)),
        "may_withdraw": waits and own,
        "may_amend": waits and own and order.kind != CorrectionOrder.Kind.PENALTY,
        "form": form or AnswerForm(),
    }
    return render(request, "competitions/desk/correction.html", context, status=422 if form else 200)


@officials
@require_POST
def correction_decide(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """A supervisor approves what was read, or refuses; whoever asked withdraws."""
    event = event_at_desk(request, code)
    order = _order(request, event, number)
    action = request.POST.get("action", "")
    try:
        if action == "approve":
            corrections.approve(
                order=order, payload_hash=request.POST.get("payload_hash", ""), by=request.user
            )
            messages.success(request, _("%(order)s is approved and carried out.") % {"order": order.label})
        elif action in ("refuse", "withdraw"):
            form = AnswerForm(request.POST)
            if not form.is_valid():
                return _page(request, event, order, form)
            verb = corrections.refuse if action == "refuse" else corrections.withdraw
            verb(order=order, answer=form.cleaned_data["answer"], by=request.user)
            messages.success(request, _("Recorded."))
    except corrections.CorrectionRefused as refused:
        messages.error(request, str(refused))
    return redirect("desk:correction", code, number)


@readers
@never_cache
def correction_evidence(request: PersonRequest, code: str, number: int) -> FileResponse:
    """The scan of the original, for whoever may read the order."""
    order = _order(request, event_at_desk(request, code), number)
    file = order.evidence
    if file is None:
        raise Http404
    return private_response(
        file.name, content_type=file.content_type, filename=f"{order.label}-evidence", inline=True
    )


urlpatterns = [
    path("events/<slug:code>/corrections/", Corrections.as_view(), name="corrections"),
    path("events/<slug:code>/corrections/aspect/", correction_mark, name="correction_mark"),
    path("events/<slug:code>/corrections/component/", correction_component, name="correction_component"),
    path("events/<slug:code>/corrections/penalty/", correction_penalty, name="correction_penalty"),
    path("events/<slug:code>/corrections/<int:number>/", correction, name="correction"),
    path("events/<slug:code>/corrections/<int:number>/decide/", correction_decide, name="correction_decide"),
    path("events/<slug:code>/corrections/<int:number>/amend/", correction_amend, name="correction_amend"),
    path(
        "events/<slug:code>/corrections/<int:number>/evidence/",
        correction_evidence,
        name="correction_evidence",
    ),
]
