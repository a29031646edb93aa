"""An employer's roster for a class: all rows or none. The same worker is corrected, never enrolled twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from academy.domain.classes import locked
from academy.domain.enrolments import enrol, free_places
from academy.domain.refusals import TrainingRefused
from academy.models import Enrolment, TrainingClass
from craft_site.kit.encryption import blind_index
from craft_site.kit.identity import Document
from craft_site.people.domain import workers
from craft_site.people.models import Employer, Worker

MOST_ROWS = 300


@dataclass(frozen=True, slots=True)
class Line:
    """One worker of a roster, every value checked on its own. row: as the spreadsheet counts."""

    row: int
    name: str
    document: Document
    mobile: str
    post: str = ""

    @property
    def key(self) -> tuple[str, str]:
        kind = str(self.document.kind)
        return kind, blind_index(self.document.number, purpose=f"id:{kind}")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row (0: with the file). The message names the cell."""

    row: int
    message: str


class RosterRefused(TrainingRefused):
    """Nothing was loaded. faults: the rows at fault."""

    def __init__(self, message: Any, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = list(faults)


def check(*, training_class: TrainingClass, employer: Employer, lines: Sequence[Line]) -> list[Fault]:
    """Every row that cannot be loaded, and why. Two queries at any size."""
    known = _known(lines)
    present = {
        one.worker_id: one
        for one in Enrolment.objects.filter(
            training_class=training_class, worker__in=[worker.pk for worker in known.values()]
        )
    }
    seen: dict[tuple[str, str], int] = {}
    faults = []
    for line in lines:
        first = seen.setdefault(line.key, line.row)
        worker = known.get(line.key)
        if first != line.row:
            words = _("Row %(row)s: the same document stands in row %(first)s.")
            faults.append(Fault(line.row, words % {"row": line.row, "first": first}))
        elif worker is not None and (problem := _problem(line, worker, employer, present.get(worker.pk))):
            faults.append(
                Fault(line.row, _("Row %(row)s: %(problem)s") % {"row": line.row, "problem": problem})
            )
    return faults


@dataclass(frozen=True, slots=True)
class Step:
    """What loading would do with a line. effect: new, waiting (new without a place), corrected, unchanged."""

    line: Line
    effect: str


def plan(*, training_class: TrainingClass, employer: Employer, lines: Sequence[Line]) -> list[Step]:
    """What loading would do, line by line, as things stand. For lines that check has passed. Three queries."""
    known = _known(lines)
    present = {
        one.worker_id: one
        for one in Enrolment.objects.filter(
            training_class=training_class, worker__in=[worker.pk for worker in known.values()]
        ).exclude(state=Enrolment.State.WITHDRAWN)
    }
    free = free_places(training_class)
    steps = []
    for line in lines:
        worker = known.get(line.key)
        if worker is None or worker.pk not in present:
            steps.append(Step(line, "new" if free > 0 else "waiting"))
            free -= 1
        else:
            differs = _differs(line, worker) or worker.employer_id != employer.pk
            steps.append(Step(line, "corrected" if differs else "unchanged"))
    return steps


def load(
    *, training_class: TrainingClass, employer: Employer, lines: Sequence[Line], by: Any
) -> dict[str, int]:
    """Loads a roster; answers how many are new, waiting (of the new), corrected and unchanged.

    Raises RosterRefused: closed, too many rows, rows at fault; then nothing is kept.
    """
    if len(lines) > MOST_ROWS:
        raise RosterRefused(_("A roster holds at most %(rows)s rows.") % {"rows": MOST_ROWS})
    try:
        with transaction.atomic():
            now = locked(training_class.pk)
            if not now.takes_enrolments():
                raise RosterRefused(_("This class does not take enrolments now."))
            if faults := check(training_class=now, employer=employer, lines=lines):
                raise RosterRefused(_("Nothing was loaded: correct the rows named."), faults)
            known = _known(lines)
            counts = {"new": 0, "waiting": 0, "corrected": 0, "unchanged": 0}
            for line in lines:
                worker, changed = _person(line, known.get(line.key), employer)
                before = Enrolment.objects.filter(training_class=now, worker=worker).first()
                fresh = before is None or before.state == Enrolment.State.WITHDRAWN
                made = enrol(training_class=now, worker=worker, by=by, from_roster=True)
                counts["new" if fresh else "corrected" if changed else "unchanged"] += 1
                counts["waiting"] += fresh and made.state == Enrolment.State.WAITING
            return counts
    except (IntegrityError, workers.WorkerRefused) as error:
        raise RosterRefused(
            _("Somebody registered one of these workers at this very moment. Load the roster again.")
        ) from error


def _known(lines: Sequence[Line]) -> dict[tuple[str, str], Worker]:
    keys = {line.key for line in lines}
    found = Worker.objects.filter(id_index__in=[index for _kind, index in keys])
    return {(w.id_kind, w.id_index): w for w in found if (w.id_kind, w.id_index) in keys}


def _problem(line: Line, worker: Worker, employer: Employer, enrolment: Enrolment | None) -> str:
    """A roster may not rename anybody, nor move somebody who has an account or a place through another firm."""
    if worker.name != line.name:
        return _("Name and document do not belong together. Compare both with the document.")
    if worker.user_id is not None and worker.employer_id not in (None, employer.pk):
        return _(
            "This worker is registered with another employer and must first change it in the own profile."
        )
    if (
        enrolment is not None
        and enrolment.state != Enrolment.State.WITHDRAWN
        and enrolment.employer_id not in (None, employer.pk)
    ):
        return _("This worker is enrolled by another employer.")
    return ""


def _differs(line: Line, worker: Worker) -> bool:
    """Whether a roster would correct the person: it may only while nobody signs in as them."""
    index = blind_index(line.mobile, purpose="mobile")
    return worker.user_id is None and (worker.post != line.post or worker.mobile_index != index)


def _person(line: Line, worker: Worker | None, employer: Employer) -> tuple[Worker, bool]:
    """The person of a line: new, or corrected as far as a roster may; and whether anything changed."""
    if worker is None:
        worker = workers.new_worker(
            name=line.name, document=line.document, mobile=line.mobile, post=line.post
        )
        worker.save()
        changed = True
    else:
        changed = _differs(line, worker)
        if changed:
            worker.post = line.post
            worker.set_mobile(line.mobile)
            worker.save()
    if worker.employer_id != employer.pk:
        workers.move_to(worker=worker, employer=employer)
        changed = True
    return worker, changed
