"""A score for reading: the sections with their sums, where marks were lost, and no endless decimals."""

from decimal import Decimal

import pytest
from django.urls import reverse

from competitions.domain import releases
from competitions.models import Entry
from competitions.web.result_pages import short_mark
from tests.competitions.contest import make_contest


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        ("1.333333333", "1.333"),
        ("0.6666666", "0.667"),
        ("2.5", "2.5"),
        ("10", "10"),
        ("1.9999", "2"),
        (None, None),
    ],
)
def test_a_mark_is_read_with_at_most_three_decimals(exact, shown):
    assert short_mark(exact) == shown


def test_the_sections_add_up_and_say_where_marks_were_lost(client, db, organiser):
    event = make_contest([("80", 7, (3, 3, 3)), ("90", 5, (2, 2, 3)), ("70", 7, (1, 1, 1))])
    release = releases.publish(event=event, by=organiser)
    entry = Entry.objects.get(event=event, contestant_code__number="C-002")
    client.force_login(entry.worker.user)
    page = client.get(reverse("me:score_sheet", args=(release.rows.get(entry=entry).pk,)))
    lost = 0
    for criterion in page.context["criteria"]:
        assert criterion["parts"]
        for part in criterion["parts"]:
            exact = [Decimal(row["exact"]) for row in part["aspects"] if row["exact"] is not None]
            assert part["mark"] == short_mark(str(sum(exact)))
            for row in part["aspects"]:
                fell_short = row["exact"] is not None and Decimal(row["exact"]) < row["max"]
                assert bool(row["lost"]) is fell_short
                lost += fell_short
    assert lost
    text = page.content.decode()
    assert text.count('<span class="tag warn">−') >= lost
