"""What masters earn: the list that waits for a decision or for payment, and the results of one pair."""

from typing import Any
from uuid import UUID

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy import roles_pairs as roles
from academy.domain import pair_rewards as verbs
from academy.domain.pair_moves import PairRefused, rules_of
from academy.models import PairReward
from academy.web import pair_words
from academy.web.desk.nav import academy_page
from academy.web.desk.pair_forms import ContestForm
from academy.web.desk.pair_steps import looking_after
from academy.web.desk.pairs import pair_at_desk
from academy.web.desk.reward_forms import ConfirmForm, DecisionForm, PaidForm, TakeBackForm
from academy.web.fields import put_refusal
from craft_site.kit.access import roles as needs_role
from craft_site.kit.language import in_language
from craft_site.kit.lists import DeskList, day_cell, plain_day
from craft_site.kit.xlsx_out import Book, Head
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest

WHO = (site_roles.ORGANISER, site_roles.FINANCE, site_roles.SUPERVISOR)
at_the_desk = needs_role(*WHO)
deciding = needs_role(site_roles.ORGANISER)
R = PairReward.State


class RewardFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Master, apprentice or number"))
    state = django_filters.ChoiceFilter(choices=R.choices, label=_("State"))

    class Meta:
        model = PairReward
        fields = ("q", "state")

    def search(self, rewards: QuerySet[PairReward], name: str, value: str) -> QuerySet[PairReward]:
        people = Q(pair__mentor__name__icontains=value) | Q(pair__apprentice__name__icontains=value)
        return rewards.filter(people | Q(pair__number__icontains=value))


class RewardTable(tables.Table):
    mentor = tables.Column(
        verbose_name=pgettext_lazy("pair", "Master"),
        accessor="pair__mentor__name",
        linkify=lambda record: reverse("desk:reward", args=(record.uuid,)),
        attrs={"td": {"class": "lead"}},
    )
    apprentice = tables.Column(verbose_name=_("Apprentice"), accessor="pair__apprentice__name")
    number = tables.Column(
        verbose_name=pgettext_lazy("pair", "Agreement"),
        accessor="pair__number",
        attrs={"td": {"class": "nowrap"}},
    )
    evidence = tables.Column(verbose_name=_("Result"))
    result_on = tables.Column(verbose_name=_("Date of the result"), attrs={"td": {"class": "nowrap"}})
    yuan = tables.Column(
        verbose_name=_("Amount, yuan"), attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    state = tables.Column(verbose_name=_("State"))

    class Meta:
        model = PairReward
        fields = ("mentor", "apprentice", "number", "evidence", "result_on", "yuan", "state")
        sequence = fields
        empty_text = _("No reward answers this filter.")

    def render_result_on(self, record: PairReward) -> SafeString | str:
        return day_cell(record.result_on)

    def render_yuan(self, value: int) -> str:
        return f"{value:,}"

    def render_state(self, record: PairReward) -> SafeString:
        kind = pair_words.REWARD_KIND[R(record.state)]
        return format_html('<span class="tag {}">{}</span>', kind, record.get_state_display())


def _rewards(request: Any) -> QuerySet[PairReward]:
    seen: QuerySet[PairReward] = PairReward.objects.visible_to(request.user)
    return seen.select_related(
        "pair__mentor", "pair__apprentice", "pair__scheme", "pair__employer", "pair__trade"
    )


class RewardList(DeskList):
    """Every reward, with the sums by state above."""

    access = frozenset(WHO)
    table_class = RewardTable
    filterset_class = RewardFilter
    template_name = "academy/desk/rewards.html"

    def get_queryset(self) -> Any:
        return _rewards(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sums = dict(_rewards(self.request).order_by().values_list("state").annotate(sum=Sum("yuan")))
        figures = [
            {"label": R(state).label, "value": f"{sums.get(state, 0):,}", "unit": gettext("yuan")}
            for state in (R.PROPOSED, R.APPROVED, R.MARKED, R.PAID)
        ]
        return (
            super().get_context_data(**kwargs) | academy_page(self.request, "rewards") | {"figures": figures}
        )


HEADS = (
    Head(pgettext_lazy("pair", "Agreement")),
    Head(_("Rules")),
    Head(pgettext_lazy("pair", "Master")),
    Head(_("Apprentice")),
    Head(_("Rule")),
    Head(_("Result")),
    Head(_("Date of the result")),
    Head(_("Amount, yuan")),
    Head(_("State")),
    Head(_("Paid on")),
)


@at_the_desk
def export(request: PersonRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    found = RewardFilter(request.GET, queryset=_rewards(request))
    if not found.form.is_valid():
        return redirect(f"{reverse('desk:rewards')}?{request.GET.urlencode()}")
    book = Book()
    rows = [
        [
            one.pair.number,
            str(one.pair.scheme),
            one.pair.mentor.name,
            one.pair.apprentice.name,
            pair_words.rule_name(rules_of(one.pair.scheme), one.rule),
            one.evidence,
            one.result_on,
            one.yuan,
            one.get_state_display(),
            one.paid_on,
        ]
        for one in found.qs
    ]
    book.add_sheet(gettext("Rewards"), HEADS, rows)
    return book.response(gettext("Rewards"))


def reward_at_desk(request: PersonRequest, uuid: UUID) -> PairReward:
    people = ("proposed_by", "decided_by", "marked_by", "confirmed_by")
    return get_object_or_404(_rewards(request).select_related(*people), uuid=uuid)


@at_the_desk
@never_cache
def reward(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One reward: by which rule, on what evidence, who proposed, decided, paid and confirmed."""
    return reward_page(request, reward_at_desk(request, uuid))


def reward_page(
    request: PersonRequest, found: PairReward, *, status: int = 200, **bound: forms.Form
) -> HttpResponse:
    """bound: a form that came back with problems, by the name that the page knows it under."""
    pair = found.pair
    rows = [
        (pgettext("pair", "Agreement"), pair.number),
        (gettext("Master"), pair.mentor.name),
        (gettext("Apprentice"), pair.apprentice.name),
        (gettext("Result"), found.evidence),
        (gettext("Date of the result"), plain_day(found.result_on)),
        (gettext("Rule"), pair_words.rule_name(rules_of(pair.scheme), found.rule)),
        (gettext("Amount"), pair_words.yuan(found.yuan)),
        (gettext("Proposed by"), found.proposed_by.name if found.proposed_by else "–"),
        (gettext("Decided by"), found.decided_by.name if found.decided_by else "–"),
        *([(gettext("Reason"), found.reason)] if found.reason else []),
        *([(gettext("Paid on"), plain_day(found.paid_on))] if found.paid_on else []),
        *([(gettext("Marked as paid by"), found.marked_by.name)] if found.marked_by else []),
        *([(gettext("Payment confirmed by"), found.confirmed_by.name)] if found.confirmed_by else []),
    ]
    may = roles.can_decide_reward(request.user, found)
    context = academy_page(request, "rewards") | {
        "reward": found,
        "kind": pair_words.REWARD_KIND[R(found.state)],
        "rows": [{"label": label, "value": value, "url": ""} for label, value in rows],
        "form": bound.get("form") or DecisionForm(),
        "problems": next((form for form in bound.values() if form.errors), None),
        "may_decide": bool(may) and found.state == R.PROPOSED,
        "why_not": may.reason if found.state == R.PROPOSED else _why_not_confirmed(request, found),
        **_payment_forms(request, found, bound),
        "may_see_pair": request.user.has_role(site_roles.ORGANISER, site_roles.SUPERVISOR),
    }
    return render(request, "academy/desk/reward.html", context, status=status)


def _payment_forms(
    request: PersonRequest, found: PairReward, bound: dict[str, forms.Form]
) -> dict[str, forms.Form | None]:
    """The forms with which this person can carry the payment on."""
    user = request.user
    pays = found.state == R.APPROVED and bool(roles.can_pay_reward(user, found))
    marked = found.state == R.MARKED
    return {
        "pay_form": (
            bound.get("pay_form") or PaidForm(initial={"on": timezone.localdate()}, auto_id="pay_%s")
        )
        if pays
        else None,
        "confirm_form": (bound.get("confirm_form") or ConfirmForm(auto_id="confirm_%s"))
        if marked and roles.can_confirm_reward(user, found)
        else None,
        "back_form": (bound.get("back_form") or TakeBackForm(auto_id="back_%s"))
        if marked and roles.can_take_back_mark(user, found)
        else None,
    }


def _why_not_confirmed(request: PersonRequest, found: PairReward) -> Any:
    """What whoever marked it reads: that a colleague confirms."""
    return roles.can_confirm_reward(request.user, found).reason if found.state == R.MARKED else ""


@deciding
@require_POST
def decide(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Approves, or refuses with a reason."""
    found = reward_at_desk(request, uuid)
    form = DecisionForm(request.POST)
    refuses = "refuse" in request.POST
    if form.is_valid():
        try:
            if refuses:
                verbs.refuse(reward=found, reason=form.cleaned_data["reason"], by=request.user)
            else:
                verbs.approve(reward=found, by=request.user)
        except PairRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(
                request, gettext("The reward is refused.") if refuses else gettext("The reward is approved.")
            )
            return redirect("desk:rewards")
    return reward_page(request, found, form=form, status=422)


@looking_after
@never_cache
def of_pair(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """What the apprentice reached since signing: levels that the rules find, contests that a person reads."""
    found = pair_at_desk(request, uuid)
    roles.can_propose_reward(request.user, found).or_refuse()
    lines = {line.source: line for line in verbs.contest_lines(found)}
    form = ContestForm(
        posted(request) if "line" in request.POST or "contest" in request.POST else None,
        lines=[
            (
                source,
                f"{plain_day(line.on)} · {in_language(line.title, line.title_en)} "
                f"{in_language(line.detail, line.detail_en)}",
            )
            for source, line in lines.items()
        ],
    )
    tiers = dict.fromkeys(rule.contest for rule in rules_of(found.scheme).rewards if rule.contest)
    form.fields["contest"].choices = [(tier, pair_words.CONTEST_WORDS[tier]) for tier in tiers]  # type: ignore[attr-defined]
    if request.method == "POST":
        try:
            made = _propose(request, found, form, lines)
        except PairRefused as refused:
            if form.is_bound:
                put_refusal(form, refused)
            else:
                messages.error(request, str(refused))
        else:
            if made:
                messages.success(request, gettext("Proposed. Another person decides."))
                return redirect("desk:pair_rewards", uuid)
    context = academy_page(request, "pairs") | {
        "pair": found,
        "rules": [pair_words.reward_words(rule) for rule in rules_of(found.scheme).rewards],
        "months": rules_of(found.scheme).reward_months,
        "found": [
            {"evidence": one.evidence, "words": pair_words.reward_words(one.rule)}
            for one in verbs.find(found)
        ],
        "form": form if lines and tiers else None,
        "rewards": pair_words.rewards_of(found),
    }
    return render(request, "academy/desk/pair_rewards.html", context, status=422 if form.errors else 200)


def _propose(request: PersonRequest, found: Any, form: ContestForm, lines: dict[str, Any]) -> bool:
    """Proposes what was sent; whether anything was."""
    if not form.is_bound:
        return bool(verbs.propose_found(pair=found, by=request.user))
    if not form.is_valid():
        return False
    given = form.cleaned_data
    verbs.propose_contest(
        pair=found,
        line=lines[given["line"]],
        contest=given["contest"],
        rank=given["rank"],
        prize=given["prize"],
        by=request.user,
    )
    return True


urlpatterns = [
    path("academy/rewards/", RewardList.as_view(), name="rewards"),
    path("academy/rewards/export/", export, name="rewards_export"),
    path("academy/rewards/<uuid:uuid>/", reward, name="reward"),
    path("academy/rewards/<uuid:uuid>/decide/", decide, name="reward_decide"),
    path("academy/pairs/<uuid:uuid>/rewards/", of_pair, name="pair_rewards"),
]
