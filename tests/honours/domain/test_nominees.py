"""The nominee's own word: agreement, refusal, a fact in dispute; and that nobody else speaks for them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from honours.domain import nominations, nominees
from honours.domain.refusals import HonourRefused
from honours.models import Nomination, NomineeRemark
from tests.factories import make_user
from tests.honours.rounds import SAID, drafted, make_house, make_nominee, met, now, posted, reported

pytestmark = pytest.mark.django_db
S = Nomination.State


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def nominee(house):
    return make_nominee(house, user=make_user("worker"))


def test_the_nominee_confirms_once_and_new_words_ask_anew(house, nominee):
    found = drafted(house, nominee)
    first = nominees.confirm(nomination=found, by=nominee.user).confirmed_at
    assert nominees.confirm(nomination=found, by=nominee.user).confirmed_at == first
    nominations.rewrite(nomination=found, said=SAID, by=house.contact)
    assert now(found).confirmed_at is None
    assert Line.objects.filter(kind="nomination.confirmed").count() == 1


def test_who_declines_is_nominated_no_longer(house, nominee):
    found = met(house, nominee)
    posted(house, "unit")
    nominees.decline(nomination=found, by=nominee.user)
    assert (now(found).state, now(found).agreed) == (S.WITHDRAWN, False)


def test_after_the_list_is_reported_up_the_office_is_asked(house, nominee):
    found = reported(house, nominee)
    with pytest.raises(HonourRefused):
        nominees.decline(nomination=found, by=nominee.user)


@pytest.mark.parametrize("who", ["organiser", "contact", "unit", "city"])
def test_nobody_speaks_for_the_nominee(house, nominee, who):
    found = drafted(house, nominee)
    for verb in (nominees.confirm, nominees.decline):
        with pytest.raises(PermissionDenied):
            verb(nomination=found, by=house.people[who])
    with pytest.raises(PermissionDenied):
        nominees.object_to_fact(nomination=found, text="not so", by=house.people[who])


def test_a_disputed_fact_goes_on_no_notice_until_it_is_answered(house, nominee):
    found = met(house, nominee)
    remark = nominees.object_to_fact(nomination=found, text="It was nine years", by=nominee.user)
    with pytest.raises(HonourRefused):
        posted(house, "unit")
    with pytest.raises(HonourRefused):
        nominees.object_to_fact(nomination=found, text="and more", by=nominee.user)
    with pytest.raises(PermissionDenied):
        nominees.answer(remark=remark, answer="It was ten", corrected=False, by=nominee.user)
    nominees.answer(remark=remark, answer="The contract says ten", corrected=False, by=house.unit)
    with pytest.raises(HonourRefused):
        nominees.answer(remark=remark, answer="Once more", corrected=True, by=house.unit)
    posted(house, "unit")
    assert now(found).state == S.UNIT_POSTED
    assert first_broken_line(house.campaign.chain) is None
    assert "nine" not in str(list(Line.objects.values_list("body", flat=True)))


def test_the_page_shows_everything_and_takes_the_nominees_word(client, house, nominee):
    found = drafted(house, nominee)
    here = reverse("me:nomination", args=(found.uuid,))
    client.force_login(nominee.user)
    shown = client.get(here).content.decode()
    assert SAID.summary in shown
    assert SAID.deeds in shown
    assert client.post(here, {"text": "no"}).status_code == 422
    assert client.post(here, {"text": "It was nine years"}).url == here
    assert "Waits for the answer" in client.get(here).content.decode()
    answers = reverse("me:nomination_answer", args=(found.uuid,))
    assert client.post(answers, {"action": "agree"}).url == here
    assert now(found).confirmed_at is not None
    assert client.post(answers, {"action": "nonsense"}).status_code == 403
    client.force_login(house.unit)
    desk = found.get_absolute_url()
    assert "It was nine years" in client.get(desk).content.decode()
    client.post(
        reverse("desk:nomination_remark", args=(found.uuid,)), {"answer": "Ten it is", "corrected": "no"}
    )
    assert NomineeRemark.objects.open().count() == 0
    client.force_login(nominee.user)
    assert "Ten it is" in client.get(here).content.decode()


def test_another_worker_finds_no_such_page(client, house, nominee):
    found = drafted(house, nominee)
    for user in (make_user("worker"), house.organiser):
        client.force_login(user)
        assert client.get(reverse("me:nomination", args=(found.uuid,))).status_code == 404
        assert client.post(reverse("me:nomination_answer", args=(found.uuid,))).status_code == 404
