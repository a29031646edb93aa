"""The whole index made again, compared, and the parts that Django does not make."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from craft_site.jobs.models import Job
from craft_site.search import documents, index, install, tasks
from craft_site.search.documents import Document, Source
from craft_site.search.models import Entry, Kind
from tests.search.making import document, titles

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(monkeypatch):
    """A source of its own, and what is public of it."""
    rows: dict[str, Document] = {}

    def read(keys):
        return [one for key, one in rows.items() if keys is None or key in keys]

    monkeypatch.setattr(documents, "SOURCES", {"made": Source("made", read)})
    monkeypatch.setattr(index, "SOURCES", documents.SOURCES)
    monkeypatch.setattr(tasks, "SOURCES", documents.SOURCES)
    monkeypatch.setattr("craft_site.search.management.commands.search_index.SOURCES", documents.SOURCES)
    return rows


def made() -> Source:
    return documents.SOURCES["made"]


def test_what_is_public_no_longer_leaves_and_what_is_public_now_comes(public):
    public |= {"a": document("工匠", key="a"), "b": document("模具", key="b")}
    index.refresh(made(), ["a", "b"])
    del public["a"]
    public["b"] = document("劳模", key="b")
    index.refresh(made(), ["a", "b", "c"])
    assert (titles("工匠"), titles("模具"), titles("劳模")) == ([], [], ["劳模"])


def test_a_rebuild_reads_all_writes_what_differs_and_forgets_the_rest(public, capsys):
    public |= {str(n): document(f"工匠{n}", key=str(n)) for n in range(450)}
    call_command("search_index")
    assert "made: 450 changed" in (said := capsys.readouterr().out)
    assert "made: 400 read" in said
    del public["7"]
    public["8"] = document("模具", key="8")
    Entry.objects.create(key="gone:1", kind=Kind.PAGE, title="x", url="/", folded="", digest="")
    call_command("search_index")
    assert "made: 2 changed" in (said := capsys.readouterr().out)
    assert "1 of sources that are no more" in said
    assert Entry.objects.count() == 449
    call_command("search_index", "--check")
    assert "made: 449 public, 449 in the index, ok" in capsys.readouterr().out


@pytest.mark.parametrize("what", ["missing", "stray", "stale"])
def test_the_check_tells_what_the_index_lacks_or_has_too_much(public, what):
    public |= {"a": document("工匠", key="a"), "b": document("模具", key="b")}
    index.rebuild(made())
    if what == "missing":
        index.drop(made(), "a")
    elif what == "stray":
        del public["a"]
    else:
        public["a"] = document("劳模", key="a")
    with pytest.raises(CommandError, match="search_index"):
        call_command("search_index", "--check")


def test_an_unknown_source_is_named(public):
    with pytest.raises(CommandError, match="Unknown: nothing"):
        call_command("search_index", "nothing")


def test_what_is_taken_off_is_told_and_made_again(public):
    assert install.check_parts(databases=["default"]) == []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION {install.MATCHING}(tsquery)")
            cursor.execute(f"DROP INDEX {install.GIN}")
        else:
            cursor.execute(f"DROP TRIGGER {install.FTS}_in")
            public["a"] = document("工匠", key="a")
            index.rebuild(made())  # written where no trigger looks: what is installed again finds it
            assert titles("工匠") == []
    assert [one.id for one in install.check_parts(databases=["default"])] == ["search.E001"]
    assert install.install(connection)
    assert install.check_parts(databases=["default"]) == []
    public["a"] = document("工匠", key="a")
    index.rebuild(made())
    assert titles("工匠") == ["工匠"]


def test_the_names_of_all_sources_are_registered():
    assert set(documents.SOURCES) == {
        "academy.class",
        "academy.lineage",
        "academy.mentor",
        "academy.programme",
        "academy.subsidy",
        "competitions.event",
        "competitions.result",
        "home.fixed",
        "home.page",
        "honours.holder",
        "honours.title",
    }


def test_every_night_the_index_is_mended(public):
    public["a"] = document("工匠", key="a")
    job = Job.objects.create(name="search.read_again")
    assert tasks.read_again(job) == {"changed": {"made": 1}}
    assert titles("工匠") == ["工匠"]
    assert tasks.read_again(job) == {"changed": {}}
