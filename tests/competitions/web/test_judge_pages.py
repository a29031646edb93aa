"""A judge's own pages, the benches and the chief judge's desk: who sees what, at which cost."""

import pytest
from django.urls import reverse

from competitions.domain import signing
from competitions.models import Mark, Sheet, Signature
from tests.competitions.judge_pages import address, body, fill
from tests.competitions.marking_contest import enter, make_marking, mark

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking(works=2)


# --- my sheets ---


def test_home_lists_my_sheets_and_nobody_elses(client, marking):
    client.force_login(marking.measuring.user)
    found = body(client.get(reverse("judge:home")))
    assert str(marking.sheet(marking.measuring).uuid) in found
    assert str(marking.sheet(marking.panel[0]).uuid) not in found
    assert "S-01" not in found


def test_no_name_and_no_other_layer_reaches_a_judge(client, marking):
    sheet = marking.sheet(marking.panel[0])
    client.force_login(sheet.seat.user)
    names = [entry.worker.name for entry in marking.event.entries.all()]
    for page in (reverse("judge:home"), sheet.get_absolute_url(), reverse("judge:check", args=(sheet.uuid,))):
        found = body(client.get(page))
        assert not any(name in found for name in (*names, "S-01", "C-001"))


def test_home_puts_an_alarm_first(client, marking):
    for seat, value in zip(marking.panel, "023", strict=True):
        enter(marking.sheet(seat, marking.works[1]), mark("B1.3", value))
    client.force_login(marking.panel[0].user)
    assert client.get(reverse("judge:home")).context["next"].code.number == "W-02"


def test_home_offers_no_sheet_that_waits_for_the_others_of_the_panel(client, marking):
    sheet = judging_again(marking)
    client.force_login(sheet.seat.user)
    answer = client.get(reverse("judge:home"))
    assert answer.context["next"].code.number == "W-02"
    assert "Waits for the other judges" in body(answer)
    told = {row["sheet"]: row["words"] for row in client.get(reverse("judge:documents")).json()["sheets"]}
    assert told[str(sheet.uuid)] == "Waits for the other judges"
    for seat in marking.panel[1:]:
        enter(marking.sheet(seat), mark("B1.3", "1", base=1))
    later = client.get(reverse("judge:home"))
    assert "Waits for the other judges" not in body(later)
    assert "To be signed" in body(later)


@pytest.mark.parametrize("works", [1, 12])
def test_home_costs_little_where_every_sheet_waits(client, works, django_assert_max_num_queries):
    marking = make_marking(works=works)
    for work in marking.works:
        for seat, value in zip(marking.panel, "023", strict=True):
            sheet = marking.sheet(seat, work)
            enter(sheet, *(mark(code, value if code == "B1.3" else "2") for code in sheet.aspects))
        enter(marking.sheet(marking.panel[0], work), mark("B1.3", "1", base=1))
    client.force_login(marking.panel[0].user)
    with django_assert_max_num_queries(9):
        found = client.get(reverse("judge:home"))
    assert found.context["next"] is None
    assert all(len(group.held_back) == works for group in found.context["groups"])


@pytest.mark.parametrize("works", [1, 12])
def test_home_costs_the_same_at_any_size(client, works, django_assert_max_num_queries):
    marking = make_marking(works=works)
    client.force_login(marking.measuring.user)
    with django_assert_max_num_queries(8):
        assert client.get(reverse("judge:home")).status_code == 200


def test_a_sheet_page_costs_at_most_ten_queries(client, marking, django_assert_max_num_queries):
    sheet = fill(marking.sheet(marking.panel[0]))
    client.force_login(sheet.seat.user)
    with django_assert_max_num_queries(10):
        assert client.get(sheet.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("who", ["panel", "organiser", "contestant", "stranger"])
def test_a_sheet_opens_for_its_judge_alone(client, marking, who, organiser, contestant):
    sheet = marking.sheet(marking.measuring)
    people = {"panel": marking.panel[0].user, "organiser": organiser, "contestant": contestant}
    if who != "stranger":
        client.force_login(people[who])
    for name in ("judge:sheet", "judge:check", "judge:signed"):
        assert client.get(reverse(name, args=(sheet.uuid,))).status_code in (302, 403, 404)
    client.force_login(sheet.seat.user)
    assert client.get(sheet.get_absolute_url()).status_code == 200


def test_a_sheet_page_never_holds_the_values_of_an_unfinished_panel(client, marking):
    enter(marking.sheet(marking.panel[0]), mark("B1.3", "3"))
    sheet = marking.sheet(marking.panel[1])
    client.force_login(sheet.seat.user)
    [cell] = [c for c in client.get(sheet.get_absolute_url()).context["cells"] if c["code"] == "B1.3"]
    assert [judge["value"] for judge in cell["panel"]] == [None, None, None]
    assert [judge["marked"] for judge in cell["panel"]] == [True, False, False]
    assert not cell["revealed"]


def test_in_a_second_round_the_first_values_are_shown_and_the_new_ones_sealed(client, marking):
    for seat, value in zip(marking.panel, "023", strict=True):
        enter(marking.sheet(seat), mark("B1.3", value))
    enter(marking.sheet(marking.panel[0]), mark("B1.3", "1", base=1))
    sheet = marking.sheet(marking.panel[1])
    client.force_login(sheet.seat.user)
    [cell] = [c for c in client.get(sheet.get_absolute_url()).context["cells"] if c["code"] == "B1.3"]
    assert [judge["value"] for judge in cell["panel"]] == ["0", "2", "3"]
    assert [judge["marked"] for judge in cell["panel"]] == [True, False, False]


def judging_again(marking):
    """The panel was too far apart, and the first judge has judged again."""
    for seat, value in zip(marking.panel, "023", strict=True):
        sheet = marking.sheet(seat)
        enter(sheet, *(mark(code, value if code == "B1.3" else "2") for code in sheet.aspects))
    sheet = marking.sheet(marking.panel[0])
    enter(sheet, mark("B1.3", "1", base=1))
    return sheet


def test_whoever_has_judged_again_waits_for_the_others_and_cannot_sign(client, marking):
    sheet = judging_again(marking)
    client.force_login(sheet.seat.user)
    check = reverse("judge:check", args=(sheet.uuid,))
    found = body(client.get(check))
    assert "Waits for judge 2, judge 3 to judge again" in found
    assert 'name="checked"' not in found
    refused = client.post(check, {"checked": "on"})
    assert refused.status_code == 422
    [cell] = [c for c in client.get(sheet.get_absolute_url()).context["cells"] if c["code"] == "B1.3"]
    assert not cell["revealed"]


def test_the_chief_judge_reads_first_values_as_such_while_the_panel_judges_again(client, marking):
    sheet = judging_again(marking)
    client.force_login(marking.chief)
    answer = client.get(reverse("desk:sheet", args=(marking.event.code, sheet.uuid)))
    [cell] = [c for c in answer.context["cells"] if c["code"] == "B1.3"]
    assert (cell["values"], cell["text"], cell["first_value"]) == (None, "0", True)
    assert [judge["value"] for judge in cell["panel"]] == ["0", "2", "3"]
    found = body(answer)
    assert "First value" in found
    assert "This judge has judged again; the new value is shown when all have." in found
    for seat in marking.panel[1:]:
        enter(marking.sheet(seat), mark("B1.3", "2", base=1))
    again = client.get(reverse("desk:sheet", args=(marking.event.code, sheet.uuid)))
    [cell] = [c for c in again.context["cells"] if c["code"] == "B1.3"]
    assert (cell["text"], cell.get("first_value")) == ("1", None)
    assert "First value" not in body(again)


def plain(client, sheet, aspect, **fields):
    posted = {"aspect": aspect, "kind": "number", "fields": "1", "base": "0"} | fields
    return client.post(f"{sheet.get_absolute_url()}?aspect={aspect}", posted)


def test_the_form_without_a_script_saves_one_aspect_and_goes_on(client, marking):
    sheet = marking.sheet(marking.measuring)
    client.force_login(sheet.seat.user)
    response = plain(client, sheet, "A1.1", v0="59.795")
    assert response.url.endswith("?aspect=A1.2")
    assert Mark.objects.get().values == ["59.795"]


def test_the_form_without_a_script_says_what_is_wrong_and_keeps_what_was_typed(client, marking):
    sheet = marking.sheet(marking.measuring)
    client.force_login(sheet.seat.user)
    response = plain(client, sheet, "A1.1", v0="59,795")
    assert response.status_code == 422
    assert "59,795" in body(response)
    asked = plain(client, sheet, "A1.1", v0="69.795")
    assert 'name="second_look"' in body(asked)
    assert plain(client, sheet, "A1.1", v0="69.795", second_look="1").status_code == 302


# --- signing ---


def sign(client, sheet, **fields):
    return client.post(reverse("judge:check", args=(sheet.uuid,)), {"checked": "on"} | fields)


def test_blanks_are_listed_and_there_is_no_button_to_sign(client, marking):
    sheet = marking.sheet(marking.measuring)
    client.force_login(sheet.seat.user)
    found = body(client.get(reverse("judge:check", args=(sheet.uuid,))))
    assert "aspects are not marked" in found
    assert 'name="checked"' not in found
    assert sign(client, sheet).status_code == 422


def test_judge_and_second_judge_sign_on_one_device(client, marking):
    sheet = fill(marking.sheet(marking.measuring))
    client.force_login(sheet.seat.user)
    assert sign(client, sheet, witness_password="not-it").status_code == 422
    assert not Signature.objects.exists()
    assert sign(client, sheet, witness_password="second-judge").status_code == 302
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.SIGNED
    assert int(client.session["_auth_user_id"]) == sheet.seat.user_id


def test_the_second_judge_signs_later_from_the_own_account_one_or_many(client, marking):
    sheets = [fill(marking.sheet(marking.measuring, work)) for work in marking.works]
    client.force_login(marking.measuring.user)
    for sheet in sheets:
        sign(client, sheet)
    assert set(Sheet.objects.filter(seat=marking.measuring).values_list("state", flat=True)) == {
        "half_signed"
    }
    client.force_login(marking.measuring.witness)
    assert "To sign as second judge" in body(client.get(reverse("judge:home")))
    client.post(reverse("judge:witness_many"), {"sheet": [str(sheet.uuid) for sheet in sheets] + ["x"]})
    assert set(Sheet.objects.filter(seat=marking.measuring).values_list("state", flat=True)) == {"signed"}


def test_nobody_witnesses_sheets_of_others(client, marking):
    sheet = fill(marking.sheet(marking.measuring))
    signing.sign_sheet(sheet=sheet, by=sheet.seat.user)
    client.force_login(marking.panel[0].user)
    client.post(reverse("judge:witness_many"), {"sheet": [str(sheet.uuid)]})
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.HALF_SIGNED


def test_for_the_one_who_signed_the_sheet_is_closed_and_the_next_one_waits(client, marking):
    first, second = (fill(marking.sheet(marking.measuring, work)) for work in marking.works)
    client.force_login(marking.measuring.user)
    sign(client, first)
    home = client.get(reverse("judge:home"))
    assert "You have signed; waits for the second judge" in body(home)
    assert home.context["totals"]["signed"] == 1
    assert home.context["next"] == second
    said = f"You have signed; waits for the second judge, {marking.measuring.witness}"
    check = body(client.get(reverse("judge:check", args=(first.uuid,))))
    assert said in check
    assert 'name="checked"' not in check
    assert "/sheets/" + str(first.uuid) + "/?aspect=" not in check
    page = client.get(first.get_absolute_url())
    assert page.context["closed"] == "You have signed; waits for the second judge"
    assert "judge-plain" not in body(page)
    paper = body(client.get(reverse("judge:paper", args=(first.uuid,))))
    assert "not signed on the screen yet" not in paper
    assert "waits for the second judge" in paper


def test_the_second_judge_signs_or_sends_back_what_the_judge_has_signed(client, marking):
    sheet = fill(marking.sheet(marking.measuring))
    check = reverse("judge:check", args=(sheet.uuid,))
    client.force_login(marking.measuring.witness)
    assert "The judge of this sheet signs first." in body(client.get(check))
    signing.sign_sheet(sheet=sheet, by=sheet.seat.user)
    found = body(client.get(check))
    assert 'name="checked"' in found
    assert 'value="send_back"' in found
    assert client.post(check, {"action": "send_back", "reason": ""}).status_code == 422
    assert client.post(check, {"action": "send_back", "reason": "A1.1"}).status_code == 302
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.ENTERED
    client.force_login(marking.measuring.user)
    assert client.post(check, {"action": "send_back", "reason": "A1.1"}).status_code == 422


def test_a_reopened_sheet_says_so_until_it_is_signed_again(client, marking):
    sheet = fill(marking.sheet(marking.panel[0]))
    signing.sign_sheet(sheet=sheet, by=sheet.seat.user)
    signing.reopen_sheet(sheet=sheet, by=marking.chief, reason="wrong work looked at")
    client.force_login(sheet.seat.user)
    pages = [sheet.get_absolute_url(), reverse("judge:check", args=(sheet.uuid,))]
    for page in pages:
        found = body(client.get(page))
        assert "Reopened by the chief judge at" in found
        assert "wrong work looked at" in found
    assert '<span class="words">Reopened</span>' in body(client.get(reverse("judge:home")))
    [row, _other] = client.get(reverse("judge:documents")).json()["sheets"]
    assert row["words"] == "Reopened"
    signing.sign_sheet(sheet=marking.sheet(marking.panel[0]), by=sheet.seat.user)
    for page in (*pages, reverse("judge:home")):
        assert "Reopened" not in body(client.get(page))


def test_my_receipts_lead_to_the_public_look_up_filled_in(client, marking):
    sheet = marking.sheet(marking.measuring)
    [answer] = enter(sheet, mark("A1.1", "59.79"))
    client.force_login(sheet.seat.user)
    page = reverse("judge:receipts", args=(sheet.uuid,))
    found = body(client.get(page))
    assert f"#{answer.seq}" in found
    assert f"<code>{answer.receipt}</code>" in found
    assert "59.79 mm" in found
    [row] = client.get(page).context["rows"]
    looked_up = body(client.get(row["url"]))
    assert "The ledger holds this receipt" in looked_up
    assert "59.79" not in looked_up
    for other in (reverse("judge:home"), reverse("judge:check", args=(sheet.uuid,))):
        assert page in body(client.get(other))
    for stranger in (marking.panel[0].user, marking.measuring.witness, marking.chief):
        client.force_login(stranger)
        assert client.get(page).status_code == 404


def test_a_receipt_of_a_taking_back_says_so_and_not_that_it_was_replaced(client, marking):
    sheet = marking.sheet(marking.measuring)
    enter(sheet, mark("A1.1", "59.79"))
    enter(sheet, mark("A1.1", base=1, withdraw=True))
    client.force_login(sheet.seat.user)
    answer = client.get(reverse("judge:receipts", args=(sheet.uuid,)))
    back, first = answer.context["rows"]
    assert (back["taken_back"], back["replaced"], back["value"]) == (True, False, "")
    assert (first["taken_back"], first["replaced"], first["value"]) == (False, True, "59.79 mm")
    assert body(answer).count("taken back") == 1


@pytest.mark.parametrize("entries", [1, 5])
def test_my_receipts_cost_the_same_at_any_number(client, marking, entries, django_assert_max_num_queries):
    sheet = marking.sheet(marking.measuring)
    enter(sheet, *(mark(code, not_done=True) for code in sheet.aspects[:entries]))
    client.force_login(sheet.seat.user)
    with django_assert_max_num_queries(8):
        assert client.get(reverse("judge:receipts", args=(sheet.uuid,))).status_code == 200


def test_the_check_page_says_what_is_required_and_what_is_out_of_tolerance(client, marking):
    sheet = marking.sheet(marking.measuring)
    enter(sheet, mark("A1.1", "59.5", second_look=True), mark("A1.2", not_done=True))
    client.force_login(sheet.seat.user)
    answer = client.get(reverse("judge:check", args=(sheet.uuid,)))
    cells = {cell["code"]: cell for cell in answer.context["cells"]}
    assert (cells["A1.1"]["outside"], cells["A1.2"]["outside"]) == ("59.5", "")
    found = body(answer)
    assert f"required {cells['A1.1']['tolerance']}" in found
    assert found.count("Out of tolerance: 59.5") == 1
    assert found.split("<dl", 1)[1].split("</dl>")[0].count("Not done") == 1
    client.force_login(marking.chief)
    desk = body(client.get(address("desk:sheet", marking, sheet.uuid)))
    assert "Out of tolerance: 59.5" in desk
    enter(sheet, mark("A1.1", "59.79", base=1))
    assert "Out of tolerance:" not in body(client.get(address("desk:sheet", marking, sheet.uuid)))
