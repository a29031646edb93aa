"""Benefits and visits at the desk: both lists, the page of one holder's, entering and cancelling."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.kit.access import roles as needs
from craft_site.kit.lists import DeskList
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import DateField, numeric, posted
from craft_site.people.web.requests import PersonRequest
from honours import roles_after as roles
from honours.domain import benefits
from honours.domain.refusals import HonourRefused
from honours.models import Benefit, Holder, HomeVisit
from honours.web.desk.benefit_tables import (
    BenefitFilter,
    BenefitTable,
    VisitFilter,
    VisitTable,
    benefit_book,
    visit_book,
)
from honours.web.desk.nav import CARE, OFFICE, form_page, honours_page
from honours.web.fields import put_refusal

carers = needs(*CARE)
office = needs(*OFFICE)
payers = needs(site_roles.FINANCE, site_roles.ORGANISER)
visitors_only = needs(site_roles.ORGANISER, site_roles.REVIEWER)
SHOWN = 200


class BenefitForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Benefit.Kind.choices)
    year = forms.IntegerField(label=gettext_lazy("Year"), widget=numeric())
    month = forms.IntegerField(
        label=gettext_lazy("Month"),
        required=False,
        widget=numeric(),
        help_text=gettext_lazy("Of a monthly allowance."),
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Amount in yuan"),
        max_digits=9,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    paid_on = DateField(label=gettext_lazy("Paid on"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)


class VisitForm(forms.Form):
    occasion = forms.ChoiceField(label=pgettext_lazy("visit", "Occasion"), choices=HomeVisit.Occasion.choices)
    on = DateField(label=gettext_lazy("Day"))
    visitors = forms.CharField(label=gettext_lazy("Who went"), max_length=120)
    needs = forms.CharField(
        label=gettext_lazy("What the person told and needs"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Kept sealed; read by the office alone."),
    )
    follow_up = forms.CharField(label=gettext_lazy("What will be done"), max_length=200, required=False)


def _benefits() -> Any:
    return Benefit.objects.select_related("holder__employer", "honour__title", "made_by")


def _visits() -> Any:
    return HomeVisit.objects.select_related("holder__employer")


class BenefitList(DeskList):
    access = CARE
    table_class = BenefitTable
    filterset_class = BenefitFilter
    template_name = "honours/desk/benefits.html"

    def get_queryset(self) -> Any:
        return _benefits()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also those with an honour that stands, to enter something for."""
        people = benefits.cared_for().select_related("employer").order_by("name", "pk")[:SHOWN]
        context = {
            "people": people,
            "may_pay": bool(roles.can_keep_benefits(self.request.user)),
        }
        return super().get_context_data(**kwargs) | honours_page(self.request, "benefits") | context


class VisitList(DeskList):
    access = OFFICE
    table_class = VisitTable
    filterset_class = VisitFilter
    template_name = "honours/desk/visits.html"

    def get_queryset(self) -> Any:
        return _visits()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also who has not been visited this year."""
        people = list(benefits.cared_for().select_related("employer").order_by("name", "pk")[:SHOWN])
        year = timezone.localdate().year
        waiting = benefits.unvisited([one.pk for one in people], year)
        context = {
            "year": year,
            "unvisited": [one for one in people if one.pk in waiting],
            "may_visit": bool(roles.can_keep_visits(self.request.user)),
        }
        return super().get_context_data(**kwargs) | honours_page(self.request, "home_visits") | context


@carers
def benefits_export(request: PersonRequest) -> HttpResponse:
    found = BenefitFilter(request.GET, queryset=_benefits())
    if not found.is_valid():
        return redirect(f"{reverse('desk:benefits')}?{request.GET.urlencode()}")
    return benefit_book(found.qs).response(_("Benefits"))


@office
def visits_export(request: PersonRequest) -> HttpResponse:
    found = VisitFilter(request.GET, queryset=_visits())
    if not found.is_valid():
        return redirect(f"{reverse('desk:home_visits')}?{request.GET.urlencode()}")
    return visit_book(found.qs).response(_("Visits"))


@carers
@never_cache
def care(request: PersonRequest, uuid: str) -> HttpResponse:
    """What one holder was given, and the visits; what was told there is the office's to read."""
    holder = get_object_or_404(Holder.objects.select_related("employer", "worker"), uuid=uuid)
    in_office = request.user.has_role(*OFFICE)
    visits = list(holder.visits.select_related("made_by")[:SHOWN]) if in_office else []  # type: ignore[attr-defined]
    paid = holder.benefits.select_related("honour__title", "made_by")  # type: ignore[attr-defined]
    highest = benefits.highest(holder)
    context = honours_page(request, "benefits") | {
        "holder": holder,
        "highest": highest,
        "benefits": [
            {
                "row": one,
                "may_cancel": one.cancelled_at is None and bool(roles.can_cancel_benefit(request.user, one)),
            }
            for one in paid[:SHOWN]
        ],
        "visits": [{"row": one, "needs": one.needs.reveal() if one.needs else ""} for one in visits],
        "in_office": in_office,
        "may_pay": highest is not None and bool(roles.can_keep_benefits(request.user)),
        "may_visit": highest is not None and bool(roles.can_keep_visits(request.user)),
    }
    return render(request, "honours/desk/care.html", context)


@payers
@never_cache
def pay(request: PersonRequest, uuid: str) -> HttpResponse:
    """Enters what was paid to this holder."""
    holder = get_object_or_404(Holder, uuid=uuid)
    today = timezone.localdate()
    form = BenefitForm(posted(request), initial={"year": today.year, "paid_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            benefits.pay(holder=holder, by=request.user, **form.cleaned_data)
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The payment is entered."))
            return redirect("desk:care", uuid)
    title = _("Enter a benefit of %(holder)s") % {"holder": holder}
    return form_page(request, form, section="benefits", title=title, back=reverse("desk:care", args=(uuid,)))


@payers
@require_POST
def cancel(request: PersonRequest, uuid: str) -> HttpResponse:
    """Strikes a payment out that was entered wrongly."""
    found = get_object_or_404(Benefit.objects.select_related("holder"), uuid=uuid)
    try:
        benefits.cancel(benefit=found, by=request.user)
    except HonourRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The payment is cancelled; its line stays."))
    return redirect("desk:care", found.holder.uuid)


@visitors_only
@never_cache
def visit(request: PersonRequest, uuid: str) -> HttpResponse:
    """Writes a visit down."""
    holder = get_object_or_404(Holder, uuid=uuid)
    form = VisitForm(posted(request), initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            benefits.visit(holder=holder, by=request.user, **form.cleaned_data)
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The visit is written down."))
            return redirect("desk:care", uuid)
    title = _("Write down a visit to %(holder)s") % {"holder": holder}
    return form_page(
        request, form, section="home_visits", title=title, back=reverse("desk:care", args=(uuid,))
    )


urlpatterns = [
    path("honours/benefits/", BenefitList.as_view(), name="benefits"),
    path("honours/benefits/export/", benefits_export, name="benefits_export"),
    path("honours/benefits/<uuid:uuid>/cancel/", cancel, name="benefit_cancel"),
    path("honours/visits/", VisitList.as_view(), name="home_visits"),
    path("honours/visits/export/", visits_export, name="home_visits_export"),
    path("honours/holders/<uuid:uuid>/care/", care, name="care"),
    path("honours/holders/<uuid:uuid>/benefit/", pay, name="benefit_new"),
    path("honours/holders/<uuid:uuid>/visit/", visit, name="home_visit_new"),
]
