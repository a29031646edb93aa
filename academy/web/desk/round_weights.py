"""What counts in a round: the points, with what each means, and what other points would change."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from academy import roles_rounds
from academy.domain import round_matching
from academy.domain import rounds as verbs
from academy.domain.rounds import RoundRefused, weights_of
from academy.matching.weights import plain, read
from academy.models import MatchRound
from academy.web import match_words
from academy.web.desk.round_forms import WeightsForm
from academy.web.desk.round_nav import OFFICE, round_at_desk, round_page
from craft_site.kit.access import roles as needs
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest


@needs(*OFFICE)
@never_cache
def weights(request: PersonRequest, code: str) -> HttpResponse:
    """The points. Trying others keeps nothing; keeping them is for an organiser, until something is decided."""
    held: Any = round_at_desk(request, code)
    form = WeightsForm(posted(request), initial=plain(weights_of(held)))
    tried: dict[str, Any] = {}
    status = 200
    if request.method == "POST" and not form.is_valid():
        status = 422
    elif request.method == "POST" and "try" in request.POST:
        tried = _tried(held, form)
    elif request.method == "POST":
        roles_rounds.can_run(request.user).or_refuse()
        try:
            verbs.weigh(round_=held, weights=form.cleaned_data, by=request.user)
        except RoundRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            status = 422
        else:
            messages.success(request, _("Kept. Proposals that were made already are computed again by hand."))
            return redirect("desk:round_weights", code)
    may_keep = (
        roles_rounds.can_run(request.user) and held.decided == 0 and held.state != MatchRound.State.DECIDED
    )
    return round_page(
        request,
        held,
        "round_weights",
        room="weights",
        form=form,
        may_keep=may_keep,
        unplaced=round_matching.unplaced_towns(held),
        status=status,
        **tried,
    )


def _tried(held: Any, form: WeightsForm) -> dict[str, Any]:
    """What the round would give by the points of now and by those in the form."""
    now = round_matching.what_if(held, weights_of(held)).plain()
    then = round_matching.what_if(held, read(form.cleaned_data)).plain()
    return {
        "tried": True,
        "whole": max(1, now["apprentices"]),  # type: ignore[type-var]
        "now_rows": match_words.wish_rows(now),
        "then_rows": match_words.wish_rows(then),
        "compared": match_words.compared(now, then),
    }


urlpatterns = [path("academy/rounds/<slug:code>/weights/", weights, name="round_weights")]
