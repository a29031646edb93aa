"""Certificates of honours at the desk: what was conferred here as a job, one of the register by the office's word."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from craft_site.credentials.domain.issuing import CertificateRefused
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest
from honours.domain import certificates
from honours.models import Honour

organiser_only = needs(site_roles.ORGANISER)


@organiser_only
@require_POST
def certify_all(request: PersonRequest) -> HttpResponse:
    """Issues what is missing of all that was conferred here, as a job whose progress the next page shows."""
    with transaction.atomic():
        job = certificates.ask_for(
            by=request.user,
            title=_("Certificates of the honours conferred here"),
            back_to=reverse("desk:honours"),
        )
    return redirect("job", job.uuid)


@organiser_only
@require_POST
def certify(request: PersonRequest, uuid: str) -> HttpResponse:
    """One honour of the register."""
    found = get_object_or_404(Honour.objects.for_list(), uuid=uuid)
    try:
        made = certificates.certify(honour=found, by=request.user)
    except CertificateRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Certificate %(number)s is issued.") % {"number": made.shown_number})
    return redirect(found.holder)


urlpatterns = [
    path("honours/held/certificates/", certify_all, name="honours_certify"),
    path("honours/held/<uuid:uuid>/certificate/", certify, name="honour_certify"),
]
