import json
from datetime import datetime

import pytest
from django.utils import timezone

from competitions.domain import releases, results
from competitions.models import Event, Mark, Release, Sheet
from competitions.scoring.results import ScoringErrors
from craft_site.ledger.models import Line
from tests.competitions.contest import make_contest
from tests.factories import make_user

THREE = [("80", 7, (3, 3, 3)), ("90", 5, (2, 2, 3)), ("70", 7, (1, 1, 1))]


@pytest.fixture
def contest(db):
    return make_contest(THREE)


def test_a_contest_is_scored_by_contestant_number(contest):
    scored = results.score(contest)
    found = [(e.entry, str(e.total), e.rank, e.award) for e in scored.result.entries]
    # 0.3 x theory + 0.7 x practical: 24 + 7.00, 27 + 0.7 x 7.33, 21 + 0.7 x 8.00
    assert found == [
        ("C-002", "32.13", 1, "first"),
        ("C-001", "31.00", 2, "second"),
        ("C-003", "26.60", 3, "third"),
    ]


@pytest.mark.parametrize("size", [2, 12])
def test_scoring_costs_the_same_queries_at_any_size(db, size, django_assert_num_queries):
    event = make_contest([("80", 7, (3, 3, 3))] * size)
    with django_assert_num_queries(10):
        results.score(event)


def test_a_missing_mark_blocks_and_is_named(contest):
    sheet = Sheet.objects.get(code__number="W-88", seat__place=2, seat__role="result")
    Mark.objects.filter(sheet=sheet).delete()
    with pytest.raises(ScoringErrors) as caught:
        results.score(contest)
    assert [(p.entry, p.aspect) for p in caught.value.problems] == [("C-002", "A1.2")]
    assert any("C-002" in b and "A1.2" in b for b in releases.blockers(contest))


def test_a_judge_who_is_not_there_is_an_error_where_the_panel_needs_all(contest):
    sheet = Sheet.objects.get(code__number="W-88", seat__place=3, seat__role="result")
    Mark.objects.filter(sheet=sheet).delete()
    sheet.delete()
    with pytest.raises(ScoringErrors):
        results.score(contest)


def test_publishing_makes_an_immutable_release_with_one_ledger_line(contest, organiser):
    release = releases.publish(event=contest, by=organiser)
    rows = list(release.rows.values_list("rank", "contestant_no", "total", "award"))
    assert rows == [
        (1, "C-002", "32.13", "first"),
        (2, "C-001", "31.00", "second"),
        (3, "C-003", "26.60", "third"),
    ]
    line = Line.objects.get(kind="result.published")
    assert json.loads(line.body)["facts"]["hash"] == release.content_hash
    contest.refresh_from_db()
    assert contest.state == Event.State.PUBLICITY


def test_the_release_body_names_nobody(contest, organiser):
    release = releases.publish(event=contest, by=organiser)
    for row in release.rows.all():
        assert row.name.startswith("Contestant")
        assert row.name not in release.body
        assert row.employer not in release.body


def test_a_name_without_consent_is_not_published(db, organiser):
    event = make_contest(THREE, consent=False)
    release = releases.publish(event=event, by=organiser)
    assert {row.name for row in release.rows.all()} == {""}


def test_publishing_the_same_result_again_makes_no_second_version(contest, organiser):
    first = releases.publish(event=contest, by=organiser)
    assert releases.publish(event=contest, by=organiser) == first
    assert Release.objects.count() == 1


def test_a_changed_result_needs_a_reason_and_makes_version_two(contest, organiser):
    first = releases.publish(event=contest, by=organiser)
    Mark.objects.filter(sheet__code__number="W-89", aspect="A1.1").update(values=["10"] * 3 + ["11"] * 4)
    with pytest.raises(ValueError, match="changed"):
        releases.publish(event=contest, by=organiser)
    second = releases.publish(event=contest, by=organiser, reason="Appeal upheld")
    assert (second.number, second.reason) == (2, "Appeal upheld")
    first.refresh_from_db()
    assert first.rows.get(contestant_no="C-001").total == "31.00"
    assert second.rows.get(contestant_no="C-001").total == "28.20"


@pytest.mark.parametrize("state", [Event.State.SCORING, Event.State.LOCKED])
def test_nothing_is_published_before_decoding(db, organiser, state):
    event = make_contest(THREE, state=state)
    with pytest.raises(releases.PublishingBlocked):
        releases.publish(event=event, by=organiser)
    assert not Release.objects.exists()


def test_equals_at_the_edge_of_an_award_wait_for_the_chief_judge(db, organiser):
    event = make_contest([("80", 7, (3, 3, 3)), ("80", 7, (3, 3, 3)), ("70", 7, (3, 3, 3))])
    assert any("equal" in b for b in releases.blockers(event))
    chief = make_user("judge")
    with pytest.raises(ValueError, match="reason"):
        results.choose_award(event=event, tier="first", choice="widen", reason=" ", by=chief)
    results.choose_award(event=event, tier="first", choice="widen", reason="Both equal in all", by=chief)
    release = releases.publish(event=event, by=organiser)
    assert [row.award for row in release.rows.all()] == ["first", "first", "second"]
    assert json.loads(release.body)["decisions"][0]["reason"] == "Both equal in all"


def test_a_final_result_is_written_into_the_growth_record_once(contest, organiser):
    release = releases.publish(event=contest, by=organiser)
    Release.objects.filter(pk=release.pk).update(notice_until=timezone.now())
    contest.refresh_from_db()
    releases.finalise(event=contest, by=organiser)
    releases.record_growth(release)
    worker = release.rows.get(rank=1).entry.worker
    assert [line.detail_en.split()[:2] for line in worker.growth.all()] == [["Rank", "1"]]


def test_a_result_is_not_final_while_its_notice_runs(contest, organiser):
    releases.publish(event=contest, by=organiser)
    contest.refresh_from_db()
    with pytest.raises(releases.PublishingBlocked):
        releases.finalise(event=contest, by=organiser)


def test_a_notice_counts_working_days_only():
    friday = timezone.make_aware(datetime(2026, 4, 10, 9, 30))
    assert timezone.localtime(releases.notice_end(friday, 5)).isoformat() == "2026-04-17T17:00:00+08:00"
