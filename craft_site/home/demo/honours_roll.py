"""The honours of the demonstration: what the newspaper's report on 2024 prints, names and numbers alike.

The names are public: the report prints them. It names no units and no document numbers, so none stand here; where it
counts without names, the roll counts with its sentence. Nobody is invented here; the two generated people of
`demo.stories` hold a title that says so.
"""

from typing import Any

from craft_site.people.models import User
from honours.domain import register, titles
from honours.domain.register import Held
from honours.files.titles import shipped
from honours.models import Honour, HonourTally, HonourTitle

SOURCE = "永康市总工会关于 2024 年工作的公开报道《市总工会凝聚磅礴“工”力量书写有为答卷》"
# title, holders, year (None: the report tells none), unit
NAMED: tuple[tuple[str, tuple[str, ...], int | None, str], ...] = (
    ("national-may-day-medal", ("王杭花",), 2024, ""),
    ("zhejiang-model-worker", ("吴海洋", "陈康", "马林刚", "方仙女"), 2024, ""),
    ("national-worker-pioneer", ("防盗门窗破拆突入战术研究组",), 2024, "永康市公安局"),
    ("zhejiang-craftsman", ("陈荣东",), None, "浙江顺虎铝业有限公司"),
    ("yongkang-model-worker", ("陈荣东",), None, "浙江顺虎铝业有限公司"),
)
YEAR_2024 = "2024年我市获评全国五一劳动奖章1名、全国工人先锋号1个，省劳动模范4名、省模范集体1个"
MERIT = "2022-2023年度浙江省立功竞赛先进集体1个、先进个人1名、先进班组1个"
JINHUA = "获评八婺金匠31人，位居金华前列"
# title, year, period, count, the words that say it
COUNTED: tuple[tuple[str, int, str, int, str], ...] = (
    ("national-may-day-medal", 2024, "", 1, YEAR_2024),
    ("national-worker-pioneer", 2024, "", 1, YEAR_2024),
    ("zhejiang-model-worker", 2024, "", 4, YEAR_2024),
    ("zhejiang-model-collective", 2024, "", 1, YEAR_2024),
    ("zhejiang-merit-collective", 2023, "2022-2023", 1, MERIT),
    ("zhejiang-merit-person", 2023, "2022-2023", 1, MERIT),
    ("zhejiang-merit-team", 2023, "2022-2023", 1, MERIT),
    ("jinhua-craftsman", 2024, "", 31, JINHUA),
)


def make_roll(by: User) -> None:
    """Titles, the honours by name, the counts. Safe to repeat."""
    kept = {code: _title(code, by) for code in shipped()}
    for code, names, year, unit in NAMED:
        for name in names:
            if not Honour.objects.filter(title=kept[code], holder__name=name, year=year).exists():
                held = Held(title=kept[code], name=name, unit=unit, year=year, source=SOURCE)
                register.enter(held=held, by=by)
    for code, year, period, count, quote in COUNTED:
        if not HonourTally.objects.filter(title=kept[code], year=year).exists():
            values: dict[str, Any] = {"title": kept[code], "year": year, "period": period, "count": count}
            register.tally(**values, source=SOURCE, quote=quote, by=by)


def _title(code: str, by: User) -> HonourTitle:
    return titles.take_over(data=shipped()[code], by=by)
