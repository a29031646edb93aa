"""The recheck: who freezes, who throws, who checks, who corrects, when all sheets are checked, what it is worth."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from competitions.domain import recheck_checks, rechecks
from competitions.models import ErrorNotice, Event, Mark, Recheck, RecheckItem, Sheet, Signature
from craft_site.kit import draw as lots
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from tests.competitions.rechecking import (
    DICE,
    begin,
    make_small,
    sign_all,
    supervisor_of,
    supervisor_two,
)
from tests.factories import make_seat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_small()


@pytest.fixture
def signed(marking):
    sign_all(marking)
    return marking


@pytest.fixture
def supervisor(marking):
    return supervisor_of(marking.event)


@pytest.fixture
def checking(signed, supervisor):
    return begin(signed, supervisor=supervisor)


def item_of(recheck, seat):
    return recheck.checks.filter(sheet__seat=seat).order_by("sheet__code__number").first()


def wrong(item, by, aspect="A1.2", value="3"):
    return recheck_checks.raise_notice(item=item, aspect=aspect, values=[value], by=by)


# --- the list and the draw ---


def test_the_list_is_frozen_and_the_secret_committed_before_the_dice_fall(signed, supervisor):
    recheck = rechecks.start(event=signed.event, by=signed.chief)
    signed.event.refresh_from_db()
    assert signed.event.state == Event.State.RECHECKING
    assert (recheck.state, recheck.seed, recheck.checks.count()) == (Recheck.State.COMMITTED, "", 0)
    told = json.loads(Line.objects.get(kind="recheck.committed").body)["facts"]
    assert (told["list_hash"], told["commitment"]) == (recheck.list_hash, recheck.commitment)
    assert recheck.secret.reveal() not in str(list(Line.objects.values_list("body", flat=True)))

    drawn = rechecks.throw(recheck=recheck, dice="４ 6  1 3 5 2", by=supervisor)
    assert drawn.seed == lots.seed(recheck.list_hash, drawn.secret.reveal(), DICE)
    order = [lot.item for lot in lots.drawn_order(drawn.seed, recheck.items)]
    sampled = {str(i.sheet.uuid) for i in drawn.checks.filter(why="sample").select_related("sheet")}
    assert sampled == set(order[: recheck.sample_size])
    assert {str(i.sheet.uuid) for i in drawn.checks.filter(why="top").select_related("sheet")} == set(
        recheck.top
    )
    assert set(recheck.top) | set(recheck.items) == {
        str(uuid) for uuid in Sheet.objects.values_list("uuid", flat=True)
    }
    assert first_broken_line(signed.event.chain) is None


def test_the_best_contestants_are_checked_whole_and_the_sample_is_a_share_of_the_rest(checking):
    """Five contestants with four sheets each: 30 % are two, 15 % of the other 12 sheets are 2."""
    top = checking.checks.filter(why="top").values_list("sheet__code__number", flat=True)
    assert (set(top), len(top)) == ({"W-01", "W-02"}, 8)
    assert (len(checking.items), checking.sample_size, checking.checks.count()) == (12, 2, 10)


def test_the_second_form_of_the_full_check_is_chosen_at_the_start(signed):
    recheck = rechecks.start(event=signed.event, by=signed.chief, alternative=True)
    assert (len(recheck.top), recheck.rule["by"]) == (4, "rank_count")


def test_without_a_rule_every_sheet_is_checked_and_nothing_drawn(supervisor):
    marking = make_small(3, rule=None)
    sign_all(marking)
    recheck = begin(marking)
    assert (recheck.state, recheck.checks.count(), recheck.seed) == (Recheck.State.CHECKING, 12, "")


def test_started_twice_it_is_started_once_and_thrown_twice_drawn_once(signed, supervisor):
    first = begin(signed, supervisor=supervisor)
    again = rechecks.start(event=signed.event, by=signed.chief)
    thrown = rechecks.throw(recheck=again, dice=DICE, by=supervisor)
    assert (first.pk, thrown.pk, first.seed) == (again.pk, first.pk, thrown.seed)
    with pytest.raises(rechecks.RecheckRefused, match="drawn already"):
        rechecks.throw(recheck=first, dice="1 1 1 1 1 1", by=supervisor)
    assert Line.objects.filter(kind__in=("recheck.committed", "recheck.drawn")).count() == 2


def test_nothing_is_rechecked_before_every_sheet_is_signed(signed):
    Sheet.objects.filter(pk=signed.sheet(signed.panel[0]).pk).update(state=Sheet.State.SIGNED)
    with pytest.raises(rechecks.RecheckRefused) as error:
        rechecks.start(event=signed.event, by=signed.chief)
    assert [blocker.code for blocker in error.value.missing] == ["unsigned"]
    signed.event.refresh_from_db()
    assert signed.event.state == Event.State.SCORING


def test_whoever_froze_the_list_does_not_throw(signed):
    both = signed.chief
    make_seat(signed.event, "supervisor", user=both)
    recheck = rechecks.start(event=signed.event, by=both)
    with pytest.raises(rechecks.RecheckRefused, match="froze the list"):
        rechecks.throw(recheck=recheck, dice=DICE, by=both)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recheck.objects.filter(pk=recheck.pk).update(thrown_by=both)


def test_who_does_what(signed, supervisor, organiser):
    judge = signed.panel[0].user
    for person in (supervisor, judge, organiser):
        with pytest.raises(PermissionDenied):
            rechecks.start(event=signed.event, by=person)
    recheck = rechecks.start(event=signed.event, by=signed.chief)
    for person in (signed.chief, judge, organiser):
        with pytest.raises(PermissionDenied):
            rechecks.throw(recheck=recheck, dice=DICE, by=person)
    rechecks.throw(recheck=recheck, dice=DICE, by=supervisor)
    item = item_of(recheck, signed.panel[0])
    for person in (signed.chief, judge, organiser, make_user("supervisor")):
        with pytest.raises(PermissionDenied):
            recheck_checks.check_ok(item=item, by=person)
        with pytest.raises(PermissionDenied):
            wrong(item, person)
        with pytest.raises(PermissionDenied):
            rechecks.widen(recheck=recheck, by=person, reason="all")
        with pytest.raises(PermissionDenied):
            rechecks.finish(recheck=recheck, by=person)
    notice = wrong(item, supervisor)
    for person in (supervisor, judge, organiser):
        with pytest.raises(PermissionDenied):
            recheck_checks.correct(notice=notice, by=person)
    with pytest.raises(PermissionDenied):
        recheck_checks.withdraw_notice(notice=notice, reason="no", by=supervisor_two(signed.event))


def test_nobody_checks_a_sheet_that_they_marked_or_witnessed(checking, signed):
    for seat, person in (
        (signed.panel[0], signed.panel[0].user),
        (signed.measuring, signed.measuring.witness),
    ):
        make_seat(signed.event, "supervisor", user=person)
        item = item_of(checking, seat)
        with pytest.raises(PermissionDenied, match="marked or witnessed"):
            recheck_checks.check_ok(item=item, by=person)
        assert not RecheckItem.objects.visible_to(person).filter(pk=item.pk).exists()
        assert RecheckItem.objects.visible_to(person).filter(sheet__seat=signed.panel[1]).exists()


def test_the_sheets_of_a_recheck_are_seen_by_chief_and_supervisors_alone(
    checking, signed, supervisor, organiser
):
    seen = {
        "chief": RecheckItem.objects.visible_to(signed.chief).count(),
        "supervisor": RecheckItem.objects.visible_to(supervisor).count(),
        "judge": RecheckItem.objects.visible_to(signed.panel[0].user).count(),
        "organiser": RecheckItem.objects.visible_to(organiser).count(),
    }
    every = checking.checks.count()
    assert seen == {"chief": every, "supervisor": every, "judge": 0, "organiser": 0}


# --- checking and correcting ---


def test_a_sheet_that_agrees_is_rechecked(checking, signed, supervisor):
    item = item_of(checking, signed.panel[0])
    recheck_checks.check_ok(item=item, by=supervisor)
    item = recheck_checks.check_ok(item=item, by=supervisor)
    assert (item.outcome, item.checked_by) == (RecheckItem.Outcome.OK, supervisor)
    assert item.sheet.state == Sheet.State.RECHECKED
    assert Line.objects.filter(kind="recheck.checked").count() == 1


def test_an_error_is_noted_in_writing_and_corrected_by_the_chief_judge(checking, signed, supervisor):
    item = item_of(checking, signed.panel[0])
    notice = wrong(item, supervisor)
    assert wrong(item, supervisor).pk == notice.pk  # sent twice
    assert (notice.stands, notice.should) == (
        {"values": ["2"], "not_done": False},
        {"values": ["3"], "not_done": False},
    )
    recheck_checks.correct(notice=notice, by=signed.chief)
    notice = recheck_checks.correct(notice=notice, by=signed.chief)
    marks = list(item.sheet.marks.filter(aspect="A1.2").values_list("revision", "is_current", "values", "by"))
    assert marks == [
        (1, False, ["2"], signed.panel[0].user_id),
        (2, True, ["3"], signed.chief.pk),
    ]
    item.refresh_from_db()
    assert (item.outcome, item.sheet.state) == (RecheckItem.Outcome.ERROR, Sheet.State.RECHECKED)
    standing = Signature.objects.filter(sheet=item.sheet, void=False)
    assert [(s.part, s.content_hash) for s in standing] == [("chief", item.content_hash)]
    assert set(
        Signature.objects.filter(sheet=item.sheet, void=True).values_list("void_reason", flat=True)
    ) == {"Recheck, notice no. 1"}
    assert Line.objects.filter(kind="mark.corrected").count() == 1
    assert first_broken_line(signed.event.chain) is None


@pytest.mark.parametrize(("value", "words"), [("9", "scale"), ("two", "not a number")])
def test_a_notice_says_a_reading_that_the_aspect_can_have(checking, signed, supervisor, value, words):
    with pytest.raises(rechecks.RecheckRefused, match=words):
        wrong(item_of(checking, signed.panel[0]), supervisor, value=value)
    assert not ErrorNotice.objects.exists()


def test_a_notice_says_something_else_than_what_stands(checking, signed, supervisor):
    item = item_of(checking, signed.panel[0])
    with pytest.raises(rechecks.RecheckRefused, match="what stands there"):
        recheck_checks.raise_notice(item=item, aspect="A1.2", values=["2"], by=supervisor)
    with pytest.raises(rechecks.RecheckRefused, match="not on this sheet"):
        recheck_checks.raise_notice(item=item, aspect="A1.1", values=["10"] * 7, by=supervisor)


def test_a_correction_that_leaves_the_panel_too_far_apart_is_for_the_panel_to_judge(
    checking, signed, supervisor
):
    """The others gave 2; the scheme allows them to be 1 apart."""
    notice = wrong(item_of(checking, signed.panel[0]), supervisor, value="0")
    with pytest.raises(rechecks.RecheckRefused, match="too far apart"):
        recheck_checks.correct(notice=notice, by=signed.chief)
    assert not Mark.objects.filter(revision=2).exists()


def test_a_notice_that_was_wrong_is_withdrawn_and_the_sheet_checked_again(checking, signed, supervisor):
    item = item_of(checking, signed.panel[0])
    notice = wrong(item, supervisor)
    with pytest.raises(rechecks.RecheckRefused, match="Withdraw it first"):
        recheck_checks.check_ok(item=item, by=supervisor)
    with pytest.raises(rechecks.RecheckRefused, match="Say why"):
        recheck_checks.withdraw_notice(notice=notice, reason=" ", by=supervisor)
    recheck_checks.withdraw_notice(notice=notice, reason="wrong line read", by=supervisor)
    with pytest.raises(rechecks.RecheckRefused, match="withdrawn"):
        recheck_checks.correct(notice=notice, by=signed.chief)
    item.refresh_from_db()
    assert item.outcome == RecheckItem.Outcome.OPEN
    assert rechecks.rate(checking) == (0, 0)


def test_a_found_right_sheet_can_still_be_reported(checking, signed, supervisor):
    item = item_of(checking, signed.panel[0])
    recheck_checks.check_ok(item=item, by=supervisor)
    wrong(item, supervisor)
    item.refresh_from_db()
    assert (item.outcome, item.sheet.state) == (RecheckItem.Outcome.ERROR, Sheet.State.CHIEF_SIGNED)
