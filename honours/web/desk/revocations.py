"""Revocations at the desk: asked for on the page of a holder, decided by somebody else, kept for ever."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache

from craft_site.kit.access import roles as needs
from craft_site.kit.lists import DeskList
from craft_site.kit.xlsx_out import Book, Head
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import DateField, posted
from craft_site.people.web.requests import PersonRequest
from honours import roles_after as roles
from honours.domain import revocations
from honours.domain.refusals import HonourRefused
from honours.models import Honour, Revocation
from honours.web.desk.nav import OFFICE, form_page, honours_page
from honours.web.fields import put_refusal

office = needs(*OFFICE)
deciders = needs(site_roles.ORGANISER, site_roles.REVIEWER)
STATE_KIND = {
    Revocation.State.ASKED: "warn",
    Revocation.State.GRANTED: "bad",
    Revocation.State.REFUSED: "good",
}


class RevocationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=gettext_lazy("Holder or title"))
    state = django_filters.ChoiceFilter(choices=Revocation.State.choices, label=gettext_lazy("State"))
    ground = django_filters.ChoiceFilter(choices=Revocation.Ground.choices, label=gettext_lazy("Ground"))

    class Meta:
        model = Revocation
        fields = ("q", "state", "ground")

    def search(self, found: QuerySet[Revocation], name: str, value: str) -> QuerySet[Revocation]:
        title = Q(honour__title__name__icontains=value) | Q(honour__title__name_en__icontains=value)
        return found.filter(Q(honour__holder__name__icontains=value) | title)


class RevocationTable(tables.Table):
    holder = tables.Column(
        verbose_name=pgettext_lazy("honour", "Holder"),
        accessor="honour__holder__name",
        linkify=lambda record: record.get_absolute_url(),
        attrs={"td": {"class": "lead"}},
    )
    title = tables.Column(
        verbose_name=pgettext_lazy("honour", "Title"),
        accessor="honour__title",
        order_by=("honour__title__name",),
    )
    ground = tables.Column(verbose_name=gettext_lazy("Ground"))
    asked_at = tables.DateTimeColumn(verbose_name=gettext_lazy("Asked for on"), format="Y-m-d")
    effective_on = tables.DateColumn(verbose_name=gettext_lazy("With effect from"), format="Y-m-d")
    state = tables.Column(verbose_name=gettext_lazy("State"))

    class Meta:
        model = Revocation
        fields = ("holder", "title", "ground", "asked_at", "effective_on", "state")
        empty_text = gettext_lazy("No revocation answers this filter.")

    def render_state(self, record: Revocation) -> SafeString:
        kind = STATE_KIND[Revocation.State(record.state)]
        return format_html('<span class="tag {}">{}</span>', kind, record.get_state_display())


def _listed() -> Any:
    return Revocation.objects.select_related("honour__title", "honour__holder")


class RevocationList(DeskList):
    access = OFFICE
    table_class = RevocationTable
    filterset_class = RevocationFilter
    template_name = "honours/desk/revocations.html"

    def get_queryset(self) -> Any:
        return _listed()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | honours_page(self.request, "revocations")


HEADS = (
    Head(pgettext_lazy("honour", "Holder")),
    Head(pgettext_lazy("honour", "Title")),
    Head(gettext_lazy("Ground")),
    Head(pgettext_lazy("decree", "Document number")),
    Head(gettext_lazy("Asked for on")),
    Head(gettext_lazy("With effect from")),
    Head(gettext_lazy("State")),
)


@office
def export(request: PersonRequest) -> HttpResponse:
    found = RevocationFilter(request.GET, queryset=_listed())
    if not found.is_valid():
        return redirect(f"{reverse('desk:revocations')}?{request.GET.urlencode()}")
    book = Book()
    rows = [
        [
            one.honour.holder.name,
            str(one.honour.title),
            one.get_ground_display(),
            one.document_no,
            timezone.localdate(one.asked_at),
            one.effective_on,
            one.get_state_display(),
        ]
        for one in found.qs
    ]
    book.add_sheet(_("Revocations"), HEADS, rows)
    return book.response(_("Revocations"))


class AskForm(forms.Form):
    ground = forms.ChoiceField(label=gettext_lazy("Ground"), choices=Revocation.Ground.choices)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Kept sealed: the office reads it, public pages never show it."),
    )
    document_no = forms.CharField(
        label=pgettext_lazy("decree", "Document number"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Of the judgement or the decision of the body that conferred it."),
    )


class DecideForm(forms.Form):
    grant = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("yes", gettext_lazy("Revoke the honour")), ("no", gettext_lazy("The honour stands"))],
        widget=forms.RadioSelect,
    )
    effective_on = DateField(label=gettext_lazy("With effect from"), required=False)
    answer = forms.CharField(label=gettext_lazy("Why it is decided so"), max_length=300)


@deciders
@never_cache
def ask(request: PersonRequest, uuid: str) -> HttpResponse:
    """Asks that this honour be revoked."""
    honour = get_object_or_404(Honour.objects.for_list(), uuid=uuid)
    roles.can_ask_revocation(request.user, honour).or_refuse()
    form = AskForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = revocations.ask(honour=honour, by=request.user, **form.cleaned_data)
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Asked for. A colleague decides; until then nothing changes."))
            return redirect(made)
    return form_page(
        request,
        form,
        section="revocations",
        title=_("Ask for the revocation of “%(honour)s”") % {"honour": honour},
        back=honour.holder.get_absolute_url(),
    )


@office
@never_cache
def revocation(request: PersonRequest, uuid: str) -> HttpResponse:
    """One revocation; who may decides it here."""
    found = get_object_or_404(
        Revocation.objects.select_related(
            "honour__title", "honour__holder__worker", "honour__holder__employer", "asked_by", "decided_by"
        ),
        uuid=uuid,
    )
    waits = found.state == Revocation.State.ASKED
    decision = roles.can_decide_revocation(request.user, found)
    form = DecideForm(posted(request)) if waits and decision else None
    if request.method == "POST":
        decision.or_refuse()
        if form is not None and form.is_valid():
            given = form.cleaned_data
            try:
                revocations.decide(
                    revocation=found,
                    grant=given["grant"] == "yes",
                    effective_on=given["effective_on"],
                    answer=given["answer"],
                    by=request.user,
                )
            except HonourRefused as refused:
                put_refusal(form, refused)
            else:
                messages.success(request, _("Decided. Public pages and benefits follow at once."))
                return redirect(found)
        elif form is None:
            messages.error(request, _("This revocation has been decided."))
            return redirect(found)
    context = honours_page(request, "revocations") | {
        "revocation": found,
        "kind": STATE_KIND[Revocation.State(found.state)],
        "reason": found.reason.reveal(),
        "form": form,
        "why_not": decision.reason if waits and not decision else "",
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "honours/desk/revocation.html", context, status=status)


urlpatterns = [
    path("honours/revocations/", RevocationList.as_view(), name="revocations"),
    path("honours/revocations/export/", export, name="revocations_export"),
    path("honours/held/<uuid:uuid>/revoke/", ask, name="revocation_ask"),
    path("honours/revocations/<uuid:uuid>/", revocation, name="revocation"),
]
