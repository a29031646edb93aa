"""Read everything that a person can reach: whoever marks meets no name, and nobody meets a mark before its time."""

import logging
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from fpdf import FPDF

from competitions.domain import releases
from competitions.models import EnteredMark, Event, Mark, Release, Sheet
from competitions.pages import CompetitionPage
from craft_site.home.foundation import make_site
from craft_site.home.scorecard.files import fonts
from tests import plain_errors
from tests.canary import CHANGED_MARK, READING, SECOND_MARK, Canary, crawl, leaks, make_canary, text_of
from tests.canary_certificates import add_papers
from tests.canary_records import OBJECTOR, READINGS, add_objection, finish_recheck, set_state, settle
from tests.factories import make_seat, make_union, make_user

pytestmark = pytest.mark.one_database

MARKING = ("floor", "measuring", "result")
S = Event.State
HOMES = ("/", "/start/", "/judge/", "/desk/", "/me/", "/contests/", "/ledger/", "/receipts/")

# Whoever marks, in the states in which their pages differ; each seat sees another part of the contest.
MARKED_IN = [
    ("floor", S.RUNNING),
    ("floor", S.LOCKED),
    ("measuring", S.SCORING),
    ("measuring", S.DECODED),
    ("result", S.SCORING),
    ("result", S.RECHECKING),
    ("result", S.LOCKED),
    ("result", S.DECODED),
]
# Officials before decoding, in the states in which they have something to do.
OFFICIAL_IN = [
    ("coding", S.RUNNING),
    ("chief", S.SCORING),
    ("chief", S.RECHECKING),
    ("chief", S.LOCKED),
    ("recorder", S.SCORING),
    ("recorder", S.LOCKED),
    ("supervisor", S.RECHECKING),
    ("arbiter", S.SCORING),
    ("arbiter", S.LOCKED),
    ("committee", S.LOCKED),
]
# What a judge wrote or is told of themselves: the floor judge recorded the incidents, the measuring judge's device
# was revoked with a reason and sent what is kept.
OWN_WORDS = {"floor": {"credit", "penalty"}, "measuring": {"tablet"}}
OWN_READINGS = {"measuring": {READING, READINGS["kept"]}}


@pytest.fixture(autouse=True)
def _quiet(caplog, monkeypatch):
    caplog.set_level(logging.CRITICAL, logger="django")
    plain_errors.use(monkeypatch)
    cache.clear()  # what other tests asked of the same address is not counted here


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
    set_state(canary.event, state)
    if state in (S.LOCKED, S.DECODED):
        finish_recheck(canary.event)
        Sheet.objects.update(state=Sheet.State.LOCKED)
    return canary


def published(canary: Canary) -> Release:
    """Version 1 with an objection, version 2 after a mark was changed; then another change that nobody may know yet."""
    office = make_user("organiser")
    in_state(canary, S.DECODED)
    settle(canary.event)
    first = releases.publish(event=canary.event, by=office)
    canary.event.refresh_from_db()
    add_objection(canary, first)
    _theory(canary, SECOND_MARK)
    second = releases.publish(event=canary.event, by=office, reason="One theory paper was added up wrongly")
    _theory(canary, CHANGED_MARK)
    assert (first.number, second.number) == (1, 2)
    return second


def _theory(canary: Canary, mark: Decimal) -> None:
    EnteredMark.objects.filter(event=canary.event, code__entry=canary.entries[0]).update(mark=mark)


def test_the_crawl_finds_what_there_is_to_find(canary):
    """The canaries sing: the office reads names, and its workbook too."""
    seen = read_all(canary, make_user("organiser"))
    places = leaks(seen, canary.names)
    assert any("/desk/entries/" in place for place in places)
    assert any("/desk/entries/export/" in place for place in places)
    assert any(
        "Zyxwold" in answer.text for answer in seen if answer.address.startswith("/desk/entries/export/")
    )


def test_the_crawl_reads_what_stands_in_a_pdf():
    """Told about it, attached to it, written with letters and with glyphs of a font of its own."""
    paper = FPDF()
    paper.set_author("Zyxauthor")
    paper.add_page()
    paper.set_font("helvetica")
    paper.cell(text="Zyxletter")
    if (found := fonts.find(bold=False)) is not None:
        paper.add_font("own", "", found[0], collection_font_number=found[1])
        paper.set_font("own")
        paper.cell(text="Zyx永康")
    paper.embed_file(basename="told.json", bytes=b'{"name": "Zyxattached"}')
    read = text_of(HttpResponse(bytes(paper.output()), content_type="application/pdf"))
    wanted = ["Zyxauthor", "Zyxletter", "Zyxattached", *(["Zyx永康"] if found is not None else [])]
    assert [word for word in wanted if word not in read] == []


@pytest.mark.parametrize(("role", "state"), MARKED_IN)
def test_whoever_marks_is_shown_nothing_that_tells_who_takes_part(canary, role, state):
    """Nor the theory marks, what another seat read or judged, what is corrected, or what others wrote of it."""
    seen = read_all(in_state(canary, state), canary.seats[role].user)
    assert any(answer.status == 200 and answer.address.startswith("/judge/") for answer in seen)
    marks = set(canary.marks()) - OWN_READINGS.get(role, set())
    words = {text for about, text in canary.words.items() if about not in OWN_WORDS.get(role, ())}
    assert leaks(seen, [*canary.tokens(), *marks, *words]) == []


@pytest.mark.parametrize("role", MARKING)
def test_an_office_does_not_open_the_names_to_whoever_marks(canary, role):
    user = make_user("organiser", "reviewer", "judge", "supervisor")
    make_seat(canary.event, role, user=user, place=2)
    assert leaks(read_all(canary, user), canary.names + canary.others) == []


@pytest.mark.parametrize(("role", "state"), OFFICIAL_IN)
def test_an_official_sees_no_name_before_decoding(canary, role, state):
    seen = read_all(in_state(canary, state), canary.seats[role].user)
    assert any(answer.status == 200 and answer.address.startswith("/desk/events/canary/") for answer in seen)
    assert leaks(seen, [*canary.names, *_private(canary)]) == []


def test_the_chief_judge_reads_what_the_others_may_not(canary):
    """The records are there to be found."""
    seen = read_all(in_state(canary, S.RECHECKING), canary.seats["chief"].user)
    for about in ("order", "component", "notice", "paper", "kept"):
        assert leaks(seen, [READINGS[about]]), about
    assert leaks(seen, [canary.words["violation"]])


def _private(canary: Canary) -> list[str]:
    """What nobody but the office may see: telephone and document numbers, and their endings."""
    return [token for token in canary.others if token[:1].isdigit()]


@pytest.mark.parametrize("state", [S.SCORING, S.LOCKED, S.DECODED])
def test_the_public_reads_no_mark_before_publication(canary, state):
    seen = read_all(in_state(canary, state))
    assert any(answer.status == 200 and "Canary event" in answer.text for answer in seen)
    ledger = [
        answer for answer in seen if answer.address.startswith(("/ledger/event.canary/", "/receipts/?"))
    ]
    assert len([answer for answer in ledger if answer.status == 200]) >= 5
    assert leaks(seen, [*canary.marks(), *canary.words.values()]) == []
    assert leaks(ledger, canary.tokens()) == []


@pytest.mark.parametrize("user", ["organiser", "reviewer", "employer", "accounts", "worker"])
def test_neither_the_office_nor_a_contestant_reads_a_mark_before_decoding(canary, user):
    person = canary.workers[0].user if user == "worker" else make_user(user, employer=canary.employers[0])
    seen = read_all(in_state(canary, S.LOCKED), person)
    assert leaks(seen, canary.marks()) == []
    if user == "accounts":
        assert any(answer.status == 200 and answer.address.startswith("/desk/accounts/") for answer in seen)
        assert leaks(seen, [*_private(canary), *canary.words.values()]) == []


def test_a_union_below_the_city_reads_its_own_firms_people_and_nobody_elses(canary):
    """Lists, search, workbooks, pages of persons, papers and numbers: whatever the reviewer of one firm can guess."""
    own, *rivals = canary.employers
    own.union = make_union("Own firm's union", level="enterprise", parent=make_union("City"))
    own.save()
    for rival in rivals:
        rival.union = make_union(f"Union of {rival}", level="enterprise", parent=own.union.parent)
        rival.save()
    seen = read_all(canary, make_user("reviewer", union=own.union))
    assert leaks(seen, canary.names[:1])
    of_one = len(canary.others) // len(canary.employers)
    assert leaks(seen, [*canary.names[1:], *canary.others[of_one:], *canary.marks()]) == []


def test_after_publication_the_public_reads_the_releases_and_no_later_mark(canary):
    published(canary)
    seen = read_all(canary)
    assert leaks(seen, ["87.65"])
    assert leaks(seen, ["89.88"])
    assert leaks(seen, [str(CHANGED_MARK), "91.36", *READINGS.values()]) == []
    firms = [token for token in canary.others if token.startswith("Vortexwerk")]
    never = [token for token in canary.others if token not in firms]
    assert leaks(seen, [*never, *canary.words.values(), *OBJECTOR]) == []


def test_whoever_marks_reads_no_appeal_and_no_objection_after_publication(canary):
    """The names of the result are public now; what is said about it is not."""
    published(canary)
    seen = read_all(canary, canary.seats["result"].user)
    assert leaks(seen, [*_private(canary), *canary.words.values(), *OBJECTOR, str(CHANGED_MARK)]) == []


def test_the_office_reads_the_objection(canary):
    published(canary)
    seen = read_all(canary, make_user("organiser"))
    assert all(leaks(seen, [token]) for token in OBJECTOR[::2])


@pytest.mark.parametrize("after", [False, True], ids=["locked", "published"])
def test_a_contestant_reads_nothing_of_another(canary, after):
    own, *others = canary.workers
    names = [] if after else [worker.name for worker in others]  # those of a result are public
    numbers = [
        token for token in _private(canary) if token not in own.id_number.reveal() + own.mobile.reveal()
    ]
    assert Mark.objects.exists()
    if after:
        published(canary)
    else:
        in_state(canary, S.LOCKED)
    seen = read_all(canary, own.user)
    assert leaks(seen, [own.name])
    others_words = [*canary.words.values(), *OBJECTOR]
    assert leaks(seen, [*names, *others_words, *(n for n in numbers if n != own.employer.credit_code)]) == []


def test_the_contestant_reads_their_own_appeal(canary):
    """The words that another does not meet are there to be met."""
    seen = read_all(canary, canary.workers[1].user)
    assert leaks(seen, [canary.words["appeal"]])
    assert leaks(seen, [canary.words["decision"]])
    assert leaks(seen, [canary.words["violation"], canary.words["order"], *READINGS.values()]) == []


def test_certificates_and_requests_are_read_by_their_person_and_the_office_alone(canary):
    """Wallets, printed pages, badges, files and what somebody asked about their data."""
    told = add_papers(canary.workers)
    own, *others = canary.workers
    theirs = [word for worker in others for word in told[worker.name]]
    seen = read_all(canary, own.user)
    for word in told[own.name][:2]:
        assert leaks(seen, [word])
    assert any("/certificates/" in answer.address and answer.status == 200 for answer in seen)
    wallet = [answer for answer in seen if not answer.address.startswith("/verify/")]
    assert leaks(wallet, theirs) == []
    everybodys = [word for words in told.values() for word in words]
    for role in ("floor", "result", "coding"):
        seen = read_all(canary, canary.seats[role].user)
        kept = [answer for answer in seen if not answer.address.startswith("/verify/")]
        assert leaks(kept, everybodys) == []


def test_whoever_guesses_a_number_reads_what_is_certified_and_not_to_whom(canary):
    told = add_papers(canary.workers)
    seen = [answer for answer in read_all(canary) if answer.address.startswith("/verify/")]
    assert leaks(seen, [words[0] for words in told.values()])  # the page of a number says what it certifies
    assert leaks(seen, [*canary.tokens(), *(words[3] for words in told.values())]) == []


def test_a_reviewer_of_one_union_reads_no_request_about_data(canary):
    told = add_papers(canary.workers)
    seen = read_all(canary, make_user("reviewer"))
    assert leaks(seen, [words[3] for words in told.values()]) == []
    seen = read_all(canary, make_user("supervisor"))
    assert leaks(seen, [words[3] for words in told.values()][:1])
