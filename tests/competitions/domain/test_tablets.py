"""Tablets are written down, revoked, and what a revoked one sends is kept until the chief judge decides."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from competitions.domain import kept_marks, tablets
from competitions.domain.marking import Status, enter_batch
from competitions.models import KeptMark, Mark, Sheet, Tablet
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from tests.competitions.marking_contest import enter, make_marking, mark
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking()


@pytest.fixture
def device():
    return uuid4()


def send(marking, device, *marks, seat=None):
    seat = seat or marking.measuring
    return enter_batch(marks=marks, by=seat.user, device=device).answers


def on(marking, aspect, *values, seat=None, **fields):
    return mark(aspect, *values, sheet=marking.sheet(seat or marking.measuring).uuid, **fields)


def revoke(marking, device, reason="left in the canteen"):
    tablet = Tablet.objects.get(uuid=device, user=marking.measuring.user)
    return tablets.revoke_tablet(event=marking.event, tablet=tablet, by=marking.chief, reason=reason)


@pytest.fixture
def kept(marking, device):
    """A mark that came after its tablet was revoked."""
    send(marking, device, on(marking, "A1.1", "59.79"))
    revoke(marking, device)
    [answer] = send(marking, device, on(marking, "A1.2", "29.850"))
    assert answer.status == Status.QUARANTINED
    return KeptMark.objects.get()


def test_a_tablet_is_written_down_at_its_first_mark_and_then_every_ten_minutes(marking, device):
    send(marking, device, on(marking, "A1.1", "59.79"))
    first = Tablet.objects.get()
    assert (first.uuid, first.user) == (device, marking.measuring.user)
    with CaptureQueriesContext(connection) as captured:
        send(marking, device, on(marking, "A1.2", "29.85"))
    assert not any("tablet" in q["sql"] for q in captured if q["sql"].startswith(("INSERT", "UPDATE")))
    Tablet.objects.update(last_seen=timezone.now() - timedelta(minutes=11))
    send(marking, device, on(marking, "A2.1", not_done=True))
    assert timezone.now() - Tablet.objects.get().last_seen < timedelta(minutes=1)


def test_a_shared_tablet_has_a_row_for_each_judge_and_is_revoked_for_both(marking, device):
    send(marking, device, on(marking, "A1.1", "59.79"))
    send(marking, device, on(marking, "B1.3", "2", seat=marking.panel[0]), seat=marking.panel[0])
    revoke(marking, device)
    assert Tablet.objects.filter(revoked_at__isnull=False).count() == 2
    [answer] = send(marking, device, on(marking, "B3.2", "2", seat=marking.panel[0]), seat=marking.panel[0])
    [stranger] = send(marking, device, on(marking, "B3.2", "2", seat=marking.panel[1]), seat=marking.panel[1])
    assert answer.status == stranger.status == Status.QUARANTINED
    assert tablets.is_revoked(device)


def test_what_a_revoked_tablet_sends_is_kept_once_and_counts_nothing(marking, device, kept):
    assert Mark.objects.count() == 1
    again = on(marking, "A1.2", "29.850", client_id=kept.client_id)
    assert [answer.status for answer in send(marking, device, again)] == [Status.QUARANTINED]
    assert KeptMark.objects.count() == 1
    assert marking.sheet(marking.measuring).marks_in == 1


def test_a_mark_acknowledged_before_the_revocation_is_repeated_and_not_kept(marking, device):
    one = on(marking, "A1.1", "59.79")
    send(marking, device, one)
    revoke(marking, device)
    assert [answer.status for answer in send(marking, device, one)] == [Status.REPEATED]
    assert not KeptMark.objects.exists()


def test_what_comes_for_a_signed_sheet_is_kept_too(marking, device):
    send(marking, device, on(marking, "A1.1", "59.79"))
    revoke(marking, device)
    Sheet.objects.update(state="signed")
    [answer] = send(marking, device, on(marking, "A1.2", "29.85"))
    assert answer.status == Status.QUARANTINED


def test_another_tablet_of_the_same_judge_goes_on(marking, device, kept):
    [answer] = send(marking, uuid4(), on(marking, "A1.2", "29.85"))
    assert answer.status == Status.SAVED


def test_released_it_is_the_judges_mark_and_the_line_names_who_released_it(marking, kept):
    kept_marks.release_mark(kept=kept, by=marking.chief, reason="he confirms it", base=0)
    row = Mark.objects.get(aspect="A1.2")
    assert (row.values, row.by, row.client_id) == (["29.850"], marking.measuring.user, kept.client_id)
    body = json.loads(Line.objects.get(kind="mark.entered", seq=row.seq).body)
    assert body["actor"] == str(marking.chief.uuid)
    assert body["facts"]["judge"] == str(row.by.uuid)
    assert body["facts"]["released"] == words_hash("he confirms it")
    assert Line.objects.filter(kind="kept_mark.released").count() == 1
    kept.refresh_from_db()
    assert (kept.decision, kept.decided_by) == ("released", marking.chief)
    kept_marks.release_mark(kept=kept, by=marking.chief, reason="again", base=0)
    assert Mark.objects.count() == 2
    assert first_broken_line(marking.event.chain) is None


def test_a_release_passes_the_same_checks_as_any_mark(marking, device, kept):
    enter(marking.sheet(marking.measuring), mark("A1.2", "29.86"))
    with pytest.raises(kept_marks.KeptMarkRefused, match="another value"):
        kept_marks.release_mark(kept=kept, by=marking.chief, reason="he confirms it", base=0)
    Sheet.objects.update(state="signed")
    with pytest.raises(kept_marks.KeptMarkRefused, match="signed"):
        kept_marks.release_mark(kept=kept, by=marking.chief, reason="he confirms it", base=1)
    Sheet.objects.update(state="issued")
    kept_marks.release_mark(kept=kept, by=marking.chief, reason="he confirms it", base=1)
    assert Mark.objects.get(aspect="A1.2", is_current=True).values == ["29.850"]


def test_a_gross_value_is_released_after_a_second_look(marking, device, kept):
    send(marking, device, on(marking, "A1.1", "69.79", base=1, reason="slip"))
    gross = KeptMark.objects.get(aspect="A1.1")
    with pytest.raises(kept_marks.KeptMarkRefused) as refused:
        kept_marks.release_mark(kept=gross, by=marking.chief, reason="so it reads", base=1)
    assert refused.value.asks
    kept_marks.release_mark(kept=gross, by=marking.chief, reason="so it reads", base=1, second_look=True)
    assert Mark.objects.get(aspect="A1.1", is_current=True).second_look


def test_discarded_it_stays_on_record_and_is_never_released(marking, kept):
    kept_marks.discard_mark(kept=kept, by=marking.chief, reason="the tablet was in other hands")
    kept.refresh_from_db()
    assert (kept.decision, kept.decision_reason) == ("discarded", "the tablet was in other hands")
    with pytest.raises(kept_marks.KeptMarkRefused):
        kept_marks.release_mark(kept=kept, by=marking.chief, reason="after all", base=0)
    assert not Mark.objects.filter(aspect="A1.2").exists()
    assert Line.objects.filter(kind="kept_mark.discarded").count() == 1
    assert first_broken_line(marking.event.chain) is None


def test_who_may_revoke_and_decide(marking, device, kept, organiser):
    tablet = Tablet.objects.get()
    for person in (marking.measuring.user, make_user("judge"), make_user("reviewer")):
        with pytest.raises(PermissionDenied):
            tablets.revoke_tablet(event=marking.event, tablet=tablet, by=person, reason="x")
    for person in (marking.measuring.user, organiser):
        with pytest.raises(PermissionDenied):
            kept_marks.release_mark(kept=kept, by=person, reason="x", base=0)
        with pytest.raises(PermissionDenied):
            kept_marks.discard_mark(kept=kept, by=person, reason="x")


def test_a_revocation_needs_a_reason_and_happens_once(marking, device):
    send(marking, device, on(marking, "A1.1", "59.79"))
    with pytest.raises(tablets.TabletRefused):
        revoke(marking, device, reason="  ")
    revoke(marking, device)
    revoke(marking, device, reason="second")
    assert Line.objects.filter(kind="tablet.revoked").count() == 1
    assert Tablet.objects.get().revoke_reason == "left in the canteen"


def test_a_tablet_of_another_event_is_none_of_this_chiefs(marking, device):
    other = make_marking()
    send(other, device, on(other, "A1.1", "59.79"))
    with pytest.raises(tablets.TabletRefused):
        tablets.revoke_tablet(
            event=marking.event, tablet=Tablet.objects.get(), by=marking.chief, reason="not mine"
        )
