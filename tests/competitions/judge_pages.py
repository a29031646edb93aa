"""What the tests of the judge's, the benches' and the desk's pages of marking share."""

from django.urls import reverse

from tests.competitions.marking_contest import enter, mark


def address(name, marking, *args):
    return reverse(name, args=(marking.event.code, *args))


def fill(sheet):
    given = [
        mark(code, counts={}) if code in {"E1.1", "E1.2"} else mark(code, not_done=True)
        for code in sheet.aspects
    ]
    enter(sheet, *given)
    return sheet


def body(response):
    return response.content.decode()
