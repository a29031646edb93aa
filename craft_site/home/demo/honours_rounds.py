"""A round of the demonstration on its way: nominees are generated people of example firms, so none is conferred and the
public roll holds only those whom the newspaper names."""

from datetime import timedelta

from django.utils import timezone

from craft_site.home.demo.academy_people import Hall
from craft_site.people.models import Union, Worker
from honours.domain import clearances, nominations, notices, rounds
from honours.domain.nominations import Said
from honours.models import Campaign, HonourTitle, Nomination

CODE = "jinhua-craftsman-now"
S = Nomination.State
# How far each has come, and to what groups they belong.
NOMINEES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (S.CITY_POSTED, ("front_line", "enterprise", "non_public")),
    (S.CITY_POSTED, ("front_line", "enterprise", "non_public")),
    (S.CLEARING, ("head", "enterprise", "non_public")),
    (S.AT_CITY, ("front_line", "enterprise", "non_public", "migrant")),
    (S.AT_TOWN, ("front_line", "enterprise", "non_public")),
    (S.UNIT_POSTED, ("technical", "enterprise", "non_public")),
    (S.NOMINATED, ("front_line", "enterprise", "non_public")),
    (S.DRAFT, ("front_line", "enterprise", "non_public")),
)
SUMMARY = "扎根模具一线，带徒传艺，多次在职工技能竞赛中获奖（示例）"
DEEDS = (
    "一、刻苦钻研。在岗位上坚持改进冲压模结构，试模次数明显减少。\n"
    "二、带徒传艺。与青年职工签订师徒协议，按月带教并留有记录。\n"
    "三、参加竞赛。多次参加市级职工职业技能竞赛，成绩见成长档案。\n"
    "（本表内容为演示生成，人物和单位均为示例。）"
)
ORDER = (
    S.DRAFT,
    S.NOMINATED,
    S.UNIT_MET,
    S.UNIT_POSTED,
    S.AT_TOWN,
    S.TOWN_POSTED,
    S.AT_CITY,
    S.CLEARING,
    S.CLEARED,
    S.CITY_POSTED,
)


def make_round(hall: Hall) -> None:
    """One open round with nominations at every step. Safe to repeat."""
    if Campaign.objects.filter(code=CODE).exists():
        return
    by = hall.cast.organiser
    campaign = rounds.create(
        campaign=Campaign(
            code=CODE,
            title=HonourTitle.objects.get(code="jinhua-craftsman"),
            year=hall.today.year,
            name=f"{hall.today.year} 年“八婺金匠”推荐（演示）",
            places=5,
            closes_on=hall.today + timedelta(days=20),
            is_generated=True,
        ),
        by=by,
    )
    campaign = rounds.move(campaign=campaign, to=Campaign.State.OPEN, by=by)
    for (state, traits), worker in zip(NOMINEES, _people(), strict=False):
        _walk(hall, campaign, worker, state, traits)


def _people() -> list[Worker]:
    """Workers of past contests without a sign-in, one of a firm that belongs to a town; all of them are generated."""
    found: dict[int, Worker] = {}
    known = Worker.objects.filter(
        user=None,
        growth__kind="contest",
        growth__withdrawn=False,
        employer__union__parent__level=Union.Level.TOWN,
    )
    for worker in known.distinct().select_related("employer__union").order_by("pk"):
        found.setdefault(worker.employer_id or 0, worker)
    return list(found.values())


def _walk(hall: Hall, campaign: Campaign, worker: Worker, state: str, traits: tuple[str, ...]) -> None:
    by, employer = hall.cast.organiser, worker.employer
    assert employer is not None
    said = Said(summary=SUMMARY, deeds=DEEDS, traits=traits, agreed=True)
    one = nominations.nominate(campaign=campaign, employer=employer, worker=worker, said=said, by=by)
    lines = [line.source for line in nominations.record_of(one)]
    nominations.pick(nomination=one, sources=lines, by=by)
    far = ORDER.index(S(state))
    if far >= ORDER.index(S.NOMINATED):
        nominations.hand_in(nomination=one, by=by)
    if far >= ORDER.index(S.UNIT_MET):
        nominations.meet(nomination=one, met_on=timezone.localdate(), present=36, in_favour=34, by=by)
    if far >= ORDER.index(S.UNIT_POSTED):
        _notice(hall, campaign, "unit", employer.union, over=far > ORDER.index(S.UNIT_POSTED))
    if far > ORDER.index(S.AT_TOWN):
        town = employer.union.parent if employer.union else None
        assert town is not None
        nominations.approve(nomination=one, by=hall.reviewers[town.pk])
        _notice(hall, campaign, "town", town, over=True)
    city = hall.cast.reviewer
    if far > ORDER.index(S.AT_CITY):
        nominations.approve(nomination=one, by=city)
    if far > ORDER.index(S.CLEARING):
        for row in one.clearances.all():  # type: ignore[attr-defined]
            clearances.enter(nomination=one, department=row.department, answer="clear", by=by)
    if state == S.CITY_POSTED:
        _notice(hall, campaign, "city", city.union, over=False)


def _notice(hall: Hall, campaign: Campaign, stage: str, union: object, *, over: bool) -> None:
    made = notices.post(campaign=campaign, stage=stage, union=union, by=hall.cast.organiser)  # type: ignore[arg-type]
    if over:
        notices.end(notice=made, by=hall.cast.organiser, at=made.until + timedelta(seconds=1))
