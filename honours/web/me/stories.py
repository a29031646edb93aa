"""My story: I agree to it, and I take that back at any time, without a reason."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from craft_site.kit.access import signed_in
from craft_site.people.web.requests import PersonRequest
from honours.domain import stories
from honours.domain.refusals import HonourRefused
from honours.models import Holder, StoryConsent, holder_of


def _me(request: PersonRequest) -> Holder:
    found = holder_of(request.user)
    if found is None:
        raise Http404("this person holds no honour")
    return found


@signed_in
@require_POST
def agree(request: PersonRequest) -> HttpResponse:
    """I agree that my story is told, in words alone or with pictures."""
    try:
        stories.agree(holder=_me(request), scope=request.POST.get("scope", ""), by=request.user)
    except HonourRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Thank you. Editors may now publish your story."))
    return redirect("me:honours")


@signed_in
@require_POST
def withdraw(request: PersonRequest) -> HttpResponse:
    """My story leaves the public pages at once."""
    found = get_object_or_404(StoryConsent.objects.in_force(), holder=_me(request))
    try:
        stories.withdraw_consent(consent=found, by=request.user)
    except HonourRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Your consent is withdrawn. Your story has left the public pages."))
    return redirect("me:honours")


urlpatterns = [
    path("honours/story/agree/", agree, name="story_agree"),
    path("honours/story/withdraw/", withdraw, name="story_withdraw"),
]
