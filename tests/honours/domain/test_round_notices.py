"""After the town: names on notice, the departments' answers, the length of the list, a conferral by two people."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from craft_site.kit import working_days
from craft_site.ledger.models import Line
from honours.domain import clearances, conferrals, nominations, notices
from honours.domain.nominations import Said
from honours.domain.refusals import HonourRefused
from honours.models import Honour
from tests.factories import make_user
from tests.honours.makers import make_title
from tests.honours.rounds import (
    at_city,
    clearing,
    listed,
    make_house,
    make_nominee,
    met,
    now,
    objected,
    posted,
    proposed,
    rules,
    run_out,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return make_house()


def test_a_notice_runs_its_working_days_and_shows_no_numbers(house):
    worker = make_nominee(house)
    met(house, worker)
    notice = posted(house, "unit")
    assert timezone.localdate(notice.until) == working_days.after(timezone.localdate(), 5)
    [row] = notice.rows
    assert set(row) == {"reference", "name", "unit", "trade", "summary"}
    assert worker.id_number.reveal() not in str(row)
    with pytest.raises(HonourRefused, match="run its days"):
        notices.end(notice=notice, by=house.organiser)
    with pytest.raises(HonourRefused, match="Nothing waits"):
        posted(house, "unit")


def test_an_objection_holds_its_nominee_back_and_no_other(house):
    one, two = met(house, make_nominee(house, "王伟")), met(house, make_nominee(house, "李娜"))
    notice = posted(house, "unit")
    objection = objected(notice, "王伟")
    with pytest.raises(PermissionDenied):  # a unit does not learn who objected to its candidate
        notices.answer(objection=objection, text="Checked.", upheld=False, by=house.unit)
    over = run_out(notice)
    assert notices.end(notice=over, by=house.unit) == 1
    assert (now(one).state, now(two).state) == ("unit_posted", "at_town")
    notices.answer(objection=objection, text="Checked.", upheld=False, by=house.city)
    assert notices.end(notice=over, by=house.unit) == 1
    assert now(one).state == "at_town"
    with pytest.raises(HonourRefused, match="answered"):
        notices.answer(objection=objection, text="Again", upheld=True, by=house.city)
    with pytest.raises(HonourRefused, match="over"):
        objected(over, "王伟")


def test_an_upheld_objection_refuses_and_namesakes_wait_for_a_person_to_tell(house):
    one = met(house, make_nominee(house, "王伟"))
    two = met(house, make_nominee(house, "王伟"))
    notice = posted(house, "unit")
    objection = objected(notice, "王伟")
    assert objection.nomination is None
    with pytest.raises(HonourRefused, match="Choose"):
        notices.answer(objection=objection, text="It is so.", upheld=True, by=house.city)
    with pytest.raises(HonourRefused, match="whole notice"):
        notices.end(notice=run_out(notice), by=house.organiser)
    notices.answer(objection=objection, text="It is so.", upheld=True, by=house.city, nomination=two)
    assert (now(one).state, now(two).state) == ("unit_posted", "refused")


def test_departments_are_asked_by_who_it_is_and_all_must_be_clear(house):
    plain = clearing(house)
    head = clearing(house, said=Said(summary="x", deeds="y", traits=["head"], agreed=True))
    assert [row.department for row in plain.clearances.all()] == ["discipline", "police"]
    assert [row.department for row in head.clearances.all()] == ["discipline", "police", "tax"]

    def answer(department, said, note=""):
        return clearances.enter(
            nomination=plain, department=department, answer=said, note=note, by=house.organiser
        )

    answer("discipline", "clear")
    with pytest.raises(HonourRefused) as refused:
        answer("police", "objects")
    assert refused.value.field == "note"
    answer("police", "objects", "An open case")
    assert now(plain).state == "clearing"
    with pytest.raises(HonourRefused, match="not asked here"):
        answer("tax", "clear")
    answer("police", "clear")
    assert now(plain).state == "cleared"
    answer("police", "objects", "A new case")
    assert now(plain).state == "clearing"
    with pytest.raises(PermissionDenied):
        clearances.enter(nomination=plain, department="police", answer="clear", by=house.city)
    assert not Line.objects.filter(body__contains="case").exists()


def test_stages_without_days_are_passed_by():
    house = make_house(
        make_title(rules=rules(days={"unit": 0, "town": 0, "city": 0}, everybody=(), firms=()))
    )
    found = met(house)
    assert found.state == "at_town"
    assert nominations.approve(nomination=found, by=house.town).state == "at_city"
    assert nominations.approve(nomination=found, by=house.city).state == "listed"


def test_one_person_does_not_review_for_the_town_and_for_the_city(house):
    found = at_city(house)
    house.town.union = house.unions["city"]
    house.town.save()
    with pytest.raises(HonourRefused, match="colleague"):
        nominations.approve(nomination=found, by=house.town)


def test_the_list_is_never_longer_than_its_places_and_a_missed_share_needs_a_reason():
    house = make_house(places=1)
    listed(house, said=Said(summary="x", deeds="y", agreed=True))
    with pytest.raises(HonourRefused) as refused:
        conferrals.report(campaign=house.campaign, by=house.organiser)
    assert refused.value.field == "reason"
    extra = listed(house)
    with pytest.raises(HonourRefused, match="2 for 1"):
        conferrals.report(campaign=house.campaign, by=house.organiser, reason="The province asked")
    nominations.turn_back(nomination=extra, to="refused", reason="No place left", by=house.city)
    assert conferrals.report(campaign=house.campaign, by=house.organiser, reason="The province asked") == 1


def test_a_conferral_takes_two_people_and_neither_is_on_it(house):
    found, conferral = proposed(house)
    with pytest.raises(PermissionDenied, match="colleague"):
        conferrals.confirm(conferral=conferral, by=house.organiser)
    for user in (house.town, house.contact, make_user("supervisor")):
        with pytest.raises(PermissionDenied):
            conferrals.confirm(conferral=conferral, by=user)
    found.worker.user = house.city
    found.worker.save()
    with pytest.raises(PermissionDenied, match="own nomination"):
        conferrals.confirm(conferral=conferral, by=house.city)
    assert not Honour.objects.exists()
    conferrals.confirm(conferral=conferral, by=house.second)
    with pytest.raises(HonourRefused, match="decided"):
        conferrals.confirm(conferral=conferral, by=house.second)
    assert Honour.objects.count() == 1


def test_a_dropped_conferral_frees_its_nominations(house):
    found, conferral = proposed(house)
    with pytest.raises(HonourRefused, match="drop the conferral"):
        nominations.turn_back(nomination=found, to="refused", reason="Not chosen", by=house.city)
    conferrals.drop(conferral=conferral, by=house.organiser)
    assert now(found).conferral is None
    refused = nominations.turn_back(nomination=found, to="refused", reason="Not chosen", by=house.city)
    assert refused.state == "refused"


def test_only_what_was_reported_is_conferred(house):
    found = listed(house)
    values = {"document_no": "No. 1", "conferred_on": timezone.localdate(), "source": "Daily"}
    with pytest.raises(HonourRefused, match="not reported"):
        conferrals.propose(campaign=house.campaign, nominations=[found], by=house.organiser, **values)
    for change, field in (
        ({"document_no": " "}, "document_no"),
        ({"source": ""}, "source"),
        ({"conferred_on": timezone.localdate() + timedelta(days=1)}, "conferred_on"),
    ):
        with pytest.raises(HonourRefused) as refused:
            conferrals.propose(
                campaign=house.campaign, nominations=[found], by=house.organiser, **values | change
            )
        assert refused.value.field == field
