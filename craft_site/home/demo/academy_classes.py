"""Classes of the demonstration in every state, and a year of short retraining for the plan's chart."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from academy.domain import accounts, attendance, classes, completion, enrolments, exams, timetable
from academy.models import (
    Attendance,
    ClassSession,
    Enrolment,
    Leave,
    Mentor,
    Place,
    TrainingClass,
)
from craft_site.home.demo.academy_house import House
from craft_site.home.demo.academy_people import Hall, moment
from craft_site.home.demo.chance import happens, number
from craft_site.people.models import GrowthEntry, Worker

K = TrainingClass.Kind
DAY = ((8, 30), (14, 30))  # eight class hours
PAST_RETRAINING = (14, 16, 12, 18, 15, 16, 14, 17)  # people of the classes that are over


@dataclass(frozen=True)
class Sitting:
    """days: from today; from and until: hours of the day."""

    days: int
    start: tuple[int, int]
    end: tuple[int, int]
    part: str
    topic: str
    mentor: Mentor
    place: Place


def make_classes(hall: Hall, house: House) -> None:
    """Planned, open with a waiting list, running with a session today, finished with its account, cancelled; one a
    code, made once."""
    _planned(hall, house)
    _open(hall, house)
    _running(hall, house)
    _finished(hall, house)
    _cancelled(hall, house)
    for n, people in enumerate(PAST_RETRAINING):
        _retraining(hall, house, n, people)
    _next_retraining(hall, house)


@transaction.atomic
def _class(
    hall: Hall,
    house: House,
    code: str,
    taught: str,
    *,
    edition: int,
    sittings: Iterable[Sitting],
    **fields: Any,
) -> TrainingClass | None:
    """A planned class with its timetable; None when it is there already."""
    if TrainingClass.objects.filter(code=code).exists():
        return None
    rows = list(sittings)
    made = classes.plan_class(
        training_class=TrainingClass(
            code=code,
            academy=fields.pop("academy", house.academy),
            programme=house.programmes[taught],
            edition=edition,
            starts_on=hall.day(rows[0].days),
            ends_on=hall.day(rows[-1].days),
            **fields,
        ),
        by=hall.cast.organiser,
    )
    for row in rows:
        timetable.set_session(
            training_class=made,
            mentor=row.mentor,
            place=row.place,
            starts_at=hall.at(row.days, *row.start),
            ends_at=hall.at(row.days, *row.end),
            part=row.part,
            topic=row.topic,
            by=hall.cast.organiser,
        )
    return made


def _move(hall: Hall, training_class: TrainingClass, *states: str, reason: str = "") -> None:
    for state in states:
        classes.move(training_class=training_class, to=state, by=hall.cast.organiser, reason=reason)


@transaction.atomic
def _enrol(hall: Hall, training_class: TrainingClass, workers: Iterable[Worker]) -> list[Enrolment]:
    """Half of them by themselves, half by their firms; asked for in the two weeks before."""
    found = []
    for n, worker in enumerate(workers):
        made = enrolments.enrol(
            training_class=training_class, worker=worker, by=hall.cast.organiser, from_roster=n % 2 == 1
        )
        made.queued_at = min(moment(training_class.starts_on, 9) - timedelta(days=14), hall.at(-9, 9))
        made.queued_at += timedelta(hours=7 * n)
        found.append(made)
    Enrolment.objects.bulk_update(found, ("queued_at",))
    return found


def _sittings(
    days: Iterable[int],
    mentor: Mentor,
    places: tuple[Place, Place],
    topics: Iterable[str],
    *,
    theory: int = 2,
) -> list[Sitting]:
    """Days of eight class hours, of theory first, then of practice: together the hours of the programme."""
    return [
        Sitting(
            day,
            *DAY,
            "theory" if n < theory else "practice",
            topic,
            mentor,
            places[0] if n < theory else places[1],
        )
        for n, (day, topic) in enumerate(zip(days, topics, strict=True))
    ]


def _planned(hall: Hall, house: House) -> None:
    topics = ("二次回路识图", "继电保护原理", "整定计算", "保护装置调试", "故障录波分析", "综合考核")
    days = (35, 36, 37, 42, 43, 44)
    rows = _sittings(days, house.mentors[1], (house.places[1], house.places[0]), topics, theory=3)
    _class(
        hall,
        house,
        "relay-1",
        "relay",
        edition=1,
        sittings=rows,
        places=24,
        kind=K.UPGRADING,
        budget=Decimal(16000),
    )


def _open(hall: Hall, house: House) -> None:
    """Full, with four in the waiting list; the contestant of the demonstration has a place."""
    topics = ("安全规程与风险辨识", "绝缘工器具", "绝缘斗臂车操作", "带电断接引线", "综合考核")
    rows = _sittings((16, 17, 18, 23, 24), house.mentors[2], (house.places[2], house.places[4]), topics)
    made = _class(
        hall,
        house,
        "live-line-2",
        "live-line",
        edition=2,
        sittings=rows,
        places=12,
        kind=K.UPGRADING,
        enrolment_closes=hall.at(12, 17),
        budget=Decimal(20000),
    )
    if made is not None:
        _move(hall, made, "open")
        _enrol(hall, made, [hall.worker, *hall.pool[:15]])


def _running(hall: Hall, house: House) -> None:
    """Three sessions over, today's from the early morning to midnight, two to come; leave asked and granted; half the
    theory marked. Whoever looks at the demonstration in the daytime or in the evening finds a code on the wall."""
    topics = ("冲压工艺与模具结构", "装配工艺", "凸凹模装配")
    mentor, place = house.mentors[0], house.places[3]
    rows = [
        *_sittings((-13, -6, -4), mentor, (house.places[2], place), topics),
        Sitting(0, (7, 0), (12, 0), "practice", "试模与调整", mentor, place),
        Sitting(0, (12, 30), (17, 30), "practice", "常见缺陷排除", mentor, place),
        Sitting(0, (18, 0), (23, 45), "practice", "分组强化实操", mentor, place),
        Sitting(6, *DAY, "practice", "送料与安全装置", mentor, place),
        Sitting(13, (8, 30), (12, 15), "practice", "综合考核", mentor, place),
    ]
    made = _class(
        hall,
        house,
        "stamping-3",
        "stamping",
        edition=3,
        sittings=rows,
        places=20,
        kind=K.UPGRADING,
        academy=house.branch,
        budget=Decimal(24000),
    )
    if made is None:
        return
    _move(hall, made, "open")
    people = _enrol(hall, made, [hall.worker, *hall.pool[20:36]])
    _move(hall, made, "running")
    sessions = list(made.sessions.select_related("training_class").order_by("starts_at"))
    away = _leave(hall, people, sessions)
    _sign_in(hall, people, [one for one in sessions if one.ends_at < hall.at(0, 7)], away=away)
    marks = {(one.pk, "theory"): _mark("theory", one) for one in people[: len(people) // 2]}
    exams.enter_marks(training_class=made, marks=marks, by=hall.cast.organiser)
    accounts.add_cost(
        training_class=made,
        kind="material",
        amount=Decimal("3860.00"),
        on=hall.day(-7),
        note="试模板料",
        by=hall.cast.organiser,
    )


def _leave(hall: Hall, people: list[Enrolment], sessions: list[ClassSession]) -> set[tuple[int, int]]:
    """Two ask for a session to come, one of them is answered; one was away with leave. Answers who was away."""
    for enrolment, session, reason in (
        (people[3], sessions[6], "单位安排夜班，无法到课。"),
        (people[5], sessions[6], "家人住院需陪护。"),
        (people[7], sessions[7], "参加岗位资格复审。"),
    ):
        attendance.ask_leave(enrolment=enrolment, session=session, reason=reason, by=hall.cast.organiser)
    first = Leave.objects.filter(session=sessions[7]).first()
    assert first is not None
    attendance.decide_leave(leave=first, granted=True, answer="", by=hall.cast.organiser)
    return {(people[9].pk, sessions[1].pk)}


@transaction.atomic
def _sign_in(
    hall: Hall,
    people: Iterable[Enrolment],
    sessions: Iterable[ClassSession],
    *,
    away: Collection[tuple[int, int]] = (),
) -> None:
    """Everybody scans the wall's code at the door; a few come without a phone and are made up for."""
    for enrolment in people:
        for session in sessions:
            if (enrolment.pk, session.pk) in away or not happens(96, "present", enrolment.pk, session.pk):
                continue
            at = session.starts_at - timedelta(minutes=number(1, 20, "at", enrolment.pk, session.pk))
            if happens(5, "no phone", enrolment.pk, session.pk):
                attendance.make_up(
                    enrolment=enrolment,
                    session=session,
                    turn=1,
                    reason="手机没电，签到表有签名。",
                    by=hall.cast.organiser,
                )
                continue
            user = hall.account(enrolment.worker, f"W-{enrolment.worker_id:04d}")
            attendance.scan(token=attendance.wall_token(session, at), user=user, at=at)
    Attendance.objects.filter(session__in=list(sessions), source=Attendance.Source.OFFICE).update(
        at=hall.at(-3, 18)
    )


def _mark(part: str, enrolment: Enrolment, *, low: int = 58) -> Decimal:
    return Decimal(number(low * 2, 194, part, enrolment.worker_id)) / 2


def _finished(hall: Hall, house: House) -> None:
    """Welders: everybody judged, rated by most, its costs entered."""
    topics = ("焊接安全与材料", "焊接工艺评定", "平板对接", "管板焊接", "考核")
    rows = _sittings((-75, -74, -68, -67, -61), house.mentors[6], (house.places[2], house.places[0]), topics)
    made = _class(
        hall,
        house,
        "welding-2",
        "welding",
        edition=2,
        sittings=rows,
        places=18,
        kind=K.UPGRADING,
        budget=Decimal(20000),
    )
    if made is None:
        return
    _move(hall, made, "open")
    people = _enrol(hall, made, hall.pool[40:57])
    _move(hall, made, "running")
    _sign_in(hall, people, list(made.sessions.select_related("training_class")))
    marks = {(one.pk, part): _mark(part, one) for one in people for part in ("theory", "practice")}
    exams.enter_marks(training_class=made, marks=marks, by=hall.cast.organiser)
    for kind, amount, note in (
        ("teaching", "9600.00", "授课 40 学时"),
        ("material", "5240.50", "焊材与试板"),
        ("venue", "2000.00", "实训设备"),
        ("board", "1530.00", "学员午餐"),
    ):
        accounts.add_cost(
            training_class=made,
            kind=kind,
            amount=Decimal(amount),
            on=hall.day(-61),
            note=note,
            by=hall.cast.organiser,
        )
    _finish(hall, made)
    for n, one in enumerate(Enrolment.objects.filter(training_class=made).order_by("pk")[:14]):
        words = ("示范讲得透，练得够。", "希望再多两次上机。", "")[n % 3]
        accounts.give_opinion(enrolment=one, score=5 if n % 4 else 4, words=words)


@transaction.atomic
def _finish(hall: Hall, made: TrainingClass) -> None:
    """Completed today, dated on the last day of the class; the ledger keeps today."""
    completion.finish(training_class=made, by=hall.cast.organiser)
    TrainingClass.objects.filter(pk=made.pk).update(finished_on=made.ends_on)
    sources = [f"academy.enrolment:{uuid}" for uuid in made.enrolments.values_list("uuid", flat=True)]
    GrowthEntry.objects.filter(source__in=sources).update(on=made.ends_on)


def _cancelled(hall: Hall, house: House) -> None:
    row = Sitting(-20, (14, 0), (16, 15), "theory", "企业用电安全", house.mentors[3], house.places[2])
    made = _class(
        hall, house, "safe-power-4", "safe-power", edition=4, sittings=[row], places=60, kind=K.OPEN
    )
    if made is not None:
        _move(hall, made, "open")
        _enrol(hall, made, hall.pool[60:64])
        _move(hall, made, "cancelled", reason="台风红色预警，改期另行通知。")


def _retraining(hall: Hall, house: House, n: int, people: int) -> None:
    """One day of eight class hours for workers in new posts, somewhere in the months of this year that are over."""
    days = _spread(hall.today, n, len(PAST_RETRAINING))
    row = Sitting(days, *DAY, "practice", "电工基础与安全实操", house.mentors[2 + n % 2], house.places[0])
    made = _class(
        hall,
        house,
        f"new-post-{n + 1}",
        "new-post",
        edition=n + 1,
        sittings=[row],
        places=40,
        kind=K.RETRAINING,
    )
    if made is None:
        return
    _move(hall, made, "open")
    first = 64 + sum(PAST_RETRAINING[:n])
    who = _enrol(hall, made, hall.pool[first : first + people])
    _move(hall, made, "running")
    _sign_in(hall, who, list(made.sessions.select_related("training_class")))
    low = 62  # whoever comes learns enough
    exams.enter_marks(
        training_class=made,
        marks={(one.pk, "practice"): _mark("practice", one, low=low) for one in who},
        by=hall.cast.organiser,
    )
    _finish(hall, made)


def _spread(today: date, n: int, count: int) -> int:
    """Days from today of the n-th of so many days, evenly over what of the year is over; a past day even in January."""
    passed = max((today - date(today.year, 1, 1)).days, count + 2)
    return -passed + (n + 1) * passed // (count + 1) - 1


def _next_retraining(hall: Hall, house: House) -> None:
    row = Sitting(9, *DAY, "practice", "电工基础与安全实操", house.mentors[3], house.places[0])
    edition = len(PAST_RETRAINING) + 1
    made = _class(
        hall,
        house,
        f"new-post-{edition}",
        "new-post",
        edition=edition,
        sittings=[row],
        places=40,
        kind=K.RETRAINING,
        enrolment_closes=hall.at(7, 18),
    )
    if made is not None:
        _move(hall, made, "open")
        _enrol(hall, made, hall.pool[200:211])
