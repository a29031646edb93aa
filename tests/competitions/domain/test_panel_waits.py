"""Nobody signs a sheet over the judges while a panel of it judges again, and every refusal and page says which."""

import pytest
from django.urls import reverse
from django.utils import timezone

from competitions.domain import signing
from competitions.models import Event, Seat, Sheet, Signature
from tests.competitions.judge_pages import address, body
from tests.competitions.marking_contest import enter, make_marking, mark
from tests.competitions.rechecking import fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking(works=2)


def judged(marking, seat, value):
    sheet = marking.sheet(seat)
    enter(sheet, mark("B1.3", value))
    return fill(sheet)


@pytest.fixture
def gone(marking):
    """The signed sheet of a judge who has left; the others of the panel judge again, because of that value."""
    sheet = judged(marking, marking.panel[0], "0")
    signing.sign_sheet(sheet=sheet, by=sheet.seat.user)
    Seat.objects.filter(pk=sheet.seat_id).update(left_at=timezone.now())
    for seat in marking.panel[1:]:
        judged(marking, seat, "2")
    return marking.sheet(marking.panel[0])


@pytest.fixture
def measured(marking):
    """A signed sheet of the same work, on which no panel judges."""
    sheet = fill(marking.sheet(marking.measuring))
    return signing.sign_sheet(sheet=sheet, by=sheet.seat.user, witness=sheet.seat.witness)


REFUSAL = r"W-01: the panel is too far apart on B1\.3 .+ and waits for judge 2, judge 3 to judge again\."


def test_the_chief_judge_signs_no_sheet_of_a_panel_that_judges_again(marking, gone, measured):
    with pytest.raises(signing.SigningRefused, match=REFUSAL):
        signing.chief_sign(event=marking.event, sheets=[measured, gone], by=marking.chief)
    assert not Signature.objects.filter(part="chief").exists()
    assert signing.chief_sign(event=marking.event, sheets=[measured], by=marking.chief) == 1


def test_when_the_others_have_judged_again_it_is_signed(marking, gone):
    for seat in marking.panel[1:]:
        enter(marking.sheet(seat), mark("B1.3", "1", base=1))
    assert signing.chief_sign(event=marking.event, sheets=[gone], by=marking.chief) == 1


def test_the_same_aspect_of_another_work_keeps_nothing_back(marking, gone):
    other = fill(marking.sheet(marking.panel[1], marking.works[1]))
    signing.sign_sheet(sheet=other, by=other.seat.user)
    assert signing.chief_sign(event=marking.event, sheets=[other], by=marking.chief) == 1


def test_nobody_signs_for_the_group_while_the_panel_judges_again(marking):
    """The sheets are signed and one of them stands under an alarm, however that came about."""
    Event.objects.filter(pk=marking.event.pk).update(group_review=Event.GroupReview.GROUP)
    marking.event.refresh_from_db()
    for seat in marking.panel:
        sheet = judged(marking, seat, "2")
        signing.sign_sheet(sheet=sheet, by=seat.user)
    fill_and_sign = fill(marking.sheet(marking.measuring))
    signing.sign_sheet(sheet=fill_and_sign, by=marking.measuring.user, witness=marking.measuring.witness)
    Sheet.objects.filter(seat=marking.panel[2], code=marking.works[0]).update(alarm="B1.3@7")
    with pytest.raises(signing.SigningRefused, match="waits for judge 3 to judge again"):
        signing.review_sheet(sheet=marking.sheet(marking.panel[0]), by=marking.panel[1].user)
    assert not Signature.objects.filter(part="group").exists()


def test_the_chief_judges_page_says_why_and_offers_no_signature(client, marking, gone):
    client.force_login(marking.chief)
    found = client.get(reverse("desk:sheet", args=(marking.event.code, gone.uuid)))
    assert found.context["waits_for"] in body(found)
    assert "waits for judge 2, judge 3 to judge again" in found.context["waits_for"]
    assert "Sign as chief judge" not in body(found)
    answer = client.post(address("desk:sheets_sign", marking), {"sheet": gone.uuid}, follow=True)
    assert found.context["waits_for"] in body(answer)


def test_signing_all_leaves_these_out_and_names_them(client, marking, gone, measured):
    client.force_login(marking.chief)
    answer = client.post(address("desk:sheets_sign", marking), {"action": "all"}, follow=True)
    assert "1 sheet signed." in body(answer)
    assert "waits for judge 2, judge 3 to judge again" in body(answer)
    states = {sheet.pk: sheet.state for sheet in Sheet.objects.filter(pk__in=(gone.pk, measured.pk))}
    assert states == {gone.pk: Sheet.State.SIGNED, measured.pk: Sheet.State.CHIEF_SIGNED}
    again = client.post(address("desk:sheets_sign", marking), {"action": "all"}, follow=True)
    assert "waits for judge 2, judge 3 to judge again" in body(again)


def test_asked_about_many_the_page_names_what_is_left_out(client, marking, gone, measured):
    other = fill(marking.sheet(marking.panel[1], marking.works[1]))
    signing.sign_sheet(sheet=other, by=other.seat.user)
    client.force_login(marking.chief)
    asked = client.post(address("desk:sheets_sign", marking), {"action": "all"})
    assert "Left out: W-01: the panel is too far apart on B1.3" in body(asked)
    assert "Sign all 2 sheets?" in body(asked)
