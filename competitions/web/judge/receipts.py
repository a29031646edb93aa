"""My receipts of a sheet: what the ledger took from this judge, each with what the public look-up asks for."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.cache import never_cache

from competitions.models import Sheet
from competitions.scheme_names import SchemeNames
from craft_site.kit.access import roles as needs
from craft_site.ledger import receipts as ledger
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

judge_only = needs(site_roles.JUDGE)


@judge_only
@never_cache
def receipts(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Every mark that this judge has entered on an own sheet, replaced ones too: aspect, line number, check code, time.
    No value stands here, so that the page may be shown to anybody."""
    mine = Sheet.objects.visible_to(request.user).filter(seat__user=request.user).for_list()
    sheet = get_object_or_404(mine.select_related("event__competition"), uuid=uuid)
    marks = list(sheet.marks.filter(by=request.user).order_by("-seq"))
    codes = ledger.codes(sheet.event.chain, {mark.seq for mark in marks})
    version = sheet.event.scheme_version
    names = SchemeNames(version.scheme if version else None)
    rows = [
        {
            "aspect": names.aspect(mark.aspect),
            "seq": mark.seq,
            "code": codes.get(mark.seq, ""),
            "at": mark.at,
            "replaced": not mark.is_current,
            "url": _look_up(sheet, mark.seq, codes.get(mark.seq, "")),
        }
        for mark in marks
    ]
    return render(request, "competitions/judge/receipts.html", {"sheet": sheet, "rows": rows})


def _look_up(sheet: Sheet, seq: int, code: str) -> str:
    asked = urlencode({"event": sheet.event.code, "seq": seq, "code": code})
    return f"{reverse('receipts:look_up')}?{asked}"


urlpatterns = [path("sheets/<uuid:uuid>/receipts/", receipts, name="receipts")]
