"""My certificates: mine alone, to see, print and keep."""

import json

import pytest

from craft_site.credentials.domain.checking import State, by_file
from craft_site.credentials.domain.revoking import withdraw
from craft_site.kit import glyphs
from tests.credentials.making import make_certificate
from tests.factories import make_user, make_worker

pytestmark = pytest.mark.django_db
PAGE = "/me/certificates/"


@pytest.fixture
def person(db):
    return make_user("worker")


@pytest.fixture
def mine(client, person):
    client.force_login(person)
    return make_certificate(make_worker("王丽", user=person))


def test_i_see_mine_and_nobody_elses(client, mine):
    make_certificate(make_worker("李强"), title="别人的奖", title_en="Another's prize")
    page = client.get(PAGE).content.decode()
    assert mine.shown_number in page
    assert "Another&#x27;s prize" not in page


def test_an_account_without_a_record_has_an_empty_page(client):
    client.force_login(make_user("worker"))
    assert "No certificate yet" in client.get(PAGE).content.decode()


def test_nobody_opens_anothers_certificate_or_its_files(client, mine):
    client.force_login(make_user("worker", "organiser", "supervisor"))
    assert client.get(f"{PAGE}{mine.uuid}/").status_code == 404
    for form in ("json", "jwt", "png"):
        assert client.get(f"{PAGE}{mine.uuid}/{form}/").status_code == 404


@pytest.mark.parametrize("form", ["json", "jwt", "png"])
def test_the_files_verify_and_are_named_by_the_number(client, mine, form):
    answer = client.get(f"{PAGE}{mine.uuid}/{form}/")
    assert by_file(answer.content).state is State.VALID
    assert answer["Content-Disposition"] == f'attachment; filename="certificate-{mine.shown_number}.{form}"'
    assert "no-store" in answer["Cache-Control"]


def test_a_form_that_does_not_exist_is_not_found(client, mine):
    assert client.get(f"{PAGE}{mine.uuid}/pdf/").status_code == 404


def test_the_paper_shows_name_sentence_number_and_code(client, mine):
    page = client.get(f"{PAGE}{mine.uuid}/").content.decode()
    for shown in ("王丽", "荣获一等奖（第1名）", mine.shown_number, "永康市总工会", "2025年4月18日", "<svg"):
        assert shown in page


def test_the_paper_stands_on_my_pages_and_is_told_in_words_for_a_telephone(client, mine):
    page = client.get(f"{PAGE}{mine.uuid}/").content.decode()
    assert "me has-tabs papers" in page
    words = page.partition('class="diploma-words"')[2].partition("</dl>")[0]
    assert "王丽" in words
    assert mine.shown_number in words


def test_a_revoked_certificate_says_so_on_page_and_paper(client, mine):
    withdraw(holder=mine.holder, source=mine.source, by=None)
    assert "No longer valid" in client.get(PAGE).content.decode()
    assert 'data-revoked="已撤销"' in client.get(f"{PAGE}{mine.uuid}/").content.decode()


@pytest.mark.skipif(glyphs.font(32) is None, reason="no Chinese font: apt-get install fonts-noto-cjk")
@pytest.mark.parametrize(
    ("name", "drawn", "warned"), [("王丽", 0, 0), ("张𬱖", 1, 0), ("张\U00030010", 0, 1)]
)
def test_a_rare_character_is_drawn_and_a_missing_one_is_warned_of(client, person, name, drawn, warned):
    client.force_login(person)
    certificate = make_certificate(make_worker(name, user=person))
    page = client.get(f"{PAGE}{certificate.uuid}/").content.decode()
    assert page.count('src="data:image/png;base64,') == drawn
    assert page.count("cannot be drawn by this site") == warned
    assert name in page  # as text, or as what the picture says


@pytest.mark.parametrize("many", [1, 30])
def test_the_list_costs_the_same_queries_at_any_length(client, person, many, django_assert_max_num_queries):
    client.force_login(person)
    holder = make_worker(user=person)
    for _ in range(many):
        make_certificate(holder)
    with django_assert_max_num_queries(10):
        client.get(PAGE)


def test_the_profile_leads_here(client, mine):
    assert f'href="{PAGE}"' in client.get("/me/profile/").content.decode()


def test_the_document_in_the_file_does_not_name_me(client, mine):
    assert "王丽" not in json.dumps(
        json.loads(client.get(f"{PAGE}{mine.uuid}/json/").content), ensure_ascii=False
    )
