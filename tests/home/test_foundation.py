"""manage.py make_site: who may write what, and that it can be run again."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import GroupPagePermission, Page, Site, Workflow

from craft_site.home.foundation import CHECK, CHIEF_EDITOR
from craft_site.home.models import HomePage, SiteSettings
from craft_site.people import roles
from tests.factories import make_user
from tests.home.makers import make_news


def test_the_command_can_be_run_again_and_keeps_what_editors_changed(tree):
    tree.home.title = "Changed by an editor"
    tree.home.save()
    before = {model: model.objects.count() for model in (Page, Site, Workflow, GroupPagePermission, Group)}
    call_command("make_site", stdout=StringIO())
    assert {model: model.objects.count() for model in before} == before
    assert HomePage.objects.get().title == "Changed by an editor"
    assert SiteSettings.objects.count() == 1


def test_every_role_has_its_group(tree):
    assert set(roles.ALL) <= set(Group.objects.values_list("name", flat=True))


def test_an_editor_writes_pages_but_does_not_publish(tree):
    editor = make_user(roles.EDITOR)
    may = make_news(tree).permissions_for_user(editor)
    assert may.can_edit()
    assert not may.can_publish()
    assert not may.can_delete()


@pytest.mark.parametrize("role", [roles.ORGANISER, CHIEF_EDITOR])
def test_an_organiser_and_a_chief_editor_publish(tree, role):
    assert make_news(tree).permissions_for_user(make_user(role)).can_publish()


@pytest.mark.parametrize(
    "role", [roles.WORKER, roles.JUDGE, roles.REVIEWER, roles.SUPERVISOR, roles.EMPLOYER]
)
def test_other_roles_cannot_open_the_editors_face(tree, role):
    assert not make_user(role).has_perm("wagtailadmin.access_admin")


def test_an_editors_page_waits_for_an_organiser(tree):
    page = make_news(tree)
    page.live = False
    page.save()
    page.save_revision(user=(editor := make_user(roles.EDITOR)))
    assert page.get_workflow().name == CHECK
    state = page.get_workflow().start(page, editor)
    task = state.current_task_state.task.specific
    assert not task.get_actions(page, editor)
    assert {name for name, *_ in task.get_actions(page, make_user(roles.ORGANISER))} >= {"approve", "reject"}
    state.current_task_state.approve(user=make_user(roles.ORGANISER))
    page.refresh_from_db()
    assert page.live
