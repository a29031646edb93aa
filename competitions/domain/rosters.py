"""An employer's roster: many entries from one workbook, all of them or none.

A plan says what would happen and names every fault; loading makes the same plan again under the event's lock and
then writes. The same worker in the same event is corrected, never doubled. The employer vouches for its rows, so
they go straight to the office.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions.domain import eligibility, entries, team_choice
from competitions.domain.roster_lines import MOST_ROWS, Fault, Line
from competitions.domain.team_choice import TeamNames
from competitions.models import Entry, Event, Finding, Seat
from craft_site.kit.encryption import blind_index
from craft_site.kit.language import bracketed
from craft_site.ledger.chain import append
from craft_site.people import roles as site_roles
from craft_site.people.domain import workers
from craft_site.people.models import Employer, Qualification, Worker

S = Entry.State


@dataclass(slots=True)
class Step:
    """What a line will do: "new", "corrected" or "unchanged"."""

    line: Line
    effect: str
    worker: Worker | None = None
    entry: Entry | None = None


@dataclass(slots=True)
class Plan:
    steps: list[Step] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    teams: TeamNames | None = None  # where a line names a team

    def count(self, effect: str) -> int:
        return sum(step.effect == effect for step in self.steps)

    def counts(self) -> dict[str, int]:
        return {effect: self.count(effect) for effect in ("new", "corrected", "unchanged")}


class RosterRefused(Exception):
    """Nothing was loaded. faults: the rows at fault; empty when the whole roster is refused."""

    def __init__(self, message: str, faults: Sequence[Fault] = ()) -> None:
        self.faults = list(faults)
        super().__init__(message)


def closed_for(event: Event, by: Any) -> str:
    """Why no roster can be loaded now, or "". The office may still load while entries are reviewed."""
    if by.has_role(site_roles.ORGANISER):
        return "" if event.state in entries.REVIEWED_IN else _("The review of entries is over.")
    return "" if event.takes_entries() else _("This event is not open for registration.")


def plan(*, event: Event, employer: Employer, lines: Sequence[Line]) -> Plan:
    """What loading these lines would do, nothing written. Seven queries for any number of lines, ten with teams."""
    named = any(line.team is not None for line in lines)
    made = Plan(teams=TeamNames(event, employer) if named else None)
    known = _known_workers(lines)
    present = {
        entry.worker_id: entry
        for entry in Entry.objects.filter(
            event=event, worker__in=[w.pk for w in known.values()]
        ).select_related("team")
    }
    holders = dict(
        Qualification.objects.filter(
            certificate_no__in=[line.certificate_no for line in lines if line.certificate_no]
        ).values_list("certificate_no", "worker_id")
    )
    accounts = [worker.user_id for worker in known.values() if worker.user_id is not None]
    officials = set(
        Seat.objects.taken().filter(event=event, user__in=accounts).values_list("user_id", flat=True)
    )
    rules = list(event.rules.all())
    day = eligibility.day_that_counts(event)
    taken = Entry.objects.filter(event=event, employer=employer, state__in=eligibility.COUNTED)
    holding = set(taken.values_list("worker_id", flat=True))
    places = len(holding)
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        worker = known.get(line.key)
        entry = present.get(worker.pk) if worker else None
        counted = worker is not None and worker.pk in holding
        of_person = [
            *_person_faults(line, worker, employer, officials),
            *_entry_faults(line, entry, employer, made.teams),
        ]
        faults = [
            *_twice(line, seen),
            *of_person,
            *_certificate_faults(line, worker, holders),
            *_team_faults(line, entry, made.teams),
        ]
        if not of_person:  # else it is not known whom the rules would be asked about
            subject = _as_it_will_be(event, employer, line, worker)
            facts = eligibility.Facts(
                entry=subject,
                age=subject.worker.age_on(day),
                qualifications=_certificates_then(event, line, worker),
                firm_entries=places - counted,
            )
            faults += _rule_faults(line, rules, facts)
        made.faults += faults
        if not faults:
            effect = _effect(line, worker, entry, made.teams)
            made.steps.append(Step(line, effect, worker, entry))
            places += not counted
    return made


def load(*, event: Event, employer: Employer, lines: Sequence[Line], by: Any) -> Plan:
    """Loads a roster, all lines or none, with one ledger line beside those of its entries.

    Raises RosterRefused: closed, too many rows, or with the faults of the plan.
    """
    if len(lines) > MOST_ROWS:
        raise RosterRefused(_("A roster holds at most %(rows)s rows.") % {"rows": MOST_ROWS})
    try:
        return _load(event=event, employer=employer, lines=lines, by=by)
    except IntegrityError as error:
        raise RosterRefused(
            _("Somebody registered one of these workers at this very moment. Load the roster again.")
        ) from error


def _load(*, event: Event, employer: Employer, lines: Sequence[Line], by: Any) -> Plan:
    with transaction.atomic():
        event = Event.objects.select_for_update().get(pk=event.pk)
        if closed := closed_for(event, by):
            raise RosterRefused(closed)
        made = plan(event=event, employer=employer, lines=lines)
        if made.faults:
            raise RosterRefused(_("Nothing was loaded: correct the rows named."), made.faults)
        touched: set[int | None] = set()
        for step in made.steps:
            if step.effect == "unchanged":
                continue
            try:
                touched |= _apply(step, event=event, employer=employer, teams=made.teams, by=by)
            except (entries.EntryRefused, workers.WorkerRefused) as refusal:
                fault = Fault(step.line.row, "id_number", str(refusal))
                raise RosterRefused(_("Nothing was loaded: correct the rows named."), [fault]) from refusal
        team_choice.tell_members(event=event, teams=touched, by=by)
        if made.count("new") or made.count("corrected"):
            append(
                event.chain,
                "roster.loaded",
                subject=f"employer:{employer.credit_code}",
                facts=made.counts(),
                by=by,
            )
        return made


# --- inside -----------------------------------------------------------------------------------------------


def _known_workers(lines: Iterable[Line]) -> dict[tuple[str, str], Worker]:
    keys = {line.key for line in lines}
    found = Worker.objects.filter(id_index__in=[index for _kind, index in keys]).prefetch_related(
        "qualifications"
    )
    return {(w.id_kind, w.id_index): w for w in found if (w.id_kind, w.id_index) in keys}


def _twice(line: Line, seen: dict[tuple[str, str], int]) -> list[Fault]:
    first = seen.setdefault(line.key, line.row)
    if first == line.row:
        return []
    return [Fault(line.row, "id_number", _("The same document stands in row %(row)s.") % {"row": first})]


def _person_faults(
    line: Line, worker: Worker | None, employer: Employer, officials: Collection[int]
) -> list[Fault]:
    """A roster may not rename anybody, nor move somebody who has an account of their own, nor enter who judges here."""
    if worker is None:
        return []
    if worker.name != line.name:
        return [
            Fault(
                line.row,
                "name",
                _("Name and document do not belong together. Compare both with the document."),
            )
        ]
    if worker.user_id is not None and worker.employer_id not in (None, employer.pk):
        return [
            Fault(
                line.row,
                "id_number",
                _(
                    "This worker is registered with another employer and must first change it in the own profile."
                ),
            )
        ]
    if worker.user_id in officials:
        return [Fault(line.row, "id_number", _("Judges and officials of an event cannot enter it."))]
    return []


def _certificate_faults(line: Line, worker: Worker | None, holders: dict[str, int]) -> list[Fault]:
    holder = holders.get(line.certificate_no) if line.certificate_no else None
    if holder is None or (worker is not None and holder == worker.pk):
        return []
    return [
        Fault(line.row, "certificate_no", _("This certificate number belongs to somebody else. Compare it."))
    ]


def _team_faults(line: Line, entry: Entry | None, teams: TeamNames | None) -> list[Fault]:
    problem = teams.problem(line.team, entry) if teams else ""
    return [Fault(line.row, "team", problem)] if problem else []


def _entry_faults(
    line: Line, entry: Entry | None, employer: Employer, teams: TeamNames | None
) -> list[Fault]:
    if entry is None:
        return []
    if entry.employer_id not in (None, employer.pk) and entry.state not in (S.DRAFT, S.WITHDRAWN):
        return [Fault(line.row, "id_number", _("This worker has entered for another employer."))]
    if entry.state == S.RETURNED and entry.due_at is not None and entry.due_at < timezone.now():
        return [Fault(line.row, "name", _("The date for correcting this entry is over; ask the office."))]
    if entry.state == S.ACCEPTED and _differs(line, entry, teams):
        return [Fault(line.row, "name", _("This entry is accepted already; ask the office to change it."))]
    if entry.state in (S.REFUSED, S.ABSENT, S.CHECKED_IN, S.DISQUALIFIED):
        return [
            Fault(
                line.row,
                "name",
                _("This entry is “%(state)s”; ask the office.") % {"state": entry.get_state_display()},
            )
        ]
    return []


def _as_it_will_be(event: Event, employer: Employer, line: Line, worker: Worker | None) -> Entry:
    """The entry as the rules will see it, not saved."""
    person = worker or workers.new_worker(name=line.name, document=line.document)
    return Entry(event=event, worker=person, employer=employer, **line.answers())


def _certificates_then(event: Event, line: Line, worker: Worker | None) -> tuple[Qualification, ...]:
    held = tuple(worker.qualifications.all()) if worker else ()
    if line.grade is None or any(q.certificate_no == line.certificate_no for q in held):
        return held
    return (*held, Qualification(kind=Qualification.Kind.LEVEL, trade_id=event.trade_id, grade=line.grade))


_COLUMN_OF_RULE = {
    eligibility.K.MIN_AGE: "id_number",
    eligibility.K.BELOW_AGE: "id_number",
    eligibility.K.INSURED_MONTHS: "insured_months",
    eligibility.K.TRADE_YEARS: "trade_years",
    eligibility.K.BARRED_TITLE: "name",
    eligibility.K.EMPLOYER_QUOTA: "name",
    eligibility.K.LEVEL_AT_LEAST: "grade",
    eligibility.K.BARRED_GROUP: "group",
}


def _rule_faults(line: Line, rules: list[Any], facts: eligibility.Facts) -> list[Fault]:
    found = []
    for rule in rules:
        answer = eligibility.CHECKS[rule.kind](rule, facts)
        if rule.hard and answer.outcome == Finding.Outcome.NOT_MET:
            finding = Finding(rule=rule, outcome=answer.outcome, found=answer.found)
            words = eligibility.rule_in_words(rule) + bracketed(eligibility.found_in_words(finding))
            found.append(Fault(line.row, _COLUMN_OF_RULE[rule.kind], words))
    return found


def _differs(line: Line, entry: Entry, teams: TeamNames | None) -> bool:
    if teams is not None and teams.differs(line.team, entry):
        return True
    return any(getattr(entry, name) != value for name, value in line.answers().items())


def _effect(line: Line, worker: Worker | None, entry: Entry | None, teams: TeamNames | None) -> str:
    if entry is None or worker is None or entry.state in (S.DRAFT, S.WITHDRAWN):
        return "new"
    if entry.state in (S.SUBMITTED, S.RETURNED) or _differs(line, entry, teams):
        return "corrected"
    if entry.state == S.ACCEPTED:
        return "unchanged"
    if line.publicity != (entry.agreed_publicity_at is not None) and (line.publicity or entry.from_roster):
        return "corrected"
    if worker.user_id is None and (
        worker.mobile_index != blind_index(line.mobile, purpose="mobile")
        or any(getattr(worker, name) != value for name, value in line.details().items())
    ):
        return "corrected"
    held = {q.certificate_no: q for q in worker.qualifications.all()}
    if line.certificate_no and line.certificate_no not in held:
        return "corrected"
    return "unchanged"


def _apply(
    step: Step, *, event: Event, employer: Employer, teams: TeamNames | None, by: Any
) -> set[int | None]:
    """Writes a line; answers the keys of the teams whose members change by it."""
    line = step.line
    worker = _worker_for(step, employer)
    if line.grade is not None and line.certificate_no:
        workers.add_qualification(
            worker=worker,
            kind=Qualification.Kind.LEVEL,
            trade=event.trade,
            grade=line.grade,
            certificate_no=line.certificate_no,
            issued_on=line.issued_on,
            source=Qualification.Source.ROSTER,
        )
    entry = step.entry
    if entry is None:
        entry = Entry.objects.create(event=event, worker=worker, employer=employer, from_roster=True)
    elif entry.state == S.WITHDRAWN:
        entries.move(entry=entry, to=S.DRAFT, by=by)
    entry.event, entry.worker = event, worker
    if entry.state in (S.DRAFT, S.RETURNED):
        entry.employer = employer
    for name, value in line.answers().items():
        setattr(entry, name, value)
    before = entry.team_id
    if teams is not None and line.team is not None:
        entry.team = teams.found(line.team, by=by)
    elif entry.team is not None and team_choice.barred(event, entry.team, entry.employer_id):
        entry.team = None  # chosen while the worker was with another employer
    fresh = entry.state == S.DRAFT
    entry.agreed_rules_at = entry.agreed_rules_at or timezone.now()
    entry.save()
    if line.publicity or entry.from_roster:
        entries.set_publicity(entry=entry, agreed=line.publicity, by=by)
    if entry.state == S.UNIT_OK:
        eligibility.check(entry=entry)
        append(event.chain, "entry.corrected", subject=f"entry:{entry.uuid}", facts={}, by=by)
    else:
        entries.hand_in_for_employer(entry=entry, by=by)
    return {before, entry.team_id} if fresh or before != entry.team_id else set()


def _worker_for(step: Step, employer: Employer) -> Worker:
    """The person of a line: new, or corrected as far as a roster may."""
    line, worker = step.line, step.worker
    if worker is None:
        worker = workers.new_worker(
            name=line.name, document=line.document, mobile=line.mobile, **line.details()
        )
        worker.save()
    elif worker.user_id is None:
        for name, value in line.details().items():
            setattr(worker, name, value)
        worker.set_mobile(line.mobile)
        worker.save()
    workers.move_to(worker=worker, employer=employer)
    return worker
