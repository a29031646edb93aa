"""Looking behind a mask is recorded; keys can be changed; a wrong key shows nothing."""

import pytest
from django.core.management import CommandError, call_command

from craft_site.kit import own_keys
from craft_site.kit.encryption import SealError
from craft_site.ledger.models import Line
from craft_site.people.domain import reveals
from craft_site.people.models import DataKey, Reveal, Worker
from tests.factories import citizen_number, make_user, make_worker

NEW_KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="


@pytest.fixture
def worker(db):
    return make_worker(id_number=citizen_number(11))


def test_a_look_is_recorded_with_its_reason_and_never_with_the_value(worker, reviewer):
    value = reveals.reveal(worker=worker, field="id_number", reason="Badge at check-in", by=reviewer)
    assert value == citizen_number(11)
    look = Reveal.objects.get()
    assert (look.by, look.field, look.reason) == (reviewer, "id_number", "Badge at check-in")
    body = Line.objects.get(kind="value.revealed").body
    assert value not in body
    assert worker.name not in body


@pytest.mark.parametrize(
    ("field", "reason"), [("id_number", "   "), ("password", "a good reason"), ("name", "why not")]
)
def test_nothing_is_shown_without_a_reason_or_beyond_the_sealed_fields(worker, reviewer, field, reason):
    with pytest.raises(reveals.RevealRefused):
        reveals.reveal(worker=worker, field=field, reason=reason, by=reviewer)
    assert not Reveal.objects.exists()


def test_a_new_key_takes_over_and_the_old_one_can_go(worker, settings):
    old = dict(settings.FIELD_KEYS)
    user = make_user("worker", mobile="13811112222")
    settings.FIELD_KEYS = {"new": NEW_KEY} | old
    call_command("rotate_field_keys", verbosity=0)
    settings.FIELD_KEYS = {"new": NEW_KEY}
    own_keys.forget(worker.uuid.hex)  # what is in memory needs no ring
    worker = Worker.objects.get(pk=worker.pk)
    user.refresh_from_db()
    assert worker.id_number.reveal() == citizen_number(11)
    assert user.mobile.reveal() == "13811112222"
    assert worker.id_number.token.startswith(f"p1.{worker.uuid.hex}.")
    assert DataKey.objects.get(uuid=worker.uuid).secret.token.startswith("v1.new.")


def test_with_the_wrong_key_nothing_is_shown_and_rotation_says_so(worker, settings):
    settings.FIELD_KEYS = {"new": NEW_KEY}
    own_keys.forget(worker.uuid.hex)
    with pytest.raises(SealError):
        Worker.objects.get(pk=worker.pk).id_number.reveal()
    with pytest.raises(CommandError, match="do not open"):
        call_command("rotate_field_keys", verbosity=0)


def test_a_value_moved_to_another_row_does_not_open(worker):
    other = make_worker()
    Worker.objects.filter(pk=other.pk).update(id_number=worker.id_number)
    with pytest.raises(SealError):
        Worker.objects.get(pk=other.pk).id_number.reveal()


@pytest.mark.django_db
def test_roles_are_made_once(capsys):
    call_command("make_roles")
    call_command("make_roles")
    assert "all roles are there" in capsys.readouterr().out
