"""Adopting a scheme: numbers, freezing, reasons, and what may no longer change."""

import json
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection, connections

from competitions.domain import schemes
from competitions.domain.scheme_changes import compare_schemes
from competitions.domain.schemes import SchemeRefused
from competitions.models import Code, Event, Mark, SchemeVersion, Sheet
from competitions.scoring.scheme import content_hash, dump_scheme, parse_scheme
from craft_site.ledger.models import Line
from tests.competitions.schemes import library_scheme, stamping
from tests.factories import make_entry, make_event, make_seat, make_user

pytestmark = pytest.mark.django_db
S = Event.State


def changed(edit):
    document = dump_scheme(stamping())
    edit(document)
    return parse_scheme(document)


def aspect(document, code="A1.1"):
    return next(
        item
        for criterion in document["criteria"]
        for sub in criterion["sub_criteria"]
        for item in sub["aspects"]
        if item["code"] == code
    )


def moved_nominal(value="59.79"):
    return changed(lambda document: aspect(document).update(nominal=value))


def adopt(event, scheme, by, **options):
    newest = event.scheme_version
    options.setdefault("based_on", newest.content_hash if newest else "")
    return schemes.adopt_scheme(event=event, scheme=scheme, by=by, **options)


def give_a_mark(event, by):
    code = Code.objects.create(event=event, layer="contestant", number="C-1", entry=make_entry(event))
    sheet = Sheet.objects.create(event=event, code=code, seat=make_seat(event, "measuring"))
    return Mark.objects.create(sheet=sheet, aspect="A1.1", values=["59.795"], client_id=uuid4(), by=by, seq=1)


def test_the_body_is_canonical_and_reads_back_as_the_scheme(event, organiser):
    version = adopt(event, stamping(), organiser)
    assert parse_scheme(json.loads(version.body)) == stamping()
    assert version.content_hash == content_hash(stamping())


def test_a_file_makes_the_next_number_an_edit_stays_in_place(event, organiser):
    adopt(event, stamping(), organiser)
    assert adopt(event, moved_nominal(), organiser, in_place=True).number == 1
    assert adopt(event, stamping(), organiser).number == 2
    assert event.schemes.count() == 2
    kinds = Line.objects.filter(chain__name=event.chain).order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["scheme.adopted", "scheme.edited", "scheme.adopted"]


def test_the_same_scheme_again_changes_nothing(event, organiser):
    first = adopt(event, stamping(), organiser)
    assert adopt(event, stamping(), organiser, based_on="stale") == first
    assert Line.objects.filter(chain__name=event.chain).count() == 1


def test_whoever_looked_at_an_older_version_is_refused(event, organiser):
    adopt(event, stamping(), organiser)
    with pytest.raises(SchemeRefused):
        adopt(event, moved_nominal(), organiser, based_on="")


@pytest.mark.parametrize("frozen_by", ["state", "mark"])
def test_a_frozen_scheme_changes_only_by_a_reasoned_version(organiser, frozen_by):
    event = make_event(state=S.BRIEFED)
    first = adopt(event, stamping(), organiser)
    if frozen_by == "state":
        Event.objects.filter(pk=event.pk).update(state=S.FROZEN)
    else:
        give_a_mark(event, organiser)
    with pytest.raises(SchemeRefused) as refusal:
        adopt(event, moved_nominal(), organiser, in_place=True)
    assert refusal.value.field == "reason"
    second = adopt(event, moved_nominal(), organiser, in_place=True, reason="drawing B corrected")
    assert second.number == 2
    assert second.frozen_at is not None
    assert SchemeVersion.objects.get(pk=first.pk).content_hash == content_hash(stamping())


def test_marks_given_stay_as_they_were_entered(organiser):
    event = make_event(state=S.SCORING)
    adopt(event, stamping(), organiser, reason="x")
    mark = give_a_mark(event, organiser)
    adopt(event, moved_nominal(), organiser, reason="drawing B corrected")
    mark.refresh_from_db()
    assert mark.values == ["59.795"]


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: aspect(d, "A1.3").update(points="2", mark_per_point="1"),
        lambda d: aspect(d, "A1.1").update(stage="process"),
        lambda d: aspect(d, "A1.1").update(code="A1.9"),
        lambda d: aspect(d, "E1.1")["events"].pop(),
    ],
    ids=["points", "stage", "code", "events"],
)
def test_once_frozen_what_is_read_for_an_aspect_stays(organiser, edit):
    event = make_event(state=S.FROZEN)
    adopt(event, stamping(), organiser, reason="x")
    with pytest.raises(SchemeRefused):
        adopt(event, changed(edit), organiser, reason="because")
    assert event.schemes.count() == 1


def test_once_the_marks_are_locked_nothing_changes_any_more(organiser):
    event = make_event(state=S.SCORING)
    adopt(event, stamping(), organiser, reason="x")
    Event.objects.filter(pk=event.pk).update(state=S.LOCKED)
    with pytest.raises(SchemeRefused):
        adopt(event, moved_nominal(), organiser, reason="too late")


def test_differences_are_named_field_by_field():
    change, *rest = compare_schemes(stamping(), moved_nominal())
    assert rest == []
    assert (change.part, change.code, change.kind) == ("aspect", "A1.1", "changed")
    assert [(f.name, f.before, f.after) for f in change.fields] == [("nominal", "59.78", "59.79")]


def test_differences_cover_sections_and_removed_aspects():
    other = library_scheme("power-games")
    found = {(change.part, change.kind) for change in compare_schemes(stamping(), other)}
    assert ("aspect", "removed") in found
    assert ("aspect", "added") in found
    assert compare_schemes(stamping(), stamping()) == ()

    def ties(document):
        document["composition"]["tie_break"] = ["P.total desc"]

    assert [change.part for change in compare_schemes(stamping(), changed(ties))] == ["composition.tie_break"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_versions_made_at_the_same_time_one_is_refused():
    if connection.vendor != "postgresql":
        pytest.skip("real threads need PostgreSQL: SQLite in memory has one connection")
    event, by = make_event(state=S.PUBLISHED), make_user("organiser")
    adopt(event, stamping(), by)
    based_on, barrier, outcomes = event.scheme_version.content_hash, Barrier(2), []

    def make(value):
        barrier.wait()
        try:
            scheme = moved_nominal(value)
            outcomes.append(adopt(event, scheme, by, based_on=based_on).number)
        except SchemeRefused:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [Thread(target=make, args=(value,)) for value in ("59.79", "59.80")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["2", "refused"]
