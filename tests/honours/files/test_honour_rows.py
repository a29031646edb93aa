"""A workbook of honours: every fault by its cell, all rows or none."""

from datetime import date

import pytest

from craft_site.kit.xlsx_out import Book
from craft_site.people.models import GrowthEntry
from honours.domain import imports
from honours.files import honour_rows
from honours.models import Honour
from tests.factories import make_worker
from tests.honours.makers import make_honour, make_title

pytestmark = pytest.mark.django_db
HEADERS = [
    "荣誉称号",
    "获得者",
    "来源",
    "单位",
    "年度",
    "授予日期",
    "文号",
    "工种",
    "身份证号",
    "负责人及成员",
]


def workbook(*rows):
    book = Book()
    book.add_sheet("Rows", HEADERS, [[*row, *([None] * (len(HEADERS) - len(row)))] for row in rows])
    return book.content()


def read(*rows):
    lines, faults = honour_rows.read(workbook(*rows))
    return lines, [fault.message for fault in [*faults, *imports.check(lines)]]


def test_rows_become_honours_with_holders_members_and_growth_lines(organiser, employer):
    make_title("medal", name="劳动奖章", level=4)
    make_title("pioneer", name="先锋号", kind="team")
    worker = make_worker("王杭花", employer=employer)
    lines, faults = read(
        [
            "劳动奖章",
            "王杭花",
            "Daily",
            employer.name,
            2024,
            date(2024, 4, 30),
            "总工发〔2024〕7号",
            None,
            worker.id_number.reveal(),
        ],
        ["pioneer", "North hall", "Daily", "Power company", 2023, None, None, None, None, "张三、李四，王五"],
    )
    assert faults == []
    made = imports.load(lines=lines, by=organiser)
    assert [(one.holder.name, one.year, one.origin) for one in made] == [
        ("王杭花", 2024, "imported"),
        ("North hall", 2023, "imported"),
    ]
    assert (made[0].holder.worker, made[0].holder.employer) == (worker, employer)
    assert [(m.name, m.is_leader) for m in made[1].members.all()] == [
        ("张三", True),
        ("李四", False),
        ("王五", False),
    ]
    assert GrowthEntry.objects.get().worker == worker


@pytest.mark.parametrize(
    ("row", "cell", "words"),
    [
        (["No such title", "A", "Daily", "", 2024], "A2", "No honour title"),
        (["金匠", "A", "Daily", "", 1800], "E2", "no year"),
        (["金匠", "A", "Daily", "", 2024, None, None, "alchemy"], "H2", "No trade"),
        (["金匠", "A", "Daily", "", 2024, None, None, None, "330784199001010012"], "I2", ""),
        (["金匠", "", "Daily", "", 2024], "B2", "Fill in"),
        (["金匠", "A", "", "", 2024], "C2", "Fill in"),
        (["金匠", "A", "Daily", "", 2150], "Row 2", "The year lies"),
    ],
)
def test_each_fault_is_named_by_its_cell_or_row(row, cell, words):
    make_title(name="金匠")
    _lines, faults = read(row)
    assert len(faults) == 1
    assert cell in faults[0]
    assert words in faults[0]


def test_a_name_that_is_not_the_documents_is_refused(employer):
    make_title(name="金匠")
    worker = make_worker("王伟", employer=employer)
    _lines, faults = read(["金匠", "王卫", "Daily", "", 2024, None, None, None, worker.id_number.reveal()])
    assert len(faults) == 1
    assert "B2" in faults[0]
    assert worker.id_number.reveal() not in faults[0]


def test_the_same_honour_twice_in_a_file_or_in_the_register_stops_all_rows(organiser):
    title = make_title(name="金匠")
    make_honour("B", title=title, year=2024)
    lines, faults = read(
        ["金匠", "A", "Daily", "", 2024], ["金匠", "A", "Daily", "", 2024], ["金匠", "B", "Daily", "", 2024]
    )
    assert [word in message for word, message in zip(("Row 3", "Row 4"), faults, strict=True)] == [True, True]
    with pytest.raises(imports.ImportRefused) as refused:
        imports.load(lines=lines, by=organiser)
    assert [fault.row for fault in refused.value.faults] == [3, 4]
    assert Honour.objects.count() == 1


def test_the_empty_workbook_is_read_by_its_own_reader():
    make_title(name="金匠")
    _lines, faults = honour_rows.read(honour_rows.empty().content())
    assert len(faults) == 1
    assert "no rows" in faults[0].message
