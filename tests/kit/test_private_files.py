"""Private files: random names, gone with their transaction, served so that nothing in them runs."""

import re
from contextlib import suppress
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.http import Http404
from django.utils import timezone

from craft_site.kit.filenames import safe_filename
from craft_site.kit.private_files import (
    delete_private,
    in_one_piece,
    open_private,
    private_response,
    save_private,
    strays,
    writing_private_files,
)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path, "base_url": None},
        }
    }


def names():
    return list(strays((), older_than=timezone.now() + timedelta(days=1)))


def test_a_file_comes_back_under_a_name_that_tells_nothing():
    name = save_private(b"x", suffix=".jpg")
    assert re.fullmatch(r"([0-9a-f]{2})/\1[0-9a-f]{30}\.jpg", name)
    assert open_private(name).read() == b"x"
    assert save_private(b"x", suffix=".jpg") != name


@pytest.mark.parametrize("suffix", ["", "jpg", ".JPG", ".a/b", "/../x", ".jpg\n", ".ninechars", "..jpg"])
def test_only_plain_suffixes_are_taken(suffix):
    with pytest.raises(ValueError, match="suffix"):
        save_private(b"x", suffix=suffix)


@pytest.mark.parametrize(
    "name", ["../x.jpg", "/etc/passwd", "", "ab/" + "c" * 32 + ".jpg\n", "ab/../" + "c" * 32]
)
def test_no_other_name_opens_or_deletes_anything(name):
    with pytest.raises(FileNotFoundError):
        open_private(name)
    with pytest.raises(ValueError, match="private storage"):
        delete_private(name)


def test_the_site_keeps_private_files_outside_the_public_folder():
    assert django_settings.MEDIA_ROOT not in (
        django_settings.PRIVATE_ROOT,
        *django_settings.PRIVATE_ROOT.parents,
    )


@pytest.mark.django_db(transaction=True)
def test_files_stay_when_their_transaction_commits():
    with writing_private_files() as files:
        name = files.save(b"x", suffix=".pdf")
    assert names() == [name]


@pytest.mark.django_db(transaction=True)
def test_files_vanish_when_their_transaction_rolls_back():
    with suppress(KeyError), writing_private_files() as files:
        files.save(b"x", suffix=".pdf")
        files.save(b"y", suffix=".pdf")
        raise KeyError
    assert names() == []


@pytest.mark.django_db(transaction=True)
def test_files_vanish_when_the_roll_back_is_silent():
    with writing_private_files() as files:
        files.save(b"x", suffix=".pdf")
        transaction.set_rollback(True)
    assert names() == []


@pytest.mark.django_db(transaction=True)
def test_files_stay_when_the_commit_itself_has_an_unknown_outcome(monkeypatch):
    def lost():
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(connection, "commit", lost)
        with pytest.raises(ConnectionError), writing_private_files() as files:
            name = files.save(b"x", suffix=".pdf")
    connection.close()
    assert names() == [name]


@pytest.mark.django_db(transaction=True)
def test_files_are_not_written_inside_a_transaction_that_may_still_roll_back():
    with transaction.atomic(), pytest.raises(RuntimeError), writing_private_files() as files:
        files.save(b"x", suffix=".pdf")
    assert names() == []


@pytest.mark.django_db(transaction=True)
def test_a_file_is_deleted_on_commit_and_not_before():
    name = save_private(b"x", suffix=".pdf")
    with suppress(KeyError), transaction.atomic():
        delete_private(name)
        raise KeyError
    assert names() == [name]
    with transaction.atomic():
        delete_private(name)
        assert names() == [name]
    assert names() == []
    delete_private(name)


def test_strays_are_old_files_that_no_row_knows():
    known, lost = save_private(b"x", suffix=".pdf"), save_private(b"y", suffix=".pdf")
    later, earlier = timezone.now() + timedelta(hours=1), timezone.now() - timedelta(hours=1)
    assert list(strays({known}, older_than=later)) == [lost]
    assert list(strays({known}, older_than=earlier)) == []


def test_the_answer_cannot_run_be_framed_cached_or_guessed():
    name = save_private(b"<script>", suffix=".jpg")
    response = private_response(name, content_type="image/jpeg", filename="证书.jpg", inline=True)
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"] == "inline; filename*=utf-8''%E8%AF%81%E4%B9%A6.jpg"
    assert response.getvalue() == b"<script>"


@pytest.mark.parametrize("content_type", ["application/pdf", "text/html", "image/svg+xml"])
def test_only_pictures_are_ever_shown_inline(content_type):
    name = save_private(b"x", suffix=".pdf")
    response = private_response(name, content_type=content_type, filename="a", inline=True)
    assert response["Content-Disposition"] == 'attachment; filename="a.pdf"'


def test_pictures_are_downloads_unless_asked_for():
    response = private_response(save_private(b"x", suffix=".jpg"), content_type="image/jpeg", filename="a")
    assert response["Content-Disposition"].startswith("attachment")


def test_a_missing_file_is_a_404():
    with pytest.raises(Http404):
        private_response("ab/" + "c" * 32 + ".jpg", content_type="image/jpeg", filename="a")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("成绩册 2025", "成绩册 2025.pdf"),
        ("a.PDF", "a.pdf"),
        ("a.exe", "a.exe.pdf"),
        ("../../etc/passwd", "etc passwd.pdf"),
        ('a"\r\nSet-Cookie: x', "a Set-Cookie x.pdf"),
        ("gpj.\u202efdp", "gpj.fdp.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("长" * 300, "长" * 80 + ".pdf"),
    ],
)
def test_file_names_are_readable_and_harmless(name, safe):
    assert safe_filename(name, suffix=".pdf") == safe


@pytest.mark.django_db(transaction=True)
def test_in_one_piece_many_writings_stay_together_or_vanish_together():
    def step():
        with writing_private_files() as files:
            files.save(b"x", suffix=".pdf")

    with suppress(KeyError), in_one_piece():
        step()
        step()
        raise KeyError
    assert names() == []
    with in_one_piece():
        step()
        with suppress(KeyError), writing_private_files() as files:
            files.save(b"y", suffix=".pdf")
            raise KeyError
    assert len(names()) == 1
