"""The order of the measurements. Compare rows of one run only."""

from collections.abc import Callable
from pathlib import Path

from django.db import connection

from craft_site.home.foundation import make_site
from craft_site.wsgi import application
from tests.bench import academy, ledger, lineage, load, matching, pages, pairs, scoring, search, severity
from tests.bench.data import make_marking, make_release
from tests.bench.measure import server, table
from tests.competitions.schemes import stamping
from tests.factories import make_user

SIZES = (100, 2_000)


def run(folder: Path, *, say: Callable[[str], None]) -> str:
    """All measurements as one table. folder: of this run alone; it holds the database and the published pages."""
    scheme = stamping()
    make_site()
    organiser = make_user("organiser")
    references, cases, computed = pages.reference_cases(), [], []
    for size in SIZES:
        say(f"contests of {size:,}")
        contest, release = make_marking(scheme, size), make_release(size)
        cases += pages.desk_cases(contest, organiser, size)
        cases += pages.public_cases(release, size)
        computed.append(pages.view_case(release, size))
    say(f"{academy.CLAIMS:,} claims")
    office = academy.make_claims()
    cases += academy.cases(office)
    connection.cursor().execute("ANALYZE")
    cases = [*references, *pages.marking_cases(contest, scheme), *cases, *computed]
    say("pages in process")
    rows = pages.in_process(application, cases)
    say("pages over a socket")
    with server() as port:
        rows = pages.over_the_socket(port, cases, rows)
    rows = pages.with_ratios(rows, *rows[: len(references)])
    rows.append(pages.nginx_row(folder, release, SIZES[-1]))
    say("scoring and severities")
    scored = [*scoring.rows(scheme), *severity.rows(), *pairs.rows()]
    say("claims")
    scored += academy.rows(office.programme)
    say("rounds of matching and the lineage")
    scored += [*matching.rows(), *lineage.rows()]
    say(f"search of {search.DOCUMENTS:,} documents")
    scored += search.rows()
    say("ledger")
    held = ledger.rows()
    say("marks under load")
    return table([*scored, *held, *load.rows(folder), *rows])
