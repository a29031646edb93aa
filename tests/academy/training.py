"""Small makers of academies, programmes, classes and their people. What is not given is plain and valid."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from academy.models import Academy, ClassSession, Enrolment, Mentor, Place, Programme, TrainingClass
from craft_site.people.models import Worker
from tests.factories import make_trade, make_user, make_worker

_serial = count(1)
HOUR = timedelta(hours=1)


def make_academy(code: str = "", **fields: Any) -> Academy:
    code = code or f"academy-{next(_serial)}"
    return Academy.objects.create(code=code, name=fields.pop("name", f"Academy {code}"), **fields)


def make_mentor(academy: Academy | None = None, *, worker: Worker | None = None, **fields: Any) -> Mentor:
    n = next(_serial)
    fields.setdefault("since", timezone.localdate() - timedelta(days=300))
    return Mentor.objects.create(
        academy=academy or make_academy(),
        worker=worker or make_worker(f"Mentor {n}", user=make_user("worker")),
        trade=fields.pop("trade", None) or make_trade(),
        grade=fields.pop("grade", 5),
        letter_no=fields.pop("letter_no", f"L-{n}"),
        **fields,
    )


def make_programme(**fields: Any) -> Programme:
    n = next(_serial)
    defaults = {"code": f"programme-{n}", "name": f"Programme {n}", "theory_hours": 8, "practice_hours": 8}
    return Programme.objects.create(**(defaults | fields))


def make_class(code: str = "", *, state: str = "open", sessions: int = 1, **fields: Any) -> TrainingClass:
    """A class with that many sessions of two hours, one a day from tomorrow on, all by one mentor in one place."""
    n = next(_serial)
    academy = fields.pop("academy", None) or make_academy()
    today = timezone.localdate()
    defaults = {"places": 30, "starts_on": today - timedelta(days=30), "ends_on": today + timedelta(days=30)}
    programme = fields.pop("programme", None) or make_programme()
    made = TrainingClass.objects.create(
        code=code or f"class-{n}", academy=academy, programme=programme, state=state, **(defaults | fields)
    )
    if sessions:
        mentor, place = make_mentor(academy), make_place(academy)
        for day in range(1, sessions + 1):
            make_session(made, starts_at=timezone.now() + timedelta(days=day), mentor=mentor, place=place)
    return made


def make_place(academy: Academy) -> Place:
    return Place.objects.create(academy=academy, name=f"Room {next(_serial)}")


def make_session(
    training_class: TrainingClass, *, starts_at: Any = None, hours: int = 2, **fields: Any
) -> ClassSession:
    """A session that began an hour ago unless a time is given."""
    starts_at = starts_at or timezone.now() - HOUR
    fields.setdefault("mentor", None)
    return ClassSession.objects.create(
        training_class=training_class,
        mentor=fields.pop("mentor") or make_mentor(training_class.academy),
        place=fields.pop("place", None) or make_place(training_class.academy),
        starts_at=starts_at,
        ends_at=starts_at + hours * HOUR,
        **fields,
    )


def seat(
    training_class: TrainingClass, *, worker: Worker | None = None, state: str = "enrolled"
) -> Enrolment:
    worker = worker or make_worker(user=make_user("worker"))
    return Enrolment.objects.create(
        training_class=training_class,
        worker=worker,
        employer=worker.employer,
        state=state,
        queued_at=timezone.now(),
    )
