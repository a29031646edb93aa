"""The lineage on pages: a well-formed picture that escapes names, links that open a branch, a list that agrees."""

from xml.etree import ElementTree

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from academy.domain.lineage import key_of
from academy.matching.lineage import Link, branch, fitted, lineage, placed
from academy.web.lineage_svg import Plate, Rest, picture
from tests.academy.lineage import teach
from tests.factories import make_user, make_worker

NAMES = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=30
)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(part, name="张三", **fields) -> ElementTree.Element:
    plates = {
        key: Plate(name=name, label=f"{name}, {key}", url=f"/x/{key}/", **fields) for key in part.people
    }
    rests = {key: Rest(count, f"/x/{key}/", f"{count} more") for key, count in part.more.items()}
    text = picture(part, placed(part), plates, rests, title=f"Of {name}", rows=["Gen. 1", "Gen. 2", "Gen. 3"])
    return ElementTree.fromstring(text)


def a_family(*, broad: int = 3):
    links = [Link("r", f"a{n}", 2000) for n in range(broad)]
    return lineage([*links, Link("a0", "b", 2010), Link("a1", "b", 2012), Link("b", "c", 2020)])


@given(NAMES, st.sampled_from(["", "模具工", "变配电运行值班员", "Mould & die <maker>"]), st.booleans())
def test_any_name_gives_a_well_formed_picture_in_which_it_stands_whole(name, trade, honour):
    root = drawn(branch(a_family(), "r"), name, trade=trade, note="2020", honour=honour)
    labels = {link.get("aria-label") for link in root.iter(f"{SVG}a")}
    assert any(label.startswith(name) for label in labels)


def test_names_are_escaped():
    root = drawn(branch(a_family(), "r"), '<script>alert("x")</script>')
    assert root.find(f".//{SVG}script") is None


def test_everybody_is_a_link_but_the_root_and_second_masters_are_dotted():
    part = branch(a_family(), "r")
    root = drawn(part)
    assert {link.get("href") for link in root.iter(f"{SVG}a")} == {f"/x/{key}/" for key in part.people[1:]}
    assert len([path for path in root.iter(f"{SVG}path") if path.get("class") == "line second"]) == 1


def test_plates_do_not_overlap_and_stay_inside_the_picture():
    part, _spots = fitted(a_family(broad=40), "r", columns=12)
    root = drawn(part)
    width, height = (float(n) for n in root.get("viewBox").split()[2:])
    boxes = [
        [float(box.get(side)) for side in ("x", "y", "width", "height")] for box in root.iter(f"{SVG}rect")
    ]
    assert width <= 12 * 66 + 110
    for n, (x, y, w, h) in enumerate(boxes):
        assert x >= 0
        assert x + w <= width
        assert y + h <= height
        for other_x, other_y, other_w, other_h in boxes[n + 1 :]:
            assert x + w <= other_x or other_x + other_w <= x or y + h <= other_y or other_y + other_h <= y
    assert any(text.text == f"+{part.more['r']}" for text in root.iter(f"{SVG}text"))


# --- pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def family(db):
    master = make_worker("Master Ma")
    second = teach(master, make_worker("Second Su"), year=2010)
    third = teach(second, make_worker("Third Tang"), year=2018)
    return master, second, third


def of(worker) -> str:
    return reverse("academy:lineage_of", args=[key_of(worker.uuid)])


def test_the_public_walks_from_the_families_to_a_branch(client, family):
    master, second, third = family
    page = client.get(reverse("academy:lineage")).content.decode()
    assert "The largest family: Master Ma" in page
    assert of(second) in page
    page = client.get(of(second)).content.decode()
    assert "Generation 2" in page
    assert of(master) in page
    assert of(third) in page
    assert "No apprentice of this person is named yet." in client.get(of(third)).content.decode()


def test_the_picture_of_the_page_is_well_formed_and_the_list_says_the_same(client, family):
    page = client.get(of(family[0])).content.decode()
    svg = page[
        page.index('<svg class="lineage-picture"') : page.index("</svg>", page.index("lineage-picture")) + 6
    ]
    drawn_links = {link.get("href") for link in ElementTree.fromstring(svg).iter(f"{SVG}a")}
    assert drawn_links == {of(family[1]), of(family[2])}
    listed = page[page.index("lineage-tree") :]
    assert all(link in listed for link in drawn_links)


def test_a_name_is_searched_among_the_named(client, family):
    teach(family[0], make_worker("Silent Su"), named="mentor")
    page = client.get(reverse("academy:lineage"), {"q": "su"}).content.decode()
    assert "Second Su" in page
    assert "Silent" not in page
    assert "Nobody of this name" in client.get(reverse("academy:lineage"), {"q": "<b>"}).content.decode()


def test_whoever_is_not_named_has_no_page(client, family):
    hidden = teach(family[0], make_worker("Hidden He"), named="nobody")
    for key in (key_of(hidden.uuid), "nonsense", hidden.uuid):
        assert client.get(reverse("academy:lineage_of", args=[key])).status_code == 404
    client.force_login(make_user("organiser"))
    assert client.get(reverse("desk:lineage_of", args=[key_of(hidden.uuid)])).status_code == 200


def test_an_empty_lineage_says_so(client, db):
    assert "The lineage is still empty" in client.get(reverse("academy:lineage")).content.decode()


def test_the_desk_is_for_the_desk(client, family, organiser, outsider):
    for user, status in ((organiser, 200), (outsider, 403)):
        client.force_login(user)
        assert client.get(reverse("desk:lineage")).status_code == status


@pytest.mark.parametrize("people", [1, 30])
def test_pages_cost_the_same_queries_at_any_size(client, db, people, django_assert_max_num_queries):
    master = make_worker()
    for n in range(people):
        teach(teach(master, year=2000 + n), year=2001 + n)
    for url in (reverse("academy:lineage"), of(master)):
        client.get(url)
        with django_assert_max_num_queries(6):
            assert client.get(url).status_code == 200


def test_the_desk_says_how_many_of_its_people_are_named_in_public(client, db):
    master = make_worker("Agreed")
    teach(master)
    teach(master, named="nobody")
    client.force_login(make_user("organiser"))
    page = client.get(reverse("desk:lineage")).content.decode()
    assert "2 of these people are named in public" in page
