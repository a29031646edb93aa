"""The register at the desk: all honours held, one holder, a new honour, counts without names."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.kit.access import roles as needs
from craft_site.kit.lists import DeskList
from craft_site.people import roles as site_roles
from craft_site.people.models import Trade, Worker
from craft_site.people.web.forms import DateField, EmployerField, numeric, posted
from craft_site.people.web.requests import PersonRequest
from honours import roles
from honours.domain import certificates, register, stories
from honours.domain.refusals import HonourRefused
from honours.models import Holder, Honour, HonourTally, HonourTitle, Kind, Revocation, city_of
from honours.web.desk.honour_tables import HonourFilter, HonourTable, workbook
from honours.web.desk.nav import OFFICE, form_page, honours_page
from honours.web.fields import WorkerField, put_refusal

organiser_only = needs(site_roles.ORGANISER)
office = needs(*OFFICE)
MOST_MEMBERS = 100


class HonourForm(forms.Form):
    """One honour: who, which, when, where it can be read."""

    title = forms.ModelChoiceField(label=pgettext_lazy("honour", "Title"), queryset=HonourTitle.objects.all())
    worker = WorkerField(label=gettext_lazy("Worker of the register"), required=False)
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Of a unit, a team, or a person who is not in the register."),
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("As the document prints it; of a team the unit that it belongs to."),
    )
    employer = EmployerField(label=gettext_lazy("Employer in the register"), required=False)
    trade = forms.ModelChoiceField(label=gettext_lazy("Trade"), queryset=Trade.objects.all(), required=False)
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        required=False,
        min_value=register.EARLIEST,
        max_value=2199,
        widget=numeric(),
        help_text=gettext_lazy("Empty where no source tells it."),
    )
    conferred_on = DateField(label=gettext_lazy("Conferred on"), required=False)
    document_no = forms.CharField(
        label=pgettext_lazy("decree", "Document number"), max_length=60, required=False
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=300,
        help_text=gettext_lazy("Where this can be read: the decree, a newspaper with its date."),
    )
    members = forms.CharField(
        label=gettext_lazy("Leader and members"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Of a unit or a team: one name a line, who leads it first."),
    )
    announced = forms.BooleanField(
        label=gettext_lazy("The document is public and prints the name: public pages may name the holder"),
        required=False,
        initial=True,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        worker = given.get("worker")
        if not given.get("name") and worker is not None:
            given["name"] = worker.name
        if worker is not None and given["name"] != worker.name:
            self.add_error("name", _("The worker has another name. Leave one of the two empty."))
        if not given.get("name") and "worker" not in self.errors:
            self.add_error("name", _("Enter who holds the honour."))
        return given

    def held(self) -> register.Held:
        given = dict(self.cleaned_data)
        given.pop("announced")
        names = [line.strip() for line in given.pop("members").splitlines() if line.strip()]
        members = [register.Member(name[:50], leads=n == 0) for n, name in enumerate(names[:MOST_MEMBERS])]
        return register.Held(**given, members=members)


class HonourList(DeskList):
    """Every honour, revoked ones too."""

    access = OFFICE
    table_class = HonourTable
    filterset_class = HonourFilter
    template_name = "honours/desk/honours.html"

    def get_queryset(self) -> Any:
        return Honour.objects.for_list()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_keep = bool(roles.can_keep_register(self.request.user))
        context = super().get_context_data(**kwargs)
        return context | honours_page(self.request, "honours") | {"may_keep": may_keep}


@office
def export(request: PersonRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    found = HonourFilter(request.GET, queryset=Honour.objects.for_list())
    if not found.is_valid():
        return redirect(f"{reverse('desk:honours')}?{request.GET.urlencode()}")
    return workbook(found.qs).response(_("Honours held"))


@organiser_only
@never_cache
def new(request: PersonRequest) -> HttpResponse:
    form = HonourForm(posted(request))
    form.fields["worker"].among = Worker.objects.visible_to(request.user)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            made = register.enter(held=form.held(), by=request.user, announced=form.cleaned_data["announced"])
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The honour is in the register."))
            return redirect(made.holder)
    return form_page(
        request, form, section="honours", title=_("Enter an honour"), back=reverse("desk:honours")
    )


@office
@never_cache
def holder(request: PersonRequest, uuid: str) -> HttpResponse:
    """One holder with all honours, members, and what is public."""
    found = get_object_or_404(Holder.objects.select_related("worker", "employer", "trade"), uuid=uuid)
    honours = list(Honour.objects.filter(holder=found).for_list().prefetch_related("members"))
    issued = certificates.by_source(honours)
    consents = list(found.story_consents.select_related("withdrawn_by"))  # type: ignore[attr-defined]
    context = honours_page(request, "honours") | {
        "holder": found,
        "honours": [(honour, issued.get(honour.record_source)) for honour in honours],
        "is_certifiable": found.worker_id is not None or found.kind != Kind.PERSON,
        "is_person": found.kind == Kind.PERSON,
        "may_keep": bool(roles.can_keep_register(request.user)),
        "may_revoke": request.user.has_role(site_roles.ORGANISER) or city_of(request.user),
        "revocations": Revocation.objects.filter(honour__holder=found).select_related("honour__title"),
        "consents": consents,
        "has_consent": any(one.is_in_force for one in consents),
        "stories": stories.stories_of(found),
    }
    return render(request, "honours/desk/holder.html", context)


@organiser_only
@require_POST
def name_holder(request: PersonRequest, uuid: str) -> HttpResponse:
    """Names the holder in public, or takes the name off."""
    found = get_object_or_404(Holder, uuid=uuid)
    try:
        register.name_in_public(holder=found, named=request.POST.get("named") == "yes", by=request.user)
    except HonourRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Public pages follow at once."))
    return redirect(found)


class TallyForm(forms.Form):
    title = forms.ModelChoiceField(label=pgettext_lazy("honour", "Title"), queryset=HonourTitle.objects.all())
    year = forms.IntegerField(label=gettext_lazy("Year"), widget=numeric())
    period = forms.CharField(
        label=gettext_lazy("Period"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Where it is not the year: 2022-2023."),
    )
    count = forms.IntegerField(label=gettext_lazy("How many"), max_value=1_000_000, widget=numeric())
    source = forms.CharField(label=gettext_lazy("Source"), max_length=300)
    quote = forms.CharField(label=gettext_lazy("The sentence that says it"), max_length=300, required=False)


@office
@never_cache
def tallies(request: PersonRequest) -> HttpResponse:
    """How many a source counts, by year and title."""
    context = honours_page(request, "tallies") | {
        "tallies": HonourTally.objects.select_related("title"),
        "may_keep": bool(roles.can_keep_register(request.user)),
    }
    return render(request, "honours/desk/tallies.html", context)


@organiser_only
@never_cache
def tally_new(request: PersonRequest) -> HttpResponse:
    """Enters a count, or corrects the one of the same title and year."""
    form = TallyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            register.tally(**form.cleaned_data, by=request.user)
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The count is kept."))
            return redirect("desk:tallies")
    return form_page(request, form, section="tallies", title=_("Enter a count"), back=reverse("desk:tallies"))


urlpatterns = [
    path("honours/held/", HonourList.as_view(), name="honours"),
    path("honours/held/export/", export, name="honours_export"),
    path("honours/held/new/", new, name="honour_new"),
    path("honours/holders/<uuid:uuid>/", holder, name="holder"),
    path("honours/holders/<uuid:uuid>/named/", name_holder, name="holder_named"),
    path("honours/counts/", tallies, name="tallies"),
    path("honours/counts/new/", tally_new, name="tally_new"),
]
