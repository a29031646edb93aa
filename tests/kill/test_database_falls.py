"""PostgreSQL itself falls over under load and comes back: what was acknowledged is there, once."""

import pytest

from tests.kill.cluster import cluster, programs
from tests.kill.site import Client, Site, faults
from tests.kill.test_kill import each, meanwhile, rounds

FALLS = 3


@pytest.fixture
def fallible(on_postgres, tmp_path_factory):
    """A site on a PostgreSQL server of its own, and that server."""
    if not on_postgres:
        pytest.skip("about PostgreSQL")
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL's own programs are not here: the server answers from elsewhere")
    folder = tmp_path_factory.mktemp("fallible")
    (folder / "static").mkdir()
    with cluster(found) as server:
        site = Site(server.address, folder)
        site.prepare()
        with site.serving():
            yield site, server


def test_a_server_that_falls_and_rises_under_load_has_lost_nothing_acknowledged(fallible):
    site, server = fallible
    clients, cells, falls = [Client(judge, site.port) for judge in site.judges], {}, []

    def fall():
        server.fall_and_rise()
        falls.append(1)

    with meanwhile(fall, every=1.0):
        while len(falls) < FALLS * rounds():
            each(clients, cells, 8, batch=2)
    assert faults(clients, site.audit()) == {}
    refused = sum(count for client in clients for status, count in client.statuses.items() if status != 200)
    assert refused > 0, "the server never fell while somebody was writing"
    assert not any(client.statuses.get(500) for client in clients)
