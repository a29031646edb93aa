"""Appeals at the desk: what is due first and in red, the file, and the steps of the two instances."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import appeal_decisions, appeal_effects, appeals
from competitions.models import Appeal, AppealDecision, Event
from competitions.web.desk.lists import EventDeskList
from competitions.web.desk.nav import desk_page, event_at_desk
from competitions.web.me.appeals import STATE_KIND
from craft_site.kit.access import roles as needs
from craft_site.kit.private_files import private_response
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

WHO = (site_roles.ORGANISER, site_roles.REVIEWER, site_roles.JUDGE, site_roles.SUPERVISOR)
may_enter = needs(*WHO)


class AppealTable(tables.Table):
    number = tables.Column(
        verbose_name=gettext_lazy("Number"),
        linkify=lambda record: reverse("desk:appeal", args=(record.event.code, record.uuid)),
        attrs={"td": {"class": "lead"}},
    )
    entry = tables.Column(
        verbose_name=gettext_lazy("Contestant"),
        accessor="entry__contestant_code__number",
        default="–",
        order_by=("entry__contestant_code__number",),
    )
    subject = tables.Column(verbose_name=gettext_lazy("About"))
    filed_at = tables.DateTimeColumn(verbose_name=pgettext_lazy("appeal", "Filed"), format="Y-m-d H:i")
    state = tables.Column(verbose_name=gettext_lazy("State"))
    due = tables.Column(
        verbose_name=gettext_lazy("Answer due"), accessor="due_at", orderable=False, default="–"
    )

    class Meta:
        model = Appeal
        fields = ("number", "entry", "subject", "filed_at", "state", "due")
        empty_text = gettext_lazy("No appeal answers this filter.")
        row_attrs = {"class": lambda record: "alert" if record.is_overdue else None}

    def render_number(self, record: Appeal) -> str:
        return record.label

    def render_state(self, record: Appeal) -> SafeString:
        kind = STATE_KIND[Appeal.State(record.state)]
        return format_html('<span class="tag {}">{}</span>', kind, record.get_state_display())

    def render_due(self, record: Appeal) -> SafeString:
        assert record.due_at is not None
        shown = f"{timezone.localtime(record.due_at):%Y-%m-%d %H:%M}"
        if record.is_overdue:
            return format_html('<span class="tag bad">{} {}</span>', _("overdue"), shown)
        return format_html("{}", shown)


class AppealFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=Appeal.State.choices, label=gettext_lazy("State"))
    subject = django_filters.ChoiceFilter(choices=Appeal.Subject.choices, label=gettext_lazy("About"))

    class Meta:
        model = Appeal
        fields = ("state", "subject")


class AppealList(EventDeskList):
    """The appeals of an event, the newest first, overdue answers in red."""

    access = frozenset(WHO)
    table_class = AppealTable
    filterset_class = AppealFilter
    template_name = "competitions/desk/appeals.html"

    def get_queryset(self) -> Any:
        roles.can_see_appeals(self.request.user, self.event).or_refuse()
        return Appeal.objects.visible_to(self.request.user).filter(event=self.event).for_list()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = Appeal.objects.visible_to(self.request.user).filter(event=self.event)
        return (
            super().get_context_data(**kwargs)
            | desk_page(self.request, self.event, "appeals")
            | {
                "overdue": here.overdue().count(),
            }
        )


class AdmitForm(forms.Form):
    reasons = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed when a late appeal is accepted, or when one is not accepted."),
    )


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[c for c in AppealDecision.Outcome.choices if c[0] != AppealDecision.Outcome.NOT_ADMITTED],
        widget=forms.RadioSelect,
    )
    reasons = forms.CharField(
        label=gettext_lazy("Reasons"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Whoever appealed reads them."),
    )
    public_reason = forms.CharField(
        label=gettext_lazy("Reason as it is published"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Needed when the result changes. It names nobody."),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes credited"),
        required=False,
        min_value=0,
        max_value=720,
        help_text=gettext_lazy("Of a time credit; empty for a replay."),
    )


def _appeal(request: PersonRequest, code: str, uuid: str) -> tuple[Event, Appeal]:
    event = event_at_desk(request, code)
    roles.can_see_appeals(request.user, event).or_refuse()
    found = Appeal.objects.visible_to(request.user).filter(event=event).for_list()
    return event, get_object_or_404(found, uuid=uuid)


@may_enter
@never_cache
def appeal(request: PersonRequest, code: str, uuid: str) -> HttpResponse:
    """The whole file of an appeal and the step that waits for this person."""
    event, found = _appeal(request, code, uuid)
    return _page(request, event, found)


def _page(
    request: PersonRequest, event: Event, found: Appeal, *, form: forms.Form | None = None
) -> HttpResponse:
    instance = 2 if found.state == Appeal.State.SECOND else 1
    may = bool(roles.can_arbitrate(request.user, event, instance))
    state = found.state
    decision = appeal_effects.in_force(found)
    context = desk_page(request, event, "appeals") | {
        "appeal": found,
        "kind": STATE_KIND[Appeal.State(state)],
        "text": found.text.reveal(),
        "second_text": found.second_text.reveal(),
        "files": found.files.select_related("file"),
        "decisions": [
            {"decision": one, "reasons": one.reasons.reveal()}
            for one in found.decisions.select_related("by", "released_in__event", "carried_out_by")
        ],
        "admit_form": form if isinstance(form, AdmitForm) else AdmitForm(),
        "decision_form": form if isinstance(form, DecisionForm) else DecisionForm(),
        "may_admit": may and state == Appeal.State.FILED,
        "may_decide": may and state in (Appeal.State.ADMITTED, Appeal.State.SECOND),
        "to_carry_out": decision is not None
        and decision.outcome in AppealDecision.CHANGES
        and decision.carried_out_at is None,
        "may_carry_out": bool(roles.can_organise(request.user, event)),
        "ground": appeal_effects.ground(found),
        "form": form,
        "now": timezone.now(),
    }
    bad = form is not None and bool(form.errors)
    return render(request, "competitions/desk/appeal.html", context, status=422 if bad else 200)


@may_enter
@require_POST
def appeal_step(request: PersonRequest, code: str, uuid: str) -> HttpResponse:
    """Accept, not accept, decide (in the instance that waits) or carry out."""
    event, found = _appeal(request, code, uuid)
    action = request.POST.get("action", "")
    if action == "decide":
        form: forms.Form = DecisionForm(request.POST)
    elif action in ("admit", "refuse", "carry_out"):
        form = AdmitForm(request.POST)
    else:
        return redirect("desk:appeal", code, uuid)
    if form.is_valid():
        try:
            _do(action, found, form.cleaned_data, request.user)
        except appeals.AppealRefused as refused:
            field = "minutes" if refused.field == "seconds" else refused.field
            form.add_error(field if field in form.fields else None, str(refused))
        except PermissionDenied as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:appeal", code, uuid)
        else:
            messages.success(request, _("Recorded."))
            return redirect("desk:appeal", code, uuid)
    return _page(request, event, found, form=form)


def _do(action: str, found: Appeal, given: dict[str, Any], by: Any) -> None:
    if action == "carry_out":
        appeal_effects.carry_out(appeal=found, by=by)
    elif action == "admit":
        appeal_decisions.admit(appeal=found, reason=given["reasons"], by=by)
    elif action == "refuse":
        appeal_decisions.refuse(appeal=found, reasons=given["reasons"], by=by)
    else:
        verb = (
            appeal_decisions.decide_second if found.state == Appeal.State.SECOND else appeal_decisions.decide
        )
        verb(
            appeal=found,
            outcome=given["outcome"],
            reasons=given["reasons"],
            public_reason=given["public_reason"],
            seconds=60 * (given["minutes"] or 0) if given["outcome"] == AppealDecision.Outcome.TIME else 0,
            by=by,
        )


@may_enter
@never_cache
def appeal_file(request: PersonRequest, code: str, uuid: str, pk: int) -> FileResponse:
    """A piece of evidence, for whoever may read the appeal."""
    _event, found = _appeal(request, code, uuid)
    paper = get_object_or_404(found.files.select_related("file"), pk=pk).file
    return private_response(
        paper.name, content_type=paper.content_type, filename=f"{found}-{paper.uuid.hex[:8]}", inline=True
    )


urlpatterns = [
    path("events/<slug:code>/appeals/", AppealList.as_view(), name="appeals"),
    path("events/<slug:code>/appeals/<uuid:uuid>/", appeal, name="appeal"),
    path("events/<slug:code>/appeals/<uuid:uuid>/step/", appeal_step, name="appeal_step"),
    path("events/<slug:code>/appeals/<uuid:uuid>/files/<int:pk>/", appeal_file, name="appeal_file"),
]
