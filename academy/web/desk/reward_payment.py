"""The payment of a reward: one marks it as paid with its day, another one confirms."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from academy import roles_pairs as roles
from academy.domain import pair_rewards as verbs
from academy.domain.pair_moves import PairRefused
from academy.models import PairReward
from academy.web.desk.pair_rewards import reward_at_desk, reward_page
from academy.web.desk.reward_forms import ConfirmForm, PaidForm, TakeBackForm
from academy.web.fields import put_refusal
from craft_site.kit.access import Decision
from craft_site.kit.access import roles as needs_role
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

paying = needs_role(site_roles.FINANCE)
confirming = needs_role(site_roles.FINANCE, site_roles.ORGANISER)


@paying
@require_POST
def mark(request: PersonRequest, uuid: UUID) -> HttpResponse:
    def pay(reward: PairReward, given: dict[str, Any]) -> None:
        verbs.mark_paid(reward=reward, on=given["on"], by=request.user)

    done = _("Marked as paid. A colleague confirms it.")
    return _step(request, uuid, "pay", PaidForm, roles.can_pay_reward, pay, done)


@confirming
@require_POST
def confirm(request: PersonRequest, uuid: UUID) -> HttpResponse:
    def agree(reward: PairReward, given: dict[str, Any]) -> None:
        verbs.confirm_paid(reward=reward, by=request.user)

    done = _("The payment is confirmed.")
    return _step(request, uuid, "confirm", ConfirmForm, roles.can_confirm_reward, agree, done)


@confirming
@require_POST
def take_back(request: PersonRequest, uuid: UUID) -> HttpResponse:
    def disagree(reward: PairReward, given: dict[str, Any]) -> None:
        verbs.take_back_mark(reward=reward, reason=given["reason"], by=request.user)

    done = _("Not confirmed: the reward waits for payment again.")
    return _step(request, uuid, "back", TakeBackForm, roles.can_take_back_mark, disagree, done)


def _step(
    request: PersonRequest,
    uuid: UUID,
    name: str,
    asks: type[forms.Form],
    may: Callable[[Any, PairReward], Decision],
    verb: Callable[[PairReward, dict[str, Any]], None],
    done: str,
) -> HttpResponse:
    """Does what was sent, or shows the page again with what is wrong. name: of the form on the page."""
    found = reward_at_desk(request, uuid)
    may(request.user, found).or_refuse()
    form = asks(request.POST, auto_id=f"{name}_%s")
    if form.is_valid():
        try:
            verb(found, form.cleaned_data)
        except PairRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, done)
            return redirect("desk:reward", found.uuid)
    return reward_page(request, found, status=422, **{f"{name}_form": form})


urlpatterns = [
    path("academy/rewards/<uuid:uuid>/pay/", mark, name="reward_pay"),
    path("academy/rewards/<uuid:uuid>/confirm/", confirm, name="reward_confirm"),
    path("academy/rewards/<uuid:uuid>/take-back/", take_back, name="reward_take_back"),
]
