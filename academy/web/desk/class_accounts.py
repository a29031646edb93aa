"""What a class cost against its budget, and what its people thought of it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy import roles
from academy.domain import accounts as verbs
from academy.domain.refusals import TrainingRefused
from academy.models import CostLine
from academy.web.desk.class_nav import class_at_desk, class_page
from academy.web.desk.class_tables import percent_of
from academy.web.fields import YuanField, put_refusal
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import DateField, posted
from craft_site.people.web.requests import PersonRequest

office_only = needs(*roles.OFFICE)
organiser_only = needs(site_roles.ORGANISER)


class CostForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=CostLine.Kind.choices)
    amount = YuanField(
        label=gettext_lazy("Amount"),
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    on = DateField(label=gettext_lazy("Day"))
    note = forms.CharField(label=gettext_lazy("For what"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].unit = gettext_lazy("yuan")  # type: ignore[attr-defined]


@office_only
@never_cache
def accounts(request: PersonRequest, code: str) -> HttpResponse:
    """Costs and opinions; the organiser adds a cost here."""
    held = class_at_desk(request, code)
    may_run = bool(roles.can_run_training(request.user))
    form = CostForm(posted(request), initial={"on": timezone.localdate()})
    if request.method == "POST":
        roles.can_run_training(request.user).or_refuse()
        if form.is_valid():
            try:
                verbs.add_cost(training_class=held, by=request.user, **form.cleaned_data)
            except TrainingRefused as refused:
                put_refusal(form, refused)
            else:
                messages.success(request, _("The cost has been added."))
                return redirect("desk:class_accounts", code)
    money, rated = verbs.balance(held), verbs.rating(held)
    return class_page(
        request,
        held,
        "class_accounts",
        room="accounts",
        status=422 if form.is_bound else 200,
        form=form if may_run else None,
        money=money,
        percent=percent_of(int(money.spent), int(money.budget)) if money.budget else None,
        overdrawn=-money.left if money.left is not None and money.left < 0 else None,
        costs=held.costs.all(),
        rated=rated,
        opinions=verbs.words_of(held),
        fewest=verbs.FEWEST,
    )


@organiser_only
@require_POST
def drop(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    """Takes a cost back."""
    held = class_at_desk(request, code)
    verbs.drop_cost(cost=get_object_or_404(held.costs, uuid=uuid), by=request.user)
    messages.success(request, _("The cost has been taken back; the ledger keeps that it stood there."))
    return redirect("desk:class_accounts", code)


urlpatterns = [
    path("academy/classes/<slug:code>/accounts/", accounts, name="class_accounts"),
    path("academy/classes/<slug:code>/accounts/<uuid:uuid>/drop/", drop, name="cost_drop"),
]
