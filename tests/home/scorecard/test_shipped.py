"""The indicators that come with the site: all of the report's, checked whole, every fault with its line."""

import pytest

from competitions.files.scheme_yaml import FileErrors
from craft_site.home.foundation import make_site
from craft_site.home.scorecard.domain import indicators
from craft_site.home.scorecard.files.shipped import read_indicators, shipped
from craft_site.home.scorecard.models import CHAIN, Indicator, Measure
from craft_site.ledger.models import Line
from tests.home.scorecard.makers import make_indicator

ONE = """\
- code: contests
  name: 技能竞赛
  group: contests
  measures:
    - {code: held, counter: contests.held}
"""


def lines(text: str) -> list[int]:
    with pytest.raises(FileErrors) as caught:
        read_indicators(text)
    return [error.line for error in caught.value.errors]


def test_the_file_of_the_site_is_whole():
    assert len(shipped()) == 33
    assert sum(len(one["measures"]) for one in shipped()) == 74


def test_a_sound_text_is_read():
    assert read_indicators(ONE)[0]["code"] == "contests"


@pytest.mark.parametrize(
    ("was", "now", "line"),
    [
        ("code: contests", "code: Contests", 1),
        ("group: contests", "group: sports", 3),
        ("counter: contests.held", "counter: contests.lost", 5),
        ("counter: contests.held", 'counter: "contests.firms:"', 5),
        ("code: held", "code: held, colour: red", 5),
        ("code: held", "code: held, kind: metres", 5),
        ("name: 技能竞赛", "title: 技能竞赛", 2),
        ("name: 技能竞赛", "name: 技能竞赛\n  leading: often", 3),
    ],
)
def test_every_fault_has_its_line(was, now, line):
    assert line in lines(ONE.replace(was, now))


def test_codes_stand_there_once():
    assert lines(ONE + ONE) == [6]
    twice = ONE + "    - {code: held, name: 又一个}\n"
    assert lines(twice.replace("{code: held, counter", "{code: held, name: 一个, counter")) == [6]


def test_no_list_is_no_file():
    assert lines("contests: yes") == [1]


@pytest.mark.django_db
def test_the_foundation_makes_them_once_and_leaves_what_the_office_changed():
    make_site()
    assert (Indicator.objects.count(), Measure.objects.count()) == (33, 74)
    Indicator.objects.filter(code="contests").update(name="技能比武")
    make_site()
    assert (Indicator.objects.count(), Measure.objects.count()) == (33, 74)
    assert Indicator.objects.get(code="contests").name == "技能比武"
    assert Line.objects.filter(chain__name=CHAIN).count() == 1


@pytest.mark.django_db
def test_what_is_new_in_the_file_joins_what_is_there():
    make_indicator("contests")
    assert indicators.take_over(indicators=shipped()) == 32
    assert indicators.take_over(indicators=shipped()) == 0
