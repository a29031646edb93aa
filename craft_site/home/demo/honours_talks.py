"""Talks of the demonstration: 52 in 2024 before more than 8,700 people, as the newspaper counts them. Speakers,
hosts and topics are examples."""

from datetime import date, timedelta

from craft_site.home.demo.academy_people import Hall
from craft_site.home.demo.chance import number, one_of
from craft_site.home.demo.honours_visits import make_craftsmen
from honours.domain import speakers, talks
from honours.models import Speaker, SpeakerGroup, Talk

YEAR = 2024
TALKS = 52
PEOPLE = 8_736  # "8700余人次"
GROUPS = ("示例劳模工匠宣讲团", "示例青年工匠宣讲队")
TOPICS = (
    "一把锉刀的三十年（示例）",
    "从学徒到技师（示例）",
    "冲模里的毫厘之争（示例）",
    "把质量刻进每一道工序（示例）",
    "技能报国，匠心传承（示例）",
    "班组里的小改革（示例）",
)
HOSTS = {
    "office": ("示例街道办事处", "示例机关工委"),
    "campus": ("示例职业技术学校", "示例中心小学", "示例技师学院"),
    "firm": ("示例五金产业园", "示例门业公司", "示例电动工具公司"),
    "community": ("示例社区文化礼堂", "示例职工之家"),
}
KINDS = ("campus", "firm", "firm", "office", "community", "campus", "firm")


def make_talks(hall: Hall) -> None:
    """Speakers with their letters, the year that the report counts, some of now. Safe to repeat."""
    if Talk.objects.exists():
        return
    crew = _appoint(hall)
    audiences = _audiences()
    for n in range(TALKS):
        _talk(hall, crew, n, date(YEAR, 1, 8) + timedelta(days=n * 6 + number(0, 4, "talk", n)), audiences[n])
    for n in range(4):
        _talk(hall, crew, 100 + n, hall.day(-150 + 40 * n), number(80, 220, "talk now", n))
    for n in range(3):
        _talk(hall, crew, 200 + n, hall.day(5 + 9 * n), None)


def _audiences() -> list[int]:
    """As many as there are talks, of one sum: what chance leaves over goes to the last."""
    found = [number(90, 240, "audience", n) for n in range(TALKS - 1)]
    while not 60 <= (rest := PEOPLE - sum(found)) <= 400:
        step = 1 if rest > 400 else -1
        found = [count + step for count in found]
    return [*found, rest]


def _appoint(hall: Hall) -> list[Speaker]:
    by = hall.cast.organiser
    found = []
    for n, worker in enumerate(make_craftsmen(hall)[:6]):
        name = GROUPS[n // 3]
        speaker = speakers.appoint(
            group=SpeakerGroup.objects.filter(name=name).first(),
            new_group=name,
            worker=worker,
            letter_no=f"示例聘字〔2024〕{n + 1:02d}号",
            since=date(YEAR, 1, 1),
            by=by,
        )
        if n % 2 == 0:
            speakers.say_named(speaker=speaker, named=True, by=worker.user)
        found.append(speaker)
    return found


def _talk(hall: Hall, crew: list[Speaker], n: int, on: date, audience: int | None) -> None:
    kind = KINDS[n % len(KINDS)]
    host = one_of(HOSTS[kind], "host", n)
    by = hall.cast.organiser
    pair = [crew[n % len(crew)], *([crew[(n + 1) % len(crew)]] if n % 4 == 0 else [])]
    talk = talks.plan(
        said=talks.Said(
            topic=TOPICS[(n + n // len(TOPICS)) % len(TOPICS)],
            planned_on=on,
            host_kind=kind,
            host=host,
            place=f"{host}报告厅",
            speakers=pair,
        ),
        was_held=audience is not None,
        by=by,
    )
    if audience is not None:
        talks.hold(
            talk=talk,
            held_on=on,
            audience=audience,
            online_views=number(300, 4000, "views", n) if n % 5 == 0 else None,
            feedback="听众提问踊跃（示例）" if n % 3 == 0 else "",
            may_publish=n % 2 == 0,
            by=by,
        )
