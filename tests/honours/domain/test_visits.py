"""A visit from the request to the end: every step by whom it belongs to, nothing half done, the clocks, the record."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from craft_site.ledger.models import Line
from craft_site.people.models import Employment, GrowthEntry
from honours.domain import engagements, visit_answers, visit_matching, visit_reports, visits
from honours.domain.refusals import HonourRefused
from honours.domain.visit_reports import Found
from honours.models import OUTREACH, Visit, VisitCraftsman, VisitProblem
from tests.factories import make_employer, make_user
from tests.honours.makers import make_honour, make_title
from tests.honours.outreach import (
    agreed,
    asked,
    closed,
    make_craftsman,
    make_help,
    make_speaker,
    make_talk,
    matched,
    report_of,
    requested,
    triaged,
    visited,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def firm():
    return make_help()


def now(visit):
    return Visit.objects.get(pk=visit.pk)


def test_a_visit_goes_all_the_way_and_every_step_is_kept(firm):
    visit = now(closed(firm))
    assert (visit.state, visit.visited_on, visit.people_trained, visit.rating) == ("closed", TODAY(), 12, 5)
    assert [step.to for step in visit.steps.all()] == ["triaged", "matched", "agreed", "visited", "closed"]
    kinds = list(Line.objects.filter(chain__name=OUTREACH).order_by("seq").values_list("kind", flat=True))
    assert kinds == [
        "firm_visit.requested",
        "firm_visit.moved",
        "firm_visit.moved",
        "firm_visit.firm_agreed",
        "firm_visit.craftsman_answered",
        "firm_visit.moved",
        "firm_visit.moved",
        "firm_visit.rated",
        "firm_visit.moved",
    ]
    assert visit.due_on is None


def test_the_ledger_holds_no_person_no_firm_and_no_words(firm):
    visits.cancel(visit=requested(firm), reason="Wang fell ill, 13812345678", by=firm.contact)
    closed(firm)
    bodies = "".join(Line.objects.filter(chain__name=OUTREACH).values_list("body", flat=True))
    for word in (firm.employer.name, firm.craftsman.name, "Wang", "13812345678", "die tears", "Good"):
        assert word not in bodies, word


def test_a_contact_asks_for_the_own_firm_alone(firm):
    with pytest.raises(PermissionDenied, match="your own firm"):
        visits.request(employer=make_employer(), asked=asked(firm), by=firm.contact)
    for role in ("worker", "reviewer", "supervisor", "finance"):
        with pytest.raises(PermissionDenied):
            visits.request(employer=firm.employer, asked=asked(firm), by=make_user(role))
    phoned = visits.request(employer=firm.employer, asked=asked(firm), by=firm.organiser)
    assert (phoned.source, requested(firm).source) == ("phone", "online")
    numbers = list(Visit.objects.order_by("pk").values_list("number", flat=True))
    assert numbers == [f"V-{TODAY().year}-{n:04d}" for n in (1, 2)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"problem": " "}, "problem"),
        ({"kind": "magic"}, "kind"),
        ({"urgency": "now"}, "urgency"),
        ({"wished_by": TODAY() - timedelta(days=1)}, "wished_by"),
    ],
)
def test_a_bad_request_is_refused_beside_its_field(firm, wrong, field):
    with pytest.raises(HonourRefused) as refused:
        requested(firm, **wrong)
    assert refused.value.field == field
    assert not Visit.objects.exists()


def test_the_clock_runs_by_urgency(firm):
    days = {"urgent": 1, "soon": 2, "normal": 5}
    for urgency, count in days.items():
        assert requested(firm, urgency=urgency).due_on == TODAY() + timedelta(days=count)
    visit = triaged(firm, urgency="urgent")
    assert visit.due_on == TODAY() + timedelta(days=2)
    old = requested(firm, on=TODAY() - timedelta(days=30))
    assert old.is_late
    assert list(Visit.objects.overdue()) == [old]


def test_organisers_triage_and_match_nobody_else(firm):
    visit = requested(firm)
    for who in (firm.contact, firm.craftsman.user, make_user("reviewer"), make_user("supervisor")):
        with pytest.raises(PermissionDenied):
            visits.triage(visit=visit, kind="service", urgency="soon", trade=None, by=who)
        with pytest.raises(PermissionDenied):
            visits.decline(visit=visit, reason="Not for us", by=who)
        with pytest.raises(PermissionDenied):
            visits.match(visit=visit, workers=[firm.craftsman], planned_on=TODAY(), place="x", by=who)
    with pytest.raises(HonourRefused, match="reason"):
        visits.decline(visit=visit, reason=" no ", by=firm.organiser)
    assert visits.decline(visit=visit, reason="Not a matter of craft", by=firm.organiser).state == "declined"
    with pytest.raises(HonourRefused, match="this step"):
        visits.triage(visit=visit, kind="service", urgency="soon", trade=None, by=firm.organiser)


def test_candidates_come_by_trade_level_honour_and_load_and_never_from_the_firm(firm):
    own = make_craftsman("Own", grade=6, employer=firm.employer)
    low = make_craftsman("Low", grade=5)
    honoured = make_craftsman("Honoured", grade=6)
    make_honour(worker=honoured, title=make_title(level=4))
    make_craftsman("Apprentice", grade=3)
    visited(firm, firm.second)
    visit = triaged(firm)
    Employment.objects.create(worker=low, employer=firm.employer, since=TODAY())
    found = visit_matching.candidates(visit, year=TODAY().year)
    names = [one.worker.name for one in found]
    assert names[0] == "Honoured"
    assert own.name not in names
    assert "Apprentice" not in names
    assert {one.worker.name: one.fit.former for one in found}["Low"]
    second = next(one for one in found if one.worker == firm.second)
    assert {reason.key: reason.value for reason in second.fit.reasons}["load"] == 1
    with pytest.raises(HonourRefused, match="works for this firm"):
        visits.match(visit=visit, workers=[own], planned_on=TODAY(), place="Hall", by=firm.organiser)


def test_the_reasons_of_the_match_are_kept_as_they_stood(firm):
    [one] = matched(firm).craftsmen.all()
    assert one.score == sum(reason["points"] for reason in one.reasons)
    assert {"trade", "grade", "load"} <= {reason["key"] for reason in one.reasons}


def test_both_sides_say_yes_before_it_is_agreed(firm):
    visit = matched(firm, firm.craftsman, firm.second)
    first, second = visit.craftsmen.select_related("worker__user").order_by("worker")
    with pytest.raises(PermissionDenied):
        visit_answers.answer(invited=first, yes=True, by=second.worker.user)
    with pytest.raises(PermissionDenied, match="there, nobody for them"):
        visit_answers.answer(invited=first, yes=True, by=firm.organiser)
    visit_answers.answer(invited=first, yes=True, by=first.worker.user)
    visit_answers.answer_for_firm(visit=visit, yes=True, by=firm.contact)
    assert now(visit).state == "matched"
    visit_answers.answer(invited=second, yes=False, words="Abroad", by=second.worker.user)
    assert now(visit).state == "agreed"


def test_when_no_craftsman_can_come_the_office_looks_again(firm):
    visit = matched(firm)
    visit_answers.answer(invited=visit.craftsmen.get(), yes=False, by=firm.craftsman.user)
    assert now(visit).state == "triaged"
    again = visits.match(
        visit=visit, workers=[firm.second], planned_on=TODAY(), place="Hall", by=firm.organiser
    )
    assert [one.worker for one in again.craftsmen.all()] == [firm.second]


def test_the_firm_may_say_no_with_a_reason(firm):
    visit = matched(firm)
    with pytest.raises(HonourRefused, match="reason"):
        visit_answers.answer_for_firm(visit=visit, yes=False, by=firm.contact)
    visit_answers.answer_for_firm(visit=visit, yes=False, reason="We take stock then", by=firm.contact)
    assert now(visit).state == "triaged"
    assert {one.answer for one in visit.craftsmen.all()} == {VisitCraftsman.Answer.DROPPED}


def test_the_office_speaks_for_a_firm_and_a_craftsman_without_account_only(firm):
    visit = matched(firm)
    with pytest.raises(PermissionDenied, match="has an account"):
        visit_answers.answer_for_firm(visit=visit, yes=True, by=firm.organiser)
    firm.contact.is_active = False
    firm.contact.save()
    visit_answers.answer_for_firm(visit=visit, yes=True, by=firm.organiser)
    quiet = make_craftsman(account=False)
    other = matched(firm, quiet)
    visit_answers.answer(invited=other.craftsmen.get(), yes=True, by=firm.organiser)
    assert other.craftsmen.get().answer == "yes"


def test_who_came_gets_a_line_in_the_record_and_the_firm_stands_there_only_if_it_agreed(firm):
    visit = visited(firm)
    line = GrowthEntry.objects.get(worker=firm.craftsman, kind="visit")
    assert (line.on, line.withdrawn, firm.employer.name in line.title) == (TODAY(), False, False)
    visit_reports.rate(visit=visit, rating=4, words="", may_publish=True, by=firm.contact)
    assert firm.employer.name in GrowthEntry.objects.get(pk=line.pk).title
    visit_reports.say_published(visit=visit, may_publish=False, by=firm.contact)
    assert firm.employer.name not in GrowthEntry.objects.get(pk=line.pk).title


def test_a_report_taken_back_leaves_the_record_and_may_be_written_anew(firm):
    visit = visited(firm)
    with pytest.raises(PermissionDenied):
        visit_reports.take_back(visit=visit, reason="Wrong day", by=firm.contact)
    visit = visit_reports.take_back(visit=visit, reason="Wrong day", by=firm.organiser)
    assert (visit.state, visit.visited_on, visit.people_trained) == ("agreed", None, None)
    assert GrowthEntry.objects.get(kind="visit").withdrawn
    visit_reports.record(visit=visit, report=report_of(visit), by=firm.organiser)
    assert not GrowthEntry.objects.get(kind="visit").withdrawn
    visit_reports.take_back(visit=visit, reason="Wrong day", by=firm.organiser)
    assert visits.cancel(visit=visit, reason="Never took place", by=firm.organiser).state == "cancelled"
    assert GrowthEntry.objects.get(kind="visit").withdrawn


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"visited_on": TODAY() + timedelta(days=1)}, "visited_on"),
        ({"visited_on": TODAY() - timedelta(days=400)}, "visited_on"),
        ({"hours": Decimal("0")}, "hours"),
        ({"hours": Decimal("999")}, "hours"),
        ({"people_trained": -1}, "people_trained"),
        ({"saving": Decimal("-1")}, "saving"),
        ({"problems": []}, "problems"),
        ({"problems": [Found("Open", "service", False)]}, "problems.0.follow_up_on"),
        ({"problems": [Found(" ", "service", True)]}, "problems"),
        ({"came": []}, "came"),
        ({"came": [987654]}, "came"),
    ],
)
def test_a_bad_report_saves_nothing(firm, wrong, field):
    visit = agreed(firm)
    with pytest.raises(HonourRefused) as refused:
        visit_reports.record(visit=visit, report=report_of(visit, **wrong), by=firm.organiser)
    assert refused.value.field == field
    assert (now(visit).state, VisitProblem.objects.count()) == ("agreed", 0)
    assert not GrowthEntry.objects.filter(kind="visit").exists()


def test_nobody_is_proposed_for_two_places_on_one_day_unasked(firm):
    matched(firm, days=6)
    speaker = make_speaker(firm.organiser, firm.second)
    day = TODAY() + timedelta(days=6)
    make_talk(firm.organiser, speaker, held=False, on=day)
    visit = triaged(firm)
    for who in (firm.craftsman, firm.second):
        plan = {"workers": [who], "place": "Hall 3", "by": firm.organiser}
        with pytest.raises(HonourRefused, match="expected elsewhere") as refused:
            visits.match(visit=visit, planned_on=day, unless_busy=True, **plan)
        assert refused.value.field == "planned_on"
    visits.match(visit=visit, planned_on=day + timedelta(days=1), unless_busy=True, **plan)
    assert [one.on for one in engagements.coming([firm.second.pk])[firm.second.pk]] == [
        day,
        day + timedelta(days=1),
    ]


def test_being_asked_is_not_a_visit(firm):
    matched(firm)
    found = visit_matching.candidates(triaged(firm), year=TODAY().year)
    reasons = next(one for one in found if one.worker == firm.craftsman).fit.reasons
    assert {reason.key: reason.value for reason in reasons}["load"] == 0


def test_a_day_before_the_agreed_one_is_asked_about(firm):
    visit = agreed(firm, days=6)
    with pytest.raises(HonourRefused, match="earlier") as refused:
        visit_reports.record(visit=visit, report=report_of(visit), by=firm.organiser)
    assert refused.value.field == "visited_on"
    report = report_of(visit, earlier=True)
    assert visit_reports.record(visit=visit, report=report, by=firm.organiser).visited_on == TODAY()


def test_open_problems_are_followed_up_before_the_end(firm):
    visit = visited(firm, still_open=True)
    assert visit.due_on == TODAY() + timedelta(days=7)
    visit_reports.rate(visit=visit, rating=3, words="", may_publish=False, by=firm.contact)
    with pytest.raises(HonourRefused, match="open"):
        visit_reports.close(visit=visit, by=firm.organiser)
    still = visit.problems.get(solved_on=None)
    with pytest.raises(HonourRefused) as refused:
        visit_reports.follow_up(visit=visit, words="Not yet", solved=[], by=firm.organiser)
    assert refused.value.field == "next_on"
    later = TODAY() + timedelta(days=20)
    visit = visit_reports.follow_up(visit=visit, words="Not yet", solved=[], next_on=later, by=firm.organiser)
    assert (visit.state, visit.due_on) == ("followed_up", later)
    visit = visit_reports.follow_up(visit=visit, words="Now it runs", solved=[still.pk], by=firm.organiser)
    assert visit_reports.close(visit=visit, by=firm.organiser).state == "closed"


def test_the_firm_alone_rates_once_and_not_rating_does_not_keep_it_open_for_ever(firm):
    visit = visited(firm)
    for who in (firm.craftsman.user, firm.organiser, make_help().contact):
        with pytest.raises(PermissionDenied):
            visit_reports.rate(visit=visit, rating=5, words="", may_publish=True, by=who)
    with pytest.raises(HonourRefused, match="1 to 5"):
        visit_reports.rate(visit=visit, rating=6, words="", may_publish=True, by=firm.contact)
    with pytest.raises(HonourRefused, match="until"):
        visit_reports.close(visit=visit, by=firm.organiser)
    later = TODAY() + timedelta(days=14)
    assert visit_reports.close(visit=visit, by=firm.organiser, on=later).state == "closed"
    with pytest.raises(HonourRefused, match="cannot be rated"):
        visit_reports.rate(visit=visit, rating=5, words="", may_publish=True, by=firm.contact)


def test_who_sees_which_visit(firm):
    visit, other = matched(firm), requested(make_help())
    assert set(Visit.objects.visible_to(firm.organiser)) == {visit, other}
    assert set(Visit.objects.visible_to(make_user("supervisor"))) == {visit, other}
    for user in (firm.contact, firm.craftsman.user, make_user("reviewer", union=firm.employer.union)):
        assert list(Visit.objects.visible_to(user)) == [visit]
    for user in (firm.second.user, make_user("worker"), make_user("finance")):
        assert not Visit.objects.visible_to(user)
