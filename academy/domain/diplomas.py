"""Certificates of the academy: a completed course, a completed apprenticeship. What they say stands in the growth
record."""

from typing import Any

from academy.models import Enrolment, Pair, PairReview, TrainingClass
from craft_site.credentials import issuer
from craft_site.credentials.domain.issuing import Order, Outcome, Progress, Words, issue_many
from craft_site.credentials.models import Certificate
from craft_site.jobs import queue
from craft_site.jobs.models import Job
from craft_site.people.models import GrowthEntry
from craft_site.people.models.trade import Grade, Trade

# What is signed does not hang on a catalogue: both languages stand here.
LEVELS: dict[Grade, Words] = {
    Grade.APPRENTICE: {"zh": "学徒工", "en": "Apprentice"},
    Grade.JUNIOR: {"zh": "五级/初级工", "en": "Level 5, junior"},
    Grade.INTERMEDIATE: {"zh": "四级/中级工", "en": "Level 4, intermediate"},
    Grade.SENIOR: {"zh": "三级/高级工", "en": "Level 3, senior"},
    Grade.TECHNICIAN: {"zh": "二级/技师", "en": "Level 2, technician"},
    Grade.SENIOR_TECHNICIAN: {"zh": "一级/高级技师", "en": "Level 1, senior technician"},
    Grade.SPECIAL: {"zh": "特级技师", "en": "Special-grade technician"},
    Grade.CHIEF: {"zh": "首席技师", "en": "Chief technician"},
}
EVALUATIONS: dict[PairReview.Grade, Words] = {
    PairReview.Grade.EXCELLENT: {"zh": "优秀", "en": "Excellent"},
    PairReview.Grade.PASSED: {"zh": "合格", "en": "Passed"},
}

JOB_CLASS = "academy.certify_class"
JOB_PAIR = "academy.certify_pair"


def enrolment_source(enrolment: Enrolment) -> str:
    return f"academy.enrolment:{enrolment.uuid}"


def pair_source(pair: Pair) -> str:
    return f"pair:{pair.uuid}"


def ask_for_class(*, training_class: TrainingClass, by: Any, title: str = "", back_to: str = "") -> Job:
    """Asks for the certificates of a finished class, in the transaction of the growth record's lines."""
    payload = {"code": training_class.code}
    return queue.enqueue(JOB_CLASS, payload=payload, by=by, title=title, back_to=back_to)


def ask_for_pair(*, pair: Pair, by: Any) -> Job:
    return queue.enqueue(JOB_PAIR, payload={"number": pair.number}, by=by)


def certify_class(*, training_class: TrainingClass, by: Any, progress: Progress | None = None) -> Outcome:
    """A certificate for everybody who completed the class. Safe to repeat."""
    people = training_class.enrolments.filter(state=Enrolment.State.COMPLETED)
    sources = [enrolment_source(one) for one in people]
    lines = GrowthEntry.objects.filter(source__in=sources, withdrawn=False).select_related("worker")
    programme = training_class.programme
    facts: dict[str, Words] = {"hours": {"zh": str(programme.hours), "en": str(programme.hours)}}
    facts |= _trade(programme.trade, programme.grade)
    issuers = [_academy(training_class)]
    orders = [
        Order.of(line, kind=Certificate.Kind.COMPLETION, issuers=issuers, facts=facts)
        for line in lines.order_by("worker__name", "worker")
    ]
    return issue_many(orders=orders, by=by, progress=progress)


def certify_pair(*, pair: Pair, by: Any) -> Outcome:
    """A certificate for the apprentice of a completed pair and one for the mentor; neither names the other. Safe to
    repeat."""
    kinds = {pair.apprentice_id: Certificate.Kind.PAIR, pair.mentor_id: Certificate.Kind.MENTOR}
    lines = GrowthEntry.objects.filter(source=pair_source(pair), withdrawn=False, worker__in=kinds)
    lines = lines.select_related("worker").order_by("pk")
    if not lines:
        return Outcome()
    facts: dict[str, Words] = _trade(pair.trade, pair.target_grade)
    last = pair.reviews.filter(kind=PairReview.Kind.FINAL).order_by("pk").last()
    if last is not None:
        facts["grade"] = EVALUATIONS[PairReview.Grade(last.grade)]
    house = pair.scheme.academy
    issuers = [{"zh": house.name, "en": house.name_en}] if house else issuer.default_issuers()
    orders = [Order.of(line, kind=kinds[line.worker_id], issuers=issuers, facts=facts) for line in lines]
    return issue_many(orders=orders, by=by)


def _academy(training_class: TrainingClass) -> Words:
    house = training_class.academy
    return {"zh": house.name, "en": house.name_en}


def _trade(trade: Trade | None, grade: int | None) -> dict[str, Words]:
    facts: dict[str, Words] = {}
    if trade is not None:
        facts["trade"] = {"zh": trade.name, "en": trade.name_en}
    if grade is not None:
        facts["level"] = LEVELS[Grade(grade)]
    return facts
