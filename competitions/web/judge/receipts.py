"""My receipts of a sheet: what the ledger took from this judge, each with what the public look-up asks for."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.cache import never_cache

from competitions.models import Mark, Sheet
from competitions.scheme_names import SchemeNames
from competitions.scoring.scheme import Aspect
from competitions.web.judge.sheet_data import values_text
from craft_site.kit.access import roles as needs
from craft_site.ledger import receipts as ledger
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

judge_only = needs(site_roles.JUDGE)


@judge_only
@never_cache
def receipts(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Every mark that this judge has entered on an own sheet, replaced ones and takings back too: aspect, own value,
    line number, check code, time. The value is for the judge alone: on paper, which may be shown to anybody, it is
    left out."""
    mine = Sheet.objects.visible_to(request.user).filter(seat__user=request.user).for_list()
    sheet = get_object_or_404(mine.select_related("event__competition"), uuid=uuid)
    marks = list(sheet.marks.filter(by=request.user).order_by("-seq"))
    codes = ledger.codes(sheet.event.chain, {mark.seq for mark in marks})
    version = sheet.event.scheme_version
    names = SchemeNames(version.scheme if version else None)
    aspects = {aspect.code: aspect for aspect in version.scheme.aspects()} if version else {}
    rows = [
        {
            "aspect": names.aspect(mark.aspect),
            "value": _value(aspects.get(mark.aspect), mark),
            "seq": mark.seq,
            "code": codes.get(mark.seq, ""),
            "at": mark.at,
            "taken_back": mark.withdrawn,
            "replaced": not mark.is_current and not mark.withdrawn,
            "url": _look_up(sheet, mark.seq, codes.get(mark.seq, "")),
        }
        for mark in marks
    ]
    return render(request, "competitions/judge/receipts.html", {"sheet": sheet, "rows": rows})


def _value(aspect: Aspect | None, mark: Mark) -> str:
    """What this line entered, for reading; "" for a taking back, which enters nothing."""
    if mark.withdrawn or aspect is None:
        return ""
    return values_text(aspect, mark.values, not_done=mark.not_done)


def _look_up(sheet: Sheet, seq: int, code: str) -> str:
    asked = urlencode({"event": sheet.event.code, "seq": seq, "code": code})
    return f"{reverse('receipts:look_up')}?{asked}"


urlpatterns = [path("sheets/<uuid:uuid>/receipts/", receipts, name="receipts")]
