"""One site for the whole run, on the database that the run is for."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from tests.kill.site import Client, Site

SOAK = float(
    os.environ.get("CRAFT_SOAK_SECONDS", "0")
)  # a longer run: so many seconds for each of the load tests


def pytest_collection_modifyitems(items: list[Any]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.kill)


@pytest.fixture(scope="session")
def on_postgres() -> bool:
    return "postgresql" in settings.DATABASES["default"]["ENGINE"]


@pytest.fixture(scope="session")
def database(on_postgres: bool, tmp_path_factory: Any) -> Iterator[str]:
    """The address of a new database, gone afterwards."""
    if not on_postgres:
        yield f"sqlite:///{tmp_path_factory.mktemp('kill') / 'kill.sqlite3'}"
        return
    server, name = os.environ["DATABASE_URL"].rpartition("/")[0], f"kill_{uuid4().hex[:12]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield f"{server}/{name}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def site(database: str, tmp_path_factory: Any) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("var")
    (folder / "static").mkdir()
    found = Site(database, folder)
    found.prepare()
    with found.serving():
        yield found


@pytest.fixture(scope="session")
def cells() -> dict[str, int]:
    """How many cells of each judge have been used up."""
    return {}


@pytest.fixture
def clients(site: Site) -> list[Client]:
    """A device for each judge but the last."""
    return [Client(judge, site.port) for judge in site.judges[:-1]]


@pytest.fixture
def spare(site: Site) -> Client:
    """The device of the last judge, whose marks may be lost on purpose."""
    return Client(site.judges[-1], site.port)
