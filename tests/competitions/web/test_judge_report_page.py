"""The page of the report on judges: who opens it, what each reads there, the job for large events, the export."""

import json
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from competitions.domain import judge_report as reports
from competitions.models import Event, Mark
from competitions.web.desk import judge_report as pages
from competitions.web.desk import judge_report_words as words
from craft_site.jobs import queue
from craft_site.jobs.models import Job
from craft_site.people.models import Worker
from tests.competitions.contest import make_contest
from tests.factories import make_seat, make_user

SIX = [
    ("80", 7, (3, 3, 2)),
    ("90", 5, (2, 2, 3)),
    ("70", 7, (1, 2, 1)),
    ("60", 6, (0, 1, 1)),
    ("75", 4, (2, 3, 2)),
    ("65", 3, (1, 1, 0)),
]
CLOSE = [("81", 7, (3, 2, 2)), ("80", 7, (2, 2, 3)), ("80", 1, (0, 0, 0))]


@pytest.fixture
def contest(db):
    return make_contest(SIX)


@pytest.fixture
def sealed(db):
    return make_contest(SIX, state=Event.State.SCORING)


def chief_of(event):
    return make_seat(event, "chief", user=make_user("judge")).user


def supervisor_of(event):
    return make_seat(event, "supervisor", user=make_user("supervisor")).user


def address(event, name="judge_report"):
    return reverse(f"desk:{name}", args=(event.code,))


def read(client, user, event, name="judge_report", **query):
    client.force_login(user)
    return client.get(address(event, name), query)


@pytest.mark.parametrize("official", [chief_of, supervisor_of])
def test_chief_and_supervisor_read_it_with_names_before_decoding(client, sealed, official):
    page = read(client, official(sealed), sealed).content.decode()
    for seat in sealed.seats.filter(role="result").select_related("user"):
        assert seat.user.name in page
    assert "Panel (3 judges)" in page
    assert "who is whose; the home lift stands here after decoding" in page


def test_before_decoding_nobody_who_competes_is_in_it(client, sealed):
    page = read(client, chief_of(sealed), sealed).content.decode()
    for worker in Worker.objects.all():
        assert worker.name not in page
    assert "C-00" not in page


def test_the_organiser_reads_it_after_decoding_without_names_of_judges(client, sealed, contest, organiser):
    assert read(client, organiser, sealed).status_code == 403
    answer = read(client, organiser, contest)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "J2" in page
    for seat in contest.seats.filter(role="result").select_related("user"):
        assert seat.user.name not in page


def test_who_marks_never_opens_it(client, contest):
    seat = contest.seats.get(role="result", place=1)
    seat.user.groups.add(*make_user("judge", "organiser", "supervisor").groups.all())
    assert read(client, seat.user, contest).status_code in (403, 404)
    assert read(client, seat.user, contest, "judge_report_marks").status_code in (403, 404)


@pytest.mark.parametrize("role", ["reviewer", "employer", "worker"])
def test_nobody_else_opens_it(client, contest, role):
    assert read(client, make_user(role), contest).status_code == 403


def test_other_officials_do_not_open_it(client, contest):
    for role in ("coding", "recorder", "arbiter"):
        user = make_seat(contest, role, user=make_user("judge")).user
        assert read(client, user, contest).status_code == 403


def test_each_figure_has_a_sentence_and_each_picture_a_table(client, contest):
    page = read(client, chief_of(contest), contest).content.decode()
    assert "lower than the others; that is within what chance explains." in page
    assert "The mark of a single judge has" in page
    assert "(Kendall&#x27;s W = " in page
    assert "Krippendorff&#x27;s alpha" in page
    assert "judged mark would have to be different to change it." in page
    assert page.count('<svg role="img" aria-label="') == page.count("<figure") == 5
    assert page.count("<figure") <= page.count("<table") + 2  # two pictures of severity share one table
    assert "style=" not in page.split("<main", 1)[1]


def test_the_winner_whom_one_judge_made_is_named_with_that_judge(client, db):
    event = make_contest(CLOSE)
    page = read(client, chief_of(event), event).content.decode()
    first = event.seats.select_related("user").get(role="result", place=1)
    assert f"The winner would be another without {first.user}" in page


def test_the_mark_that_an_outcome_hangs_on_is_named_by_what_the_reader_may_know(client, db, organiser):
    event = make_contest(CLOSE)
    (change,) = reports.compute(event)["robustness"]["outcomes"][0]["changes"]
    mark = f"For instance {change['entry']}, A1.2: {change['after']} instead of {change['before']} from "
    judge = str(event.seats.select_related("user").get(role="result", place=int(change["judge"][1:])).user)
    readers = {chief_of(event): judge, supervisor_of(event): judge, organiser: change["judge"]}
    for reader, name in readers.items():
        assert mark + name in read(client, reader, event).content.decode()


def test_before_decoding_the_page_says_how_many_marks_and_not_which(client, db):
    event = make_contest(CLOSE, state=Event.State.SCORING)
    page = read(client, chief_of(event), event).content.decode()
    assert "Exactly 1 judged mark would have to be different to change it." in page
    assert " instead of " not in page
    assert "Which marks they are stands here after decoding." in page


def test_several_marks_are_in_a_list(client, db):
    """Theory puts the first 1.80 points ahead; a mark that moves by 1 is worth 0.23."""
    event = make_contest([("86", 7, (2, 2, 2)), ("80", 7, (2, 2, 2)), ("10", 1, (0, 0, 0))])
    outcome = reports.compute(event)["robustness"]["outcomes"][0]
    page = read(client, chief_of(event), event).content.decode()
    assert outcome["at_most"] > 1
    assert page.count(" instead of ") >= outcome["at_most"]
    assert "Such marks, for instance" in page


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        ({"changed_marks": 2, "unbounded": ""}, "At least 2 judged marks would have to be different"),
        ({"changed_marks": None, "unbounded": ""}, "No change of judged marks alone could change it."),
        ({"changed_marks": None, "unbounded": "teams"}, "For teams no number of marks is given."),
        ({"changed_marks": None, "unbounded": "gates"}, "no number of marks is given."),
        ({"changed_marks": 2, "at_most": 3, "unbounded": ""}, "At least 2 and at most 3 judged marks"),
        ({"changed_marks": 1, "at_most": 1, "unbounded": "rounds"}, "Exactly 1 judged mark would"),
        ({"changed_marks": 1, "at_most": 1, "unbounded": "", "closed_out": True}, "a gate or a cut kept out"),
    ],
)
def test_what_is_known_of_changed_marks_is_said_in_words_of_older_reports_too(kept, sentence):
    with translation.override("en"):
        found = words.outcome({"without": {}, **kept}, "The winner", {})
    assert any(sentence in one for one in found)


def test_a_single_missing_mark_leaves_the_result_open(client, sealed):
    Mark.objects.filter(sheet__event=sealed, aspect="A1.2").first().delete()
    page = read(client, chief_of(sealed), sealed).content.decode()
    assert "1 point is open on the page of results" in page
    assert "1 item of an entry is not in it yet" in page


def test_an_event_without_a_scheme_or_marks_says_so(client, db, event):
    page = read(client, chief_of(event), event)
    assert (page.status_code, "no marking scheme" in page.content.decode()) == (200, True)
    empty = make_contest([])
    assert "No panel has marked anything" in read(client, chief_of(empty), empty).content.decode()


@pytest.mark.parametrize("size", [2, 12])
def test_the_page_costs_the_same_queries_at_any_size(client, db, django_assert_max_num_queries, size):
    event = make_contest([("70", n % 8, (n % 4, n % 3, 2)) for n in range(size)])
    client.force_login(chief_of(event))
    with django_assert_max_num_queries(36):
        assert client.get(address(event)).status_code == 200


# --- a large event ---------------------------------------------------------------------------------------------------


@pytest.fixture
def large(contest, monkeypatch):
    monkeypatch.setattr(pages, "LIGHT_MARKS", 10)
    return contest


def test_a_large_event_is_computed_by_a_job_and_kept(client, large):
    chief = chief_of(large)
    page = read(client, chief, large).content.decode()
    assert "is computed apart" in page
    assert "<figure" not in page
    answer = client.post(address(large, "judge_report_compute"))
    job = Job.objects.get()
    assert answer.url == reverse("job", args=(job.uuid,))
    assert queue.run_job(job.pk)
    job.refresh_from_db()
    assert (job.done, job.total) == (4, 4)
    page = read(client, chief, large).content.decode()
    assert "<figure" in page
    assert "Marks have changed" not in page
    for seat in large.seats.select_related("user"):
        assert seat.user.name not in json.dumps(job.result)


def test_a_kept_report_says_when_marks_have_changed(client, large):
    chief = chief_of(large)
    client.force_login(chief)
    client.post(address(large, "judge_report_compute"))
    queue.run_job(Job.objects.get().pk)
    Mark.objects.filter(sheet__event=large, aspect="A1.2").first().delete()
    page = read(client, chief, large).content.decode()
    assert "Marks have changed since this report was computed." in page
    assert "<figure" in page


def test_the_job_is_asked_for_by_those_who_may_read(client, large, organiser, outsider):
    client.force_login(outsider)
    assert client.post(address(large, "judge_report_compute")).status_code == 403
    assert client.get(address(large, "judge_report_compute")).status_code in (403, 405)
    assert not Job.objects.exists()


# --- the table for others --------------------------------------------------------------------------------------------


def test_the_exported_table_gives_the_command_the_figures_of_the_page(client, contest, tmp_path):
    answer = read(client, chief_of(contest), contest, "judge_report_marks", panel=0)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    path = tmp_path / "marks.csv"
    path.write_bytes(answer.content)
    out = StringIO()
    call_command("judge_report", str(path), "--json", stdout=out)
    theirs = json.loads(out.getvalue())
    ours = reports.compute(contest)["panels"][0]["figures"]
    assert theirs["icc"] == ours["icc"]
    assert theirs["alpha"] == ours["alpha"]
    assert {judge: round(one["severity"], 6) for judge, one in theirs["judges"].items()} == {
        judge: round(one["severity"], 6) for judge, one in ours["judges"].items()
    }


def test_the_export_carries_pseudonyms_alone(client, contest):
    text = read(client, chief_of(contest), contest, "judge_report_marks").content.decode("utf-8-sig")
    lines = text.split()
    assert lines[0] == "judge,entry,item,value"
    assert len(lines) == 19
    assert "W-" not in text
    assert "C-0" not in text
    book = load_workbook(
        BytesIO(read(client, chief_of(contest), contest, "judge_report_marks", **{"as": "xlsx"}).content)
    )
    assert book.active.max_row == 19


@pytest.mark.parametrize("panel", ["1", "-1", "x", "²", "9" * 5000])
def test_a_panel_that_is_not_there(client, contest, panel):
    assert read(client, chief_of(contest), contest, "judge_report_marks", panel=panel).status_code == 404
