"""One event from the one machine to the other: what chance has brought to its marking is marked and published."""

from competitions.models import Code, Seat, Sheet
from tests.competitions.machine.beginning import Beginning
from tests.competitions.machine.contest import Contest
from tests.competitions.machine.marked import SHEETS
from tests.competitions.marking_contest import Marking
from tests.competitions.whole_contest import Whole


def handed_over(before: Beginning) -> tuple[Contest, list[int]]:
    """The contest of two works whose sheets have been issued and on which nothing stands yet, and the contestants in
    the order of their works. Nobody but the draw has put them into this order."""
    event, here = before.event, before.announced
    works = list(Code.objects.filter(layer="work").order_by("number").select_related("parent"))
    whose = before.contestants_by_code()

    def seat(name: str) -> Seat:
        found: Seat = Seat.objects.select_related("user", "witness").get(pk=before.chairs[name].pk)
        return found

    marking = Marking(
        event=event,
        chief=here.officials["chief"],
        measuring=seat("measuring"),
        panel=[seat("result 1"), seat("result 2"), seat("result 3")],
        floor=[seat("floor")],
        works=works,
        benches=[work.parent for work in works if work.parent is not None],
    )
    whole = Whole(
        marking=marking,
        watchers=[here.officials["supervisor"], here.officials["watcher"]],
        coding=here.officials["coding"],
        arbiter=None,
        committee=None,
        office=here.office,
        contestant=None,
    )
    contest = type("Contest", (Contest,), {"whole": whole})()
    assert {contest.key_of(sheet) for sheet in Sheet.objects.all()} == set(SHEETS)
    contest.value = dict.fromkeys(SHEETS)
    contest.revision = dict.fromkeys(SHEETS, 0)
    contest.sheets = dict.fromkeys(SHEETS, "issued")
    return contest, [whose[work.pk][1] for work in works]
