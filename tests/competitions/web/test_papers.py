"""Paper forms at the desk: printed with their code, typed in twice without seeing each other, settled by a third."""

import pytest
from django.urls import reverse

from competitions.domain.papers import print_papers
from competitions.models import Mark, PaperEntry, PaperSheet
from tests.competitions.marking_contest import enter, make_marking, mark
from tests.factories import make_seat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking(works=2)


@pytest.fixture
def recorders(marking):
    return [make_seat(marking.event, "recorder").user for _ in range(3)]


@pytest.fixture
def paper(marking, recorders):
    [found] = print_papers(event=marking.event, sheets=[marking.sheet(marking.measuring)], by=recorders[0])
    return found


def address(paper):
    return reverse("desk:paper", args=(paper.uuid,))


def text(response):
    return response.content.decode()


def type_in(client, person, paper, blank="1", **fields):
    client.force_login(person)
    posted = {key.replace("__", ":").replace("_", "."): value for key, value in fields.items()}
    return client.post(address(paper), posted | {"blank": blank})


def test_forms_are_printed_for_the_chosen_seats_with_a_code_each(client, marking, recorders):
    client.force_login(recorders[0])
    response = client.post(reverse("desk:papers_print", args=(marking.event.code,)), {"role": "measuring"})
    assert response.status_code == 200
    assert text(response).count('class="paper-form') == 2
    assert text(response).count("<svg") >= 2
    assert PaperSheet.objects.count() == 2
    for seat in marking.panel:
        assert str(seat.user) not in text(response)


def test_nothing_chosen_is_told(client, marking, recorders):
    client.force_login(recorders[0])
    where = reverse("desk:papers_print", args=(marking.event.code,))
    response = client.post(where, {"number": "W-77"}, follow=True)
    assert "No open sheet answers this choice." in text(response)
    assert not PaperSheet.objects.exists()


def test_the_second_recorder_sees_nothing_of_the_first_reading(client, paper, recorders):
    assert type_in(client, recorders[0], paper, A1_1__v0="59.7951").status_code == 302
    client.force_login(recorders[1])
    shown = text(client.get(address(paper)))
    assert "59.7951" not in shown
    assert 'name="A1.1:v0"' in shown
    assert type_in(client, recorders[1], paper, A1_1__v0="59.7951").status_code == 302
    assert Mark.objects.get().values == ["59.7951"]


def test_blank_fields_are_asked_about_and_what_was_typed_stays(client, paper, recorders):
    response = type_in(client, recorders[0], paper, blank="", A1_1__v0="59.795")
    assert response.status_code == 422
    assert "A1.2" in text(response)
    assert 'value="59.795"' in text(response)
    assert not PaperEntry.objects.exists()


def test_a_bad_field_is_named_and_kept_for_correction(client, paper, recorders):
    response = type_in(client, recorders[0], paper, A1_1__v0="5o")
    assert response.status_code == 422
    assert "#f-A1.1" in text(response)
    assert 'value="5o"' in text(response)


def test_a_third_person_settles_what_differs(client, paper, recorders):
    type_in(client, recorders[0], paper, A1_1__v0="59.795")
    type_in(client, recorders[1], paper, A1_1__v0="59.759")
    client.force_login(recorders[1])
    assert "59.795" not in text(client.get(address(paper)))
    client.force_login(recorders[2])
    shown = text(client.get(address(paper)))
    assert all(f"<b>{value}" in shown for value in ("59.795", "59.759"))
    assert client.post(address(paper), {}).status_code == 422
    assert client.post(address(paper), {"A1.1:holds": "second"}).status_code == 302
    assert Mark.objects.get().values == ["59.759"]


def test_a_lost_form_is_made_void_with_its_reason(client, paper, recorders):
    client.force_login(recorders[0])
    where = reverse("desk:paper_void", args=(paper.uuid,))
    client.post(where, {"reason": ""})
    paper.refresh_from_db()
    assert paper.state == PaperSheet.State.PRINTED
    client.post(where, {"reason": "wet"})
    assert "wet" in text(client.get(address(paper)))


def test_others_do_not_come_in(client, marking, paper, organiser):
    client.force_login(marking.panel[0].user)
    assert client.get(address(paper)).status_code in (403, 404)
    client.force_login(organiser)
    assert 'name="A1.1:v0"' not in text(client.get(address(paper)))


WHO_LOOKS = {
    "a recorder": (True, lambda m: make_seat(m.event, "recorder").user),
    "the chief judge": (False, lambda m: m.chief),
    "a colleague as recorder": (False, lambda m: make_seat(m.event, "recorder", user=m.panel[1].user).user),
    "a colleague": (False, lambda m: m.panel[1].user),
    "a reserve as recorder": (
        False,
        lambda m: make_seat(m.event, "recorder", user=make_seat(m.event, "result", place=4).user).user,
    ),
    "a supervisor": (
        False,
        lambda m: make_seat(m.event, "supervisor", user=make_user("supervisor")).user,
    ),
    "an organiser": (False, lambda m: make_user("organiser")),
}


@pytest.mark.parametrize("who", WHO_LOOKS)
def test_who_reads_the_two_readings_of_a_lone_judges_form(client, marking, recorders, who):
    may, make = WHO_LOOKS[who]
    [form] = print_papers(event=marking.event, sheets=[marking.sheet(marking.panel[0])], by=recorders[0])
    for recorder, value in zip(recorders, "23", strict=False):
        type_in(client, recorder, form, B1_3__v0=value)
    client.force_login(make(marking))
    page = client.get(address(form))
    assert ('name="B1.3:holds"' in text(page)) is may
    posted = client.post(address(form), {"B1.3:holds": "second"})
    assert [mark.values for mark in Mark.objects.all()] == ([["3"]] if may else [])
    assert (posted.status_code == 302) is may


def test_the_chief_judge_is_told_why_a_form_is_not_shown_yet(client, marking, recorders):
    [form] = print_papers(event=marking.event, sheets=[marking.sheet(marking.panel[0])], by=recorders[0])
    for recorder, value in zip(recorders, "23", strict=False):
        type_in(client, recorder, form, B1_3__v0=value)
    client.force_login(marking.chief)
    assert "until then the chief judge reads no single value" in text(client.get(address(form)))
    for seat in marking.panel[1:]:
        sheet = marking.sheet(seat)
        enter(sheet, *(mark(code, "2") for code in sheet.aspects))
    assert 'name="B1.3:holds"' in text(client.get(address(form)))


@pytest.mark.parametrize("works", [1, 12])
def test_the_list_costs_the_same_queries_at_any_size(client, django_assert_max_num_queries, works):
    marking = make_marking(works=works)
    recorder = make_seat(marking.event, "recorder").user
    sheets = list(marking.event.sheets.all())
    print_papers(event=marking.event, sheets=sheets, by=recorder)
    client.force_login(recorder)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("desk:papers", args=(marking.event.code,))).status_code == 200
