from datetime import date

from django.urls import reverse

from craft_site.people.domain import growth
from tests.factories import make_user, make_worker


def _record(worker, title, source, **more):
    return growth.record(
        worker=worker, kind="contest", on=date(2024, 4, 20), title=title, source=source, **more
    )


def test_the_profile_shows_my_record_and_nobody_elses(client, db):
    mine, other = (make_worker(user=make_user("worker")) for _ in range(2))
    _record(mine, "Mine", "a", detail="Rank 3", url="/contests/results/x-v1/")
    _record(other, "Somebody else's", "b")
    client.force_login(mine.user)
    page = client.get(reverse("me:profile")).content.decode()
    assert "Mine" in page
    assert "Rank 3" in page
    assert "Somebody else" not in page


def test_a_withdrawn_line_is_not_shown(client, db):
    worker = make_worker(user=make_user("worker"))
    _record(worker, "Cancelled", "a")
    growth.withdraw(worker=worker, source="a")
    client.force_login(worker.user)
    assert "Cancelled" not in client.get(reverse("me:profile")).content.decode()


def test_a_source_writes_one_line_however_often_it_is_sent(db):
    worker = make_worker()
    _record(worker, "First", "a")
    _record(worker, "Corrected", "a")
    assert [line.title for line in worker.growth.all()] == ["Corrected"]
