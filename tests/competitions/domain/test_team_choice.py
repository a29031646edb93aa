"""A contestant's team: of the own employer unless the event lets teams mix; by roster or with the entry."""

import json

import pytest

from competitions.domain import entries, rosters, team_choice
from competitions.files import roster as roster_file
from competitions.models import Draw, Entry, Event, Team
from craft_site.ledger.models import Line
from tests.competitions.rosters import KEYS, line, workbook
from tests.factories import make_employer, make_entry, make_event, make_trade, make_worker

S = Entry.State


@pytest.fixture
def event(db):
    return make_event(trade=make_trade(), scope=Event.Scope.TEAM)


@pytest.fixture
def draft(event, employer):
    return make_entry(event, worker=make_worker(employer=employer), state=S.DRAFT)


def read(*given):
    lines, faults, _warnings = roster_file.read(workbook(*given, keys=(*KEYS, "team")))
    assert not faults
    return lines


def load(event, employer, by, *given):
    return rosters.load(event=event, employer=employer, lines=read(*given), by=by)


def told(team):
    body = Line.objects.filter(kind="team.members", subject=f"team:{team.pk}").latest("seq").body
    return set(json.loads(body)["facts"]["entries"])


# --- the roster -------------------------------------------------------------------------------------------


def test_a_roster_makes_each_team_once_and_tells_the_ledger_its_members(event, employer, employer_contact):
    load(event, employer, employer_contact, line(1, team="Red"), line(2, team=" red "), line(3))
    team = Team.objects.get()
    assert (team.name, team.employer) == ("Red", employer)
    assert set(team.members.values_list("worker__name", flat=True)) == {"Roster B", "Roster C"}
    assert told(team) == {str(uuid) for uuid in team.members.values_list("uuid", flat=True)}


def test_the_same_roster_again_changes_no_team_and_writes_no_line(event, employer, employer_contact):
    given = line(1, team="Red"), line(2, team="Red")
    load(event, employer, employer_contact, *given)
    lines = Line.objects.count()
    assert load(event, employer, employer_contact, *given).count("unchanged") == 2
    assert (Team.objects.count(), Line.objects.count()) == (1, lines)


@pytest.mark.parametrize(("cell", "name"), [("Blue", "Blue"), ("-", None), ("", "Red")])
def test_a_corrected_row_moves_the_worker_and_an_empty_cell_leaves_the_team(
    event, employer, employer_contact, cell, name
):
    load(event, employer, employer_contact, line(1, team="Red"), line(2, team="Red"))
    load(event, employer, employer_contact, line(1, team=cell), line(2, team="Red"))
    moved = Entry.objects.get(worker__name="Roster B")
    assert (moved.team.name if moved.team else None) == name
    red = Team.objects.get(name="Red")
    assert told(red) == {str(uuid) for uuid in red.members.values_list("uuid", flat=True)}


@pytest.mark.parametrize(("mixed", "refused"), [(False, True), (True, False)])
def test_a_team_of_another_employer_is_refused_unless_teams_mix(
    event, employer, employer_contact, mixed, refused
):
    Event.objects.filter(pk=event.pk).update(mixed_teams=mixed)
    event.refresh_from_db()
    event.teams.create(name="Red", employer=make_employer())
    plan = rosters.plan(event=event, employer=employer, lines=read(line(1), line(2, team="Red")))
    assert [(f.row, f.column) for f in plan.faults] == ([(3, "team")] if refused else [])


def test_an_event_of_individuals_refuses_a_team_by_row(db, employer, employer_contact):
    single = make_event(trade=make_trade())
    with pytest.raises(rosters.RosterRefused) as refusal:
        load(single, employer, employer_contact, line(1, team="Red"))
    assert [(f.row, f.column) for f in refusal.value.faults] == [(2, "team")]
    assert not Team.objects.exists()


def test_the_empty_roster_has_the_column_where_teams_are_ranked(event):
    def headers(of):
        return [str(cell.value) for cell in roster_file.empty_roster(of).workbook.worksheets[0][1]]

    assert ("Team" in headers(event), "Team" in headers(make_event())) == (True, False)


@pytest.mark.parametrize("rows", [1, 8])
def test_a_plan_with_teams_costs_the_same_queries_at_any_size(
    event, employer, rows, django_assert_max_num_queries
):
    lines = read(*(line(serial, team=f"Team {serial}") for serial in range(rows)))
    with django_assert_max_num_queries(10):
        rosters.plan(event=event, employer=employer, lines=lines)


# --- the contestant's choice ------------------------------------------------------------------------------


def test_a_founded_team_is_the_employers_and_is_told_when_the_entry_is_handed_in(event, employer, draft):
    entries.answer(entry=draft, by=None, new_team="Red")
    team = event.teams.get()
    assert (draft.team, team.employer) == (team, employer)
    assert not Line.objects.filter(kind="team.members").exists()
    entries.answer(entry=draft, by=None, trade_years=5, emergency_contact="Kin")
    draft.files.create(kind="photo", file=_photo(draft.worker))
    entries.agree(entry=draft, rules=True, publicity=False, by=None)
    entries.submit(entry=draft, by=None)
    assert told(team) == {str(draft.uuid)}


def test_somebody_elses_team_cannot_be_joined_by_key_or_by_name(event, draft):
    foreign = event.teams.create(name="Foreign", employer=make_employer())
    office = event.teams.create(name="Office")
    for answers in ({"team": foreign}, {"team": office}, {"new_team": "foreign"}):
        with pytest.raises(team_choice.TeamBarred):
            entries.answer(entry=draft, by=None, **answers)
    draft.refresh_from_db()
    assert draft.team is None


def test_a_team_of_another_event_cannot_be_joined(event, employer, draft):
    other = make_event(scope=Event.Scope.TEAM, mixed_teams=True)
    Event.objects.filter(pk=event.pk).update(mixed_teams=True)
    with pytest.raises(team_choice.TeamBarred):
        entries.answer(entry=draft, by=None, team=other.teams.create(name="Red", employer=employer))


def test_without_an_employer_teams_are_for_mixed_events(event):
    loner = make_entry(event, worker=make_worker(), state=S.DRAFT)
    assert not team_choice.open_to(event, None).exists()
    with pytest.raises(team_choice.TeamBarred):
        entries.answer(entry=loner, by=None, new_team="Red")
    Event.objects.filter(pk=event.pk).update(mixed_teams=True)
    entries.answer(entry=loner, by=None, new_team="Red")
    assert loner.team.name == "Red"


def test_after_the_draw_no_team_is_chosen(event, draft, organiser):
    Draw.objects.create(
        event=event, purpose="station", state="frozen", items=[], labels=[], committed_by=organiser
    )
    with pytest.raises(team_choice.TeamBarred):
        entries.answer(entry=draft, by=None, new_team="Red")
    entries.answer(entry=draft, by=None, team=None, trade_years=4)  # the rest may still be corrected


def test_whoever_changed_the_employer_must_choose_again_before_handing_in(event, employer, draft):
    entries.answer(entry=draft, by=None, new_team="Red", trade_years=5, emergency_contact="Kin")
    worker = draft.worker
    worker.employer = make_employer()
    worker.save()
    draft.files.create(kind="photo", file=_photo(worker))
    entries.agree(entry=draft, rules=True, publicity=False, by=None)
    with pytest.raises(entries.EntryRefused, match="Red"):
        entries.submit(entry=draft, by=None)
    draft.refresh_from_db()
    entries.answer(entry=draft, by=None, team=None)
    assert entries.submit(entry=draft, by=None).state == S.UNIT_OK


def test_a_returned_entry_that_changes_its_team_is_told_for_both(event, employer, draft):
    entries.answer(entry=draft, by=None, new_team="Red")
    red = draft.team
    Entry.objects.filter(pk=draft.pk).update(state=S.RETURNED)
    draft.refresh_from_db()
    entries.answer(entry=draft, by=None, new_team="Blue")
    assert (told(red), told(draft.team)) == (set(), {str(draft.uuid)})


def _photo(worker):
    return worker.files.create(
        kind="photo", name="aa/photo.jpg", content_type="image/jpeg", size=1, sha256="x"
    )
