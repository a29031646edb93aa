from io import BytesIO

import pytest
from openpyxl import Workbook

from academy.domain import rosters
from academy.files import class_roster
from academy.models import Enrolment
from craft_site.people.models import Worker
from tests.academy.training import make_class, seat
from tests.factories import citizen_number, make_employer, make_user, make_worker


def workbook(*rows, heads=("姓名", "身份证号", "手机", "岗位")):
    book = Workbook()
    book.active.append(list(heads))
    for row in rows:
        book.active.append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def row(n, post="钳工", **change):
    given = {"name": f"工人{chr(0x4E00 + n)}", "id": citizen_number(n), "mobile": f"1391234{n:04d}"}
    given |= change
    return given["name"], given["id"], given["mobile"], post


def load(held, employer, *rows, by=None):
    lines, faults = class_roster.read(workbook(*rows))
    assert faults == []
    return rosters.load(training_class=held, employer=employer, lines=lines, by=by or make_user("organiser"))


def test_a_roster_enrols_and_the_rest_wait_in_the_order_of_their_rows(employer):
    held = make_class(places=2)
    assert load(held, employer, row(1), row(2), row(3)) == {
        "new": 3, "waiting": 1, "corrected": 0, "unchanged": 0,
    }  # fmt: skip
    waiting = Enrolment.objects.get(state="waiting")
    assert waiting.worker.name == row(3)[0]
    assert waiting.from_roster


def test_the_same_roster_again_corrects_and_doubles_nothing(employer):
    held = make_class()
    load(held, employer, row(1), row(2))
    again = load(held, employer, row(1), row(2, post="铣工"), row(3))
    assert again == {"new": 1, "waiting": 0, "corrected": 1, "unchanged": 1}
    assert (Worker.objects.filter(employer=employer).count(), held.enrolments.count()) == (3, 3)
    assert Worker.objects.get(name=row(2)[0]).post == "铣工"


def test_every_bad_cell_is_named_with_its_row_and_nothing_is_kept(employer):
    content = workbook(
        row(1),
        row(2, name="王1"),
        row(3, id="330784199001010000"),
        row(4, mobile="12"),
        ("", citizen_number(5), "", ""),
    )
    lines, faults = class_roster.read(content)
    assert [line.row for line in lines] == [2]
    assert {fault.row for fault in faults} == {3, 4, 5, 6}
    assert all(fault.message.startswith(("A", "B", "C")) for fault in faults)
    assert {fault.message[:2] for fault in faults if fault.row == 6} == {"A6", "C6"}


@pytest.mark.parametrize("content", [b"", b"no workbook", workbook(heads=("x",)), workbook()])
def test_what_is_no_roster_is_told_so(content):
    lines, faults = class_roster.read(content)
    assert lines == []
    assert [fault.row for fault in faults][:1] in ([0], [1])


def test_rows_that_cannot_be_loaded_are_all_named_and_nothing_is_kept(employer):
    held = make_class()
    make_worker("张三", id_number=citizen_number(7))
    other = make_worker(
        row(8)[0], id_number=citizen_number(8), employer=make_employer(), user=make_user("worker")
    )
    taken = make_worker(row(9)[0], id_number=citizen_number(9), employer=make_employer())
    seat(held, worker=taken)
    lines, _faults = class_roster.read(workbook(row(1), row(1), row(7), row(8), row(9)))
    with pytest.raises(rosters.RosterRefused) as refusal:
        rosters.load(training_class=held, employer=employer, lines=lines, by=make_user("organiser"))
    assert [fault.row for fault in refusal.value.faults] == [3, 4, 5, 6]
    assert held.enrolments.count() == 1
    assert not Worker.objects.filter(name=row(1)[0]).exists()
    other.refresh_from_db()
    assert other.employer != employer


def test_a_closed_class_takes_no_roster(employer):
    with pytest.raises(rosters.RosterRefused):
        load(make_class(state="running"), employer, row(1))


def test_the_empty_workbook_is_read_by_the_same_columns(employer):
    lines, faults = class_roster.read(class_roster.empty(make_class()).content())
    assert (lines, [fault.row for fault in faults]) == ([], [0])
