"""The proposals of a round at the desk: numbers, each pair with its reasons, the decision on one or many; workbook."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from academy import roles_rounds
from academy.domain.round_decisions import Outcome, decide_many, usual_term
from academy.domain.rounds import weights_of
from academy.models import MatchProposal, MatchRound
from academy.web import match_words
from academy.web.desk.round_book import workbook
from academy.web.desk.round_forms import DecisionForm
from academy.web.desk.round_nav import OFFICE, names_of_masters, round_at_desk, round_context
from academy.web.desk.round_tables import ProposalFilter, ProposalTable
from craft_site.kit.access import roles as needs
from craft_site.kit.canonical import canonical_json
from craft_site.kit.language import colon, listed, semicolon
from craft_site.kit.lists import DeskList
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

S = MatchRound.State
at_the_desk = needs(*OFFICE)


class Proposals(DeskList):
    """The first page of a round: where it stands, and everything that was proposed."""

    access = frozenset(OFFICE)
    table_class = ProposalTable
    filterset_class = ProposalFilter
    template_name = "academy/desk/round.html"
    form: DecisionForm | None = None

    @cached_property
    def held(self) -> MatchRound:
        return round_at_desk(self.request, self.kwargs["code"])

    @cached_property
    def may_decide(self) -> bool:
        return self.held.state == S.PROPOSED and bool(roles_rounds.can_run(self.request.user))

    def get_queryset(self) -> Any:
        return proposals_of(self.held).order_by("pk")

    def get_table_kwargs(self) -> dict[str, Any]:
        exclude = () if self.may_decide else ("chosen",)
        return {
            "names": names_of_masters(self.held),
            "weights": weights_of(self.held),
            "may_decide": self.may_decide,
            "ticked": frozenset(self.request.session.pop(_ticks(self.held), ())),
            "exclude": exclude,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = self.held
        figures = held.outcome.get("figures")
        context = super().get_context_data(**kwargs) | round_context(self.request, held, "round")
        return context | {
            "figures": _figures(held, figures),
            "fared": match_words.wish_rows(figures) if figures else [],
            "whole": max(1, figures["apprentices"]) if figures else 1,
            "steps": _steps(held) if context["may_run"] else [],
            "form": DecisionForm(held=held, term=usual_term(held.scheme)) if self.may_decide else None,
            "actions": [
                {"value": DecisionForm.TAKE, "label": _("Take: propose the pairs"), "kind": "primary"},
                {"value": DecisionForm.DROP, "label": _("Do not take")},
            ],
        }


def proposals_of(held: MatchRound) -> Any:
    people = ("seeker__worker__employer", "seeker__trade", "offer__worker__employer", "pair")
    return MatchProposal.objects.filter(round=held).select_related(*people)


def _figures(held: Any, figures: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Before the proposals who is in; afterwards what came out."""
    people = _("people")
    items = [
        {"label": _("Look for a master"), "value": held.seeking, "unit": people},
        {"label": _("Masters with places"), "value": held.offering, "unit": people},
    ]
    if figures is None:
        return items
    first = sum(figures["wishes"][:1])
    return [
        *items,
        {"label": _("Places"), "value": figures["places"], "unit": ""},
        {"label": _("Proposed pairs"), "value": held.proposed, "max": held.seeking, "unit": ""},
        {
            "label": _("Got the first wish"),
            "value": first,
            "max": figures["with_wishes"],
            "unit": people,
            "note": _("of those who named somebody"),
        },
        {"label": _("Decided"), "value": held.decided, "max": held.proposed, "unit": ""},
    ]


OPEN = ("open", gettext_lazy("Open the round"), gettext_lazy("Wishes are taken between the two times."))
STOP = ("stop", gettext_lazy("Take no more wishes"), gettext_lazy("Before the time that was set."))
COMPUTE = ("compute", gettext_lazy("Let the program propose"), gettext_lazy("Nothing is decided by it."))
AGAIN = (
    "compute",
    gettext_lazy("Compute again"),
    gettext_lazy("With the points of now, as long as nothing is decided."),
)
CLOSE = ("close", gettext_lazy("Close the round"), gettext_lazy("Then everybody reads how it ended."))


def _steps(held: Any) -> list[dict[str, Any]]:
    """What the organiser can do next: {step, label, text, primary}."""
    found: list[tuple[str, Any, Any]] = []
    if held.state == S.DRAFT:
        found = [OPEN]
    elif held.state == S.OPEN:
        found = [COMPUTE if held.closes_at <= timezone.now() else STOP]
    elif held.state == S.PROPOSED:
        found = [*([AGAIN] if held.decided == 0 else []), *([CLOSE] if held.decided == held.proposed else [])]
    return [
        {"step": step, "label": label, "text": text, "primary": (step, label, text) not in (STOP, AGAIN)}
        for step, label, text in found
    ]


@needs(site_roles.ORGANISER)
@require_POST
def decide(request: PersonRequest, code: str) -> HttpResponse:
    """The same decision on all proposals chosen; one that cannot be stays, with the reason by name."""
    held = round_at_desk(request, code)
    form = DecisionForm(request.POST, held=held, term=usual_term(held.scheme))
    query = request.GET.urlencode()  # the list as it was filtered
    back = f"{held.get_absolute_url()}?{query}" if query else held.get_absolute_url()
    if not form.is_valid():
        for problems in form.errors.values():
            messages.error(request, " ".join(str(problem) for problem in problems))
        request.session[_ticks(held)] = request.POST.getlist("chosen")
        return redirect(back)
    given = form.cleaned_data
    outcome = decide_many(
        proposals=list(proposals_of(held).filter(uuid__in=given["chosen"]).order_by("pk")),
        take_them=given["action"] == DecisionForm.TAKE,
        term=form.term(),
        note=given["note"],
        by=request.user,
    )
    _tell(request, outcome, taken=given["action"] == DecisionForm.TAKE)
    if outcome.refused:  # what was not done stays ticked, so that only the note is to be written
        request.session[_ticks(held)] = [str(one.uuid) for one, _reason in outcome.refused]
    return redirect(back)


def _ticks(held: MatchRound) -> str:
    """Under which name a session keeps what was ticked until the list is shown again."""
    return f"round-ticks:{held.code}"


def _tell(request: PersonRequest, outcome: Outcome, *, taken: bool) -> None:
    if count := len(outcome.decided):
        words = ngettext("%(count)d proposal decided.", "%(count)d proposals decided.", count)
        messages.success(request, words % {"count": count})
        if taken:
            told = _(
                "Look the agreements over now: they can be changed until the apprentice signs (%(numbers)s)."
            )
            numbers = listed(one.pair.number for one in outcome.decided if one.pair is not None)
            messages.info(request, told % {"numbers": numbers})
    if outcome.refused:
        because: dict[str, list[str]] = {}
        for one, reason in outcome.refused:
            because.setdefault(reason, []).append(f"{one.seeker.worker.name} – {one.offer.worker.name}")
        named = semicolon().join(f"{listed(who)}{colon()}{reason}" for reason, who in because.items())
        messages.error(request, _("Not decided: %(named)s") % {"named": named})


@at_the_desk
def export(request: PersonRequest, code: str) -> HttpResponse:
    """The whole round as a workbook: proposals with reasons, who stays without, who looks, who offers."""
    held = round_at_desk(request, code)
    return workbook(held).response("-".join((_("Round of matching"), held.code)))


@at_the_desk
def record(request: PersonRequest, code: str) -> HttpResponse:
    """What the last computation went by, keys instead of people, for whoever wants to compute it again."""
    held = get_object_or_404(MatchRound.objects.visible_to(request.user).exclude(market_hash=""), code=code)
    content = canonical_json(held.outcome["market"])
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="round-{held.code}.json"'
    return response


urlpatterns = [
    path("academy/rounds/<slug:code>/", Proposals.as_view(), name="round"),
    path("academy/rounds/<slug:code>/decide/", decide, name="round_decide"),
    path("academy/rounds/<slug:code>/export/", export, name="round_export"),
    path("academy/rounds/<slug:code>/computed-from.json", record, name="round_record"),
]
