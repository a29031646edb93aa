"""Who sees which layer of codes: the whole matrix, before and after decoding."""

import pytest

from competitions.models import Code, Event
from tests.competitions.seats import coded_event
from tests.factories import make_entry, make_seat, make_user, make_worker

C, S, W = "contestant", "station", "work"
ALL = {C, S, W}
NONE: set[str] = set()

# who: (roles of the account, seats in the event) -> layers seen before and after decoding
MATRIX = {
    "coding judge": (("judge",), ("coding",), ALL, ALL),
    "floor judge": (("judge",), ("floor",), {S}, {S}),
    "measuring judge": (("judge",), ("measuring",), {W}, {W}),
    "result judge": (("judge",), ("result",), {W}, {W}),
    "chief judge": (("judge",), ("chief",), {W}, ALL),
    "recorder": (("judge",), ("recorder",), {C}, {C}),
    "supervisor": (("supervisor",), ("supervisor",), {C}, ALL),
    "supervisor of another event": (("supervisor",), (), {C}, ALL),
    "arbiter": (("judge",), ("arbiter",), NONE, ALL),
    "organiser": (("organiser",), (), {C}, ALL),
    "reviewer": (("reviewer",), (), {C}, ALL),
    "employer's contact": (("employer",), (), NONE, NONE),
    "worker": (("worker",), (), NONE, NONE),
    "editor": (("editor",), (), NONE, NONE),
    "judge without a seat": (("judge",), (), NONE, NONE),
    # What the verbs refuse and the gate must survive all the same:
    "organiser who is a result judge": (("organiser",), ("result",), {W}, {W}),
    "organiser who is a floor judge": (("organiser",), ("floor",), {S}, {S}),
    "organiser who chairs": (("organiser",), ("chief",), {W}, ALL),
    "coding judge who marks": (("judge",), ("coding", "result"), {W}, {W}),
    "supervisor who marks": (("supervisor",), ("supervisor", "measuring"), {W}, {W}),
    "chief judge who is a floor judge": (("judge",), ("chief", "floor"), {S}, {S}),
    "recorder who marks": (("judge",), ("recorder", "result"), {W}, {W}),
}


def layers(user):
    return set(Code.objects.visible_to(user).values_list("layer", flat=True))


@pytest.mark.parametrize("who", MATRIX)
@pytest.mark.parametrize("decoded", [False, True], ids=["before", "after"])
def test_each_seat_sees_its_own_layer_until_the_codes_are_opened(db, who, decoded):
    site_roles, seats, before, after = MATRIX[who]
    event = coded_event(2, state=Event.State.DECODED if decoded else Event.State.SCORING)
    user = make_user(*site_roles)
    for role in seats:
        make_seat(event, role, user=user)
    assert layers(user) == (after if decoded else before)


@pytest.mark.parametrize("role", ["coding", "floor", "result", "chief", "recorder", "supervisor", "arbiter"])
def test_a_seat_opens_nothing_in_another_event_and_nothing_once_left(db, role):
    from django.utils import timezone

    event, other = coded_event(1, state="decoded"), coded_event(1, state="decoded")
    user = make_user("judge")
    seat = make_seat(event, role, user=user)
    assert not Code.objects.visible_to(user).filter(event=other).exists()
    seat.left_at = timezone.now()
    seat.save()
    assert layers(user) == NONE


def test_a_contestant_sees_no_code_through_the_gate(db):
    event = coded_event(2)
    user = make_user("worker")
    make_entry(event, worker=make_worker(user=user))
    assert layers(user) == NONE


def test_the_gate_is_one_query_with_the_roles(db, django_assert_num_queries):
    event = coded_event(3)
    user = make_seat(event, "coding").user
    with django_assert_num_queries(2):
        assert len(Code.objects.visible_to(user)) == 9
