"""Speakers and their groups at the desk: letters of appointment, terms, how often each has spoken."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.kit.access import roles as needs
from craft_site.kit.lists import DeskList, days_cell
from craft_site.people import roles as site_roles
from craft_site.people.models import Worker
from craft_site.people.web.forms import DateField, posted
from craft_site.people.web.requests import PersonRequest
from honours import roles_outreach as roles
from honours.domain import speakers
from honours.domain.refusals import HonourRefused
from honours.models import Speaker, SpeakerGroup, Talk
from honours.web.desk.nav import OFFICE, form_page, honours_page
from honours.web.fields import WorkerField, put_refusal

office = needs(*OFFICE)
organiser_only = needs(site_roles.ORGANISER)


class SpeakerFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=gettext_lazy("Name or letter of appointment"))
    group = django_filters.ModelChoiceFilter(
        queryset=SpeakerGroup.objects.all(), label=gettext_lazy("Speakers' group")
    )
    now = django_filters.ChoiceFilter(
        method="in_term",
        choices=[
            ("yes", gettext_lazy("Appointed now")),
            ("no", pgettext_lazy("term of a speaker", "Not now")),
        ],
        label=gettext_lazy("Term"),
        empty_label=gettext_lazy("All"),
    )

    class Meta:
        model = Speaker
        fields = ("q", "group", "now")

    def search(self, found: QuerySet[Speaker], name: str, value: str) -> QuerySet[Speaker]:
        return found.filter(Q(name__icontains=value) | Q(letter_no__icontains=value))

    def in_term(self, found: QuerySet[Speaker], name: str, value: str) -> QuerySet[Speaker]:
        now = Q(pk__in=Speaker.objects.on(timezone.localdate()).values("pk"))
        return found.filter(now if value == "yes" else ~now)


class SpeakerTable(tables.Table):
    name = tables.Column(verbose_name=gettext_lazy("Name"), linkify=True, attrs={"td": {"class": "lead"}})
    group = tables.Column(verbose_name=gettext_lazy("Speakers' group"), order_by=("group__name",))
    letter_no = tables.Column(verbose_name=gettext_lazy("Letter of appointment"))
    since = tables.Column(verbose_name=gettext_lazy("Term"))
    held = tables.Column(
        verbose_name=pgettext_lazy("speakers' group", "Talks"), attrs={"td": {"class": "num"}}
    )

    class Meta:
        model = Speaker
        fields = ("name", "group", "letter_no", "since", "held")
        empty_text = gettext_lazy("No speaker answers this filter.")

    def render_since(self, record: Speaker) -> SafeString | str:
        return days_cell(record.since, record.until)


class SpeakerList(DeskList):
    access = OFFICE
    table_class = SpeakerTable
    filterset_class = SpeakerFilter
    template_name = "honours/desk/speakers.html"

    def get_queryset(self) -> Any:
        held = Count("talks", filter=Q(talks__state=Talk.State.HELD))
        return Speaker.objects.for_list().annotate(held=held).order_by("group__name", "name", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = honours_page(self.request, "speakers") | {  # type: ignore[arg-type]
            "may_keep": bool(roles.can_keep_talks(self.request.user))
        }
        return super().get_context_data(**kwargs) | more


class SpeakerForm(forms.Form):
    group = forms.ModelChoiceField(
        label=gettext_lazy("Speakers' group"),
        queryset=SpeakerGroup.objects.all(),
        required=False,
        empty_label=gettext_lazy("A new one"),
    )
    new_group = forms.CharField(label=gettext_lazy("Name of a new group"), max_length=80, required=False)
    worker = WorkerField(label=gettext_lazy("Worker"), required=False)
    name = forms.CharField(
        label=gettext_lazy("Name of somebody who is not in the register"), max_length=50, required=False
    )
    letter_no = forms.CharField(label=gettext_lazy("Letter of appointment, number"), max_length=40)
    since = DateField(label=gettext_lazy("Since"))
    until = DateField(label=gettext_lazy("Until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worker"].among = Worker.objects.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("group") and not cleaned.get("new_group", "").strip():
            self.add_error("group", _("Choose a group, or name a new one."))
        return cleaned


class TermForm(forms.Form):
    until = DateField(
        label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty: without an end.")
    )


@organiser_only
@never_cache
def new(request: PersonRequest) -> HttpResponse:
    """Appoints somebody, in a group that there is or a new one."""
    form = SpeakerForm(posted(request), initial={"since": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = speakers.appoint(
                group=given["group"],
                new_group=given["new_group"],
                worker=given["worker"],
                name=given["name"],
                letter_no=given["letter_no"],
                since=given["since"],
                until=given["until"],
                by=request.user,
            )
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("%(name)s is appointed.") % {"name": made})
            return redirect("desk:speakers")
    title = _("Appoint a speaker")
    return form_page(request, form, section="speakers", title=title, back=reverse("desk:speakers"))


@office
@never_cache
def speaker(request: PersonRequest, uuid: str) -> HttpResponse:
    """One speaker: the letter, the term, the talks. The organiser prolongs or ends the term."""
    found = get_object_or_404(Speaker.objects.for_list(), uuid=uuid)
    keeps = bool(roles.can_keep_talks(request.user))
    if request.method == "POST":
        roles.can_keep_talks(request.user).or_refuse()
    form = TermForm(posted(request), initial={"until": found.until})
    if request.method == "POST" and form.is_valid():
        try:
            speakers.set_term(speaker=found, until=form.cleaned_data["until"], by=request.user)
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The term is kept."))
            return redirect(found)
    context = honours_page(request, "speakers") | {
        "speaker": found,
        "talks": list(found.talks.held().order_by("-held_on")[:50]),
        "form": form if keeps else None,
        "may_say_named": bool(roles.can_say_named(request.user, found)),
    }
    return render(request, "honours/desk/speaker.html", context, status=422 if form.errors else 200)


@organiser_only
@require_POST
def named(request: PersonRequest, uuid: str) -> HttpResponse:
    """Writes down what somebody without an account said about being named."""
    found = get_object_or_404(Speaker, uuid=uuid)
    speakers.say_named(speaker=found, named=request.POST.get("named") == "yes", by=request.user)
    messages.success(request, _("Public pages follow at once."))
    return redirect(found)


urlpatterns = [
    path("honours/speakers/", SpeakerList.as_view(), name="speakers"),
    path("honours/speakers/new/", new, name="speaker_new"),
    path("honours/speakers/<uuid:uuid>/", speaker, name="speaker"),
    path("honours/speakers/<uuid:uuid>/named/", named, name="speaker_named"),
]
