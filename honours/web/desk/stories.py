"""Consents to stories at the desk: the list, a new one with its signed paper, and its withdrawal."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache

from craft_site.kit.access import roles as needs
from craft_site.kit.lists import DeskList, day_cell
from craft_site.kit.private_files import private_response
from craft_site.kit.uploads import SCAN
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import CleanFileField, DateField, posted
from craft_site.people.web.requests import PersonRequest
from honours.domain import stories
from honours.domain.refusals import HonourRefused
from honours.models import Holder, Kind, StoryConsent
from honours.web.desk.nav import OFFICE, form_page, honours_page
from honours.web.fields import put_refusal

organiser_only = needs(site_roles.ORGANISER)
office = needs(*OFFICE)
STATES = (
    ("in_force", pgettext_lazy("consent", "In force")),
    ("withdrawn", pgettext_lazy("consent", "Withdrawn")),
)


class ConsentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=pgettext_lazy("honour", "Holder"))
    state = django_filters.ChoiceFilter(method="standing", choices=STATES, label=gettext_lazy("State"))
    scope = django_filters.ChoiceFilter(choices=StoryConsent.Scope.choices, label=gettext_lazy("Covers"))

    class Meta:
        model = StoryConsent
        fields = ("q", "state", "scope")

    def search(self, found: QuerySet[StoryConsent], name: str, value: str) -> QuerySet[StoryConsent]:
        return found.filter(Q(holder__name__icontains=value) | Q(holder__unit__icontains=value))

    def standing(self, found: QuerySet[StoryConsent], name: str, value: str) -> QuerySet[StoryConsent]:
        return found.filter(withdrawn_at__isnull=value == "in_force")


class ConsentTable(tables.Table):
    holder = tables.Column(
        verbose_name=pgettext_lazy("honour", "Holder"),
        order_by=("holder__name",),
        linkify=lambda record: record.holder.get_absolute_url(),
        attrs={"td": {"class": "lead"}},
    )
    basis = tables.Column(verbose_name=gettext_lazy("Rests on"))
    scope = tables.Column(verbose_name=gettext_lazy("Covers"))
    given_on = tables.Column(verbose_name=gettext_lazy("Given on"))
    # An empty cell would show a dash: what is not withdrawn is in force.
    state = tables.Column(verbose_name=gettext_lazy("State"), accessor="withdrawn_at", empty_values=())

    class Meta:
        model = StoryConsent
        fields = ("holder", "basis", "scope", "given_on", "state")
        empty_text = gettext_lazy("No consent to a story answers this filter.")

    def render_given_on(self, record: StoryConsent) -> SafeString | str:
        return day_cell(record.given_on)

    def render_state(self, record: StoryConsent) -> SafeString:
        kind, key = ("good", "in_force") if record.is_in_force else ("bad", "withdrawn")
        return format_html('<span class="tag {}">{}</span>', kind, dict(STATES)[key])


class ConsentList(DeskList):
    access = OFFICE
    table_class = ConsentTable
    filterset_class = ConsentFilter
    template_name = "honours/desk/story_consents.html"

    def get_queryset(self) -> Any:
        return StoryConsent.objects.select_related("holder")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | honours_page(self.request, "stories")


class ConsentForm(forms.Form):
    """What was signed on paper; or which report prints everything."""

    basis = forms.ChoiceField(
        label=gettext_lazy("The story rests on"),
        choices=StoryConsent.Basis.choices,
        initial=StoryConsent.Basis.AGREED,
        widget=forms.RadioSelect,
    )
    giver = forms.ChoiceField(
        label=gettext_lazy("Consent given by"),
        required=False,
        choices=[("", "–"), *StoryConsent.Giver.choices],
        help_text=gettext_lazy("The next of kin where the person is dead or cannot consent."),
    )
    given_by = forms.CharField(label=gettext_lazy("Name of who gave it"), required=False, max_length=80)
    given_on = DateField(label=gettext_lazy("Day of the consent or of the report"))
    scope = forms.ChoiceField(
        label=gettext_lazy("Covers"), choices=StoryConsent.Scope.choices, widget=forms.RadioSelect
    )
    source = forms.CharField(
        label=gettext_lazy("Report"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Name and day of a public report that prints everything the story says."),
    )
    paper = CleanFileField(label=gettext_lazy("Signed paper"), policy=SCAN, required=False)

    def given(self) -> stories.Given:
        values = {name: value for name, value in self.cleaned_data.items() if name != "paper"}
        return stories.Given(**values)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kept sealed: the office reads it, public pages never show it."),
    )


def _holder(uuid: str) -> Holder:
    found: Holder = get_object_or_404(Holder.objects.select_related("worker"), uuid=uuid)
    return found


@organiser_only
@never_cache
def consent_new(request: PersonRequest, uuid: str) -> HttpResponse:
    """Writes down a consent, with the signed paper where there is one."""
    holder = _holder(uuid)
    giver = StoryConsent.Giver.SELF if holder.kind == Kind.PERSON else StoryConsent.Giver.UNIT
    initial = {"giver": giver, "given_by": holder.name, "scope": StoryConsent.Scope.WORDS}
    form = ConsentForm(posted(request), request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            stories.write_down(
                holder=holder, given=form.given(), paper=form.cleaned_data["paper"], by=request.user
            )
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The consent is written down. Editors can publish the story now."))
            return redirect(holder)
    return form_page(
        request,
        form,
        section="stories",
        title=_("Consent to a story: %(name)s") % {"name": holder.name},
        back=holder.get_absolute_url(),
    )


@organiser_only
@never_cache
def consent_withdraw(request: PersonRequest, uuid: str) -> HttpResponse:
    """Withdraws a consent for the person who asks for it; the pages leave the site at once."""
    found = get_object_or_404(StoryConsent.objects.select_related("holder__worker"), uuid=uuid)
    form = WithdrawForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            stories.withdraw_consent(consent=found, by=request.user, reason=form.cleaned_data["reason"])
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The consent is withdrawn. The stories have left the public pages."))
            return redirect(found.holder)
    told = [page.title for page in stories.stories_of(found.holder) if page.live]
    intro = _("Leaves the public pages at once: %(titles)s") % {"titles": " · ".join(told)} if told else ""
    return form_page(
        request,
        form,
        section="stories",
        title=_("Withdraw the consent of %(name)s") % {"name": found.holder.name},
        back=found.holder.get_absolute_url(),
        submit=_("Withdraw the consent"),
        intro=intro,
    )


@office
@never_cache
def consent_paper(request: PersonRequest, uuid: str) -> FileResponse:
    """The signed paper, for the office."""
    found = get_object_or_404(StoryConsent.objects.select_related("paper"), uuid=uuid, paper__isnull=False)
    assert found.paper is not None
    return private_response(
        found.paper.name,
        content_type=found.paper.content_type,
        filename=f"consent-{found.uuid.hex[:8]}",
        inline=True,
    )


urlpatterns = [
    path("honours/stories/", ConsentList.as_view(), name="story_consents"),
    path("honours/stories/<uuid:uuid>/new/", consent_new, name="story_consent_new"),
    path("honours/stories/<uuid:uuid>/withdraw/", consent_withdraw, name="story_consent_withdraw"),
    path("honours/stories/<uuid:uuid>/paper/", consent_paper, name="story_consent_paper"),
]
