"""Talks, speakers, pictures and the counts of a year."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from PIL import Image

from craft_site.kit.ical import CONTENT_TYPE
from craft_site.kit.uploads import PHOTO, clean_upload
from craft_site.ledger.models import Line
from craft_site.people.models import GrowthEntry, PrivateFile
from honours.domain import (
    outreach_counts,
    outreach_feeds,
    outreach_figures,
    outreach_pictures,
    speakers,
    talks,
    visit_reports,
)
from honours.domain.refusals import HonourRefused
from honours.models import OUTREACH, OutreachPicture, Speaker, Talk, Visit
from tests.factories import make_user
from tests.honours.outreach import (
    agreed,
    closed,
    make_craftsman,
    make_help,
    make_speaker,
    make_talk,
    matched,
    requested,
    visited,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def upload(shade=120):
    out = BytesIO()
    Image.new("RGB", (40, 30), (shade, 80, 60)).save(out, "PNG")
    out.seek(0)
    return clean_upload(out, name="hall.png", policy=PHOTO)


def test_a_talk_is_planned_held_and_stands_in_the_speakers_record(organiser):
    worker = make_craftsman()
    talk = make_talk(organiser, make_speaker(organiser, worker), audience=300, online_views=9000)
    assert (talk.state, talk.held_on, talk.audience) == ("held", TODAY(), 300)
    line = GrowthEntry.objects.get(worker=worker, kind="talk")
    assert (line.on, talk.host in line.detail) == (TODAY(), False)
    talks.take_back(talk=talk, reason="Another hall", by=organiser)
    assert GrowthEntry.objects.get(pk=line.pk).withdrawn
    talk = talks.hold(talk=talk, held_on=TODAY(), audience=280, may_publish=True, by=organiser)
    line.refresh_from_db()
    assert (line.withdrawn, talk.host in line.detail) == (False, True)
    talks.take_back(talk=talk, reason="Never took place", by=organiser)
    assert talks.cancel(talk=talk, reason="Never took place", by=organiser).state == "cancelled"
    bodies = "".join(Line.objects.filter(chain__name=OUTREACH).values_list("body", flat=True))
    assert worker.name not in bodies


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"topic": " "}, "topic"),
        ({"host": ""}, "host"),
        ({"place": ""}, "place"),
        ({"host_kind": "ship"}, "host_kind"),
        ({"on": date(1900, 1, 1)}, "planned_on"),
        ({"on": date(2023, 12, 31)}, "speakers"),  # before the appointment
    ],
)
def test_a_bad_plan_is_refused_beside_its_field(organiser, wrong, field):
    with pytest.raises(HonourRefused) as refused:
        make_talk(organiser, held=False, **wrong)
    assert refused.value.field == field
    assert not Talk.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"held_on": TODAY() + timedelta(days=1)}, "held_on"),
        ({"audience": 0}, "audience"),
        ({"audience": 10_000_000}, "audience"),
        ({"online_views": -1}, "online_views"),
    ],
)
def test_a_bad_outcome_is_refused_beside_its_field(organiser, wrong, field):
    talk = make_talk(organiser, held=False)
    with pytest.raises(HonourRefused) as refused:
        talks.hold(**{"talk": talk, "held_on": TODAY(), "audience": 5, "by": organiser} | wrong)
    assert refused.value.field == field
    assert Talk.objects.get().state == "planned"


def test_only_an_organiser_keeps_talks_and_a_letter_is_used_once(organiser):
    for role in ("worker", "employer", "reviewer", "supervisor"):
        with pytest.raises(PermissionDenied):
            make_talk(make_user(role), make_speaker(organiser))
        with pytest.raises(PermissionDenied):
            make_speaker(make_user(role))
    make_speaker(organiser, letter_no="No. 7")
    with pytest.raises(HonourRefused, match="has this number"):
        make_speaker(organiser, letter_no="No. 7")
    with pytest.raises(HonourRefused, match="before it begins"):
        make_speaker(organiser, until=date(2023, 1, 1))
    group = Speaker.objects.first().group
    with pytest.raises(HonourRefused, match="of this name"):
        speakers.found_group(name=group.name, by=organiser)


def test_an_appointment_ends_and_naming_is_the_speakers_own_word(organiser):
    worker = make_craftsman()
    speaker = make_speaker(organiser, worker)
    speakers.set_term(speaker=speaker, until=TODAY() - timedelta(days=1), by=organiser)
    with pytest.raises(HonourRefused, match="does not cover"):
        make_talk(organiser, speaker)
    with pytest.raises(PermissionDenied):
        speakers.say_named(speaker=speaker, named=True, by=organiser)
    assert speakers.say_named(speaker=speaker, named=True, by=worker.user).may_name
    outsider = make_speaker(organiser)
    assert speakers.say_named(speaker=outsider, named=True, by=organiser).may_name


def test_counts_are_of_what_really_took_place(organiser):
    firm = make_help()
    for made in (requested, matched, agreed, visited, closed):
        made(firm)
    taken_back = visited(firm)
    visit_reports.take_back(visit=taken_back, reason="Wrong day", by=firm.organiser)
    make_talk(organiser, audience=200)
    make_talk(organiser, audience=50)
    make_talk(organiser, held=False)
    start, end = TODAY(), TODAY() + timedelta(days=1)
    assert outreach_counts.visits(start, end).count() == 2
    assert outreach_counts.talks(start, end).count() == 2
    assert outreach_counts.talk_audience(start, end) == 250
    assert outreach_counts.visits(end, end + timedelta(days=5)).count() == 0
    assert outreach_counts.talk_audience(start - timedelta(days=5), start) == 0


def test_the_figures_of_a_year(organiser):
    firm = make_help()
    closed(firm, report={"saving": Decimal("1200.50"), "hours": Decimal("3.5")})
    visited(firm, firm.second, still_open=True)
    make_talk(organiser, audience=200, online_views=900)
    figures = outreach_figures.of_year(TODAY().year)
    assert (figures.visits, figures.firms, figures.craftsmen) == (2, 1, 2)
    assert (figures.solved, figures.still_open, figures.trained) == (2, 1, 24)
    assert (figures.saving, figures.savings_told, figures.hours) == (Decimal("1200.50"), 1, Decimal("3.5"))
    assert (figures.rating, figures.rated) == (Decimal("5.0"), 1)
    assert (figures.talks, figures.audience, figures.views) == (1, 200, 900)
    empty = outreach_figures.of_year(1999)
    assert (empty.visits, empty.saving, empty.rating, empty.audience) == (0, 0, None, 0)
    assert outreach_figures.years() == [TODAY().year]
    kinds = list(Visit.Kind.values)
    month = outreach_figures.by_month(TODAY().year, kinds)[TODAY().month]
    assert month == {kinds.index(kind): 2 if kind == "problem" else 0 for kind in kinds}
    assert outreach_figures.audience_by_host(TODAY().year) == {"campus": 200}
    assert outreach_figures.ratings(TODAY().year) == {5: 1, 4: 0, 3: 0, 2: 0, 1: 0}


def test_feeds_name_no_person(organiser):
    firm = make_help()
    visit = agreed(firm)
    talk = make_talk(organiser, make_speaker(organiser, firm.craftsman), held=False)
    wide = (TODAY() - timedelta(days=9), TODAY() + timedelta(days=9))
    for feed in (
        outreach_feeds.office_feed(firm.organiser, *wide),
        outreach_feeds.person_feed(firm.craftsman.user),
    ):
        text = feed.decode().replace("\r\n ", "")
        assert (firm.employer.name in text, talk.topic in text, visit.number in text) == (True,) * 3
        assert firm.craftsman.name not in text
    assert b"VEVENT" not in outreach_feeds.person_feed(firm.second.user)
    assert b"VEVENT" in outreach_feeds.person_feed(firm.contact)
    assert CONTENT_TYPE.startswith("text/calendar")


@pytest.mark.django_db(transaction=True)
def test_pictures_are_added_by_those_who_were_there_and_shown_with_consent():
    firm = make_help()
    visit = closed(firm)
    for who in (firm.second.user, make_user("worker"), make_user("supervisor")):
        with pytest.raises(PermissionDenied):
            outreach_pictures.add(of=visit, upload=upload(), words="Hall", may_publish=True, by=who)
    shown = [
        outreach_pictures.add(of=visit, upload=upload(n), words=f"Hall {n}", may_publish=bool(n), by=who)
        for n, who in enumerate((firm.organiser, firm.contact, firm.craftsman.user))
    ]
    assert list(outreach_pictures.in_public()) == shown[1:]
    assert set(outreach_pictures.visible_to(firm.contact)) == set(shown)
    assert not outreach_pictures.visible_to(make_user("worker"))
    visit_reports.say_published(visit=visit, may_publish=False, by=firm.contact)
    assert not outreach_pictures.in_public()
    with pytest.raises(PermissionDenied):
        outreach_pictures.drop(picture=shown[1], by=firm.craftsman.user)
    outreach_pictures.drop(picture=shown[1], by=firm.contact)
    assert (OutreachPicture.objects.count(), PrivateFile.objects.count()) == (2, 2)
    with pytest.raises(HonourRefused, match="took place"):
        outreach_pictures.add(
            of=agreed(firm), upload=upload(), words="x", may_publish=False, by=firm.organiser
        )
    assert PrivateFile.objects.count() == 2
