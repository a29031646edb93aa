"""Whoever has the turn writes for all who wait; what cannot be written together is written alone."""

from threading import Event, Thread

import pytest
from django.db import IntegrityError

from competitions.domain.marking_turns import Turns

PATIENCE = 20  # seconds


class Hall:
    """Turns whose first work holds the turn until the others are in the line: then they go on in their order."""

    def __init__(self, *, fits=lambda works, work: True, together=None):
        self.written, self.answers, self.errors = [], {}, {}
        self.holds, self.go_on = Event(), Event()
        self.turns = Turns(alone=self._alone, together=together or self._together, fits=fits)

    def _alone(self, work):
        if work == "first":
            self.holds.set()
            assert self.go_on.wait(PATIENCE)
        self.written.append([work])
        if work == "bad":
            raise ValueError(work)
        return work.upper()

    def _together(self, works):
        self.written.append(list(works))
        return [work.upper() for work in works]

    def _take(self, work):
        try:
            self.answers[work] = self.turns(work)
        except Exception as error:
            self.errors[work] = error

    def run(self, *works):
        threads = [Thread(target=self._take, args=(work,)) for work in ("first", *works)]
        for place, thread in enumerate(threads):
            thread.start()
            assert self.holds.wait(PATIENCE)
            while len(self.turns._line) < place:  # each stands in the line before the next comes
                assert thread.is_alive()
        self.go_on.set()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()


def test_nobody_waits_and_it_is_done_alone():
    hall = Hall()
    hall.go_on.set()
    assert hall.turns("one") == "ONE"
    assert hall.written == [["one"]]


def test_all_who_wait_are_written_by_one_of_them_and_each_gets_its_own_answer():
    hall = Hall()
    hall.run("a", "b", "c")
    assert hall.written[0] == ["first"]
    assert [sorted(works) for works in hall.written[1:]] == [["a", "b", "c"]]
    assert hall.answers == {"first": "FIRST", "a": "A", "b": "B", "c": "C"}


def test_what_does_not_fit_stays_in_the_line():
    hall = Hall(fits=lambda works, work: work[0] == works[0][0])
    hall.run("a1", "b1", "a2", "b2")
    assert sorted(sorted(works) for works in hall.written[1:]) == [["a1", "a2"], ["b1", "b2"]]
    assert hall.answers == {work: work.upper() for work in ("first", "a1", "a2", "b1", "b2")}


def test_what_the_database_refuses_together_is_done_by_each_alone_with_its_own_error():
    def refuse(works):
        hall.written.append(list(works))
        raise IntegrityError

    hall = Hall(together=refuse)
    hall.run("a", "bad", "c")
    assert len(hall.written[1]) == 3
    assert sorted(hall.written[2:]) == [["a"], ["bad"], ["c"]]
    assert hall.answers == {"first": "FIRST", "a": "A", "c": "C"}
    assert [str(error) for error in hall.errors.values()] == ["bad"]


def test_a_fault_of_ours_reaches_one_of_them_and_the_others_are_done_alone():
    def break_down(works):
        raise KeyError

    hall = Hall(together=break_down)
    hall.run("a", "b", "c")
    [fault] = hall.errors.values()
    assert isinstance(fault, KeyError)
    assert len(hall.answers) == 3
    assert sorted(len(works) for works in hall.written) == [1, 1, 1]


@pytest.mark.parametrize("works", [0, 1, 5])
def test_nobody_is_left_in_the_line(works):
    hall = Hall()
    hall.run(*(f"w{n}" for n in range(works)))
    assert not hall.turns._line
    assert len(hall.answers) == works + 1
