"""Signing, reopening, locking: by whom, over what, and what keeps it back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from competitions.domain import signing
from competitions.domain.incidents import propose_credit, propose_penalty
from competitions.domain.marking import SheetClosed
from competitions.domain.panel_waits import waits_for
from competitions.models import EnteredMark, Event, Mark, Sheet, Signature
from competitions.scheme_names import SchemeNames
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from tests.competitions.marking_contest import enter, make_marking, mark
from tests.competitions.rechecking import fill, finish_recheck, sign_all
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking()


def sign(sheet):
    witness = sheet.seat.witness
    return signing.sign_sheet(sheet=sheet, by=sheet.seat.user, witness=witness)


def all_signed(marking):
    for seat in (marking.measuring, *marking.panel, *marking.floor):
        for code in marking.benches if seat.role == "floor" else marking.works:
            sign(fill(marking.sheet(seat, code)))
    return list(Sheet.objects.filter(event=marking.event))


def ready(marking):
    """Everything signed; the scheme of these tests is rechecked by a test of its own."""
    sign_all(marking)
    finish_recheck(marking)
    Event.objects.filter(pk=marking.event.pk).update(state=Event.State.SCORING)
    marking.event.refresh_from_db()


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
    with pytest.raises(signing.SigningRefused, match=r"B1\.3 \w+"):
        sign(marking.sheet(marking.panel[0]))


def test_nobody_of_a_panel_signs_before_all_have_judged_again(marking):
    for seat, value in zip(marking.panel, "023", strict=True):
        sheet = marking.sheet(seat)
        enter(sheet, *(mark(code, value if code == "B1.3" else "2") for code in sheet.aspects))
    first, second, third = (marking.sheet(seat) for seat in marking.panel)
    enter(first, mark("B1.3", "2", base=1))
    with pytest.raises(signing.SigningRefused, match=r"Waits for judge 2, judge 3 to judge again: B1\.3"):
        sign(first)
    enter(second, mark("B1.3", "2", base=1))
    with pytest.raises(signing.SigningRefused, match=r"Waits for judge 3 to judge again"):
        sign(marking.sheet(marking.panel[1]))
    enter(third, mark("B1.3", "3", base=1))
    assert waits_for(first) == ""
    assert sign(first).state == Sheet.State.SIGNED


def test_an_alarm_holds_back_only_whoever_judges_that_aspect(marking):
    for seat, value in zip(marking.panel, "023", strict=True):
        enter(marking.sheet(seat), mark("B1.3", value))
    assert sign(fill(marking.sheet(marking.measuring))).state == Sheet.State.SIGNED


def test_two_sign_where_the_scheme_wants_two(marking):
    sheet = fill(marking.sheet(marking.measuring))
    signing.sign_sheet(sheet=sheet, by=sheet.seat.user)
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.HALF_SIGNED
    signing.witness_sheet(sheet=sheet, by=sheet.seat.witness)
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.SIGNED
    assert list(Signature.objects.values_list("part", flat=True)) == ["judge", "witness"]


def test_one_signs_where_nothing_is_measured(marking):
    sheet = sign(fill(marking.sheet(marking.panel[0])))
    assert sheet.state == Sheet.State.SIGNED
    assert Signature.objects.get().part == "judge"


def half_signed(marking):
    sheet = fill(marking.sheet(marking.measuring))
    signing.sign_sheet(sheet=sheet, by=sheet.seat.user)
    return marking.sheet(marking.measuring)


def test_nothing_changes_between_the_two_signatures(marking):
    sheet = half_signed(marking)
    before = Line.objects.count()
    with pytest.raises(SheetClosed):
        enter(sheet, mark("A1.1", "59.79", base=1))
    signing.sign_sheet(sheet=sheet, by=sheet.seat.user)
    assert Line.objects.count() == before
    assert Signature.objects.filter(void=False).count() == 1


def test_the_second_judge_sends_a_sheet_back_with_a_reason(marking):
    sheet = half_signed(marking)
    with pytest.raises(signing.SigningRefused):
        signing.send_back_sheet(sheet=sheet, by=sheet.seat.witness, reason="  ")
    for _time in range(2):
        signing.send_back_sheet(sheet=sheet, by=sheet.seat.witness, reason="A1.1 reads 59.79")
    again = sheet.reopenings.get()
    assert (again.by, again.by_second_judge, again.reason) == (sheet.seat.witness, True, "A1.1 reads 59.79")
    assert set(sheet.signatures.values_list("void", "void_reason")) == {(True, "A1.1 reads 59.79")}
    sheet = marking.sheet(marking.measuring)
    assert sheet.state == Sheet.State.ENTERED
    enter(sheet, mark("A1.1", "59.79", base=1))
    with pytest.raises(signing.SigningRefused):
        signing.witness_sheet(sheet=sheet, by=sheet.seat.witness)
    assert sign(sheet).state == Sheet.State.SIGNED
    with pytest.raises(signing.SigningRefused):
        signing.send_back_sheet(sheet=sheet, by=sheet.seat.witness, reason="too late")
    assert first_broken_line(marking.event.chain) is None


@pytest.mark.parametrize("who", ["judge", "chief", "other"])
def test_nobody_else_sends_a_sheet_back(marking, who):
    sheet = half_signed(marking)
    people = {"judge": sheet.seat.user, "chief": marking.chief, "other": make_user("judge")}
    with pytest.raises(PermissionDenied):
        signing.send_back_sheet(sheet=sheet, by=people[who], reason="no")
    assert not Signature.objects.filter(void=True).exists()


def test_the_chief_judge_reopens_a_sheet_that_waits_for_the_second_judge(marking):
    sheet = half_signed(marking)
    signing.reopen_sheet(sheet=sheet, by=marking.chief, reason="wrong work looked at")
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.ENTERED
    again = sheet.reopenings.unanswered().get()
    assert (again.by, again.by_second_judge, again.reason) == (marking.chief, False, "wrong work looked at")
    sign(sheet)
    assert not sheet.reopenings.unanswered().exists()


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
    with django_assert_max_num_queries(13):
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
    names = SchemeNames(marking.event.scheme_version.scheme)
    assert names.aspect("B1.3") in messages(error)
    assert names.aspect("B1.3") != "B1.3"


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


# --- the group ---


@pytest.fixture
def reviewed(marking):
    marking.event.group_review = Event.GroupReview.GROUP
    marking.event.save(update_fields=("group_review",))
    return marking


def judged(marking):
    """The three sheets of the panel, signed."""
    return [sign(fill(marking.sheet(seat))) for seat in marking.panel]


def test_where_the_event_asks_the_group_reviews_before_the_chief_judge_signs(reviewed):
    fill(reviewed.sheet(reviewed.measuring))
    sign(reviewed.sheet(reviewed.measuring))
    sheet = judged(reviewed)[0]
    with pytest.raises(signing.SigningRefused, match="group"):
        signing.chief_sign(event=reviewed.event, sheets=[sheet], by=reviewed.chief)
    signing.review_sheet(sheet=sheet, by=reviewed.panel[1].user)
    signing.review_sheet(sheet=sheet, by=reviewed.panel[2].user)  # once is enough
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.GROUP_REVIEWED
    assert list(sheet.signatures.values_list("part", "by")) == [
        ("judge", reviewed.panel[0].user_id),
        ("group", reviewed.panel[1].user_id),
    ]
    assert signing.chief_sign(event=reviewed.event, sheets=[sheet], by=reviewed.chief) == 1


def test_nobody_reviews_before_all_have_judged_nor_the_own_sheet_nor_another_kind(reviewed):
    sheet = sign(fill(reviewed.sheet(reviewed.panel[0])))
    for person in (reviewed.panel[1].user, reviewed.panel[0].user, reviewed.measuring.user, reviewed.chief):
        with pytest.raises(PermissionDenied):
            signing.review_sheet(sheet=sheet, by=person)
    assert not Sheet.objects.visible_to(reviewed.panel[1].user).filter(pk=sheet.pk).exists()
    sign(fill(reviewed.sheet(reviewed.measuring)))
    for seat in reviewed.panel[1:]:
        sign(fill(reviewed.sheet(seat)))
    for person in (reviewed.panel[0].user, reviewed.measuring.user, reviewed.chief):
        with pytest.raises(PermissionDenied):
            signing.review_sheet(sheet=sheet, by=person)
    assert Sheet.objects.visible_to(reviewed.panel[1].user).filter(pk=sheet.pk).exists()


def test_reopening_voids_the_groups_signature_with_the_reason(reviewed):
    sign(fill(reviewed.sheet(reviewed.measuring)))
    sheet = judged(reviewed)[0]
    signing.review_sheet(sheet=sheet, by=reviewed.panel[1].user)
    signing.reopen_sheet(sheet=sheet, by=reviewed.chief, reason="wrong work looked at")
    assert set(sheet.signatures.values_list("void", "void_reason")) == {(True, "wrong work looked at")}


def test_without_the_setting_nobody_reviews(marking):
    sign(fill(marking.sheet(marking.measuring)))
    sheet = judged(marking)[0]
    with pytest.raises(PermissionDenied):
        signing.review_sheet(sheet=sheet, by=marking.panel[1].user)


def test_the_group_signs_through_the_judges_pages(client, reviewed):
    sign(fill(reviewed.sheet(reviewed.measuring)))
    sheet = judged(reviewed)[0]
    client.force_login(reviewed.panel[1].user)
    assert "To review for the group" in client.get("/judge/").content.decode()
    page = client.get(f"/judge/sheets/{sheet.uuid}/check/").content.decode()
    assert "Sign for the group" in page
    client.post("/judge/review/", {"sheet": [str(sheet.uuid), "nonsense"]})
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.GROUP_REVIEWED
