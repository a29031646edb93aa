"""The four faces of the wing; each subject brings its own addresses."""

from competitions.web.desk import (
    accepted,
    draws,
    entries,
    events,
    imports,
    incidents,
    notices,
    panels,
    progress,
    results,
    roster,
    schemes,
    teams,
)
from competitions.web.judge import bench, marks, sheets, ties
from competitions.web.me import entries as my_entries
from competitions.web.me import scores as my_scores
from competitions.web.public import draws as public_draws
from competitions.web.public import notices as public_notices
from competitions.web.public import results as public_results
from competitions.web.public import schemes as public_schemes

desk = [
    *events.urlpatterns,
    *teams.urlpatterns,
    *notices.urlpatterns,
    *entries.urlpatterns,
    *accepted.urlpatterns,
    *roster.urlpatterns,
    *schemes.urlpatterns,
    *draws.urlpatterns,
    *panels.urlpatterns,
    *progress.urlpatterns,
    *incidents.urlpatterns,
    *imports.urlpatterns,
    *results.urlpatterns,
]
me = [*my_entries.urlpatterns, *my_scores.urlpatterns]
judge = [*sheets.urlpatterns, *marks.urlpatterns, *bench.urlpatterns, *ties.urlpatterns]
public = [
    *public_results.urlpatterns,
    *public_draws.urlpatterns,
    *public_notices.urlpatterns,
    *public_schemes.urlpatterns,
]
