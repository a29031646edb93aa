"""What /me/ tells a worker of training."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from academy.domain import enrolments
from academy.models import ClassSession, Enrolment, Leave, Mentor, TrainingClass
from academy.web.me.course_words import STATE_KIND, UNDER_WAY, when_words
from craft_site.people.models import User, Worker

S = Enrolment.State
C = TrainingClass.State
SOON = timedelta(days=2)
RATED_WITHIN = timedelta(days=60)  # after that nobody remembers
NEWS_FOR = timedelta(days=7)
SHOWN = 5


def all_of(worker: Worker) -> list[Enrolment]:
    """My places in classes and in their waiting lists, the newest class first. One query."""
    mine = Enrolment.objects.filter(worker=worker).exclude(state=S.WITHDRAWN)
    return list(
        mine.select_related("training_class__programme", "training_class__academy").order_by(
            "-training_class__starts_on", "-pk"
        )
    )


def owed(worker: Worker, found: list[Enrolment] | None = None) -> list[dict[str, Any]]:
    """What the worker must still do: rows as components/task_list.html takes them, the urgent first. One query for
    whoever is in no class, three for everybody else. found: of `all_of`."""
    now = timezone.now()
    mine = [one for one in (all_of(worker) if found is None else found) if one.state in Enrolment.SEATED]
    coming = [
        one.training_class_id
        for one in mine
        if one.state == S.ENROLLED and one.training_class.state in UNDER_WAY
    ]
    rows = [*_next_sessions(worker, coming, now), *_refused_leaves(worker, coming, now)] if coming else []
    return [*owed_teaching(worker), *_moved_up(mine, now), *rows, *_to_rate(mine, now)]


def owed_teaching(worker: Worker) -> list[dict[str, Any]]:
    """The lessons that the worker teaches today, each with the hour from which the wall can be shown; one query."""
    if worker.user_id is None:
        return []
    now = timezone.now()
    ends = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    mine = ClassSession.objects.taught_by(worker.user_id).not_cancelled()
    return [
        {
            "title": f"{when_words(one, now)} {one.training_class}",
            "hint": f"{one.place.academy} {one.place} · {_wall_hint(one, now)}",
            "url": reverse("me:teaching_session", args=(one.uuid,)),
            "status": _("On now") if one.starts_at <= now else _("You teach"),
            "status_kind": "warn" if one.wall_opens <= now else "info",
        }
        for one in mine.filter(ends_at__gt=now, starts_at__lt=ends).for_lists()
    ]


def _wall_hint(session: ClassSession, now: datetime) -> str:
    if session.wall_opens <= now:
        return _("show the sign-in code on the wall")
    opens = timezone.localtime(session.wall_opens)
    return _("sign-in code on the wall from %(time)s") % {"time": f"{opens:%H:%M}"}


def section(worker: Worker) -> dict[str, Any] | None:
    """{title, items, url, link, text} for the worker's page of the academy."""
    teaches = teaching(worker.user)
    return {
        "title": _("My courses"),
        "items": [*([teaches] if teaches else []), *my_courses(worker)[:SHOWN]],
        "url": reverse("me:courses"),
        "link": _("All my courses, and classes to enrol in"),
        "text": _("You are in no class. See which ones are open."),
    }


def my_courses(worker: Worker | None) -> list[dict[str, Any]]:
    """My classes, those under way first, each with its state in words."""
    if worker is None:
        return []
    found = all_of(worker)
    nearest = _nearest([one.training_class_id for one in found])
    queue = enrolments.places_in_queue(found)
    found.sort(key=lambda one: one.training_class.state not in UNDER_WAY)
    return [
        {
            "title": str(one.training_class),
            "hint": _hint(one, nearest.get(one.training_class_id), queue.get(one.pk)),
            "url": reverse("me:course", args=(one.training_class.code,)),
            **_state(one),
        }
        for one in found
    ]


def in_short(found: list[Enrolment]) -> list[dict[str, Any]]:
    """Classes under way or to come as rows, without a query; found: of `all_of`."""
    return [
        {
            "title": str(one.training_class),
            "hint": str(one.training_class.academy),
            "url": reverse("me:course", args=(one.training_class.code,)),
            **_state(one),
        }
        for one in found
        if one.training_class.state in UNDER_WAY
    ]


def teaching(user: User | None) -> dict[str, Any] | None:
    """The way to my teaching, for whoever is or was appointed; with the next session."""
    if user is None or not Mentor.objects.filter(worker__user=user).exists():
        return None
    coming = ClassSession.objects.taught_by(user).not_cancelled().filter(ends_at__gt=timezone.now())
    first = coming.for_lists().first()
    hint = (
        f"{when_words(first)} · {first.training_class} · {first.place}" if first else _("No session to come.")
    )
    return {"title": _("My teaching"), "hint": hint, "url": reverse("me:teaching")}


def _nearest(classes: list[int]) -> dict[int, ClassSession]:
    """The next session of each class; one query."""
    coming = ClassSession.objects.filter(training_class__in=classes, ends_at__gt=timezone.now())
    found: dict[int, ClassSession] = {}
    for session in coming.for_lists():
        found.setdefault(session.training_class_id, session)
    return found


def _state(one: Enrolment) -> dict[str, Any]:
    """Of a class that is cancelled its own state counts, not the person's."""
    held = one.training_class
    if held.state == C.CANCELLED:
        return {"status": held.get_state_display(), "status_kind": "bad"}
    return {"status": one.get_state_display(), "status_kind": STATE_KIND[S(one.state)]}


def _hint(one: Enrolment, coming: ClassSession | None, number: int | None) -> str:
    held = one.training_class
    if held.state not in UNDER_WAY:
        return str(held.academy)
    if number is not None:
        return _("Number %(number)s in the waiting list") % {"number": number}
    if coming is None:
        return str(held.academy)
    return f"{when_words(coming)} · {coming.place.academy} {coming.place}"


def _moved_up(mine: list[Enrolment], now: datetime) -> list[dict[str, Any]]:
    """Places that have come from the waiting list of late: whoever waited does not know of them yet."""
    return [
        {
            "title": _("You have a place now: %(class)s") % {"class": one.training_class},
            "hint": _(
                "You have moved up from the waiting list. If you cannot come, withdraw: the next one has it."
            ),
            "url": reverse("me:course", args=(one.training_class.code,)),
            "status": pgettext("place", "New"),
            "status_kind": "good",
        }
        for one in mine
        if one.state == S.ENROLLED
        and one.training_class.state in UNDER_WAY
        and one.moved_up_at is not None
        and one.moved_up_at > now - NEWS_FOR
    ]


def _next_sessions(worker: Worker, classes: list[int], now: datetime) -> list[dict[str, Any]]:
    """Sessions of today and tomorrow in these classes, but those signed in to and those with leave."""
    sessions = ClassSession.objects.filter(
        training_class__in=classes, ends_at__gt=now, starts_at__lt=now + SOON
    )
    away = Leave.objects.filter(enrolment__worker=worker, state=Leave.State.GRANTED)
    made = Count("attendances", filter=Q(attendances__enrolment__worker=worker))
    wanted = sessions.exclude(pk__in=away.values("session")).annotate(made=made)
    return [
        {
            "title": f"{when_words(one, now)} {one.training_class}",
            "hint": f"{one.place.academy} {one.place} · {one.topic or one.get_part_display()}",
            "url": reverse("me:course", args=(one.training_class.code,)),
            "status": _("On now") if one.starts_at <= now else _("Course"),
            "status_kind": "warn" if one.starts_at <= now else "info",
        }
        for one in wanted.filter(made__lt=F("training_class__sign_ins")).for_lists()
    ]


def _refused_leaves(worker: Worker, classes: list[int], now: datetime) -> list[dict[str, Any]]:
    """Leaves that the office refused for sessions still to come: the worker is expected."""
    refused = Leave.objects.filter(
        enrolment__worker=worker,
        state=Leave.State.REFUSED,
        session__training_class__in=classes,
        session__starts_at__gt=now,
    )
    return [
        {
            "title": _("Leave refused: %(class)s") % {"class": one.session.training_class},
            "hint": f"{when_words(one.session, now)} · {one.answer}",
            "url": reverse("me:course", args=(one.session.training_class.code,)),
            "status": _("You are expected"),
            "status_kind": "warn",
        }
        for one in refused.select_related("session__training_class__programme")
    ]


def _to_rate(mine: list[Enrolment], now: datetime) -> list[dict[str, Any]]:
    since = timezone.localdate(now) - RATED_WITHIN
    done = [one for one in mine if not one.rated and one.training_class.state == C.FINISHED]
    return [
        {
            "title": _("Rate the class: %(class)s") % {"class": one.training_class},
            "hint": _("Five grades and a few words; nobody learns which form is yours."),
            "url": reverse("me:course_rate", args=(one.training_class.code,)),
            "status": _("Optional"),
            "status_kind": "plain",
        }
        for one in done
        if one.training_class.finished_on is None or one.training_class.finished_on >= since
    ]
