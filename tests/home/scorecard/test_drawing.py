"""The PDF of a year is drawn once, one at a time, and of a closed year before anybody asks."""

import threading
import time

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from craft_site.home.scorecard import years
from craft_site.home.scorecard.domain import freezing
from craft_site.home.scorecard.files import drawing, fonts
from craft_site.home.scorecard.models import Figure
from craft_site.home.scorecard.refusals import ScorecardRefused
from craft_site.jobs.models import Job
from craft_site.jobs.queue import run_job
from tests.factories import make_user
from tests.home.scorecard.makers import make_card, make_figure, make_indicator

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        fonts.find(bold=False) is None, reason="no Chinese font: apt-get install fonts-noto-cjk"
    ),
]


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


@pytest.fixture
def card():
    card = make_card(2024)
    make_figure(card, make_indicator("contests"), actual=5, target=6)
    return card


@pytest.fixture
def strokes(monkeypatch):
    """(began, ended) of every drawing, by the clock."""
    real, seen = drawing.pdf, []

    def pdf(*args, **kwargs):
        began = time.monotonic()
        try:
            return real(*args, **kwargs)
        finally:
            seen.append((began, time.monotonic()))

    monkeypatch.setattr(drawing, "pdf", pdf)
    return seen


def together(*wanted):
    """Every one of these drawn by three readers at the same moment: what they got, or what was raised."""
    gate, got = threading.Barrier(3 * len(wanted)), []

    def read(shown):
        gate.wait()
        try:
            got.append(drawing.drawn(shown))
        except Exception as error:
            got.append(error)

    readers = [threading.Thread(target=read, args=(one,)) for one in wanted for _ in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return got


def test_a_crowd_gets_one_drawing_a_file_and_never_two_at_a_time(card, strokes):
    other = make_card(2023)
    make_figure(other, make_indicator("talks"), actual=9)
    got = together(*(years.shown(year, public=True) for year in (2024, 2023)))
    assert [type(one) for one in got] == [bytes] * 6
    assert len(set(got)) == len(strokes) == 2
    (_, first_ended), (second_began, _) = sorted(strokes)
    assert first_ended <= second_began
    assert cache.get(drawing.LOCK) is None


def test_another_figure_is_another_drawing_and_the_same_one_is_not(client, card, strokes):
    address = reverse("scorecard:pdf", args=(2024,))
    first = client.get(address).content
    assert client.get(address).content == first
    Figure.objects.update(actual=7)
    assert client.get(address).content != first
    assert len(strokes) == 2


def test_who_waits_too_long_is_told_to_come_again(client, card, monkeypatch, strokes):
    monkeypatch.setattr(drawing, "WAIT", 0.1)
    cache.set(drawing.LOCK, "somebody else", 60)
    answer = client.get(reverse("scorecard:pdf", args=(2024,)), headers={"accept-language": "en"})
    assert (answer.status_code, answer["Retry-After"], strokes) == (503, "5", [])
    assert "being drawn" in answer.content.decode()
    assert cache.get(drawing.LOCK) == "somebody else"


def test_a_drawer_who_died_stands_in_the_way_no_longer_than_the_lease(card, strokes):
    cache.set(drawing.LOCK, "dead", 0.2)
    assert drawing.drawn(years.shown(2024, public=True)).startswith(b"%PDF")
    assert len(strokes) == 1


def test_what_cannot_be_drawn_is_not_tried_by_every_reader(card, strokes):
    make_figure(card, make_indicator("rare", name="罕\U000f0000见", name_en=""), actual=1)
    got = together(years.shown(2024, public=True))
    assert [type(one) for one in got] == [ScorecardRefused] * 3
    assert len(strokes) == 1


def test_a_closed_year_is_drawn_in_every_language_before_anybody_asks(client, card, strokes):
    freezing.freeze_alone(card=card, why="无人复核", by=make_user("organiser"))
    [job] = Job.objects.filter(name=freezing.JOB)
    assert run_job(job.pk)
    assert len(strokes) == len(settings.LANGUAGES)
    for language in ("zh-hans", "en"):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        answer = client.get(reverse("scorecard:pdf", args=(2024,)))
        assert answer["Content-Type"] == "application/pdf"
    assert len(strokes) == len(settings.LANGUAGES)


def test_without_a_font_the_job_says_so_and_the_year_is_closed(card, settings):
    settings.CERTIFICATE_FONT = "/nowhere.ttf"
    freezing.freeze_alone(card=card, why="无人复核", by=make_user("organiser"))
    job = Job.objects.get(name=freezing.JOB)
    assert not run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, "fonts-noto-cjk" in job.error) == (Job.State.FAILED, True)


def test_every_version_is_drawn_once(card):
    organiser = make_user("organiser")
    freezing.freeze_alone(card=card, why="无人复核", by=organiser)
    Figure.objects.update(actual=7)
    freezing.freeze_alone(card=card, why="无人复核", reason="补报两场", by=organiser)
    assert Job.objects.filter(name=freezing.JOB).count() == 2
