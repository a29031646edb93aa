"""A sealed column: what rests in the database, what the instance shows, what happens when rows are tampered with."""

import base64
import json
import pickle
from uuid import uuid4

import pytest
from django import forms
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter

from craft_site.kit.encryption import SealError, reseal
from craft_site.kit.fields import SealedTextField, StoredToken
from craft_site.kit.masking import mask_mobile
from craft_site.kit.rotation import resealed_rows

MOBILE = "13800001234"


class Note(models.Model):
    id = models.IntegerField(primary_key=True)
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    title = models.CharField(max_length=20, default="a note")
    mobile = SealedTextField("mobile number", blank=True, mask=mask_mobile)
    secret = SealedTextField("secret")

    class Meta:
        app_label = "kit_tests"

    def __str__(self):
        return self.title


@pytest.fixture
def notes(db):
    """A table for Note, made inside the test's transaction on either database."""
    columns = ", ".join(
        f"{field.column} {field.db_type(connection)}" + (" PRIMARY KEY" if field.primary_key else "")
        for field in Note._meta.fields
    )
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {Note._meta.db_table} ({columns})")
    return Note.objects


def resting(column="mobile"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {Note._meta.db_table} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def put(pk, token, column="mobile"):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Note._meta.db_table} SET {column} = %s WHERE id = %s", [token, pk])


def test_a_saved_text_comes_back_and_rests_sealed(notes):
    notes.create(id=1, mobile=MOBILE, secret="s")
    assert resting()[0].startswith("v1.test.")
    note = notes.get()
    assert note.mobile.reveal() == MOBILE
    assert note.mobile.masked() == "138****1234"
    assert note.secret.masked() == "******"


def test_the_text_is_sealed_at_once_and_never_waits_in_the_instance():
    note = Note(id=1, mobile=MOBILE, secret="s")
    assert MOBILE not in repr(note.__dict__)
    assert MOBILE.encode() not in pickle.dumps(note)


def test_no_ordinary_way_of_showing_shows_the_text(notes):
    note = notes.create(id=1, mobile=MOBILE, secret="s")
    shown = [
        str(note.mobile),
        repr(note.mobile),
        f"{note.mobile}",
        f"{note.mobile!r}",
        str(forms.models.model_to_dict(note)),
        str(list(notes.values())),
        str(list(notes.values_list("mobile", flat=True))),
        serializers.serialize("json", [note]),
    ]
    assert not [text for text in shown if MOBILE in text or "1234" in text]
    with pytest.raises(TypeError):
        json.dumps(note.mobile)


def test_an_empty_text_is_stored_empty_and_is_falsy(notes):
    notes.create(id=1, mobile="", secret="s")
    assert resting() == [""]
    note = notes.get(mobile="")
    assert not note.mobile
    assert (note.mobile.reveal(), note.mobile.masked(), str(note.mobile)) == ("", "", "")
    note.mobile = MOBILE
    note.save()
    note.mobile = None
    note.save()
    assert resting() == [""]


def test_tokens_swapped_between_two_rows_are_an_error(notes):
    notes.create(id=1, mobile=MOBILE, secret="s")
    notes.create(id=2, mobile="13900005678", secret="s")
    first, second = resting()
    put(1, second)
    put(2, first)
    for note in notes.all():
        with pytest.raises(SealError):
            note.mobile.reveal()
        with pytest.raises(SealError):
            note.mobile.masked()


def test_tokens_swapped_between_two_fields_of_a_row_are_an_error(notes):
    notes.create(id=1, mobile=MOBILE, secret="s")
    put(1, resting("secret")[0])
    with pytest.raises(SealError):
        notes.get().mobile.reveal()


def test_plain_text_planted_in_the_column_is_an_error(notes):
    notes.create(id=1, mobile=MOBILE, secret="s")
    put(1, "13911112222")
    with pytest.raises(SealError):
        notes.get().mobile.reveal()


def test_bulk_create_and_bulk_update_seal_each_row_for_itself(notes):
    notes.bulk_create([Note(id=n, mobile=f"1380000000{n}", secret="s") for n in range(3)])
    assert [note.mobile.reveal() for note in notes.order_by("id")] == [f"1380000000{n}" for n in range(3)]
    changed = list(notes.all())
    for note in changed:
        note.mobile = f"1390000000{note.id}"
    notes.bulk_update(changed, ["mobile"])
    assert [note.mobile.reveal() for note in notes.order_by("id")] == [f"1390000000{n}" for n in range(3)]


def test_deferred_fields_load_when_asked(notes, django_assert_num_queries):
    notes.create(id=1, mobile=MOBILE, secret="s")
    note = notes.defer("mobile").get()
    with django_assert_num_queries(1):
        assert note.mobile.reveal() == MOBILE
    bare = notes.only("title").get()
    assert bare.mobile.reveal() == MOBILE
    note.refresh_from_db()
    assert note.mobile.reveal() == MOBILE


def test_saving_without_a_change_keeps_the_token(notes):
    note = notes.create(id=1, mobile=MOBILE, secret="s")
    before = resting()
    note.save()
    notes.get().save()
    assert resting() == before


def test_a_value_taken_from_another_row_is_sealed_anew_for_this_one(notes):
    first = notes.create(id=1, mobile=MOBILE, secret="s")
    second = notes.create(id=2, mobile=first.mobile, secret=first.mobile)
    assert resting()[0] != resting()[1]
    assert (second.mobile.reveal(), second.secret.reveal()) == (MOBILE, MOBILE)
    assert notes.get(id=2).mobile.reveal() == MOBILE


def test_a_value_taken_from_another_field_of_the_row_is_sealed_anew_for_this_one(notes):
    note = notes.create(id=1, mobile=MOBILE, secret="s")
    note.secret = note.mobile
    note.save()
    assert notes.get().secret.reveal() == MOBILE


def test_a_moved_value_does_not_get_a_good_seal_by_being_copied(notes):
    first = notes.create(id=1, mobile=MOBILE, secret="s")
    notes.create(id=2, mobile="13900005678", secret="s")
    put(1, resting()[1])
    first.refresh_from_db()
    with pytest.raises(SealError):
        notes.create(id=3, mobile=first.mobile, secret="s")


@pytest.mark.parametrize("masked", ["******", "138****1234", "****002X"])
def test_a_masked_text_that_comes_back_from_a_form_is_refused(masked):
    with pytest.raises(SealError, match="masked"):
        Note(id=1, mobile=masked, secret="s")


@pytest.mark.parametrize("value", [13800001234, models.F("secret"), b"13800001234"])
def test_only_text_can_be_sealed(value):
    with pytest.raises(TypeError):
        Note(id=1, mobile=value, secret="s")


def test_update_and_filter_with_plain_text_are_refused(notes):
    notes.create(id=1, mobile=MOBILE, secret="s")
    with pytest.raises(TypeError, match="blind index"):
        notes.filter(mobile=MOBILE).exists()
    with pytest.raises(TypeError, match="sealed"):
        notes.update(mobile=MOBILE)
    for lookup in ("icontains", "startswith", "in", "gt", "regex", "isnull"):
        with pytest.raises(FieldError):
            notes.filter(**{f"mobile__{lookup}": MOBILE}).exists()


def test_full_clean_asks_for_a_text_unless_blank_is_allowed(notes):
    Note(id=1, secret="s").full_clean(validate_unique=False)
    with pytest.raises(ValidationError) as caught:
        Note(id=1, mobile=MOBILE).full_clean(validate_unique=False)
    assert list(caught.value.message_dict) == ["secret"]


def test_a_model_form_must_declare_its_own_field(notes):
    assert list(forms.modelform_factory(Note, fields=["title", "mobile"]).base_fields) == ["title"]

    class NoteForm(forms.ModelForm):
        mobile = forms.CharField(required=False)

        class Meta:
            model = Note
            fields = ("title", "mobile")

    form = NoteForm({"title": "a", "mobile": MOBILE}, instance=Note(id=1, secret="s"))
    assert form.is_valid()
    form.save()
    assert notes.get().mobile.reveal() == MOBILE


def test_a_fixture_carries_tokens_and_loads_into_the_same_rows(notes):
    notes.create(id=1, mobile=MOBILE, secret="s")
    dump = serializers.serialize("json", notes.all())
    token = resting()[0]
    assert token in dump
    notes.all().delete()
    # the test model's app is not installed, so the deserialiser's own steps are done by hand
    fields = json.loads(dump)[0]["fields"]
    Note(id=1, **{name: Note._meta.get_field(name).to_python(value) for name, value in fields.items()}).save()
    assert resting() == [token]
    assert notes.get().mobile.reveal() == MOBILE


def test_a_migration_spells_the_column_and_not_the_mask():
    text, imports = MigrationWriter.serialize(Note._meta.get_field("mobile"))
    assert text == "craft_site.kit.fields.SealedTextField(blank=True, verbose_name='mobile number')"
    assert "import craft_site.kit.fields" in imports
    renamed = SealedTextField(sealed_as="people.worker.mobile")
    assert renamed.clone().sealed_as == "people.worker.mobile"


def test_a_renamed_field_opens_old_seals_by_their_old_label(notes):
    note = notes.create(id=1, mobile=MOBILE, secret="s")
    renamed = Note._meta.get_field("secret").clone()
    renamed.set_attributes_from_name("phone")
    renamed.model = Note
    renamed.sealed_as = "kit_tests.note.mobile"
    assert renamed.context_of(note) == Note._meta.get_field("mobile").context_of(note)


def test_system_checks_ask_for_the_uuid_and_refuse_null_and_unique():
    class Bare(models.Model):
        secret = SealedTextField(null=True, unique=True)
        uuid = models.UUIDField(unique=True)

        class Meta:
            app_label = "kit_tests"

        def __str__(self):
            return ""

    found = [error.id for error in Bare._meta.get_field("secret").check()]
    assert {"kit.E003", "kit.E004"} <= set(found)
    assert not [error for error in Note._meta.get_field("mobile").check() if error.id.startswith("kit.")]


def test_rotation_moves_every_row_to_the_new_key_and_can_be_repeated(notes, settings):
    notes.bulk_create([Note(id=n, mobile=f"1380000000{n}" if n else "", secret="s") for n in range(5)])
    settings.FIELD_KEYS = {"next": base64.b64encode(b"n" * 32).decode(), **settings.FIELD_KEYS}
    outcome = resealed_rows(Note, "mobile", batch=2)
    assert (outcome.moved, outcome.broken) == (4, [])
    assert [token[:8] for token in resting()] == ["", *["v1.next."] * 4]
    assert resealed_rows(Note, "mobile").moved == 0
    settings.FIELD_KEYS = {"next": settings.FIELD_KEYS["next"]}
    assert [note.mobile.reveal() for note in notes.order_by("id")][1:] == [
        f"1380000000{n}" for n in range(1, 5)
    ]


def test_rotation_reports_rows_that_do_not_open_and_leaves_them_alone(notes, settings):
    notes.bulk_create([Note(id=n, mobile=f"1380000000{n}", secret="s") for n in range(3)])
    put(1, resting()[0])
    broken = resting()[1]
    settings.FIELD_KEYS = {"next": base64.b64encode(b"n" * 32).decode(), **settings.FIELD_KEYS}
    outcome = resealed_rows(Note, "mobile", batch=1)
    assert (outcome.moved, outcome.broken) == (2, [1])
    assert resting()[1] == broken


def test_rotation_does_not_undo_a_change_made_while_it_runs(notes, settings, monkeypatch):
    notes.create(id=1, mobile=MOBILE, secret="s")
    settings.FIELD_KEYS = {"next": base64.b64encode(b"n" * 32).decode(), **settings.FIELD_KEYS}

    def resealed_too_late(token, *, context):
        note = notes.get()
        note.mobile = "13900005678"
        note.save()
        return reseal(token, context=context)

    monkeypatch.setattr("craft_site.kit.rotation.reseal", resealed_too_late)
    assert resealed_rows(Note, "mobile").moved == 0
    assert notes.get().mobile.reveal() == "13900005678"


def test_stored_tokens_hide_themselves_too():
    assert (str(StoredToken("v1.x")), repr(StoredToken("v1.x")), str(StoredToken(""))) == (
        "******",
        "******",
        "",
    )
