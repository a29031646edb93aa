"""Read everything that a person can reach: whoever marks meets no name, and nobody meets a mark before its time."""

import logging

import pytest
from django.test import Client

from competitions.domain import releases
from competitions.models import EnteredMark, Event, Mark, Sheet
from competitions.pages import CompetitionPage
from craft_site.home.foundation import make_site
from tests.canary import CHANGED_MARK, READING, THEORY_MARK, Canary, crawl, leaks, make_canary
from tests.factories import make_seat, make_user

pytestmark = pytest.mark.crawl

MARKING = ("floor", "measuring", "result")
BLIND = (Event.State.RUNNING, Event.State.SCORING, Event.State.LOCKED)
HOMES = ("/", "/start/", "/judge/", "/desk/", "/me/", "/contests/")


@pytest.fixture(autouse=True)
def _quiet(caplog):
    caplog.set_level(logging.CRITICAL, logger="django")


@pytest.fixture
def canary(db) -> Canary:
    found = make_canary()
    contests = make_site().contests
    contests.add_child(
        instance=CompetitionPage(title="Canary", slug="canary", competition=found.event.competition)
    )
    return found


def read_all(canary: Canary, user=None):
    """All that this person is answered: the site from its homes by links, and every address of it guessed."""
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    seen = list(crawl(client, HOMES))
    linked = {answer.address for answer in seen}
    guesses = [address for address in canary.addresses() if address not in linked]
    seen += crawl(client, guesses, limit=len(guesses), follow=False)
    assert [f"{answer.status} {answer.address}" for answer in seen if answer.status >= 500] == []
    return seen


def in_state(canary: Canary, state: str) -> Canary:
    Event.objects.filter(pk=canary.event.pk).update(state=state)
    canary.event.refresh_from_db()
    if state in (Event.State.LOCKED, Event.State.DECODED):
        Sheet.objects.update(state=Sheet.State.LOCKED)
    return canary


def test_the_crawl_finds_what_there_is_to_find(canary):
    """The canaries sing: the office reads names, and its workbook too."""
    seen = read_all(canary, make_user("organiser"))
    places = leaks(seen, canary.names)
    assert any("/desk/entries/" in place for place in places)
    assert any("/desk/entries/export/" in place for place in places)
    assert any(
        "Zyxwold" in answer.text for answer in seen if answer.address.startswith("/desk/entries/export/")
    )


@pytest.mark.parametrize("role", MARKING)
@pytest.mark.parametrize("state", [*BLIND, Event.State.DECODED])
def test_whoever_marks_is_shown_nothing_that_tells_who_takes_part(canary, role, state):
    seen = read_all(in_state(canary, state), canary.seats[role].user)
    assert any(answer.status == 200 and answer.address.startswith("/judge/") for answer in seen)
    assert leaks(seen, canary.tokens()) == []


@pytest.mark.parametrize("role", MARKING)
def test_an_office_does_not_open_the_names_to_whoever_marks(canary, role):
    user = make_user("organiser", "reviewer", "judge", "supervisor")
    make_seat(canary.event, role, user=user, place=2)
    assert leaks(read_all(canary, user), canary.names + canary.others) == []


@pytest.mark.parametrize("state", BLIND)
@pytest.mark.parametrize("role", ["coding", "chief", "recorder", "arbiter"])
def test_an_official_sees_no_name_before_decoding(canary, role, state):
    seen = read_all(in_state(canary, state), canary.seats[role].user)
    assert any(answer.status == 200 and answer.address.startswith("/desk/events/canary/") for answer in seen)
    assert leaks(seen, [*canary.names, *_private(canary)]) == []


def _private(canary: Canary) -> list[str]:
    """What nobody but the office may see: telephone and document numbers, and their endings."""
    return [token for token in canary.others if token[:1].isdigit()]


@pytest.mark.parametrize("role", MARKING)
def test_whoever_marks_reads_their_own_marks_alone(canary, role):
    """Neither the theory marks nor what another seat read or judged."""
    tokens = [str(THEORY_MARK)[1:]] + ([] if role == "measuring" else [READING])
    assert leaks(read_all(canary, canary.seats[role].user), tokens) == []


@pytest.mark.parametrize("state", [*BLIND, Event.State.DECODED])
def test_the_public_reads_no_mark_before_publication(canary, state):
    seen = read_all(in_state(canary, state))
    assert any(answer.status == 200 and "Canary event" in answer.text for answer in seen)
    assert leaks(seen, canary.marks()) == []


@pytest.mark.parametrize("user", ["organiser", "reviewer", "employer", "worker"])
def test_neither_the_office_nor_a_contestant_reads_a_mark_before_decoding(canary, user):
    person = canary.workers[0].user if user == "worker" else make_user(user, employer=canary.employers[0])
    assert leaks(read_all(in_state(canary, Event.State.LOCKED), person), canary.marks()) == []


def test_after_publication_the_public_reads_the_release_and_no_later_mark(canary):
    in_state(canary, Event.State.DECODED)
    releases.publish(event=canary.event, by=make_user("organiser"))
    EnteredMark.objects.filter(event=canary.event).update(mark=CHANGED_MARK)
    seen = read_all(canary)
    assert leaks(seen, ["87.65"])
    assert leaks(seen, [str(CHANGED_MARK), "91.36"]) == []


def test_the_public_never_reads_a_number_a_contact_or_a_reference(canary):
    in_state(canary, Event.State.DECODED)
    releases.publish(event=canary.event, by=make_user("organiser"))
    firms = [token for token in canary.others if token.startswith("Vortexwerk")]
    assert leaks(read_all(canary), [token for token in canary.others if token not in firms]) == []


def test_a_contestant_reads_nothing_of_another(canary):
    own, *others = canary.workers
    names = [worker.name for worker in others]
    numbers = [
        token for token in _private(canary) if token not in own.id_number.reveal() + own.mobile.reveal()
    ]
    assert Mark.objects.exists()
    seen = read_all(canary, own.user)
    assert leaks(seen, [own.name])
    assert leaks(seen, [*names, *(n for n in numbers if n != own.employer.credit_code)]) == []
