"""Private files that a crash left without a row are deleted after a day; nothing else is."""

import os
import time

import pytest

from craft_site.kit.private_files import private_storage, save_private
from craft_site.people.domain import files
from craft_site.people.models import PrivateFile


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    private = settings.STORAGES["private"] | {"OPTIONS": {"location": tmp_path, "base_url": None}}
    settings.STORAGES = settings.STORAGES | {"private": private}


def aged(name: str) -> str:
    old = time.time() - 25 * 3600
    os.utime(private_storage().path(name), (old, old))
    return name


@pytest.mark.django_db(transaction=True)
def test_only_old_files_without_a_row_go():
    stray, young, kept = (save_private(b"x", suffix=".jpg") for _n in range(3))
    for name in (stray, kept):
        aged(name)
    PrivateFile.objects.create(kind="photo", name=kept, content_type="image/jpeg", size=1)
    assert files.delete_strays() == 1
    there = {name: private_storage().exists(name) for name in (stray, young, kept)}
    assert there == {stray: False, young: True, kept: True}


@pytest.mark.django_db
def test_a_site_without_any_private_file_has_no_strays(settings, tmp_path):
    options = {"location": tmp_path / "not-there-yet", "base_url": None}
    private = settings.STORAGES["private"] | {"OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"private": private}
    assert files.delete_strays() == 0
