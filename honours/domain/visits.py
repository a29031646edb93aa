"""Visits to firms: one table of moves, the one function that makes them, and the verbs up to the match.

Requested - triaged - matched - agreed - visited - followed up - closed; declined by the office or cancelled on the way.
What was said stands beside the fact; the ledger's lines hold keys, days and hashes of reasons, never a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import append, lock_head
from craft_site.people.models import Employer, Trade, Worker
from honours import roles_outreach as roles
from honours.domain import engagements, visit_matching
from honours.domain.refusals import HonourRefused
from honours.models import OUTREACH, Visit, VisitCraftsman, VisitStep
from honours.rules import visit_clock

S = Visit.State
# What may follow what. Who may and what must be there besides is asked by the verb that makes the move.
MOVES: Mapping[str, frozenset[str]] = {
    S.REQUESTED: frozenset({S.TRIAGED, S.DECLINED, S.CANCELLED}),
    S.TRIAGED: frozenset({S.MATCHED, S.DECLINED, S.CANCELLED}),
    S.MATCHED: frozenset({S.AGREED, S.TRIAGED, S.DECLINED, S.CANCELLED}),
    S.AGREED: frozenset({S.VISITED, S.TRIAGED, S.CANCELLED}),
    S.VISITED: frozenset({S.FOLLOWED_UP, S.CLOSED, S.AGREED}),
    S.FOLLOWED_UP: frozenset({S.FOLLOWED_UP, S.CLOSED}),
    S.CLOSED: frozenset(),
    S.DECLINED: frozenset(),
    S.CANCELLED: frozenset(),
}
LEAST_REASON = 4
MOST_CRAFTSMEN = 8
LONGEST_PLAN = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a firm asks for. contact: whom to call, kept sealed."""

    problem: str
    kind: str
    urgency: str
    trade: Trade | None = None
    place: str = ""
    contact: str = ""
    wished_by: date | None = None


def again(visit: Visit) -> Visit:
    """The visit as it stands, behind the head of its chain: what happens to one happens in the order of the ledger."""
    lock_head(OUTREACH)
    found: QuerySet[Visit] = Visit.objects.select_for_update(of=("self",))
    return found.select_related("employer__union__parent", "trade").get(pk=visit.pk)


def tell(visit: Visit, kind: str, facts: Mapping[str, Any], by: Any) -> None:
    append(OUTREACH, f"firm_visit.{kind}", subject=visit.subject, facts=facts, by=by)


def move(visit: Visit, to: str, *, by: Any, reason: str = "", on: date | None = None, **facts: Any) -> None:
    """Makes a move that its verb has allowed: state, clock, history, ledger. on: the day, today unless told.

    Raises HonourRefused for a move that is none."""
    if to not in MOVES[visit.state]:
        raise HonourRefused(_("The visit cannot do this step now."))
    was, visit.state = visit.state, to
    on = on or timezone.localdate()
    wind(visit, on)
    visit.save()
    VisitStep.objects.create(visit=visit, was=was, to=to, reason=reason[:300], on=on, by=by)
    told: dict[str, Any] = {"from": str(was), "to": str(to), **facts}
    if reason:
        told["reason_hash"] = words_hash(reason)
    tell(visit, "moved", told, by)


def wind(visit: Visit, since: date) -> None:
    """Sets the day of the next step by the clock; the caller saves."""
    still_open = visit.problems.filter(solved_on=None).aggregate(day=Min("follow_up_on"))["day"]  # type: ignore[attr-defined]
    visit.due_on = visit_clock.due(
        visit_clock.Stand(
            state=str(visit.state),
            urgency=str(visit.urgency),
            since=since,
            planned_on=visit.planned_on,
            open_until=still_open,
            rated=visit.rating is not None,
        )
    )


def needs_reason(reason: str) -> str:
    if len(reason.strip()) < LEAST_REASON:
        raise HonourRefused(_("Write the reason."), field="reason")
    return reason.strip()


@transaction.atomic
def request(*, employer: Employer, asked: Asked, by: Any, on: date | None = None) -> Visit:
    """A firm asks for help: its contact here, or by telephone to the office, which enters it.

    on: the day of the call. Raises PermissionDenied, HonourRefused.
    """
    roles.can_request_visit(by, employer).or_refuse()
    today = timezone.localdate()
    on = on or today
    if not asked.problem.strip():
        raise HonourRefused(_("Write what the firm needs help with."), field="problem")
    if asked.kind not in Visit.Kind.values:
        raise HonourRefused(_("Choose the kind of help."), field="kind")
    if asked.urgency not in Visit.Urgency.values:
        raise HonourRefused(_("Choose how urgent it is."), field="urgency")
    if on > today:
        raise HonourRefused(_("The day of the request lies ahead."), field="on")
    if asked.wished_by is not None and asked.wished_by < on:
        raise HonourRefused(_("The day wished for is over already."), field="wished_by")
    lock_head(OUTREACH)
    visit = Visit(
        number=_next_number(on.year),
        employer=employer,
        problem=asked.problem.strip(),
        trade=asked.trade,
        kind=asked.kind,
        urgency=asked.urgency,
        wished_by=asked.wished_by,
        place=asked.place.strip(),
        source=Visit.Source.ONLINE if roles.is_contact(by, employer.pk) else Visit.Source.PHONE,
        asked_on=on,
        made_by=by,
    )
    visit.contact = asked.contact.strip()
    visit.due_on = visit_clock.due(visit_clock.Stand("requested", asked.urgency, on))
    visit.save()
    facts = {"kind": asked.kind, "urgency": asked.urgency, "source": str(visit.source), "on": on}
    tell(visit, "requested", facts, by)
    return visit


def _next_number(year: int) -> str:
    """V-2026-0001 and on, in the order in which they were asked. Behind the head of the chain."""
    start = f"V-{year}-"
    last = Visit.objects.filter(number__startswith=start).order_by("-number").values_list("number", flat=True)
    return f"{start}{int(last[0].rsplit('-', 1)[1]) + 1 if last else 1:04d}"


@transaction.atomic
def triage(
    *, visit: Visit, kind: str, urgency: str, trade: Trade | None, by: Any, on: date | None = None
) -> Visit:
    """The office takes the request on: its kind, how urgent it is. Raises PermissionDenied, HonourRefused."""
    roles.can_run_visits(by).or_refuse()
    found = again(visit)
    if kind not in Visit.Kind.values:
        raise HonourRefused(_("Choose the kind of help."), field="kind")
    if urgency not in Visit.Urgency.values:
        raise HonourRefused(_("Choose how urgent it is."), field="urgency")
    if found.state != S.REQUESTED:
        raise HonourRefused(_("The visit cannot do this step now."))
    found.kind, found.urgency, found.trade = kind, urgency, trade
    move(found, S.TRIAGED, by=by, on=on, kind=kind, urgency=urgency)
    return found


@transaction.atomic
def decline(*, visit: Visit, reason: str, by: Any) -> Visit:
    """The office cannot help, and says why. Raises PermissionDenied, HonourRefused."""
    roles.can_run_visits(by).or_refuse()
    found = again(visit)
    move(found, S.DECLINED, by=by, reason=needs_reason(reason))
    return found


@transaction.atomic
def cancel(*, visit: Visit, reason: str, by: Any) -> Visit:
    """Given up by the firm or the office before it took place. Raises PermissionDenied, HonourRefused."""
    found = again(visit)
    roles.can_cancel_visit(by, found).or_refuse()
    move(found, S.CANCELLED, by=by, reason=needs_reason(reason))
    return found


def _check_free(workers: Sequence[Worker], day: date) -> None:
    taken = engagements.coming([worker.pk for worker in workers])
    for worker in workers:
        for one in taken.get(worker.pk, ()):
            if one.on == day:
                raise HonourRefused(
                    _(
                        "%(name)s is expected elsewhere on %(day)s already: %(what)s. Choose another day or another "
                        "craftsman, or tick below that both can be done."
                    )
                    % {"name": worker.name, "day": day.isoformat(), "what": one.what},
                    field="planned_on",
                )


@transaction.atomic
def match(
    *,
    visit: Visit,
    workers: Sequence[Worker],
    planned_on: date,
    place: str,
    by: Any,
    on: date | None = None,
    unless_busy: bool = False,
) -> Visit:
    """Proposes who goes and when. The points and reasons of that moment are kept with each craftsman.

    on: the day of the proposal; unless_busy: refused where somebody is expected elsewhere on that day.
    Raises PermissionDenied, HonourRefused.
    """
    roles.can_run_visits(by).or_refuse()
    found = again(visit)
    on = on or timezone.localdate()
    if not workers:
        raise HonourRefused(_("Choose at least one craftsman."), field="workers")
    if len({worker.pk for worker in workers}) > MOST_CRAFTSMEN:
        raise HonourRefused(
            _("At most %(most)d craftsmen go to one visit.") % {"most": MOST_CRAFTSMEN}, field="workers"
        )
    if not on <= planned_on <= on + LONGEST_PLAN:
        raise HonourRefused(_("The day of the visit lies within the coming year."), field="planned_on")
    if not place.strip():
        raise HonourRefused(_("Enter the place."), field="place")
    if unless_busy:
        _check_free(workers, planned_on)
    fits = visit_matching.fits_of(found, workers, year=on.year)
    if barred := [worker.name for worker in workers if fits[worker.pk].barred]:
        raise HonourRefused(
            _("%(name)s works for this firm: a visit brings help from outside.") % {"name": barred[0]},
            field="workers",
        )
    found.planned_on, found.place, found.firm_agreed_on = planned_on, place.strip(), None
    move(found, S.MATCHED, by=by, on=on, craftsmen=len(fits), planned_on=planned_on)
    found.craftsmen.all().delete()  # type: ignore[attr-defined]  # of an earlier proposal; its steps stay
    VisitCraftsman.objects.bulk_create(
        VisitCraftsman(
            visit=found,
            worker_id=one.key,
            score=one.score,
            reasons=[reason.as_data() for reason in one.reasons]
            + ([{"key": "former", "points": 0, "most": 0, "value": 1}] if one.former else []),
        )
        for one in fits.values()
    )
    return found
