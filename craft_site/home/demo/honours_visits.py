"""Visits to firms of the demonstration: generated craftsmen at example firms. Nobody who holds a real honour is sent
anywhere. Twelve took place since 2024, as many as the newspaper's report counts; the open ones stand at every step."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from craft_site.home.demo import people
from craft_site.home.demo.academy_people import Hall, give_certificate
from craft_site.home.demo.chance import number
from craft_site.home.demo.pictures import draw_exhibit
from craft_site.kit.uploads import PHOTO, clean_upload
from craft_site.people.models import Employer, User, Worker
from honours.domain import outreach_pictures, visit_answers, visit_matching, visit_reports, visits
from honours.domain.visit_reports import Found, Report
from honours.models import Visit

CRAFTSMEN = 8
TRADES = ("模具工", "模具工", "钳工", "电工", "焊工", "模具工", "钳工", "电工")
WORDS = "（示例：演示生成，人物、单位和内容均非真实。）"


@dataclass(frozen=True, slots=True)
class Case:
    """What one firm asked. solved, left: what was worked on; trained: people; saving: yuan, None where not told."""

    trade: str
    kind: str
    urgency: str
    problem: str
    solved: tuple[str, ...]
    left: tuple[str, ...] = ()
    trained: int | None = None
    saving: int | None = None


CASES = (
    Case(
        "模具工",
        "problem",
        "urgent",
        "不锈钢杯拉伸模开裂，废品率超过一成",
        ("凹模圆角过小", "润滑方式不当"),
        (),
        12,
        86000,
    ),
    Case("钳工", "service", "normal", "老冲床导轨间隙大，想请师傅指导刮研", ("导轨间隙调整",), (), 8, None),
    Case("电工", "service", "soon", "自动线电气柜频繁跳闸", ("接触器选型偏小", "接地不良"), (), 15, 32000),
    Case("焊工", "problem", "soon", "铝合金门框焊后变形", ("焊接顺序调整", "工装夹具改进"), (), 20, 54000),
    Case(
        "模具工", "management", "normal", "模具保养没有台账，寿命说不清", ("建立模具保养台账",), (), 25, None
    ),
    Case("模具工", "problem", "normal", "级进模送料步距不稳", ("导正销磨损", "送料器校正"), (), 10, 41000),
    Case("钳工", "service", "soon", "装配工位扭矩不一致", ("扭矩扳手标定",), (), 18, 12000),
    Case("电工", "management", "normal", "想做班组用电安全培训", ("用电安全培训",), (), 46, None),
    Case("焊工", "service", "urgent", "不锈钢焊缝发黑返工", ("保护气体流量不足",), (), 14, 27000),
    Case("模具工", "problem", "soon", "电动工具外壳模溢料", ("分型面修配", "锁模力核算"), (), 9, 63000),
    Case(
        "模具工",
        "problem",
        "normal",
        "厨具冲孔毛刺大",
        ("间隙重配",),
        ("刃口材料更换后的寿命跟踪",),
        11,
        22000,
    ),
    Case(
        "钳工",
        "problem",
        "soon",
        "压铸件去毛刺工序瓶颈",
        ("去毛刺工装改进",),
        ("自动去毛刺方案论证",),
        6,
        None,
    ),
)
HELD_ON = (
    date(2024, 3, 14),
    date(2024, 4, 18),
    date(2024, 5, 23),
    date(2024, 6, 20),
    date(2024, 8, 15),
    date(2024, 9, 12),
    date(2024, 10, 24),
    date(2024, 11, 21),
    date(2024, 12, 12),
    date(2025, 2, 20),
    date(2025, 3, 20),
    date(2025, 4, 10),
)
RATINGS = (5, 4, 5, 5, 4, 5, 3, 5, 4, 5)


def make_visits(hall: Hall) -> None:
    """Safe to repeat: what is there is left."""
    if Visit.objects.exists():
        return
    crew = make_craftsmen(hall)
    firms = hall.cast.employers
    contact = User.objects.get(staff_no="E-001")
    for n, (case, day) in enumerate(zip(CASES, HELD_ON, strict=True)):
        # The last two are not at their end: one is watched, one waits for the rating of E-001.
        firm = firms[0] if n == 11 else firms[1 + n * 2]
        visit = _held(hall, crew, firm, case, day, contact if n == 11 else None)
        if n < 10:
            _to_the_end(hall, visit, RATINGS[n], day)
            if n % 3 == 0:
                _picture(hall, visit, n)
        elif n == 10:
            visit_reports.follow_up(
                visit=visit,
                words="新刃口已连续生产两个月，继续跟踪寿命" + WORDS,
                solved=[],
                next_on=hall.day(30),
                on=day + timedelta(days=60),
                by=hall.cast.organiser,
            )
    _on_their_way(hall, crew, contact)


def make_craftsmen(hall: Hall) -> list[Worker]:
    """Generated technicians with a sign-in each, and the master behind M-001."""
    firms, found = hall.cast.employers, []
    for n in range(CRAFTSMEN):
        worker = people.make_worker(f"outreach/{n}", employer=firms[2 + n * 2])
        grade = number(5, 7, "outreach", n)
        give_certificate(worker, hall.cast.trades[TRADES[n]], grade, date(2022, 6, 1))
        hall.account(worker, f"W-{worker.pk:04d}")
        found.append(Worker.objects.select_related("user", "employer").get(pk=worker.pk))
    return found


def _asked(hall: Hall, case: Case, **more: object) -> visits.Asked:
    return visits.Asked(
        problem=case.problem + WORDS,
        kind=case.kind,
        urgency=case.urgency,
        trade=hall.cast.trades[case.trade],
        contact="设备科 示例联系人 0579-00000000",
        **more,  # type: ignore[arg-type]
    )


def _triaged(hall: Hall, firm: Employer, case: Case, on: date, by: User) -> Visit:
    visit = visits.request(employer=firm, asked=_asked(hall, case), by=by, on=on)
    return visits.triage(
        visit=visit,
        kind=case.kind,
        urgency=case.urgency,
        trade=hall.cast.trades[case.trade],
        by=hall.cast.organiser,
        on=on + timedelta(days=1),
    )


def _matched(
    hall: Hall,
    crew: list[Worker],
    firm: Employer,
    case: Case,
    on: date,
    planned: date,
    by: User,
    two: bool = False,
) -> Visit:
    """The fittest of the crew who do not work there, as an organiser would choose."""
    visit = _triaged(hall, firm, case, on, by)
    fits = visit_matching.fits_of(visit, crew, year=planned.year)
    chosen = [key for key, fit in fits.items() if not fit.barred][: 2 if two else 1]
    return visits.match(
        visit=visit,
        workers=[worker for worker in crew if worker.pk in chosen],
        planned_on=planned,
        place=f"{firm.short_name}车间",
        by=hall.cast.organiser,
        on=on + timedelta(days=2),
    )


def _agreed(hall: Hall, visit: Visit, on: date, contact: User | None) -> Visit:
    """contact: of a firm with an account; the others said yes on the telephone."""
    visit = visit_answers.answer_for_firm(visit=visit, yes=True, by=contact or hall.cast.organiser, on=on)
    for one in visit.craftsmen.select_related("worker__user", "visit"):  # type: ignore[attr-defined]
        visit = visit_answers.answer(
            invited=one, yes=True, may_name=one.pk % 3 != 0, by=one.worker.user, on=on
        )
    return visit


def _held(
    hall: Hall, crew: list[Worker], firm: Employer, case: Case, day: date, contact: User | None
) -> Visit:
    by = contact or hall.cast.organiser
    asked_on = day - timedelta(days=14)
    visit = _matched(
        hall, crew, firm, case, asked_on, day, by, two=case.trained is not None and case.trained > 12
    )
    visit = _agreed(hall, visit, asked_on + timedelta(days=4), contact)
    later = hall.day(30)
    problems = [Found(text, case.kind, solved=True) for text in case.solved]
    problems += [Found(text, case.kind, solved=False, follow_up_on=later) for text in case.left]
    report = Report(
        visited_on=day,
        came=[one.pk for one in visit.craftsmen.all()],  # type: ignore[attr-defined]
        problems=problems,
        words="现场查看后与班组一起试验，当场改进并讲解原因" + WORDS,
        hours=Decimal(number(6, 14, "hours", day)) / 2,
        people_trained=case.trained,
        saving=None if case.saving is None else Decimal(case.saving),
    )
    return visit_reports.record(visit=visit, report=report, by=hall.cast.organiser)


def _to_the_end(hall: Hall, visit: Visit, rating: int, day: date) -> None:
    by = hall.cast.organiser
    visit_reports.rate(
        visit=visit,
        rating=rating,
        words="师傅讲得明白，班组都学会了" + WORDS,
        may_publish=rating > 3,
        by=by,
        on=day + timedelta(days=5),
    )
    visit_reports.close(visit=visit, by=by, on=day + timedelta(days=15))


def _picture(hall: Hall, visit: Visit, seed: int) -> None:
    """A drawing of the die in question stands where a photograph would: nobody is shown."""
    drawing = clean_upload(BytesIO(draw_exhibit(seed + 60, "single")), name="die.jpg", policy=PHOTO)
    outreach_pictures.add(
        of=visit,
        upload=drawing,
        words="模具轴测图（示意，演示生成）",
        may_publish=True,
        by=hall.cast.organiser,
    )


def _on_their_way(hall: Hall, crew: list[Worker], contact: User) -> None:
    """One at every open step; E-001 and M-001 each have something to answer."""
    firms, by = hall.cast.employers, hall.cast.organiser
    master = Worker.objects.select_related("user", "employer").get(user__staff_no="M-001")
    give_certificate(master, hall.cast.trades["模具工"], 6, date(2021, 6, 1))
    others = [firm for firm in firms[12:] if firm.pk != master.employer_id]
    visits.request(employer=others[0], asked=_asked(hall, CASES[8]), by=by, on=hall.day(-3))
    visits.request(employer=firms[0], asked=_asked(hall, CASES[4], wished_by=hall.day(40)), by=contact)
    _triaged(hall, others[1], CASES[5], hall.day(-4), by)
    _matched(hall, crew, firms[0], CASES[0], hall.day(-3), hall.day(12), contact)
    visit = _triaged(hall, others[2], CASES[9], hall.day(-3), by)
    visits.match(
        visit=visit,
        workers=[master],
        planned_on=hall.day(9),
        place=f"{visit.employer.short_name}模具车间",
        by=by,
        on=hall.day(-1),
    )
    planned = _matched(hall, crew, others[3], CASES[3], hall.day(-8), hall.day(6), by)
    _agreed(hall, planned, hall.day(-4), None)
    unfit = visits.request(employer=others[4], asked=_asked(hall, CASES[7]), by=by, on=hall.day(-20))
    visits.decline(visit=unfit, reason="企业要的是证书年审，不属于助企行范围，已转人社窗口（示例）", by=by)
    gone = _triaged(hall, others[5], CASES[2], hall.day(-30), by)
    visits.cancel(visit=gone, reason="企业停产检修，来电取消（示例）", by=by)
