"""The people of a round at the desk: who looks for a master, who has places, who stays without and why."""

from functools import cached_property
from typing import Any

import django_filters
import django_tables2 as tables
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from academy.models import MatchRound, Offer, Seeker
from academy.web import match_words
from academy.web.desk.round_nav import OFFICE, names_of_masters, round_at_desk, round_context, round_page
from academy.web.desk.round_tables import OfferTable, SeekerTable
from academy.web.match_words import grade_words
from craft_site.kit.access import roles as needs
from craft_site.kit.lists import DeskList
from craft_site.people.models import Trade
from craft_site.people.web.requests import PersonRequest

A_PAGE = 50


def seekers_of(held: MatchRound) -> QuerySet[Seeker]:
    found = Seeker.objects.filter(round=held).select_related("worker__employer", "trade")
    return found.prefetch_related("wishes__offer__worker", "wished_by").order_by(
        "trade__name", "worker__name", "pk"
    )


def offers_of(held: MatchRound) -> QuerySet[Offer]:
    found = Offer.objects.filter(round=held).select_related("worker__employer", "trade")
    return found.prefetch_related("wishes__seeker__worker", "wished_by").order_by(
        "trade__name", "worker__name", "pk"
    )


class PeopleFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        field_name="worker__name", lookup_expr="icontains", label=gettext_lazy("Name")
    )
    trade = django_filters.ModelChoiceFilter(queryset=Trade.objects.all(), label=gettext_lazy("Trade"))


class PeopleOfRound(DeskList):
    """One side of a round."""

    access = frozenset(OFFICE)
    template_name = "academy/desk/round_people.html"
    filterset_class = PeopleFilter
    room: str
    heading: Any

    @cached_property
    def held(self) -> MatchRound:
        return round_at_desk(self.request, self.kwargs["code"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | round_context(self.request, self.held, self.room)
        return context | {"heading": self.heading}


class Seekers(PeopleOfRound):
    table_class: type[tables.Table] = SeekerTable
    room, heading = "seekers", gettext_lazy("Who looks for a master")

    def get_queryset(self) -> QuerySet[Seeker]:
        return seekers_of(self.held)


class Offers(PeopleOfRound):
    table_class: type[tables.Table] = OfferTable
    room, heading = "offers", gettext_lazy("Who has places")

    def get_queryset(self) -> QuerySet[Offer]:
        return offers_of(self.held)


def without_rows(held: MatchRound, names: dict[str, str]) -> list[dict[str, Any]]:
    """{name, employer, trade, grade, why} of everybody who got nobody in the last computation, by trade and name."""
    told = {one["apprentice"]: match_words.why_without(one, names) for one in held.outcome.get("without", ())}
    found_one = _("Has found a master outside this round.")
    told |= dict.fromkeys(held.outcome.get("settled", ()), found_one)
    people = Seeker.objects.filter(round=held).select_related("worker__employer", "trade")
    return [
        {
            "name": one.worker.name,
            "employer": str(one.worker.employer or "–"),
            "trade": str(one.trade),
            "grade": grade_words(one.grade),
            "why": told[key],
        }
        for one in people.order_by("trade__name", "worker__name", "pk")
        if (key := str(one.worker.uuid)) in told
    ]


@needs(*OFFICE)
@never_cache
def without(request: PersonRequest, code: str) -> HttpResponse:
    held = round_at_desk(request, code)
    rows = without_rows(held, names_of_masters(held))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return round_page(request, held, "round_without", room="without", page_obj=page, total=len(rows))


urlpatterns = [
    path("academy/rounds/<slug:code>/without/", without, name="round_without"),
    path("academy/rounds/<slug:code>/seekers/", Seekers.as_view(), name="round_seekers"),
    path("academy/rounds/<slug:code>/offers/", Offers.as_view(), name="round_offers"),
]
