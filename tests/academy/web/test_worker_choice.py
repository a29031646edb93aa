"""Choosing one worker by name, mobile or document number, among those that the person may see."""

import pytest

from academy.web.desk.worker_choice import SHOWN, WorkerChoice, answer_status, found_by
from craft_site.people.models import Worker
from tests.factories import citizen_number, make_employer, make_user, make_worker

pytestmark = pytest.mark.django_db


def form(among=None, **answers):
    return WorkerChoice(answers or None, among=Worker.objects.all() if among is None else among)


def offered(form):
    return [label for _uuid, label in form.fields["worker"].choices]


def test_a_part_of_the_name_the_whole_mobile_or_the_whole_document_number_finds_somebody():
    number = citizen_number(77)
    wanted = make_worker("李建国", id_number=number)
    make_worker("王伟")
    everybody = Worker.objects.all()
    for text in ("建国", wanted.mobile.reveal(), f" {number.lower()} ", number[:6] + " " + number[6:]):
        assert list(found_by(text, everybody)) == [wanted], text
    for text in ("国", "", number[:-1], wanted.mobile.reveal()[:-1], "\x00'--", "%"):
        assert not found_by(text, everybody), text


def test_people_of_one_name_are_told_apart_and_no_number_is_shown_in_full():
    first = make_worker("王伟", employer=make_employer("步阳集团"))
    make_worker("王伟")
    asked = form(find="王伟", search="1")
    assert offered(asked)[0] == f"王伟 · 步阳集团 · {first.mobile.masked()}"
    page = str(asked)
    assert first.mobile.reveal() not in page
    assert first.id_number.reveal() not in page


def test_looking_is_no_mistake_and_does_not_send_the_form():
    make_worker("王伟")
    asked = form(find="王伟", search="1")
    assert not asked.is_valid()
    assert not asked.errors
    assert answer_status(asked) == 200


def test_one_sign_of_a_name_is_too_little_and_the_form_says_so():
    make_worker("李建国")
    asked = form(find="李", search="1")
    assert offered(asked) == []
    assert "at least two characters" in str(asked)
    assert "Nobody is found" in str(form(find="张三", search="1"))


def test_the_only_one_found_is_chosen_already_and_can_be_sent():
    wanted = make_worker("王伟")
    assert f'value="{wanted.uuid}"' in str(form(find="王伟", search="1"))
    sent = form(find="王伟", worker=str(wanted.uuid))
    assert sent.is_valid()
    assert sent.cleaned_data["worker"] == wanted


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"find": ""}, "find"),
        ({"find": "王伟"}, "worker"),
        ({"find": "没有此人"}, "find"),
        ({"find": "王伟", "worker": "garbage"}, "worker"),
        ({"find": "", "worker": "00000000-0000-0000-0000-000000000000"}, "find"),
    ],
)
def test_nobody_chosen_is_said_beside_a_field_that_can_be_seen(answers, field):
    make_worker("王伟")
    make_worker("王伟")
    sent = form(**answers)
    assert not sent.is_valid()
    assert list(sent.errors) == [field]
    assert answer_status(sent) == 422


def test_whom_the_person_may_not_see_is_neither_found_nor_taken():
    contact = make_user("employer", employer=make_employer())
    stranger = make_worker("王伟", employer=make_employer())
    among = Worker.objects.visible_to(contact)
    assert offered(form(among, find="王伟", search="1")) == []
    assert not form(among, find="王伟", worker=str(stranger.uuid)).is_valid()


def test_of_very_many_only_some_are_shown_and_more_of_the_name_is_asked_for(django_assert_max_num_queries):
    for _ in range(SHOWN + 2):
        make_worker("王伟", employer=make_employer())
    with django_assert_max_num_queries(3):
        asked = form(find="王伟", search="1")
        assert len(offered(asked)) == SHOWN
    assert "more of the name" in str(asked)
