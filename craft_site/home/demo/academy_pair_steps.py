"""The steps of a pair of the demonstration, each through the site's own verb and at the time when it happened."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from academy.domain import pair_agreements, pair_reviews, pairs
from academy.models import Mentor, Pair, PairReview, PairScheme
from academy.rules.pairing import add_months
from craft_site.home.demo import people
from craft_site.home.demo.academy_people import Hall, give_certificate, moment
from craft_site.home.demo.chance import number
from craft_site.people.models import Trade, Worker

Kind, Grade = PairReview.Kind, PairReview.Grade
SKILLS = {
    "模具工": ("识读装配图", "凸凹模修配", "间隙调整", "试模与缺陷排除"),
    "电工": ("安全规程与工作票", "二次回路识图", "带电作业工器具", "故障查找"),
    "焊工": ("焊条电弧焊", "气体保护焊", "管板焊接", "焊缝检测"),
    "钳工": ("划线与锉削", "精密测量", "机床导轨刮研", "设备故障诊断"),
    "供电服务员": ("业扩报装", "装表接电", "用电检查", "客户沟通"),
}


@dataclass(frozen=True)
class School:
    """The rules, and who may teach: the academy's mentors and their former apprentices."""

    hall: Hall
    scheme: PairScheme
    mentors: list[Mentor]
    second: list[Worker] = field(default_factory=list)


def person(hall: Hall, key: str, trade: Trade, firm: int, levels: Iterable[tuple[int, date]]) -> Worker:
    """A worker of that firm with certificates in the trade. levels: (level, issued on)."""
    worker = people.make_worker(f"pair/{key}", employer=hall.cast.employers[firm])
    for grade, on in levels:
        give_certificate(worker, trade, grade, on)
    return worker


def propose(
    school: School,
    master: Worker,
    apprentice: Worker,
    trade: Trade,
    *,
    first: date,
    months: int = 24,
    grade_from: int,
    target: int,
    appointment: Mentor | None = None,
) -> Pair:
    """A proposal with its list of skills, made ten days before its first day."""
    ends = add_months(first, months)
    names = SKILLS[trade.name]
    pair = pairs.propose(
        scheme=school.scheme,
        mentor=master,
        apprentice=apprentice,
        trade=trade,
        grade_from=grade_from,
        target_grade=target,
        target_on=add_months(first, months - 2),
        starts_on=first,
        ends_on=ends,
        appointment=appointment,
        skills=[
            (name, add_months(first, months * (n + 1) // (len(names) + 1))) for n, name in enumerate(names)
        ],
        meetings=4,
        allowance=200,
        by=school.hall.cast.organiser,
    )
    Pair.objects.filter(pk=pair.pk).update(made_at=moment(first - timedelta(days=10), 9))
    return pair


def sign_on_paper(school: School, pair: Pair, *sides: str, at: datetime | None = None) -> Pair:
    """The office enters sheets that were signed by hand, on the first day unless another time is given."""
    for side in sides or tuple(pair_agreements.Side.values):
        pair = pair_agreements.sign(
            pair=pair,
            side=side,
            seen=pair_agreements.content_hash(pair),
            by=school.hall.cast.organiser,
            on_paper=True,
            at=at or moment(pair.starts_on, 10),
        )
    return pair


def agree(school: School, pair: Pair) -> None:
    """Both agree to be named where the lineage is shown; each by the own sign-in."""
    for one in (pair.mentor, pair.apprentice):
        user = school.hall.account(one, f"W-{one.pk:04d}")
        pairs.agree_to_be_named(pair=pair, agree=True, by=user, at=moment(pair.starts_on, 15))


def evaluate(
    school: School,
    pair: Pair,
    kind: str,
    on: date,
    *,
    grade: str = "",
    comment: str = "",
    until: date | None = None,
) -> Pair:
    theory, practice = (
        number(80, 95, pair.number, kind, "theory"),
        number(82, 97, pair.number, kind, "practice"),
    )
    low = 18 if grade in (Grade.EXTEND, Grade.END) else 0
    pair_reviews.review(
        pair=pair,
        kind=kind,
        theory=theory - low,
        practice=practice - low,
        conduct=number(86, 98, pair.number, kind, "conduct"),
        grade=grade or (Grade.EXCELLENT if practice > 92 else Grade.PASSED),
        comment=comment,
        until=until,
        on=on,
        at=moment(on, 16),
        by=school.hall.cast.organiser,
    )
    return Pair.objects.for_list().get(pk=pair.pk)
