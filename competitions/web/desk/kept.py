"""What tablets out of use still sent, at the chief judge's desk: released or discarded one by one, or many at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.db.models import Max, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions.domain import kept_marks
from competitions.domain.codes import typed_number
from competitions.domain.panel_view import sealed_cells
from competitions.domain.results import NoScheme, scheme_of
from competitions.models import Event, KeptMark, Mark
from competitions.scoring.scheme import Aspect
from competitions.web.desk.lists import EventDeskList
from competitions.web.desk.nav import desk_page, event_at_desk
from competitions.web.judge.sheet_data import sealed_words, values_text
from competitions.web.scheme_words import demand, reads
from craft_site.kit.access import roles as needs
from craft_site.kit.language import listed
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

D = KeptMark.Decision


class KeptFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        field_name="sheet__code__number",
        method="by_number",
        label=gettext_lazy("Work or station number"),
    )
    decision = django_filters.ChoiceFilter(choices=D.choices, label=gettext_lazy("Decision"))
    sheet = django_filters.NumberFilter(label=gettext_lazy("Sheet"), widget=forms.HiddenInput)

    class Meta:
        model = KeptMark
        fields = ("q", "decision", "sheet")

    def by_number(self, kept: "QuerySet[KeptMark]", name: str, value: str) -> "QuerySet[KeptMark]":
        return kept.filter(**{f"{name}__icontains": typed_number(value)})


class KeptTable(tables.Table):
    pick = tables.Column(empty_values=(), orderable=False, verbose_name=gettext_lazy("Choose"))
    code = tables.Column(
        accessor="sheet__code",
        order_by=("sheet__code__number",),
        verbose_name=gettext_lazy("Number"),
        attrs={"td": {"class": "lead"}},
    )
    aspect = tables.Column(verbose_name=gettext_lazy("Aspect"))
    value = tables.Column(empty_values=(), orderable=False, verbose_name=gettext_lazy("Value"))
    user = tables.Column(order_by=("user__name",), verbose_name=gettext_lazy("Judge"))
    tablet = tables.Column(orderable=False, verbose_name=gettext_lazy("Tablet"))
    received_at = tables.Column(verbose_name=gettext_lazy("Received"))
    decision = tables.Column(verbose_name=gettext_lazy("Decision"))

    class Meta:
        model = KeptMark
        fields = ("pick", "code", "aspect", "value", "user", "tablet", "received_at", "decision")
        empty_text = gettext_lazy("No revoked tablet has sent anything.")

    def __init__(
        self,
        *args: Any,
        event: Event,
        aspects: dict[str, Aspect],
        whole_sheet: bool,
        chosen: frozenset[int] = frozenset(),
        waiting_alone: bool = False,
        **kwargs: Any,
    ) -> None:
        """whole_sheet: the list holds one sheet alone, so its rows are chosen from the first; chosen: those that were
        when a decision lacked its reason; waiting_alone: what is decided is not in the list."""
        self.event, self.aspects, self.whole_sheet, self.chosen = event, aspects, whole_sheet, chosen
        if waiting_alone:
            kwargs["empty_text"] = _("No mark of a revoked tablet waits for a decision.")
        self.bases: dict[tuple[int, str], int] = {}
        self.sealed: set[tuple[int, str]] = set()
        super().__init__(*args, **kwargs)

    def before_render(self, request: Any) -> None:
        shown = [row.record for row in self.paginated_rows]
        self.sealed = sealed_cells(((kept.sheet.code_id, kept.aspect) for kept in shown), self.aspects)
        self.bases = _bases(shown)

    def render_pick(self, record: KeptMark) -> SafeString | str:
        """The box carries the revision that stood there when the page was made."""
        if record.decision != D.WAITING:
            return ""
        return format_html(
            '<input type="checkbox" name="chosen" value="{}:{}" data-bulk-item aria-label="{}"{}>',
            record.pk,
            self.bases.get((record.sheet_id, record.aspect), 0),
            _("Choose %(code)s") % {"code": f"{record.sheet.code} {record.aspect}"},
            " checked" if self.whole_sheet or record.pk in self.chosen else "",
        )

    def render_code(self, record: KeptMark) -> SafeString:
        address = reverse("desk:kept_mark", args=(self.event.code, record.pk))
        one = format_html('<a href="{}">{}</a>', address, record.sheet.code)
        if self.whole_sheet or record.decision != D.WAITING:
            return one
        listed_at = reverse("desk:kept_marks", args=(self.event.code,))
        return format_html(
            '{} <a class="small" href="{}?decision={}&amp;sheet={}">{}</a>',
            one,
            listed_at,
            D.WAITING.value,
            record.sheet_id,
            _("whole sheet"),
        )

    def render_aspect(self, record: KeptMark) -> SafeString:
        return aspect_cell(record.aspect, self.aspects.get(record.aspect))

    def render_value(self, record: KeptMark) -> str:
        if (record.sheet.code_id, record.aspect) in self.sealed:
            return sealed_words()
        return kept_text(record, self.aspects.get(record.aspect))

    def render_received_at(self, value: datetime) -> str:
        return f"{timezone.localtime(value):%m-%d %H:%M:%S}"

    def render_decision(self, record: KeptMark) -> str:
        if record.decision == D.WAITING:
            return str(record.get_decision_display())
        return f"{record.get_decision_display()} · {record.decision_reason}"


def aspect_cell(code: str, aspect: Aspect | None) -> SafeString:
    """The code with the aspect's name and what is asked of it."""
    if aspect is None:
        return format_html("{}", code)
    return format_html('{} {} <span class="small">{}</span>', code, reads(aspect.name), demand(aspect))


def _bases(shown: Iterable[KeptMark]) -> dict[tuple[int, str], int]:
    """The newest revision on each of their cells, by sheet and aspect. One query."""
    sheets = {kept.sheet_id for kept in shown}
    found = Mark.objects.filter(sheet__in=sheets, aspect__in={kept.aspect for kept in shown}).order_by()
    newest = found.values_list("sheet_id", "aspect").annotate(newest=Max("revision"))
    return {(sheet, aspect): revision for sheet, aspect, revision in newest}


def kept_text(kept: KeptMark, aspect: Aspect | None) -> str:
    """What a kept mark says. It has not been checked, so it may be of no form at all."""
    if kept.withdraw:
        return _("Taken back")
    try:
        if aspect is not None:
            return values_text(aspect, kept.values, not_done=kept.not_done)
    except (TypeError, ValueError, AttributeError):
        pass
    return str(kept.values)


def _aspects(event: Event) -> dict[str, Aspect]:
    try:
        return {aspect.code: aspect for aspect in scheme_of(event).scheme.aspects()}
    except NoScheme:
        return {}


class KeptList(EventDeskList):
    """The marks that revoked tablets sent, for the chief judge alone: they are values of single judges."""

    access = frozenset({site_roles.JUDGE})
    table_class = KeptTable
    filterset_class = KeptFilter
    template_name = "competitions/desk/kept_marks.html"
    table_pagination = {"per_page": 100}  # a whole sheet on one page

    def get_queryset(self) -> Any:
        kept_marks.can_decide(self.request.user, self.event).or_refuse()
        return KeptMark.objects.filter(sheet__event=self.event).for_list()

    def get_table_kwargs(self) -> dict[str, Any]:
        return {
            "event": self.event,
            "aspects": _aspects(self.event),
            "whole_sheet": self.whole_sheet,
            "chosen": frozenset(_chosen(self.request.GET.getlist("chosen"))),
            "waiting_alone": self.request.GET.get("decision") == D.WAITING,
        }

    @property
    def whole_sheet(self) -> bool:
        return bool(self.request.GET.get("sheet"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | (
            desk_page(self.request, self.event, "tablets") | {"whole_sheet": self.whole_sheet}
        )


@needs(site_roles.JUDGE)
@require_POST
def kept_decide(request: PersonRequest, code: str) -> HttpResponse:
    """The chosen marks released or discarded for one reason; each is a decision and a ledger line of its own. One that
    cannot be released, or asks for a second look, keeps waiting and is named."""
    event = event_at_desk(request, code)
    kept_marks.can_decide(request.user, event).or_refuse()
    reason, bases = request.POST.get("reason", "").strip(), _chosen(request.POST.getlist("chosen"))
    release = request.POST.get("action") == "release"
    listed_at = f"{reverse('desk:kept_marks', args=(code,))}?decision={D.WAITING.value}"
    answer = redirect(listed_at)
    if not bases or not reason:
        if not bases:
            messages.warning(request, _("Choose at least one mark."))
        if not reason:
            messages.warning(request, _("Say why."))
        return redirect("".join([listed_at, *(f"&chosen={pk}:{base}" for pk, base in bases.items())]))
    done, left = 0, []
    for kept in KeptMark.objects.for_list().filter(sheet__event=event, pk__in=bases):
        try:
            if release:
                kept_marks.release_mark(kept=kept, by=request.user, reason=reason, base=bases[kept.pk])
            else:
                kept_marks.discard_mark(kept=kept, by=request.user, reason=reason)
        except kept_marks.KeptMarkRefused as refused:
            left.append(f"{kept.sheet.code} {kept.aspect} ({refused})")
        else:
            done += 1
    if done:
        words = (
            ngettext("%(count)d mark released.", "%(count)d marks released.", done)
            if release
            else ngettext("%(count)d mark discarded.", "%(count)d marks discarded.", done)
        )
        messages.success(request, words % {"count": done})
    if left:
        messages.warning(request, _("Still to be decided one by one: %(marks)s") % {"marks": listed(left)})
    return answer


def _chosen(sent: Iterable[str]) -> dict[int, int]:
    """The revision that was seen, by the key of the kept mark; what is no such pair is left out."""
    pairs = (one.partition(":")[::2] for one in sent)
    return {int(key): int(base) for key, base in pairs if key.isdecimal() and base.isdecimal()}


class DecisionForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=300)
    base = forms.IntegerField(min_value=0, max_value=30_000, widget=forms.HiddenInput)
    second_look = forms.BooleanField(label=gettext_lazy("The value has been looked at"), required=False)


@needs(site_roles.JUDGE)
@never_cache
def kept_mark(request: PersonRequest, code: str, pk: int) -> HttpResponse:
    """One kept mark beside what stands on its sheet: release it as that judge's mark, or discard it. A judged value is
    decided on unseen until its panel has judged."""
    event = event_at_desk(request, code)
    kept_marks.can_decide(request.user, event).or_refuse()
    kept = get_object_or_404(KeptMark.objects.for_list(), pk=pk, sheet__event=event)
    aspects = _aspects(event)
    aspect = aspects.get(kept.aspect)
    sealed = sealed_words() if sealed_cells([(kept.sheet.code_id, kept.aspect)], aspects) else ""
    stands = Mark.objects.filter(sheet=kept.sheet, aspect=kept.aspect).order_by("-revision").first()
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        initial={"base": stands.revision if stands else 0},
    )
    if request.method == "POST" and form.is_valid() and _decided(request, kept, form):
        return redirect("desk:kept_marks", code)
    context = desk_page(request, event, "tablets") | {
        "kept": kept,
        "aspect": aspect_cell(kept.aspect, aspect),
        "value": sealed or kept_text(kept, aspect),
        "stands": sealed or values_text(aspect, stands.values, not_done=stands.not_done)
        if stands is not None and aspect is not None and stands.is_current
        else "",
        "waiting": kept.decision == D.WAITING,
        "form": form,
    }
    return render(request, "competitions/desk/kept_mark.html", context, status=422 if form.errors else 200)


def _decided(request: PersonRequest, kept: KeptMark, form: DecisionForm) -> bool:
    said = form.cleaned_data
    try:
        if request.POST.get("decision") == "release":
            kept_marks.release_mark(kept=kept, by=request.user, **said)
            messages.success(request, _("Released: it stands on the sheet as this judge's mark."))
        else:
            kept_marks.discard_mark(kept=kept, by=request.user, reason=said["reason"])
            messages.success(request, _("Discarded: it counts nothing and stays on record."))
    except kept_marks.KeptMarkRefused as refused:
        form.add_error("second_look" if refused.asks else None, str(refused))
        return False
    return True


urlpatterns = [
    path("events/<slug:code>/tablets/kept/", KeptList.as_view(), name="kept_marks"),
    path("events/<slug:code>/tablets/kept/decide/", kept_decide, name="kept_decide"),
    path("events/<slug:code>/tablets/kept/<int:pk>/", kept_mark, name="kept_mark"),
]
