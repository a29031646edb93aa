"""The months of a pair: written, sent, commented; skills; and which months are missing."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from PIL import Image

from academy.domain import pair_agreements, pair_logs, pair_skills, pairs
from academy.domain.pair_moves import PairRefused
from academy.models import PairLog
from academy.rules.pairing import DUE, OVERDUE, add_months
from craft_site.kit.private_files import private_storage
from craft_site.kit.uploads import PHOTO, clean_upload
from craft_site.ledger.models import Line
from craft_site.people.models import PrivateFile
from tests.academy.pairs import Town, again, make_person, make_town, noon, proposed, running
from tests.factories import make_user

pytestmark = pytest.mark.django_db
MARCH = date(2025, 3, 1)


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def pair(town):
    return running(town, since=date(2025, 3, 3))


def send(pair, month=MARCH, *, by=None, at=None, **changes):
    values = {
        "hours": Decimal("12.5"),
        "topic": "Milling the lower die",
        "task": "Four plates",
        "reflection": "I learnt to read the tolerances.",
        "send": True,
    }
    at = at or noon(month.replace(day=26))
    return pair_logs.write(pair=pair, month=month, by=by or pair.apprentice.user, at=at, **(values | changes))


def photo(shade: int = 90):
    out = BytesIO()
    Image.new("RGB", (80, 60), (shade, 120, 40)).save(out, "JPEG")
    return clean_upload(out, name="work.jpg", policy=PHOTO)


def test_a_month_is_drafted_sent_and_commented(pair):
    draft = send(pair, topic="", send=False)
    assert (draft.state, draft.sent_at) == ("draft", None)
    log = send(pair)
    assert (log.pk, log.state) == (draft.pk, "sent")
    log = pair_logs.comment(log=log, text="Well measured. Next: grinding.", by=pair.mentor.user)
    assert (log.state, log.comment) == ("commented", "Well measured. Next: grinding.")
    kinds = Line.objects.filter(subject=f"pair:{pair.uuid}", kind__startswith="pair.log")
    assert [line.kind for line in kinds.order_by("seq")] == ["pair.log_sent", "pair.log_commented"]
    assert "measured" not in "".join(line.body for line in kinds)


def test_sent_twice_is_sent_once_and_nothing_changes_afterwards(pair):
    log = send(pair)
    assert send(pair).pk == log.pk
    assert Line.objects.filter(kind="pair.log_sent").count() == 1
    with pytest.raises(PairRefused, match="with the master already"):
        send(pair, topic="Something else")
    with pytest.raises(PairRefused, match="with the master already"):
        send(pair, send=False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hours": None}, "hours"),
        ({"hours": Decimal(0)}, "hours"),
        ({"topic": "  "}, "topic"),
        ({"reflection": "good"}, "reflection"),
    ],
)
def test_a_month_is_sent_whole(pair, changes, field):
    with pytest.raises(PairRefused) as refusal:
        send(pair, **changes)
    assert refusal.value.field == field
    assert not PairLog.objects.exists()


@pytest.mark.parametrize(
    ("month", "at"),
    [
        (date(2025, 4, 1), noon(date(2025, 3, 28))),
        (date(2025, 2, 1), noon(date(2025, 3, 28))),
        (date(2027, 6, 1), noon(date(2027, 6, 28))),
    ],
)
def test_only_months_of_the_pair_that_have_come(pair, month, at):
    with pytest.raises(PairRefused) as refusal:
        send(pair, month, at=at)
    assert refusal.value.field == "month"


def test_only_the_apprentice_writes_and_only_the_master_comments(town, pair):
    for by in (town.mentor.user, town.organiser, make_user("worker")):
        with pytest.raises(PermissionDenied):
            send(pair, by=by)
    log = send(pair)
    for by in (town.apprentice.user, town.organiser):
        with pytest.raises(PermissionDenied):
            pair_logs.comment(log=log, text="Well done", by=by)


def test_a_draft_is_not_commented_and_a_comment_has_words(pair):
    draft = send(pair, send=False)
    with pytest.raises(PairRefused, match="not been sent"):
        pair_logs.comment(log=draft, text="Well done", by=pair.mentor.user)
    with pytest.raises(PairRefused, match="Write what you say"):
        pair_logs.comment(log=send(pair), text=" ", by=pair.mentor.user)


def test_a_proposal_has_no_months(town):
    pair = proposed(town)
    with pytest.raises(PairRefused, match="not under way"):
        send(pair, timezone.localdate(), at=timezone.now())
    assert pair_logs.missing([pair]) == {}


def test_a_photograph_rests_in_private_storage_and_the_newer_takes_its_place(pair):
    by, values = pair.apprentice.user, {"month": MARCH, "at": noon(date(2025, 3, 20))}
    log = pair_logs.write_with_photo(pair=pair, photo=photo(), by=by, topic="Milling", **values)
    first = log.evidence
    assert private_storage().exists(first.name)
    log = pair_logs.write_with_photo(pair=pair, photo=None, by=by, topic="Milling", **values)
    assert log.evidence == first
    log = pair_logs.write_with_photo(pair=pair, photo=photo(10), by=by, topic="Milling", **values)
    assert log.evidence != first
    assert not PrivateFile.objects.filter(pk=first.pk).exists()


def test_a_refused_month_leaves_no_photograph(pair):
    with pytest.raises(PairRefused):
        pair_logs.write_with_photo(pair=pair, photo=photo(), by=pair.apprentice.user, month=date(2025, 1, 1))
    assert not PrivateFile.objects.exists()


def test_missing_months(pair):
    assert missing(pair, date(2025, 3, 24)) == []
    assert missing(pair, date(2025, 3, 25)) == [(MARCH, DUE)]
    assert missing(pair, date(2025, 4, 26)) == [(MARCH, OVERDUE), (date(2025, 4, 1), DUE)]
    assert pair_logs.overdue_pairs(date(2025, 4, 26)) == [pair.pk]
    send(pair, send=False)
    assert missing(pair, date(2025, 4, 26))[0] == (MARCH, OVERDUE)
    send(pair)
    assert missing(pair, date(2025, 4, 26)) == [(date(2025, 4, 1), DUE)]
    assert pair_logs.overdue_pairs(date(2025, 4, 26)) == []


def missing(pair, today):
    found = pair_logs.missing([again(pair)], today=today)
    return [(one.month, one.state) for one in found[pair.pk]]


def test_months_to_write_are_those_that_have_come_and_are_not_sent(pair):
    send(pair)
    assert pair_logs.months_to_write(pair, today=date(2025, 5, 2)) == [date(2025, 5, 1), date(2025, 4, 1)]


@pytest.mark.parametrize("size", [1, 5])
def test_what_is_missing_costs_one_query_for_any_number(town, size, django_assert_num_queries):
    people = [make_person(town.firm, town.trade) for _n in range(size)]
    made = [again(running(town, since=date(2025, 3, 3), apprentice=one)) for one in people]
    with django_assert_num_queries(1):
        assert len(pair_logs.missing(made)) == size


# --- skills ----------------------------------------------------------------------------------------------------------


def test_the_master_confirms_what_is_learnt_and_may_take_it_back(town, pair):
    skill = pair.skills.first()
    with pytest.raises(PermissionDenied):
        pair_skills.confirm(skill=skill, by=town.apprentice.user)
    skill = pair_skills.confirm(skill=skill, by=town.mentor.user)
    assert skill.done_on == timezone.localdate()
    pair_skills.confirm(skill=skill, by=town.mentor.user)
    assert Line.objects.filter(kind="pair.skill_done").count() == 1
    assert pair_skills.reopen(skill=skill, by=town.mentor.user).done_on is None


def test_a_skill_added_on_the_way_stands_beside_the_signed_list(town, pair):
    signed = pair.content_hash
    due = add_months(pair.starts_on, 6)
    skill = pair_skills.add(pair=pair, name=" Grinding ", due_on=due, by=town.mentor.user)
    assert (skill.name, skill.agreed) == ("Grinding", False)
    assert signed_hash(pair) == signed
    for name, day in (("", due), ("Lapping", pair.ends_on + timedelta(days=1))):
        with pytest.raises(PairRefused):
            pair_skills.add(pair=pair, name=name, due_on=day, by=town.mentor.user)
    with pytest.raises(PermissionDenied):
        pair_skills.add(pair=pair, name="Lapping", due_on=due, by=town.organiser)


def signed_hash(pair):
    return pair_agreements.content_hash(again(pair))


def test_a_pair_that_is_over_learns_nothing_more(town, pair):
    pairs.end_early(pair=pair, reason="Moved away", by=town.organiser)
    with pytest.raises(PairRefused, match="not under way"):
        pair_skills.confirm(skill=pair.skills.first(), by=town.mentor.user)
