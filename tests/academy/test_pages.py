"""The academies' public pages and lists: what may be known, when, and what it costs."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from academy import noticeboard
from academy.models import AcademyPage
from academy.pages import page_of
from craft_site.home.foundation import CHIEF_EDITOR
from craft_site.people.domain import growth
from tests.academy.training import (
    HOUR,
    make_academy,
    make_class,
    make_mentor,
    make_programme,
    make_session,
    seat,
)
from tests.factories import make_trade, make_user, make_worker
from tests.home.conftest import media, tree  # noqa: F401  (fixtures)
from tests.home.makers import make_picture, render_now


def make_academy_page(tree, academy=None, **fields):  # noqa: F811
    academy = academy or make_academy()
    page = AcademyPage(title=academy.name, slug=academy.code, academy=academy, **fields)
    tree.academies.refresh_from_db()
    tree.academies.add_child(instance=page)
    return page


@pytest.fixture
def page(tree):  # noqa: F811
    return make_academy_page(tree, make_academy(name="Power academy"))


def text(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_academy_with_a_page_cannot_be_deleted_and_its_page_takes_nothing_with_it(page):
    with pytest.raises(ProtectedError):
        page.academy.delete()
    academy = page.academy
    page.delete()
    academy.refresh_from_db()


def test_the_front_door_lists_academies_and_open_classes(client, tree, page):  # noqa: F811
    held = make_class(academy=page.academy)
    make_class(state="planned", programme=make_programme(name="Secret plan"))
    shown = text(client, tree.academies.url)
    assert "Power academy" in shown
    assert str(held) in shown
    assert "Secret plan" not in shown
    assert reverse("academy:subsidies") in shown


def test_the_academy_stands_in_the_menu(client, tree):  # noqa: F811
    assert tree.academies.url in [item["url"] for item in client.get("/academy/").context["site_nav"]]


def test_classes_of_branches_and_bases_stand_on_the_academys_page(client, page):
    base = make_academy(name="Line base", parent=make_academy(parent=page.academy), kind="base")
    here, elsewhere = make_class(academy=base), make_class()
    shown = text(client, page.url)
    assert "Line base" in shown
    assert str(here) in shown
    assert str(elsewhere) not in shown
    assert "30 places left" in shown
    assert page_of(base) == page
    assert page_of(elsewhere.academy) is None


def test_a_family_that_goes_round_in_a_circle_ends(page):
    below = make_academy(parent=page.academy)
    page.academy.parent = below
    page.academy.save()
    assert noticeboard.family(page.academy) == [page.academy, below]


def test_one_class_shows_timetable_outline_and_the_way_in(client, page):
    held = make_class(
        academy=page.academy, sessions=2, programme=make_programme(outline="Live-line work", code="live-line")
    )
    shown = text(client, page.class_url(held.code))
    assert "Live-line work" in shown
    assert reverse("me:enrol", args=(held.code,)) in shown
    assert reverse("academy:class_calendar", args=(held.code,)) in shown
    assert shown.count('<th scope="row"') == 2
    assert f"{page.url}programme/live-line/" in shown
    assert str(held) in text(client, f"{page.url}programme/live-line/")


def test_what_is_not_announced_or_not_here_is_not_found(client, page):
    for held in (make_class(academy=page.academy, state="planned"), make_class()):
        assert client.get(page.class_url(held.code)).status_code == 404
        assert client.get(f"{page.url}programme/{held.programme.code}/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "open", "places": 1}, "Join the waiting list"),
        ({"state": "open", "enrolment_closes": timezone.now() - HOUR}, "does not take enrolments now"),
        ({"state": "cancelled"}, "will not take place"),
        ({"state": "finished"}, "is over"),
    ],
)
def test_how_to_get_in_follows_the_state(client, page, fields, words):
    held = make_class(academy=page.academy, **fields)
    seat(held)
    assert words in text(client, page.class_url(held.code))


def test_only_mentors_who_agreed_and_serve_are_named_with_hours_and_honours(client, page):
    now = timezone.now()
    agreed = make_mentor(page.academy, worker=make_worker("Named Li"), agreed_publicity_at=now)
    silent = make_mentor(page.academy, worker=make_worker("Silent Wu"))
    make_mentor(
        page.academy,
        worker=make_worker("Former Zhou"),
        agreed_publicity_at=now,
        until=timezone.localdate() - timedelta(days=1),
    )
    held = make_class(academy=page.academy, sessions=0)
    make_session(held, mentor=agreed, starts_at=now - 5 * HOUR, hours=3)
    make_session(held, mentor=silent, starts_at=now + HOUR)
    for title, source in (("City craftsman", "a"), ("Revoked one", "b")):
        growth.record(worker=agreed.worker, kind="honour", on=now.date(), title=title, source=source)
    growth.withdraw(worker=agreed.worker, source="b")
    (teacher,) = noticeboard.teachers([page.academy])
    assert (teacher.mentor, teacher.hours, teacher.honours) == (agreed, 4, ("City craftsman",))
    for address in (page.url, page.class_url(held.code)):
        shown = text(client, address)
        assert "Named Li" in shown
        assert "Silent Wu" not in shown
        assert "Former Zhou" not in shown
        assert "Revoked one" not in shown


@pytest.mark.parametrize("many", [1, 30])
def test_the_academys_page_costs_the_same_queries_at_any_size(
    client,
    tree,  # noqa: F811
    media,  # noqa: F811
    many,
    django_assert_max_num_queries,
):
    page = make_academy_page(tree, picture=make_picture())
    trade = make_trade()
    for _ in range(many):
        make_academy(parent=page.academy)
        held = make_class(academy=page.academy, programme=make_programme(trade=trade), sessions=2)
        seat(held)
        mentor = make_mentor(page.academy, agreed_publicity_at=timezone.now())
        growth.record(worker=mentor.worker, kind="honour", on=held.starts_on, title="H", source="h")
    render_now(page.pictures())
    for address in (page.url, page.class_url(held.code), f"{page.url}programme/{held.programme.code}/"):
        client.get(address)
        with django_assert_max_num_queries(10):
            client.get(address)


@pytest.mark.parametrize("many", [1, 30])
def test_the_lists_cost_the_same_queries_at_any_size(
    client,
    tree,  # noqa: F811
    media,  # noqa: F811
    many,
    django_assert_max_num_queries,
):
    for _ in range(many):
        page = make_academy_page(tree, picture=make_picture())
        make_class(academy=page.academy, programme=make_programme(trade=make_trade()))
        render_now([(page.picture, "card")])
    for address in (tree.academies.url, reverse("academy:classes")):
        client.get(address)
        with django_assert_max_num_queries(10):
            client.get(address)


def test_without_a_page_a_class_stands_at_the_plain_address(client, db):
    held = make_class()
    listed = text(client, reverse("academy:classes"))
    address = reverse("academy:class", args=(held.code,))
    assert address in listed
    assert reverse("me:enrol", args=(held.code,)) in text(client, address)
    assert client.get(reverse("academy:class", args=(make_class(state="planned").code,))).status_code == 404


def test_with_a_page_the_plain_address_leads_to_it(client, page):
    held = make_class(academy=page.academy)
    assert client.get(reverse("academy:class", args=(held.code,))).url == page.class_url(held.code)


def test_the_public_list_narrows_and_a_wrong_value_hides_nothing(client, db):
    trade = make_trade()
    drill = make_class(kind="drill", programme=make_programme(trade=trade))
    later = make_class(
        starts_on=timezone.localdate() + timedelta(days=70), ends_on=timezone.localdate() + timedelta(days=80)
    )
    make_class(enrolment_closes=timezone.now() - HOUR)

    def found(query=""):
        return [course.held for course in client.get(reverse("academy:classes") + query).context["courses"]]

    assert found() == [drill, later]
    assert found("?kind=drill") == [drill]
    assert found(f"?trade={trade.pk}") == [drill]
    assert found(f"?month={later.starts_on:%Y-%m}") == [later]
    assert found("?kind=open_course") == []
    for wrong in ("?kind=x", "?trade=x", "?month=2020-13"):
        assert found(wrong) == [drill, later]
        assert "There is a problem" in text(client, reverse("academy:classes") + wrong)


def test_a_class_as_a_calendar_names_no_one_and_is_well_made(client, db):
    held = make_class(programme=make_programme(name="焊接；高级, 班" * 6), sessions=0)
    make_session(
        held, topic="Safety; first, always", mentor=make_mentor(held.academy, worker=make_worker("Master Li"))
    )
    answer = client.get(reverse("academy:class_calendar", args=(held.code,)))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    content = answer.content.decode()
    lines = content.replace("\r\n ", "").split("\r\n")
    assert all(len(line.encode()) <= 75 for line in content.split("\r\n"))
    assert "Safety\\; first\\, always" in content.replace("\r\n ", "")
    assert [
        line.partition(":")[0] for line in lines if line.startswith(("UID", "DTSTAMP", "DTSTART", "DTEND"))
    ] == [
        "UID",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
    ]
    assert "Master Li" not in content


def test_an_english_reader_reads_english(client, page, settings):
    page.title_en = "Academy of power"
    page.save()
    held = make_class(
        academy=page.academy, programme=make_programme(name="带电作业", name_en="Live-line work")
    )
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: "en"})
    shown = text(client, page.url)
    assert "Academy of power" in shown
    assert f"Live-line work, class {held.edition}" in shown


def test_search_engines_find_the_classes_that_are_open(client, page):
    held, closed = make_class(academy=page.academy), make_class(academy=page.academy, state="finished")
    found = text(client, "/sitemap.xml")
    assert page.class_url(held.code) in found
    assert page.class_url(closed.code) not in found


def test_a_chief_editor_adds_a_page_and_the_academy_is_chosen_once(client, tree, page):  # noqa: F811
    client.force_login(make_user(CHIEF_EDITOR))
    add = reverse("wagtailadmin_pages:add", args=("academy", "academypage", tree.academies.pk))
    form = text(client, add)
    assert 'name="academy"' in form
    with pytest.raises(ValidationError, match="already exists"):
        AcademyPage(title="Twice", slug="twice", academy=page.academy).validate_unique()


def test_who_takes_part_already_is_not_asked_to_enrol(client, page):
    held = make_class(academy=page.academy)
    own, gone = seat(held), seat(held, state="withdrawn")
    for person, there in ((own, True), (gone, False)):
        client.force_login(person.worker.user)
        shown = text(client, page.class_url(held.code))
        assert ("You take part in this class" in shown) is there
        assert (reverse("me:enrol", args=(held.code,)) in shown) is not there
        assert "Sign in, look at it" not in shown
