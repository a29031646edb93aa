"""Whatever the office keeps of academies, rooms, studios and alliances leaves a line, and no line holds a name."""

from datetime import date

import pytest

from academy.domain import academies, alliances, classes
from academy.domain.refusals import TrainingRefused
from academy.models import Academy, Alliance, Programme, Studio
from craft_site.ledger.chain import first_broken_line, lines_by_kind
from craft_site.ledger.models import Line
from tests.factories import make_employer, make_worker

pytestmark = pytest.mark.django_db
TELLING = "Zyxwold"


def test_an_academy_its_branch_and_its_rooms(organiser):
    main = Academy(code="main", name=TELLING)
    academies.save_academy(academy=main, by=organiser)
    branch = Academy(code="branch", kind="branch", name=TELLING, parent=main)
    academies.save_academy(academy=branch, by=organiser)
    main.name = f"{TELLING} again"
    academies.save_academy(academy=main, by=organiser)
    room = academies.add_place(academy=main, name=TELLING, by=organiser)
    with pytest.raises(TrainingRefused):
        academies.add_place(academy=main, name=TELLING, by=organiser)
    academies.drop_place(place=room, by=organiser)
    assert lines_by_kind(main.chain) == {
        "academy.founded": 1,
        "academy.changed": 1,
        "place.added": 1,
        "place.dropped": 1,
    }
    assert lines_by_kind(branch.chain) == {"academy.founded": 1}
    assert first_broken_line(main.chain) is None
    assert not Line.objects.filter(body__contains=TELLING).exists()


def test_an_alliance_and_its_studios(organiser):
    alliance = alliances.save_alliance(alliance=Alliance(name=TELLING), by=organiser)
    leader = make_worker(TELLING)
    studio = Studio(name=TELLING, employer=make_employer(TELLING), leader=leader)
    alliances.save_studio(studio=studio, by=organiser)
    alliances.save_studio(studio=studio, by=organiser)
    member = alliances.join(alliance=alliance, studio=studio, since=date(2024, 1, 1), by=organiser)
    with pytest.raises(TrainingRefused):
        alliances.join(alliance=alliance, studio=studio, since=date(2024, 2, 1), by=organiser)
    for _ in range(2):
        alliances.leave(membership=member, on=date(2024, 12, 31), by=organiser)
    assert lines_by_kind(alliance.chain) == {"alliance.founded": 1, "studio.joined": 1, "studio.left": 1}
    assert lines_by_kind(studio.chain) == {"studio.founded": 1, "studio.changed": 1}
    assert not Line.objects.filter(body__contains=TELLING).exists()


def test_what_is_taught_and_by_which_rule(organiser):
    taught = Programme(code="welding", name=TELLING, theory_hours=8)
    classes.save_programme(programme=taught, by=organiser)
    taught.theory_hours = 12
    classes.save_programme(programme=taught, by=organiser)
    assert lines_by_kind(taught.chain) == {"taught.added": 1, "taught.changed": 1}
    assert '"theory_hours":12' in Line.objects.get(kind="taught.changed").body
    assert not Line.objects.filter(body__contains=TELLING).exists()
