"""The pages: what everybody reads, what the desk keeps, what they cost, the files that come out of them."""

import json
from datetime import UTC, datetime
from io import BytesIO, StringIO

import pikepdf
import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from craft_site.home.foundation import make_site
from craft_site.home.scorecard.domain import cards, freezing
from craft_site.home.scorecard.files import fonts
from craft_site.home.scorecard.files.paper import broken
from craft_site.home.scorecard.models import Figure, Indicator, Scorecard, Snapshot
from craft_site.kit.canonical import sha256_hex
from tests.factories import make_user
from tests.home.makers import make_contest_page
from tests.home.scorecard.makers import SAID, make_card, make_figure, make_indicator
from tests.home.scorecard.test_counters import contest
from tests.honours.makers import make_title

pytestmark = pytest.mark.django_db
MOST_QUERIES = 20


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


@pytest.fixture
def organiser():
    return make_user("organiser")


def filled(year: int = 2024) -> Scorecard:
    card = make_card(year)
    make_figure(card, make_indicator("contests", leading=True), actual=5, target=6)
    return card


def page(client, name: str, *args, **expected) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == expected.get("status", 200)
    return answer.content.decode()


# --- the public pages ------------------------------------------------------------------------------------------------


def test_the_door_leads_to_the_last_closed_year(client, organiser):
    assert "scorecard" in client.get("/scorecard/").templates[0].name
    for year in (2024, 2025):
        filled(year) if year == 2024 else make_card(2025)
    assert client.get("/scorecard/").url == "/scorecard/2025/"
    freezing.freeze_alone(card=Scorecard.objects.get(year=2024), why="无人复核", by=organiser)
    assert client.get("/scorecard/").url == "/scorecard/2024/"


def test_a_year_shows_number_target_standing_and_sentence(client):
    filled()
    shown = page(client, "scorecard:year", 2024)
    assert SAID["quote"] in shown
    assert SAID["source"] in shown
    assert "≥6" in shown
    assert "#down" in shown
    assert 'style="' not in shown


def test_a_counted_number_leads_to_its_records(client):
    contest(datetime(2024, 4, 8, 4, tzinfo=UTC), name="精英赛")
    make_figure(make_card(), make_indicator("contests", counter="contests.held"), basis="counted")
    assert "/scorecard/2024/contests/#number" in page(client, "scorecard:year", 2024)
    assert "精英赛" in page(client, "scorecard:records", 2024, "contests")


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("year", (2031,)),
        ("year", (2023,)),
        ("pdf", (2023,)),
        ("xlsx", (2023,)),
        ("records", (2024, "nothing")),
        ("records", (2023, "contests")),
        ("version", (2024, 9)),
        ("version_file", (2024, 9)),
        ("version_file", (10**30, 10**30)),
        ("year", (10**30,)),
    ],
)
def test_what_is_not_there_or_not_published_is_not_found(client, name, args):
    filled()
    make_card(2023, published=False)
    page(client, f"scorecard:{name}", *args, status=404)


def test_old_versions_stay_and_their_bytes_are_what_was_hashed(client, organiser):
    card = filled()
    freezing.freeze_alone(card=card, why="无人复核", by=organiser)
    Figure.objects.update(actual=7)
    freezing.freeze_alone(card=card, why="无人复核", reason="补报两场", by=organiser)
    shown = page(client, "scorecard:year", 2024)
    assert "补报两场" in shown
    assert "无人复核" in shown
    assert SAID["quote"] in page(client, "scorecard:version", 2024, 1)
    answer = client.get(reverse("scorecard:version_file", args=(2024, 1)))
    assert sha256_hex(answer.content) == Snapshot.objects.get(number=1).content_hash
    assert json.loads(answer.content)["lines"][0]["measures"][0]["value"] == "5"


def test_a_whole_year_costs_the_same_for_any_number_of_indicators(client, django_assert_max_num_queries):
    """Every counter of the shipped indicators, then as many again without one."""
    make_site()
    for code in ("jinhua-craftsman", "national-may-day-medal"):
        make_title(code)
    card = cards.open_year(year=2024, by=make_user("organiser"))
    Scorecard.objects.update(published=True)
    make_card(2023)
    client.get(reverse("scorecard:year", args=(2024,)))
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        page(client, "scorecard:year", 2024)
    for n in range(20):
        make_figure(card, make_indicator(f"more-{n}"), actual=n, target=5)
    make_card(2022)
    with django_assert_max_num_queries(MOST_QUERIES) as many:
        page(client, "scorecard:year", 2024)
    assert len(many) == len(few)


@pytest.mark.parametrize("many", [1, 6])
def test_contests_with_pages_cost_no_more(client, many, django_assert_max_num_queries):
    tree = make_site()
    for n in range(many):
        event = contest(datetime(2024, 4, n + 1, 4, tzinfo=UTC))
        make_contest_page(tree, event.competition)
    make_figure(make_card(), make_indicator("contests-run", counter="contests.held"), basis="counted")
    client.get(reverse("scorecard:year", args=(2024,)))
    with django_assert_max_num_queries(8):
        page(client, "scorecard:year", 2024)
    with django_assert_max_num_queries(8):
        page(client, "scorecard:records", 2024, "contests-run")


def test_a_closed_year_counts_nothing(client, organiser, django_assert_max_num_queries):
    make_site()
    card = cards.open_year(year=2024, by=organiser)
    make_figure(card, make_indicator(), actual=5)
    freezing.freeze_alone(card=card, why="无人复核", by=organiser)
    client.get(reverse("scorecard:year", args=(2024,)))
    with django_assert_max_num_queries(9):
        page(client, "scorecard:year", 2024)


# --- the files -------------------------------------------------------------------------------------------------------


def test_the_workbook_holds_numbers_targets_and_sentences(client):
    filled()
    answer = client.get(reverse("scorecard:xlsx", args=(2024,)))
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    row = next(row for row in sheet.iter_rows(values_only=True) if row[4] == 5)
    assert row[7] == 6
    assert SAID["quote"] in row


def needs_a_font() -> pytest.MarkDecorator:
    return pytest.mark.skipif(fonts.find(bold=False) is None, reason="no font with Chinese here")


@needs_a_font()
def test_the_pdf_has_its_own_glyphs_and_says_everything(client):
    filled()
    answer = client.get(reverse("scorecard:pdf", args=(2024,)))
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        fonts_inside = pdf.pages[0].Resources.Font
        assert all("+" in str(font.BaseFont) for font in fonts_inside.values())
    assert len(answer.content) < 200_000


@needs_a_font()
def test_a_character_that_the_font_lacks_stops_the_pdf_in_words(client):
    card = filled()
    make_figure(card, make_indicator("rare", name="罕\U000f0000见", name_en=""), actual=1)
    answer = client.get(reverse("scorecard:pdf", args=(2024,)))
    assert answer.status_code == 503
    assert "\U000f0000" in answer.content.decode()


def test_without_a_font_the_pdf_is_refused_in_words(client, settings):
    settings.CERTIFICATE_FONT = "/nowhere.ttf"
    filled()
    answer = client.get(reverse("scorecard:pdf", args=(2024,)))
    assert answer.status_code == 503
    assert "fonts-noto-cjk" in answer.content.decode()


def test_the_command_prints_a_table_and_stable_keys():
    filled()
    table, printed = StringIO(), StringIO()
    call_command("scorecard", "2024", "--english", stdout=table)
    assert "Behind plan" in table.getvalue()
    call_command("scorecard", "2024", "--json", stdout=printed)
    content = json.loads(printed.getvalue())
    assert set(content) == {"schema", "year", "published", "closed", "lines"}
    assert content["closed"] is None
    [line] = content["lines"]
    assert set(line) == {"code", "name", "name_en", "group", "leading", "shares", "measures"}
    [measure] = line["measures"]
    assert set(measure) == {
        *(
            "code",
            "name",
            "name_en",
            "unit",
            "unit_en",
            "kind",
            "basis",
            "from",
            "until",
            "period",
            "period_en",
        ),
        *("value", "sign", "counted", "reported", "reported_sign", "source", "quote", "records", "list"),
        *("target", "target_sign", "target_words", "target_words_en", "target_source", "target_quote"),
        *("standing", "carried_from"),
    }
    assert (measure["value"], measure["standing"]) == ("5", "behind")
    with pytest.raises(CommandError):
        call_command("scorecard", "2030")


# --- the desk --------------------------------------------------------------------------------------------------------


def test_the_desk_tells_what_is_behind_first(client, organiser):
    filled()
    client.force_login(organiser)
    shown = page(client, "desk:scorecard_year", 2024)
    assert shown.index("behind-plan") < shown.index("group-1")


@pytest.mark.parametrize("many", [1, 30])
def test_the_desk_costs_the_same_at_any_size(client, organiser, many, django_assert_max_num_queries):
    card = make_card()
    for n in range(many):
        make_figure(card, make_indicator(f"i-{n}", counter="contests.held"), basis="counted", target=5)
    client.force_login(organiser)
    for name, args, most in (
        ("desk:scorecard_year", (2024,), 20),
        ("desk:scorecard_indicators", (), 16),
        ("desk:scorecards", (), 16),
        ("desk:scorecard_records", (2024, "i-0"), 20),
    ):
        client.get(reverse(name, args=args))
        with django_assert_max_num_queries(most):
            page(client, name, *args)


def figures(measure: str = "number", **values: str) -> dict[str, str]:
    known = {"basis": "entered", "target_sign": "≥", "actual_sign": "", **SAID} | values
    return {f"{measure}-{name}": value for name, value in known.items()}


def test_figures_are_written_as_people_write_them(client, organiser):
    make_card()
    make_indicator("people")
    client.force_login(organiser)
    address = reverse("desk:scorecard_figures", args=(2024, "people"))
    sent = figures(target="２０", actual="4.1 万", actual_sign="+")
    assert client.post(address, sent).url == "/desk/scorecard/2024/#people"
    figure = Figure.objects.get()
    assert (int(figure.target), int(figure.actual), figure.actual_sign) == (20, 41000, "+")
    assert "41000" in page(client, "desk:scorecard_figures", 2024, "people")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"actual": "about 5"}, "number-actual"),
        ({"actual": "8,70"}, "number-actual"),
        ({"actual": "5", "quote": ""}, "number-quote"),
        ({"target": "1.5"}, "number-target"),
        ({"starts_on": "yesterday"}, "number-starts_on"),
        ({"basis": "counted"}, "number-basis"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(client, organiser, values, said):
    make_card()
    make_indicator("people")
    client.force_login(organiser)
    answer = client.post(reverse("desk:scorecard_figures", args=(2024, "people")), figures(**values))
    assert answer.status_code == 422
    assert f'href="#id_{said}"' in answer.content.decode()
    assert not Figure.objects.exists()


def test_a_year_is_opened_published_and_closed_at_the_desk(client, organiser):
    make_indicator("people")
    client.force_login(organiser)
    assert client.post(reverse("desk:scorecard_new"), {"year": "abc"}).status_code == 422
    assert client.post(reverse("desk:scorecard_new"), {"year": "2024"}).url == "/desk/scorecard/2024/"
    client.post(reverse("desk:scorecard_figures", args=(2024, "people")), figures(actual="5"))
    client.post(reverse("desk:scorecard_publish", args=(2024,)), {"published": "yes"})
    assert Scorecard.objects.get().published
    client.post(reverse("desk:scorecard_freeze", args=(2024,)), {"alone": ""})
    asked = Scorecard.objects.get().requests.get()
    decide = reverse("desk:scorecard_decide", args=(asked.uuid,))
    assert client.post(decide, {"confirm": "yes"}).status_code == 403
    assert not Snapshot.objects.exists()
    supervisor = make_user("supervisor")
    client.force_login(supervisor)
    assert reverse("desk:scorecard_year", args=(2024,)) in client.get(reverse("desk:home")).content.decode()
    assert 'name="confirm"' in page(client, "desk:scorecard_year", 2024)
    for nonsense in ({}, {"confirm": "maybe"}, {"confirm": "no", "answer": "\0"}):
        assert client.post(decide, nonsense).url == "/desk/scorecard/2024/"
    assert not Snapshot.objects.exists()
    client.post(decide, {"confirm": "yes"})
    assert Snapshot.objects.get().confirmed_by == supervisor


def test_an_indicator_is_made_and_changed_at_the_desk(client, organiser):
    client.force_login(organiser)
    measures = {
        "m-TOTAL_FORMS": "2", "m-INITIAL_FORMS": "0",
        "m-0-code": "talks", "m-0-name": "场次", "m-0-kind": "number", "m-0-counter": "contests.held",
        "m-1-code": "people", "m-1-name": "人数", "m-1-kind": "number",
    }  # fmt: skip
    sent = measures | {"code": "talks", "name": "宣讲", "group": "craftsmen", "position": "5", "in_use": "on"}
    address = reverse("desk:scorecard_indicator_new")
    assert client.post(address, sent | {"m-0-counter": "nothing"}).status_code == 422
    for taken in ("new", "v1"):
        assert client.post(address, sent | {"code": taken}).status_code == 422
    assert client.post(address, sent).status_code == 302
    assert list(Indicator.objects.get().measures.values_list("code", flat=True)) == ["talks", "people"]
    shown = page(client, "desk:scorecard_indicator", "talks")
    assert 'value="contests.held"' in shown


@pytest.mark.parametrize("role", ["reviewer", "supervisor"])
def test_whoever_only_looks_changes_nothing(client, role):
    filled()
    client.force_login(make_user(role))
    assert "contests" in page(client, "desk:scorecard_year", 2024)
    for name, args in (
        ("scorecard_figures", (2024, "contests")),
        ("scorecard_new", ()),
        ("scorecard_freeze", (2024,)),
    ):
        assert client.post(reverse(f"desk:{name}", args=args)).status_code == 403


def test_the_front_page_leads_to_the_scorecard(client):
    make_site()
    assert reverse("scorecard:index") in client.get("/").content.decode()


def test_lines_are_broken_as_chinese_and_english_are():
    def lines(text: str, width: int) -> list[str]:
        return broken(text, width, len)

    assert lines("成立了电力“工匠学院”，聘任导师", 9) == ["成立了电力“工匠学", "院”，聘任导师"]
    assert lines("counted from the records", 12) == ["counted from", "the records"]
    assert lines("服务职工8700余人", 6) == ["服务职工", "8700余人"]
    assert lines("", 5) == [""]


def test_whoever_closes_a_year_reads_what_is_behind_and_missing(client, organiser):
    card = filled(2024)
    make_figure(card, make_indicator("talks"), target=3)
    client.force_login(organiser)
    text = page(client, "desk:scorecard_freeze", 2024)
    assert "1 figure is behind plan." in text
    assert "1 target has no figure yet." in text
    assert "The year is not over." not in text
    make_card(this := timezone.localdate().year)
    assert "The year is not over." in page(client, "desk:scorecard_freeze", this)


def test_a_finished_year_is_closed_without_a_warning(client, organiser):
    make_figure(make_card(2024), make_indicator("contests"), actual=6, target=6)
    client.force_login(organiser)
    assert "Look again before you close it" not in page(client, "desk:scorecard_freeze", 2024)
