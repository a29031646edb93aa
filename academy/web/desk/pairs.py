"""Masters and apprentices at the desk: the list with what waits, one pair, its agreement, its months."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from academy import roles_pairs as roles
from academy.domain import pair_agreements, pair_logs, pair_moves, pair_needs, pair_reviews, pair_rewards
from academy.models import Pair, PairLog
from academy.web import pair_words
from academy.web.desk.nav import academy_page
from academy.web.desk.pair_tables import NEED_KIND, NEEDS, PairFilter, PairTable, need_tags, workbook
from academy.web.pair_agreement import agreement_context
from craft_site.kit.access import roles as needs_role
from craft_site.kit.lists import DeskList, plain_day
from craft_site.kit.private_files import private_response
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

WHO = (site_roles.ORGANISER, site_roles.REVIEWER, site_roles.SUPERVISOR, site_roles.EMPLOYER)
at_the_desk = needs_role(*WHO)
S = Pair.State


class PairList(DeskList):
    """The pairs that the person may see, what needs somebody first."""

    access = frozenset(WHO)
    table_class = PairTable
    filterset_class = PairFilter
    template_name = "academy/desk/pairs.html"

    def get_queryset(self) -> Any:
        return Pair.objects.visible_to(self.request.user).for_list()

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        self.needs = pair_needs.needs(self.request.user)
        return super().get_filterset_kwargs(filterset_class) | {"needs": self.needs}

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"needs": self.needs}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return (
            super().get_context_data(**kwargs)
            | academy_page(self.request, "pairs")
            | {
                "shortcuts": shortcuts(self.needs),
                "may_propose": user.has_role(*PROPOSING),
                "may_see_rules": user.has_role(site_roles.ORGANISER),
            }
        )


PROPOSING = (site_roles.ORGANISER, site_roles.REVIEWER, site_roles.EMPLOYER)


def shortcuts(needs: pair_needs.Needs) -> list[dict[str, Any]]:
    """What waits, each with the filter that shows it; nothing for what does not wait."""
    return [
        {
            "label": label,
            "count": len(needs.of(key)),
            "kind": NEED_KIND[key],
            "url": f"{reverse('desk:pairs')}?need={key}",
        }
        for key, label in NEEDS
        if needs.of(key)
    ]


@at_the_desk
def export(request: PersonRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    needs = pair_needs.needs(request.user)
    found = PairFilter(request.GET, queryset=Pair.objects.visible_to(request.user).for_list(), needs=needs)
    if not found.form.is_valid():
        return redirect(f"{reverse('desk:pairs')}?{request.GET.urlencode()}")
    rows = found.qs.order_by("number").prefetch_related("signatures", "logs", "skills", "reviews")
    return workbook(rows, needs).response(_("Pairs"))


def pair_at_desk(request: PersonRequest, uuid: UUID) -> Pair:
    """The pair with its people, if the person may see it; else 404."""
    seen = Pair.objects.visible_to(request.user).for_list()
    return get_object_or_404(
        seen.select_related("employer__union__parent__parent", "appointment__academy", "follows"), uuid=uuid
    )


@at_the_desk
@never_cache
def pair(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One pair: who, what is agreed, who has signed, what is learnt and written, and what can be done now."""
    found = pair_at_desk(request, uuid)
    user = request.user
    missing = pair_logs.missing([found]).get(found.pk, [])
    turn = pair_agreements.next_side(found)
    needs = pair_needs.Needs(
        missing={found.pk: missing},
        mid=frozenset({found.pk}) if pair_reviews.mid_is_due(found) else frozenset(),
        to_sign=frozenset({found.pk}) if turn and roles.side_of(user, found) == turn else frozenset(),
    )
    context = {
        "pair": found,
        "kind": pair_words.STATE_KIND[S(found.state)],
        "needs": need_tags(found.pk, needs),
        "next": pair_words.next_words(found, turn),
        "people": people(found),
        "terms": pair_words.term_rows(found, spell=plain_day),
        "signatures": pair_words.signature_steps(found),
        "skills": pair_words.skill_rows(found),
        "months": pair_words.month_rows(found, missing),
        "reviews": [
            {"review": one, "kind": pair_words.REVIEW_KIND[one.grade]}
            for one in found.reviews.select_related("by", "certificate__trade")  # type: ignore[attr-defined]
        ],
        "mid_due": pair_words.day(pair_reviews.mid_due_on(found)) if found.state in Pair.UNDER_WAY else "",
        "rewards": pair_words.rewards_of(found),
        "followed_by": found.followed_by.first(),  # type: ignore[attr-defined]
        "steps": found.steps.select_related("by"),  # type: ignore[attr-defined]
        "actions": actions(request, found, turn),
    }
    return render(request, "academy/desk/pair.html", academy_page(request, "pairs") | context)


def people(found: Pair) -> list[dict[str, Any]]:
    """The two, as cards: {role, worker, grade, employer, agreed}."""
    return [
        {
            "role": _("Master"),
            "name": found.mentor.name,
            "grade": pair_words.grade(found.mentor_grade),
            "employer": found.mentor.employer,
            "note": str(found.appointment.academy) if found.appointment else "",
            "named": found.mentor_public_at is not None,
        },
        {
            "role": _("Apprentice"),
            "name": found.apprentice.name,
            "grade": pair_words.grade(found.grade_from),
            "employer": found.employer,
            "note": "",
            "named": found.apprentice_public_at is not None,
        },
    ]


def actions(request: PersonRequest, found: Pair, turn: str) -> list[dict[str, Any]]:
    """What this person can do with the pair now, the next thing first: {label, url, kind}."""
    user, args = request.user, (found.uuid,)
    looks_after = bool(roles.can_look_after(user, found))
    mid = "primary" if pair_reviews.mid_is_due(found) else ""
    can: list[tuple[bool, Any, str, str]] = [
        (bool(turn) and roles.side_of(user, found) == turn, _("Read and sign"), "pair_sign", "primary"),
        (
            bool(turn) and roles.side_of(user, found) != turn and bool(roles.can_enter_paper(user, found)),
            _("Enter a signature on paper"),
            "pair_sign",
            "",
        ),
        (_unsigned(found) and bool(roles.can_propose(user, found.employer)), _("Change"), "pair_edit", ""),
        (found.state == S.SIGNED and looks_after, _("Begin now"), "pair_start", "primary"),
        (_may(found, S.MID_OK) and looks_after, _("Mid-term evaluation"), "pair_review_mid", mid),
        (_may(found, S.FINAL_OK) and looks_after, _("Final evaluation"), "pair_review_final", "primary"),
        (_may(found, S.EXTENDED) and looks_after, _("Extend the term"), "pair_extend", ""),
        (
            found.state in pair_rewards.EARNING and looks_after,
            _("Rewards of the master"),
            "pair_rewards",
            "",
        ),
        (_may(found, S.ENDED_EARLY) and looks_after, _("Another master"), "pair_new_mentor", ""),
        (_may(found, S.ENDED_EARLY) and looks_after, _("End early"), "pair_end", "danger"),
        (
            found.state == S.PROPOSED and bool(roles.can_decline(user, found)),
            _("Give the proposal up"),
            "pair_decline",
            "danger",
        ),
    ]
    offered = [
        {
            "label": label,
            "url": reverse(f"desk:{name}", args=args),
            "kind": kind,
            "post": name == "pair_start",
        }
        for may, label, name, kind in can
        if may
    ]
    if found.state == S.DECLINED and roles.can_propose(user, found.employer):
        both = reverse("desk:pair_new_content", args=(found.apprentice.uuid, found.mentor.uuid))
        offered.append({"label": _("Propose it again"), "url": f"{both}?like={found.uuid}", "kind": ""})
    return offered


def _may(found: Pair, to: str) -> bool:
    return to in pair_moves.MOVES[found.state]


def _unsigned(found: Pair) -> bool:
    return found.state == S.PROPOSED and not found.signatures.exists()  # type: ignore[attr-defined]


@at_the_desk
@never_cache
def agreement(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The agreement as it is printed and signed."""
    found = pair_at_desk(request, uuid)
    context = agreement_context(request, found, back=found.get_absolute_url())
    return render(request, "academy/pair_agreement.html", context)


def log_of(found: Pair, month: str) -> PairLog:
    """The sent log of a month such as "2025-03", or 404: a draft is the apprentice's alone."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise Http404 from error
    sent = found.logs.exclude(state=PairLog.State.DRAFT).select_related("evidence")  # type: ignore[attr-defined]
    log: PairLog = get_object_or_404(sent, month=first)
    log.pair = found
    return log


@at_the_desk
@never_cache
def month(request: PersonRequest, uuid: UUID, month: str) -> HttpResponse:
    """What was written in one month, with its photograph and the master's words."""
    found = pair_at_desk(request, uuid)
    log = log_of(found, month)
    context = academy_page(request, "pairs") | {
        "pair": found,
        "log": log,
        "label": pair_words.month(log.month),
        "rows": pair_words.log_rows(log),
    }
    return render(request, "academy/desk/pair_month.html", context)


@at_the_desk
@never_cache
def photo(request: PersonRequest, uuid: UUID, month: str) -> FileResponse:
    """The photograph of a month, for whoever may see the pair."""
    return photo_response(log_of(pair_at_desk(request, uuid), month))


def photo_response(log: PairLog) -> FileResponse:
    paper = log.evidence
    if paper is None:
        raise Http404
    return private_response(
        paper.name, content_type=paper.content_type, filename=f"{log.pair}-{log}", inline=True
    )


urlpatterns = [
    path("academy/pairs/", PairList.as_view(), name="pairs"),
    path("academy/pairs/export/", export, name="pairs_export"),
    path("academy/pairs/<uuid:uuid>/", pair, name="pair"),
    path("academy/pairs/<uuid:uuid>/agreement/", agreement, name="pair_agreement"),
    path("academy/pairs/<uuid:uuid>/months/<str:month>/", month, name="pair_month"),
    path("academy/pairs/<uuid:uuid>/months/<str:month>/photo/", photo, name="pair_photo"),
]
