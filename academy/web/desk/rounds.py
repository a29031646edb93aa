"""Rounds of matching at the desk: the list, making and changing one, moving it on."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy import roles_rounds
from academy.domain import round_matching
from academy.domain import rounds as verbs
from academy.domain.rounds import RoundRefused
from academy.models import MatchRound
from academy.web.desk import round_people, round_proposals, round_weights
from academy.web.desk.nav import academy_page
from academy.web.desk.round_forms import NewRoundForm, RoundForm
from academy.web.desk.round_nav import OFFICE, round_at_desk, round_page
from academy.web.desk.round_tables import RoundFilter, RoundTable
from craft_site.kit.access import roles as needs
from craft_site.kit.lists import DeskList
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest

organisers = needs(site_roles.ORGANISER)


class RoundList(DeskList):
    access = frozenset(OFFICE)
    table_class = RoundTable
    filterset_class = RoundFilter
    template_name = "academy/desk/rounds.html"

    def get_queryset(self) -> Any:
        return MatchRound.objects.visible_to(self.request.user).for_list()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_run = bool(roles_rounds.can_run(self.request.user))
        return (
            super().get_context_data(**kwargs) | academy_page(self.request, "rounds") | {"may_run": may_run}
        )


@organisers
@never_cache
def new(request: PersonRequest) -> HttpResponse:
    form = NewRoundForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.make(by=request.user, **form.cleaned_data)
        except RoundRefused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("The round has been made. Look at what counts, then open it."))
            return redirect(made)
    context = academy_page(request, "rounds") | {
        "form": form,
        "heading": _("New round of matching"),
        "intro": _("Workers say whom they would like to learn from, masters whom they would like to teach."),
        "cancel_url": reverse("desk:rounds"),
    }
    return render(request, "academy/desk/form.html", context, status=422 if form.errors else 200)


@organisers
@never_cache
def edit(request: PersonRequest, code: str) -> HttpResponse:
    held = round_at_desk(request, code)
    initial = {name: getattr(held, name) for name in RoundForm.base_fields}
    form = RoundForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.change(round_=held, by=request.user, **form.cleaned_data)
        except RoundRefused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect(held)
    return round_page(
        request,
        held,
        "form",
        room="round",
        form=form,
        heading=_("Name and times"),
        cancel_url=held.get_absolute_url(),
        status=422 if form.errors else 200,
    )


MOVES = {
    "open": (verbs.open_, gettext_lazy("The round is open.")),
    "stop": (verbs.stop, gettext_lazy("No more wishes are taken.")),
    "compute": (
        round_matching.compute,
        gettext_lazy("The program has made its proposals. Now people decide."),
    ),
    "close": (verbs.close, gettext_lazy("The round is closed.")),
}


@organisers
@require_POST
def move(request: PersonRequest, code: str) -> HttpResponse:
    """One step of a round: open it, stop it, compute, close. Anything else is not there."""
    held = round_at_desk(request, code)
    step = MOVES.get(request.POST.get("step", ""))
    if step is None:
        raise Http404
    verb, done = step
    try:
        verb(round_=held, by=request.user)
    except RoundRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect(held)


urlpatterns = [
    path("academy/rounds/", RoundList.as_view(), name="rounds"),
    path("academy/rounds/new/", new, name="round_new"),
    path("academy/rounds/<slug:code>/edit/", edit, name="round_edit"),
    path("academy/rounds/<slug:code>/move/", move, name="round_move"),
    *round_people.urlpatterns,
    *round_proposals.urlpatterns,
    *round_weights.urlpatterns,
]
