"""The four faces of the wing; each subject brings its own addresses."""

from competitions.web.desk import (
    accepted,
    appeals,
    certificates,
    corrections,
    draws,
    entries,
    entry_person,
    events,
    hand_over,
    imports,
    incidents,
    judge_report,
    kept,
    notices,
    objections,
    panels,
    papers,
    progress,
    rechecks,
    results,
    roster,
    schemes,
    tablets,
    teams,
    violations,
)
from competitions.web.judge import bench, documents, marks, offline, paper, sheets, ties, unsent
from competitions.web.judge import receipts as judge_receipts
from competitions.web.me import appeals as my_appeals
from competitions.web.me import entries as my_entries
from competitions.web.me import scores as my_scores
from competitions.web.public import draws as public_draws
from competitions.web.public import ledger as public_ledger
from competitions.web.public import notices as public_notices
from competitions.web.public import objections as public_objections
from competitions.web.public import results as public_results
from competitions.web.public import schemes as public_schemes
from competitions.web.public import verify as public_verify

desk = [
    *events.urlpatterns,
    *teams.urlpatterns,
    *notices.urlpatterns,
    *entries.urlpatterns,
    *entry_person.urlpatterns,
    *accepted.urlpatterns,
    *roster.urlpatterns,
    *schemes.urlpatterns,
    *draws.urlpatterns,
    *panels.urlpatterns,
    *progress.urlpatterns,
    *hand_over.urlpatterns,
    *tablets.urlpatterns,
    *kept.urlpatterns,
    *rechecks.urlpatterns,
    *corrections.urlpatterns,
    *papers.urlpatterns,
    *incidents.urlpatterns,
    *imports.urlpatterns,
    *judge_report.urlpatterns,
    *violations.urlpatterns,
    *appeals.urlpatterns,
    *objections.urlpatterns,
    *results.urlpatterns,
    *certificates.urlpatterns,
]
me = [*my_entries.urlpatterns, *my_appeals.urlpatterns, *my_scores.urlpatterns]
judge = [
    *sheets.urlpatterns,
    *marks.urlpatterns,
    *documents.urlpatterns,
    *offline.urlpatterns,
    *unsent.urlpatterns,
    *bench.urlpatterns,
    *ties.urlpatterns,
    *paper.urlpatterns,
    *judge_receipts.urlpatterns,
]
public = [
    *public_objections.urlpatterns,  # before the lines of contestants, whose address takes any word
    *public_results.urlpatterns,
    *public_draws.urlpatterns,
    *public_notices.urlpatterns,
    *public_schemes.urlpatterns,
]
ledger = public_ledger.urlpatterns
verify = public_verify.urlpatterns
receipts = public_ledger.receipt_urlpatterns
