"""The recheck at the desk: who sees what, one sheet compared, notices, the statement."""

import pytest
from django.urls import reverse

from competitions.domain import recheck_checks, rechecks
from competitions.models import ErrorNotice, Recheck, RecheckItem, Sheet
from tests.competitions.rechecking import (
    DICE,
    begin,
    check_rest,
    finish_recheck,
    make_small,
    sign_all,
    supervisor_of,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    found = make_small()
    sign_all(found)
    return found


@pytest.fixture
def supervisor(marking):
    return supervisor_of(marking.event)


@pytest.fixture
def recheck(marking, supervisor):
    return begin(marking, supervisor=supervisor)


def at(name, marking, *args):
    return reverse(f"desk:{name}", args=(marking.event.code, *args))


def text(answer):
    return answer.content.decode()


def measured(recheck, number="W-01"):
    return recheck.checks.get(sheet__seat__role="measuring", sheet__code__number=number)


def test_from_the_frozen_list_to_the_statement(client, marking, supervisor):
    """Every step through its page: the chief judge freezes, a supervisor throws, checks and ends it."""
    client.force_login(marking.chief)
    assert "Freeze the list" in text(client.get(at("recheck", marking)))
    client.post(at("recheck_start", marking))
    recheck = Recheck.objects.get()
    page = text(client.get(at("recheck", marking)))
    assert recheck.commitment in page
    assert recheck.secret.reveal() not in page
    client.force_login(supervisor)
    client.post(at("recheck_throw", marking), {"dice": DICE})
    recheck.refresh_from_db()
    assert recheck.state == Recheck.State.CHECKING
    address = recheck.get_absolute_url()
    for _n in range(recheck.checks.count()):
        waiting = recheck.checks.filter(outcome="open").order_by("sheet__code__number", "sheet_id").first()
        answer = client.post(waiting.get_absolute_url(), {"compared": "1"})
        address = answer["Location"]
    assert address == recheck.get_absolute_url()
    answer = client.post(at("recheck_finish", marking), follow=True)
    page = text(answer)
    assert "10 of 20 sheets were checked" in page
    assert "is at most 83.34 %" in page
    assert recheck.secret.reveal() in page


def test_what_is_typed_beside_a_reading_becomes_a_notice(client, marking, supervisor, recheck):
    """Point 3 of the seven reads 11; the others are left empty and stay as they stand."""
    item = measured(recheck)
    client.force_login(supervisor)
    answer = client.post(item.get_absolute_url(), {"a0-v2": "11", "note": "smudged"})
    assert answer.status_code == 302
    notice = ErrorNotice.objects.get()
    assert notice.should["values"] == ["10", "10", "11", "10", "10", "10", "10"]
    client.force_login(marking.chief)
    assert "smudged" in text(client.get(item.get_absolute_url()))
    client.post(at("recheck_notice", marking, notice.pk), {"action": "correct"})
    assert item.sheet.marks.get(is_current=True).values == notice.should["values"]


def test_a_bad_reading_is_named_and_nothing_is_recorded(client, supervisor, recheck):
    client.force_login(supervisor)
    answer = client.post(measured(recheck).get_absolute_url(), {"a0-v2": "many", "a0-v3": "9"})
    assert answer.status_code == 422
    assert "A1.1: This is not a number" in text(answer)
    assert 'value="many"' in text(answer)
    assert not ErrorNotice.objects.exists()


def test_a_tick_without_comparing_is_no_check(client, supervisor, recheck):
    item = measured(recheck)
    client.force_login(supervisor)
    assert client.post(item.get_absolute_url(), {}).status_code == 422
    # What was typed again and says the same agrees, but the rest must have been compared too.
    assert client.post(item.get_absolute_url(), {"a0-v0": "10"}).status_code == 422
    item.refresh_from_db()
    assert item.outcome == RecheckItem.Outcome.OPEN
    assert client.post(item.get_absolute_url(), {"a0-v0": "10", "compared": "1"}).status_code == 302
    item.refresh_from_db()
    assert item.outcome == RecheckItem.Outcome.OK


def test_a_notice_is_withdrawn_by_whoever_raised_it(client, marking, supervisor, recheck):
    item = measured(recheck)
    client.force_login(supervisor)
    client.post(item.get_absolute_url(), {"a0-not_done": "1"})
    notice = ErrorNotice.objects.get()
    assert notice.should == {"values": [], "not_done": True}
    client.post(at("recheck_notice", marking, notice.pk), {"action": "withdraw", "reason": ""})
    notice.refresh_from_db()
    assert notice.state == ErrorNotice.State.OPEN
    client.post(at("recheck_notice", marking, notice.pk), {"action": "withdraw", "reason": "wrong sheet"})
    notice.refresh_from_db()
    assert notice.state == ErrorNotice.State.WITHDRAWN


def test_an_organiser_follows_without_a_sheet_or_a_value(client, marking, supervisor, organiser, recheck):
    item = measured(recheck)
    recheck_checks.raise_notice(item=item, aspect="A1.1", values=["10.0731"] * 7, by=supervisor)
    client.force_login(organiser)
    page = text(client.get(at("recheck", marking)))
    assert "Error rate" in page
    assert item.get_absolute_url() not in page
    statement = text(client.get(at("recheck_statement", marking)))
    assert "10.0731" not in page + statement
    assert client.get(item.get_absolute_url()).status_code == 403
    client.force_login(supervisor)
    assert "10.0731" in text(client.get(at("recheck_statement", marking)))


@pytest.mark.parametrize("who", ["judge", "reviewer", "worker", None])
def test_everybody_else_stays_out(client, marking, recheck, who):
    item = measured(recheck)
    if who:
        client.force_login(marking.panel[0].user if who == "judge" else make_user(who))
    for address in (
        at("recheck", marking),
        at("recheck_statement", marking),
        item.get_absolute_url(),
    ):
        assert client.get(address).status_code in (302, 403, 404)
    for name in ("recheck_start", "recheck_throw", "recheck_widen", "recheck_finish"):
        assert client.post(at(name, marking), {"dice": DICE}).status_code in (302, 403, 404)
    client.post(item.get_absolute_url(), {"compared": "1"})
    assert not recheck.checks.exclude(outcome="open").exists()


def test_above_the_limit_the_page_asks_for_all_sheets(client, marking, supervisor, recheck):
    item = measured(recheck)
    notice = recheck_checks.raise_notice(item=item, aspect="A1.1", values=["9"] * 7, by=supervisor)
    recheck_checks.correct(notice=notice, by=marking.chief)
    check_rest(recheck, supervisor)
    client.force_login(supervisor)
    page = text(client.get(at("recheck", marking)))
    assert "all sheets are to be checked" in page
    assert "10 %" in page
    client.post(at("recheck_finish", marking))
    recheck.refresh_from_db()
    assert recheck.state == Recheck.State.CHECKING
    client.post(at("recheck_widen", marking))
    assert recheck.checks.count() == Sheet.objects.count()


def test_the_start_page_names_what_is_missing(client, marking):
    Sheet.objects.filter(seat=marking.panel[0]).update(state=Sheet.State.SIGNED)
    client.force_login(marking.chief)
    page = text(client.get(at("recheck", marking)))
    assert "5 sheets are not signed by the chief judge" in page
    assert "Freeze the list</button>" not in page
    client.post(at("recheck_start", marking))
    assert not Recheck.objects.exists()


@pytest.mark.parametrize("works", [2, 12])
def test_the_pages_cost_the_same_queries_at_any_size(client, django_assert_max_num_queries, works):
    marking = make_small(works)
    sign_all(marking)
    supervisor = supervisor_of(marking.event)
    recheck = begin(marking, supervisor=supervisor)
    client.force_login(supervisor)
    with django_assert_max_num_queries(24):
        client.get(at("recheck", marking))
    with django_assert_max_num_queries(16):
        client.get(measured(recheck).get_absolute_url())
    check_rest(recheck, supervisor)
    rechecks.finish(recheck=recheck, by=supervisor)
    with django_assert_max_num_queries(14):
        client.get(at("recheck_statement", marking))


def test_a_finished_recheck_cannot_be_posted_to(client, marking, supervisor):
    recheck = finish_recheck(marking)
    client.force_login(supervisor)
    answer = client.post(measured(recheck).get_absolute_url(), {"a0-v0": "9"})
    assert answer.status_code == 422
    assert not ErrorNotice.objects.exists()
