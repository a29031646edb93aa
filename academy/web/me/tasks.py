"""What a worker still owes the academy, for the first page of /me/, and the sections of the worker's own page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from academy.models import Pair
from academy.web.me import claim_tasks, course_tasks, pair_tasks, round_tasks
from craft_site.people.models import Worker

SUBJECTS = (course_tasks, pair_tasks, round_tasks, claim_tasks)


def owed(worker: Worker | None) -> list[dict[str, Any]]:
    """Tasks as components/task_list.html takes them, the urgent of each subject first."""
    if worker is None:
        return []
    return [row for subject in SUBJECTS for row in subject.owed(worker)]


@dataclass(frozen=True, slots=True)
class Glance:
    """The academy on the worker's one page: what is owed, what can be claimed, courses and pairs under way in short."""

    owed: Sequence[dict[str, Any]] = ()
    claims: Sequence[dict[str, Any]] = ()
    learning: Sequence[dict[str, Any]] = ()


def glance(worker: Worker | None) -> Glance:
    """Everything read once: at most seventeen queries, whatever there is."""
    if worker is None:
        return Glance()
    courses, pairs = course_tasks.all_of(worker), pair_tasks.all_of(worker)
    begun, offers = claim_tasks.tasks_and_offers(worker)
    owed = [
        *course_tasks.owed(worker, courses),
        *pair_tasks.owed(worker, pairs),
        *round_tasks.owed(worker),
        *begun,
    ]
    standing = [pair for pair in pairs if pair.state in Pair.STANDING]
    return Glance(owed, offers, [*pair_tasks.rows_of(worker, standing), *course_tasks.in_short(courses)])


def sections(worker: Worker | None) -> list[dict[str, Any]]:
    """My courses, my master or apprentices, my subsidies: {title, items, url, link} each."""
    if worker is None:
        return []
    return [found for subject in SUBJECTS if (found := subject.section(worker)) is not None]
