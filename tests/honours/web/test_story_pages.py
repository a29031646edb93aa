"""Stories in public: the list with its filter, one story, the share card; what they cost."""

import pytest
from django.urls import reverse
from PIL import Image
from wagtail.models import PageViewRestriction

from competitions.domain import releases
from craft_site.jobs.models import Job
from craft_site.jobs.queue import run_due
from craft_site.people.domain import growth
from craft_site.pictures.models import SiteRendition
from honours.domain import register
from honours.models import StoryCard, StoryVideo
from honours.pages import StoryPage
from tests.academy.pairs import make_town, running
from tests.competitions.contest import make_contest
from tests.factories import make_trade, make_user, make_worker
from tests.home.makers import make_news
from tests.honours.makers import make_honour, make_title
from tests.honours.stories import (
    WORDS,
    draft_story,
    make_consent,
    make_portrait,
    make_story,
    make_video,
    publish,
    whole_body,
)

pytestmark = pytest.mark.django_db
CHINESE = {"HTTP_ACCEPT_LANGUAGE": "zh-hans"}
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
LIST = "/stories/"


def text_of(client, address, **headers) -> str:
    answer = client.get(address, **headers)
    assert answer.status_code == 200, address
    return answer.content.decode()


def shown(client, query: str) -> list[str]:
    return [line.title for line in client.get(f"{LIST}?{query}").context["found"]]


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_costs_five_queries_at_any_size(client, tree, media, size, django_assert_max_num_queries):
    trade = make_trade()
    for n in range(size):
        honour = make_honour(f"Holder of {n}", trade=trade, year=1990 + n)
        make_honour(f"Holder of {n}", year=2024)
        make_story(tree, honour, portrait=make_portrait(), portrait_alt="At the press")
    client.get(LIST)  # the first visit fills the caches of content types and sites
    with django_assert_max_num_queries(5):
        answer = client.get(LIST)
    assert len(answer.context["found"]) == size
    assert answer.content.decode().count("<img") == size
    with django_assert_max_num_queries(5):
        client.get(f"{LIST}?year=2024&trade={trade.pk}&q=holder")


@pytest.mark.parametrize("size", [1, 30])
def test_one_story_costs_the_same_queries_among_any_number(
    client, tree, media, size, django_assert_max_num_queries
):
    trade, title = make_trade(), make_title()
    pages = [
        make_story(
            tree,
            make_honour(f"Holder of {n}", trade=trade, title=title),
            portrait=make_portrait(),
            portrait_alt="At the press",
        )
        for n in range(size)
    ]
    for n in range(size):
        make_honour(f"Without a story {n}", trade=trade, title=title)
    client.get(pages[0].url)
    with django_assert_max_num_queries(16):
        assert client.get(pages[0].url).status_code == 200


def test_the_first_visitor_waits_for_no_picture(client, tree, media):
    pictures = [make_portrait(f"Picture {n}") for n in range(4)]
    honour = make_honour()
    make_consent(honour)
    body = [
        ("picture", {"image": pictures[0], "alt": "A press", "caption": "The press"}),
        ("gallery", [{"image": one, "alt": "A part", "caption": ""} for one in pictures[1:3]]),
        ("video", {"video": make_video(), "poster": pictures[3], "caption": ""}),
    ]
    page = publish(
        draft_story(tree, honour, roots=body, portrait=make_portrait(), portrait_alt="At the press")
    )
    assert set(Job.objects.values_list("name", flat=True)) == {"pictures.render", "honours.draw_story_card"}
    run_due()
    made = SiteRendition.objects.count()
    assert made
    for address in (page.url, LIST, "/"):
        text_of(client, address)
    assert SiteRendition.objects.count() == made


def test_before_its_pictures_are_made_the_list_shows_none_and_makes_none(client, tree, media):
    honour = make_honour("Alder")
    make_consent(honour)
    publish(draft_story(tree, honour, portrait=make_portrait(), portrait_alt="At the press"))
    assert "<img" not in text_of(client, LIST)
    assert not SiteRendition.objects.exists()


def test_the_filter_narrows_by_year_honour_trade_and_words(client, tree):
    press, weld = make_trade(name="Press"), make_trade(name="Weld")
    medal, model = make_title(name="Medal", level=4), make_title(name="Model", level=3)
    alder = make_honour("Alder", trade=press, title=medal, year=2020, unit="North works")
    make_honour("Alder", title=model, year=2024, unit="North works")
    make_story(tree, alder, title="First", intro="From a village")
    make_story(tree, make_honour("Birch", trade=weld, title=model, year=2020), title="Second")
    assert shown(client, "") == ["Second", "First"]
    assert shown(client, "year=2024") == ["First"]
    assert shown(client, f"title={medal.code}") == ["First"]
    assert shown(client, f"title={model.code}&year=2020") == ["Second"]  # of one and the same honour
    assert shown(client, f"trade={weld.pk}") == ["Second"]
    assert shown(client, "q=NORTH") == ["First"]
    assert shown(client, "q=village") == ["First"]
    assert shown(client, "q=nobody") == []
    assert "No story answers this filter" in text_of(client, f"{LIST}?q=nobody")


@pytest.mark.parametrize(
    "query",
    ["year=x", "year=1", "title=no'such", "trade=99999", "trade=-1", f"q={'x' * 99}", "page=99", "page=x"],
)
def test_bad_input_is_told_beside_its_field_and_the_list_stays(client, tree, query):
    make_story(tree, title="First")
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert [line.title for line in answer.context["found"]] == ["First"]
    if not query.startswith("page"):
        assert "There is a problem" in answer.content.decode()


def test_drafts_and_pages_behind_a_door_are_not_in_the_list(client, tree):
    draft_story(tree, make_honour(), title="Not yet")
    kept = make_story(tree, title="Behind a door")
    PageViewRestriction.objects.create(page=kept, restriction_type="password", password="open")
    text = text_of(client, LIST)
    assert ("Not yet" in text, "Behind a door" in text) == (False, False)
    assert "No story has been published yet" in text


def test_a_story_shows_its_way_its_parts_and_on_what_it_rests(client, tree):
    person = make_user("worker")
    worker = make_worker(user=person)
    title = make_title(name="Medal", level=4)
    honour = make_honour(worker=worker, title=title, year=2024, document_no="No. 7 of 2024")
    day = honour.made_at.date()
    growth.record(
        worker=worker, kind="contest", on=day, title="Rank 1 of moulds", source="c:1", url="/contests/x/"
    )
    growth.record(worker=worker, kind="subsidy", on=day, title="Money", source="s:1")
    register.consent(holder=honour.holder, named=True, kinds=("contest",), by=person)
    page = make_story(
        tree,
        honour,
        roots_heading="How it began",
        craft=WORDS,
        role="Toolmaker",
        intro="In one sentence",
    )
    text = text_of(client, page.url, **CHINESE)
    for words in ("How it began", "磨砺", "Toolmaker", "In one sentence", "Medal", "No. 7 of 2024", "2024"):
        assert words in text, words
    assert "Rank 1 of moulds" in text
    assert "Money" not in text
    assert "传承" not in text  # a part without words has no heading
    assert honour.holder.public_url in text


def test_every_kind_of_block_is_drawn(client, tree, media):
    honour = make_honour()
    make_consent(honour)
    body = whole_body()
    assert [kind for kind, _value in body] == list(
        StoryPage._meta.get_field("craft").stream_block.child_blocks
    )
    video = StoryVideo.objects.get()
    page = publish(draft_story(tree, honour, legacy=body))
    run_due()
    text = text_of(client, page.url, **CHINESE)
    for words in (
        "Ten years at the press.",
        'alt="A press seen from above"',
        "The press",
        'alt="Part 2"',
        "Caption 2",
        "A quotation",
        "A master",
        "Patents",
        video.url,
        video.captions_url,
        'preload="none"',
        "What is said",
        "2018",
        "First die",
    ):
        assert words in text, words


def test_there_are_eight_kinds_of_blocks_in_every_part():
    for name in StoryPage.BODIES:
        assert len(StoryPage._meta.get_field(name).stream_block.child_blocks) == 8


def test_a_contest_result_is_read_where_it_was_published(client, tree):
    release = releases.publish(
        event=make_contest([("80", 7, (3, 3, 3)), ("90", 5, (2, 2, 3))]), by=make_user("organiser")
    )
    first = release.rows.order_by("rank").first()
    where = {"contest": release.event.code, "contestant_no": first.contestant_no}
    page = make_story(tree, craft=[("result", where), ("result", where | {"contestant_no": "no such"})])
    text = text_of(client, page.url)
    assert release.get_absolute_url() in text
    assert f"Rank 1 of {release.rows.count()}" in text
    assert reverse("contest:release_row", args=(release.slug, first.contestant_no)) in text
    gone = make_story(tree, craft=[("result", {"contest": "no-such-contest", "contestant_no": ""})])
    assert "contest-result" not in text_of(client, gone.url)


def test_an_english_reader_reads_english_where_there_is_any(client, tree):
    plain = make_story(tree)
    assert "This text is in Chinese only." in text_of(client, plain.url, **ENGLISH)
    page = make_story(
        tree,
        title="中文题目",
        title_en="An English title",
        roots_heading_en="Beginnings",
        roots_en=[("quote", {"text": "In English", "who": ""})],
    )
    text = text_of(client, page.url, **ENGLISH)
    assert ("In English" in text, "Beginnings" in text, "Ten years" in text) == (True, True, False)
    assert "An English title" in text_of(client, LIST, **ENGLISH)
    assert "中文题目" in text_of(client, LIST, **CHINESE)


def test_people_near_are_those_of_the_lineage_the_trade_and_the_honour(client, tree):
    trade, title = make_trade(), make_title(name="Medal")
    pair = running(make_town())
    type(pair).objects.filter(pk=pair.pk).update(
        mentor_public_at="2025-01-01T00:00Z", apprentice_public_at="2025-01-01T00:00Z"
    )
    honour = make_honour(worker=pair.mentor, trade=trade, title=title)
    page = make_story(tree, honour)
    make_story(tree, make_honour("Of the trade", trade=trade), title="Neighbour")
    make_honour("Of the honour", title=title)
    hidden = make_honour("Not named", title=title, announced=False)
    near = dict(client.get(page.url).context["related"])
    names = {heading: [one.name for one in people] for heading, people in near.items()}
    assert names == {
        "Lineage": [pair.apprentice.name],
        "The same trade": ["Of the trade"],
        "The same honour": ["Of the honour"],
    }
    assert hidden.holder.name not in text_of(client, page.url)
    type(pair).objects.filter(pk=pair.pk).update(apprentice_public_at=None)
    assert "Lineage" not in dict(client.get(page.url).context["related"])


def test_the_share_card_is_drawn_and_its_address_is_absolute(client, tree, media):
    page = make_story(tree, portrait=make_portrait(), portrait_alt="At the press", title="一把锉刀，三十年")
    card = StoryCard.objects.get(page=page)
    with Image.open(card.file.path) as drawn:
        assert (drawn.format, drawn.size) == ("JPEG", (1200, 630))
    text = text_of(client, page.url)
    assert f'<meta property="og:image" content="http://testserver{card.file.url}">' in text
    assert '<meta property="og:image:width" content="1200">' in text
    assert card.file.url.startswith("/media/images/stories/")  # what is served of the media: pictures alone
    before = card.file.path
    publish(StoryPage.objects.get(pk=page.pk))
    run_due()
    assert StoryCard.objects.get(page=page).file.path != before


def test_the_front_page_has_a_row_of_stories_only_when_there_are_any(client, tree):
    make_news(tree)
    assert "Stories of craftsmen" not in text_of(client, "/")
    page = make_story(tree, title="A story in front")
    text = text_of(client, "/")
    assert ("Stories of craftsmen" in text, page.url in text) == (True, True)


def test_a_preview_of_a_story_without_anything_is_no_failure(client, tree):
    page = draft_story(tree)
    page.save_revision()
    client.force_login(make_user("editor"))
    assert client.get(f"/admin/pages/{page.pk}/view_draft/").status_code == 200


def test_search_engines_find_published_stories_alone(client, tree):
    page, draft = make_story(tree), draft_story(tree, make_honour())
    sitemap = client.get("/sitemap.xml").content.decode()
    assert (page.url in sitemap, f"/{draft.slug}/" in sitemap) == (True, False)


def test_the_page_of_a_holder_leads_to_the_stories_that_stand(client, tree, media):
    page = make_story(tree, title="三十年的手艺")
    holder = page.honours[0].holder
    assert f'href="{page.get_url()}"' in text_of(client, holder.public_url)
    kept = PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert page.title not in text_of(client, holder.public_url)
    kept.delete()
    page.unpublish()
    assert page.title not in text_of(client, holder.public_url)


@pytest.mark.parametrize(("role", "times"), [("模具工", 1), ("车间主任", 2)])
def test_a_trade_that_is_the_post_is_printed_once(client, tree, media, role, times):
    honour = make_honour(trade=make_trade(name="模具工"))
    page = make_story(tree, honour, role=role)
    shown = text_of(client, page.get_url(), **CHINESE).partition('class="told')[2].partition("</div>")[0]
    assert (shown.count("<span>模具工</span>"), shown.count("<span>")) == (1, times)
