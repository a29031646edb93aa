"""The lineage read from pairs: whom the public sees by name, who stands between without one, what it costs."""

import pytest

from academy.domain import lineage
from academy.domain.lineage import key_of
from academy.models import Pair
from craft_site.people.models import GrowthEntry
from tests.academy.lineage import teach
from tests.factories import make_employer, make_user, make_worker

pytestmark = pytest.mark.django_db


def names(lines: lineage.Lines) -> set[str]:
    return {one.name for one in lines.people.values()}


def test_the_public_sees_pairs_in_which_both_agreed_and_nobody_else():
    master = make_worker("Master Ma")
    named = teach(master, make_worker("Named Ning"))
    teach(master, make_worker("Silent Su"), named="mentor")
    teach(master, make_worker("Half Han"), named="apprentice")
    teach(make_worker("Other Ou"), make_worker("Hidden He"), named="nobody")
    teach(master, make_worker("Quit Qi"), state=Pair.State.ENDED_EARLY)
    teach(master, make_worker("Asked An"), state=Pair.State.PROPOSED)
    lines = lineage.for_public()
    assert names(lines) == {"Master Ma", "Named Ning"}
    assert lines.graph.above == {key_of(named.uuid): key_of(master.uuid)}
    assert "Silent Su" in names(lineage.for_desk(make_user("organiser")))


def test_whoever_stands_between_two_who_agreed_is_there_without_name_key_trade_or_year():
    top, between, below = make_worker("Top Tang"), make_worker("Secret Shi"), make_worker("Below Bai")
    teach(top, make_worker("First Fu"), year=2000)
    teach(below, make_worker("Last Lu"), year=2015)
    teach(top, between, named="mentor", year=2001)
    teach(between, below, named="apprentice", year=2010)
    lines = lineage.for_public()
    assert "Secret Shi" not in names(lines)
    [hidden] = [one for one in lines.people.values() if not one.named]
    assert (hidden.key, hidden.name, hidden.trade, hidden.worker) == ("", "", "", None)
    assert lines.graph.ancestors(key_of(below.uuid))[0] == key_of(top.uuid)
    assert key_of(between.uuid) not in lines.people
    years = {link.year for link in lines.graph.learnt[key_of(below.uuid)]}
    assert years == {None}


@pytest.mark.parametrize(
    ("above", "below"), [("nobody", "apprentice"), ("mentor", "nobody"), ("mentor", "mentor")]
)
def test_nobody_is_drawn_between_unless_both_sides_agreed_for_themselves(above, below):
    top, between, last = make_worker(), make_worker(), make_worker()
    teach(top, make_worker())
    teach(last, make_worker())
    teach(top, between, named=above)
    teach(between, last, named=below)
    assert all(one.named for one in lineage.for_public().people.values())


def test_an_address_does_not_hold_the_workers_own_key():
    master = make_worker()
    teach(master)
    for key in lineage.for_public().people:
        assert key not in str(master.uuid)
        assert len(key) == lineage.KEY_LENGTH


def test_the_desk_shows_a_contact_the_pairs_of_the_own_firm(employer, employer_contact):
    teach(make_worker("Ours"), employer=employer)
    teach(make_worker("Theirs"), employer=make_employer())
    assert "Ours" in names(lineage.for_desk(employer_contact))
    assert "Theirs" not in names(lineage.for_desk(employer_contact))


def test_names_are_found_by_a_part_and_the_larger_family_first():
    small, large = make_worker("王小"), make_worker("王大")
    teach(small)
    teach(teach(large))
    lines = lineage.for_public()
    assert [lines.people[key].name for key in lines.find("王")] == ["王大", "王小"]
    assert lines.find("  ") == lines.find("nobody") == []


def test_an_honour_that_was_withdrawn_is_none():
    worker, other = make_worker(), make_worker()
    for who, withdrawn in ((worker, False), (other, True)):
        GrowthEntry.objects.create(
            worker=who, kind="honour", on="2024-05-01", title="工匠", source="x", withdrawn=withdrawn
        )
    teach(worker, other)
    assert lineage.honoured(lineage.for_public().people.values()) == {worker.pk}


@pytest.fixture(autouse=True)
def nothing_kept():
    lineage._public.cache_clear()


@pytest.mark.parametrize("people", [1, 30])
def test_a_lineage_of_any_size_is_read_with_two_queries_and_seen_again_with_one(
    people, django_assert_num_queries
):
    master = make_worker()
    for n in range(people):
        teach(teach(master, year=2000 + n), year=2001 + n)
    for queries in (2, 1):
        with django_assert_num_queries(queries):
            assert len(lineage.for_public().people) == 2 * people + 1


def test_a_consent_taken_back_is_gone_at_once():
    master = make_worker("Master Ma")
    one, other = teach(master, make_worker("One")), teach(master, make_worker("Other"))
    assert names(lineage.for_public()) == {"Master Ma", "One", "Other"}
    Pair.objects.filter(apprentice=one).update(apprentice_public_at=None)
    assert names(lineage.for_public()) == {"Master Ma", "Other"}
    Pair.objects.filter(apprentice=other).update(state=Pair.State.ENDED_EARLY)
    assert names(lineage.for_public()) == set()
