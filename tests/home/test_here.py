"""Which site is asked for, what it says of itself, what stands in its menu."""

from itertools import product

import pytest
from django.test import RequestFactory
from wagtail.models import Page, Site

from craft_site.home.context import navigation
from craft_site.home.here import menu_of, settings_of, site_of
from craft_site.home.models import SiteSettings
from tests.home.makers import make_news

HOSTS = ("one.example", "two.example")


def ask(host: str, port: int):
    return RequestFactory(SERVER_NAME=host, SERVER_PORT=str(port)).get("/")


@pytest.mark.parametrize("default", [None, ("one.example", 80), ("one.example", 81), ("two.example", 80)])
@pytest.mark.parametrize("many", [1, 2, 3, 4])
def test_it_is_the_site_that_wagtail_finds(tree, default, many):
    Site.objects.all().delete()
    for host, port in list(product(HOSTS, (80, 81)))[:many]:
        Site.objects.create(
            hostname=host, port=port, root_page=tree.home, is_default_site=(host, port) == default
        )
    for host, port in product((*HOSTS, "three.example"), (80, 81, 82)):
        assert site_of(ask(host, port)) == Site.find_for_request(ask(host, port)), (host, port)


def test_one_query_answers_everything_but_the_menu(tree, django_assert_num_queries):
    SiteSettings.objects.update(about_page=make_news(tree))
    settings_of(ask("localhost", 80))
    request = ask("localhost", 80)
    with django_assert_num_queries(1):
        known = settings_of(request)
        assert known.about_page.title
        assert settings_of(request) == known
        assert Site.find_for_request(request) == known.site
        assert known.site.root_page.title


def test_what_an_editor_saves_is_said_at_once(tree):
    assert settings_of(ask("localhost", 80)).site_name != "Masters"
    SiteSettings.objects.update(name="Masters", name_en="Masters")
    assert settings_of(ask("localhost", 80)).site_name == "Masters"


def test_a_site_without_settings_is_shown_and_looking_saves_none(tree, client, settings):
    SiteSettings.objects.all().delete()
    assert settings.WAGTAIL_SITE_NAME in client.get("/nowhere/").content.decode()
    assert not SiteSettings.objects.exists()


def test_without_any_site_there_is_neither_name_nor_menu(db):
    Site.objects.all().delete()
    assert settings_of(ask("localhost", 80)) is None
    assert navigation(ask("localhost", 80)) == []


def test_the_menu_holds_the_live_pages_just_below_the_front_page(tree):
    deep = make_news(tree)
    Page.objects.filter(pk=deep.pk).update(show_in_menus=True)
    Page.objects.filter(pk=tree.home.pk).update(show_in_menus=True)
    hidden = tree.contests
    Page.objects.filter(pk=hidden.pk).update(live=False)
    site = Site.objects.select_related("root_page").get()
    wanted = Page.objects.child_of(tree.home).live().in_menu().order_by("path")
    assert list(menu_of(site)) == list(wanted)
    assert len(wanted) >= 1
