"""What everybody may see of subsidies: programmes, names on notice, draws that anybody can compute again."""

from datetime import datetime
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache

from academy.domain import claim_offers, claim_room, postings, subsidy_draws
from academy.domain.claim_moves import ClaimRefused
from academy.models import Posting, SubsidyDraw, SubsidyProgramme
from academy.rules.programme import Rules
from academy.web import claim_words
from academy.web.room_rows import room_figures
from craft_site.kit.access import public
from craft_site.kit.language import in_language
from craft_site.people.web import objections

# Reads the published file and nothing else; craft_site/kit/draw.py and academy/rules/queue.py are the definition.
PROGRAM = """\
import hashlib, json, sys
H = lambda text: hashlib.sha256(text.encode()).hexdigest()
draw = json.load(open(sys.argv[1], encoding="utf-8"))
items = sorted(draw["items"], key=str.encode)
L = H("\\n".join(items))
C = H(draw["secret"])
seed = H("\\n".join(["draw-v1", L, draw["secret"], draw["dice"]]))
first = sorted(draw["first"], key=str.encode)
P = H("\\n".join(first)) if first else ""
order = sorted(items, key=lambda item: (item not in first, H(seed + "\\n" + item), item.encode()))
print(L == draw["list_hash"], P == draw["first_hash"], C == draw["commitment"], seed == draw["seed"])
placed, sound = set(), True
for line in draw["placed"]:
    facts = json.loads(line["body"])["facts"]
    placed.add(line["reference"])
    sound &= H(line["prev_hash"] + line["body"]) == line["hash"] and facts["reference"] == line["reference"]
    sound &= order.index(line["reference"]) + 1 == facts["position"]
print(len(placed), "of", draw["places"], "places, each with its line of the ledger:", sound)
for n, item in enumerate(order, 1): print(n, item, "place" if item in placed else "-")
"""


@public
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Programmes that are open or have been, with what is left of them; notices that stand; draws."""
    now = timezone.now()
    found = SubsidyProgramme.objects.exclude(state=SubsidyProgramme.State.DRAFT)
    versions = {
        one: claim_offers.present_version(one) for one in found.prefetch_related("versions", "quotas")
    }
    names = claim_words.excluded_programmes(version.rules for version in versions.values())
    rows = [_card(one, version.rules, names, now) for one, version in versions.items()]
    context = {
        "open": [row for row in rows if row["open"]],
        "ahead": [row for row in rows if row["ahead"]],
        "closed": [row for row in rows if not row["open"] and not row["ahead"]],
        "postings": Posting.objects.filter(until__gte=now).select_related("programme"),
        "draws": [
            {"draw": draw, "item": _item_name(draw)}
            for draw in SubsidyDraw.objects.select_related("programme").prefetch_related(
                "programme__versions"
            )[:20]
        ],
        "now": now,
    }
    return render(request, "academy/public/subsidies.html", context)


def _card(
    programme: SubsidyProgramme, rules: Rules, excluded: dict[str, str], now: datetime
) -> dict[str, Any]:
    names = {item.key: in_language(item.name, item.name_en) for item in rules.items}
    opened = programme.state == SubsidyProgramme.State.OPEN
    return {
        "programme": programme,
        "open": programme.takes_claims(now),
        "ahead": opened and programme.opens_at > now,
        "rehearses": programme.rehearses(now),
        "amount": claim_words.amount_words(rules),
        "items": [claim_words.item_words(item) for item in rules.items],
        "who": claim_words.who_lines(rules),
        "often": claim_words.often_lines(rules),
        "excluded": claim_words.excluded_words(rules, excluded),
        "documents": claim_words.document_words(rules.documents),
        "figures": room_figures(programme, claim_room.rooms(programme), names),
    }


def _item_name(draw: SubsidyDraw) -> str:
    item = claim_offers.present_version(draw.programme).rules.item(draw.item)
    return in_language(item.name, item.name_en) if item else draw.item


@public
@never_cache
def posting(request: HttpRequest, uuid: str) -> HttpResponse:
    """The list while it is on notice; afterwards only that it was. Objections are taken on the same page."""
    found = get_object_or_404(Posting.objects.select_related("programme"), uuid=uuid)
    stands = postings.on_notice(found)
    door = objections.answer(
        request,
        what="subsidy-objection",
        send=partial(postings.object_to, posting=found),
        refusal=ClaimRefused,
        names=frozenset(row["name"] for row in found.rows) if stands else frozenset(),
    )
    if door.received:
        return redirect("academy:objection_done", uuid)
    rows = found.rows if stands else []
    context = {
        "posting": found,
        "stands": stands,
        "now": timezone.now(),
        "rows": [
            row | {"item": in_language(row["item"], row["item_en"]), "yuan": f"{row['yuan']:,}"}
            for row in rows
        ],
        "size": len(found.rows),
        "total": f"{sum(row['yuan'] for row in found.rows):,}",
        "namesakes": any("reference" in row for row in rows),
        "form": door.form,
    }
    return render(request, "academy/public/posting.html", context, status=door.status)


@public
@never_cache
def objection_done(request: HttpRequest, uuid: str) -> HttpResponse:
    found = get_object_or_404(Posting.objects.select_related("programme"), uuid=uuid)
    return render(request, "academy/public/objection_done.html", {"posting": found})


@public
def draw_page(request: HttpRequest, uuid: str) -> HttpResponse:
    """What was published before, what was thrown, the outcome, and how to compute it again."""
    draw = _draw(uuid)
    context = {
        "draw": draw,
        "item": _item_name(draw),
        "secret": draw.secret.reveal() if draw.seed else "",
        "lines": _lines(draw),
        "placed": _placed(draw) if draw.state == SubsidyDraw.State.PLACED else [],
        "size": len(draw.items),
        "in_front": len(draw.first),
        "program": PROGRAM,
    }
    return render(request, "academy/public/draw.html", context)


def _lines(draw: SubsidyDraw) -> list[dict[str, Any]]:
    """The drawn order; beside each place the line of the ledger that proves it, by number and first signs."""
    proofs = subsidy_draws.proofs(draw)
    return [row | {"proof": proofs.get(row["item"])} for row in subsidy_draws.order(draw)]


def _placed(draw: SubsidyDraw) -> list[dict[str, Any]]:
    """The frozen list where nothing was drawn, each place with its line; who had given up by then has none."""
    proofs = subsidy_draws.proofs(draw)
    return [{"item": item, "proof": proofs.get(item)} for item in draw.items]


def draw_content(draw: SubsidyDraw) -> dict[str, Any]:
    """What the program reads; only of a draw whose dice have fallen."""
    return {
        "algorithm": "draw-v1",
        "items": draw.items,
        "places": draw.places,
        "first": draw.first,
        "list_hash": draw.list_hash,
        "first_hash": draw.first_hash,
        "commitment": draw.commitment,
        "secret": draw.secret.reveal(),
        "dice": draw.dice,
        "seed": draw.seed,
        "placed": [
            {
                "reference": reference,
                "line": line.seq,
                "body": line.body,
                "prev_hash": line.prev_hash,
                "hash": line.hash,
            }
            for reference, line in subsidy_draws.proofs(draw).items()
        ],
    }


@public
def draw_file(request: HttpRequest, uuid: str) -> HttpResponse:
    draw = _draw(uuid)
    if not draw.seed:
        raise Http404
    response = JsonResponse(draw_content(draw), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="draw.json"'
    return response


@public
def draw_program(request: HttpRequest, uuid: str) -> HttpResponse:
    _draw(uuid)
    response = HttpResponse(PROGRAM, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="draw_again.py"'
    return response


def _draw(uuid: str) -> SubsidyDraw:
    found = SubsidyDraw.objects.select_related("programme").prefetch_related("programme__versions")
    return get_object_or_404(found, uuid=uuid)


urlpatterns = [
    path("subsidies/", index, name="subsidies"),
    path("subsidies/lists/<uuid:uuid>/", posting, name="posting"),
    path("subsidies/lists/<uuid:uuid>/received/", objection_done, name="objection_done"),
    path("subsidies/draws/<uuid:uuid>/", draw_page, name="subsidy_draw"),
    path("subsidies/draws/<uuid:uuid>/draw.json", draw_file, name="subsidy_draw_file"),
    path("subsidies/draws/<uuid:uuid>/draw_again.py", draw_program, name="subsidy_draw_program"),
]
