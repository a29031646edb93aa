"""The academy's part: academies founded, retraining, workers to whom a subsidy was paid."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count as Number
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from academy.models import Academy, Claim, Enrolment, Payment, TrainingClass
from craft_site.home.scorecard.count import Count, Record


def founded(start: date, end: date) -> Count:
    """Academies founded in the period; branches and training bases belong to theirs."""
    rows = Academy.objects.filter(
        kind=Academy.Kind.ACADEMY, founded_on__gte=start, founded_on__lte=end
    ).select_related("page")
    records = [
        Record(
            name=one.name,
            name_en=one.name_en,
            value=1,
            public=_page(one),
            desk=reverse("desk:academy_one", args=(one.code,)),
        )
        for one in rows
    ]
    return Count.of(records, desk=reverse("desk:academies"))


def retraining_sessions(start: date, end: date) -> Count:
    """Retraining classes finished in the period: each is one session (场), however many days it took."""
    return _classes(_retraining(start, end), lambda held: 1)


def retraining_people(start: date, end: date) -> Count:
    """Retraining courses completed in classes that finished in the period."""
    people = Number("enrolments", filter=Q(enrolments__state=Enrolment.State.COMPLETED))
    return _classes(_retraining(start, end).annotate(people=people), lambda held: held.people)


def paid(start: date, end: date) -> Count:
    """Workers to whom the bank paid a subsidy in the period, each once, whatever they were paid for.

    What was asked back is not counted. The records name programmes; no page of the scorecard names a person.
    """
    payments = Payment.objects.filter(
        result=Payment.Result.PAID,
        reported_at__gte=_midnight(start),
        reported_at__lt=_midnight(end + timedelta(days=1)),
        claim__state__in=(Claim.State.PAID, Claim.State.CLOSED),
    )
    rows = (
        payments.order_by("claim__programme")
        .values("claim__programme", "claim__programme__name", "claim__programme__name_en")
        .annotate(people=Number("claim__worker", distinct=True))
    )
    claims = f"{reverse('desk:claims')}?programme="
    records = [
        Record(
            name=row["claim__programme__name"],
            name_en=row["claim__programme__name_en"],
            value=row["people"],
            public=reverse("academy:subsidies"),
            desk=f"{claims}{row['claim__programme']}",
        )
        for row in rows
    ]
    if len(records) < 2:
        return Count.of(records, desk=reverse("desk:claims"))
    people = payments.aggregate(people=Number("claim__worker", distinct=True))["people"]
    return Count(Decimal(people), tuple(records), desk=reverse("desk:claims"))


def _retraining(start: date, end: date) -> QuerySet[TrainingClass]:
    return TrainingClass.objects.filter(
        kind=TrainingClass.Kind.RETRAINING,
        state=TrainingClass.State.FINISHED,
        finished_on__gte=start,
        finished_on__lte=end,
    ).select_related("programme")


def _classes(classes: QuerySet[TrainingClass], value: Any) -> Count:
    kind = f"{reverse('desk:classes')}?kind={TrainingClass.Kind.RETRAINING}"
    records = [
        Record(
            name=f"{held.programme.name} {held.edition}",
            name_en=f"{held.programme.name_en or held.programme.name} {held.edition}",
            value=value(held),
            public=reverse("academy:class", args=(held.code,)),
            desk=reverse("desk:class", args=(held.code,)),
        )
        for held in classes.order_by("finished_on", "pk")
    ]
    return Count.of(records, public=reverse("academy:classes"), desk=kind)


def _page(academy: Academy) -> str:
    page: Any = getattr(academy, "page", None)
    return (page.url or "") if page is not None and page.live else ""


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
