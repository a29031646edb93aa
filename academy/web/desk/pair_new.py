"""Proposing a pair at the desk: the apprentice, the master, then what is agreed. Also changing a proposal."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from academy import roles_pairs as roles
from academy.domain import pairs
from academy.domain.pair_moves import PairRefused, rules_of
from academy.models import Mentor, Pair, PairScheme
from academy.web import pair_words
from academy.web.desk.nav import academy_page
from academy.web.desk.pair_forms import ContentForm, ProposeForm, usual_term
from academy.web.desk.pair_steps import pair_form
from academy.web.desk.pairs import PROPOSING, pair_at_desk
from academy.web.desk.worker_choice import WorkerChoice, answer_status
from academy.web.fields import put_refusal
from craft_site.kit.access import roles as needs_role
from craft_site.people.models import Qualification, Worker
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest

proposing = needs_role(*PROPOSING)


def _apprentices(request: PersonRequest) -> Any:
    return Worker.objects.visible_to(request.user).exclude(user=request.user)


def _masters(request: PersonRequest) -> Any:
    """Whom the person sees; a firm also those mentors of other firms who agreed to be named in public."""
    seen = Worker.objects.visible_to(request.user)
    named = Mentor.objects.named_in_public()
    return Worker.objects.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=named.values("worker")))


@proposing
@never_cache
def choose_apprentice(request: PersonRequest) -> HttpResponse:
    """Step one: who learns."""
    form = WorkerChoice(posted(request), among=_apprentices(request))
    form.fields["worker"].label = _("Apprentice")
    if request.method == "POST" and form.is_valid():
        return redirect("desk:pair_new_master", form.cleaned_data["worker"].uuid)
    return _step(request, form, title=_("Propose a pair: the apprentice"), back=reverse("desk:pairs"), step=1)


@proposing
@never_cache
def choose_master(request: PersonRequest, apprentice: UUID) -> HttpResponse:
    """Step two: who teaches."""
    learner = _learner(request, apprentice)
    form = WorkerChoice(posted(request), among=_masters(request).exclude(pk=learner.pk))
    form.fields["worker"].label = _("Master")
    if request.method == "POST" and form.is_valid():
        return redirect("desk:pair_new_content", learner.uuid, form.cleaned_data["worker"].uuid)
    return _step(
        request,
        form,
        title=_("Propose a pair: the master"),
        back=reverse("desk:pair_new"),
        step=2,
        learner=learner,
    )


@proposing
@never_cache
def content(request: PersonRequest, apprentice: UUID, master: UUID) -> HttpResponse:
    """Step three: what is agreed. Filled in from the record and the rules."""
    learner = _learner(request, apprentice)
    teacher = get_object_or_404(_masters(request).exclude(pk=learner.pk), uuid=master)
    if not PairScheme.objects.exists():
        messages.info(request, _("There are no rules for pairs yet. An organiser makes them first."))
        return redirect("desk:pairs")
    initial = _initial(learner, teacher) | _like(request)
    form = ProposeForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = pairs.propose(mentor=teacher, apprentice=learner, by=request.user, **form.cleaned_data)
        except PairRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The pair is proposed. Four sign in turn, the apprentice first."))
            return redirect(made)
    return _step(
        request,
        form,
        title=_("Propose a pair: what is agreed"),
        back=reverse("desk:pair_new_master", args=(learner.uuid,)),
        step=3,
        learner=learner,
        teacher=teacher,
        submit=_("Propose the pair"),
    )


@proposing
@never_cache
def edit(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Another content, as long as nobody has signed."""
    found = pair_at_desk(request, uuid)
    roles.can_propose(request.user, found.employer).or_refuse()
    form = ContentForm(posted(request), initial=ContentForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            pairs.change(pair=found, by=request.user, **form.cleaned_data)
        except PairRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The proposal has been changed."))
            return redirect(found)
    return pair_form(request, found, form, title=_("Change the proposal"), submit=_("Save"))


def _learner(request: PersonRequest, uuid: UUID) -> Worker:
    learner: Worker = get_object_or_404(
        _apprentices(request).select_related("employer__union__parent__parent"), uuid=uuid
    )
    roles.can_propose(request.user, learner.employer).or_refuse()
    return learner


def _like(request: PersonRequest) -> dict[str, Any]:
    """What an earlier proposal held, when ?like= names one that this person sees."""
    try:
        uuid = UUID(request.GET.get("like", ""))
    except ValueError:
        return {}
    before = Pair.objects.visible_to(request.user).filter(uuid=uuid).first()
    if before is None:
        return {}
    return ContentForm.initial_of(before) | {"scheme": before.scheme_id, "trade": before.trade_id}


def _initial(learner: Worker, teacher: Worker) -> dict[str, Any]:
    """What can be known: the trade in which the master stands highest, the next level, the usual term."""
    scheme = PairScheme.objects.first()
    assert scheme is not None
    starts = timezone.localdate() + timedelta(days=7)
    ends = usual_term(rules_of(scheme), starts)
    initial: dict[str, Any] = {"scheme": scheme, "starts_on": starts, "ends_on": ends, "target_on": ends}
    held = Qualification.objects.filter(worker=teacher, kind="level", checked=True, trade__isnull=False)
    highest = held.order_by("-grade").select_related("trade").first()
    if highest is not None and highest.trade is not None:
        level = pairs.level_of(learner, highest.trade)
        levels = highest.trade.levels.filter(grade__gt=level).order_by("grade")
        initial |= {
            "trade": highest.trade,
            "target_grade": levels.values_list("grade", flat=True).first() or "",
        }
    return initial


def _step(
    request: PersonRequest,
    form: Any,
    *,
    title: str,
    back: str,
    step: int,
    learner: Worker | None = None,
    teacher: Worker | None = None,
    submit: str = "",
) -> HttpResponse:
    chosen = [(_("Apprentice"), learner), (_("Master"), teacher)]
    context = academy_page(request, "pairs") | {
        "form": form,
        "heading": title,
        "submit": submit or _("Go on"),
        "cancel_url": back,
        "step": step,
        "chosen": [
            {"label": label, "value": pair_words.person_line(one), "url": ""}
            for label, one in chosen
            if one is not None
        ],
    }
    return render(request, "academy/desk/pair_new.html", context, status=answer_status(form))


urlpatterns = [
    path("academy/pairs/new/", choose_apprentice, name="pair_new"),
    path("academy/pairs/new/<uuid:apprentice>/", choose_master, name="pair_new_master"),
    path("academy/pairs/new/<uuid:apprentice>/<uuid:master>/", content, name="pair_new_content"),
    path("academy/pairs/<uuid:uuid>/edit/", edit, name="pair_edit"),
]
