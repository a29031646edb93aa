"""Builds the whole demonstration, step by step; each is done whole or not at all, and never twice."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from competitions.domain import events, releases, signing
from competitions.models import Competition, Event, Exhibit, Exhibition, Release, Sheet
from competitions.web.published_pages import write_pages
from craft_site.home.demo import appeals, contests, marks, people, plans
from craft_site.home.demo.academy_classes import make_classes
from craft_site.home.demo.academy_house import House, make_house
from craft_site.home.demo.academy_pairs import make_pairs
from craft_site.home.demo.academy_people import Hall
from craft_site.home.demo.academy_rounds import make_rounds
from craft_site.home.demo.academy_subsidies import make_subsidies
from craft_site.home.demo.certificates import make_certificates
from craft_site.home.demo.contests import Cast, Plan, Say
from craft_site.home.demo.exhibits import make_exhibits
from craft_site.home.demo.honours_roll import make_roll
from craft_site.home.demo.honours_rounds import make_round
from craft_site.home.demo.honours_talks import make_talks
from craft_site.home.demo.honours_visits import make_visits
from craft_site.home.demo.people import PASSWORD
from craft_site.home.demo.scorecard import make_scorecards
from craft_site.home.demo.site_content import make_site_content
from craft_site.home.demo.stories import make_stories
from craft_site.kit.private_files import in_one_piece
from craft_site.people.models import User, Worker
from craft_site.search import index
from craft_site.search.documents import SOURCES

__all__ = ["PASSWORD", "build"]


def build(say: Say) -> None:
    """People, three finished contests, one in marking, one open for registration, the exhibition, the pages."""
    cast = _cast()
    today = timezone.localdate()
    steps: list[tuple[str, Callable[[], object]]] = [
        ("2024 mould-maker contest", lambda: _finished(plans.mould_2024(), cast, say, theory=("T", 100))),
        ("2024 health-education contest", lambda: _finished(plans.health_2024(), cast, say)),
        ("2024 power-system games", lambda: _finished(plans.power_2024(), cast, say, theory=("T", 20))),
        ("4th mould-maker contest, in marking", lambda: _in_marking(plans.mould_now(today), cast, say)),
        (
            "power-system games, open for registration",
            lambda: _registering(plans.power_next(today), cast, say),
        ),
        *_academy(cast, today),
        ("honours", lambda: _honours(cast, today)),
        ("visits to firms and talks", lambda: _outreach(cast, today)),
        ("certificates", lambda: make_certificates(cast.organiser)),
        ("exhibition", lambda: _exhibition(cast, plans.mould_now(today))),
        ("pages", make_site_content),
        ("scorecards", lambda: make_scorecards(cast.organiser, cast.supervisor, today)),
        ("stories", lambda: make_stories(Hall(cast, today))),
        ("published results", _published),
        ("search", _searchable),
    ]
    for number, (name, step) in enumerate(steps, start=1):
        say(f"[{number}/{len(steps)}] {name}")
        with in_one_piece():  # done or not begun: a start that was interrupted goes on with this step
            step()


def _cast() -> Cast:
    people.make_groups()
    trades = people.make_trades()
    unions = people.make_unions()
    employers = people.make_employers(unions)
    known = {
        account.staff_no: people.make_account(account.staff_no, account.role, name=account.name)
        for account in people.ACCOUNTS
    }
    User.objects.filter(staff_no="E-001", employer=None).update(employer=employers[0])
    for staff_no, union in (
        ("R-001", unions["city"]),
        ("R-002", unions["东城街道"]),
        ("R-003", employers[0].union),
    ):
        User.objects.filter(staff_no=staff_no, union=None).update(union=union)
    User.objects.filter(staff_no="D-001").update(is_staff=True)
    for user in known.values():
        user.refresh_from_db(fields=("employer", "union"))  # the verbs ask the very objects of the cast
    judges = {no: user for no, user in known.items() if no.startswith("J-")}
    wanted = {
        seat["judge"]
        for seats in (plans.MOULD_SEATS, plans.HEALTH_SEATS, plans.POWER_SEATS)
        for seat in seats
    }
    wanted |= {"J-013", "J-055"}
    for staff_no in sorted(wanted - set(judges)):
        judges[staff_no] = people.make_account(staff_no, "judge", name=people.person_name("judge", staff_no))
    return Cast(
        organiser=known["O-001"],
        reviewer=known["R-001"],
        supervisor=known["S-001"],
        chief=judges["J-001"],
        coding=judges["J-002"],
        judges=judges,
        employers=employers,
        trades=trades,
    )


def _to_draw(plan: Plan, cast: Cast, say: Say) -> Event:
    event = contests.prepare(plan, cast)
    contests.enter(plan, event, cast, say)
    contests.seat_officials(event, cast)
    contests.draw_numbers(event, cast)
    contests.seat_judges(plan, event, cast)
    contests.freeze(event, cast)
    return event


def _play(event: Event, cast: Cast, *, absent: int) -> None:
    contests.draw_stations(event, cast, absent=absent)
    contests.draw_works(event, cast)
    marks.play(event, cast)
    events.move(event=event, to=Event.State.SCORING, by=cast.organiser)


def _finished(plan: Plan, cast: Cast, say: Say, *, theory: tuple[str, int] | None = None) -> None:
    """A past contest, written down from notice to final result."""
    if Release.objects.filter(event__code=plan.code).exists():
        return
    event = _to_draw(plan, cast, say)
    _play(event, cast, absent=1)
    if theory is not None:
        marks.theory(event, cast, component=theory[0], full=theory[1])
    marks.mark(event, say=say)
    marks.sign_and_lock(event, cast, dice=contests.thrown(event, "recheck"))
    contests.decode(event, cast)
    marks.correct_one(event, cast)
    marks.settle_awards(event, cast)
    release = releases.publish(event=event, by=cast.organiser)
    event.refresh_from_db()
    if plan.code == "mould-2024":
        appeals.upheld(event, release, cast)
    for number, version in enumerate(event.releases.order_by("number")):
        _as_of(plan, event, version, later=timedelta(hours=5 * number))
    event.refresh_from_db()
    releases.finalise(event=event, by=cast.organiser)


def _as_of(plan: Plan, event: Event, release: Release, *, later: timedelta = timedelta()) -> None:
    """A past contest is written down today; its dates are those of its own days. The ledger keeps today's."""
    noon = timezone.make_aware(datetime.combine(plan.day, time(12)))
    published = noon + timedelta(days=plan.sessions // 2 + 1) + later
    Release.objects.filter(pk=release.pk).update(
        published_at=published,
        notice_until=releases.notice_end(published, event.publicity_days),
        appeals_until=published + timedelta(minutes=event.appeal_minutes),
    )
    if not later:
        appeals.as_of(event, published)
    Event.objects.filter(pk=event.pk).update(
        registration_opens=noon - timedelta(days=45), registration_closes=noon - timedelta(days=20)
    )


def _in_marking(plan: Plan, cast: Cast, say: Say) -> None:
    """The contest of today: most sheets entered, some left for whoever tries the judge's page."""
    if Sheet.objects.filter(event__code=plan.code).exists():
        return
    event = _to_draw(plan, cast, say)
    _contestant(event)
    _play(event, cast, absent=2)
    marks.theory(event, cast, component="T", full=100)
    marks.mark(event, leave=_left_open, say=say)
    signed = marks.sign(event, leave=_to_be_signed)
    signing.chief_sign(event=event, sheets=signed[: len(signed) // 2], by=cast.chief)
    appeals.open_one(event, cast)


def _to_be_signed(sheet: Sheet) -> bool:
    return sheet.code.number[-1] == "9"


def _left_open(sheet: Sheet, n: int) -> bool:
    late = sheet.code.number[-1] in "37"
    return late and sheet.seat.user.staff_no in ("J-021", "J-011", "J-031")


def _contestant(event: Event) -> None:
    """The demonstration's contestant account belongs to the first entry."""
    user = User.objects.get(staff_no="W-001")
    if Worker.objects.filter(user=user).exists():
        return
    entry = event.entries.select_related("worker").order_by("pk").first()
    assert entry is not None
    Worker.objects.filter(pk=entry.worker_id).update(user=user)
    User.objects.filter(pk=user.pk).update(name=entry.worker.name)


def _registering(plan: Plan, cast: Cast, say: Say) -> None:
    if Event.objects.filter(code=plan.code).exists():
        return
    event = contests.prepare(plan, cast)
    contests.enter(plan, event, cast, say, accept=4)


def _academy(cast: Cast, today: date) -> Iterator[tuple[str, Callable[[], object]]]:
    """The second wing: academy and mentors, classes, subsidies, masters and apprentices, rounds of matching."""
    hall = Hall(cast, today)
    house: list[House] = []
    yield "craftsman academy", lambda: house.append(make_house(hall))
    yield "classes", lambda: make_classes(hall, house[0])
    yield "subsidies", lambda: make_subsidies(hall)
    yield "masters and apprentices", lambda: make_pairs(hall, house[0])
    yield "rounds of matching", lambda: make_rounds(hall, house[0])


def _honours(cast: Cast, today: date) -> None:
    """The third wing: titles, the roll as the newspaper prints it, a round on its way."""
    make_roll(cast.organiser)
    make_round(Hall(cast, today))


def _outreach(cast: Cast, today: date) -> None:
    """Craftsmen at firms and before audiences."""
    make_visits(Hall(cast, today))
    make_talks(Hall(cast, today))


def _exhibition(cast: Cast, plan: plans.Plan) -> None:
    competition = Competition.objects.get(code=plan.code)
    exhibition, _ = Exhibition.objects.get_or_create(
        competition=competition,
        defaults={"name": "成品模具展", "name_en": "Show of finished moulds", "edition": 4},
    )
    if not Exhibit.objects.filter(exhibition=exhibition).exists():
        make_exhibits(exhibition, cast.employers)


def _searchable() -> None:
    """What the verbs wrote into the search, read again: past contests were given their own days afterwards."""
    for source in SOURCES.values():
        index.rebuild(source)


def _published() -> None:
    """The files of the released results: made again, so that a new design reaches them."""
    for release in Release.objects.select_related("event__competition", "scheme"):
        write_pages(release)
