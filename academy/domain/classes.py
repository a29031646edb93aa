"""A class's life: one table of moves, and one verb that refuses the rest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.domain.refusals import TrainingRefused
from academy.findable import CLASSES, PROGRAMMES
from academy.models import Enrolment, Programme, TrainingClass
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import append
from craft_site.search import index

S = TrainingClass.State

MOVES: dict[str, tuple[str, ...]] = {
    S.PLANNED: (S.OPEN, S.CANCELLED),
    S.OPEN: (S.RUNNING, S.PLANNED, S.CANCELLED),
    S.RUNNING: (S.FINISHED, S.CANCELLED),
    S.FINISHED: (),
    S.CANCELLED: (),
}
# Finishing judges everybody and writes the growth record: domain.completion does it.
BY_DEED = frozenset({S.FINISHED})
NEEDS_REASON = frozenset({S.CANCELLED, S.PLANNED})
# The rule by which people are judged stands still once they have begun.
KEPT = ("theory_hours", "practice_hours", "attendance_percent", "pass_mark", "theory_exam", "practice_exam")
JUDGING = ("attendance_percent", "pass_mark", "theory_exam", "practice_exam")


@transaction.atomic
def save_programme(*, programme: Programme, by: Any) -> Programme:
    """Keeps a programme, new or corrected. Raises TrainingRefused when a class that has begun would be judged by
    another rule."""
    if programme.pk is not None:
        before = Programme.objects.select_for_update().get(pk=programme.pk)
        begun = TrainingClass.objects.filter(programme=before, state__in=(S.RUNNING, S.FINISHED)).exists()
        changed = [name for name in JUDGING if getattr(before, name) != getattr(programme, name)]
        if begun and changed:
            raise TrainingRefused(
                _(
                    "A class of this programme has begun: its rule of completion stands. Make a new programme."
                ),
                field=changed[0],
            )
    fresh = programme.pk is None
    programme.save()
    if not fresh:
        index.refresh(PROGRAMMES, [programme.code])
        index.refresh(CLASSES, programme.classes.values_list("code", flat=True))  # type: ignore[attr-defined]
    append(
        programme.chain,
        "taught.added" if fresh else "taught.changed",
        subject=f"taught:{programme.code}",
        facts={"name_hash": words_hash(programme.name)} | {name: getattr(programme, name) for name in KEPT},
        by=by,
    )
    return programme


@transaction.atomic
def plan_class(*, training_class: TrainingClass, by: Any) -> TrainingClass:
    """Plans a new class. Raises TrainingRefused when its code or edition is taken."""
    try:
        with transaction.atomic():
            training_class.save()
    except IntegrityError as error:
        raise TrainingRefused(
            _("This academy has a class of this programme and edition already."), field="edition"
        ) from error
    append(training_class.chain, "class.planned", subject=f"class:{training_class.code}", facts={}, by=by)
    return training_class


def locked(pk: int) -> TrainingClass:
    """The class as it is now; whoever else would change it or its people waits until the transaction ends."""
    return (
        TrainingClass.objects.select_for_update(of=("self",))
        .select_related("programme", "academy")
        .get(pk=pk)
    )


@dataclass(frozen=True, slots=True)
class EarlyStart:
    """What beginning a class before its first session does. first: when that begins, days: until then; enrolled and
    waiting: people; closes: until when enrolment would otherwise stay open, None when it has no such day."""

    first: datetime
    days: int
    enrolled: int
    waiting: int
    places: int
    closes: datetime | None


def early_start(training_class: TrainingClass) -> EarlyStart | None:
    """What a start today would close, when the first session is on a later day; None when nothing speaks against it."""
    if training_class.state != S.OPEN:
        return None
    first = training_class.sessions.order_by("starts_at").values_list("starts_at", flat=True).first()
    if first is None or (days := (timezone.localtime(first).date() - timezone.localdate()).days) <= 0:
        return None
    seated, waiting = people_of(training_class)
    return EarlyStart(
        first=first,
        days=days,
        enrolled=seated,
        waiting=waiting,
        places=training_class.places,
        closes=training_class.enrolment_closes,
    )


@transaction.atomic
def move(
    *, training_class: TrainingClass, to: str, by: Any, reason: str = "", early: bool = False
) -> TrainingClass:
    """Moves a class to its next state, with one ledger line. Sent twice it moves once.

    early: whoever moves it knows that it begins before the day of its first session.
    Raises TrainingRefused when the table has no such move, the move comes with a deed of its own, something is
    missing for it, it gives no reason where one is needed, or a class would begin early without anybody knowing.
    """
    now = locked(training_class.pk)
    if now.state == to:
        training_class.state = to
        return training_class
    if to not in MOVES[now.state] or to in BY_DEED:
        raise TrainingRefused(
            _("From “%(before)s” a class cannot go to “%(after)s”.")
            % {"before": now.get_state_display(), "after": S(to).label}
        )
    if to in NEEDS_REASON and not reason.strip():
        raise TrainingRefused(_("Give a reason."), field="reason")
    if missing := lacking(now, to):
        raise TrainingRefused(" ".join(missing))
    if to == S.RUNNING and not early and early_start(now) is not None:
        raise TrainingRefused(_("The first session is on a later day: look at what a start today closes."))
    write_move(now, to, by=by, reason=reason)
    training_class.state = to
    return training_class


def write_move(now: TrainingClass, to: str, *, by: Any, reason: str = "") -> None:
    """The row and its line, inside the transaction of whoever locked the class and asked the table."""
    before = now.state
    now.state = to
    if to == S.FINISHED:
        now.finished_on = timezone.localdate()
    now.save(update_fields=("state", "finished_on"))
    if S.PLANNED in (before, to):  # announced, or taken back
        index.refresh(CLASSES, [now.code])
        index.refresh(PROGRAMMES, [now.programme.code])
    append(
        now.chain,
        "class.moved",
        subject=f"class:{now.code}",
        facts={"from": before, "to": to, "reason_hash": words_hash(reason)},
        by=by,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """What a class has: sessions in its timetable; people seated and waiting."""

    sessions: int
    seated: int
    waiting: int


def standing(training_class: TrainingClass) -> Standing:
    """Two queries, for all the moves of a class."""
    return Standing(training_class.sessions.count(), *people_of(training_class))


def people_of(training_class: TrainingClass) -> tuple[int, int]:
    """How many have a place and how many wait; one query."""
    found = Enrolment.objects.filter(training_class=training_class).aggregate(
        seated=Count("pk", filter=Q(state__in=Enrolment.SEATED)),
        waiting=Count("pk", filter=Q(state=Enrolment.State.WAITING)),
    )
    return found["seated"], found["waiting"]


def lacking(training_class: TrainingClass, to: str, known: Standing | None = None) -> list[str]:
    """What is missing for a move, in words. known: spares asking where several moves are looked at."""
    has = known or standing(training_class)
    found = []
    if to in (S.OPEN, S.RUNNING) and not has.sessions:
        found.append(_("The timetable is empty."))
    closes = training_class.enrolment_closes
    if to == S.OPEN and closes is not None and closes <= timezone.now():
        found.append(_("The day on which enrolment closes is over: set a later one."))
    if to == S.PLANNED and (has.seated or has.waiting):
        found.append(_("People have enrolled: cancel the class, or let them take part."))
    if to == S.RUNNING and not has.seated:
        found.append(_("Nobody has enrolled."))
    return found
