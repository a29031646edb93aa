"""The short way to a page finds what Wagtail finds, and keeps out whom Wagtail keeps out."""

import pytest
from django.http import Http404
from django.test import RequestFactory
from wagtail.models import Page, PageViewRestriction

from craft_site.home import way
from tests.home.makers import make_contest_page, make_news

pytestmark = pytest.mark.django_db


def found(monkeypatch, address, *, short):
    """Page, view and its arguments for an address, or None."""
    kept = {}

    def keep(request, path):
        kept["route"] = Page.route_for_request(request, path)

    monkeypatch.setattr(way, "serve", keep)
    request = RequestFactory(SERVER_NAME="localhost").get(address)
    try:
        (way.page if short else keep)(request, address.lstrip("/"))
    except Http404:
        return None
    route = kept["route"]
    return route and (type(route.page), route.page.pk, str(route.args), route.kwargs)


def test_the_short_way_and_wagtails_lead_to_the_same_pages(monkeypatch, tree):
    contest, news = make_contest_page(tree), make_news(tree)
    hidden = make_news(tree, live=False, title="Draft")
    addresses = [
        "/",
        tree.contests.url,
        contest.url,
        f"{contest.url}exhibition/",
        f"{contest.url}exhibition/7/",
        f"{contest.url}no-such-section/",
        news.url,
        f"{news.url}below/",
        hidden.url or "/news/draft/",
        "/nowhere/",
        "/nowhere/at/all/",
        f"{tree.contests.url}{news.slug}/",
        f"/{contest.slug}/",
    ]
    for address in addresses:
        short = found(monkeypatch, address, short=True)
        assert short == found(monkeypatch, address, short=False), address


def test_who_may_not_see_a_page_or_one_above_it_does_not(client, tree):
    news = make_news(tree)
    assert client.get(news.url).status_code == 200
    kept = PageViewRestriction.objects.create(
        page=Page.objects.get(pk=news.pk).get_parent(), restriction_type="login"
    )
    assert client.get(news.url).status_code == 302
    kept.delete()
    PageViewRestriction.objects.create(page=Page.objects.get(pk=news.pk), restriction_type="login")
    assert client.get(news.url).status_code == 302


def test_a_page_says_the_way_that_led_to_it(client, tree):
    contest = make_contest_page(tree)
    trail = client.get(contest.url).context["trail"]
    assert [step["url"] for step in trail] == [tree.contests.url, contest.url]
