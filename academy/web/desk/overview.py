"""The first page of the academy at the desk: what waits for me, and where training, pairs and money stand."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from academy.domain import figures, waiting
from academy.models import Pair, TrainingClass
from academy.web.desk import overview_matters, overview_plots, subsidy_facts
from academy.web.desk.nav import WHOLE_DESK, academy_page
from craft_site.kit.access import roles as needs
from craft_site.kit.language import reads_chinese
from craft_site.people import roles
from craft_site.people.web.requests import PersonRequest

OFFICE = frozenset(figures.OFFICE)
FIRST_YEAR = 2000


@needs(*WHOLE_DESK)
@never_cache
def overview(request: PersonRequest) -> HttpResponse:
    """Each part is there for those whose business it is: a firm's contact sees the firm's own people and pairs, a
    finance officer the money. ?year= shows the training of another year."""
    user = request.user
    year = _year(request)
    context = academy_page(request, "academy") | {
        "matters": overview_matters.rows(waiting.matters(user)),
        "year": year,
        "in_office": user.has_role(*OFFICE),
        "own_firm": not user.has_role(*OFFICE) and user.has_role(roles.EMPLOYER),
        "keeps_plan": user.has_role(roles.ORGANISER),
    }
    if user.has_role(*OFFICE, roles.EMPLOYER):
        trained = figures.trained(user, year)
        context |= _training(trained, year)
        context["pairs"] = _pairs(figures.pairs_by_state(user))
        if context["in_office"]:
            context["plan"] = [_plan_line(line) for line in figures.against_plan(year, trained)]
    if user.has_role(*OFFICE, roles.FINANCE):
        context["money"] = [{"programme": one, "money": subsidy_facts.money(one)} for one in figures.money()]
    return render(request, "academy/desk/overview.html", context)


def _year(request: PersonRequest) -> int:
    """The year asked for, this one when none or nonsense is asked."""
    asked, this = request.GET.get("year", ""), timezone.localdate().year
    return (
        int(asked) if asked.isascii() and asked.isdigit() and FIRST_YEAR <= int(asked[:5]) <= this else this
    )


def _training(trained: dict[str, list[int]], year: int) -> dict[str, Any]:
    labels = dict(TrainingClass.Kind.choices)
    this = timezone.localdate().year
    return {
        "chart": overview_plots.columns(trained, [_month(n) for n in range(1, figures.MONTHS + 1)]),
        "series": [
            {
                "kind": kind,
                "texture": overview_plots.TEXTURES.get(kind, ""),
                "label": labels[kind],
                "values": values,
                "total": sum(values),
            }
            for kind, values in trained.items()
        ],
        "trained_total": sum(sum(values) for values in trained.values()),
        "last_year": year - 1 if year > FIRST_YEAR else None,
        "next_year": year + 1 if year < this else None,
    }


def _month(number: int) -> tuple[str, str]:
    """1 and 1月 in Chinese, where a narrow column has no room for the word; Jan, twice, in English."""
    if reads_chinese():
        return str(number), f"{number}月"
    short = str(MONTHS_3[number]).title()
    return short, short


def _pairs(by_state: dict[str, int]) -> dict[str, Any] | None:
    if not by_state:
        return None
    labels = dict(Pair.State.choices)
    late = Pair.State.MID_WARN
    return {
        "rows": [
            {"label": labels[state], "value": count, "text": str(count), "mark": state == late}
            for state, count in by_state.items()
        ],
        "max": max(by_state.values()),
        "total": sum(by_state.values()),
    }


def _plan_line(line: figures.PlanLine) -> dict[str, Any]:
    """Two figures of components/figures.html under the name of the kind."""
    return {
        "kind": line.target.get_kind_display(),
        "items": [
            _figure(_("Sessions"), line.sessions, line.target.sessions),
            _figure(_("People"), line.people, line.target.people),
        ],
    }


def _figure(label: str, value: int, target: int) -> dict[str, Any]:
    if not target:
        return {"label": label, "value": value}
    percent = 100 * value / target
    left = max(target - value, 0)
    note = _("reached") if not left else _("%(left)d to go") % {"left": left}
    return {
        "label": label,
        "value": value,
        "max": target,
        "percent": percent,
        "kind": "" if left else "good",
        "note": note,
    }


urlpatterns = [path("academy/", overview, name="academy")]
