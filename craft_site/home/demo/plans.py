"""The contests of the demonstration. All of it is generated but the names of contests and hosts."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from craft_site.home.demo.contests import Plan

FEDERATION = ("永康市总工会", "Yongkang Federation of Trade Unions")
LABOUR = ("永康市人力资源和社会保障局", "Yongkang Human Resources and Social Security Bureau")
MOULD_SOCIETY = ("永康市模具协会", "Yongkang Mould Association")
POWER_COMPANY = ("国网永康市供电公司", "State Grid Yongkang Power Supply Company")
HEALTH_BUREAU = ("永康市卫生健康局", "Yongkang Health Bureau")

# The stamping-mould scheme: three floor judges, two measuring judges who read A and the rest, three result judges.
MEASURED_A = ["A1.1", "A1.2", "A1.3", "A1.4", "A1.5", "A1.6", "A2.1", "A2.2", "A2.3", "A2.4", "A2.5", "A2.6"]
MEASURED_A += ["A3.1", "A3.2", "A3.3", "A3.4", "A3.5", "A3.6"]
MEASURED_REST = [
    "B1.1",
    "B1.2",
    "B1.4",
    "B2.1",
    "B2.2",
    "B2.4",
    "B3.1",
    "B3.3",
    "C2.1",
    "C2.2",
    "C2.3",
    "C2.4",
]
MEASURED_REST += ["C2.5", "C2.6", "C2.7", "C3.1", "C3.2", "D1.2", "D1.3"]
MOULD_SEATS: Sequence[dict[str, Any]] = (
    {"judge": "J-031", "role": "floor", "place": 1, "witness": "J-032"},
    {"judge": "J-032", "role": "floor", "place": 2},
    {"judge": "J-033", "role": "floor", "place": 3},
    {"judge": "J-011", "role": "measuring", "place": 1, "witness": "J-013", "aspects": MEASURED_A},
    {"judge": "J-012", "role": "measuring", "place": 1, "witness": "J-013", "aspects": MEASURED_REST},
    {"judge": "J-021", "role": "result", "place": 1},
    {"judge": "J-022", "role": "result", "place": 2},
    {"judge": "J-023", "role": "result", "place": 3},
)
HEALTH_SEATS: Sequence[dict[str, Any]] = tuple(
    {"judge": f"J-04{n}", "role": "floor", "place": n} for n in range(1, 8)
)
POWER_SEATS: Sequence[dict[str, Any]] = (
    {"judge": "J-051", "role": "floor", "place": 1, "witness": "J-052"},
    {"judge": "J-052", "role": "floor", "place": 2},
    {"judge": "J-053", "role": "floor", "place": 3},
    {"judge": "J-054", "role": "measuring", "place": 1, "witness": "J-055"},
    {"judge": "J-056", "role": "result", "place": 1},
    {"judge": "J-057", "role": "result", "place": 2},
    {"judge": "J-058", "role": "result", "place": 3},
)

MOULD_SERIES = ("mould-maker", "模具工职业技能精英赛", "Mould-maker elite skills contest")
POWER_SERIES = ("power-games", "电力系统职工技能运动会", "Power-system workers' skills games")
HEALTH_SERIES = ("health-education", "健康科普技能竞赛", "Health-education skills contest")


def mould_2024() -> Plan:
    return Plan(
        series=MOULD_SERIES,
        edition=3,
        code="mould-2024",
        name=("第三届模具工职业技能精英赛", "3rd mould-maker elite skills contest"),
        event_name=("冲压模制作", "Stamping mould making"),
        trade="模具工",
        scheme="stamping-compound-die.yaml",
        entrants=40,
        benches=20,
        day=date(2024, 4, 18),
        hosts=(("host", *FEDERATION), ("host", *LABOUR), ("organiser", *MOULD_SOCIETY)),
        seats=MOULD_SEATS,
    )


def health_2024() -> Plan:
    return Plan(
        series=HEALTH_SERIES,
        edition=None,
        code="health-2024",
        name=("2024年健康科普技能竞赛", "Health-education skills contest 2024"),
        event_name=("健康科普展示", "Health-education presentation"),
        trade="",
        scheme="health-education.yaml",
        entrants=24,
        benches=24,
        day=date(2024, 6, 14),
        hosts=(("host", *FEDERATION), ("host", *HEALTH_BUREAU)),
        place="永康市工人文化宫",
        seats=HEALTH_SEATS,
    )


def power_2024() -> Plan:
    return Plan(
        series=POWER_SERIES,
        edition=None,
        code="power-2024",
        name=("2024年电力系统职工技能运动会", "Power-system workers' skills games 2024"),
        event_name=("配电综合技能", "Distribution skills"),
        trade="电工",
        scheme="power-games.yaml",
        entrants=32,
        benches=16,
        day=date(2024, 9, 20),
        hosts=(("host", *FEDERATION), ("organiser", *POWER_COMPANY)),
        place="国网永康市供电公司实训场",
        team_size=4,
        seats=POWER_SEATS,
    )


def mould_now(today: date) -> Plan:
    """The edition whose marking is under way when the demonstration starts."""
    return Plan(
        series=MOULD_SERIES,
        edition=4,
        code="mould-4",
        name=("第四届模具工职业技能精英赛", "4th mould-maker elite skills contest"),
        event_name=("冲压模制作", "Stamping mould making"),
        trade="模具工",
        scheme="stamping-compound-die.yaml",
        entrants=84,
        benches=20,
        day=today,
        hosts=(("host", *FEDERATION), ("host", *LABOUR), ("organiser", *MOULD_SOCIETY)),
        seats=MOULD_SEATS,
        places=100,
        returning="mould-2024",
    )


def power_next(today: date) -> Plan:
    """The event that takes entries when the demonstration starts."""
    return Plan(
        series=POWER_SERIES,
        edition=None,
        code=f"power-{(today + timedelta(days=45)).year}",
        name=("电力系统职工技能运动会（报名中）", "Power-system workers' skills games (registering)"),
        event_name=("配电综合技能", "Distribution skills"),
        trade="电工",
        scheme="power-games.yaml",
        entrants=9,
        benches=16,
        day=today + timedelta(days=45),
        hosts=(("host", *FEDERATION), ("organiser", *POWER_COMPANY)),
        place="国网永康市供电公司实训场",
        places=64,
    )
