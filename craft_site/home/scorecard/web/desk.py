"""The scorecard at the desk: the years, one year with what is behind plan first, its figures, its records, its end."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.home.scorecard import roles, sheet, years
from craft_site.home.scorecard.count import Count
from craft_site.home.scorecard.domain import cards, freezing
from craft_site.home.scorecard.models import (
    EARLIEST,
    LATEST,
    FreezeRequest,
    Indicator,
    Scorecard,
    Snapshot,
)
from craft_site.home.scorecard.refusals import ScorecardRefused
from craft_site.home.scorecard.web.figure_forms import FigureForms
from craft_site.home.scorecard.web.nav import scorecard_page
from craft_site.home.scorecard.web.public import as_pdf, as_workbook, page
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import numeric, posted
from craft_site.people.web.requests import PersonRequest

organiser_only = needs(site_roles.ORGANISER)
office = needs(*roles.OFFICE)
confirmers = needs(*roles.CONFIRM)


class YearForm(forms.Form):
    year = forms.IntegerField(
        label=gettext_lazy("Year"), min_value=EARLIEST, max_value=LATEST, widget=numeric()
    )
    carry_over = forms.BooleanField(
        label=gettext_lazy("With the targets of the year before"), required=False, initial=True
    )


@office
@never_cache
def index(request: PersonRequest) -> HttpResponse:
    """All years, the newest first."""
    found = list(Scorecard.objects.all())
    closed = {one.card_id: one for one in years.newest([card.pk for card in found]).defer("body")}
    context = scorecard_page(request, "") | {
        "rows": [{"card": card, "snapshot": closed.get(card.pk)} for card in found],
        "may_keep": bool(roles.can_keep(request.user)),
    }
    return render(request, "home/scorecard/desk/years.html", context)


@organiser_only
@never_cache
def new(request: PersonRequest) -> HttpResponse:
    last = Scorecard.objects.first()
    form = YearForm(posted(request), initial={"year": last.year + 1 if last else timezone.localdate().year})
    if request.method == "POST" and form.is_valid():
        try:
            card = cards.open_year(**form.cleaned_data, by=request.user)
        except ScorecardRefused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("The year is open. Enter its targets."))
            return redirect(card)
    context = scorecard_page(request, "") | {
        "form": form,
        "heading": _("Open a year"),
        "cancel_url": reverse("desk:scorecards"),
    }
    return render(request, "home/scorecard/desk/form.html", context, status=422 if form.is_bound else 200)


def _shown(year: int) -> years.Year:
    """A year with what stands now, also where it is closed: the desk works on that."""
    found = years.shown(year, public=False, with_live=True)
    if found is None:
        raise Http404
    return found


def _now(shown: years.Year) -> sheet.Sheet:
    """The sheet of what stands now."""
    assert shown.live is not None
    return sheet.read(shown.live.document, closed=False, today=timezone.localdate())


@office
@never_cache
def year(request: PersonRequest, year: int) -> HttpResponse:
    """What stands now, what is behind plan first, and how the year is closed."""
    shown = _shown(year)
    now = shown.sheet if shown.snapshot is None else _now(shown)
    requests = FreezeRequest.objects.select_related("asked_by")
    asked = requests.filter(card=shown.card, state=FreezeRequest.State.ASKED).first()
    context = (
        scorecard_page(request, str(year))
        | page(now)
        | {
            "card": shown.card,
            "snapshot": shown.snapshot,
            "changed": shown.changed,
            "asked": asked,
            "may_keep": bool(roles.can_keep(request.user)),
            "may_confirm": asked is not None and bool(roles.can_confirm(request.user, asked)),
            "records_route": "desk:scorecard_records",
            "dropped": requests.filter(card=shown.card, state=FreezeRequest.State.DROPPED).first()
            if asked is None
            else None,
        }
    )
    return render(request, "home/scorecard/desk/year.html", context)


@office
@never_cache
def records(request: PersonRequest, year: int, code: str) -> HttpResponse:
    """What the numbers of one indicator are made of, with the ways to the desk's lists."""
    shown = _shown(year)
    now = shown.sheet if shown.snapshot is None else _now(shown)
    line = now.line(code)
    if line is None or shown.live is None:
        raise Http404
    context = scorecard_page(request, str(year)) | {
        "sheet": now,
        "line": line,
        "numbers": _with_ways(line, shown.live.counts),
        "may_keep": bool(roles.can_keep(request.user)),
    }
    return render(request, "home/scorecard/desk/records.html", context)


def _with_ways(line: sheet.Line, counts: Mapping[tuple[str, str], Count]) -> list[dict[str, Any]]:
    found = []
    for one in line.numbers:
        count = counts.get((line.code, one.key))
        rows = zip(one.records, count.records if count else (), strict=False)
        found.append(
            {
                "number": one,
                "list": count.desk if count else "",
                "records": [{"shown": shown, "desk": kept.desk} for shown, kept in rows],
            }
        )
    return found


@organiser_only
@never_cache
def figures(request: PersonRequest, year: int, code: str) -> HttpResponse:
    """Targets and numbers of one indicator in one year."""
    card = get_object_or_404(Scorecard, year=year)
    indicator = get_object_or_404(Indicator, code=code)
    given = FigureForms(card, indicator, posted(request))
    if request.method == "POST" and given.is_valid():
        try:
            cards.set_figures(card=card, indicator=indicator, given=given.given(), by=request.user)
        except ScorecardRefused as refused:
            given.put(refused)
        else:
            messages.success(request, _("The figures of “%(name)s” are kept.") % {"name": indicator})
            return redirect(f"{card.get_absolute_url()}#{indicator.code}")
    context = scorecard_page(request, str(year)) | {
        "card": card,
        "indicator": indicator,
        "forms": given.forms,
        "problems": given.problems() if request.method == "POST" else [],
        "closed": Snapshot.objects.filter(card=card).exists(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "home/scorecard/desk/figures.html", context, status=status)


@organiser_only
@require_POST
def publish(request: PersonRequest, year: int) -> HttpResponse:
    """Shows the year in public, or takes it off."""
    card = get_object_or_404(Scorecard, year=year)
    try:
        cards.publish(card=card, published=request.POST.get("published") == "yes", by=request.user)
    except ScorecardRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Public pages follow at once."))
    return redirect(card)


class FreezeForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What is corrected and why"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stands on the public page beside the version."),
    )
    alone = forms.CharField(
        label=gettext_lazy("Close it alone, because"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "Empty: a colleague or a supervisor confirms. Otherwise the reason stands on the public page."
        ),
    )


@organiser_only
@never_cache
def freeze(request: PersonRequest, year: int) -> HttpResponse:
    """Asks that the year be closed, or closes it alone with a reason."""
    card = get_object_or_404(Scorecard, year=year)
    form = FreezeForm(posted(request))
    if not Snapshot.objects.filter(card=card).exists():
        del form.fields["reason"]
    if request.method == "POST" and form.is_valid():
        reason, alone = form.cleaned_data.get("reason", ""), form.cleaned_data["alone"]
        try:
            if alone:
                freezing.freeze_alone(card=card, why=alone, reason=reason, by=request.user)
            else:
                freezing.ask(card=card, reason=reason, by=request.user)
        except ScorecardRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            done = _("The year is closed.") if alone else _("Closing the year waits for a colleague.")
            messages.success(request, done)
            return redirect(card)
    context = scorecard_page(request, str(year)) | {
        "form": form,
        "heading": _("Close the year %(year)d") % {"year": year},
        "intro": _("The page then shows these figures for good. A correction makes a new version."),
        "warning": _too_early(year),
        "submit": _("Ask to close it"),
        "cancel_url": card.get_absolute_url(),
    }
    return render(request, "home/scorecard/desk/form.html", context, status=422 if form.is_bound else 200)


def _too_early(year: int) -> str:
    """What speaks against closing a year now; empty for nothing."""
    said = []
    if timezone.localdate() <= date(year, 12, 31):
        said.append(_("The year is not over."))
    now = _now(_shown(year))
    if behind := len(now.behind):
        said.append(
            ngettext("%(count)d figure is behind plan.", "%(count)d figures are behind plan.", behind)
            % {"count": behind}
        )
    if missing := sum(not one.shown for line in now.lines for one in line.told):
        said.append(
            ngettext("%(count)d target has no figure yet.", "%(count)d targets have no figure yet.", missing)
            % {"count": missing}
        )
    return " ".join(said)


class AnswerForm(forms.Form):
    """A colleague's answer to whoever asks that a year be closed."""

    confirm = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    answer = forms.CharField(max_length=300, required=False)


@confirmers
@require_POST
def decide(request: PersonRequest, uuid: str) -> HttpResponse:
    """Closes the year that a colleague asked for, or says why not."""
    asked = get_object_or_404(FreezeRequest.objects.select_related("card"), uuid=uuid)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Answer yes or no, with at most 300 plain characters."))
        return redirect(asked.card)
    confirm = form.cleaned_data["confirm"] == "yes"
    try:
        freezing.decide(request=asked, confirm=confirm, answer=form.cleaned_data["answer"], by=request.user)
    except ScorecardRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The year is closed.") if confirm else _("The year stays open."))
    return redirect(asked.card)


@office
@never_cache
def xlsx(request: PersonRequest, year: int) -> HttpResponse:
    return as_workbook(_shown(year))


@office
@never_cache
def paper(request: PersonRequest, year: int) -> HttpResponse:
    return as_pdf(request, _shown(year))


urlpatterns = [
    path("scorecard/", index, name="scorecards"),
    path("scorecard/new/", new, name="scorecard_new"),
    path("scorecard/closing/<uuid:uuid>/", decide, name="scorecard_decide"),
    path("scorecard/<int:year>/", year, name="scorecard_year"),
    path("scorecard/<int:year>/publish/", publish, name="scorecard_publish"),
    path("scorecard/<int:year>/close/", freeze, name="scorecard_freeze"),
    path("scorecard/<int:year>/scorecard.xlsx", xlsx, name="scorecard_xlsx"),
    path("scorecard/<int:year>/scorecard.pdf", paper, name="scorecard_pdf"),
    path("scorecard/<int:year>/<slug:code>/", figures, name="scorecard_figures"),
    path("scorecard/<int:year>/<slug:code>/records/", records, name="scorecard_records"),
]
