"""The forest of who taught whom: everybody once, below the first master, however the links lie."""

from hypothesis import given
from hypothesis import strategies as st

from academy.matching.lineage import Link, branch, lineage

KEYS = st.sampled_from("abcdefgh")
links = st.lists(st.builds(Link, KEYS, KEYS, st.just(2020)), max_size=30)


def chain(*pairs: str) -> list[Link]:
    """ "ab" is: a taught b; in the order given."""
    return [Link(pair[0], pair[1], 2000 + n) for n, pair in enumerate(pairs)]


def test_three_generations_are_counted_from_above_and_below():
    whole = lineage(chain("ab", "ac", "bd", "xy"))
    assert whole.roots == ["a", "x"]
    assert (whole.below["a"], whole.generations["a"], whole.family("b")) == (3, 3, 2)
    assert whole.ancestors("d") == ["a", "b"]


def test_whoever_had_two_masters_stands_below_the_first():
    whole = lineage(chain("ac", "bc"))
    assert (whole.above["c"], whole.children.get("b")) == ("a", None)
    assert [link.master for link in whole.learnt["c"]] == ["a", "b"]
    assert whole.roots == ["a", "b"]


def test_a_circle_by_mistake_is_cut_where_it_began():
    whole = lineage(chain("ab", "bc", "ca", "cd"))
    assert whole.roots == ["a"]
    assert whole.ancestors("d") == ["a", "b", "c"]


def test_a_picture_keeps_to_its_rows_and_room_and_says_how_many_are_left_out():
    broad = lineage([Link("a", f"b{n}") for n in range(12)] + [Link("b7", "c"), Link("c", "d")])
    part = branch(broad, "a", generations=3, room=6)
    assert len(part.people) == 6
    assert "b7" in part.children["a"]  # the largest family stays
    assert part.more["a"] == 7
    two_rows = branch(broad, "a", generations=2)
    assert (two_rows.more, len(two_rows.people)) == ({"b7": 1}, 13)
    assert branch(broad, "b7", generations=3).more == {}
    one_too_many = lineage([Link("r", "a"), *(Link("a", f"k{n}") for n in range(9))])
    assert branch(one_too_many, "r", broad=8).more == {}


def test_links_that_the_tree_does_not_show_stand_beside_it():
    part = branch(lineage(chain("ab", "ac", "bd", "cd")), "a")
    assert [(link.master, link.apprentice) for link in part.beside] == [("c", "d")]


@given(links)
def test_everybody_stands_once_and_counts_add_up(given_links: list[Link]):
    whole = lineage(given_links)
    people = {key for link in given_links for key in (link.master, link.apprentice)}
    assert people == whole.below.keys()
    assert sum(whole.family(root) for root in whole.roots) == len(people)
    met = [*whole.roots, *(kid for kids in whole.children.values() for kid in kids)]
    assert sorted(met) == sorted(people)
    for key in people:
        assert whole.generations[key] >= 1
        assert key not in whole.ancestors(key)


@given(links, st.integers(1, 5), st.integers(1, 10), st.integers(1, 4))
def test_a_picture_is_a_part_of_its_family_and_tells_what_it_leaves_out(
    given_links, generations, room, broad
):
    whole = lineage(given_links)
    for root in whole.below:
        part = branch(whole, root, generations=generations, room=room, broad=broad)
        assert len(part.people) == len(set(part.people)) <= max(1, room)
        assert part.people[0] == root
        for key in part.people:
            assert len(part.children.get(key, ())) + part.more.get(key, 0) == len(whole.children.get(key, ()))
            assert len(whole.ancestors(key)) - len(whole.ancestors(root)) < generations


def test_a_line_of_five_thousand_generations_does_no_harm():
    whole = lineage([Link(str(n), str(n + 1)) for n in range(5_000)])
    assert whole.generations["0"] == 5_001
    assert len(branch(whole, "0").people) == 4
