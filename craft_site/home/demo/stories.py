"""Stories of the demonstration: of those whom the newspaper's report names, resting on the report; and of two generated
people, whose honour is the demonstration's own and says so. Safe to repeat."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Count, Q

from competitions.models import ReleaseRow
from craft_site.home.demo.academy_people import Hall
from craft_site.home.demo.honours_roll import SOURCE
from craft_site.home.demo.pictures import draw_banner, draw_exhibit
from craft_site.home.demo.portrait import draw_portrait
from craft_site.home.demo.site_content import DRAWN, kept_picture, publish
from craft_site.home.demo.story_texts import MASTER, PRINTED, WINNER, bodies
from craft_site.home.foundation import Tree, make_site
from craft_site.people.models import Worker
from honours.domain import register, stories, titles
from honours.domain.register import Held
from honours.domain.stories import Given
from honours.models import Honour, HonourTitle, StorySubject
from honours.pages import StoryPage

REPORTED = date(2025, 5, 1)
EXAMPLE = "演示数据，由程序生成；不是真实的荣誉"
TITLE: dict[str, Any] = {
    "code": "demo-firm-craftsman",
    "name": "企业技术标兵（演示）",
    "name_en": "Craftsman of the firm (generated)",
    "level": 1,
    "kind": "person",
    "body": "示例单位",
    "body_en": "Example firm",
    "source": EXAMPLE,
}
MASTERS_NO, WINNERS_NO = "W-701", "W-702"
SHOWN = ("contest", "level", "pair")
ALT = "示例人物的线描肖像：戴安全帽的技工，由程序绘制"


def make_stories(hall: Hall) -> None:
    """Five stories; two of them of people who do not exist."""
    tree = make_site()
    by = hall.cast.organiser
    master, winner = _master(), _winner()
    first, *others = PRINTED
    # The last one published stands first.
    if winner is not None and not _is_told(WINNER):
        worker, where = winner
        _tell(hall, tree, worker, WINNERS_NO, WINNER | bodies(_plates(2), where), seed=2)
    for one in reversed(others):
        _report(tree, one, by)
    if master is not None and not _is_told(MASTER):
        _tell(hall, tree, master, MASTERS_NO, MASTER | bodies(_plates(1), None), seed=0)
    _report(tree, first, by)


def _is_told(words: dict[str, Any]) -> bool:
    return StoryPage.objects.filter(slug=words["slug"]).exists()


def _report(tree: Tree, words: dict[str, Any], by: Any) -> None:
    """What the report prints, in words alone."""
    if _is_told(words):
        return
    words = dict(words)
    honours = [
        Honour.objects.select_related("holder").get(title__code=code, holder__name=name)
        for code, name in words.pop("honours")
    ]
    for holder in {honour.holder_id: honour.holder for honour in honours}.values():
        if not holder.story_consents.in_force().exists():
            given = Given(REPORTED, basis="printed", source=SOURCE)
            stories.give_consent(holder=holder, given=given, by=by)
    publish(tree.stories, _page(words, honours))


def _tell(hall: Hall, tree: Tree, worker: Worker, staff_no: str, words: dict[str, Any], *, seed: int) -> None:
    """The story of somebody generated, who has agreed to it as people do."""
    by = hall.cast.organiser
    title = HonourTitle.objects.filter(code=TITLE["code"]).first() or titles.take_over(data=TITLE, by=by)
    held = Held(
        title=title,
        name=worker.name,
        worker=worker,
        trade=hall.cast.trades.get("模具工"),
        year=hall.today.year - 1,
        source=EXAMPLE,
    )
    honour = Honour.objects.filter(title=title, holder__worker=worker).first() or register.enter(
        held=held, by=by
    )
    person = hall.account(worker, staff_no)
    holder = register.consent(holder=honour.holder, named=True, kinds=SHOWN, by=person)
    if not holder.story_consents.in_force().exists():  # type: ignore[attr-defined]
        stories.agree(holder=holder, scope="pictures", by=person)
    portrait = kept_picture(
        f"肖像 {words['slug']}", ALT, partial(draw_portrait, seed, "示例人物，由程序绘制")
    )
    publish(tree.stories, _page(words | {"portrait": portrait, "portrait_alt": ALT}, [honour]))


def _page(words: dict[str, Any], honours: list[Honour]) -> StoryPage:
    page = StoryPage(**words)
    page.subjects = [StorySubject(honour=honour, sort_order=n) for n, honour in enumerate(honours)]
    return page


def _plates(seed: int) -> list[Any]:
    kinds = ("progressive", "compound", "drawing", "single", "progressive")
    drawn: list[tuple[str, Callable[[], bytes]]] = [
        (kind, partial(draw_exhibit, 60 + 5 * seed + n, kind)) for n, kind in enumerate(kinds)
    ]
    drawn[0] = ("banner", partial(draw_banner, 20 + seed))
    return [
        kept_picture(f"故事配图 {seed}-{n} {kind}", f"冲模的轴测分解图，{DRAWN}", draw)
        for n, (kind, draw) in enumerate(drawn)
    ]


def _master() -> Worker | None:
    """A generated master whose apprentices have agreed to be named."""
    agreed = Q(
        pairs_as_mentor__mentor_public_at__isnull=False, pairs_as_mentor__apprentice_public_at__isnull=False
    )
    taught = Worker.objects.annotate(taught=Count("pairs_as_mentor", filter=agreed))
    return taught.select_related("user", "employer").order_by("-taught", "pk").filter(taught__gte=1).first()


def _winner() -> tuple[Worker, dict[str, str]] | None:
    """The first of last year's mould makers who has no sign-in yet, and where the result stands."""
    free = Q(entry__worker__user=None) | Q(entry__worker__user__staff_no=WINNERS_NO)
    rows = ReleaseRow.objects.filter(free, release__event__code="mould-2024", rank__isnull=False)
    row = (
        rows.select_related("entry__worker__employer", "entry__worker__user")
        .order_by("-release__number", "rank")
        .first()
    )
    if row is None or row.entry is None:
        return None
    return row.entry.worker, {"contest": "mould-2024", "contestant_no": row.contestant_no}
