"""Saying whom I would like: look for a master, or offer places. People are searched for and shown a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, QuerySet, Window
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from academy.domain import pairs, round_wishes
from academy.domain.round_wishes import masters_for, trades_taught, workers_for
from academy.domain.rounds import RoundRefused, weights_of
from academy.models import MatchRound, Pair
from academy.web.match_words import grade_words
from academy.web.me.round_forms import RANKS, OfferForm, SearchForm, SeekForm, WishesForm
from academy.web.me.rounds import round_of, round_page, round_url, wishes_of
from craft_site.kit.access import signed_in
from craft_site.people.models import Qualification, Trade, Worker
from craft_site.people.web.requests import PersonRequest

SHOWN = 12  # people on a page
FAR = 10_000  # no page beyond


@dataclass(frozen=True, slots=True)
class Found:
    """A page of those who answer the search. total: how many there are; number: of the page, from 1."""

    people: list[Any]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // SHOWN))


@signed_in
@never_cache
def seek(request: PersonRequest, code: str) -> HttpResponse:
    """Look for a master: trade, wishes in order, what I hope to learn. Filled in with what was said before."""
    held, worker = round_of(request, code), _worker(request)
    if worker is None:
        return redirect("me:record")
    said = held.seekers.filter(worker=worker).first()  # type: ignore[attr-defined]
    taken = _mastered(worker) - {said.trade_id if said else None}
    trades = [one for one in Trade.objects.all() if one.pk not in taken]
    levels = _levels(worker)
    initial: dict[str, Any] = (
        {"trade": said.trade_id, "hopes": said.hopes, "only_wishes": said.only_wishes}
        if said
        else {"trade": _likely_trade(held, taken, levels)}
    )
    saving, given = _asked(request)
    form = SeekForm(given if saving else None, initial=_again(given, initial), trades=trades)
    masters = masters_for(held, worker)
    chosen = _chosen(given, masters) if given is not None else wishes_of(said, "offer")
    search = SearchForm(given)
    trade = _number(given.get("trade")) if given is not None else initial["trade"]
    own = max((one.grade or 0 for one in levels if one.trade_id == trade), default=0)
    found = _found(held, masters.filter(grade__gt=own), given, search, [trade] if trade else [])
    _complete(request, form, found, chosen, given)
    if saving and form.is_valid():
        said_now = {name: form.cleaned_data[name] for name in ("trade", "only_wishes", "hopes")}
        try:
            round_wishes.seek(round_=held, worker=worker, wishes=form.wishes(), by=request.user, **said_now)
        except RoundRefused as refused:
            form.add_error(form.field_of(refused), str(refused))
        else:
            messages.success(request, _("Your wishes are kept. You can change them until the round closes."))
            return redirect(round_url(held))
    return round_page(
        request,
        "round_seek",
        held=held,
        form=form,
        search=search,
        found=found,
        needs_trade=not trade and weights_of(held).same_trade_only,
        employer=worker.employer_id,
        levels=[str(one) for one in levels],
        status=422 if form.errors else 200,
    )


@signed_in
@never_cache
def offer(request: PersonRequest, code: str) -> HttpResponse:
    """Offer places: trade, how many, whom I would like. Filled in with what was said before."""
    held, worker = round_of(request, code), _worker(request)
    if worker is None:
        return redirect("me:record")
    said = held.offers.filter(worker=worker).first()  # type: ignore[attr-defined]
    trades = trades_taught(worker)
    free = pairs.places_left(worker, held.scheme)
    initial: dict[str, Any] = {
        "places": min(1, free),
        "trade": trades[0].pk if len(trades) == 1 else None,
    }
    if said:
        initial = {name: getattr(said, name) for name in ("places", "teaches", "only_wishes")}
        initial["trade"] = said.trade_id
    saving, given = _asked(request)
    form = OfferForm(given if saving else None, initial=_again(given, initial), trades=trades)
    form.fields["places"].help_text = ngettext(
        "By the rules you can take %(free)d more.", "By the rules you can take %(free)d more.", free
    ) % {"free": free}
    workers = workers_for(held, worker, [trade.pk for trade in trades])
    chosen = _chosen(given, workers) if given is not None else wishes_of(said, "seeker")
    search = SearchForm(given)
    trade = _number(given.get("trade")) if given is not None else initial["trade"]
    found = _found(held, workers, given, search, [trade] if trade else [])
    _complete(request, form, found, chosen, given)
    if saving and form.is_valid():
        said_now = {name: form.cleaned_data[name] for name in ("trade", "places", "only_wishes", "teaches")}
        try:
            round_wishes.offer(round_=held, worker=worker, wishes=form.wishes(), by=request.user, **said_now)
        except RoundRefused as refused:
            form.add_error(form.field_of(refused), str(refused))
        else:
            messages.success(request, _("Your places are kept. You can change them until the round closes."))
            return redirect(round_url(held))
    return round_page(
        request,
        "round_offer",
        held=held,
        form=form,
        search=search,
        found=found,
        needs_trade=not trade and weights_of(held).same_trade_only,
        can_teach=bool(trades or said),
        status=422 if form.errors else 200,
    )


def _asked(request: PersonRequest) -> tuple[bool, QueryDict | None]:
    """(is it to be kept, what was filled in); nothing was where the page is only opened."""
    given = request.POST if request.method == "POST" else None
    return given is not None and not given.keys() & {"find", "page", "add"}, given


def _again(given: QueryDict | None, initial: dict[str, Any]) -> dict[str, Any]:
    """What the form begins with: as it was filled in, after a search."""
    return initial if given is None else {name: given[name] for name in given if not name.startswith("wish_")}


def _chosen(given: Mapping[str, Any], rows: QuerySet[Any]) -> dict[int, Any]:
    """Those wished for in a form, by rank; who is not in the round is in none. One query, none without wishes."""
    keys = {rank: key for rank in RANKS if (key := _uuid(given.get(f"wish_{rank}"))) is not None}
    people = {one.uuid: one for one in rows.filter(uuid__in=set(keys.values()))} if keys else {}
    return {rank: people[key] for rank, key in keys.items() if key in people}


def _found(
    held: MatchRound, rows: QuerySet[Any], given: QueryDict | None, search: SearchForm, trades: list[int]
) -> Found:
    """The page that is asked for, in one query. trades: to look in, where the round keeps within one trade."""
    wanted = search.wanted() if given is not None else {"grade": 0, "words": ""}
    if weights_of(held).same_trade_only:
        rows = rows.filter(trade__in=trades)
    if wanted["grade"]:
        rows = rows.filter(grade__gte=wanted["grade"])
    if words := wanted["words"]:
        rows = rows.filter(
            Q(worker__name__icontains=words)
            | Q(worker__employer__name__icontains=words)
            | Q(worker__employer__short_name__icontains=words)
        )
    number = min(max(1, (_number(given.get("page")) if given is not None else None) or 1), FAR)
    page = rows.annotate(whole=Window(Count("pk")))[(number - 1) * SHOWN : number * SHOWN]
    people = list(page)
    return Found(people, people[0].whole if people else 0, number)


def _complete(
    request: PersonRequest,
    form: WishesForm,
    found: Found,
    chosen: dict[int, Any],
    given: QueryDict | None,
) -> None:
    """Gives the form its wishes, with the person who was just added, and each person shown the rank of the wish."""
    if given is not None and "add" in given:
        key = _uuid(given["add"])
        one = next((one for one in found.people if one.uuid == key), None)
        free = next((rank for rank in RANKS if rank not in chosen), None)
        if free is None:
            messages.warning(request, _("All wishes are given. Empty one first."))
        elif one is not None and one.pk not in {other.pk for other in chosen.values()}:
            chosen[free] = one
    ranks = {one.pk: rank for rank, one in sorted(chosen.items(), reverse=True)}
    for one in found.people:
        one.level = grade_words(one.grade)
        one.wish = _("Wish no. %(rank)d") % {"rank": ranks[one.pk]} if one.pk in ranks else ""
    form.add_wishes(found.people, chosen)


def _worker(request: PersonRequest) -> Worker | None:
    return Worker.objects.filter(user=request.user).select_related("user", "employer").first()


def _levels(worker: Worker) -> list[Qualification]:
    """The worker's checked levels, as the round counts them."""
    level = Qualification.Kind.LEVEL
    held = worker.qualifications.filter(kind=level, checked=True, grade__isnull=False)  # type: ignore[attr-defined]
    return list(held.select_related("trade"))


def _mastered(worker: Worker) -> set[int]:
    """The trades in which the worker has a master: no other is sought there."""
    return set(Pair.objects.standing().filter(apprentice=worker).values_list("trade_id", flat=True))


def _likely_trade(held: MatchRound, has_master: set[int], levels: list[Qualification]) -> int | None:
    """The trade of the highest checked level, else the only one taught in the round; none where a master is there."""
    of_trade = [one for one in levels if one.trade_id and one.trade_id not in has_master]
    if of_trade:
        return max(of_trade, key=lambda one: one.grade or 0).trade_id
    taught = set(held.offers.order_by().values_list("trade_id", flat=True).distinct()) - has_master  # type: ignore[attr-defined]
    return taught.pop() if len(taught) == 1 else None


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None


def _number(text: Any) -> int | None:
    """A whole number as a form sends it; None for anything else, however long."""
    told = str(text or "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None


urlpatterns = [
    path("academy/rounds/<slug:code>/look/", seek, name="round_seek"),
    path("academy/rounds/<slug:code>/offer/", offer, name="round_offer"),
]
