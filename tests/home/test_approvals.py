"""Whoever may publish sees at the desk that an editor's page waits; nobody else is told."""

import pytest
from django.urls import reverse

from craft_site.people import roles
from tests.factories import make_user
from tests.home.makers import make_news

pytestmark = pytest.mark.django_db


def hand_in(tree, title):
    page = make_news(tree, title=title, live=False)
    editor = make_user(roles.EDITOR)
    page.save_revision(user=editor)
    page.get_workflow().start(page, editor)
    return page


def rows(client):
    waiting = client.get(reverse("desk:home")).context["desk_waiting"]
    return [(row["count"], row["url"]) for row in waiting if row["url"].startswith("/admin/")]


def test_a_page_that_waits_is_told_to_who_may_publish_it(client, tree):
    organiser = make_user(roles.ORGANISER)
    client.force_login(organiser)
    assert rows(client) == []
    page = hand_in(tree, "First words")
    assert rows(client) == [(1, f"/admin/pages/{page.pk}/edit/")]
    assert client.get(rows(client)[0][1]).status_code == 200
    hand_in(tree, "Second words")
    assert rows(client) == [(2, "/admin/")]
    client.force_login(make_user(roles.REVIEWER))
    assert rows(client) == []
    client.force_login(organiser)
    page.current_workflow_state.current_task_state.approve(user=organiser)
    assert len(rows(client)) == 1
