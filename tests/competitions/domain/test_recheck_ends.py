"""The end of a recheck: when all sheets are checked, what its figures are worth, what waits for it."""

import json
from decimal import Decimal

import pytest

from competitions.domain import events, recheck_checks, rechecks, signing
from competitions.models import ErrorNotice, Event, Mark, Recheck, RecheckItem, Sheet
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from tests.competitions.marking_contest import together
from tests.competitions.rechecking import (
    begin,
    check_rest,
    finish_recheck,
    make_small,
    sign_all,
    supervisor_of,
    supervisor_two,
)

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


# --- all of them, and the end ---


def test_above_the_limit_all_sheets_are_checked(checking, signed, supervisor):
    """10 sheets on the list: one wrong one is 10 %."""
    items = list(checking.checks.filter(sheet__seat=signed.panel[0]))
    notice = wrong(items[0], supervisor)
    recheck_checks.correct(notice=notice, by=signed.chief)
    check_rest(checking, supervisor)
    with pytest.raises(rechecks.RecheckRefused, match="above the limit") as error:
        rechecks.finish(recheck=checking, by=supervisor)
    assert [blocker.code for blocker in error.value.missing] == ["must_widen"]
    listed = checking.checks.count()
    added = rechecks.widen(recheck=checking, by=supervisor)
    assert (listed + added, rechecks.widen(recheck=checking, by=supervisor)) == (20, 0)
    with pytest.raises(rechecks.RecheckRefused, match=f"{added} sheets"):
        rechecks.finish(recheck=checking, by=supervisor)
    check_rest(checking, supervisor)
    done = rechecks.finish(recheck=checking, by=supervisor)
    assert (done.state, done.statement["checked"], done.statement["wrong"]) == (Recheck.State.FINISHED, 20, 1)
    assert done.statement["p"] == "0.000000"


def test_below_the_limit_a_supervisor_needs_a_reason_to_check_all(checking, supervisor):
    with pytest.raises(rechecks.RecheckRefused, match="Say why"):
        rechecks.widen(recheck=checking, by=supervisor)
    assert rechecks.widen(recheck=checking, by=supervisor, reason="small final") > 0


def test_a_recheck_is_not_finished_before_everything_is_answered(checking, signed, supervisor):
    wrong(item_of(checking, signed.panel[0]), supervisor)
    with pytest.raises(rechecks.RecheckRefused) as error:
        rechecks.finish(recheck=checking, by=supervisor)
    assert [blocker.code for blocker in error.value.missing] == ["unchecked", "open_notices", "must_widen"]


def test_the_figures_are_kept_and_told(signed):
    """2 of the 12 sheets below the top were drawn, and one wrong one is enough: missed with 10/12.

    W-01 leads W-02 by 0.70, of which rounding may hide 0.02. The measured sheet of W-01 carries 4.90 points.
    """
    done = finish_recheck(signed)
    told = json.loads(Line.objects.get(kind="recheck.finished").body)["facts"]
    assert told == done.statement
    assert (told["sheets"], told["checked"], told["wrong"], told["tie"]) == (20, 10, 0, False)
    assert (told["urn"], told["drawn"], told["fewest"], told["needed"], told["p"]) == (
        12,
        2,
        1,
        12,
        "0.833334",
    )
    measured = {n: Decimal(good) * 7 / 10 for n, good in enumerate((7, 6, 5, 4, 3), start=1)}
    assert Decimal(told["total"]) > measured[1] / Decimal("0.68")


def test_a_tie_at_the_edge_of_an_award_leaves_the_sample_worthless(marking):
    for sheet in Sheet.objects.filter(seat=marking.measuring, code__number="W-03"):
        Mark.objects.filter(sheet=sheet).update(values=["10"] * 6 + ["11"])
    sign_all(marking)
    done = finish_recheck(marking)
    assert (done.statement["tie"], done.statement["total"], done.statement["p"]) == (True, None, "1.000000")


def test_the_lock_waits_for_the_recheck(signed, supervisor):
    def codes():
        with pytest.raises(signing.LockRefused) as error:
            signing.lock_marks(event=signed.event, by=signed.chief)
        return [blocker.code for blocker in error.value.blockers]

    assert codes() == ["no_recheck"]
    recheck = begin(signed, supervisor=supervisor)
    assert codes() == ["recheck_open"]
    notice = wrong(item_of(recheck, signed.panel[0]), supervisor)
    assert codes() == ["open_notices", "recheck_open"]
    recheck_checks.correct(notice=notice, by=signed.chief)
    check_rest(recheck, supervisor)
    if rechecks.must_widen(recheck):
        rechecks.widen(recheck=recheck, by=supervisor)
        check_rest(recheck, supervisor)
    rechecks.finish(recheck=recheck, by=supervisor)
    event = signing.lock_marks(event=signed.event, by=signed.chief)
    assert event.state == Event.State.LOCKED
    assert set(Sheet.objects.values_list("state", flat=True)) == {Sheet.State.LOCKED}
    for verb in (lambda: rechecks.widen(recheck=recheck, by=supervisor, reason="late"),):
        with pytest.raises(rechecks.RecheckRefused):
            verb()


def test_back_to_marking_the_recheck_is_void_and_begins_anew(checking, signed, supervisor, organiser):
    check_rest(checking, supervisor)
    events.move(event=signed.event, to=Event.State.SCORING, by=organiser, reason="a panel judges again")
    checking.refresh_from_db()
    assert checking.state == Recheck.State.VOID
    assert set(Sheet.objects.values_list("state", flat=True)) == {Sheet.State.CHIEF_SIGNED}
    with pytest.raises(rechecks.RecheckRefused, match="void"):
        rechecks.finish(recheck=checking, by=supervisor)
    signing.reopen_sheet(sheet=signed.sheet(signed.panel[0]), by=signed.chief, reason="judged again")
    with pytest.raises(rechecks.RecheckRefused):
        rechecks.start(event=signed.event, by=signed.chief)
    sheet = signed.sheet(signed.panel[0])
    signing.sign_sheet(sheet=sheet, by=signed.panel[0].user)
    signing.chief_sign(event=signed.event, sheets=[sheet], by=signed.chief)
    again = rechecks.start(event=signed.event, by=signed.chief)
    assert (again.round, again.state) == (2, Recheck.State.COMMITTED)


def test_no_line_of_the_recheck_names_a_person(checking, signed, supervisor):
    wrong(item_of(checking, signed.panel[0]), supervisor)
    bodies = " ".join(Line.objects.filter(kind__startswith="recheck.").values_list("body", flat=True))
    for person in (signed.chief, supervisor, signed.panel[0].user):
        assert person.name not in bodies
        assert person.staff_no not in bodies


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_supervisors_at_one_sheet_make_one_check_or_one_notice():
    marking = make_small(works=2)
    sign_all(marking)
    people = [supervisor_of(marking.event), supervisor_two(marking.event)]
    recheck = begin(marking, supervisor=people[0])
    item = item_of(recheck, marking.panel[0])
    outcomes = []

    def act(n):
        try:
            if n == 0:
                recheck_checks.check_ok(item=item, by=people[0])
            else:
                wrong(item, people[1])
            outcomes.append(n)
        except rechecks.RecheckRefused:
            outcomes.append("refused")

    together(act, 2)
    item.refresh_from_db()
    assert item.outcome == RecheckItem.Outcome.ERROR
    assert ErrorNotice.objects.count() == 1
    assert first_broken_line(marking.event.chain) is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_notice_is_corrected_once_by_two_requests():
    marking = make_small(works=2)
    sign_all(marking)
    supervisor = supervisor_of(marking.event)
    recheck = begin(marking, supervisor=supervisor)
    notice = wrong(item_of(recheck, marking.panel[0]), supervisor)
    together(lambda n: recheck_checks.correct(notice=notice, by=marking.chief), 3)
    assert Mark.objects.filter(sheet=notice.item.sheet, aspect="A1.2").count() == 2
    assert Line.objects.filter(kind="mark.corrected").count() == 1
