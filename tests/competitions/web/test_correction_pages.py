"""Correction orders at the desk: asking, reading exactly what changes, approving what was read."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from competitions.domain import corrections
from competitions.domain.correction_changes import MarkChange
from competitions.models import CorrectionOrder, EnteredMark, Event, Mark, PenaltyRecord, Sheet
from tests.competitions.marking_contest import make_marking
from tests.competitions.rechecking import locked, make_small, supervisor_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    found = make_small()
    locked(found)
    found.event.refresh_from_db()
    return found


@pytest.fixture
def supervisor(marking):
    return supervisor_of(marking.event)


@pytest.fixture
def sheet(marking):
    return Sheet.objects.get(seat=marking.measuring, code=marking.works[1])


@pytest.fixture
def order(marking, sheet):
    change = MarkChange(sheet, "A1.1", ["10"] * 4 + ["11"] * 3)
    return corrections.request(event=marking.event, change=change, reason="Copied wrongly", by=marking.chief)


def at(name, marking, *args):
    return reverse(f"desk:{name}", args=(marking.event.code, *args))


def text(answer):
    return answer.content.decode()


def test_from_the_number_to_the_new_mark(client, marking, supervisor, sheet):
    """The chief judge finds the sheet, types two points, a supervisor reads the effect and approves."""
    client.force_login(marking.chief)
    found = text(client.get(at("correction_mark", marking), {"number": "w-02"}))
    assert f"?sheet={sheet.uuid}&amp;aspect=A1.1" in found
    address = f"{at('correction_mark', marking)}?sheet={sheet.uuid}&aspect=A1.1"
    assert client.get(address).status_code == 200
    answer = client.post(address, {"a-v4": "11", "a-v5": "11", "reason": "Copied wrongly"})
    order = CorrectionOrder.objects.get()
    assert answer["Location"] == order.get_absolute_url()
    client.force_login(supervisor)
    page = text(client.get(order.get_absolute_url()))
    assert order.payload_hash in page
    assert "2 → <strong>3</strong>" in page
    assert "C-002" not in page  # before the decoding the ranking stands under work numbers
    client.post(
        at("correction_decide", marking, 1), {"action": "approve", "payload_hash": order.payload_hash}
    )
    assert Mark.objects.get(sheet=sheet, is_current=True).values == ["10"] * 4 + ["11"] * 3
    assert "Approved and carried out" in text(client.get(at("corrections", marking)))


def test_a_page_that_was_read_before_the_order_was_written_anew_approves_nothing(
    client, marking, supervisor, order
):
    client.force_login(marking.chief)
    amend = at("correction_amend", marking, 1)
    assert "Copied wrongly" in text(client.get(amend))
    client.post(amend, {"a-v0": "11", "reason": "Copied wrongly, twice"})
    client.force_login(supervisor)
    decide = at("correction_decide", marking, 1)
    answer = client.post(decide, {"action": "approve", "payload_hash": order.payload_hash}, follow=True)
    assert "Read it again" in text(answer)
    assert not Mark.objects.filter(revision=2).exists()


def test_what_is_wrong_is_named_and_nothing_asked(client, marking, sheet):
    client.force_login(marking.chief)
    address = f"{at('correction_mark', marking)}?sheet={sheet.uuid}&aspect=A1.1"
    for posted, words in (
        ({"reason": "x"}, "Enter what should stand there"),
        ({"a-v0": "ten", "reason": "x"}, "not a number"),
        ({"a-v0": "10", "reason": "x"}, "what stands there"),
        ({"a-v0": "11", "reason": ""}, "This field is required"),
    ):
        answer = client.post(address, posted)
        assert (answer.status_code, words in text(answer)) == (422, True)
    assert not CorrectionOrder.objects.exists()


def test_refusing_and_withdrawing_need_a_reason(client, marking, supervisor, order):
    decide = at("correction_decide", marking, 1)
    client.force_login(supervisor)
    assert client.post(decide, {"action": "refuse", "answer": ""}).status_code == 422
    client.post(decide, {"action": "refuse", "answer": "The original says six"})
    order.refresh_from_db()
    assert (order.state, order.answer) == ("refused", "The original says six")
    client.force_login(marking.chief)
    assert "The original says six" in text(client.get(order.get_absolute_url()))


def test_the_scan_is_opened_by_whoever_may_read_the_order(client, marking, supervisor, sheet, png):
    client.force_login(marking.chief)
    address = f"{at('correction_mark', marking)}?sheet={sheet.uuid}&aspect=A1.1"
    client.post(address, {"a-v0": "11", "reason": "See the scan", "evidence": png})
    scan = at("correction_evidence", marking, 1)
    client.force_login(supervisor)
    answer = client.get(scan)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    client.force_login(make_user("supervisor"))
    assert client.get(scan).status_code in (403, 404)


@pytest.fixture
def png():
    drawn = BytesIO()
    Image.new("RGB", (60, 40), "white").save(drawn, "PNG")
    return SimpleUploadedFile("scan.png", drawn.getvalue(), "image/png")


@pytest.mark.parametrize("who", ["judge", "organiser", "reviewer", "supervisor", "worker", None])
def test_before_the_decoding_orders_are_for_chief_and_supervisor_of_the_event(client, marking, order, who):
    if who:
        client.force_login(marking.panel[0].user if who == "judge" else make_user(who))
    for name, args in (
        ("corrections", ()),
        ("correction", (1,)),
        ("correction_evidence", (1,)),
        ("correction_mark", ()),
        ("correction_component", ()),
        ("correction_penalty", ()),
        ("correction_amend", (1,)),
    ):
        assert client.get(at(name, marking, *args)).status_code in (302, 403, 404)
    client.post(
        at("correction_decide", marking, 1), {"action": "approve", "payload_hash": order.payload_hash}
    )
    order.refresh_from_db()
    assert order.state == "requested"


def test_an_organiser_reads_the_orders_once_decoded_and_decides_nothing(client, marking, organiser, order):
    Event.objects.filter(pk=marking.event.pk).update(state=Event.State.DECODED)
    client.force_login(organiser)
    page = text(client.get(order.get_absolute_url()))
    assert "Copied wrongly" in page
    assert "Approve" not in page
    decide = at("correction_decide", marking, 1)
    assert client.post(decide, {"action": "approve", "payload_hash": order.payload_hash}).status_code == 403
    results = text(client.get(reverse("desk:results", args=(marking.event.code,))))
    assert "Correction orders wait for a decision: K-001." in results
    assert at("corrections", marking) in results


def test_a_theory_mark_is_chosen_among_the_numbers_one_may_read(client, marking, supervisor):
    client.force_login(marking.chief)
    page = text(client.get(at("correction_component", marking)))
    assert "once the event is decoded" in page
    assert "C-002" not in page
    Event.objects.filter(pk=marking.event.pk).update(state=Event.State.DECODED)
    entered = EnteredMark.objects.get(code__number="C-002")
    posted = {"entered": entered.pk, "mark": "91.5", "reason": "Row 2 was read for row 3"}
    client.post(at("correction_component", marking), posted)
    order = CorrectionOrder.objects.get()
    amended = client.post(at("correction_amend", marking, 1), posted | {"mark": "92"})
    assert amended.status_code == 302
    order.refresh_from_db()
    client.force_login(supervisor)
    client.post(
        at("correction_decide", marking, 1), {"action": "approve", "payload_hash": order.payload_hash}
    )
    assert EnteredMark.objects.get(code__number="C-002", is_current=True).mark == Decimal(92)


def test_a_penalty_is_given_and_lifted_through_the_page(client):
    marking = make_marking(works=2)
    locked(marking)
    supervisor = supervisor_of(marking.event)
    client.force_login(marking.chief)
    address = at("correction_penalty", marking)
    give = {
        "form": "give",
        "give-station": "s-99",
        "give-rule": "P2",
        "give-times": "1",
        "give-reason": "seen",
    }
    answer = client.post(address, give)
    assert (answer.status_code, "no such station number" in text(answer)) == (422, True)
    client.post(address, give | {"give-station": "s-01"})
    order = CorrectionOrder.objects.get()
    corrections.approve(order=order, payload_hash=order.payload_hash, by=supervisor)
    record = PenaltyRecord.objects.get()
    assert "P2" in text(client.get(order.get_absolute_url()))
    client.post(address, {"form": "lift", "lift-record": record.pk, "lift-reason": "another station"})
    second = CorrectionOrder.objects.get(number=2)
    assert "lifted" in text(client.get(second.get_absolute_url()))


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_costs_the_same_queries_at_any_size(client, django_assert_max_num_queries, marking, count):
    for n in range(count):
        sheet = Sheet.objects.get(seat=marking.measuring, code=marking.works[n % 5])
        change = MarkChange(sheet, "A1.1", [f"9.{n}", *["11"] * 6])
        corrections.request(event=marking.event, change=change, reason=f"No. {n}", by=marking.chief)
    client.force_login(marking.chief)
    with django_assert_max_num_queries(14):
        client.get(at("corrections", marking))
