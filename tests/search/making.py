"""Documents for tests."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

from craft_site.search import engine, index
from craft_site.search.documents import Document, Source
from craft_site.search.models import Kind
from craft_site.search.query import read

TESTS = Source("tests", lambda keys: iter(()))
_serial = count(1)

SURNAMES = "王李张刘陈单曾解查仇"
GIVEN = "伟芳敏静丽强磊军洋勇建国志文"
WORDS = [
    "永康",
    "工匠",
    "模具",
    "制造",
    "技能",
    "大赛",
    "师傅",
    "五金",
    "数控",
    "加工",
    "电力",
    "健康",
    "工会",
    "竞赛",
    "成绩",
    "公示",
    "培训",
    "补贴",
    "学院",
    "劳模",
    "永",
    "康",
    "匠",
    "CNC",
    "cnc",
    "Mould",
    "die",
    "2024",
    "2024年",
    "ＣＮＣ",
    "milling,",
    "第4届",
    "《精英赛》",
    "smart",
    "art",
    "ー",
    "工匠精神",
]


def document(title: str = "", **fields: Any) -> Document:
    values: dict[str, Any] = {"key": str(next(_serial)), "kind": Kind.PAGE, "title": title, "url": "/here/"}
    return Document(**values | fields)


def put(*documents: Document) -> None:
    index.put(TESTS, *documents)


def keys(typed: str, **how: Any) -> list[str]:
    """Keys of what answers, best first."""
    found = engine.search(read(typed), **{"most": 1000} | how)
    return [entry.key.partition(":")[2] for entry in found.entries]


def titles(typed: str, **how: Any) -> list[str]:
    return [entry.title for entry in engine.search(read(typed), **how).entries]


def many(number: int, *, seed: int = 1, length: int = 12) -> Iterator[Document]:
    """Documents by chance, the same ones each time."""
    chance = random.Random(seed)

    def text(most: int) -> str:
        parts = (
            chance.choice(WORDS) + chance.choice(("", "", "，", " "))
            for _ in range(chance.randrange(1, most))
        )
        return "".join(parts)

    for n in range(number):
        kind = chance.choice(list(Kind))
        person = kind is Kind.PERSON
        name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2))))
        yield Document(
            key=f"{chance.choice('aZ工')}{n}",
            kind=kind,
            title=name if person else text(5),
            title_en=chance.choice(("", "Craftsmen of the city", "CNC milling")),
            url=f"/{n}/",
            body=text(length),
            day=chance.choice((None, date(2024, 1, 1) + timedelta(days=chance.randrange(40)))),
            names=() if person else (name,),
            is_name=person,
        )
