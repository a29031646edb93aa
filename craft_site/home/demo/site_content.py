"""The page tree of the demonstration: front page, contests, news, plain pages. Safe to repeat; rows come first.

What was generated for the demonstration says so. Texts are kept in modules and not in fixtures, because pages need a
tree.
"""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

from django.core.files.images import ImageFile
from django.db import transaction
from wagtail.models import Page, Site

from academy.models import Academy
from academy.pages import AcademyPage
from competitions.models import Competition, Exhibit
from competitions.pages import CompetitionPage
from craft_site.home.demo.pictures import draw_banner, draw_exhibit
from craft_site.home.demo.site_texts import NEWS, PLAIN, text
from craft_site.home.foundation import Tree, make_site
from craft_site.home.models import NewsPage, PlainPage, SiteSettings
from craft_site.pictures.models import SiteImage

DRAWN = "示意图，由程序绘制"
Blocks = list[tuple[str, Any]]


@transaction.atomic
def make_site_content() -> Tree:
    """Makes what is missing: pictures of exhibits, a page for each contest and academy, news, plain pages, settings."""
    tree = make_site()
    _exhibit_pictures()
    pages = [
        _contest_page(tree, number, competition)
        for number, competition in enumerate(Competition.objects.select_related("series").order_by("pk"))
    ]
    _academy_pages(tree)
    _news(tree)
    _plain_pages(tree)
    _front(tree, pages)
    return tree


def kept_picture(title: str, alt: str, draw: Callable[[], bytes]) -> SiteImage:
    """The picture of this title, drawn when it is not there yet."""
    if (known := SiteImage.objects.filter(title=title).first()) is not None:
        return known
    plate = ImageFile(BytesIO(draw()), name="plate.jpg")
    return SiteImage.objects.create(title=title, alt_text=alt, credit=DRAWN, file=plate)


def _exhibit_pictures() -> None:
    bare = Exhibit.objects.filter(picture__isnull=True).select_related("firm")
    for exhibit in bare:
        exhibit.picture = kept_picture(
            f"展品 {exhibit.exhibition_id}-{exhibit.booth} {exhibit.name}",
            f"{exhibit.name}：{exhibit.get_kind_display()}的轴测分解图",
            partial(draw_exhibit, exhibit.pk, exhibit.kind),
        )
        exhibit.save(update_fields=["picture"])


def publish(parent: Page, page: Any) -> Any:
    """Puts a page below its parent and publishes it, unless one stands at this address already."""
    known = type(page).objects.child_of(parent).filter(slug=page.slug).first()
    if known is not None:
        return known
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def _contest_page(tree: Tree, number: int, competition: Competition) -> CompetitionPage:
    if (known := CompetitionPage.objects.filter(competition=competition).first()) is not None:
        return known
    event = competition.events.first()
    picture = kept_picture(
        f"封面 {competition.code}",
        f"{competition.name}：轴测示意图",
        lambda: draw_banner(
            number,
            competition.series.name,
            event.name if event else "",
            subject="power" if "电" in competition.name else "mould",
        ),
    )
    generated: Blocks = [("notice", "本页的选手、单位、成绩与日程为演示而生成，不是真实记录。")]
    generated_en: Blocks = [
        ("notice", "Contestants, firms, marks and dates on this page were generated for the demonstration.")
    ]
    page = CompetitionPage(
        title=competition.name,
        title_en=competition.name_en,
        slug=competition.code,
        competition=competition,
        picture=picture,
        intro="理论见功底，操作见真章。评分点逐一公开，每一分都说得清从哪里来。",
        intro_en="Theory and practice. Every aspect is published, and every mark can be traced to where it comes from.",
        body=[
            *(generated if competition.is_generated else []),
            ("heading", "怎样参赛"),
            text(
                "在报名期内登录本站提交报名；单位联系人先核对，组委会办公室再审核。需要补正的，会写明原因和期限。",
                "审核通过的名单在本页公示。抽签、加密、评分、复核和公示的每一步都有记录，可以查验。",
            ),
            ("heading", "怎样评分"),
            text(
                "测量项由量具或三坐标读数推算得分，评判项由裁判独立打分；评分方案在第一笔成绩录入前冻结，"
                "方案的校验值与成绩一起公布。",
                "成绩公布后，选手可以在自己的账号里看到每一步计算，并在规定时限内提出申诉。",
            ),
        ],
        body_en=[
            *(generated_en if competition.is_generated else []),
            ("heading", "How to take part"),
            text(
                "Sign in and register while registration is open. Your employer's contact checks the entry first, "
                "then the office. A returned entry says why, and until when it can be corrected.",
                "The accepted list is published on this page. Draws, coding, marking, rechecks and notices leave "
                "a record that can be verified.",
            ),
            ("heading", "How it is marked"),
            text(
                "Measured aspects are computed from readings, judged aspects are marked by judges independently. "
                "The scheme is frozen before the first mark, and its hash is published with the results.",
                "Contestants see every step of their own sum in their account and can appeal within the time given.",
            ),
        ],
    )
    return publish(tree.contests, page)


def _academy_pages(tree: Tree) -> None:
    """A page for every academy that belongs to no other one; branches and bases stand on it."""
    for academy in Academy.objects.filter(kind=Academy.Kind.ACADEMY, parent=None):
        if not AcademyPage.objects.filter(academy=academy).exists():
            picture = kept_picture(
                f"封面 {academy.code}",
                f"{academy.name}：轴测示意图",
                partial(draw_banner, academy.pk, academy.name, "", subject="power"),
            )
            page = AcademyPage(
                title=academy.name,
                title_en=academy.name_en,
                slug=academy.code,
                academy=academy,
                picture=picture,
                **ACADEMY_WORDS,
            )
            publish(tree.academies, page)


ACADEMY_WORDS: dict[str, Any] = {
    "intro": "联盟单位的工匠当导师：岗位练兵、转岗培训、技能提升，课程公开，报名即时确认。",
    "intro_en": "Craftsmen of the allied firms teach: drills on the post, retraining, higher skills.",
    "body": [
        ("notice", "本页的班级、学员与导师为演示而生成，不是真实记录。"),
        ("heading", "怎样上课"),
        text(
            "登录后报名，有名额当场确认；满员时进入候补，有人退出，等得最久的人自动补上。",
            "上课扫墙上的签到码，签到码每 30 秒更换一次。不能来的，课前请假并写明原因。",
        ),
        ("heading", "怎样结业"),
        text("出勤学时和考核成绩都达到要求即为结业，自动记入个人成长档案。"),
    ],
    "body_en": [
        ("notice", "Classes, people and mentors on this page were generated for the demonstration."),
        ("heading", "How classes work"),
        text(
            "Sign in and enrol: a free place is yours at once. When a class is full you wait, and whoever waits "
            "longest gets the next place that becomes free.",
            "Sign in to a session with the code on the wall, which changes every 30 seconds. Whoever cannot come asks "
            "leave before it begins.",
        ),
        ("heading", "How a class is completed"),
        text(
            "With enough class hours attended and the exam passed; the growth record then says so by itself."
        ),
    ],
}


def _news(tree: Tree) -> None:
    for number, item in enumerate(NEWS):
        if item["slug"] == "power-academy":
            item = _leading_to(tree.academies, item)
        picture = kept_picture(
            f"动态配图 {item['slug']}",
            "冲模的轴测分解图",
            partial(draw_exhibit, number + 40, item_kind(number)),
        )
        publish(tree.news, NewsPage(picture=picture, **item))


def _leading_to(page: Page, item: dict[str, Any]) -> dict[str, Any]:
    """The news item with a link to a page at its end, in both languages."""
    link = '<a linktype="page" id="{}">{}</a>'
    return item | {
        "body": [*item["body"], text(link.format(page.pk, "查看培训班、课表和导师"))],
        "body_en": [*item["body_en"], text(link.format(page.pk, "See classes, timetable and mentors"))],
    }


def item_kind(number: int) -> str:
    return ("progressive", "drawing", "compound", "single")[number % 4]


def _plain_pages(tree: Tree) -> None:
    pages = {item["slug"]: publish(tree.home, PlainPage(**item)) for item in PLAIN}
    site = Site.objects.get(is_default_site=True)
    known = SiteSettings.for_site(site)
    if known.about_page_id is None:
        known.host = known.host or "演示站点，以公开报道为背景，非官方网站"
        known.host_en = known.host_en or "A demonstration after public reports, not an official site"
        known.about_page = pages["about"]
        known.contact_page = pages["contact"]
        known.accessibility_page = pages["accessibility"]
        known.share_image = kept_picture("分享图", "冲模的轴测分解图", lambda: draw_banner(2))
        known.save()


def _front(tree: Tree, pages: list[CompetitionPage]) -> None:
    """The contest that has most to show stands large, unless an editor has chosen one."""
    if tree.home.featured_id is None and pages:
        tree.home.featured = max(
            pages,
            key=lambda page: (
                Exhibit.objects.filter(exhibition__competition=page.competition).exists(),
                page.competition.events.published().exists(),
                page.competition.year,
            ),
        )
        tree.home.save_revision().publish()
