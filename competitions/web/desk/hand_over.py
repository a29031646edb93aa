"""The chief judge hands an open sheet to another judge."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from competitions.domain import hand_over as verbs
from competitions.domain.issuing import NotAssigned
from competitions.models import Seat, Sheet
from competitions.web.desk.nav import desk_page, event_at_desk
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest


class HandOverForm(forms.Form):
    """seats: those that could take the sheet over; whether a tie bars one of them is not shown but refused."""

    to = forms.ChoiceField(label=gettext_lazy("To"))
    reason = forms.CharField(
        label=gettext_lazy("Why is the sheet handed over?"),
        max_length=300,
        help_text=gettext_lazy("What is entered stays with the name of the judge who entered it."),
    )

    def __init__(self, *args: Any, seats: list[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = {str(seat.pk): seat for seat in seats}
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            *((key, f"{seat.user} · {seat}") for key, seat in self.seats.items()),
        ]

    def clean_to(self) -> Seat:
        return self.seats[self.cleaned_data["to"]]


@needs(site_roles.JUDGE)
@never_cache
def hand_over(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    event = event_at_desk(request, code)
    verbs.can_hand_over(request.user, event).or_refuse()
    sheet = get_object_or_404(Sheet.objects.visible_to(request.user).for_list(), event=event, uuid=uuid)
    seats = verbs.takers(sheet)
    form = HandOverForm(request.POST if request.method == "POST" else None, seats=seats)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.hand_over(sheet=sheet, by=request.user, **form.cleaned_data)
        except (verbs.HandOverRefused, NotAssigned) as refused:
            form.add_error("to" if isinstance(refused, NotAssigned) else None, str(refused))
        else:
            messages.success(request, _("The sheet is handed over."))
            return redirect("desk:sheet", code, uuid)
    context = desk_page(request, event, "progress") | {
        "sheet": sheet,
        "form": form,
        "nobody": not seats,
        "is_open": sheet.state in Sheet.OPEN,
    }
    return render(
        request, "competitions/desk/sheet_hand_over.html", context, status=422 if form.errors else 200
    )


urlpatterns = [
    path("events/<slug:code>/sheets/<uuid:uuid>/hand-over/", hand_over, name="sheet_hand_over"),
]
