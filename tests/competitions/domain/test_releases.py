import json
from datetime import datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone

from competitions.domain import releases, results
from competitions.models import Entry, Event, Mark, Release, Sheet
from competitions.scoring.results import ScoringErrors
from craft_site.ledger.chain import append
from craft_site.ledger.models import Line
from tests.competitions.contest import make_contest
from tests.competitions.marking_contest import together
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
    assert any("C-002" in b.message and "A1.2" in b.message for b in releases.blockers(contest))


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
    (blocker,) = releases.blockers(event)
    assert "“First prize”: C-001" in blocker.message  # by its name, not “first”
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


def test_the_difference_stands_in_the_body_and_under_the_check_value(contest, organiser):
    first = releases.publish(event=contest, by=organiser)
    Mark.objects.filter(sheet__code__number="W-89", aspect="A1.1").update(values=["10"] * 1 + ["11"] * 6)
    second = releases.publish(event=contest, by=organiser, reason="Reading put right")
    kept = json.loads(second.body)["amendments"]
    assert kept == second.amendments
    assert kept["supersedes"] == {"number": 1, "hash": first.content_hash}
    assert [(c["entry"], c["own"], c["fields"], c["aspects"]) for c in kept["changes"]] == [
        ("C-001", True, {"total": ["31.00", "26.80"], "award": ["second", None]}, ["A1.1"]),
        ("C-003", False, {"award": ["third", "second"]}, []),
    ]
    assert "amendments" not in json.loads(first.body)


def test_who_moves_because_of_another_is_told_apart(contest, organiser):
    releases.publish(event=contest, by=organiser)
    Mark.objects.filter(sheet__code__number="W-89", aspect="A1.1").update(values=["11"] * 7)
    second = releases.publish(event=contest, by=organiser, reason="Reading put right")
    found = {c["entry"]: (c["own"], c["fields"].get("rank")) for c in second.amendments["changes"]}
    assert found == {"C-001": (True, [2, 3]), "C-003": (False, [3, 2])}


def test_a_disqualified_entry_leaves_the_ranking_and_stays_on_the_list(contest, organiser):
    releases.publish(event=contest, by=organiser)
    Entry.objects.filter(contestant_code__number="C-002").update(state=Entry.State.DISQUALIFIED)
    second = releases.publish(event=contest, by=organiser, reason="Somebody else played")
    rows = list(second.rows.values_list("contestant_no", "rank", "status", "total", "award"))
    assert rows == [
        ("C-001", 1, "", "31.00", "first"),
        ("C-003", 2, "", "26.60", "second"),
        ("C-002", None, "disqualified", "", ""),
    ]
    given = {e["entry"]: e.get("disqualified") for e in json.loads(second.body)["entries"]}
    assert given == {"C-001": None, "C-002": True, "C-003": None}


def test_a_result_cancelled_after_the_final_list_is_hidden_in_the_record(contest, organiser):
    release = releases.publish(event=contest, by=organiser)
    Release.objects.filter(pk=release.pk).update(notice_until=timezone.now())
    contest.refresh_from_db()
    releases.finalise(event=contest, by=organiser)
    worker = release.rows.get(contestant_no="C-002").entry.worker
    other = release.rows.get(contestant_no="C-001").entry.worker
    assert worker.growth.get().withdrawn is False
    Entry.objects.filter(contestant_code__number="C-002").update(state=Entry.State.DISQUALIFIED)
    releases.publish(event=contest, by=organiser, reason="Somebody else played")
    assert worker.growth.get().withdrawn is True
    assert other.growth.get().detail_en == "Rank 1 First prize"
    contest.refresh_from_db()
    assert contest.state == Event.State.FINAL


def test_what_is_recorded_while_it_computes_makes_it_compute_again(contest, organiser):
    """The computing reads the old mark; before the write somebody corrects it and says so in the ledger."""
    said = []

    def meanwhile(done, total):
        if done == 1 and not said:
            said.append(done)
            Mark.objects.filter(sheet__code__number="W-89", aspect="A1.1").update(values=["11"] * 7)
            with transaction.atomic():
                append(contest.chain, "mark.corrected", subject="sheet:1", facts={}, by=organiser)

    release = releases.publish(event=contest, by=organiser, progress=meanwhile)
    assert release.rows.get(contestant_no="C-001").total == "26.10"


def test_publishing_gives_up_where_something_is_recorded_all_the_time(contest, organiser):
    def meanwhile(done, total):
        with transaction.atomic():
            append(contest.chain, "mark.corrected", subject="sheet:1", facts={}, by=organiser)

    with pytest.raises(releases.PublishingBlocked):
        releases.publish(event=contest, by=organiser, progress=meanwhile)
    assert not Release.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_steps_are_reported_outside_the_write_so_that_others_see_them():
    event, inside = make_contest(THREE), []
    releases.publish(
        event=event,
        by=make_user("organiser"),
        progress=lambda done, total: inside.append(connection.in_atomic_block),
    )
    assert inside == [False, False]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_make_one_version():
    event, organiser = make_contest(THREE), make_user("organiser")
    found = []
    together(lambda n: found.append(releases.publish(event=event, by=organiser).pk), 4)
    assert len(set(found)) == 1
    assert Line.objects.filter(kind="result.published").count() == 1


def test_a_notice_counts_working_days_only():
    friday = timezone.make_aware(datetime(2026, 4, 10, 9, 30))
    assert timezone.localtime(releases.notice_end(friday, 5)).isoformat() == "2026-04-17T17:00:00+08:00"
