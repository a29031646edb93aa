"""The contest's public pages: what may be known, when, and what it costs."""

from datetime import timedelta

import pytest
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from competitions import noticeboard
from competitions.models import (
    AcceptedList,
    CalendarStep,
    DocumentVersion,
    Draw,
    Organiser,
    Release,
    SchemeVersion,
    Series,
)
from craft_site.kit.language import short_day
from tests.factories import make_event, make_user
from tests.home.conftest import media, tree  # noqa: F401  (fixtures)
from tests.home.makers import make_competition, make_contest_page, make_exhibit, make_picture, render_now


@pytest.fixture
def page(tree):  # noqa: F811
    return make_contest_page(tree, make_competition(name="Contest"))


def make_release(event, number=1):
    scheme, _made = SchemeVersion.objects.get_or_create(
        event=event, number=1, defaults={"title": "S", "body": "{}", "content_hash": "0"}
    )
    return Release.objects.create(
        event=event, number=number, scheme=scheme, body="{}", content_hash="0", by=make_user("organiser")
    )


def test_a_contest_with_a_page_cannot_be_deleted_and_its_page_takes_nothing_with_it(page):
    with pytest.raises(ProtectedError):
        page.competition.delete()
    competition = page.competition
    page.delete()
    competition.refresh_from_db()


def test_the_list_shows_newest_first_and_filters_by_year_and_series(client, tree):  # noqa: F811
    series = Series.objects.create(code="mould", name="Moulds")
    make_contest_page(tree, make_competition(name="Older mould", year=2024, edition=3, series=series))
    make_contest_page(tree, make_competition(name="Newer mould", year=2025, edition=4, series=series))
    make_contest_page(tree, make_competition(name="Power", year=2024))

    def names(query=""):
        return [page.title for page, _standing in client.get("/competitions/" + query).context["cards"]]

    assert names()[0] == "Newer mould"
    assert set(names("?year=2024")) == {"Older mould", "Power"}
    assert names("?series=mould") == ["Newer mould", "Older mould"]
    assert names("?series=mould&year=2024") == ["Older mould"]


def test_a_bad_filter_value_is_named_and_hides_nothing(client, page):
    response = client.get("/competitions/?year=abc")
    assert "There is a problem" in response.content.decode()
    assert len(response.context["cards"]) == 1


def test_an_empty_list_says_so(client, tree):  # noqa: F811
    assert "No contest has been announced yet" in client.get("/competitions/").content.decode()


@pytest.mark.parametrize("many", [1, 30])
def test_the_list_costs_the_same_queries_at_any_size(
    client,
    tree,  # noqa: F811
    media,  # noqa: F811
    many,
    django_assert_max_num_queries,
):
    for _ in range(many):
        page = make_contest_page(tree, picture=make_picture())
        make_event(competition=page.competition)
        render_now([(page.picture, "card")])
    client.get("/competitions/")
    with django_assert_max_num_queries(15):
        client.get("/competitions/")


@pytest.mark.parametrize("many", [1, 9])
def test_a_contests_page_costs_the_same_queries_at_any_size(
    client,
    tree,  # noqa: F811
    media,  # noqa: F811
    many,
    django_assert_max_num_queries,
):
    page = make_contest_page(tree, picture=make_picture())
    for _ in range(many):
        event = make_event(competition=page.competition, state="final")
        CalendarStep.objects.create(event=event, kind="practice", starts_at=timezone.now())
        for number in (1, 2):
            DocumentVersion.objects.create(
                event=event, number=number, effective_at=timezone.now(), published_at=timezone.now()
            )
            make_release(event, number)
        make_exhibit(page.competition, picture=make_picture())
        Organiser.objects.create(competition=page.competition, part="host", name="Host")
    render_now(page.pictures())
    client.get(page.url)
    with django_assert_max_num_queries(25):
        client.get(page.url)


def test_events_not_announced_are_not_there(client, page):
    make_event(competition=page.competition, name="Draft event", state="draft")
    make_event(competition=page.competition, name="Filed event", state="filed")
    make_event(competition=page.competition, name="Announced event", state="published")
    text = client.get(page.url).content.decode()
    assert "Announced event" in text
    assert "Draft event" not in text
    assert "Filed event" not in text


@pytest.mark.parametrize("state", ["scoring", "rechecking", "locked", "decoded"])
def test_the_public_learns_no_more_than_that_it_is_being_marked(client, page, state):
    event = make_event(competition=page.competition, state=state)
    assert str(noticeboard.event_standing(event).label) == "Being marked"
    text = client.get(page.url).content.decode()
    assert "Being marked" in text
    assert event.get_state_display() not in text


def test_only_published_versions_of_the_technical_document_are_named(client, page):
    event = make_event(competition=page.competition)
    now = timezone.now()
    for number, effective, published in (
        (1, now - timedelta(days=30), now - timedelta(days=31)),
        (2, now - timedelta(days=1), now - timedelta(days=2)),
        (3, now + timedelta(days=5), now - timedelta(days=1)),
        (4, now - timedelta(days=1), None),
    ):
        DocumentVersion.objects.create(
            event=event, number=number, effective_at=effective, published_at=published
        )
    (notice,) = noticeboard.of(page.competition)
    assert notice.document.number == 2
    assert notice.coming_document.number == 3
    assert [version.number for version in notice.earlier_documents] == [1]
    text = client.get(page.url).content.decode()
    hour = date_format(timezone.localtime(notice.document.effective_at), "H:i")
    assert f"Version 2, in force since {short_day(notice.document.effective_at, year=True)} {hour}" in text


def test_the_marking_scheme_is_linked_where_there_is_one(client, page):
    event = make_event(competition=page.competition)
    address = reverse("contest:scheme", args=(event.code,))
    assert address not in client.get(page.url).content.decode()
    for number in (1, 2):
        SchemeVersion.objects.create(event=event, number=number, title="S", body="{}", content_hash="0")
    (notice,) = noticeboard.of(page.competition)
    assert notice.scheme.number == 2
    assert address in client.get(page.url).content.decode()


def test_the_newest_release_stands_first_and_the_old_ones_stay(client, page):
    event = make_event(competition=page.competition, state="final")
    first, second = make_release(event, 1), make_release(event, 2)
    (notice,) = noticeboard.of(page.competition)
    assert notice.release == second
    assert notice.earlier_releases == [first]
    text = client.get(page.url).content.decode()
    assert second.get_absolute_url() in text
    assert first.get_absolute_url() in text


def test_the_accepted_list_and_the_draws_of_the_event_are_named(client, page):
    event = make_event(competition=page.competition, state="briefed")
    office = make_user("organiser")
    AcceptedList.objects.create(event=event, number=1, notice_until=timezone.now(), by=office)
    Draw.objects.create(
        event=event,
        purpose="contestant",
        items=[],
        list_hash="0",
        commitment="0",
        secret="the sealed secret",
        committed_by=office,
    )
    text = client.get(page.url).content.decode()
    assert "Accepted list" in text
    assert "Contestant numbers (first coding)" in text
    assert "the sealed secret" not in text


def test_what_can_be_done_now_follows_the_registration_time(client, page):
    now = timezone.now()
    event = make_event(competition=page.competition, state="registering")
    assert "Open for registration" in client.get(page.url).content.decode()
    event.registration_closes = now - timedelta(days=1)
    event.save()
    assert "Registration closed" in client.get(page.url).content.decode()
    event.registration_opens, event.registration_closes = now + timedelta(days=1), now + timedelta(days=9)
    event.save()
    assert "Registration opens on" in client.get(page.url).content.decode()


def test_hosts_are_named_in_their_order(page):
    for position, (part, name) in enumerate((("supporter", "C"), ("host", "A"), ("host", "B"))):
        Organiser.objects.create(competition=page.competition, part=part, name=name, position=position)
    assert [
        (part, [str(row) for row in rows]) for part, rows in noticeboard.organisers(page.competition)
    ] == [
        ("Hosted by", ["A", "B"]),
        ("Supported by", ["C"]),
    ]


def test_the_most_pressing_event_speaks_for_its_contest(page):
    over = make_event(competition=page.competition, state="final")
    open_now = make_event(competition=page.competition, state="registering")
    draft = make_event(competition=page.competition, state="draft")
    assert str(noticeboard.standing([over, open_now, draft]).label) == "Open for registration"
    assert noticeboard.standing([draft]) is None


def test_the_show_filters_by_type(client, page):
    make_exhibit(page.competition, name="One", kind="compound")
    make_exhibit(page.competition, name="Two", kind="drawing")
    assert [str(e) for e in client.get(page.exhibition_url).context["exhibits"]] == ["One", "Two"]
    assert [str(e) for e in client.get(page.exhibition_url + "?kind=drawing").context["exhibits"]] == ["Two"]
    bad = client.get(page.exhibition_url + "?kind=nonsense")
    assert "There is a problem" in bad.content.decode()
    assert len(bad.context["exhibits"]) == 2


def test_a_firms_contact_is_shown_only_with_its_consent(client, page):
    shown = make_exhibit(page.competition, contact="office line 1", contact_consent=True)
    hidden = make_exhibit(page.competition, contact="office line 2", contact_consent=False)
    assert "office line 1" in client.get(f"{page.exhibition_url}{shown.pk}/").content.decode()
    assert "office line 2" not in client.get(f"{page.exhibition_url}{hidden.pk}/").content.decode()


def test_an_exhibit_of_another_show_is_not_found_here(client, page):
    make_exhibit(page.competition)
    stranger = make_exhibit(make_competition())
    assert client.get(f"{page.exhibition_url}{stranger.pk}/").status_code == 404


def test_without_an_exhibition_there_is_no_show(client, page):
    assert client.get(page.exhibition_url).status_code == 404


def test_a_draft_page_hides_its_show_too(client, page):
    exhibit = make_exhibit(page.competition)
    page.live = False
    page.save()
    assert client.get(page.url).status_code == 404
    assert client.get(page.exhibition_url).status_code == 404
    assert client.get(f"{page.exhibition_url}{exhibit.pk}/").status_code == 404


@pytest.mark.parametrize("many", [1, 20])
def test_the_show_costs_the_same_queries_at_any_size(
    client,
    page,
    media,  # noqa: F811
    many,
    django_assert_max_num_queries,
):
    for _ in range(many):
        make_exhibit(page.competition, picture=make_picture())
    render_now(page.pictures())
    client.get(page.exhibition_url)
    with django_assert_max_num_queries(15):
        client.get(page.exhibition_url)


def test_a_contestant_can_read_every_published_version_and_sees_which_is_in_force(client, page):
    event = make_event(competition=page.competition, code="stamping")
    now = timezone.now()
    for number, effective, published in ((1, -9, -9), (2, -1, -2), (3, 5, -1), (4, -1, None)):
        version = DocumentVersion.objects.create(
            event=event,
            number=number,
            effective_at=now + timedelta(days=effective),
            published_at=published and now + timedelta(days=published),
        )
        version.chapters.create(kind="time", text=f"Words of version {number}")
    base = f"{page.url}document/stamping/"
    assert "Words of version 2" in client.get(base).content.decode()
    old = client.get(base + "v1/").content.decode()
    assert "Words of version 1" in old
    assert "no longer in force" in old
    assert "not yet in force" in client.get(base + "v3/").content.decode()
    assert client.get(base + "v4/").status_code == 404
    assert "Words of version 4" not in client.get(base).content.decode()
    assert base in client.get(page.url).content.decode()


def test_the_document_of_an_event_not_announced_is_not_found(client, page):
    event = make_event(competition=page.competition, code="secret", state="draft")
    DocumentVersion.objects.create(
        event=event, number=1, effective_at=timezone.now(), published_at=timezone.now()
    )
    assert client.get(f"{page.url}document/secret/").status_code == 404


def test_the_contests_page_and_the_desk_name_the_same_next_step(client, page, organiser):
    event = make_event(competition=page.competition, state="scoring")
    now = timezone.now()
    for kind, days in (("practice", -1), ("marking", 0), ("publicity", 3), ("final", 9)):
        event.calendar.create(
            kind=kind,
            starts_at=now + timedelta(days=days, minutes=-1),
            ends_at=now + timedelta(days=days, hours=1),
        )
    text = client.get(page.url).content.decode()
    notice = next(found for found in noticeboard.of(page.competition) if found.event == event)
    assert "Now: Being marked." in text
    assert [step.kind for step in notice.key_steps()] == ["practice", "marking", "publicity", "final"]
    client.force_login(organiser)
    [line] = [line for line in client.get(reverse("desk:home")).context["events"] if line["event"] == event]
    assert notice.next_step.kind == "publicity"
    assert (line["next"], line["next_at"]) == (
        notice.next_step.get_kind_display(),
        notice.next_step.starts_at,
    )
    assert f"Next: {line['next']}" in text
