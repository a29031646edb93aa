"""What the public may know of the academies now: classes, timetables, programmes, mentors who agreed to be named.

Read-only. Each question costs the same queries at any size. Pages, public lists and the worker's list ask here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from academy.models.academy import Academy, Mentor
from academy.models.enrolment import Enrolment
from academy.models.pair import Pair
from academy.models.programme import SubsidyProgramme
from academy.models.timetable import ClassSession
from academy.models.training import Programme, TrainingClass, TrainingClassQuerySet
from craft_site.kit.counting import count_of
from craft_site.people.domain import growth
from craft_site.people.models import Trade

S = TrainingClass.State
SHOWN_SESSIONS = 8  # of the coming timetable on an academy's page


@dataclass(frozen=True, slots=True)
class Course:
    """A class with its places. takes: enrols now; free: places left; waiting: people in the waiting list."""

    held: TrainingClass
    takes: bool
    free: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Teacher:
    """A mentor in public. hours: class hours of 45 minutes taught by now."""

    mentor: Mentor
    hours: int
    honours: tuple[str, ...]


def courses(classes: TrainingClassQuerySet, at: datetime | None = None) -> list[Course]:
    """With programme, trade, academy and the places of each; one query."""
    return as_courses(classes.for_desk().with_counts(), at)


def as_courses(counted: Iterable[Any], at: datetime | None = None) -> list[Course]:
    """counted: classes `for_desk` and `with_counts`, a page of a list perhaps."""
    at = at or timezone.now()
    return [
        Course(one, one.takes_enrolments(at), max(one.places - one.taken, 0), one.waiting) for one in counted
    ]


def open_classes(at: datetime | None = None) -> TrainingClassQuerySet:
    """Those that take enrolments now, the first to begin first."""
    return TrainingClass.objects.open_now(at).order_by("starts_on", "pk")


def trades_and_months(classes: QuerySet[TrainingClass]) -> tuple[list[Trade], list[date]]:
    """The trades of these classes by name, and the first days of the months in which they begin; one query."""
    found = list(
        classes.order_by("starts_on").select_related("programme__trade").only("starts_on", "programme__trade")
    )
    trades = {one.programme.trade for one in found if one.programme.trade is not None}
    months = {one.starts_on.replace(day=1) for one in found}
    return sorted(trades, key=lambda trade: (trade.name, trade.pk)), sorted(months)


def announced(code: str, academies: Iterable[Academy] | None = None) -> Course | None:
    """One announced class, of one of these academies if any are given."""
    found = TrainingClass.objects.announced().filter(code=code)
    if academies is not None:
        found = found.filter(academy__in=list(academies))
    return next(iter(courses(found)), None)


def place_of(user: Any, training_class: TrainingClass) -> Enrolment | None:
    """The reader's own place in a class or its waiting list; a stranger costs no query."""
    if not user.is_authenticated:
        return None
    mine = Enrolment.objects.filter(training_class=training_class, worker__user=user)
    return mine.exclude(state=Enrolment.State.WITHDRAWN).first()


def timetable(training_class: TrainingClass) -> list[ClassSession]:
    return list(ClassSession.objects.filter(training_class=training_class).for_lists())


def coming(academies: Iterable[Academy], at: datetime | None = None) -> list[ClassSession]:
    """The next sessions of announced classes of these academies."""
    found = ClassSession.objects.in_public().filter(
        training_class__academy__in=list(academies), ends_at__gt=at or timezone.now()
    )
    return list(found.for_lists()[:SHOWN_SESSIONS])


def family(academy: Academy) -> list[Academy]:
    """The academy, its branches and bases, and theirs: parents before children; one query."""
    below: dict[int | None, list[Academy]] = {}
    for one in Academy.objects.select_related("employer").order_by("name", "pk"):
        below.setdefault(one.parent_id, []).append(one)
    found, known = [academy], {academy.pk}
    for one in found:
        fresh = [child for child in below.get(one.pk, ()) if child.pk not in known]
        known.update(child.pk for child in fresh)
        found += fresh
    return found


def programmes(academies: Iterable[Academy]) -> list[Programme]:
    """What these academies teach: programmes with an announced class; `open_count` of them enrol now."""
    here = TrainingClass.objects.filter(academy__in=list(academies))
    enrolling = Count("classes", filter=Q(classes__in=here.open_now()))
    taught = Programme.objects.filter(pk__in=here.announced().values("programme"))
    return list(taught.select_related("trade").annotate(open_count=enrolling))


def teachers(academies: Iterable[Academy], at: datetime | None = None) -> list[Teacher]:
    """Mentors who serve now and agreed to be named, those who taught most first; two queries."""
    serving = Mentor.objects.named_in_public().filter(academy__in=list(academies))
    joined = serving.select_related("worker__employer", "trade", "studio", "academy")
    # A mentor comes once for each honour, newest first, and once without any.
    rows = list(growth.with_honours(joined).order_by("worker__name", "pk", *growth.NEWEST_HONOUR_FIRST))
    mentors = {one.pk: one for one in rows}
    honours: dict[int, list[str]] = {}
    for one in rows:
        honours.setdefault(one.pk, []).extend(growth.honour_here(one))
    hours = ClassSession.objects.hours_by_mentor(mentors.values(), at or timezone.now())
    found = [Teacher(one, hours[pk], tuple(honours[pk])) for pk, one in mentors.items()]
    return sorted(found, key=lambda teacher: -teacher.hours)


def open_subsidies(limit: int, at: datetime | None = None) -> list[SubsidyProgramme]:
    """Programmes that take claims now, the first to close first; one query."""
    found = SubsidyProgramme.objects.open(at).order_by(F("closes_at").asc(nulls_last=True), "pk")
    return list(found[:limit])


def counted(at: datetime | None = None) -> dict[str, Any]:
    """Figures for the front page, each as a part of whatever query it is annotated to."""
    year = timezone.localtime(at).year if at else timezone.localdate().year
    completed = Enrolment.objects.filter(
        state=Enrolment.State.COMPLETED, training_class__finished_on__year=year
    )
    return {
        "classes_open": count_of(TrainingClass.objects.open_now(at)),
        "courses_completed": count_of(completed),
        "pairs_now": count_of(Pair.objects.filter(state__in=Pair.UNDER_WAY)),
        "subsidies_open": count_of(SubsidyProgramme.objects.open(at)),
    }
