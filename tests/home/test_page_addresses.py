"""Addresses of pages in the editors' face: a title that is there already never costs an editor the draft."""

import pytest
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from craft_site.home.foundation import CHIEF_EDITOR
from craft_site.home.models import NewsPage
from craft_site.kit.page_addresses import LONGEST, free_slug
from craft_site.people import roles
from craft_site.search.models import Entry
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(tree, client):
    user = make_user(CHIEF_EDITOR)
    client.force_login(user)
    return user


def form(title, slug, **fields):
    values = {
        "title": title,
        "slug": slug,
        "intro": "",
        "date": "2026-05-01",
        "body": streamfield([]),
        "body_en": streamfield([]),
        "comments": inline_formset([]),
    }
    return nested_form_data(values | fields)


def keep(client, tree, title, slug, page=None, **fields):
    """What the form sends by itself while somebody writes."""
    new = f"/admin/pages/add/home/newspage/{tree.news.pk}/"
    return client.post(
        f"/admin/pages/{page.pk}/edit/" if page else new,
        form(title, slug, **fields),
        headers={"accept": "application/json"},
    )


def drafts():
    return list(NewsPage.objects.order_by("pk"))


def as_written(page):
    return page.get_latest_revision_as_object().slug


def test_a_second_draft_of_a_title_is_kept_at_an_address_of_its_own(client, tree, editor):
    for _time in range(3):
        assert keep(client, tree, "五一表彰：大会", "五一表彰大会").json()["success"]
    assert [page.slug for page in drafts()] == ["五一表彰大会", "五一表彰大会-2", "五一表彰大会-3"]
    assert [as_written(page) for page in drafts()] == [page.slug for page in drafts()]


def test_a_title_that_begins_like_another_gets_its_own_address_when_it_is_whole(client, tree, editor):
    keep(client, tree, "五一", "五一")
    keep(client, tree, "五一", "五一")
    second = drafts()[1]
    assert keep(client, tree, "五一表彰", "五一表彰", page=second).json()["success"]
    assert [page.slug for page in drafts()] == ["五一", "五一表彰"]
    assert as_written(drafts()[1]) == "五一表彰"


def test_a_draft_whose_title_becomes_that_of_a_page_that_is_out_is_published_beside_it(client, tree, editor):
    for _time in range(2):
        keep(client, tree, "May Day", "may-day")
    for page in drafts():
        sent = form("May Day", "may-day") | {"action-publish": "1"}
        assert client.post(f"/admin/pages/{page.pk}/edit/", sent).status_code == 302
    assert [(page.live, page.url_path) for page in drafts()] == [
        (True, "/home/news/may-day/"),
        (True, "/home/news/may-day-2/"),
    ]


def test_a_slug_that_somebody_chose_is_refused_beside_its_field(client, tree, editor):
    keep(client, tree, "May Day", "prize")
    answer = client.post(
        f"/admin/pages/add/home/newspage/{tree.news.pk}/",
        form("Another day", "prize") | {"action-publish": "1"},
    )
    assert list(answer.context["form"].errors) == ["slug"]
    assert len(drafts()) == 1


def test_the_address_of_a_page_that_is_out_is_not_moved(client, tree, editor):
    keep(client, tree, "May Day", "may-day")
    page = NewsPage(title="June", slug="june")
    tree.news.refresh_from_db()
    tree.news.add_child(instance=page)
    answer = keep(client, tree, "May Day", "may-day", page=page)
    assert answer.status_code == 400
    page.refresh_from_db()
    assert page.slug == "june"


def test_what_is_approved_after_its_slug_was_taken_is_published_at_a_free_one(tree):
    page = NewsPage(title="May Day", slug="may-day")
    tree.news.add_child(instance=page)
    page.slug = "labour-day"
    editor = make_user(roles.EDITOR)
    page.save_revision(user=editor)
    state = page.get_workflow().start(page, editor)
    tree.news.refresh_from_db()
    tree.news.add_child(instance=NewsPage(title="Labour Day", slug="labour-day"))
    state.current_task_state.approve(user=make_user(roles.ORGANISER))
    page.refresh_from_db()
    assert (page.slug, page.has_unpublished_changes) == ("labour-day-2", False)
    assert as_written(page) == "labour-day-2"


def test_a_long_chinese_title_is_published_and_found(client, tree):
    title = "一把锉刀" * 20
    tree.news.add_child(instance=NewsPage(title=title, slug=title))
    entry = Entry.objects.get(title=title)
    assert client.get(entry.url).status_code == 200


def test_a_free_slug_is_never_longer_than_its_column(tree):
    long = "工" * LONGEST
    tree.news.add_child(instance=NewsPage(title="A", slug=long))
    found = free_slug(long, among=tree.news.get_children())
    assert (found != long, len(found) <= LONGEST) == (True, True)
