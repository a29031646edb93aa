"""The pairs of today: months written and overdue, evaluations passed, missed and failed, proposals to be signed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from academy.domain import pair_agreements, pair_logs, pair_skills, pairs
from academy.models import Mentor, Pair
from academy.rules.pairing import add_months, first_of
from craft_site.home.demo.academy_pair_steps import (
    SKILLS,
    Grade,
    Kind,
    School,
    agree,
    evaluate,
    person,
    propose,
    sign_on_paper,
)
from craft_site.home.demo.academy_people import Hall, firm_of, moment
from craft_site.home.demo.chance import number, one_of
from craft_site.home.demo.papers import scan
from craft_site.people.models import Trade, User, Worker

REFLECTIONS = (
    "先看后练，自己上手才知道力道差在哪里，回来又练了两遍。",
    "师傅让我先把工艺路线写出来再动手，返工明显少了。",
    "这个月独立完成了一件，师傅只在关键处提醒，心里有底了。",
)
COMMENTS = ("步骤清楚，继续保持；注意清理工位。", "进步明显，下月加练测量。", "安全意识强，可以独立操作。")


@dataclass(frozen=True, slots=True)
class Now:
    """One pair of today. master: a mentor of the academy, or with `second` a former apprentice; by their place.

    ago: months since it began; behind: months not written; fate: what became of it.
    """

    master: int
    ago: int
    second: bool = False
    behind: int = 0
    fate: str = ""


TODAY = (
    Now(1, 5),
    Now(1, 11),
    Now(2, 8, behind=2),
    Now(3, 6),
    Now(4, 9, behind=2),
    Now(6, 4),
    Now(9, 10),
    Now(0, 14, second=True),
    Now(3, 13, second=True),
    Now(1, 16, second=True, fate="passed"),
    Now(6, 15, second=True, fate="passed"),
    Now(9, 14, second=True, fate="warned"),
    Now(5, 25, fate="extended"),
    Now(10, 9, fate="ended"),
    Now(2, 7, fate="new master"),
)


def make_current(school: School) -> None:
    """Two of M-001, one of them with W-001; those of TODAY; two proposals."""
    _of_the_printed_sign_ins(school)
    for n, plan in enumerate(TODAY):
        _pair(school, n, plan)
    _proposals(school)


def _first_day(hall: Hall, ago: int) -> date:
    return add_months(first_of(hall.today), -ago) + timedelta(days=2)


def _young(school: School, key: str, master: Worker, trade: Trade) -> Worker:
    """An apprentice of the master's firm, at level 4."""
    firm = school.hall.cast.employers.index(firm_of(master))
    return person(school.hall, f"young/{key}", trade, firm, [(3, date(2022, 6, 1))])


def _of_the_printed_sign_ins(school: School) -> None:
    """All four sign by themselves; the months wait for the master's words, and W-001 owes one."""
    hall, mentor = school.hall, school.mentors[0]
    first, last = _first_day(hall, 7), add_months(first_of(hall.today), -1)
    for worker in (hall.worker, _young(school, "first", mentor.worker, mentor.trade)):
        hall.account(worker, f"W-{worker.pk:04d}")
        pair = propose(
            school,
            mentor.worker,
            worker,
            mentor.trade,
            first=first,
            grade_from=3,
            target=5,
            appointment=mentor,
        )
        pair = _sign_in_turn(hall, pair)
        agree(school, pair)
        # Before its reminder day the present month is not owed yet: then the one before is left to write.
        owes = worker == hall.worker and hall.today.day < 25
        _write_months(pair, upto=add_months(last, -1) if owes else last, say_last=False)
        _confirm_skills(hall, pair)


def _sign_in_turn(hall: Hall, pair: Pair) -> Pair:
    firm_union = firm_of(pair.apprentice).union_id
    assert firm_union is not None
    by = {
        "apprentice": pair.apprentice.user,
        "mentor": pair.mentor.user,
        "employer": User.objects.get(staff_no="E-001"),
        "union": hall.reviewers[firm_union],
    }
    for n, (side, user) in enumerate(by.items()):
        seen = pair_agreements.content_hash(pair)
        pair = pair_agreements.sign(
            pair=pair, side=side, seen=seen, by=user, at=moment(pair.starts_on, 9 + n)
        )
    return pair


def _pair(school: School, n: int, plan: Now) -> None:
    hall = school.hall
    appointment: Mentor | None = None if plan.second else school.mentors[plan.master]
    master = school.second[plan.master] if appointment is None else appointment.worker
    trade = _trade_of(school, plan)
    hall.account(master, f"W-{master.pk:04d}")
    apprentice = _young(school, str(n), master, trade)
    first = _first_day(hall, plan.ago)
    pair = propose(
        school, master, apprentice, trade, first=first, grade_from=3, target=4, appointment=appointment
    )
    pair = sign_on_paper(school, pair)
    agree(school, pair)
    _write_months(pair, upto=add_months(first_of(hall.today), -1 - plan.behind))
    _confirm_skills(hall, pair)
    _fate(school, pair, plan)


def _trade_of(school: School, plan: Now) -> Trade:
    if not plan.second:
        return school.mentors[plan.master].trade
    taught = Pair.objects.filter(apprentice=school.second[plan.master]).select_related("trade").first()
    assert taught is not None
    return taught.trade


def _fate(school: School, pair: Pair, plan: Now) -> None:
    hall, half = school.hall, add_months(pair.starts_on, 12)
    if plan.fate in ("passed", "extended"):
        pair = evaluate(school, pair, Kind.MID, half)
    if plan.fate == "warned":
        evaluate(school, pair, Kind.MID, half, grade=Grade.EXTEND, comment="实操未达要求，两个月后复评。")
    if plan.fate == "extended":
        evaluate(
            school,
            pair,
            Kind.FINAL,
            pair.ends_on - timedelta(days=4),
            grade=Grade.EXTEND,
            comment="目标等级尚未取得，延期继续带教。",
            until=add_months(pair.ends_on, 9),
        )
    ended = hall.day(-40)
    if plan.fate == "ended":
        pairs.end_early(
            pair=pair, reason="徒弟调离本单位。", by=hall.cast.organiser, on=ended, at=moment(ended, 10)
        )
    if plan.fate == "new master":
        other = school.mentors[1]
        follows = pairs.new_mentor(
            pair=pair,
            mentor=other.worker,
            appointment=other,
            reason="师傅长期外派，改由他人带教。",
            starts_on=hall.day(7),
            by=hall.cast.organiser,
            at=hall.at(-3, 10),
        )
        sign_on_paper(school, follows, at=hall.at(-1, 15))  # all four have signed; it begins on its first day


def _proposals(school: School) -> None:
    """One that nobody has signed; one of the first firm, where the union's signature is the last to come."""
    hall = school.hall
    for n, place in enumerate((11, 0)):
        mentor = school.mentors[place]
        apprentice = _young(school, f"proposed/{n}", mentor.worker, mentor.trade)
        pair = propose(
            school,
            mentor.worker,
            apprentice,
            mentor.trade,
            first=hall.day(10),
            grade_from=3,
            target=4,
            appointment=mentor,
        )
        if place == 0:
            sign_on_paper(school, pair, "apprentice", "mentor", "employer", at=hall.at(-2, 10))
        Pair.objects.filter(pk=pair.pk).update(made_at=hall.at(-5 - n, 9))


def _write_months(pair: Pair, *, upto: date, say_last: bool = True) -> None:
    """The apprentice writes each month at its end, the master answers some days later. say_last: also to the newest."""
    months, month = [], first_of(pair.starts_on)
    while month <= min(upto, first_of(pair.ends_on)):
        months.append(month)
        month = add_months(month, 1)
    with transaction.atomic():
        for month in months[:-1]:
            _write(pair, month, answered=True)
    if months:  # a photograph is kept in a transaction of its own
        _write(pair, months[-1], answered=say_last, photo=not say_last)


def _write(pair: Pair, month: date, *, answered: bool, photo: bool = False) -> None:
    at = min(moment(month + timedelta(days=26), 20), _now())
    names = SKILLS[pair.trade.name]
    skill = names[month.month % len(names)]
    values: dict[str, Any] = {
        "month": month,
        "hours": Decimal(number(8, 22, "hours", pair.number, month)),
        "topic": skill,
        "task": f"{skill}：完成一件练习件并自检",
        "reflection": one_of(REFLECTIONS, "says", pair.number, month),
        "send": True,
        "at": at,
    }
    by = pair.apprentice.user
    if photo:
        log = pair_logs.write_with_photo(pair=pair, photo=scan("log", pair.number), by=by, **values)
    else:
        log = pair_logs.write(pair=pair, by=by, **values)
    if answered:
        later = min(at + timedelta(days=number(1, 5, "answer", pair.number, month)), _now())
        words = one_of(COMMENTS, "comment", pair.number, month)
        pair_logs.comment(log=log, text=words, by=pair.mentor.user, at=later)


def _now() -> datetime:
    return timezone.now()


def _confirm_skills(hall: Hall, pair: Pair) -> None:
    """What was due is learnt, but for the last thing."""
    due = list(pair.skills.filter(due_on__lte=hall.today).order_by("due_on"))
    for skill in due[:-1] if len(due) > 1 else due:
        pair_skills.confirm(skill=skill, by=pair.mentor.user, on=skill.due_on)
