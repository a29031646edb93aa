"""The recheck at the desk: the list and the draw, the progress, the end, the statement to print."""

from fractions import Fraction
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competitions import roles
from competitions.domain import rechecks
from competitions.domain.events import MoveRefused
from competitions.domain.lock_blockers import lock_blockers
from competitions.domain.results import NoScheme
from competitions.models import ErrorNotice, Event, Recheck, RecheckItem
from competitions.scoring.recheck import error_rate
from competitions.web.desk.lists import EventDeskList
from competitions.web.desk.nav import blocker_url, desk_page, event_at_desk
from competitions.web.desk.recheck_sheets import notice_lines, recheck_item, recheck_notice
from competitions.web.desk.recheck_tables import ItemFilter, ItemTable
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

FOLLOWERS = (site_roles.ORGANISER, site_roles.JUDGE, site_roles.SUPERVISOR)
followers = needs(*FOLLOWERS)
judges_only = needs(site_roles.JUDGE)
officials = needs(site_roles.JUDGE, site_roles.SUPERVISOR)


class ThrowForm(forms.Form):
    dice = forms.CharField(
        label=gettext_lazy("What was thrown"),
        max_length=80,
        help_text=gettext_lazy("Six dice, each 1 to 6, that everybody in the hall sees fall: 4 6 1 3 5 2."),
    )


class WidenForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why are all sheets checked?"), max_length=300, required=False
    )


def _standing(event: Event) -> Recheck | None:
    return Recheck.objects.in_force().for_page().filter(event=event).first()


def percent(rate: Fraction | str) -> str:
    """6.06: a share in per cent with at most two decimals, rounded up."""
    whole = rechecks.decimals(Fraction(rate) * 100, 2)
    return whole.rstrip("0").rstrip(".")


class RecheckPage(EventDeskList):
    """Where the recheck stands: how to begin, the throw, what is checked, what is wrong, what keeps it from its end."""

    access = frozenset(FOLLOWERS)
    table_class = ItemTable
    filterset_class = ItemFilter
    template_name = "competitions/desk/recheck.html"
    problem: tuple[Any, str] | None = None

    @cached_property
    def recheck(self) -> Recheck | None:
        return _standing(self.event)

    def get_queryset(self) -> Any:
        roles.can_follow_marking(self.request.user, self.event).or_refuse()
        if self.recheck is None:
            return RecheckItem.objects.none()
        return RecheckItem.objects.visible_to(self.request.user).filter(recheck=self.recheck).for_list()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, event, recheck = self.request.user, self.event, self.recheck
        chairs = bool(roles.can_chair(user, event))
        supervises = bool(roles.can_supervise(user, event))
        context = super().get_context_data(**kwargs) | desk_page(self.request, event, "recheck")
        context |= {"recheck": recheck, "may_chair": chairs, "may_supervise": supervises}
        if recheck is None:
            version = event.scheme_version
            rule = version.scheme.recheck if version else None
            may_start = chairs and event.state in (Event.State.SCORING, Event.State.RECHECKING)
            missing = lock_blockers(event, user, with_recheck=False) if may_start else []
            return context | {
                "rule": rule,
                "may_start": may_start,
                "blockers": _links(missing, event),
            }
        checked, wrong = rechecks.rate(recheck)
        listed = recheck.checks.count()
        going_on = recheck.state == Recheck.State.CHECKING and event.state == Event.State.RECHECKING
        return context | {
            "sees_sheets": chairs or supervises,
            "listed": listed,
            "checked": checked,
            "wrong": wrong,
            "percent_done": 100 * checked // listed if listed else 0,
            "rate": percent(error_rate(checked=checked, wrong=wrong)),
            "limit": percent(Fraction(recheck.limit)),
            "going_on": going_on,
            "must_widen": going_on and rechecks.must_widen(recheck) and recheck.widened_at is None,
            "may_widen": going_on and supervises and recheck.widened_at is None and listed < _all(recheck),
            "widen_form": WidenForm(),
            "throw_form": ThrowForm(),
            "open_notices": notice_lines(recheck, ErrorNotice.State.OPEN) if chairs or supervises else [],
            "finish_blockers": _links(rechecks.finish_blockers(recheck), event) if going_on else [],
            "next_item": _next(recheck, user) if going_on and supervises else None,
            "figures": figure_words(recheck) if recheck.statement else None,
        }


def _all(recheck: Recheck) -> int:
    return len(recheck.top) + len(recheck.items)


def _links(blockers: Any, event: Event) -> list[dict[str, str]]:
    return [{"text": str(b.message), "url": blocker_url(b, event)} for b in blockers]


def _next(recheck: Recheck, user: Any) -> RecheckItem | None:
    waiting = RecheckItem.objects.visible_to(user).filter(recheck=recheck, outcome=RecheckItem.Outcome.OPEN)
    return waiting.select_related("sheet__code").order_by("sheet__code__number", "sheet_id").first()


def figure_words(recheck: Recheck) -> dict[str, Any]:
    """The figures of a finished recheck as they are read."""
    figures = recheck.statement
    return figures | {
        "rate": percent(figures["rate"]),
        "limit": percent(Fraction(recheck.limit)),
        "total": rechecks.decimals(Fraction(figures["total"]), 2) if figures["total"] else "",
        "risk_limit": percent(figures["limit"]),
        "risk": percent(figures["p"]),
        "all": figures["checked"] == figures["sheets"],
        "none_can": figures["fewest"] is None,
        "top": figures["sheets"] - figures["urn"],
    }


def _refused(request: PersonRequest, refused: rechecks.RecheckRefused) -> None:
    messages.error(request, str(refused))
    for blocker in refused.missing[:5]:
        messages.error(request, str(blocker.message))


@judges_only
@require_POST
def recheck_start(request: PersonRequest, code: str) -> HttpResponse:
    """The chief judge freezes the list and commits the secret."""
    event = event_at_desk(request, code)
    try:
        rechecks.start(event=event, by=request.user, alternative=request.POST.get("form") == "alternative")
    except rechecks.RecheckRefused as refused:
        _refused(request, refused)
    except (NoScheme, MoveRefused) as refused:
        messages.error(request, str(refused))
    return redirect("desk:recheck", code)


@officials
@require_POST
def recheck_throw(request: PersonRequest, code: str) -> HttpResponse:
    """A supervisor enters what fell."""
    recheck = get_object_or_404(Recheck.objects.in_force(), event=event_at_desk(request, code))
    roles.can_supervise(request.user, recheck.event).or_refuse()
    form = ThrowForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter what was thrown, for example 4 6 1 3 5."))
        return redirect("desk:recheck", code)
    try:
        rechecks.throw(recheck=recheck, dice=form.cleaned_data["dice"], by=request.user)
    except rechecks.RecheckRefused as refused:
        _refused(request, refused)
    else:
        messages.success(
            request, _("The sample is drawn. Compare every sheet on the list with its original.")
        )
    return redirect("desk:recheck", code)


@officials
@require_POST
def recheck_widen(request: PersonRequest, code: str) -> HttpResponse:
    """A supervisor has all sheets checked."""
    recheck = get_object_or_404(Recheck.objects.in_force(), event=event_at_desk(request, code))
    roles.can_supervise(request.user, recheck.event).or_refuse()
    form = WidenForm(request.POST)
    form.is_valid()
    try:
        added = rechecks.widen(recheck=recheck, by=request.user, reason=form.cleaned_data.get("reason", ""))
    except rechecks.RecheckRefused as refused:
        _refused(request, refused)
    else:
        messages.success(request, _("%(count)d sheets were added to the list.") % {"count": added})
    return redirect("desk:recheck", code)


@officials
@require_POST
def recheck_finish(request: PersonRequest, code: str) -> HttpResponse:
    """A supervisor ends the recheck."""
    recheck = get_object_or_404(Recheck.objects.in_force(), event=event_at_desk(request, code))
    try:
        rechecks.finish(recheck=recheck, by=request.user)
    except rechecks.RecheckRefused as refused:
        messages.error(request, str(refused))
        return redirect("desk:recheck", code)
    messages.success(request, _("The recheck is finished. Print the statement and have it signed."))
    return redirect("desk:recheck_statement", code)


@followers
@never_cache
def recheck_statement(request: PersonRequest, code: str) -> HttpResponse:
    """The statement to print and to sign. What was wrong is shown to whoever may see marks."""
    event = event_at_desk(request, code)
    roles.can_follow_marking(request.user, event).or_refuse()
    recheck = get_object_or_404(Recheck.objects.in_force().for_page(), event=event)
    sees = event.is_decoded or bool(
        roles.can_chair(request.user, event) or roles.can_supervise(request.user, event)
    )
    items = recheck.checks.for_list().order_by("why", "sheet__code__number", "sheet_id")
    context = desk_page(request, event, "recheck") | {
        "recheck": recheck,
        "figures": figure_words(recheck) if recheck.statement else None,
        "items": list(items),
        "notices": notice_lines(recheck) if sees else [],
        "sees": sees,
        "rule": recheck.rule
        | {
            "share": percent(recheck.rule["value"]) if recheck.rule["by"] == "rank_share" else "",
            "sample": percent(recheck.rule["sample"]),
            "limit": percent(recheck.rule["limit"]),
        },
    }
    return render(request, "competitions/desk/recheck_statement.html", context)


urlpatterns = [
    path("events/<slug:code>/recheck/", RecheckPage.as_view(), name="recheck"),
    path("events/<slug:code>/recheck/start/", recheck_start, name="recheck_start"),
    path("events/<slug:code>/recheck/throw/", recheck_throw, name="recheck_throw"),
    path("events/<slug:code>/recheck/widen/", recheck_widen, name="recheck_widen"),
    path("events/<slug:code>/recheck/finish/", recheck_finish, name="recheck_finish"),
    path("events/<slug:code>/recheck/statement/", recheck_statement, name="recheck_statement"),
    path("events/<slug:code>/recheck/sheets/<uuid:uuid>/", recheck_item, name="recheck_item"),
    path("events/<slug:code>/recheck/notices/<int:pk>/", recheck_notice, name="recheck_notice"),
]
