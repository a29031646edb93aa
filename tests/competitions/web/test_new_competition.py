"""A competition is made at the desk, with its host and if need be its series, and leads on to its first event."""

import pytest
from django.urls import reverse

from competitions.models import Competition, Series
from tests.factories import make_seat, make_user

pytestmark = pytest.mark.django_db
AT = "desk:competition_new"


def given(**values):
    fields = {"name": "Welders' contest", "code": "weld", "year": "2027", "tier": "county", "klass": "2"}
    return fields | {"host": "City federation"} | values


def test_without_a_series_one_begins_with_it_and_the_way_leads_to_the_event(client, organiser):
    client.force_login(organiser)
    assert reverse(AT) in client.get(reverse("desk:event_new")).content.decode()
    answer = client.post(reverse(AT), given())
    made = Competition.objects.get()
    assert answer.url == f"{reverse('desk:event_new')}?competition={made.pk}"
    assert (made.series.code, made.series.name) == ("weld", "Welders' contest")
    assert [(str(host), host.part) for host in made.organisers.all()] == [("City federation", "host")]
    page = client.get(answer.url)
    assert str(page.context["form"]["competition"].value()) == str(made.pk)


def test_a_later_edition_joins_its_series(client, organiser):
    series = Series.objects.create(code="s", name="Series")
    client.force_login(organiser)
    client.post(reverse(AT), given(series=series.pk, edition="2"))
    assert Competition.objects.get().series == series
    page = client.post(reverse(AT), given(series=series.pk, edition="2", code="other"))
    assert list(page.context["form"].errors) == ["edition"]
    assert Competition.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [({"code": "焊接"}, "code"), ({"code": "taken"}, "code"), ({"host": ""}, "host"), ({"name": ""}, "name")],
)
def test_bad_input_is_named_beside_its_field_and_nothing_is_kept(client, organiser, values, field):
    Series.objects.create(code="taken", name="Other series")
    client.force_login(organiser)
    page = client.post(reverse(AT), given(**values))
    assert list(page.context["form"].errors) == [field]
    assert not Competition.objects.exists()
    assert Series.objects.count() == 1


def test_nobody_but_an_organiser_makes_one(client, event):
    for user in (make_user("reviewer"), make_user("supervisor"), make_seat(event, "chief").user):
        client.force_login(user)
        assert client.post(reverse(AT), given()).status_code == 403
    assert not Competition.objects.filter(code="weld").exists()
