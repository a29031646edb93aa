"""My honours: what I hold, and what the public sees of me."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from craft_site.kit.access import signed_in
from craft_site.people.models import GrowthEntry
from craft_site.people.web.forms import posted
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest
from honours.domain import register, stories
from honours.models import Holder, Honour, holder_of


class ConsentForm(forms.Form):
    """What public pages may show of me. Everything can be taken back at any time."""

    named = forms.BooleanField(label=gettext_lazy("The honour roll may name me"), required=False)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("My page may also show from my record"),
        required=False,
        choices=[(kind, GrowthEntry.Kind(kind).label) for kind in register.RECORD_KINDS],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Subsidies and other payments are never shown."),
    )


@signed_in
@never_cache
def mine(request: PersonRequest) -> HttpResponse:
    """My honours and my consent; whoever holds none is told where honours come from."""
    holder = holder_of(request.user)
    if request.method == "POST" and holder is None:
        return redirect("me:honours")
    form = ConsentForm(posted(request), initial=_initial(holder))
    if request.method == "POST" and holder is not None and form.is_valid():
        register.consent(holder=holder, by=request.user, **form.cleaned_data)
        messages.success(request, _("Public pages follow at once."))
        return redirect("me:honours")
    context = {
        "holder": holder,
        "honours": list(Honour.objects.filter(holder=holder).for_list()) if holder else [],
        "form": form,
        "story": my_story(holder) if holder and holder.is_named else None,
        "me_nav": me_nav(request),
        "page_title": _("My honours"),
    }
    return render(request, "honours/me/mine.html", context, status=422 if form.errors else 200)


def my_story(holder: Holder) -> dict[str, Any]:
    """{consent, withdrawn, pages}: what I have agreed to or withdrawn, and what is told of me now."""
    consents = list(holder.story_consents.order_by("pk"))  # type: ignore[attr-defined]
    last = consents[-1] if consents else None
    return {
        "consent": next((one for one in consents if one.is_in_force), None),
        "withdrawn": last if last and not last.is_in_force else None,
        "pages": [page for page in stories.stories_of(holder) if page.live],
    }


def _initial(holder: Holder | None) -> dict[str, Any]:
    return {"named": holder.is_named, "kinds": holder.record_kinds} if holder else {}


urlpatterns = [path("honours/", mine, name="honours")]
