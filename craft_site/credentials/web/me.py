"""My certificates: what was issued to me, to see, print and keep as a file; for an employer's contact, what the unit
and its teams hold besides."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.cache import never_cache

from craft_site.credentials.models import Certificate, CertificateQuerySet
from craft_site.credentials.web import files, paper
from craft_site.kit.access import signed_in
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest


def _mine(request: PersonRequest) -> CertificateQuerySet:
    found = Certificate.objects.in_wallet_of(request.user)
    return found.select_related("status_list").prefetch_related("revocations")


@signed_in
@never_cache
def certificates(request: PersonRequest) -> HttpResponse:
    """The newest first; revoked ones say so."""
    found = list(_mine(request))
    context = {
        "standing": [one for one in found if one.revoked_at is None and not one.is_collective],
        "of_the_firm": [one for one in found if one.revoked_at is None and one.is_collective],
        "revoked": [one for one in found if one.revoked_at is not None],
        "me_nav": me_nav(request),
    }
    return render(request, "credentials/mine.html", context)


@signed_in
@never_cache
def certificate(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The certificate as it prints."""
    found = get_object_or_404(_mine(request), uuid=uuid)
    return paper.sheets(request, [found], back=reverse("me:certificates"), files=True)


@signed_in
@never_cache
def file(request: PersonRequest, uuid: UUID, form: str) -> HttpResponse:
    """One of the files that a holder hands on: see files.FORMS. A revoked one is still theirs to keep."""
    return files.response(get_object_or_404(_mine(request), uuid=uuid), form)


urlpatterns = [
    path("certificates/", certificates, name="certificates"),
    path("certificates/<uuid:uuid>/", certificate, name="certificate"),
    path("certificates/<uuid:uuid>/<str:form>/", file, name="certificate_file"),
]
