"""Signing, reopening, locking: by whom, over what, and what keeps it back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from competitions.domain import signing
from competitions.domain.incidents import propose_credit, propose_penalty
from competitions.domain.marking import SheetClosed
from competitions.models import EnteredMark, Event, Mark, Sheet, Signature
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from tests.competitions.marking_contest import enter, make_marking, mark
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking()


def fill(sheet):
    """Every aspect of a sheet: nothing to deduct, or not done."""
    from_floor = {"E1.1", "E1.2"}
    enter(
        sheet,
        *(
            mark(code, counts={}) if code in from_floor else mark(code, not_done=True)
            for code in sheet.aspects
        ),
    )
    return sheet


def sign(sheet):
    witness = sheet.seat.witness
    return signing.sign_sheet(sheet=sheet, by=sheet.seat.user, witness=witness)


def all_signed(marking):
    for seat in (marking.measuring, *marking.panel, *marking.floor):
        for code in marking.benches if seat.role == "floor" else marking.works:
            sign(fill(marking.sheet(seat, code)))
    return list(Sheet.objects.filter(event=marking.event))


def ready(marking):
    sheets = all_signed(marking)
    signing.chief_sign(event=marking.event, sheets=sheets, by=marking.chief)
    for code in marking.event.codes.filter(layer="contestant"):
        EnteredMark.objects.create(
            event=marking.event, component="T", code=code, mark=Decimal(80), by=marking.chief
        )


def test_a_sheet_with_blanks_is_not_signed_and_names_them(marking):
    sheet = marking.sheet(marking.measuring)
    enter(sheet, *(mark(code, not_done=True) for code in sheet.aspects if code != "A1.3"))
    with pytest.raises(signing.SigningRefused, match=r"A1\.3"):
        sign(sheet)
    assert not Signature.objects.exists()


def test_a_sheet_under_alarm_is_not_signed(marking):
    for seat, value in zip(marking.panel, "023", strict=True):
        sheet = marking.sheet(seat)
        rest = [mark(code, "2") for code in sheet.aspects if code != "B1.3"]
        enter(sheet, mark("B1.3", value), *rest)
    with pytest.raises(signing.SigningRefused, match=r"B1\.3"):
        sign(marking.sheet(marking.panel[0]))


def test_two_sign_where_the_scheme_wants_two(marking):
    sheet = fill(marking.sheet(marking.measuring))
    signing.sign_sheet(sheet=sheet, by=sheet.seat.user)
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.ENTERED
    signing.witness_sheet(sheet=sheet, by=sheet.seat.witness)
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.SIGNED
    assert list(Signature.objects.values_list("part", flat=True)) == ["judge", "witness"]


def test_one_signs_where_nothing_is_measured(marking):
    sheet = sign(fill(marking.sheet(marking.panel[0])))
    assert sheet.state == Sheet.State.SIGNED
    assert Signature.objects.get().part == "judge"


def test_the_second_judge_cannot_sign_what_changed_meanwhile(marking):
    sheet = fill(marking.sheet(marking.measuring))
    signing.sign_sheet(sheet=sheet, by=sheet.seat.user)
    enter(sheet, mark("A1.1", "59.79", base=1))
    with pytest.raises(signing.SigningRefused):
        signing.witness_sheet(sheet=sheet, by=sheet.seat.witness)
    signing.sign_sheet(sheet=sheet, by=sheet.seat.user, witness=sheet.seat.witness)
    assert Signature.objects.filter(void=True).count() == 1
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.SIGNED


def test_signing_twice_is_signing_once(marking):
    sheet = fill(marking.sheet(marking.panel[0]))
    sign(sheet)
    sign(sheet)
    assert Signature.objects.count() == 1
    assert Line.objects.filter(kind="sheet.signed").count() == 1
    assert first_broken_line(marking.event.chain) is None


@pytest.mark.parametrize("who", ["other", "chief", "witness", "organiser"])
def test_nobody_signs_for_the_judge(marking, who, organiser):
    sheet = fill(marking.sheet(marking.measuring))
    people = {
        "other": marking.panel[0].user,
        "chief": marking.chief,
        "witness": marking.measuring.witness,
        "organiser": organiser,
    }
    with pytest.raises(PermissionDenied):
        signing.sign_sheet(sheet=sheet, by=people[who])


@pytest.mark.parametrize("who", ["judge", "chief", "other"])
def test_nobody_signs_for_the_second_judge(marking, who):
    sheet = fill(marking.sheet(marking.measuring))
    signing.sign_sheet(sheet=sheet, by=sheet.seat.user)
    people = {"judge": sheet.seat.user, "chief": marking.chief, "other": make_user("judge")}
    with pytest.raises(PermissionDenied):
        signing.witness_sheet(sheet=sheet, by=people[who])
    with pytest.raises(signing.SigningRefused):
        signing.sign_sheet(sheet=sheet, by=sheet.seat.user, witness=people[who])


def test_the_chief_judge_signs_many_at_the_cost_of_one(marking, django_assert_max_num_queries):
    sheets = all_signed(marking)
    with django_assert_max_num_queries(12):
        assert signing.chief_sign(event=marking.event, sheets=sheets, by=marking.chief) == len(sheets)
    assert set(Sheet.objects.values_list("state", flat=True)) == {Sheet.State.CHIEF_SIGNED}
    assert signing.chief_sign(event=marking.event, sheets=sheets, by=marking.chief) == 0
    assert first_broken_line(marking.event.chain) is None


def test_the_chief_judge_signs_none_when_one_is_not_ready(marking):
    ready_one = sign(fill(marking.sheet(marking.panel[0])))
    open_one = marking.sheet(marking.panel[1])
    with pytest.raises(signing.SigningRefused, match="W-01"):
        signing.chief_sign(event=marking.event, sheets=[ready_one, open_one], by=marking.chief)
    assert not Signature.objects.filter(part="chief").exists()


CHIEFS_WORK = {
    "sign": lambda sheet, by: signing.chief_sign(event=sheet.event, sheets=[sheet], by=by),
    "reopen": lambda sheet, by: signing.reopen_sheet(sheet=sheet, by=by, reason="no"),
    "lock": lambda sheet, by: signing.lock_marks(event=sheet.event, by=by),
}


@pytest.mark.parametrize("verb", CHIEFS_WORK)
@pytest.mark.parametrize("who", ["judge", "organiser", "supervisor"])
def test_only_the_chief_judge_does_the_chief_judges_work(marking, organiser, supervisor, verb, who):
    sheet = sign(fill(marking.sheet(marking.panel[0])))
    people = {"judge": marking.panel[0].user, "organiser": organiser, "supervisor": supervisor}
    with pytest.raises(PermissionDenied):
        CHIEFS_WORK[verb](sheet, people[who])


def test_a_reopened_sheet_takes_marks_and_its_signatures_are_void(marking):
    sheet = sign(fill(marking.sheet(marking.panel[0])))
    with pytest.raises(SheetClosed):
        enter(sheet, mark("B1.3", "2", base=1))
    with pytest.raises(signing.SigningRefused):
        signing.reopen_sheet(sheet=sheet, by=marking.chief, reason="  ")
    signing.reopen_sheet(sheet=sheet, by=marking.chief, reason="wrong work looked at")
    assert set(Signature.objects.values_list("void", flat=True)) == {True}
    Mark.objects.update(at=timezone.now() - timedelta(minutes=1))
    enter(marking.sheet(marking.panel[0]), mark("B1.3", "2", base=1, reason="wrong work"))
    assert Mark.objects.get(aspect="B1.3", revision=2).values == ["2"]


# --- the lock ---


def messages(error):
    return " ".join(str(blocker.message) for blocker in error.value.blockers)


def test_the_marks_are_locked_when_nothing_is_missing(marking):
    ready(marking)
    event = signing.lock_marks(event=marking.event, by=marking.chief)
    assert event.state == Event.State.LOCKED
    assert set(Sheet.objects.values_list("state", flat=True)) == {Sheet.State.LOCKED}
    assert signing.lock_marks(event=marking.event, by=marking.chief).state == Event.State.LOCKED
    assert first_broken_line(event.chain) is None


def test_an_unsigned_sheet_keeps_the_lock_open_and_is_named(marking):
    ready(marking)
    Sheet.objects.filter(pk=marking.sheet(marking.panel[1]).pk).update(state=Sheet.State.SIGNED)
    with pytest.raises(signing.LockRefused) as error:
        signing.lock_marks(event=marking.event, by=marking.chief)
    assert "W-01 (Result judge 2)" in messages(error)
    marking.event.refresh_from_db()
    assert marking.event.state == Event.State.SCORING


def test_an_alarm_keeps_the_lock_open(marking):
    ready(marking)
    Sheet.objects.filter(pk=marking.sheet(marking.panel[1]).pk).update(alarm="B1.3@7")
    with pytest.raises(signing.LockRefused) as error:
        signing.lock_marks(event=marking.event, by=marking.chief)
    assert "B1.3" in messages(error)


def test_undecided_incidents_keep_the_lock_open(marking):
    ready(marking)
    bench, floor, now = marking.benches[0], marking.floor[0].user, timezone.now()
    propose_penalty(code=bench, rule="P2", happened_at=now, note="went on", by=floor)
    propose_credit(code=bench, from_at=now - timedelta(minutes=9), to_at=now, cause="power cut", by=floor)
    with pytest.raises(signing.LockRefused) as error:
        signing.lock_marks(event=marking.event, by=marking.chief)
    assert "1 penalty" in messages(error)
    assert "1 time credit" in messages(error)


def test_a_missing_theory_mark_keeps_the_lock_open_without_a_number_the_chief_may_not_read(marking):
    ready(marking)
    EnteredMark.objects.all().delete()
    with pytest.raises(signing.LockRefused) as error:
        signing.lock_marks(event=marking.event, by=marking.chief)
    assert "1 mark is missing" in messages(error)
    assert "C-001" not in messages(error)


def test_a_work_without_a_sheet_keeps_the_lock_open(marking):
    ready(marking)
    sheet = marking.sheet(marking.measuring)
    sheet.aspects.remove("A1.1")
    sheet.save()
    with pytest.raises(signing.LockRefused) as error:
        signing.lock_marks(event=marking.event, by=marking.chief)
    assert "no sheet: W-01" in messages(error)


@pytest.mark.parametrize("state", [Event.State.RUNNING, Event.State.DRAFT])
def test_marks_are_not_locked_before_the_marking(marking, state):
    ready(marking)
    Event.objects.filter(pk=marking.event.pk).update(state=state)
    with pytest.raises(signing.LockRefused):
        signing.lock_marks(event=marking.event, by=marking.chief)
