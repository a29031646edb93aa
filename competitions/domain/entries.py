"""An entry's life: from a draft on a phone, past the employer and the office, to the day of the contest.

Every move is one row of the table, one EntryStep for people to read, and one ledger line without personal data:
the ledger knows an entry by its uuid, and the reasons, which may name somebody, stay in the steps.
Where an event's entries must be counted (numbers, quotas, places) the event's row is locked first.
"""

import re
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from competitions.domain import eligibility, team_choice
from competitions.findable import RESULTS
from competitions.models import Entry, EntryFile, EntryStep, Event, Finding, Seat
from craft_site.kit.language import bracketed, semicolon
from craft_site.ledger.chain import append
from craft_site.people import roles as site_roles
from craft_site.people.models import Employer, Worker
from craft_site.search import index

S = Entry.State

# from -> to. What is decided can be taken back until the accepted list is out; what happened on the day cannot.
MOVES: dict[str, tuple[str, ...]] = {
    S.DRAFT: (S.SUBMITTED, S.UNIT_OK, S.WITHDRAWN),
    S.SUBMITTED: (S.UNIT_OK, S.RETURNED, S.REFUSED, S.WITHDRAWN),
    S.UNIT_OK: (S.ACCEPTED, S.RETURNED, S.REFUSED, S.WITHDRAWN),
    S.RETURNED: (S.SUBMITTED, S.UNIT_OK, S.RETURNED, S.REFUSED, S.WITHDRAWN),
    S.ACCEPTED: (S.UNIT_OK, S.WITHDRAWN, S.CHECKED_IN, S.ABSENT, S.DISQUALIFIED),
    S.REFUSED: (S.UNIT_OK,),
    S.WITHDRAWN: (S.DRAFT,),
    S.CHECKED_IN: (S.ABSENT, S.DISQUALIFIED),
    S.ABSENT: (S.CHECKED_IN,),
    S.DISQUALIFIED: (S.CHECKED_IN,),  # an appeal lifts it
}

OPEN = (S.DRAFT, S.RETURNED)  # the contestant may still change the answers
WAITING = (S.SUBMITTED, S.UNIT_OK)  # handed in, not decided
REVIEWED_IN = (Event.State.REGISTERING, Event.State.ELIGIBILITY)  # while the event stands here, entries move

REFERENCE_PREFIX = 19  # with "-0001" it fills the column's 24 characters


class EntryRefused(Exception):
    """The step cannot be done; the message tells the person why and what to do."""


class NotEligible(EntryRefused):
    """A hard rule is not met. findings: those that refuse the entry."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__(
            _("This entry cannot be handed in: %(rules)s.")
            % {
                "rules": semicolon().join(
                    eligibility.rule_in_words(f.rule) + bracketed(eligibility.found_in_words(f))
                    for f in findings
                )
            }
        )


@transaction.atomic
def move(*, entry: Entry, to: str, by: Any, reason: str = "", **changes: Any) -> Entry:
    """Moves an entry to its next state, with one step and one ledger line. Sent twice it moves once.

    by: an account, or None for the program; changes: columns that change with the state.
    Raises EntryRefused when the table has no such move or somebody moved the entry meanwhile.
    """
    before = entry.state
    if before == to and to not in MOVES[before]:
        return entry
    if to not in MOVES[before]:
        raise EntryRefused(
            _("From “%(before)s” an entry cannot go to “%(after)s”.")
            % {"before": S(before).label, "after": S(to).label}
        )
    changes["updated_at"] = timezone.now()
    if not Entry.objects.filter(pk=entry.pk, state=before).update(state=to, **changes):
        raise EntryRefused(_("Somebody else decided on this entry meanwhile. Reload the page."))
    entry.state = to
    for name, value in changes.items():
        setattr(entry, name, value)
    EntryStep.objects.create(entry=entry, from_state=before, to_state=to, reason=reason[:300], by=by)
    append(
        entry.event.chain,
        f"entry.{to}",
        subject=f"entry:{entry.uuid}",
        facts={"from": before, "to": to},
        by=by,
    )
    return entry


# --- the contestant's steps -------------------------------------------------------------------------------


@transaction.atomic
def start(*, event: Event, worker: Worker, by: Any) -> Entry:
    """The worker's entry for the event: a new draft, or the one that is there. A withdrawn one becomes a draft again.

    Raises EntryRefused when the event takes no entries now, or the worker is a judge or official of it.
    """
    # Waits for whoever closes the registration or gives a seat now; the caller's copy may be old.
    event = Event.objects.select_for_update().get(pk=event.pk)
    existing = Entry.objects.filter(event=event, worker=worker).first()
    if existing is not None and existing.state != S.WITHDRAWN:
        return existing
    if not event.takes_entries():
        raise EntryRefused(_closed(event))
    not_an_official(event, worker)
    if existing is not None:
        return move(entry=existing, to=S.DRAFT, by=by, due_at=None)
    entry, made = Entry.objects.get_or_create(
        event=event, worker=worker, defaults={"employer": worker.employer}
    )
    if made:
        append(event.chain, "entry.started", subject=f"entry:{entry.uuid}", facts={}, by=by)
    return entry


ANSWERS = ("group", "trade_years", "insured_months", "local_resident", "emergency_contact", "team")


@transaction.atomic
def answer(*, entry: Entry, by: Any, new_team: str = "", **answers: Any) -> Entry:
    """Keeps answers (columns named in ANSWERS) of an entry that is still open.

    new_team: the name of a team to found and join. Raises EntryRefused, team_choice.TeamBarred.
    """
    if unknown := set(answers) - set(ANSWERS):
        raise TypeError(f"not an answer of an entry: {', '.join(sorted(unknown))}")
    still_open(entry)
    before = entry.team_id
    if new_team or "team" in answers:
        answers["team"] = team_choice.chosen(
            entry=entry, team=answers.get("team"), name=new_team.strip(), by=by
        )
    answers["updated_at"] = timezone.now()
    if not Entry.objects.filter(pk=entry.pk, state__in=OPEN).update(**answers):
        raise EntryRefused(_("This entry has been handed in; it cannot be changed now."))
    for name, value in answers.items():
        setattr(entry, name, value)
    if entry.state == S.RETURNED and entry.team_id != before:
        team_choice.tell_members(event=entry.event, teams=(before, entry.team_id), by=by)
    return entry


@transaction.atomic
def agree(*, entry: Entry, rules: bool, publicity: bool, by: Any) -> Entry:
    """Keeps the two separate consents of an open entry: to the rules, and to one's name on the public list.

    Raises EntryRefused.
    """
    entry = locked(entry)
    still_open(entry)
    now = timezone.now()
    entry.agreed_rules_at = (entry.agreed_rules_at or now) if rules else None
    entry.save(update_fields=["agreed_rules_at", "updated_at"])
    return set_publicity(entry=entry, agreed=publicity, by=by)


@transaction.atomic
def set_publicity(*, entry: Entry, agreed: bool, by: Any) -> Entry:
    """Gives or takes back the consent to be named in public, at any time, in any state. Sent twice it counts once."""
    entry = locked(entry)
    if agreed == (entry.agreed_publicity_at is not None):
        return entry
    entry.agreed_publicity_at = timezone.now() if agreed else None
    entry.save(update_fields=["agreed_publicity_at", "updated_at"])
    if entry.release_rows.exists():
        index.refresh(RESULTS, [entry.event.code])
    append(
        entry.event.chain,
        "entry.publicity",
        subject=f"entry:{entry.uuid}",
        facts={"agreed": agreed},
        by=by,
    )
    return entry


def has_photo(entry: Entry) -> bool:
    """In the profile or among the papers, whose rows are read already where many entries are asked."""
    return entry.worker.photo_id is not None or any(
        paper.kind == EntryFile.Kind.PHOTO for paper in entry.files.all()
    )


def missing(entry: Entry) -> list[tuple[str, str]]:
    """What must still be filled in before handing in: (section, words); sections: details, papers, consents."""
    found = []
    if entry.trade_years is None:
        found.append(("details", _("Enter your years in the trade.")))
    if not entry.emergency_contact:
        found.append(("details", _("Enter an emergency contact.")))
    if not has_photo(entry):
        found.append(("papers", _("Add a photo.")))
    if entry.agreed_rules_at is None:
        found.append(("consents", _("Agree to the rules of the contest.")))
    return found


def submit(*, entry: Entry, by: Any) -> Entry:
    """Hands an entry in, once: it gets its reference number and goes to the employer, or straight to the office
    when the employer has no contact's account here.

    Raises EntryRefused after the closing time or the date for corrections, and while answers are missing;
    NotEligible when a hard rule is not met (the findings are kept either way).
    """
    with transaction.atomic():
        event = Event.objects.select_for_update().get(pk=entry.event_id)
        entry = locked(entry)
        entry.event = event
        if entry.state in WAITING:
            return entry
        if entry.state == S.DRAFT and not event.takes_entries():
            raise EntryRefused(_closed(event))
        still_open(entry)
        not_an_official(event, entry.worker)
        if gaps := missing(entry):
            raise EntryRefused(" ".join(words for _section, words in gaps))
        if entry.employer_id != entry.worker.employer_id:
            entry.employer = entry.worker.employer
            entry.save(update_fields=["employer"])
        if entry.team is not None and (closed := team_choice.barred(event, entry.team, entry.employer_id)):
            raise EntryRefused(closed)
        barred = eligibility.bars(eligibility.check(entry=entry))
        if not barred:
            fresh = entry.state == S.DRAFT
            _hand_in(entry, by=by)
            if fresh:
                team_choice.tell_members(event=event, teams=[entry.team_id], by=by)
            return entry
    raise NotEligible(barred)


@transaction.atomic
def hand_in_for_employer(*, entry: Entry, by: Any) -> Entry:
    """Hands in an entry from the employer's roster: the employer vouches, so it goes straight to the office.

    The caller holds the lock of the event. Raises NotEligible.
    """
    barred = eligibility.bars(eligibility.check(entry=entry))
    if barred:
        raise NotEligible(barred)
    if entry.state == S.SUBMITTED:
        return move(entry=entry, to=S.UNIT_OK, by=by)
    return _hand_in(entry, by=by, vouched=True)


@transaction.atomic
def withdraw(*, entry: Entry, by: Any, reason: str = "") -> Entry:
    """The contestant steps back. Raises EntryRefused once the scheme is frozen (then it is for the chief judge)."""
    # Waits for whoever freezes the event or decides on this entry now; the caller's copy may be old.
    event = Event.objects.select_for_update().get(pk=entry.event_id)
    entry = locked(entry)
    entry.event = event
    if event.state not in (*REVIEWED_IN, Event.State.BRIEFED):
        raise EntryRefused(_("It is too late to withdraw here; tell the office."))
    return move(entry=entry, to=S.WITHDRAWN, by=by, reason=reason)


# --- reference numbers ------------------------------------------------------------------------------------


def reference_prefix(code: str) -> str:
    """What the reference numbers of an event begin with: its code in capitals, shortened when it is long."""
    prefix = code.upper()
    if len(prefix) <= REFERENCE_PREFIX:
        return prefix
    return f"{prefix[: REFERENCE_PREFIX - 5]}-{sha256(code.encode()).hexdigest()[:4].upper()}"


def next_reference(event: Event) -> str:
    """The next free reference number, e.g. MJ4-2025-0037. The caller holds the lock of the event's row."""
    prefix = reference_prefix(event.code)
    numbers = Entry.objects.filter(reference__regex=rf"^{re.escape(prefix)}-[0-9]{{4,}}$").values_list(
        "reference", flat=True
    )
    last = max((int(str(number).rpartition("-")[2]) for number in numbers), default=0)
    return f"{prefix}-{last + 1:04d}"


# --- inside -----------------------------------------------------------------------------------------------


def has_contact(employer: Employer | None) -> bool:
    """Whether somebody of the firm can sign in and pass its entries; without one they go straight to the office."""
    return (
        employer is not None
        and employer.contacts.filter(is_active=True, groups__name=site_roles.EMPLOYER).exists()
    )


def _hand_in(entry: Entry, *, by: Any, vouched: bool = False) -> Entry:
    to = S.UNIT_OK if vouched or not has_contact(entry.employer) else S.SUBMITTED
    changes: dict[str, Any] = {"submitted_at": timezone.now(), "due_at": None}
    if not entry.reference:
        changes["reference"] = next_reference(entry.event)
    return move(entry=entry, to=to, by=by, **changes)


def locked(entry: Entry) -> Entry:
    """The entry as it stands now, its row locked where the database locks rows."""
    return (
        Entry.objects.select_for_update(of=("self",))
        .select_related("event", "worker", "worker__employer", "employer")
        .get(pk=entry.pk)
    )


def still_open(entry: Entry) -> None:
    """Raises EntryRefused unless the contestant may change the answers and papers now."""
    if entry.state not in OPEN:
        raise EntryRefused(_("This entry has been handed in; it cannot be changed now."))
    if entry.state == S.RETURNED:
        if entry.event.state not in REVIEWED_IN:
            raise EntryRefused(_("The review of entries is over."))
        if entry.due_at is not None and entry.due_at < timezone.now():
            raise EntryRefused(
                _("The date for corrections was %(due)s; ask the office.") % {"due": _moment(entry.due_at)}
            )


def not_an_official(event: Event, worker: Worker) -> None:
    """Raises EntryRefused when the worker holds a seat of the event."""
    if worker.user_id is not None and Seat.objects.taken().filter(event=event, user=worker.user_id).exists():
        raise EntryRefused(_("Judges and officials of an event cannot enter it."))


def _closed(event: Event) -> str:
    now = timezone.now()
    if event.registration_opens and now < event.registration_opens:
        return _("Registration opens on %(when)s.") % {"when": _moment(event.registration_opens)}
    if event.registration_closes and now > event.registration_closes:
        return _("Registration closed on %(when)s.") % {"when": _moment(event.registration_closes)}
    return _("This event is not open for registration.")


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")
