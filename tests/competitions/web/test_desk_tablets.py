"""Tablets, kept marks and the hand-over at the desk."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.domain import tablets
from competitions.domain.marking import enter_batch
from competitions.domain.results import scheme_of
from competitions.models import KeptMark, Mark, Sheet, Tablet
from craft_site.ledger.models import Line
from tests.competitions.marking_contest import enter, make_marking, mark
from tests.factories import make_seat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking()


@pytest.fixture
def kept(marking):
    device, sheet = uuid4(), marking.sheet(marking.measuring)
    enter_batch(marks=[mark("A1.1", "59.79", sheet=sheet.uuid)], by=sheet.seat.user, device=device)
    tablets.revoke_tablet(event=marking.event, tablet=Tablet.objects.get(), by=marking.chief, reason="lost")
    enter_batch(marks=[mark("A1.2", "29.850", sheet=sheet.uuid)], by=sheet.seat.user, device=device)
    return KeptMark.objects.get()


def at(name, marking, *args):
    return reverse(f"desk:{name}", args=(marking.event.code, *args))


def test_the_chief_judge_sees_and_revokes_a_tablet(client, marking):
    sheet = marking.sheet(marking.measuring)
    enter_batch(marks=[mark("A1.1", "59.79", sheet=sheet.uuid)], by=sheet.seat.user, device=uuid4())
    client.force_login(marking.chief)
    tablet = Tablet.objects.get()
    page = client.get(at("tablets", marking)).content.decode()
    assert tablet.number in page
    assert sheet.seat.user.name in page
    address = at("tablet_revoke", marking, tablet.pk)
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "lost in the hall"}).status_code == 302
    assert "lost in the hall" in client.get(at("tablets", marking)).content.decode()


def test_the_chief_judge_releases_or_discards_what_was_kept(client, marking, kept):
    client.force_login(marking.chief)
    assert "29.850" in client.get(at("kept_marks", marking)).content.decode()
    assert "1 mark of a revoked tablet" in client.get(at("tablets", marking)).content.decode()
    address = at("kept_mark", marking, kept.pk)
    assert 'name="base" value="0"' in client.get(address).content.decode()
    assert client.post(address, {"decision": "release", "reason": "", "base": 0}).status_code == 422
    enter(marking.sheet(marking.measuring), mark("A1.2", "29.9"))
    stale = client.post(address, {"decision": "release", "reason": "he confirms", "base": 0})
    assert (stale.status_code, "another value" in stale.content.decode()) == (422, True)
    said = {"decision": "release", "reason": "he confirms", "base": 1}
    assert client.post(address, said).status_code == 302
    assert Mark.objects.get(aspect="A1.2", is_current=True).values == ["29.850"]


def _keep_four(marking):
    """Four measured values of one sheet from a tablet out of use."""
    device, sheet = uuid4(), marking.sheet(marking.measuring)
    enter_batch(marks=[mark("A1.1", "59.79", sheet=sheet.uuid)], by=sheet.seat.user, device=device)
    tablets.revoke_tablet(event=marking.event, tablet=Tablet.objects.get(), by=marking.chief, reason="lost")
    sent = [("A1.2", "29.850"), ("A1.3", "10.01"), ("A1.4", "9.99")]
    enter_batch(
        marks=[mark(code, value, sheet=sheet.uuid) for code, value in sent],
        by=sheet.seat.user,
        device=device,
    )
    return sheet


def _boxes(client, address):
    return re.findall(r'name="chosen" value="([0-9:]+)"', client.get(address).content.decode())


def test_many_kept_marks_are_decided_for_one_reason_each_with_its_own_line(client, marking):
    sheet = _keep_four(marking)
    client.force_login(marking.chief)
    whole = f"{at('kept_marks', marking)}?decision=waiting&sheet={sheet.pk}"
    page = client.get(whole).content.decode()
    assert page.count(" checked>") == 3
    aspect = next(a for a in scheme_of(marking.event).scheme.aspects() if a.code == "A1.2")
    assert aspect.name.en in page
    boxes = _boxes(client, whole)
    assert client.post(at("kept_decide", marking), {"chosen": boxes, "action": "discard"}).status_code == 302
    assert KeptMark.objects.waiting().count() == 3  # no reason, no decision
    client.get(whole)  # what was said of it has been read
    for said, words in (
        ({"chosen": boxes[:1], "reason": ""}, ["Say why."]),
        ({"reason": "he confirms"}, ["Choose at least one mark."]),
        ({"reason": ""}, ["Choose at least one mark.", "Say why."]),
    ):
        answer = client.post(at("kept_decide", marking), said | {"action": "release"}, follow=True)
        assert [str(message) for message in answer.context["messages"]] == words
        assert answer.content.decode().count(" checked>") == len(said.get("chosen", ()))
    before = Line.objects.filter(kind="kept_mark.discarded").count()
    said = {"chosen": boxes, "action": "discard", "reason": "in other hands"}
    done = client.post(at("kept_decide", marking), said, follow=True).content.decode()
    assert "No mark of a revoked tablet waits for a decision." in done
    assert "No revoked tablet has sent anything." not in done
    assert set(KeptMark.objects.values_list("decision", "decision_reason")) == {
        ("discarded", "in other hands")
    }
    assert Line.objects.filter(kind="kept_mark.discarded").count() == before + 3


def test_what_another_value_overtook_is_not_released_with_the_many(client, marking):
    _keep_four(marking)
    client.force_login(marking.chief)
    boxes = _boxes(client, at("kept_marks", marking))
    enter(marking.sheet(marking.measuring), mark("A1.2", "29.9"))
    said = {"chosen": boxes, "action": "release", "reason": "he confirms"}
    answer = client.post(at("kept_decide", marking), said, follow=True)
    waiting = KeptMark.objects.waiting().values_list("aspect", flat=True)
    assert "A1.2" in waiting
    assert "Still to be decided one by one" in answer.content.decode()
    assert KeptMark.objects.filter(decision="released").count() == 3 - len(waiting)
    assert Mark.objects.get(aspect="A1.2", is_current=True).values == ["29.9"]


def test_nobody_but_the_chief_judge_decides_on_many(client, marking, kept, organiser):
    for user in (organiser, marking.panel[0].user):
        client.force_login(user)
        said = {"chosen": f"{kept.pk}:0", "action": "discard", "reason": "x"}
        assert client.post(at("kept_decide", marking), said).status_code in (403, 404)
    assert KeptMark.objects.waiting().count() == 1


def _kept_matters(client):
    matters = client.get(reverse("desk:home")).context["matters"]
    return [(matter.count, matter.url) for matter in matters if matter.at == "desk:kept_marks"]


def test_what_was_kept_waits_on_the_chief_judges_desk_alone(client, marking, kept, organiser):
    listed = at("kept_marks", marking) + "?decision=waiting"
    client.force_login(marking.chief)
    assert _kept_matters(client) == [(1, listed)]
    assert client.get(listed).context["table"].paginator.count == 1
    client.force_login(organiser)
    assert _kept_matters(client) == []
    client.force_login(marking.chief)
    client.post(at("kept_mark", marking, kept.pk), {"decision": "discard", "reason": "x", "base": 0})
    assert _kept_matters(client) == []


def test_discarded_it_counts_nothing(client, marking, kept):
    client.force_login(marking.chief)
    said = {"decision": "discard", "reason": "in other hands", "base": 0}
    assert client.post(at("kept_mark", marking, kept.pk), said).status_code == 302
    assert not Mark.objects.filter(aspect="A1.2").exists()
    assert "in other hands" in client.get(at("kept_mark", marking, kept.pk)).content.decode()


def test_a_lone_judges_value_is_sealed_for_the_chief_until_the_panel_has_judged(client, marking):
    """What the revoked tablet sent, and what stands on the sheet already."""
    first, *others = (marking.sheet(seat) for seat in marking.panel)
    device = uuid4()
    enter_batch(marks=[mark("B1.3", "2", sheet=first.uuid)], by=first.seat.user, device=device)
    tablets.revoke_tablet(event=marking.event, tablet=Tablet.objects.get(), by=marking.chief, reason="lost")
    enter_batch(marks=[mark("B1.3", "3", sheet=first.uuid, base=1)], by=first.seat.user, device=device)
    address = at("kept_mark", marking, KeptMark.objects.get().pk)
    client.force_login(marking.chief)

    def shown():
        page, listed = client.get(address), client.get(at("kept_marks", marking))
        [row] = listed.context["table"].paginated_rows
        return page.context["value"], page.context["stands"], row.get_cell("value")

    sealed = "sealed until all have judged"
    assert shown() == (sealed, sealed, sealed)
    for sheet in others:
        assert shown() == (sealed, sealed, sealed)
        enter(sheet, mark("B1.3", "2"))
    assert shown() == ("3", "2", "3")


def test_the_organiser_revokes_but_sees_no_value(client, marking, kept, organiser):
    client.force_login(organiser)
    page = client.get(at("tablets", marking))
    assert page.status_code == 200
    assert b"29.850" not in page.content
    assert client.get(at("kept_marks", marking)).status_code == 403


@pytest.mark.parametrize("name", ["tablets", "kept_marks"])
def test_a_judge_who_marks_does_not_come_in(client, marking, kept, name):
    client.force_login(marking.panel[0].user)
    assert client.get(at(name, marking)).status_code in (403, 404)


@pytest.mark.parametrize("count", [1, 30])
def test_the_lists_cost_the_same_queries_at_any_size(client, marking, count):
    device = uuid4()
    sheet = marking.sheet(marking.panel[0])
    enter_batch(marks=[mark("B1.3", "2", sheet=sheet.uuid)], by=sheet.seat.user, device=device)
    tablet = Tablet.objects.get()
    tablets.revoke_tablet(event=marking.event, tablet=tablet, by=marking.chief, reason="lost")
    for n in range(count):
        enter_batch(marks=[mark("B3.2", "2", sheet=sheet.uuid)], by=sheet.seat.user, device=device)
        if n:
            seat = make_seat(marking.event, "result", user=make_user("judge"), place=9)
            Tablet.objects.create(
                uuid=uuid4(), user=seat.user, first_seen=tablet.first_seen, last_seen=tablet.last_seen
            )
    client.force_login(marking.chief)
    for name in ("tablets", "kept_marks"):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(at(name, marking)).status_code == 200
        assert len(captured) <= 10, name
    with CaptureQueriesContext(connection) as captured:
        assert _kept_matters(client)[0][0] == count
    assert len(captured) <= 19


def test_the_chief_judge_hands_a_sheet_over(client, marking):
    sheet = marking.sheet(marking.panel[0])
    reserve = make_seat(marking.event, "result", place=4)
    client.force_login(marking.chief)
    address = at("sheet_hand_over", marking, sheet.uuid)
    assert address in client.get(at("sheet", marking, sheet.uuid)).content.decode()
    assert client.post(address, {"to": marking.panel[1].pk, "reason": "ill"}).status_code == 422
    assert client.post(address, {"to": reserve.pk, "reason": "ill"}).status_code == 302
    assert Sheet.objects.get(pk=sheet.pk).seat == reserve


def test_only_the_chief_judge_comes_to_the_hand_over(client, marking):
    sheet = marking.sheet(marking.panel[0])
    client.force_login(marking.panel[1].user)
    assert client.get(at("sheet_hand_over", marking, sheet.uuid)).status_code in (403, 404)
