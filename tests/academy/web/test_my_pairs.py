"""My master, my apprentices: signing, the month's log with its photograph, comments, skills, consent."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from academy.domain import pair_logs, pairs
from academy.models import Pair, PairLog
from academy.web.me import pair_tasks
from tests.academy.pairs import (
    Town,
    again,
    completed,
    evaluate,
    half_way,
    make_person,
    make_town,
    proposed,
    running,
    sign,
)
from tests.factories import make_user, make_worker

pytestmark = pytest.mark.django_db
S = Pair.State


@pytest.fixture
def town() -> Town:
    return make_town(apprentices={"least": 1, "most": 50})


@pytest.fixture
def pair(town) -> Pair:
    """A pair under way for a little over two months: one month is overdue."""
    return running(town, since=timezone.localdate() - timedelta(days=70))


def url(name: str, *args) -> str:
    return reverse(f"me:{name}", args=args)


def body(response) -> str:
    return response.content.decode()


def picture(name: str = "work.jpg") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (80, 60), (90, 120, 40)).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def answers(**changes):
    return {
        "hours": "12.5",
        "topic": "Milling the lower die",
        "task": "Four plates",
        "reflection": "I learnt to read the tolerances.",
        "send": "yes",
    } | changes


def this_month() -> str:
    return f"{timezone.localdate():%Y-%m}"


# --- who sees --------------------------------------------------------------------------------------------------------


def test_the_pages_are_for_the_two_alone(client, town, pair):
    names = ("pair", "pair_agreement", "pair_decline", "pair_step_back", "pair_skill_add")
    others = (town.organiser, town.contact, town.reviewer, make_user("worker"))
    for user in others:
        client.force_login(user)
        for name in names:
            assert client.get(url(name, pair.uuid)).status_code == 404
        assert client.get(url("pair_log", pair.uuid, this_month())).status_code == 404
        assert client.post(url("pair_named", pair.uuid), {"agree": "yes"}).status_code == 404
    for worker in (town.mentor, town.apprentice):
        client.force_login(worker.user)
        assert client.get(url("pair", pair.uuid)).status_code == 200
        assert client.get(url("pair_agreement", pair.uuid)).status_code == 200


@pytest.mark.parametrize("make", [proposed, running, half_way, completed])
def test_a_pair_in_any_state_can_be_looked_at_by_the_two(client, town, make):
    pair = make(town)
    for worker, other in ((town.mentor, town.apprentice), (town.apprentice, town.mentor)):
        client.force_login(worker.user)
        assert other.name in body(client.get(url("pair", pair.uuid)))
        assert other.name in body(client.get(url("pairs")))
        assert other.name in body(client.get(url("academy")))


def test_who_has_no_pair_and_who_has_no_record_sees_an_empty_page(client):
    for user in (make_worker(user=make_user("worker")).user, make_user("worker")):
        client.force_login(user)
        assert "No pair yet" in body(client.get(url("pairs")))


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_costs_the_same_queries_at_any_size(client, town, size, django_assert_max_num_queries):
    for _n in range(size):
        running(town, apprentice=make_person(town.firm, town.trade, grade=3))
    client.force_login(town.mentor.user)
    with django_assert_max_num_queries(9):
        page = client.get(url("pairs"))
    assert len(page.context["rows"]) == size


@pytest.mark.parametrize("size", [1, 30])
def test_what_is_owed_costs_the_same_queries_at_any_size(town, size, django_assert_num_queries):
    for _n in range(size):
        running(town, apprentice=make_person(town.firm, town.trade, grade=3))
    with django_assert_num_queries(3):
        pair_tasks.owed(town.mentor)


def test_who_has_no_pair_owes_nothing_and_costs_one_query(django_assert_num_queries):
    worker = make_worker()
    with django_assert_num_queries(1):
        assert pair_tasks.owed(worker) == []
    assert pair_tasks.section(worker) is None


# --- signing ---------------------------------------------------------------------------------------------------------


def test_apprentice_and_master_read_and_sign_in_their_turn(client, town):
    pair = proposed(town)
    client.force_login(town.mentor.user)
    page = client.get(url("pair_sign", pair.uuid))
    assert not page.context["my_turn"]
    answer = client.post(url("pair_sign", pair.uuid), {"seen": page.context["seen"]}, follow=True)
    assert "not your turn" in body(answer)
    for worker in (town.apprentice, town.mentor):
        client.force_login(worker.user)
        assert [task["url"] for task in pair_tasks.owed(worker)] == [url("pair_sign", pair.uuid)]
        page = client.get(url("pair_sign", pair.uuid))
        assert "铣削加工" in body(page)
        client.post(url("pair_sign", pair.uuid), {"seen": page.context["seen"]})
    assert [one.role for one in pair.signatures.all()] == ["apprentice", "mentor"]
    sign(town, again(pair), "employer", "union")
    assert client.get(url("pair_sign", pair.uuid)).url == url("pair", pair.uuid)


def test_what_was_not_seen_is_not_signed(client, town):
    pair = proposed(town)
    client.force_login(town.apprentice.user)
    answer = client.post(url("pair_sign", pair.uuid), {}, follow=True)
    assert "has changed since you looked" in body(answer)
    assert not pair.signatures.exists()


def test_a_proposal_is_declined_with_a_reason(client, town):
    pair = proposed(town)
    client.force_login(town.apprentice.user)
    assert client.post(url("pair_decline", pair.uuid), {"reason": ""}).status_code == 422
    assert client.post(url("pair_decline", pair.uuid), {"reason": "I leave"}).url == url("pairs")
    assert again(pair).state == S.DECLINED
    late = running(make_town())
    client.force_login(late.apprentice.user)
    assert client.post(url("pair_decline", late.uuid), {"reason": "I leave"}).status_code == 422


def test_stepping_back_ends_with_the_first_month(client, town, pair):
    client.force_login(town.apprentice.user)
    answer = client.get(url("pair_step_back", pair.uuid), follow=True)
    assert "are over" in body(answer)
    fresh = running(make_town(), since=timezone.localdate() - timedelta(days=3))
    client.force_login(fresh.apprentice.user)
    assert client.get(url("pair_step_back", fresh.uuid)).status_code == 200
    client.post(url("pair_step_back", fresh.uuid), {"reason": "We do not get on"})
    assert again(fresh).state == S.ENDED_EARLY


# --- the log ---------------------------------------------------------------------------------------------------------


def test_a_month_is_kept_sent_with_a_photograph_and_commented(client, town, pair):
    client.force_login(town.apprentice.user)
    address = url("pair_log", pair.uuid, this_month())
    draft = answers(topic="", evidence=picture(), keep="yes")
    del draft["send"]
    assert client.post(address, draft).status_code == 302
    page = client.get(address)
    assert page.context["form"]["task"].value() == "Four plates"
    photo = url("pair_photo", pair.uuid, this_month())
    assert photo in body(page)
    assert client.get(photo)["Content-Type"] == "image/jpeg"
    client.force_login(town.mentor.user)
    assert client.get(photo).status_code == 404
    assert client.get(url("pair_month", pair.uuid, this_month())).status_code == 404

    client.force_login(town.apprentice.user)
    page = client.post(address, answers(topic=""))
    assert page.status_code == 422
    assert "topic" in page.context["form"].errors
    assert client.post(address, answers()).status_code == 302
    assert client.get(address).url == url("pair_month", pair.uuid, this_month())

    client.force_login(town.mentor.user)
    assert client.get(photo).status_code == 200
    assert url("pair_month", pair.uuid, this_month()) in {row["url"] for row in pair_tasks.owed(town.mentor)}
    month = url("pair_month", pair.uuid, this_month())
    assert client.post(month, {"text": ""}).status_code == 422
    assert client.post(month, {"text": "Well measured."}).status_code == 302
    assert PairLog.objects.get().state == "commented"
    client.force_login(town.apprentice.user)
    assert "Well measured." in body(client.get(month))
    assert client.post(month, {"text": "Me too"}).status_code == 403


def test_the_photograph_is_for_those_who_see_the_pair(client, town, pair):
    client.force_login(town.apprentice.user)
    client.post(url("pair_log", pair.uuid, this_month()), answers(evidence=picture()))
    desk = reverse("desk:pair_photo", args=(pair.uuid, this_month()))
    for user in (town.organiser, town.contact, town.reviewer):
        client.force_login(user)
        assert client.get(desk).status_code == 200
        assert client.get(reverse("desk:pair_month", args=(pair.uuid, this_month()))).status_code == 200
        assert client.get(url("pair_photo", pair.uuid, this_month())).status_code == 404
    client.force_login(make_town().reviewer)
    assert client.get(desk).status_code == 404
    client.force_login(make_user("worker"))
    assert client.get(desk).status_code == 403


@pytest.mark.parametrize("month", ["2025-13", "nonsense", "1999-01", "2099-01", "2025-1-1"])
def test_a_month_that_is_none_is_not_found(client, town, pair, month):
    client.force_login(town.apprentice.user)
    for name in ("pair_log", "pair_month", "pair_photo"):
        assert client.get(url(name, pair.uuid, month)).status_code == 404
    client.force_login(town.organiser)
    for name in ("pair_month", "pair_photo"):
        assert client.get(reverse(f"desk:{name}", args=(pair.uuid, month))).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hours": "many"}, "hours"),
        ({"hours": "301"}, "hours"),
        ({"reflection": "ok"}, "reflection"),
        ({"evidence": SimpleUploadedFile("work.jpg", b"no picture", "image/jpeg")}, "evidence"),
    ],
)
def test_bad_answers_come_back_with_their_field(client, town, pair, changes, field):
    client.force_login(town.apprentice.user)
    page = client.post(url("pair_log", pair.uuid, this_month()), answers(**changes))
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not PairLog.objects.exists()


def test_the_master_does_not_write_and_no_draft_of_another_is_shown(client, town, pair):
    client.force_login(town.mentor.user)
    assert client.get(url("pair_log", pair.uuid, this_month())).status_code == 403
    pair_logs.write(pair=pair, month=timezone.localdate(), topic="Secret", by=town.apprentice.user)
    assert "Secret" not in body(client.get(url("pair", pair.uuid)))


def test_overdue_months_come_first_among_the_tasks(town, pair):
    rows = pair_tasks.owed(town.apprentice)
    assert rows[0]["status"] == "Overdue"
    assert rows[0]["url"].endswith("/write/")
    assert pair_tasks.owed(town.mentor) == []


def test_half_time_is_told_to_both(town):
    pair = running(town, since=date(2025, 1, 1))
    assert any(row["url"] == pair.my_url() for row in pair_tasks.owed(town.mentor))
    evaluate(town, pair, "mid")
    assert not any(row["url"] == pair.my_url() for row in pair_tasks.owed(town.mentor))


# --- skills and consent ----------------------------------------------------------------------------------------------


def test_the_master_adds_confirms_and_takes_back_skills(client, town, pair):
    client.force_login(town.mentor.user)
    assert (
        client.post(url("pair_skill_add", pair.uuid), {"name": "", "due_on": pair.ends_on}).status_code == 422
    )
    late = {"name": "Grinding", "due_on": pair.ends_on + timedelta(days=1)}
    assert client.post(url("pair_skill_add", pair.uuid), late).status_code == 422
    client.post(url("pair_skill_add", pair.uuid), {"name": "Grinding", "due_on": pair.ends_on})
    skill = pair.skills.get(name="Grinding")
    address = url("pair_skill", pair.uuid, skill.uuid)
    client.post(address)
    skill.refresh_from_db()
    assert skill.done_on == timezone.localdate()
    client.post(address, {"back": "yes"})
    skill.refresh_from_db()
    assert skill.done_on is None
    client.force_login(town.apprentice.user)
    assert client.post(address).status_code == 403
    assert client.get(url("pair_skill_add", pair.uuid)).status_code == 403
    other = running(make_town()).skills.first()
    client.force_login(town.mentor.user)
    assert client.post(url("pair_skill", pair.uuid, other.uuid)).status_code == 404


def test_both_agree_to_be_named_and_one_takes_it_back(client, town, pair):
    for worker in (town.mentor, town.apprentice):
        client.force_login(worker.user)
        client.post(url("pair_named", pair.uuid), {"agree": "yes"})
    assert Pair.objects.named_in_public().count() == 1
    assert "You agreed" in body(client.get(url("pair", pair.uuid)))
    client.post(url("pair_named", pair.uuid), {"agree": "no"})
    assert not Pair.objects.named_in_public().exists()


def test_a_pair_that_is_over_is_read_only(client, town, pair):
    pairs.end_early(pair=pair, reason="Moved away", by=town.organiser)
    client.force_login(town.apprentice.user)
    assert client.get(url("pair_log", pair.uuid, this_month())).status_code == 404
    page = client.get(url("pair", pair.uuid))
    assert page.context["tasks"] == []
    assert not page.context["writable"]
