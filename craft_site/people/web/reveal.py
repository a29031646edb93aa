"""Showing a sealed value: a POST with a reason, answered once, kept nowhere but as "who looked and why"."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.kit.access import roles
from craft_site.people import roles as people_roles
from craft_site.people.domain import reveals
from craft_site.people.models import Worker
from craft_site.people.web.files import private_file
from craft_site.people.web.forms import RevealForm
from craft_site.people.web.requests import PersonRequest


@roles(people_roles.ORGANISER, people_roles.REVIEWER, people_roles.EMPLOYER)
@require_POST
@never_cache
def reveal(request: PersonRequest, uuid: str) -> HttpResponse:
    """One value of one worker whom the person may see. The answer is the page itself: a reload asks again."""
    worker = get_object_or_404(Worker.objects.visible_to(request.user), uuid=uuid)
    form = RevealForm(request.POST)
    value, status = "", 422
    if form.is_valid():
        field = form.cleaned_data["field"]
        try:
            value = reveals.reveal(
                worker=worker, field=field, reason=form.cleaned_data["reason"], by=request.user
            )
            status = 200
        except reveals.RevealRefused as refusal:
            form.add_error("reason", str(refusal))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = ""
    label = dict(RevealForm.CHOICES).get(form.data.get("field", ""), "")
    context = {
        "worker": worker,
        "form": form,
        "value": value,
        "label": label,
        "back": back,
        "shown": status == 200,
    }
    return render(request, "people/reveal.html", context, status=status)


urlpatterns = [
    path("people/<uuid:uuid>/reveal/", reveal, name="reveal"),
    path("files/<uuid:uuid>/", private_file, name="file"),
]
