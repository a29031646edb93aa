"""Who may not mark whom in an event: ties of the ground, declarations of the judges, and the waivers of two people."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions import roles
from competitions.models import Declaration, Entry, Event, Seat, Waiver
from craft_site.kit.access import ALLOWED, Decision, refused
from craft_site.kit.canonical import words_hash
from craft_site.kit.language import listed
from craft_site.ledger.chain import append
from craft_site.people import roles as site_roles
from craft_site.people.domain import ties
from craft_site.people.models import Employer, Worker

CHAIN = "ties"  # declarations belong to a person, not to an event
HOLDS_A_PLACE = (Entry.State.ACCEPTED, Entry.State.CHECKED_IN, Entry.State.ABSENT)
WAIVED_UNTIL = (Event.State.LOCKED, Event.State.DECODED)
LEAST_WORDS = 4  # characters of a firm's name that may stand for the whole of it

Kinds = frozenset[str]
Bars = dict[int, dict[int, Kinds]]  # seat key -> entry key -> kinds of tie


class ConflictRefused(Exception):
    """The step cannot be done; the message says why. It never names a contestant."""


@dataclass(frozen=True, slots=True)
class _Contestant:
    entry: int
    worker: int
    employer: int | None
    name: str
    firms: tuple[str, ...]  # folded full and short names of the firms the entry and the worker name
    firm_keys: frozenset[int]


# --- what bars -------------------------------------------------------------------------------------------------------


def barred_pairs(event: Event, *, on: date | None = None) -> Bars:
    """Which entries each marking seat may not mark, whether or not it was waived. Six queries for any number.

    A seat is barred when its judge or its second judge is: by a tie, by an employer shared now or within three
    years (of the worker's record, of the account, or of the entry itself), by a declaration, or by being the
    contestant. A declaration that the office has not matched yet bars whoever bears the declared name.
    """
    seats = list(
        Seat.objects.taken().filter(event=event, role__in=Seat.MARKING).select_related("user", "witness")
    )
    people = {
        person.pk: person for seat in seats for person in (seat.user, seat.witness) if person is not None
    }
    contestants = _contestants(event.entries.filter(state__in=HOLDS_A_PLACE))
    if not people or not contestants:
        return {}
    bars = _bars_of(people, contestants, on=on or contest_day(event))
    found: Bars = {}
    for seat in seats:
        merged: dict[int, Kinds] = defaultdict(frozenset)
        for person in filter(None, (seat.user_id, seat.witness_id)):
            for entry, kinds in bars.get(person, {}).items():
                merged[entry] |= kinds
        if merged:
            found[seat.pk] = dict(merged)
    return found


def ties_between(user: Any, entry: Entry, *, on: date | None = None) -> Kinds:
    """The kinds of tie between a person and a contestant, whatever either of them is in the event now."""
    contestants = _contestants(Entry.objects.filter(pk=entry.pk))
    own = frozenset({"self"}) if entry.worker.user_id == user.pk else frozenset()
    return own | _bars_of({user.pk: user}, contestants, on=on or timezone.localdate())[user.pk].get(
        entry.pk, frozenset()
    )


def contest_day(event: Event) -> date:
    """The day of the first session: a tie or an employment that ends or begins before it counts as it will be then.
    Today while no session has a time."""
    first = event.sessions.order_by("starts_at").values_list("starts_at", flat=True).first()
    return timezone.localdate(first) if first is not None else timezone.localdate()


def waived_pairs(event: Event) -> set[tuple[int, int]]:
    """(seat key, entry key) of the waivers that both people have given."""
    waivers = Waiver.objects.filter(seat__event=event, chief__isnull=False, supervisor__isnull=False)
    return set(waivers.values_list("seat", "entry"))


def barred_now(event: Event) -> Bars:
    """The pairs that bar an assignment: those of `barred_pairs` without the waived ones."""
    waived = waived_pairs(event)
    return {
        seat: left
        for seat, entries in barred_pairs(event).items()
        if (left := {entry: kinds for entry, kinds in entries.items() if (seat, entry) not in waived})
    }


def _contestants(entries: "QuerySet[Entry]") -> list[_Contestant]:
    rows = entries.values_list(
        "pk",
        "worker_id",
        "employer_id",
        "worker__employer_id",
        "worker__name",
        "employer__name",
        "employer__short_name",
        "worker__employer__name",
        "worker__employer__short_name",
    )
    return [
        _Contestant(
            entry,
            worker,
            employer,
            folded(name),
            tuple(filter(None, map(folded, firms))),
            frozenset(filter(None, (employer, own))),
        )
        for entry, worker, employer, own, name, *firms in rows
    ]


def _bars_of(people: dict[int, Any], contestants: list[_Contestant], *, on: date) -> Bars:
    """Bars by account and entry."""
    worker_of = dict(Worker.objects.filter(user__in=people).values_list("user_id", "pk"))
    officials = [
        ties.Official(pk, worker_of.get(pk), frozenset({person.employer_id} if person.employer_id else ()))
        for pk, person in people.items()
    ]
    by_worker = ties.bars_for(officials, [c.worker for c in contestants], on=on)
    firms = ties.employers_of(worker_of.values(), on=on)
    declared = defaultdict(list)
    for declaration in Declaration.objects.standing().filter(judge__in=people):
        declared[declaration.judge_id].append(declaration)
    found: Bars = {}
    for official in officials:
        own = official.employers | firms.get(official.worker or 0, set())
        found[official.key] = {}
        for contestant in contestants:
            kinds = {bar.kind for bar in by_worker.get(official.key, {}).get(contestant.worker, ())}
            if contestant.employer in own:
                kinds.add("employer")
            kinds |= {d.kind for d in declared[official.key] if names(d, contestant)}
            if kinds:
                found[official.key][contestant.entry] = frozenset(kinds)
    return found


def names(declaration: Declaration, contestant: _Contestant) -> bool:
    """Whether a declaration means this contestant: by the office's match, until then by its words."""
    if declaration.worker_id is not None:
        return declaration.worker_id == contestant.worker
    if declaration.employer_id is not None:
        return declaration.employer_id in contestant.firm_keys
    person, firm = folded(declaration.person_name), folded(declaration.employer_name)
    if person and person != contestant.name:
        return False
    return not firm or any(_same_firm(firm, name) for name in contestant.firms)


def folded(text: str | None) -> str:
    """A name for comparing: one width, no spaces, no case."""
    return "".join(unicodedata.normalize("NFKC", text or "").split()).casefold()


def _same_firm(words: str, name: str) -> bool:
    return words == name or (len(words) >= LEAST_WORDS and words in name)


# --- declarations ----------------------------------------------------------------------------------------------------


@transaction.atomic
def declare(
    *, judge: Any, kind: str, person_name: str = "", employer_name: str = "", note: str = ""
) -> Declaration:
    """Keeps what a judge declares; the same words twice are one declaration.

    The answer is the same whether or not the words fit anybody, so nothing is learned from it. Raises
    ConflictRefused when neither a person nor an employer is named.
    """
    person, firm = " ".join(person_name.split()), " ".join(employer_name.split())
    if not person and not firm:
        raise ConflictRefused(_("Name a person, an employer, or both."))
    found, made = Declaration.objects.get_or_create(
        judge=judge,
        kind=kind,
        person_name=person,
        employer_name=firm,
        withdrawn_at=None,
        defaults={"note": note.strip()},
    )
    if made:
        _tell(found, "tie.declared", judge)
        _match_alone(found)
    return found


def _match_alone(declaration: Declaration) -> None:
    """Matches exact words that fit one worker or one employer only; the rest is the office's work."""
    firms = Employer.objects.filter(name=declaration.employer_name) if declaration.employer_name else None
    if declaration.person_name:
        workers = Worker.objects.filter(name=declaration.person_name)
        if firms is None:
            return  # a name alone fits too many
        found = list(workers.filter(employer__in=firms)[:2])
        if len(found) == 1:
            _keep_match(declaration, worker=found[0], employer=None, by=None)
    elif firms is not None and (firm := firms.first()) is not None:
        _keep_match(declaration, worker=None, employer=firm, by=None)


@transaction.atomic
def match(
    *, declaration: Declaration, by: Any, worker: Worker | None = None, employer: Employer | None = None
) -> Declaration:
    """The office says which worker or employer a judge meant. Raises PermissionDenied, ConflictRefused."""
    _office(by).or_refuse()
    if (worker is None) == (employer is None):
        raise ConflictRefused(_("Match a declaration to one worker or to one employer."))
    declaration = Declaration.objects.select_for_update().get(pk=declaration.pk)
    if declaration.withdrawn_at is not None:
        raise ConflictRefused(_("This declaration has been set aside."))
    _keep_match(declaration, worker=worker, employer=employer, by=by)
    return declaration


def _keep_match(
    declaration: Declaration, *, worker: Worker | None, employer: Employer | None, by: Any
) -> None:
    declaration.worker, declaration.employer, declaration.matched_by = worker, employer, by
    declaration.save(update_fields=("worker", "employer", "matched_by"))
    own = Worker.objects.filter(user_id=declaration.judge_id).first()
    if worker is not None and own is not None and own.pk != worker.pk:
        ties.declare(one=own, other=worker, kind=declaration.kind, note=declaration.note)
    _tell(declaration, "tie.matched", by)


@transaction.atomic
def set_aside(*, declaration: Declaration, by: Any) -> Declaration:
    """The office sets a declaration aside (a slip of the pen). A judge cannot: it would lift their own bar.

    Ties of the ground that came from it stay. Raises PermissionDenied, ConflictRefused.
    """
    _office(by).or_refuse()
    if declaration.judge_id == by.pk:
        raise ConflictRefused(_("Your own declaration is set aside by somebody else."))
    if Declaration.objects.standing().filter(pk=declaration.pk).update(withdrawn_at=timezone.now()):
        _tell(declaration, "tie.set_aside", by)
    declaration.refresh_from_db()
    return declaration


def _office(by: Any) -> Decision:
    if by.has_role(site_roles.ORGANISER):
        return ALLOWED
    return refused(_("Only an organiser can do this."))


def _tell(declaration: Declaration, kind: str, by: Any) -> None:
    append(
        CHAIN,
        kind,
        subject=f"declaration:{declaration.pk}",
        facts={"judge": str(declaration.judge.uuid), "kind": str(declaration.kind)},
        by=by,
    )


# --- waivers ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def waive(*, seat: Seat, entry: Entry, reason: str, by: Any) -> Waiver:
    """Leave for a tied pair. The chief judge and a supervisor each call this; it holds when both have.

    The first of the two gives the reason, the second agrees to it as it stands. Raises PermissionDenied,
    ConflictRefused.
    """
    # Waits for whoever locks the marks now; the caller's copy may be old.
    event = Event.objects.select_for_update().get(pk=seat.event_id)
    part = _part(by, event)
    if event.state in WAIVED_UNTIL or event.is_decoded:
        raise ConflictRefused(_("Marks are locked; nothing can be waived any more."))
    if by.pk in (seat.user_id, seat.witness_id):
        raise ConflictRefused(_("You cannot waive a tie of your own."))
    if entry.pk not in barred_pairs(event).get(seat.pk, {}):
        raise ConflictRefused(_("This pair is not barred, so there is nothing to waive."))
    waiver = Waiver.objects.select_for_update(of=("self",)).filter(seat=seat, entry=entry).first()
    if waiver is None:
        if not reason.strip():
            raise ConflictRefused(_("Say why this pair is to be allowed."))
        waiver = Waiver(seat=seat, entry=entry, reason=reason.strip()[:300])
    if getattr(waiver, f"{part}_id") is not None:
        return waiver
    setattr(waiver, part, by)
    try:
        with transaction.atomic():
            waiver.save()
    except IntegrityError as error:
        raise ConflictRefused(_("A waiver needs two people; reload the page.")) from error
    _tell_pair(waiver, "tie.waived" if waiver.in_force else "tie.waiver_asked", by)
    return waiver


@transaction.atomic
def refuse_waiver(*, waiver: Waiver, by: Any) -> None:
    """The chief judge or a supervisor refuses a waiver that only one has given; the pair stays barred.

    Sent twice it counts once. Raises PermissionDenied, ConflictRefused.
    """
    _part(by, waiver.seat.event)
    standing = Waiver.objects.select_for_update(of=("self",)).filter(pk=waiver.pk).first()
    if standing is None:
        return
    if standing.chief_id is not None and standing.supervisor_id is not None:
        raise ConflictRefused(_("Both have agreed to this waiver; it holds."))
    _tell_pair(standing, "tie.waiver_refused", by)
    standing.delete()


def _part(by: Any, event: Event) -> str:
    if roles.can_chair(by, event):
        return "chief"
    if roles.can_supervise(by, event):
        return "supervisor"
    refused(_("A tie is waived by the chief judge and a supervisor of this event together.")).or_refuse()
    raise AssertionError("or_refuse raises")


def _tell_pair(waiver: Waiver, kind: str, by: Any) -> None:
    append(
        waiver.seat.event.chain,
        kind,
        subject=f"seat:{waiver.seat_id}",
        facts={"entry": str(waiver.entry.uuid), "reason_hash": words_hash(waiver.reason)},
        by=by,
    )


def kinds_in_words(kinds: Iterable[str]) -> str:
    """The kinds of a bar in the reader's language."""
    from_ties = dict(Declaration._meta.get_field("kind").flatchoices)
    own = {"employer": _("Same employer"), "self": _("The contestant")}
    return listed(sorted(str(own.get(kind) or from_ties.get(kind, kind)) for kind in kinds))
