"""Talks at the desk: the list with filters and workbook, one talk with its next step."""

from collections.abc import Callable, Iterable
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.kit.access import roles as needs
from craft_site.kit.language import listed
from craft_site.kit.lists import DeskList, day_cell
from craft_site.kit.xlsx_out import Book, Head
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import DateField, numeric, posted
from craft_site.people.web.requests import PersonRequest
from honours import roles_outreach as roles
from honours.domain import outreach_pictures, talks
from honours.domain.refusals import HonourRefused
from honours.models import Speaker, SpeakerGroup, Talk
from honours.web import visit_words
from honours.web.desk.nav import OFFICE, form_page, honours_page
from honours.web.fields import put_refusal
from honours.web.steps import take_step

office = needs(*OFFICE)
organiser_only = needs(site_roles.ORGANISER)
T = Talk.State


class TalkFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=gettext_lazy("Topic, host, place or speaker"))
    state = django_filters.ChoiceFilter(
        choices=Talk.State.choices, label=gettext_lazy("State"), empty_label=gettext_lazy("All")
    )
    host_kind = django_filters.ChoiceFilter(
        choices=Talk.Host.choices, label=gettext_lazy("Kind of host"), empty_label=gettext_lazy("All")
    )
    group = django_filters.ModelChoiceFilter(
        method="of_group", queryset=SpeakerGroup.objects.all(), label=gettext_lazy("Speakers' group")
    )
    year = django_filters.NumberFilter(field_name="planned_on__year", label=gettext_lazy("Year"))

    class Meta:
        model = Talk
        fields = ("q", "state", "host_kind", "group", "year")

    def search(self, found: QuerySet[Talk], name: str, value: str) -> QuerySet[Talk]:
        spoken = Talk.objects.filter(speakers__name__icontains=value).values("pk")
        words = Q(topic__icontains=value) | Q(host__icontains=value) | Q(place__icontains=value)
        return found.filter(words | Q(pk__in=spoken))

    def of_group(self, found: QuerySet[Talk], name: str, value: SpeakerGroup) -> QuerySet[Talk]:
        return found.filter(pk__in=Talk.objects.filter(speakers__group=value).values("pk"))


class TalkTable(tables.Table):
    on = tables.Column(verbose_name=gettext_lazy("Day"), order_by=("day",))
    topic = tables.Column(
        verbose_name=pgettext_lazy("talk", "Topic"), linkify=True, attrs={"td": {"class": "lead"}}
    )
    host_kind = tables.Column(verbose_name=gettext_lazy("Kind of host"))
    host = tables.Column(verbose_name=pgettext_lazy("talk", "Host"))
    speakers = tables.Column(verbose_name=gettext_lazy("Speakers"), orderable=False)
    audience = tables.Column(verbose_name=gettext_lazy("People present"), attrs={"td": {"class": "num"}})
    state = tables.Column(verbose_name=gettext_lazy("State"))

    class Meta:
        model = Talk
        fields = ("on", "topic", "host_kind", "host", "speakers", "audience", "state")
        empty_text = gettext_lazy("No talk answers this filter.")

    def render_on(self, record: Talk) -> SafeString | str:
        late = record.state == T.PLANNED and record.planned_on < timezone.localdate()
        if late:
            return format_html(
                '{} <span class="tag warn">{}</span>', day_cell(record.on), _("to be written down")
            )
        return day_cell(record.on)

    def render_speakers(self, record: Talk) -> str:
        return listed(speaker.name for speaker in record.speakers.all())

    def render_audience(self, record: Talk) -> str:
        return str(record.audience) if record.state == T.HELD else "–"

    def render_state(self, record: Talk) -> SafeString:
        kind = visit_words.TALK_KIND[Talk.State(record.state)]
        return format_html('<span class="tag {}">{}</span>', kind, record.get_state_display())


def _listed() -> Any:
    day = Coalesce(F("held_on"), F("planned_on"))
    found: Any = Talk.objects.annotate(day=day)
    return found.with_speakers().order_by("-day", "-pk")


class TalkList(DeskList):
    access = OFFICE
    table_class = TalkTable
    filterset_class = TalkFilter
    template_name = "honours/desk/talks.html"

    def get_queryset(self) -> Any:
        return _listed()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = honours_page(self.request, "talks") | {  # type: ignore[arg-type]
            "may_keep": bool(roles.can_keep_talks(self.request.user))
        }
        return super().get_context_data(**kwargs) | more


HEADS = (
    Head(gettext_lazy("Day")),
    Head(pgettext_lazy("talk", "Topic")),
    Head(gettext_lazy("Kind of host")),
    Head(pgettext_lazy("talk", "Host")),
    Head(gettext_lazy("Place")),
    Head(gettext_lazy("Speakers")),
    Head(gettext_lazy("People present")),
    Head(gettext_lazy("Views online")),
    Head(gettext_lazy("Feedback")),
    Head(gettext_lazy("State")),
)


def workbook(found: Iterable[Any]) -> Book:
    book = Book()
    rows = [
        [
            one.on,
            one.topic,
            one.get_host_kind_display(),
            one.host,
            one.place,
            listed(speaker.name for speaker in one.speakers.all()),
            one.audience if one.state == T.HELD else None,
            one.online_views,
            one.feedback,
            one.get_state_display(),
        ]
        for one in found
    ]
    book.add_sheet(pgettext("speakers' group", "Talks"), HEADS, rows)
    return book


@office
def export(request: PersonRequest) -> HttpResponse:
    found = TalkFilter(request.GET, queryset=_listed())
    if not found.is_valid():
        return redirect(f"{reverse('desk:talks')}?{request.GET.urlencode()}")
    return workbook(found.qs).response(pgettext("speakers' group", "Talks"))


class TalkForm(forms.Form):
    topic = forms.CharField(label=pgettext_lazy("talk", "Topic"), max_length=120)
    planned_on = DateField(label=gettext_lazy("Day of the talk"))
    was_held = forms.BooleanField(label=gettext_lazy("The talk was held already"), required=False)
    host_kind = forms.ChoiceField(label=gettext_lazy("Kind of host"), choices=Talk.Host.choices)
    host = forms.CharField(label=pgettext_lazy("talk", "Host"), max_length=120)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=120)
    speakers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Speakers"),
        queryset=Speaker.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Those who are appointed now, and those of this talk."),
    )

    def __init__(self, *args: Any, talk: Talk | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Q(pk__in=Speaker.objects.on(timezone.localdate()).values("pk"))
        if talk is not None:
            del self.fields["was_held"]
            known |= Q(talks=talk)
        self.fields["speakers"].queryset = Speaker.objects.filter(known).distinct()  # type: ignore[attr-defined]

    def said(self) -> talks.Said:
        names = ("topic", "planned_on", "host_kind", "host", "place")
        given = {name: self.cleaned_data[name] for name in names}
        return talks.Said(**given, speakers=list(self.cleaned_data["speakers"]))


class HeldForm(forms.Form):
    held_on = DateField(label=gettext_lazy("Held on"))
    earlier = forms.BooleanField(label=gettext_lazy("It was held earlier than planned"), required=False)
    audience = forms.IntegerField(label=gettext_lazy("People present"), min_value=1, widget=numeric())
    online_views = forms.IntegerField(
        label=gettext_lazy("Views online"),
        min_value=0,
        required=False,
        widget=numeric(),
        help_text=gettext_lazy("Empty when it was not shown online."),
    )
    feedback = forms.CharField(
        label=gettext_lazy("Feedback"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    may_publish = forms.BooleanField(
        label=gettext_lazy("The host agrees to be named on the public page"), required=False
    )


def _talk(uuid: str) -> Talk:
    return get_object_or_404(Talk.objects.with_speakers(), uuid=uuid)


@organiser_only
@never_cache
def new(request: PersonRequest) -> HttpResponse:
    form = TalkForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            was_held = form.cleaned_data["was_held"]
            made = talks.plan(said=form.said(), by=request.user, was_held=was_held)
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            if talks.is_over(made.planned_on):
                messages.info(request, _("The talk is kept. Now write down who came."))
                return redirect("desk:talk_held", made.uuid)
            messages.success(request, _("The talk is planned."))
            return redirect(made)
    return _form(request, form, _("Plan a talk"), reverse("desk:talks"))


@organiser_only
@never_cache
def edit(request: PersonRequest, uuid: str) -> HttpResponse:
    found = _talk(uuid)
    names = ("topic", "planned_on", "host_kind", "host", "place")
    initial = {name: getattr(found, name) for name in names}
    form = TalkForm(posted(request), talk=found, initial=initial | {"speakers": found.speakers.all()})
    if request.method == "POST" and form.is_valid():
        try:
            talks.change(talk=found, said=form.said(), by=request.user)
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The talk has been changed."))
            return redirect(found)
    return _form(request, form, _("Change the talk"), found.get_absolute_url())


@organiser_only
@never_cache
def held(request: PersonRequest, uuid: str) -> HttpResponse:
    """Writes down that it was held, and who came."""
    found = _talk(uuid)
    initial = {} if found.planned_on > timezone.localdate() else {"held_on": found.planned_on}
    form = HeldForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            talks.hold(talk=found, by=request.user, **form.cleaned_data)
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The talk is written down; the growth records have their line."))
            return redirect(found)
    return _form(request, form, _("“%(topic)s” was held") % {"topic": found}, found.get_absolute_url())


def _form(request: PersonRequest, form: forms.Form, title: str, back: str) -> HttpResponse:
    return form_page(request, form, section="talks", title=title, back=back)


@office
@never_cache
def talk(request: PersonRequest, uuid: str) -> HttpResponse:
    found = _talk(uuid)
    keeps = bool(roles.can_keep_talks(request.user))
    context = honours_page(request, "talks") | {
        "talk": found,
        "kind": visit_words.TALK_KIND[T(found.state)],
        "late": found.state == T.PLANNED and found.planned_on < timezone.localdate(),
        "speakers": list(found.speakers.all()),
        "pictures": [
            {"row": one, "may_drop": bool(roles.can_drop_picture(request.user, one))}
            for one in outreach_pictures.visible_to(request.user).filter(talk=found)
        ],
        "may_keep": keeps,
    }
    return render(request, "honours/desk/talk.html", context)


@organiser_only
@require_POST
def act(request: PersonRequest, uuid: str) -> HttpResponse:
    """Cancels, or takes back what was written down wrongly."""
    found = _talk(uuid)
    reason = request.POST.get("reason", "")[:300]
    deeds: dict[str, Callable[[], Any]] = {
        "cancel": lambda: talks.cancel(talk=found, reason=reason, by=request.user),
        "take_back": lambda: talks.take_back(talk=found, reason=reason, by=request.user),
    }
    moved = take_step(request, deeds)
    if moved is not None:
        said = _("%(talk)s: %(state)s.")
        messages.success(request, said % {"talk": moved, "state": moved.get_state_display()})
    return redirect(found)


urlpatterns = [
    path("honours/talks/", TalkList.as_view(), name="talks"),
    path("honours/talks/export/", export, name="talks_export"),
    path("honours/talks/new/", new, name="talk_new"),
    path("honours/talks/<uuid:uuid>/", talk, name="talk"),
    path("honours/talks/<uuid:uuid>/edit/", edit, name="talk_edit"),
    path("honours/talks/<uuid:uuid>/held/", held, name="talk_held"),
    path("honours/talks/<uuid:uuid>/act/", act, name="talk_act"),
]
