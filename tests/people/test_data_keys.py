"""Every person's fields have a key of their own: destroyed, they open nowhere; lists do not ask once a person."""

import pytest
from django.db import transaction

from craft_site.kit import own_keys
from craft_site.kit.encryption import SealError, seal
from craft_site.kit.fields import StoredToken
from craft_site.kit.rotation import resealed_rows
from craft_site.people.models import DataKey, User, Worker
from craft_site.people.models import data_key as keys
from tests.factories import citizen_number, make_user, make_worker

pytestmark = pytest.mark.django_db


def again(worker):
    own_keys.forget(worker.uuid.hex)
    return Worker.objects.get(pk=worker.pk)


def test_two_people_have_two_keys_and_a_token_names_its_own():
    first, second = make_worker(), make_worker()
    assert again(first).id_number.token.split(".")[:2] == ["p1", first.uuid.hex]
    assert DataKey.objects.get(uuid=first.uuid).key() != DataKey.objects.get(uuid=second.uuid).key()


def test_a_destroyed_key_takes_every_copy_of_the_row_with_it():
    worker = make_worker(id_number=citizen_number(12))
    backup = again(worker).id_number.token
    other = make_worker(id_number=citizen_number(13))
    assert keys.destroy(worker.uuid)
    assert not keys.destroy(worker.uuid)
    with pytest.raises(SealError, match="destroyed"):
        again(worker).id_number.reveal()
    Worker.objects.filter(pk=worker.pk).update(id_number=StoredToken(backup))
    with pytest.raises(SealError):
        again(worker).id_number.reveal()
    assert again(other).id_number.reveal() == citizen_number(13)


def test_a_value_is_read_back_before_it_is_saved_and_after():
    worker = Worker(name="A")
    worker.birth = "1990-01-02"
    assert worker.birth.reveal() == "1990-01-02"
    worker.set_document("citizen", citizen_number(14))
    worker.save()
    assert again(worker).birth.reveal() == "1990-01-02"


def test_what_a_rolled_back_row_was_sealed_with_is_kept_when_it_is_saved_after_all():
    worker = Worker(name="A")
    worker.set_document("citizen", citizen_number(15))
    with transaction.atomic():
        worker.save()
        transaction.set_rollback(True)
    assert not DataKey.objects.filter(uuid=worker.uuid).exists()
    worker.pk, worker._state.adding = None, True
    worker.save()
    assert again(worker).id_number.reveal() == citizen_number(15)


def test_two_processes_cannot_give_one_row_two_keys():
    worker = make_worker()
    DataKey.objects.all().delete()
    one, other = again(worker), again(worker)
    one.birth = "1990-01-02"
    other.birth = "1991-01-02"
    one.save()
    with pytest.raises(SealError):
        other.save()
    assert again(worker).birth.reveal() == "1990-01-02"


def test_values_from_before_own_keys_move_to_them():
    user = make_user("worker", mobile="13811112222")
    field = User._meta.get_field("mobile")
    old = seal("13811112222", context=field.context_for(user.uuid))
    User.objects.filter(pk=user.pk).update(mobile=StoredToken(old))
    DataKey.objects.all().delete()
    assert User.objects.get(pk=user.pk).mobile.reveal() == "13811112222"
    assert resealed_rows(User, "mobile").moved == 1
    own_keys.forget(user.uuid.hex)
    found = User.objects.get(pk=user.pk)
    assert found.mobile.token.startswith("p1.")
    assert found.mobile.reveal() == "13811112222"


@pytest.mark.parametrize("people", [1, 30])
def test_a_list_of_people_asks_for_their_keys_once(people, django_assert_num_queries):
    made = [make_worker() for _n in range(people)]
    for worker in made:
        own_keys.forget(worker.uuid.hex)
    found = list(Worker.objects.filter(pk__in=[worker.pk for worker in made]))
    with django_assert_num_queries(1):
        assert all(worker.id_number.masked() for worker in found)
