"""The desk and the worker's pages say what can be done, who moved up, and whose card it is."""

import re

import pytest
from django.urls import reverse

from academy.domain import claims, enrolments
from academy.models import Claim, Enrolment, TrainingClass
from academy.web import claim_words
from tests.academy.rounds import make_offer, make_round, make_seeker, skilled
from tests.academy.subsidies import again, draft, filed, make_office, scan
from tests.academy.training import make_class, seat
from tests.factories import make_trade, make_union, make_worker

pytestmark = pytest.mark.django_db
PLANNED, OPEN = TrainingClass.State.PLANNED, TrainingClass.State.OPEN


@pytest.fixture
def at_the_desk(client, organiser):
    client.force_login(organiser)
    return client


def page(client, name, *args):
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_office_reads_in_which_claim_a_card_was_seen_and_the_claimant_does_not():
    office = make_office()
    first = filed(office)
    second = draft(office, card=first.card.reveal())
    verdict = claims.file_claim(claim=second, by=second.worker.user)
    rows = verdict.findings.all()
    assert first.reference in claim_words.finding_rows(rows, office=True)[0]["text"]
    assert first.reference not in claim_words.finding_rows(rows)[0]["text"]


@pytest.mark.django_db(transaction=True)
def test_the_reviewer_reads_and_opens_the_claim_in_which_a_similar_scan_lies(client):
    office = make_office()
    first, second = draft(office), draft(office)
    for one in (first, second):
        claims.add_file(claim=one, kind="certificate", upload=scan(7), by=one.worker.user)
        file = one.files.latest("pk").file
        file.sha256 = f"{one.pk:064d}"  # saved again by another phone: the same picture in other bytes
        file.save()
        claims.file_claim(claim=one, by=one.worker.user)
    first, second = again(first), again(second)
    client.force_login(office.unit)
    address = reverse("desk:claim", args=(second.uuid,))
    shown = client.get(address)
    assert f"in claim {first.reference} (" in shown.content.decode()
    [link] = [row for block in shown.context["same"] for row in block["rows"]]
    assert (link["url"], link["name"]) == (first.get_absolute_url(), first.worker.name)
    assert first.reference not in claim_words.finding_rows(second.findings.all())[0]["text"]
    Claim.objects.filter(pk=first.pk).update(union=make_union())
    [unseen] = [row for block in client.get(address).context["same"] for row in block["rows"]]
    assert (unseen["url"], unseen["name"], unseen["reference"]) == ("", "", first.reference)


def test_findings_kept_before_they_named_a_claim_are_still_told():
    words = claim_words.finding_words("card_of_another", {}, office=True)
    assert words == "The bank card has been used by another claimant."


def test_a_planned_class_says_what_comes_before_its_roster(at_the_desk):
    held = make_class(state=PLANNED)
    shown = page(at_the_desk, "desk:class_roster", held.code)
    assert "open it for enrolment" in shown
    assert "Send it here" not in shown
    held.state = OPEN
    held.save()
    assert "Send it here" in page(at_the_desk, "desk:class_roster", held.code)


def test_a_move_that_cannot_be_made_has_no_field_and_no_dead_button(at_the_desk):
    held = make_class(state=OPEN)
    seat(held)
    shown = page(at_the_desk, "desk:class", held.code)
    assert "This cannot be done any more" in shown
    assert 'id="reason-planned"' not in shown
    assert "disabled" not in shown


def test_whoever_gives_a_place_back_is_told_who_has_it_now(at_the_desk, employer_contact):
    held = make_class(state=OPEN, places=1)
    first = seat(held)
    wait = enrolments.enrol(training_class=held, worker=make_worker("Next Nan"), by=employer_contact)
    assert wait.state == Enrolment.State.WAITING
    address = reverse("desk:class_withdraw", args=(held.code, first.uuid))
    shown = at_the_desk.post(address, follow=True).content.decode()
    assert "Moved up from the waiting list: Next Nan." in shown


def test_a_contact_reads_no_name_of_another_firm(client, employer_contact):
    held = make_class(state=OPEN, places=1)
    own = seat(held, worker=make_worker(employer=employer_contact.employer))
    own.employer = employer_contact.employer
    own.save()
    seat(held, worker=make_worker("Stranger Shi"), state="waiting")
    client.force_login(employer_contact)
    address = reverse("desk:class_withdraw", args=(held.code, own.uuid))
    shown = client.post(address, follow=True).content.decode()
    assert "The first of the waiting list has moved up." in shown
    assert "Stranger Shi" not in shown


def test_masters_and_workers_of_a_round_stand_with_their_level_and_one_dash(at_the_desk):
    held = make_round()
    make_offer(held, skilled("Master Mo"), grade=6)
    make_seeker(held, skilled("Seeker Su", employer=None), grade=3)
    offers = page(at_the_desk, "desk:round_offers", held.code)
    assert "Level 1, senior technician" in offers
    assert "—" not in offers + page(at_the_desk, "desk:round_seekers", held.code)


def test_nobody_seeks_where_a_master_is_or_before_the_trade_is_chosen(client):
    held, trade = make_round(), make_trade()
    make_offer(held, skilled("Master Mo"), trade=trade, grade=6)
    make_offer(held, skilled("Master Wu"), trade=make_trade("焊工"), grade=6)
    worker = skilled(grade=0)
    client.force_login(worker.user)
    shown = page(client, "me:round_seek", held.code)
    assert "Choose the trade first" in shown
    assert "Master Mo" not in shown


def test_a_list_without_anything_to_choose_has_no_column_for_it(client):
    office = make_office()
    filed(office)
    for who, there in ((office.organiser, False), (office.unit, True)):
        client.force_login(who)
        assert ("data-bulk-item" in page(client, "desk:claims")) is there
        assert ('data-label="Choose"' in page(client, "desk:claims")) is there


def test_a_paper_taken_out_is_told(client):
    claim = draft(make_office())
    client.force_login(claim.worker.user)
    paper = claim.files.get()
    address = reverse("me:claim_remove_paper", args=(claim.uuid, paper.pk))
    asked = client.get(reverse("me:claim_papers", args=(claim.uuid,))).content.decode()
    [question] = re.findall(r"<details>(.*?)</details>", asked, re.DOTALL)
    assert (address in question, "Yes, remove it" in question) == (True, True)
    assert asked.count(address) == 1
    assert "Taken out of the claim" in client.post(address, follow=True).content.decode()
