"""Something on every page: four events at four moments of their lives, and the addresses of the five faces on them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from competitions.domain import accepted, draws, event_setup, notices, releases, schemes
from competitions.models import Entry, Event, Organiser, Seat, Session, Station
from craft_site.home.foundation import make_site
from craft_site.home.scorecard.domain import freezing
from craft_site.home.scorecard.models import Indicator, Scorecard
from craft_site.ledger.models import Line
from tests.competitions.contest import make_contest
from tests.competitions.marking_contest import enter, make_marking, mark
from tests.competitions.schemes import stamping
from tests.factories import make_entry, make_event, make_seat, make_user, make_worker
from tests.home.makers import make_contest_page, make_exhibit, make_news
from tests.home.scorecard.makers import make_card, make_figure, make_indicator
from tests.honours.stories import make_whole_story

THREE = [("80", 7, (3, 3, 3)), ("90", 5, (2, 2, 3)), ("70", 7, (1, 1, 1))]


@dataclass(frozen=True)
class Face:
    """One person's pages; user None: a stranger's."""

    user: Any
    pages: tuple[str, ...]


def make_faces() -> dict[str, Face]:
    organiser = make_user("organiser")
    entered = _registering(organiser)
    drawn, coding = _drawn(organiser)
    marking = make_marking(works=2)
    _some_marks(marking)
    done = make_contest(THREE)
    release = releases.publish(event=done, by=organiser)
    tree = make_site()
    page = make_contest_page(tree, entered.event.competition)
    news = make_news(tree)
    make_exhibit(entered.event.competition)
    story = make_whole_story(tree, release.event.code)
    scorecard = _scorecard(organiser)
    mine = release.rows.get(contestant_no="C-001")
    public = _public_pages(entered.event, drawn, release, page, news)
    return {
        "public": Face(None, (*public, *_years(scorecard), "/stories/", story.url)),
        "contestant": Face(entered.worker.user, _my_pages(entered)),
        "placed": Face(
            mine.entry.worker.user, (reverse("me:scores"), reverse("me:score_sheet", args=(mine.pk,)))
        ),
        "measuring": Face(marking.measuring.user, _sheet_pages(marking, marking.measuring, "A1.1")),
        "result": Face(marking.panel[0].user, _sheet_pages(marking, marking.panel[0], "B1.3")[1:2]),
        "floor": Face(
            marking.floor[0].user,
            (
                *_sheet_pages(marking, marking.floor[0])[1:2],
                *(reverse(f"judge:{name}", args=(marking.event.code,)) for name in ("bench", "credit_new")),
            ),
        ),
        "organiser": Face(
            organiser, (*_office_pages(entered, drawn, marking.event, done), *_desk_years(scorecard))
        ),
        "coding": Face(coding, _coding_pages(drawn)),
        "chief": Face(marking.chief, _chief_pages(marking)),
    }


# --- the events ------------------------------------------------------------------------------------------------------


def _registering(organiser: Any) -> Entry:
    """Open for registration, set up, with a document and a scheme; one draft whose sections are filled in."""
    event = make_event("open-event", name_en="Mould maker")
    Organiser.objects.create(competition=event.competition, part=Organiser.Part.HOST, name="市总工会")
    day = timezone.localdate() + timedelta(days=30)
    event_setup.fill_calendar(event=event, day=day, by=organiser)
    begin = timezone.now() + timedelta(days=30)
    place = {"starts_at": begin, "ends_at": begin + timedelta(hours=4), "place": "Hall 1"}
    event_setup.set_sessions(event=event, sessions=[place], by=organiser)
    event_setup.set_stations(event=event, count=4, unusable=[4], by=organiser)
    rule = {"kind": "min_age", "value": "16", "hard": True, "note": ""}
    event_setup.set_rules(event=event, rules=[rule], by=organiser)
    version = notices.new_document(event=event, by=organiser)
    notices.save_document(
        version=version,
        effective_at=timezone.now(),
        change_note="",
        chapters={"overview": ("个人赛。", "Individuals.")},
        by=organiser,
    )
    notices.publish_document(version=version, by=organiser)
    schemes.adopt_scheme(event=event, scheme=stamping(), based_on="", by=organiser)
    make_entry(event, state=Entry.State.UNIT_OK, trade_years=7)
    worker = make_worker("Draft Writer", user=make_user("worker"))
    return make_entry(
        event,
        worker=worker,
        state=Entry.State.DRAFT,
        reference=None,
        trade_years=8,
        emergency_contact="Office, 0579 0000",
        agreed_rules_at=timezone.now(),
    )


def _drawn(organiser: Any) -> tuple[Event, Any]:
    """The accepted list is out and the contestant numbers are drawn."""
    event = make_event("drawn-event", state=Event.State.ELIGIBILITY)
    for agreed in (timezone.now(), None):
        make_entry(event, agreed_publicity_at=agreed)
    accepted.publish(event=event, by=organiser)
    begin = timezone.now() + timedelta(hours=5)
    Session.objects.create(event=event, number=1, starts_at=begin, ends_at=begin + timedelta(hours=4))
    Station.objects.create(event=event, number=1)
    coding = make_seat(event, "coding").user
    supervisor = make_seat(event, "supervisor", user=make_user("supervisor")).user
    draw = draws.commit_draw(event=event, purpose="contestant", by=coding)
    draws.throw(draw=draw, dice="4 6 1 3 5 2", by=coding)
    draws.witness_throw(draw=draw, dice="4 6 1 3 5 2", by=supervisor)
    Event.objects.filter(pk=event.pk).update(state=Event.State.FROZEN)
    return event, coding


def _some_marks(marking: Any) -> None:
    """One reading, and a panel that is too far apart."""
    enter(marking.sheet(marking.measuring), mark("A1.1", "59.79"))
    for seat, value in zip(marking.panel, ("0", "2", "2"), strict=True):
        enter(marking.sheet(seat), mark("B1.3", value))


def _scorecard(organiser: Any) -> Scorecard:
    """A closed year and one under way: behind, on and ahead of plan, counted, completed, shares, words."""
    for year in (2024, 2025):
        card = make_card(year)
        for code, actual, target in (("behind", 2, 9), ("on-plan", 5, 5), ("ahead", 8700, 800)):
            indicator = Indicator.objects.filter(code=code).first() or make_indicator(code, leading=True)
            make_figure(card, indicator, actual=actual, target=target, actual_sign="+", period="2024年以来")
    counted = make_indicator("counted", "one", "two", counter="contests.held")
    make_figure(card, counted, "one", basis="completed", actual=5, target=6)
    make_figure(card, counted, "two", target_words="更多职工参与")
    shares = make_indicator("shares", "mature", "growing", shares=True)
    make_figure(card, shares, "mature", actual=30, target=60)
    make_figure(card, shares, "growing", actual=40, target=40)
    closed = Scorecard.objects.get(year=2024)
    freezing.freeze_alone(card=closed, why="Nobody else is here", by=organiser)
    freezing.ask(card=card, by=make_user("organiser"))
    return card


# --- the pages -------------------------------------------------------------------------------------------------------


def _public_pages(entered: Event, drawn: Event, release: Any, page: Any, news: Any) -> tuple[str, ...]:
    return (
        "/",
        page.get_parent().url,
        page.url,
        f"{page.url}document/{entered.code}/",
        page.exhibition_url,
        news.get_parent().url,
        news.url,
        reverse("contest:scheme", args=(entered.code,)),
        reverse("contest:accepted", args=(drawn.code,)),
        reverse("contest:draw", args=(drawn.draws.get().uuid,)),
        reverse("contest:release", args=(release.slug,)),
        reverse("contest:release_screen", args=(release.slug,)),
        reverse("contest:release_row", args=(release.slug, "C-001")),
        reverse("ledger:index"),
        reverse("ledger:chain", args=(f"event.{release.event.code}",)),
        f"{reverse('receipts:look_up')}?{_receipt(release.event)}",
        reverse("login"),
        reverse("register"),
        reverse("set_display"),
    )


def _years(card: Scorecard) -> tuple[str, ...]:
    return (
        reverse("scorecard:year", args=(card.year,)),
        reverse("scorecard:year", args=(card.year - 1,)),
        reverse("scorecard:version", args=(card.year - 1, 1)),
        reverse("scorecard:records", args=(card.year, "counted")),
    )


def _desk_years(card: Scorecard) -> tuple[str, ...]:
    return (
        reverse("desk:scorecards"),
        *(reverse(f"desk:scorecard_{name}", args=(card.year,)) for name in ("year", "freeze")),
        *(reverse(f"desk:scorecard_{name}", args=(card.year, "counted")) for name in ("figures", "records")),
        reverse("desk:scorecard_indicators"),
        reverse("desk:scorecard_indicator", args=("shares",)),
    )


def _receipt(event: Event) -> str:
    line = Line.objects.filter(chain__name=event.chain).earliest("seq")
    return f"event={event.code}&seq={line.seq}&code={line.hash[:6]}"


def _my_pages(entry: Entry) -> tuple[str, ...]:
    steps = ("entry", "entry_details", "entry_papers", "entry_consents", "entry_check")
    return (
        reverse("me:home"),
        reverse("me:entries"),
        *(reverse(f"me:{step}", args=(entry.uuid,)) for step in steps),
        reverse("me:profile"),
        reverse("me:profile_edit"),
        reverse("me:qualification_add"),
    )


def _sheet_pages(marking: Any, seat: Seat, aspect: str = "") -> tuple[str, ...]:
    sheet = marking.sheet(seat)
    return (
        reverse("judge:home"),
        f"{sheet.get_absolute_url()}?aspect={aspect}",
        reverse("judge:check", args=(sheet.uuid,)),
        reverse("judge:declare"),
        reverse("judge:paper", args=(sheet.uuid,)),
        reverse("judge:receipts", args=(sheet.uuid,)),
    )


def _office_pages(entered: Entry, drawn: Event, marked: Event, done: Event) -> tuple[str, ...]:
    code = entered.event.code
    of_the_event = (
        "event",
        "event_setup",
        "event_edit",
        "event_calendar",
        "event_places",
        "event_rules",
        "documents",
        "scheme",
        "scheme_upload",
        "scheme_try",
        "accepted",
        "seats",
        "seat_new",
    )
    return (
        reverse("desk:home"),
        reverse("desk:events"),
        reverse("desk:event_new"),
        *(reverse(f"desk:{name}", args=(code,)) for name in of_the_event),
        reverse("desk:document", args=(code, 1)),
        reverse("desk:scheme_aspect", args=(code, "A1.1")),
        f"{reverse('desk:entries')}?event={entered.event_id}",
        reverse("desk:entry", args=(entered.event.entries.get(state=Entry.State.UNIT_OK).uuid,)),
        reverse("desk:draws", args=(drawn.code,)),
        reverse("desk:seats", args=(marked.code,)),
        reverse("desk:progress", args=(marked.code,)),
        reverse("desk:results", args=(done.code,)),
        reverse("desk:judge_report", args=(done.code,)),
    )


def _coding_pages(drawn: Event) -> tuple[str, ...]:
    return (
        reverse("desk:draw", args=(drawn.code, "contestant", 1)),
        reverse("desk:codes", args=(drawn.code, "contestant")),
        reverse("desk:check_in", args=(drawn.code,)),
        reverse("desk:seat_sheets", args=(drawn.code,)),
    )


def _chief_pages(marking: Any) -> tuple[str, ...]:
    code = marking.event.code
    return (
        *(reverse(f"desk:{name}", args=(code,)) for name in ("progress", "lock", "incidents", "imports")),
        reverse("desk:sheet", args=(code, marking.sheet(marking.panel[0]).uuid)),
        reverse("desk:results", args=(code,)),
        reverse("desk:judge_report", args=(code,)),
    )
