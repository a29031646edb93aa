"""My master or my apprentices: the pair, its agreement to sign, skills, consent to be named, stepping back."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy import roles_pairs as roles
from academy.domain import pair_agreements, pair_logs, pair_reviews, pair_skills, pairs
from academy.domain.pair_moves import PairRefused
from academy.models import Pair, PairSkill
from academy.web import pair_words
from academy.web.fields import put_refusal
from academy.web.me.pair_tasks import rows_of, tasks_of
from academy.web.pair_agreement import agreement_context, content_context
from craft_site.kit.access import signed_in
from craft_site.kit.lists import plain_day
from craft_site.people.web.forms import DateField, posted
from craft_site.people.web.me import worker_of
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest

S = Pair.State


def page(request: PersonRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    context["me_nav"] = me_nav(request)
    return render(request, f"academy/me/{name}.html", context, status=status)


def my_pair(request: PersonRequest, uuid: UUID) -> Pair:
    """A pair in which I am one of the two, whatever other roles I hold; else 404."""
    mine = Pair.objects.filter(Q(mentor__user=request.user) | Q(apprentice__user=request.user))
    return get_object_or_404(mine.for_list().select_related("employer__union", "follows"), uuid=uuid)


@signed_in
@never_cache
def my_pairs(request: PersonRequest) -> HttpResponse:
    """Everything that I teach or learn, and taught or learnt."""
    worker = worker_of(request)
    rows = rows_of(worker) if worker is not None else []
    return page(request, "pairs", {"rows": rows, "worker": worker})


@signed_in
@never_cache
def pair(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One pair as the two see it: what is to be done first, then skills, months, evaluations."""
    found = my_pair(request, uuid)
    teaches = found.mentor.user_id == request.user.pk
    missing = pair_logs.missing([found]).get(found.pk, [])
    named = found.mentor_public_at if teaches else found.apprentice_public_at
    other = found.apprentice if teaches else found.mentor
    context = {
        "pair": found,
        "kind": pair_words.STATE_KIND[S(found.state)],
        "teaches": teaches,
        "other": other,
        "other_grade": pair_words.grade(found.grade_from if teaches else found.mentor_grade),
        "next": pair_words.next_words(found, pair_agreements.next_side(found)),
        "tasks": tasks_of(found, teaches=teaches, missing=missing),
        "signatures": pair_words.signature_steps(found) if found.state == S.PROPOSED else [],
        "terms": pair_words.term_rows(found, spell=plain_day),
        "skills": pair_words.skill_rows(found),
        "may_confirm": teaches and found.state in Pair.UNDER_WAY,
        "months": _months(found, missing, teaches=teaches),
        "writable": [] if teaches else _writable(found, missing),
        "reviews": [
            {"review": one, "kind": pair_words.REVIEW_KIND[one.grade]}
            for one in found.reviews.select_related("by", "certificate__trade")  # type: ignore[attr-defined]
        ],
        "mid_due": pair_words.day(pair_reviews.mid_due_on(found)) if found.state in Pair.UNDER_WAY else "",
        "named": named is not None,
        "may_be_named": found.state in Pair.TAUGHT,
        "may_decline": found.state == S.PROPOSED,
        "may_step_back": pairs.may_object(request.user, found),
        "over": pairs.is_over(found),
    }
    return page(request, "pair", context)


def _months(found: Pair, missing: list[pair_logs.Missing], *, teaches: bool) -> list[dict[str, Any]]:
    """The months with their addresses: the apprentice's draft leads to its form, a master sees no draft."""
    rows = []
    writable = set(pair_logs.months_to_write(found)) if not teaches else set()
    for row in pair_words.month_rows(found, missing):
        key, log = f"{row['month']:%Y-%m}", row["log"]
        sent = log is not None and log.state != "draft"
        url = ""
        if sent:
            url = reverse("me:pair_month", args=(found.uuid, key))
        elif row["month"] in writable:
            url = reverse("me:pair_log", args=(found.uuid, key))
        if teaches and log is not None and not sent and not row["owed"]:
            continue
        rows.append(
            {
                "title": row["label"],
                "hint": log.topic if sent else "" if teaches else row.get("hint", ""),
                "url": url,
                "status": row["status"],
                "status_kind": row["kind"],
            }
        )
    return rows


def _writable(found: Pair, missing: list[pair_logs.Missing]) -> list[dict[str, str]]:
    """Months that may be written and stand in no list yet: not begun, and not owed."""
    listed = {one.month for one in missing} | {log.month for log in found.logs.all()}  # type: ignore[attr-defined]
    return [
        {
            "label": _("Write %(month)s") % {"month": pair_words.month(month)},
            "url": reverse("me:pair_log", args=(found.uuid, f"{month:%Y-%m}")),
        }
        for month in pair_logs.months_to_write(found)
        if month not in listed
    ]


@signed_in
@never_cache
def sign(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The whole content, and one button."""
    found = my_pair(request, uuid)
    turn = pair_agreements.next_side(found)
    side = roles.side_of(request.user, found)
    if not turn:
        messages.info(request, _("This agreement waits for no signature."))
        return redirect(found.my_url())
    if request.method == "POST":
        try:
            pair_agreements.sign(pair=found, side=side, seen=request.POST.get("seen", ""), by=request.user)
        except PairRefused as refused:
            messages.error(request, str(refused))
            return redirect("me:pair_sign", uuid)
        messages.success(request, _("You have signed."))
        return redirect(found.my_url())
    context = content_context(found) | {"my_turn": turn == side, "next": pair_words.next_words(found, turn)}
    return page(request, "pair_sign", context)


@signed_in
@never_cache
def agreement(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The agreement as it is printed."""
    found = my_pair(request, uuid)
    context = agreement_context(request, found, back=found.my_url())
    return render(request, "academy/pair_agreement.html", context)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The other three read it."),
    )


@signed_in
@never_cache
def decline(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """I do not want this pair."""
    found = my_pair(request, uuid)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            pairs.decline(pair=found, by=request.user, **form.cleaned_data)
        except PairRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The proposal is declined."))
            return redirect("me:pairs")
    return _form(request, found, form, _("Decline this proposal"))


@signed_in
@never_cache
def step_back(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """In the first days, as the rules have it, either of the two may end the pair alone."""
    found = my_pair(request, uuid)
    if not pairs.may_object(request.user, found):
        messages.error(request, _("The days in which you could step back are over. Speak to the office."))
        return redirect(found.my_url())
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            pairs.end_early(pair=found, by=request.user, **form.cleaned_data)
        except PairRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The pair has ended. The office knows."))
            return redirect("me:pairs")
    return _form(request, found, form, _("Step back from this pair"))


class SkillForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Skill"), max_length=120)
    due_on = DateField(label=gettext_lazy("To be learnt by"))


@signed_in
@never_cache
def skill_add(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The master adds something to learn."""
    found = my_pair(request, uuid)
    roles.can_teach(request.user, found).or_refuse()
    form = SkillForm(posted(request), initial={"due_on": found.ends_on})
    if request.method == "POST" and form.is_valid():
        try:
            pair_skills.add(pair=found, by=request.user, **form.cleaned_data)
        except PairRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("Added."))
            return redirect(f"{found.my_url()}#skills")
    return _form(request, found, form, _("Add a skill to learn"))


@signed_in
@require_POST
def skill(request: PersonRequest, uuid: UUID, skill: UUID) -> HttpResponse:
    """The master confirms that something is learnt, or takes it back."""
    found = my_pair(request, uuid)
    one = get_object_or_404(PairSkill.objects.filter(pair=found), uuid=skill)
    roles.can_teach(request.user, found).or_refuse()
    change = pair_skills.reopen if "back" in request.POST else pair_skills.confirm
    try:
        change(skill=one, by=request.user)
    except PairRefused as refused:
        messages.error(request, str(refused))
    return redirect(f"{found.my_url()}#skills")


@signed_in
@require_POST
def named(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """I agree to be named on public pages as master or apprentice, or take it back."""
    found = my_pair(request, uuid)
    agree = request.POST.get("agree") == "yes"
    pairs.agree_to_be_named(pair=found, agree=agree, by=request.user)
    messages.success(
        request,
        _("You may be named in public, once the other agrees too.")
        if agree
        else _("You are not named in public any more."),
    )
    return redirect(found.my_url())


def _form(request: PersonRequest, found: Pair, form: forms.Form, title: str) -> HttpResponse:
    context = {"pair": found, "form": form, "heading": title, "cancel_url": found.my_url()}
    return page(request, "pair_form", context, status=422 if form.errors else 200)


urlpatterns = [
    path("academy/pairs/", my_pairs, name="pairs"),
    path("academy/pairs/<uuid:uuid>/", pair, name="pair"),
    path("academy/pairs/<uuid:uuid>/sign/", sign, name="pair_sign"),
    path("academy/pairs/<uuid:uuid>/agreement/", agreement, name="pair_agreement"),
    path("academy/pairs/<uuid:uuid>/decline/", decline, name="pair_decline"),
    path("academy/pairs/<uuid:uuid>/step-back/", step_back, name="pair_step_back"),
    path("academy/pairs/<uuid:uuid>/named/", named, name="pair_named"),
    path("academy/pairs/<uuid:uuid>/skills/", skill_add, name="pair_skill_add"),
    path("academy/pairs/<uuid:uuid>/skills/<uuid:skill>/", skill, name="pair_skill"),
]
