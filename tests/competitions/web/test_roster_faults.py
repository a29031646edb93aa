"""One look at a roster names everything that is wrong with it: nobody corrects a file in rounds."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from competitions.models import EligibilityRule, Entry
from tests.competitions.rosters import line, workbook
from tests.factories import citizen_number, make_entry, make_event, make_trade, make_worker

YOUNG = f"{date.today().year - 17}0101"


@pytest.fixture
def event(db):
    event = make_event(trade=make_trade())
    EligibilityRule.objects.create(event=event, kind="min_age", value="18")
    EligibilityRule.objects.create(event=event, kind="trade_years", value="3")
    return event


def named(client, event, *lines):
    """(row, column) of every fault that the page shows, in its order."""
    file = SimpleUploadedFile("roster.xlsx", workbook(*lines))
    page = client.post(reverse("desk:event_roster", args=(event.code,)), {"file": file})
    assert page.status_code == 422
    assert not Entry.objects.filter(from_roster=True).exists()
    return [(fault["row"], str(fault["column"])) for fault in page.context["faults"]]


def test_cells_doubles_and_rules_are_named_in_one_answer_in_the_order_of_the_sheet(
    client, event, employer_contact
):
    client.force_login(employer_contact)
    young = citizen_number(1, birth=YOUNG)
    found = named(
        client,
        event,
        line(1, id_number=young, mobile="123"),  # a bad cell, and too young
        line(2, id_number=young, trade_years=1),  # the same document, too young, too short in the trade
        line(3, mobile="13912340004", trade_years=2),
        line(4),  # the telephone number of row 4 again
    )
    assert found == [
        (2, "Document number"),
        (2, "Mobile number"),
        (3, "Document number"),
        (3, "Document number"),
        (3, "Years in the trade"),
        (4, "Years in the trade"),
        (5, "Mobile number"),
    ]


def test_a_bad_cell_hides_no_other_fault_of_the_person_in_its_row(client, event, employer_contact):
    client.force_login(employer_contact)
    make_entry(event, worker=make_worker("Known Person", id_number=citizen_number(7)), state="refused")
    found = named(client, event, line(7, name="Another Name", trade_years="many"))
    assert found == [(2, "Name"), (2, "Name"), (2, "Years in the trade")]
