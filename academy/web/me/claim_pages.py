"""What all pages of a worker's claims share: the claim of this person, the record behind it, the frame."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from academy.domain import claim_room, claims
from academy.models import Claim, SubsidyProgramme
from craft_site.people.models import Worker
from craft_site.people.web.nav import me_nav
from craft_site.people.web.requests import PersonRequest


def own(request: PersonRequest, uuid: str) -> Claim:
    """My own claim, or 404: whatever other roles I hold, these pages show mine alone."""
    mine = Claim.objects.of_person(request.user).select_related(
        "programme", "version", "worker__employer", "union__parent__parent", "waits_for", "trade", "posted"
    )
    found = get_object_or_404(mine.prefetch_related("files__file"), uuid=uuid)
    return claims.under_present_rules(found)


def changeable(request: PersonRequest, uuid: str) -> Claim | None:
    """My claim while it can be changed."""
    found = own(request, uuid)
    return found if found.state in Claim.OPEN else None


def waiting_of(claim: Claim) -> dict[str, Any]:
    """For claim_steps.next_step: how many lots are in the urn, or how many stand before the claim in the line."""
    if claim.state != Claim.State.FILED or claim.waits_for is not None:
        return {}
    if claim.programme.allocation == SubsidyProgramme.Allocation.LOTTERY:
        return {"lots": claim_room.in_the_urn(claim.programme, claim.item)}
    return {"before": claim_room.before_in_line(claim)}


def record_of(request: PersonRequest) -> Worker | None:
    return Worker.objects.filter(user=request.user).select_related("employer").first()


def page(request: PersonRequest, name: str, context: dict[str, Any], *, bad: bool = False) -> HttpResponse:
    context.setdefault("me_nav", me_nav(request))
    return render(request, f"academy/me/{name}.html", context, status=422 if bad else 200)
