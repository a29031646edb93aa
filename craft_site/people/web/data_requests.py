"""Requests about personal data at the desk: the list, one request with what must be kept, answer and decision."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache

from craft_site.kit.access import roles as needs
from craft_site.kit.lists import DeskList, day_cell
from craft_site.people import keeping, permissions
from craft_site.people.domain import data_requests
from craft_site.people.domain.data_requests import DataRefused
from craft_site.people.models import DataRequest, Erasure
from craft_site.people.web.forms import posted
from craft_site.people.web.my_data import STATE_KIND
from craft_site.people.web.requests import PersonRequest

office = needs(*permissions.AT_THE_DESK)
K, S = DataRequest.Kind, DataRequest.State


class AnswerForm(forms.Form):
    """What the office answers; the person reads the words."""

    grant = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        choices=[("yes", gettext_lazy("Do as asked")), ("no", gettext_lazy("Refuse"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=data_requests.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "The person reads it. What was corrected, or why not, and until when something is kept."
        ),
    )


class RequestFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=K.choices, label=gettext_lazy("Kind"))
    state = django_filters.ChoiceFilter(
        choices=[("open", pgettext_lazy("data request", "Open")), *S.choices],
        method="in_state",
        label=gettext_lazy("State"),
    )

    class Meta:
        model = DataRequest
        fields = ("kind", "state")

    def in_state(self, rows: "QuerySet[DataRequest]", name: str, value: str) -> "QuerySet[DataRequest]":
        return rows.filter(state__in=DataRequest.OPEN) if value == "open" else rows.filter(state=value)


class RequestTable(tables.Table):
    worker = tables.Column(
        verbose_name=gettext_lazy("Person"),
        accessor="worker__name",
        linkify=lambda record: record.get_absolute_url(),
        attrs={"td": {"class": "lead"}},
    )
    kind = tables.Column(verbose_name=gettext_lazy("Kind"))
    asked_at = tables.Column(verbose_name=gettext_lazy("Asked"))
    due_on = tables.Column(verbose_name=gettext_lazy("Answer by"))
    state = tables.Column(verbose_name=gettext_lazy("State"))

    class Meta:
        model = DataRequest
        fields = ("worker", "kind", "asked_at", "due_on", "state")
        empty_text = gettext_lazy("Nobody has asked for anything about their data.")

    def render_asked_at(self, record: DataRequest) -> Any:
        return day_cell(record.asked_at)

    def render_due_on(self, record: DataRequest) -> Any:
        return day_cell(record.due_on)

    def render_state(self, record: DataRequest) -> SafeString:
        kind = "bad" if record.is_late else STATE_KIND[S(record.state)]
        return format_html('<span class="tag {}">{}</span>', kind, record.get_state_display())


class RequestList(DeskList):
    """Everything that people asked about their own data, the newest first."""

    access = permissions.AT_THE_DESK
    table_class = RequestTable
    filterset_class = RequestFilter
    template_name = "people/data_requests.html"

    def get_queryset(self) -> Any:
        return DataRequest.objects.for_desk()


@office
@never_cache
def data_request(request: PersonRequest, uuid: str) -> HttpResponse:
    """One request: what is asked, what must be kept, the answer, the second person."""
    found = get_object_or_404(DataRequest.objects.for_desk(), uuid=uuid)
    answers = found.state == S.ASKED and bool(permissions.can_answer_data(request.user, found))
    form = AnswerForm(posted(request) if "answer" in request.POST else None) if answers else None
    if request.method == "POST":
        try:
            if done := _act(request, found, form):
                messages.success(request, done)
                return redirect(found)
        except DataRefused as refused:
            if form is not None and form.is_bound:
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            else:
                messages.error(request, str(refused))
                return redirect(found)
    decides = permissions.can_decide_data(request.user, found)
    waits = found.state == S.PROPOSED
    context = {
        "found": found,
        "kind": STATE_KIND[S(found.state)],
        "text": found.text.reveal() if found.text else "",
        "answer": found.answer.reveal() if found.answer else "",
        "holds": keeping.holds(found.worker)
        if found.kind == K.DELETION and found.state in found.OPEN
        else [],
        "form": form,
        "may_decide": waits and bool(decides),
        "why_not": "" if decides or not waits else decides.reason,
        "stone": Erasure.objects.filter(request=found).first(),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "people/data_request.html", context, status=status)


def _act(request: PersonRequest, found: DataRequest, form: AnswerForm | None) -> str:
    """Does what was sent and says what was done; nothing when the form is wrong."""
    if (decision := request.POST.get("decision")) in ("agree", "back"):
        title = _("Deletion of somebody's data")
        back_to = found.get_absolute_url()
        agree = decision == "agree"
        data_requests.decide(request=found, agree=agree, by=request.user, title=title, back_to=back_to)
        return _("Decided.") if agree else _("It is back at the office.")
    if form is None or not form.is_valid():
        if form is None:
            raise DataRefused(_("This has been decided already."))
        return ""
    grant = form.cleaned_data["grant"] == "yes"
    data_requests.answer(request=found, grant=grant, answer=form.cleaned_data["answer"], by=request.user)
    return (
        _("A second person decides now.") if found.kind == K.DELETION else _("The person reads your answer.")
    )


def desk_top(request: HttpRequest) -> list[dict[str, Any]]:
    """The room in the bar on top, for whoever may enter. No query beyond the person's roles."""
    user = request.user
    if not user.is_authenticated or not user.has_role(*permissions.AT_THE_DESK):
        return []
    url = reverse("desk:data_requests")
    return [{"title": _("Requests about personal data"), "url": url, "current": request.path.startswith(url)}]


def desk_waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """Requests that wait, as a row of the desk's first page. One query."""
    user = request.user
    if not user.is_authenticated or not user.has_role(*permissions.AT_THE_DESK):
        return []
    waiting = DataRequest.objects.filter(state__in=(S.ASKED, S.PROPOSED)).exclude(worker__user=user)
    count = waiting.exclude(state=S.PROPOSED, first_by=user).count()
    if not count:
        return []
    return [
        {
            "title": _("Requests about personal data"),
            "count": count,
            "kind": "warn",
            "url": f"{reverse('desk:data_requests')}?state=open",
            "note": "",
            "place": "",
        }
    ]


urlpatterns = [
    path("data-requests/", RequestList.as_view(), name="data_requests"),
    path("data-requests/<uuid:uuid>/", data_request, name="data_request"),
]
