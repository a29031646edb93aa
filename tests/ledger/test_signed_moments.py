"""When the ledger is signed: with the lock of the marks and with every release, in the same transaction."""

import pytest

from competitions.domain import releases, signing
from competitions.models import Event, Mark, Release, Sheet
from craft_site.ledger import checkpoints
from craft_site.ledger.models import Checkpoint, Line
from tests.competitions.contest import make_contest
from tests.competitions.domain.test_signing import ready
from tests.competitions.marking_contest import make_marking

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking(db):
    """A contest whose marks may be locked."""
    made = make_marking()
    ready(made)
    return made


THREE = [("80", 7, (3, 3, 3)), ("90", 5, (2, 2, 3)), ("70", 7, (1, 1, 1))]


def test_locking_the_marks_signs_all_that_led_to_it(marking):
    event = signing.lock_marks(event=marking.event, by=marking.chief)
    [made] = Checkpoint.objects.filter(chain__name=event.chain)
    assert (made.reason, made.size) == ("lock", Line.objects.filter(chain__name=event.chain).count())
    assert checkpoints.check_note(made).size == made.size
    signing.lock_marks(event=event, by=marking.chief)
    assert Checkpoint.objects.count() == 1


def test_a_changed_ledger_keeps_the_lock_open_and_nothing_is_half_saved(marking, tamper):
    checkpoints.sign(marking.event.chain, reason="timer")
    tamper("UPDATE ledger_line SET hash = %s WHERE seq = 2", ["f" * 64])
    with pytest.raises(signing.LockRefused, match="does not hold") as refused:
        signing.lock_marks(event=marking.event, by=marking.chief)
    assert [blocker.code for blocker in refused.value.blockers] == ["ledger"]
    assert Event.objects.get(pk=marking.event.pk).state == Event.State.SCORING
    assert not Sheet.objects.filter(event=marking.event, state=Sheet.State.LOCKED).exists()


def test_every_release_is_signed_once(organiser):
    event = make_contest(THREE)
    releases.publish(event=event, by=organiser)
    releases.publish(event=event, by=organiser)
    [made] = Checkpoint.objects.filter(chain__name=event.chain)
    assert (made.reason, made.size) == ("release", Line.objects.filter(chain__name=event.chain).count())
    assert Line.objects.get(chain__name=event.chain, seq=made.size).kind == "event.moved"


def test_nothing_is_published_on_a_changed_ledger(organiser, tamper):
    event = make_contest(THREE)
    releases.publish(event=event, by=organiser)
    tamper("UPDATE ledger_line SET hash = %s WHERE seq = 1", ["f" * 64])
    Mark.objects.filter(sheet__code__number="W-88", aspect="A1.2", values=["2"]).update(values=["3"])
    with pytest.raises(releases.PublishingBlocked, match="does not hold"):
        releases.publish(event=event, by=organiser, reason="A mark was read again.")
    assert Release.objects.count() == 1
