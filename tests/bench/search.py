"""The search over 20,000 documents: questions as people ask them, whole pages and while typing. Deterministic.

`python -m tests.bench` runs it on SQLite; `python -m tests.bench.search` by itself, on the database of DATABASE_URL.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import connection

from tests.bench.measure import Row, table

DOCUMENTS, TIMES = 20_000, 30
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗单曾解查应程吕施楼卢"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲建国志文海东晓春"
# In order of how often they come: the first stand in nearly every document of the city, the last in few.
WORDS = """
    永康 工匠 技能 大赛 职工 模具 制造 总工会 师傅 培训 五金 成绩 竞赛 数控 加工 学院 补贴
    劳模 创新 工作室 学徒 焊接 电力 健康 教育 公示 冲压 注塑 车床 铣床 钳工 精度 浙江省
    金华市 企业 公司 选手 裁判 评分 电工 叉车 茶艺 护理 消防 机器人 新能源 电动工具 保温杯
    门锁 衡器 铝合金 激光 热处理 抛光 电镀 三坐标 图样 公差 量具 夹具 刀具 涂装 质检 安全
""".split()  # noqa: SIM905  # a list of words reads best as words
QUESTIONS = (
    ("a word that stands everywhere", "永康"),
    ("two characters", "工匠"),
    ("one character", "工"),
    ("two words", "模具 大赛"),
    ("a whole name", "张伟"),
    ("initials of a name", "zjg"),
    ("initials of a title", "yk"),
    ("a rare word", "三坐标"),
    ("letters, from their beginning", "mil"),
    ("one letter", "m"),
    ("nothing answers", "石墨烯"),
)


def _documents() -> Iterator[Any]:
    from craft_site.search.documents import Document
    from craft_site.search.models import Kind

    chance = random.Random(DOCUMENTS)
    weights = [1 / (1 + n) for n in range(len(WORDS))]

    def text(number: int) -> str:
        found = chance.choices(WORDS, weights, k=number)
        return "".join(word + (chance.choice("，。、；") if chance.random() < 0.3 else "") for word in found)

    for n in range(DOCUMENTS):
        kind = chance.choice(list(Kind))
        name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))
        person = kind is Kind.PERSON
        yield Document(
            key=str(n),
            kind=kind,
            title=name if person else f"{text(4)}{chance.randint(2015, 2026)}",
            title_en="" if person else "Milling and moulds",
            url=f"/{n}/",
            body=text(chance.randint(20, 400)),
            body_en="CNC milling, moulds and results of the city" if chance.random() < 0.3 else "",
            day=date(2019, 1, 1) + timedelta(days=chance.randrange(2800)),
            names=(name,),
            is_name=person,
        )


def rows() -> list[Row]:
    """The question with its entries on the database there is: CPU of this process, p50 and p95 of the clock."""
    from craft_site.search import engine, index
    from craft_site.search.documents import Source
    from craft_site.search.query import read

    source = Source("bench", lambda keys: _documents())
    start = time.process_time()
    index.rebuild(source)
    spent = (time.process_time() - start) * 1000
    connection.cursor().execute("ANALYZE")
    found = [Row(f"search, {connection.vendor}: write {DOCUMENTS:,} documents", spent)]
    for what, typed in QUESTIONS:
        query = read(typed)
        total = engine.search(query).total
        page = _timed(lambda query=query: engine.search(query))
        typing = _timed(lambda query=query: engine.suggest(query))
        times = f"p50 {page[1]:.1f}, p95 {page[2]:.1f} ms; while typing {typing[1]:.1f}, {typing[2]:.1f}"
        note = f"{times}; {total:,} answer"
        found.append(Row(f"search, {connection.vendor}: {what}", page[0], queries=2, note=note))
    index.rebuild(Source("bench", lambda keys: iter(())))  # nothing of it stays
    return found


def _timed(work: Callable[[], Any]) -> tuple[float, float, float]:
    """Milliseconds: of this process the median, of the wall the median and what nineteen of twenty stay under."""
    work()
    spent, waited = [], []
    for _ in range(TIMES):
        start, began = time.process_time(), time.perf_counter()
        work()
        spent.append((time.process_time() - start) * 1000)
        waited.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent), statistics.median(waited), statistics.quantiles(waited, n=20)[-1]


def main() -> None:
    """By itself: a database of the tests' own name, made and taken away again."""
    with tempfile.TemporaryDirectory(prefix="craft-bench-") as name:
        os.environ |= {"CRAFT_VAR": name, "DJANGO_SETTINGS_MODULE": "craft_site.settings.test"}
        django.setup()
        settings.MIGRATION_MODULES = dict.fromkeys(app.label for app in apps.get_app_configs())
        made = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            print(table(rows()))
        finally:
            connection.creation.destroy_test_db(made, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
