"""The academy of the demonstration: a branch and a base, an alliance of studios, twelve mentors, what is taught."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from academy.domain import academies, alliances, classes, targets
from academy.models import Academy, Alliance, Membership, Mentor, Place, Programme, Studio, TrainingClass
from craft_site.home.demo import people
from craft_site.home.demo.academy_people import Hall, firm_of, give_certificate
from craft_site.people.domain import growth
from craft_site.people.models import GrowthEntry, User, Worker

ACADEMY = "power-craft"
# firm (its place in the list), name, English, member since, until
STUDIOS = (
    (0, "五金产业劳模创新工作室", "Hardware model-worker studio", date(2024, 3, 1), None),
    (1, "配网带电作业创新工作室", "Live-line work studio", date(2024, 3, 1), None),
    (2, "冲压模具创新工作室", "Stamping-die studio", date(2024, 4, 1), None),
    (3, "焊接技能大师工作室", "Welding master's studio", date(2024, 6, 1), None),
    (4, "继电保护创新工作室", "Protective-relay studio", date(2024, 3, 1), date(2025, 12, 31)),
    (5, "装备维修创新工作室", "Machine-repair studio", date(2025, 1, 1), None),
)
# studio, trade, level, appointed from, until, agrees to be named
MENTORS = (
    (0, "模具工", 6, date(2024, 5, 20), date(2028, 5, 19), True),
    (1, "电工", 6, date(2024, 5, 20), date(2028, 5, 19), True),
    (1, "电工", 5, date(2024, 5, 20), date(2028, 5, 19), True),
    (1, "供电服务员", 5, date(2024, 9, 1), date(2028, 8, 31), True),
    (2, "模具工", 6, date(2024, 5, 20), date(2028, 5, 19), True),
    (2, "模具工", 5, date(2024, 9, 1), date(2028, 8, 31), True),
    (3, "焊工", 6, date(2024, 9, 1), date(2028, 8, 31), True),
    (3, "焊工", 5, date(2025, 3, 1), date(2028, 2, 28), False),
    (4, "电工", 6, date(2024, 5, 20), date(2025, 12, 31), True),
    (5, "钳工", 6, date(2025, 3, 1), date(2028, 2, 28), True),
    (5, "钳工", 5, date(2025, 3, 1), date(2028, 2, 28), True),
    (0, "模具工", 5, date(2025, 9, 1), date(2028, 8, 31), False),
)
HONOURS = (
    ("八婺金匠", "Jinhua Golden Craftsman"),
    ("永康市劳动模范", "Model worker of Yongkang"),
    ("浙江省技术能手", "Technical expert of Zhejiang"),
)
# code, name, English, trade, level, theory, practice, theory exam, practical exam
TAUGHT = (
    ("live-line", "配电线路带电作业", "Live work on distribution lines", "电工", 4, 16, 24, True, True),
    ("relay", "二次回路与继电保护", "Secondary circuits and protective relays", "电工", 5, 24, 24, True, True),
    ("stamping", "冲压模装配与调试", "Assembling and trying out stamping dies", "模具工", 4, 16, 40, True, True),
    ("welding", "焊工技能提升", "Welding skills", "焊工", 3, 16, 24, True, True),
    ("new-post", "转岗职工电工基础", "Basics of electricity for workers in new posts", "电工", 2, 2, 6, False, True),
    ("safe-power", "企业安全用电公开课", "Safe use of power in firms", None, None, 3, 0, False, False),
)  # fmt: skip
OUTLINE = "安全规程；图样与工艺；示范与分组实操；常见故障分析；考核。"
OUTLINE_EN = "Safety rules; drawings and process; demonstration and practice in groups; usual faults; exam."


@dataclass(frozen=True)
class House:
    academy: Academy
    branch: Academy
    base: Academy
    mentors: list[Mentor]
    programmes: dict[str, Programme]
    places: list[Place]


def make_house(hall: Hall) -> House:
    """Makes what is missing and answers with all of it."""
    alliance = _alliance(hall)
    academy = _academy(hall, ACADEMY, "academy", ("电力工匠学院", "Power Craftsman Academy"), alliance, None)
    branch = _academy(hall, "hardware-branch", "branch", ("五金分院", "Hardware branch"), alliance, academy)
    base = _academy(
        hall, "live-line-base", "base", ("带电作业实训基地", "Live-line training base"), alliance, academy
    )
    studios = [_studio(hall, alliance, *row) for row in STUDIOS]
    mentors = [_mentor(hall, academy, studios[row[0]], n, *row[1:]) for n, row in enumerate(MENTORS)]
    for studio, (_firm, *_rest) in zip(studios, STUDIOS, strict=True):
        leader = next(one for one in mentors if one.studio_id == studio.pk)
        Studio.objects.filter(pk=studio.pk, leader=None).update(leader=leader.worker)
    places = [
        Place.objects.get_or_create(academy=where, name=name)[0]
        for where, name in (
            (academy, "实训一车间"),
            (academy, "二次回路实验室"),
            (academy, "阶梯教室"),
            (branch, "模具实训室"),
            (base, "带电作业实训场"),
        )
    ]
    programmes = {row[0]: _programme(hall, *row) for row in TAUGHT}
    targets.set_target(
        year=hall.today.year,
        kind=TrainingClass.Kind.RETRAINING,
        sessions=20,
        people=800,
        by=hall.cast.organiser,
    )
    return House(academy, branch, base, mentors, programmes, places)


def _alliance(hall: Hall) -> Alliance:
    name = "五金产业劳模创新工作室联盟"
    if (known := Alliance.objects.filter(name=name).first()) is not None:
        return known
    fresh = Alliance(
        name=name,
        name_en="Alliance of innovation studios of the hardware trade",
        founded_on=date(2024, 3, 1),
    )
    return alliances.save_alliance(alliance=fresh, by=hall.cast.organiser)


def _academy(
    hall: Hall, code: str, kind: str, name: tuple[str, str], alliance: Alliance, parent: Academy | None
) -> Academy:
    if (known := Academy.objects.filter(code=code).first()) is not None:
        return known
    fresh = Academy(
        code=code,
        kind=kind,
        name=name[0],
        name_en=name[1],
        parent=parent,
        employer=hall.cast.employers[1],
        alliance=alliance,
        address="永康市示例路 1 号",
        founded_on=date(2024, 5, 20),
    )
    return academies.save_academy(academy=fresh, by=hall.cast.organiser)


def _studio(
    hall: Hall, alliance: Alliance, firm: int, name: str, name_en: str, since: date, until: date | None
) -> Studio:
    studio = Studio.objects.filter(name=name).first()
    if studio is None:
        fresh = Studio(name=name, name_en=name_en, employer=hall.cast.employers[firm])
        studio = alliances.save_studio(studio=fresh, by=hall.cast.organiser)
    if not Membership.objects.filter(alliance=alliance, studio=studio).exists():
        alliances.join(alliance=alliance, studio=studio, since=since, until=until, by=hall.cast.organiser)
    return studio


def _mentor(
    hall: Hall,
    academy: Academy,
    studio: Studio,
    n: int,
    trade_name: str,
    grade: int,
    since: date,
    until: date,
    named: bool,
) -> Mentor:
    letter = f"永工匠聘〔{since.year}〕{n + 1:03d}号"
    if (known := Mentor.objects.filter(letter_no=letter).select_related("worker").first()) is not None:
        return known
    trade = hall.cast.trades[trade_name]
    worker = people.make_worker(f"mentor/{n}", employer=studio.employer)
    give_certificate(worker, trade, grade, date(2019, 1 + n, 15))
    if n == 0:
        _sign_in(worker)
    if n % 3 == 1:
        title, title_en = HONOURS[n // 3 % len(HONOURS)]
        growth.record(
            worker=worker,
            kind=GrowthEntry.Kind.HONOUR,
            on=date(2022, 5, 1),
            title=title,
            title_en=title_en,
            source=f"demo:honour:{n}",
        )
    return academies.appoint(
        academy=academy,
        worker=worker,
        trade=trade,
        grade=grade,
        letter_no=letter,
        since=since,
        until=until,
        studio=studio,
        publicity=named,
        by=hall.cast.organiser,
    )


def _sign_in(worker: Worker) -> None:
    """The first mentor is the person behind the sign-in M-001."""
    user = User.objects.get(staff_no="M-001")
    Worker.objects.filter(pk=worker.pk).update(user=user)
    User.objects.filter(pk=user.pk).update(name=worker.name, employer=firm_of(worker))
    worker.user = user


def _programme(
    hall: Hall,
    code: str,
    name: str,
    name_en: str,
    trade: str | None,
    grade: int | None,
    theory: int,
    practice: int,
    theory_exam: bool,
    practice_exam: bool,
) -> Programme:
    if (known := Programme.objects.filter(code=code).first()) is not None:
        return known
    programme = Programme(
        code=code,
        name=name,
        name_en=name_en,
        trade=hall.cast.trades[trade] if trade else None,
        grade=grade,
        theory_hours=theory,
        practice_hours=practice,
        outline=OUTLINE,
        outline_en=OUTLINE_EN,
        attendance_percent=80,
        pass_mark=Decimal(60),
        theory_exam=theory_exam,
        practice_exam=practice_exam,
    )
    return classes.save_programme(programme=programme, by=hall.cast.organiser)
