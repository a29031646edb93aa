import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings as site_settings
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from competitions import noticeboard
from competitions.domain import releases
from competitions.models import CalendarStep, Code, Entry, Event, Mark, Release, Sheet
from competitions.proof.build import build_proof
from competitions.proof.files import proof_of, proof_path
from competitions.scoring.engine import score_event
from competitions.scoring.results import EntryInput
from competitions.web.published_pages import write_pages
from craft_site.jobs import queue
from craft_site.jobs.models import Job
from tests.competitions.contest import make_contest
from tests.factories import make_seat

THREE = [("80", 7, (3, 3, 3)), ("90", 5, (2, 2, 3)), ("70", 7, (1, 1, 1))]


@pytest.fixture
def contest(db):
    return make_contest(THREE)


@pytest.fixture
def release(contest, organiser):
    return releases.publish(event=contest, by=organiser)


def test_the_public_page_shows_rank_name_unit_and_total(client, release):
    page = client.get(release.get_absolute_url()).content.decode()
    assert page.index("C-002") < page.index("C-001") < page.index("C-003")
    assert "32.13" in page
    assert release.content_hash in page


def test_the_calendar_on_the_contests_page_has_the_days_of_notice_of_the_result_itself(contest, release):
    planned = release.notice_until + timedelta(days=1)
    CalendarStep.objects.create(
        event=contest,
        kind=CalendarStep.Kind.PUBLICITY,
        starts_at=planned - timedelta(days=8),
        ends_at=planned,
    )
    contest.refresh_from_db()
    [notice] = noticeboard.of(contest.competition)
    for found in (notice, noticeboard.leading([contest])):
        [step] = [step for step in found.calendar if step.kind == CalendarStep.Kind.PUBLICITY]
        assert (step.starts_at, step.ends_at) == (release.published_at, release.notice_until)


def test_the_public_page_costs_the_same_queries_at_any_size(
    client, db, organiser, django_assert_max_num_queries
):
    event = make_contest([(str(60 + n), 7, (3, 3, 3)) for n in range(30)])
    found = releases.publish(event=event, by=organiser)
    with django_assert_max_num_queries(10):
        client.get(found.get_absolute_url())


def test_an_unpublished_result_is_nowhere_in_public(client, contest):
    assert client.get(f"/contests/results/{contest.code}-v1/").status_code == 404


@pytest.mark.parametrize("slug", ["none-v1", "nothing", "x-v", "x-vone"])
def test_an_unknown_release_is_a_404(client, db, slug):
    assert client.get(f"/contests/results/{slug}/").status_code == 404


def test_a_contestants_public_line_shows_criteria_but_no_reading(client, release):
    page = client.get(reverse("contest:release_row", args=(release.slug, "C-001"))).content.decode()
    assert "31.00" in page
    assert "A1.1" not in page


def test_a_brief_event_shows_the_public_no_marks(client, release):
    Event.objects.update(public_rows="brief")
    page = client.get(release.get_absolute_url()).content.decode()
    assert "7.33" not in page
    assert client.get(reverse("contest:release_row", args=(release.slug, "C-001"))).status_code == 404
    for name in ("release_file", "release_proof"):
        address = reverse(f"contest:{name}", args=(release.slug,))
        assert address not in page
        assert client.get(address).status_code == 404
    release.event.refresh_from_db()
    proof_path(release).unlink(missing_ok=True)  # of the time before the event was brief
    write_pages(release)
    assert proof_of(release) is None


def test_my_sheet_shows_every_reading_and_only_mine(client, release):
    row = release.rows.get(contestant_no="C-001")
    client.force_login(row.entry.worker.user)
    page = client.get(reverse("me:score_sheet", args=(row.pk,))).content.decode()
    assert "A1.1" in page
    assert "9.9–10.1" in page
    other = release.rows.get(contestant_no="C-002")
    assert client.get(reverse("me:score_sheet", args=(other.pk,))).status_code == 404


def test_my_scores_list_the_newest_version_only(client, release):
    row = release.rows.get(contestant_no="C-001")
    client.force_login(row.entry.worker.user)
    page = client.get(reverse("me:scores")).content.decode()
    assert reverse("me:score_sheet", args=(row.pk,)) in page


def test_my_entries_say_that_the_result_is_published(client, release):
    entry = release.rows.get(contestant_no="C-001").entry
    client.force_login(entry.worker.user)
    page = client.get(reverse("me:entries")).content.decode()
    assert "Result published" in page
    assert entry.get_state_display() not in page
    release.rows.all().delete()
    page = client.get(reverse("me:entries")).content.decode()
    assert "Result published" not in page
    assert entry.get_state_display() in page


def test_provisional_marks_are_closed_to_contestants_judges_and_the_public(client, contest, outsider):
    url = reverse("desk:results", args=(contest.code,))
    for user in (outsider, make_seat(contest, "floor").user, Entry.objects.first().worker.user):
        client.force_login(user)
        assert client.get(url).status_code in (403, 404)
    client.logout()
    assert client.get(url).status_code == 302


def test_the_organiser_sees_no_marks_before_decoding_the_chief_judge_does(client, db, organiser):
    event = make_contest(THREE, state=Event.State.SCORING)
    url = reverse("desk:results", args=(event.code,))
    client.force_login(organiser)
    assert client.get(url).status_code == 403
    client.force_login(make_seat(event, "chief").user)
    page = client.get(url).content.decode()
    assert "32.13" in page
    assert "Contestant 1" not in page


def test_before_decoding_the_chief_judge_reads_work_numbers_and_no_contestant_number(client, db):
    event = make_contest(THREE, state=Event.State.LOCKED)
    client.force_login(make_seat(event, "chief").user)
    page = client.get(reverse("desk:results", args=(event.code,))).content.decode()
    assert page.index("W-88") < page.index("W-89") < page.index("W-87")  # by rank; W-88 is the work of C-002
    assert "C-00" not in page


def test_a_missing_mark_is_told_by_work_number_before_decoding(client, db):
    event = make_contest(THREE, state=Event.State.SCORING)
    Mark.objects.filter(sheet__code__number="W-88", aspect="A1.1").delete()
    client.force_login(make_seat(event, "chief").user)
    page = client.get(reverse("desk:results", args=(event.code,))).content.decode()
    assert "entry W-88: aspect A1.1 Length has no mark" in page
    assert f'<a href="{reverse("desk:progress", args=(event.code,))}?q=W-88">' in page
    assert "C-00" not in page


def test_who_lacks_a_mark_has_no_rank_and_no_award_in_the_provisional_list(client, db):
    event = make_contest(THREE, state=Event.State.SCORING)
    Mark.objects.filter(sheet__code__number="W-88", aspect="A1.1").delete()
    Entry.objects.filter(contestant_code__number="C-001").update(state=Entry.State.ABSENT)
    Mark.objects.filter(sheet__code__number="W-89").delete()
    Sheet.objects.filter(code__number="W-89").delete()
    Code.objects.filter(number="W-89").delete()
    client.force_login(make_seat(event, "chief").user)
    answer = client.get(reverse("desk:results", args=(event.code,)))
    rows = {row["number"]: (row["rank"], row["award"] or "") for row in answer.context["rows"]}
    assert rows["W-88"] == (None, "")
    assert rows["W-87"][0] is not None
    assert rows["Absent"] == (None, "")
    page = answer.content.decode()
    assert "who lacks one has no rank and no award yet" in page
    labels = [label for label, _mark in answer.context["rows"][0]["parts"]]
    assert labels == answer.context["components"]
    assert f'data-label="{labels[0]}"' in page


def test_the_organiser_publishes_and_a_job_writes_the_pages(client, contest, organiser, settings, tmp_path):
    settings.PUBLISHED_ROOT = tmp_path
    client.force_login(organiser)
    asked = client.post(reverse("desk:publish", args=(contest.code,))).content.decode()
    assert "Publish version 1?" in asked
    assert not Job.objects.exists()
    answer = client.post(reverse("desk:publish", args=(contest.code,)), {"sure": "yes"})
    job = Job.objects.get()
    assert answer.url == reverse("job", args=(job.uuid,))
    assert queue.run_job(job.pk)
    page = (tmp_path / f"contests/results/{contest.code}-v1.html").read_text()
    assert "32.13" in page
    assert "csrf" not in page.lower()
    assert (tmp_path / f"contests/results/{contest.code}-v1/en.html").exists()


def test_the_pages_are_written_in_both_languages(release, settings, tmp_path):
    settings.PUBLISHED_ROOT = tmp_path
    with translation.override("zh-hans"):
        write_pages(release)
    english = (tmp_path / f"contests/results/{release.slug}/en.html").read_text()
    assert 'lang="en"' in english
    assert "Results" in english
    chinese = (tmp_path / f"contests/results/{release.slug}.html").read_text()
    assert 'lang="zh-hans"' in chinese


def test_an_english_reader_is_led_to_the_english_result_and_a_chinese_one_to_the_chinese(client, release):
    english, chinese = f"/contests/results/{release.slug}/en/", f"/contests/results/{release.slug}/"
    for language, address in (("en", english), ("zh-hans", chinese)):
        client.cookies[site_settings.LANGUAGE_COOKIE_NAME] = language
        page = client.get(f"/contests/results/{release.slug}/C-001/").content.decode()
        assert f'href="{address}"' in page


def test_a_published_page_has_a_door_to_sign_in_and_the_ways_to_check(release, settings, tmp_path):
    settings.PUBLISHED_ROOT = tmp_path
    write_pages(release)
    page = (tmp_path / "contests/results" / f"{release.slug}.html").read_text()
    for name in ("front_door", "verify:contest", "receipts:look_up"):
        assert f'href="{reverse(name)}"' in page
    assert 'data-language="en"' in page
    assert "csrfmiddlewaretoken" not in page


def test_a_person_without_the_role_cannot_publish(client, contest, reviewer, outsider):
    for user in (reviewer, outsider):
        client.force_login(user)
        assert client.post(reverse("desk:publish", args=(contest.code,))).status_code in (403, 404)
    assert not Job.objects.exists()


def test_the_result_book_holds_the_ranking_as_numbers_and_the_check_value(client, release):
    answer = client.get(reverse("contest:release_book", args=(release.slug,)))
    book = load_workbook(BytesIO(answer.content))
    ranking = list(book.worksheets[0].iter_rows(min_row=3, values_only=True))
    assert [(row[0], row[1], float(row[-2])) for row in ranking] == [
        (1, "C-002", 32.13),
        (2, "C-001", 31.0),
        (3, "C-003", 26.6),
    ]
    notes = " ".join(str(row[0]) for row in book.worksheets[-1].iter_rows(values_only=True))
    assert release.content_hash in notes


def test_the_facts_file_computes_the_published_result_again(client, release):
    """An outsider needs this file and the scheme, nothing of ours but the engine."""
    facts = json.loads(client.get(reverse("contest:release_file", args=(release.slug,))).content)
    inputs = [
        EntryInput(entry=e["entry"], raw=e["raw"], components=e["components"], started=e["started"])
        for e in facts["entries"]
    ]
    again = score_event(release.scheme.scheme, inputs)
    assert [(r.entry, str(r.total), r.rank, r.award) for r in again.entries] == [
        (r["entry"], r["total"], r["rank"], r["award"]) for r in facts["results"]
    ]


def _correct(number: str, good: int) -> None:
    Mark.objects.filter(sheet__code__number=number, aspect="A1.1").update(
        values=["10"] * good + ["11"] * (7 - good)
    )


def test_the_desk_says_whether_what_is_computed_is_what_is_published(client, contest, organiser):
    url = reverse("desk:results", args=(contest.code,))
    client.force_login(organiser)
    assert "provisional, not public" in client.get(url).content.decode()
    releases.publish(event=contest, by=organiser)
    assert "as published in version 1" in client.get(url).content.decode()
    _correct("W-89", 3)
    page = client.get(url).content.decode()
    assert "differs from version 1, not public" in page
    assert "31.00" in page  # before
    assert "28.20" in page  # after


def test_a_new_version_tells_each_change_with_before_and_after(client, release, contest, organiser):
    _correct("W-89", 1)
    second = releases.publish(event=contest, by=organiser, reason="Reading put right")
    page = client.get(second.get_absolute_url()).content.decode()
    own = page.index('id="amendments"')
    for text in ("Reading put right", "<del>31.00</del>", "<ins>26.80</ins>", "A1.1"):
        assert page.index(text, own)
    book = load_workbook(BytesIO(client.get(reverse("contest:release_book", args=(second.slug,))).content))
    lines = list(book["Amendments"].iter_rows(values_only=True))
    assert ("C-001", "Total", "31.00", "26.80", None, "Reading put right") in lines


def test_the_proof_of_a_brief_event_is_downloaded_at_the_desk_alone(client, release, contest, organiser):
    Event.objects.update(public_rows="brief")
    at_the_desk = reverse("desk:release_proof", args=(contest.code, 1))
    assert client.get(at_the_desk).status_code == 302  # to the sign-in
    client.force_login(organiser)
    assert at_the_desk in client.get(reverse("desk:results", args=(contest.code,))).content.decode()
    answer = client.get(at_the_desk)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert answer.content == build_proof(release).content
    assert client.get(reverse("desk:release_proof", args=(contest.code, 2))).status_code == 404
    client.force_login(make_seat(contest, "measuring").user)
    assert client.get(at_the_desk).status_code == 403


def test_a_brief_event_shows_amendments_without_component_marks(client, release, contest, organiser):
    Event.objects.update(public_rows="brief")
    _correct("W-89", 1)
    second = releases.publish(event=contest, by=organiser, reason="Reading put right")
    page = client.get(second.get_absolute_url()).content.decode()
    assert "<ins>26.80</ins>" in page
    assert "4.00" not in page  # the practical mark
    assert "A1.1" not in page


def test_the_old_version_stays_and_says_what_supersedes_it(client, contest, organiser, settings, tmp_path):
    settings.PUBLISHED_ROOT = tmp_path
    client.force_login(organiser)
    client.post(reverse("desk:publish", args=(contest.code,)), {"sure": "yes"})
    assert queue.run_job(Job.objects.get().pk)
    _correct("W-89", 3)
    changed = {"reason": "Reading put right"}
    asked = client.post(reverse("desk:publish", args=(contest.code,)), changed).content.decode()
    assert ("Publish version 2?" in asked, "Reading put right" in asked) == (True, True)
    client.post(reverse("desk:publish", args=(contest.code,)), changed | {"sure": "yes"})
    assert queue.run_job(Job.objects.order_by("-pk")[0].pk)
    first = (tmp_path / f"contests/results/{contest.code}-v1.html").read_text()
    assert f"/contests/results/{contest.code}-v2/" in first
    assert "31.00" in first
    assert (tmp_path / f"contests/results/{contest.code}-v2.html").exists()


def test_the_files_say_final_once_it_is_final(client, contest, organiser, settings, tmp_path):
    settings.PUBLISHED_ROOT = tmp_path
    client.force_login(organiser)
    release = releases.publish(event=contest, by=organiser)
    write_pages(release)
    file = tmp_path / f"contests/results/{release.slug}/en.html"
    assert "On public notice" in file.read_text()
    Release.objects.update(notice_until=timezone.now())
    client.post(reverse("desk:finalise", args=(contest.code,)))
    assert queue.run_job(Job.objects.get(name="competitions.write_pages").pk)
    assert "Final · version 1" in file.read_text()


def test_publishing_reports_its_steps_while_it_computes(contest, organiser):
    seen: list[tuple[int, int]] = []
    releases.publish(event=contest, by=organiser, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 5), (4, 5)]
    many = make_contest([(str(30 + n), 7, (3, 3, 3)) for n in range(60)])
    seen.clear()
    releases.publish(event=many, by=organiser, progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _total in seen] == [1, 21, 41, 61, 61]
