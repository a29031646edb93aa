"""A judge declares ties of their own accord, in free words: no list of contestants is shown or implied."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions.domain import conflicts
from competitions.domain.conflicts import ConflictRefused
from competitions.models import Declaration
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.models import Tie
from craft_site.people.web.requests import PersonRequest


class TieForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What ties you"),
        choices=Tie.Kind.choices,
        initial="declared",
    )
    person_name = forms.CharField(
        label=gettext_lazy("Name of the person"),
        max_length=50,
        required=False,
        help_text=gettext_lazy("Leave it empty when you mean everybody of an employer."),
    )
    employer_name = forms.CharField(
        label=gettext_lazy("Employer"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("The full name, so that the right one is found."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # a browser would cut a longer text and not say so
            field.widget.attrs.pop("maxlength", None)


@needs(site_roles.JUDGE)
def declare(request: PersonRequest) -> HttpResponse:
    """The judge's own declarations and the form for another. Whether one fits anybody is never said."""
    form = TieForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            conflicts.declare(judge=request.user, **form.cleaned_data)
        except ConflictRefused as refusal:
            form.add_error("person_name", str(refusal))
        else:
            messages.success(request, _recorded(form.cleaned_data["employer_name"]))
            return redirect("judge:declare")
    own = Declaration.objects.standing().filter(judge=request.user.pk)
    return render(request, "competitions/judge/ties.html", {"form": form, "declarations": own})


def _recorded(firm: str) -> str:
    """The same words whether the firm is known or not: which firms are tells something of who takes part."""
    if not firm:
        return _("Your declaration is recorded. Thank you.")
    return _(
        "Your declaration is recorded. The employer is kept as you wrote it: where that is not the full name of a "
        "registered one, the office settles which is meant."
    )


urlpatterns = [path("ties/", declare, name="declare")]
