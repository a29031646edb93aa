"""The front page, news, plain pages: words in two languages, the footer, query budgets."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation
from wagtail.models import Page, PageViewRestriction, Site

from competitions.models import CalendarStep, Release, SchemeVersion
from craft_site.home.models import NewsPage, PlainPage, SiteSettings
from craft_site.jobs.models import Job
from craft_site.jobs.queue import run_job
from craft_site.kit.language import short_days
from tests.academy.subsidies import make_office
from tests.academy.training import make_class, make_programme, seat
from tests.factories import make_event, make_trade, make_user
from tests.home.makers import (
    make_competition,
    make_contest_page,
    make_exhibit,
    make_news,
    make_picture,
    render_now,
)
from tests.honours.stories import make_portrait, make_story

CHINESE = {"HTTP_ACCEPT_LANGUAGE": "zh-hans"}
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def test_an_empty_site_says_that_nothing_is_there_yet(client, tree):
    page = client.get("/").content.decode()
    assert "No contest takes entries today" in page
    assert "No result has been published yet" in page


def test_the_front_page_shows_the_chosen_contest_with_its_calendar(client, tree):
    chosen = make_contest_page(tree, make_competition(year=2020, name="Chosen"))
    make_contest_page(tree, make_competition(year=2025, name="Newest"))
    event = make_event(competition=chosen.competition, state="running")
    now = timezone.now()
    CalendarStep.objects.create(event=event, kind="draw", starts_at=now - timedelta(days=1))
    CalendarStep.objects.create(event=event, kind="practice", starts_at=now, ends_at=now + timedelta(days=1))
    tree.home.featured = chosen
    tree.home.save()
    response = client.get("/")
    assert response.context["featured"].title == "Chosen"
    assert [step.kind for step in response.context["steps"]] == ["draw", "practice"]
    assert 'aria-current="step"' in response.content.decode()


def test_without_a_choice_the_newest_contest_stands_large(client, tree):
    make_contest_page(tree, make_competition(year=2020))
    newest = make_contest_page(tree, make_competition(year=2026))
    assert client.get("/").context["featured"].pk == newest.pk


def test_a_draft_is_never_shown_large(client, tree):
    draft = make_contest_page(tree, make_competition(name="Hidden draft", year=2030), live=False)
    tree.home.featured = draft
    tree.home.save()
    response = client.get("/")
    assert response.context["featured"] is None
    assert "Hidden draft" not in response.content.decode()


def test_draft_events_and_their_open_registration_stay_hidden(client, tree):
    page = make_contest_page(tree)
    make_event(competition=page.competition, name="Secret event", state="draft")
    make_event(competition=page.competition, name="Open event", state="registering")
    text = client.get("/").content.decode()
    assert "Open event" in text
    assert "Secret event" not in text


@pytest.mark.parametrize("many", [1, 12])
def test_the_front_page_costs_at_most_ten_queries_at_any_size(
    client, tree, media, many, django_assert_max_num_queries
):
    user = make_user("organiser")
    competition = make_competition(year=2030)
    page = make_contest_page(tree, competition, picture=make_picture())
    for _ in range(many):
        event = make_event(competition=competition)
        CalendarStep.objects.create(event=event, kind="practice", starts_at=timezone.now())
        scheme = SchemeVersion.objects.create(event=event, number=1, title="S", body="{}", content_hash="0")
        Release.objects.create(event=event, number=1, scheme=scheme, body="{}", content_hash="0", by=user)
        make_exhibit(competition, picture=make_picture())
        make_news(tree, picture=make_picture())
        make_class(programme=make_programme(trade=make_trade()))
        make_office()
        make_story(tree, portrait=make_portrait(), portrait_alt="At the press")
    render_now(page.pictures())
    for news in NewsPage.objects.all():
        render_now(news.pictures())
    client.get("/")  # the first visit fills the caches of content types and sites
    with django_assert_max_num_queries(10):
        client.get("/")


def test_the_front_page_speaks_of_both_wings_with_figures_as_they_stand(client, tree):
    make_event(competition=make_contest_page(tree).competition, name="Open event")
    shown, secret = make_class(), make_class(state="planned")
    done = make_class(state="finished", finished_on=timezone.localdate())
    for state in ("completed", "completed", "failed"):
        seat(done, state=state)
    office, draft = make_office(), make_office(opened=False)
    text = client.get("/").content.decode()
    for there in ("Open event", shown, office.programme):
        assert str(there) in text, there
    for hidden in (secret, draft.programme.code):
        assert str(hidden) not in text, hidden
    figures = {one["label"]: one["value"] for one in client.get("/").context["figures"]}
    assert figures == {
        "Contests under way": 1,
        "Contests with results": 0,
        "Classes open for enrolment": 1,
        "Courses completed this year": 2,
        "Masters and apprentices at work": 0,
        "Subsidies open now": 1,
    }


def test_a_contest_kept_from_some_is_never_shown_large(client, tree):
    kept = make_contest_page(tree, make_competition(name="Kept contest", year=2030))
    PageViewRestriction.objects.create(page=Page.objects.get(pk=kept.pk), restriction_type="login")
    make_event(competition=kept.competition)
    shown = make_contest_page(tree, make_competition(year=2020))
    assert client.get("/").context["featured"].pk == shown.pk


def test_news_stand_newest_first(client, tree):
    make_news(tree, title="Older", date="2024-01-01")
    make_news(tree, title="Newer", date="2025-01-01")
    make_news(tree, title="Draft", date="2026-01-01", live=False)
    assert [page.title for page in client.get("/news/").context["news"]] == ["Newer", "Older"]


@pytest.mark.parametrize("many", [1, 12])
def test_the_news_list_costs_the_same_queries_at_any_size(
    client, tree, media, many, django_assert_max_num_queries
):
    for _ in range(many):
        page = make_news(tree, picture=make_picture())
        render_now(page.pictures())
    client.get("/news/")
    with django_assert_max_num_queries(10):
        assert client.get("/news/").status_code == 200


def _plain(tree, **fields) -> PlainPage:
    page = PlainPage(**{"title": "关于", "slug": "about", "body": [("heading", "中文正文")]} | fields)
    tree.home.refresh_from_db()
    tree.home.add_child(instance=page)
    return page


def test_an_english_reader_reads_the_english_words(client, tree):
    _plain(tree, title_en="About", body_en=[("heading", "English words")])
    text = client.get("/about/", **ENGLISH).content.decode()
    assert "English words" in text
    assert "中文正文" not in text
    assert "About" in text


def test_without_english_words_the_chinese_ones_are_shown_and_said_to_be_chinese(client, tree):
    _plain(tree)
    text = client.get("/about/", **ENGLISH).content.decode()
    assert "中文正文" in text
    assert 'lang="zh-Hans"' in text
    assert "This text is in Chinese only." in text


def test_a_chinese_reader_reads_chinese(client, tree):
    _plain(tree, title_en="About", body_en=[("heading", "English words")])
    text = client.get("/about/", **CHINESE).content.decode()
    assert "中文正文" in text
    assert "English words" not in text


def test_every_kind_of_block_is_drawn(client, tree, media):
    picture = make_picture("Shown")
    _plain(
        tree,
        body=[
            ("heading", "A heading"),
            ("picture", {"image": picture, "caption": "A caption"}),
            ("quote", {"text": "A quotation", "who": "A master"}),
            ("figures", [{"label": "Contestants", "value": "84", "unit": "people", "period": "2025"}]),
            ("notice", "A notice"),
        ],
    )
    text = client.get("/about/", **CHINESE).content.decode()
    for words in ("A heading", "A caption", "A quotation", "A master", "84", "A notice", 'alt="Shown"'):
        assert words in text


def test_a_page_carries_its_address_and_its_share_card(client, tree, media):
    page = _plain(tree, intro="In one sentence", share_image=make_picture())
    text = client.get("/about/", **CHINESE).content.decode()
    assert '<link rel="canonical" href="http://testserver/about/">' in text
    assert '<meta property="og:description" content="In one sentence">' in text
    assert 'property="og:image" content="http://testserver/media/images/' in text
    assert page.title in text


def test_the_share_card_falls_back_on_the_sites_own_picture(client, tree, media):
    _plain(tree)
    known = SiteSettings.for_site(Site.objects.get())
    known.share_image = make_picture()
    known.save()
    assert 'property="og:image"' in client.get("/about/").content.decode()


def test_the_footer_shows_what_the_law_asks_for(client, tree):
    about = _plain(tree)
    known = SiteSettings.for_site(Site.objects.get())
    known.host, known.icp, known.police = "A host", "浙ICP备0号", "浙公网安备 33078402000001号"
    known.about_page = about
    known.save()
    footer = client.get("/").context["site_footer"]
    assert footer["host"] == "A host"
    assert footer["icp"] == "浙ICP备0号"
    assert footer["police_url"].endswith("code=33078402000001")
    assert footer["about_url"] == "/about/"


def test_the_menu_holds_live_pages_that_editors_put_there_and_the_honour_roll(client, tree):
    _plain(tree, show_in_menus=True)
    _plain(tree, slug="draft", title="Draft", show_in_menus=True, live=False)
    _plain(tree, slug="aside", title="Aside", show_in_menus=False)
    menu = client.get("/about/", **CHINESE).context["site_nav"]
    assert menu[2]["url"] == "/honours/"
    assert [(item["title"], item["current"]) for item in menu] == [
        ("竞赛", False),
        ("工匠学院", False),
        ("荣誉榜", False),
        ("工匠故事", False),
        ("动态", False),
        ("关于", True),
    ]


def test_the_academys_pages_outside_the_tree_are_below_its_entry(client, tree):
    for address in ("/training/", "/training/subsidies/", "/training/lineage/"):
        menu = client.get(address, **CHINESE).context["site_nav"]
        assert [item["title"] for item in menu if item["current"]] == ["工匠学院"]


def test_publishing_a_page_makes_its_pictures(tree, media):
    page = make_news(tree, picture=make_picture())
    Job.objects.all().delete()
    page.save_revision().publish()
    job = Job.objects.get(name="pictures.render")
    assert run_job(job.pk)
    assert page.picture.renditions.count() == 5  # two of the card, two of the page, one to share


def test_a_picture_deleted_before_its_job_runs_is_passed_over(tree, media):
    page = make_news(tree, picture=make_picture())
    page.save_revision().publish()
    job = Job.objects.filter(name="pictures.render").latest("pk")
    page.picture.delete()
    assert run_job(job.pk)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [((3, 1), (3, 20), "3月1–20日"), ((3, 28), (4, 2), "3月28日–4月2日"), ((4, 8), (4, 8), "4月8日")],
)
def test_a_span_of_days_is_said_shortly(first, last, words):
    def at(month, day):
        return timezone.make_aware(datetime(2025, month, day, 9))

    with translation.override("zh-hans"):
        assert short_days(at(*first), at(*last)) == words
