"""Changing a class that is announced: its places, its days, its sign-ins."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from academy.domain.classes import locked
from academy.domain.enrolments import fill
from academy.domain.refusals import TrainingRefused
from academy.findable import CLASSES, PROGRAMMES
from academy.models import Enrolment, TrainingClass
from craft_site.ledger.chain import append
from craft_site.search import index

S = TrainingClass.State


@transaction.atomic
def change_class(*, training_class: TrainingClass, by: Any) -> TrainingClass:
    """Keeps a changed class. Fewer places than people seated are refused; more let the waiting list in.

    Raises TrainingRefused: closed, too few places, edition taken, days that leave a session outside, sign-ins changed
    after somebody signed in.
    """
    now = locked(training_class.pk)
    if now.state in (S.FINISHED, S.CANCELLED):
        raise TrainingRefused(_("This class is closed."))
    taken = Enrolment.objects.filter(training_class=now).seated().count()
    if training_class.places < taken:
        raise TrainingRefused(_("%(taken)s people have a place already.") % {"taken": taken}, field="places")
    if training_class.sign_ins != now.sign_ins and now.sessions.filter(attendances__isnull=False).exists():
        raise TrainingRefused(_("Somebody has signed in already: this stands."), field="sign_ins")
    outside = now.sessions.exclude(
        starts_at__date__gte=training_class.starts_on, starts_at__date__lte=training_class.ends_on
    )
    if outside.exists():
        raise TrainingRefused(_("A session lies outside these days."), field="ends_on")
    training_class.state = now.state
    try:
        with transaction.atomic():
            training_class.save()
    except IntegrityError as error:
        raise TrainingRefused(
            _("This academy has a class of this programme and edition already."), field="edition"
        ) from error
    append(
        now.chain,
        "class.changed",
        subject=f"class:{now.code}",
        facts={"places": training_class.places},
        by=by,
    )
    index.refresh(CLASSES, [now.code])
    index.refresh(PROGRAMMES, [now.programme.code])
    fill(training_class, by=by)
    return training_class
