"""What a sheet brings along when it is handed over: the judge before's values of a panel stay sealed for the new judge
until all of the panel have judged, on every page, in every answer, and however one asks."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from competitions.domain.hand_over import hand_over, takers
from competitions.domain.issuing import issue_sheet, plan_sheets
from competitions.domain.marking import Status
from competitions.domain.signing import SigningRefused, sign_sheet
from competitions.models import Mark, Sheet
from competitions.web.judge.marks import as_json
from tests.competitions.judge_pages import body
from tests.competitions.marking_contest import enter, make_marking, mark
from tests.factories import make_seat

pytestmark = pytest.mark.django_db
SEALED = "sealed until all have judged"
SAID = "scratched-with-a-file"  # the reason stands beside the value wherever that is read
PANEL = "B1.3"


@pytest.fixture
def marking():
    return make_marking()


@pytest.fixture
def sheet(marking):
    """Half-marked by the first judge of the panel, and a reserve's now."""
    sheet = marking.sheet(marking.panel[0])
    enter(sheet, mark(PANEL, "1"))
    enter(sheet, mark(PANEL, "3", base=1, reason=SAID))
    Mark.objects.update(at=timezone.now() - timedelta(hours=1))
    reserve = make_seat(marking.event, "result", place=4)
    hand_over(sheet=sheet, to=reserve, by=marking.chief, reason="taken ill")
    return Sheet.objects.for_list().get(pk=sheet.pk)


def others_judge(marking, *seats, value="3"):
    for seat in seats or marking.panel[1:]:
        enter(marking.sheet(seat), mark(PANEL, value))


def cell_on(page):
    cells = page.context["cells"] if page.context else page.json()["cells"]
    [found] = [one for one in cells if one["code"] == PANEL]
    return found["text"], found["values"], found["revision"]


PAGES = ("sheet", "document", "check", "paper")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_of_the_new_judge_shows_the_value_before_all_have_judged(client, marking, sheet, name):
    client.force_login(sheet.seat.user)
    address = reverse(f"judge:{name}", args=(sheet.uuid,))
    for seat in (None, *marking.panel[1:]):
        if seat is not None:
            others_judge(marking, seat)
        page = client.get(address)
        assert page.status_code == 200
        shown = cell_on(page) == ("3", ["3"], 2) and SAID in body(page)
        sealed = cell_on(page) == (SEALED, None, 2) and SAID not in body(page)
        assert (shown, sealed) == ((True, False) if seat is marking.panel[2] else (False, True))


def test_the_pages_are_the_seats_holders_alone(client, marking, sheet):
    people = [marking.panel[0].user, marking.panel[1].user, marking.measuring.user, marking.floor[0].user]
    for person in people:
        client.force_login(person)
        for name in PAGES:
            assert client.get(reverse(f"judge:{name}", args=(sheet.uuid,))).status_code == 404
    client.force_login(marking.chief)
    page = client.get(reverse("desk:sheet", args=(marking.event.code, sheet.uuid)))
    assert cell_on(page) == (SEALED, None, 2)
    assert SAID not in body(page)


WAYS = {
    "without having seen it": {"base": 0, "reason": "judged anew"},
    "without a reason": {"base": 2},
    "taking it back unseen": {"base": 0, "withdraw": True},
    "taking it back without a reason": {"base": 2, "withdraw": True},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("value", ["3", "2"])
def test_no_answer_tells_the_value_nor_whether_one_has_met_it(marking, sheet, way, value):
    sent = mark(PANEL, *([] if "withdraw" in WAYS[way] else [value]), sheet=sheet.uuid, **WAYS[way])
    [answer] = enter(sheet, sent)
    assert answer.status in (Status.CONFLICT, Status.REFUSED)
    told = as_json(answer)["current"]
    assert (told["values"], told["sealed"], told["revision"]) == (None, SEALED, 2)


def test_once_all_have_judged_a_conflict_shows_what_stands_there(marking, sheet):
    others_judge(marking)
    [answer] = enter(sheet, mark(PANEL, "2", base=0, reason="judged anew"))
    told = as_json(answer)["current"]
    assert (answer.status, told["values"], told["sealed"]) == (Status.CONFLICT, ["3"], "")


@pytest.mark.parametrize("value", ["3", "2"])
def test_judged_anew_unseen_it_is_the_new_judges_own(client, marking, sheet, value):
    [answer] = enter(sheet, mark(PANEL, value, base=2, reason="judged anew"))
    assert (answer.status, answer.revision) == (Status.SAVED, 3)
    assert Mark.objects.get(aspect=PANEL, is_current=True).by == sheet.seat.user
    client.force_login(sheet.seat.user)
    assert cell_on(client.get(sheet.get_absolute_url())) == (value, [value], 3)
    assert [m.values for m in Mark.objects.filter(aspect=PANEL).order_by("revision")] == [
        ["1"],
        ["3"],
        [value],
    ]


def test_the_form_without_a_script_keeps_it_sealed_too(client, marking, sheet):
    client.force_login(sheet.seat.user)
    posted = {"aspect": PANEL, "kind": "scale", "fields": 1, "client_id": str(uuid4()), "v0": "2"}
    page = client.post(sheet.get_absolute_url() + f"?aspect={PANEL}", posted | {"base": 0, "reason": "anew"})
    assert page.status_code == 422
    assert SAID not in body(page)
    assert cell_on(page) == (SEALED, None, 2)


def test_what_is_measured_comes_along_in_sight(client, marking):
    """No panel judges it, so nobody is influenced."""
    sheet = marking.sheet(marking.measuring)
    enter(sheet, mark("A1.1", "59.79"))
    reserve = make_seat(marking.event, "measuring", place=2, witness=marking.measuring.witness)
    hand_over(sheet=sheet, to=reserve, by=marking.chief, reason="taken ill")
    client.force_login(reserve.user)
    cells = client.get(sheet.get_absolute_url()).context["cells"]
    assert [cell["values"] for cell in cells if cell["code"] == "A1.1"] == [["59.79"]]


# --- signing --------------------------------------------------------------------------------------------------------


def whole(sheet):
    counted = {"E1.1", "E1.2"}
    rest = [code for code in sheet.aspects if not sheet.marks.filter(aspect=code).exists()]
    enter(sheet, *(mark(c, counts={}) if c in counted else mark(c, not_done=True) for c in rest))


def test_nobody_signs_a_value_that_they_may_not_read(client, marking, sheet):
    whole(sheet)
    with pytest.raises(SigningRefused, match=rf"The judge before entered {PANEL}"):
        sign_sheet(sheet=sheet, by=sheet.seat.user)
    client.force_login(sheet.seat.user)
    page = client.get(reverse("judge:check", args=(sheet.uuid,)))
    assert f"The judge before entered {PANEL}" in page.context["waits_for"]
    assert 'name="checked"' not in body(page)
    others_judge(marking)
    assert sign_sheet(sheet=sheet, by=sheet.seat.user).state == Sheet.State.SIGNED


def test_whoever_judges_anew_signs_without_waiting(marking, sheet):
    whole(sheet)
    enter(sheet, mark(PANEL, "2", base=2, reason="judged anew"))
    assert sign_sheet(sheet=sheet, by=sheet.seat.user).state == Sheet.State.SIGNED


def test_in_a_discussion_the_first_values_are_on_the_table(client, marking, sheet):
    others_judge(marking, value="1")  # 3 and 1 are too far apart
    client.force_login(sheet.seat.user)
    page = client.get(sheet.get_absolute_url())
    assert cell_on(page) == ("3", ["3"], 2)
    assert "Discuss" in body(client.get(reverse("judge:check", args=(sheet.uuid,))))


def test_what_was_judged_again_before_the_hand_over_waits_for_the_others(client, marking):
    others_judge(marking, value="1")
    first = marking.sheet(marking.panel[0])
    enter(first, mark(PANEL, "3"))
    enter(first, mark(PANEL, "2", base=1, reason=SAID))
    reserve = make_seat(marking.event, "result", place=4)
    hand_over(sheet=first, to=reserve, by=marking.chief, reason="taken ill")
    client.force_login(reserve.user)
    assert cell_on(client.get(first.get_absolute_url())) == (SEALED, None, 2)
    for seat in marking.panel[1:]:
        enter(marking.sheet(seat), mark(PANEL, "2", base=1))
    assert cell_on(client.get(first.get_absolute_url())) == ("2", ["2"], 2)


# --- nobody is two judges of a panel --------------------------------------------------------------------------------


def test_whoever_has_judged_takes_no_other_sheet_of_that_panel(marking, sheet):
    first = marking.panel[0]
    assert first not in takers(marking.sheet(marking.panel[1]))
    assert first in takers(sheet)  # the own one back again


def test_whoever_has_judged_is_issued_no_second_sheet_for_it(marking, sheet, organiser):
    Sheet.objects.filter(seat=marking.panel[1]).delete()
    plan = plan_sheets(marking.event)
    assert PANEL not in plan.new.get((marking.panel[0].pk, sheet.code_id), [])
    made = issue_sheet(seat=marking.panel[0], code=sheet.code, by=organiser)
    assert PANEL not in made.aspects
