"""The register: who holds which honour, once, with a source; in growth records, and never by name in the ledger."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from craft_site.people.models import GrowthEntry
from honours.domain import register, titles
from honours.domain.refusals import HonourRefused
from honours.domain.register import Member
from honours.files.titles import shipped
from honours.models import Holder, Honour, HonourTally, HonourTitle
from tests.factories import make_user, make_worker
from tests.honours.makers import make_honour, make_title

pytestmark = pytest.mark.django_db


def test_an_honour_of_a_worker_stands_in_the_growth_record_with_the_public_page(worker):
    title = make_title(name="八婺金匠", name_en="Golden Craftsman")
    honour = make_honour(worker=worker, title=title, conferred_on=date(2024, 4, 30), document_no="No. 7")
    [line] = GrowthEntry.objects.filter(worker=worker)
    assert (line.kind, line.on, line.title, line.title_en) == (
        "honour",
        date(2024, 4, 30),
        "八婺金匠",
        "Golden Craftsman",
    )
    assert line.url == honour.holder.public_url


def test_the_year_alone_is_enough_for_the_record_and_none_is_not(worker):
    honour = make_honour(worker=worker, year=2021)
    assert GrowthEntry.objects.get().on == date(2021, 1, 1)
    with pytest.raises(HonourRefused) as refused:
        make_honour(worker=worker, year=None)
    assert refused.value.field == "year"
    assert Honour.objects.get() == honour
    assert make_honour("Somebody of long ago", year=None).year is None


def test_members_of_a_team_who_are_in_the_register_have_it_on_record_too(worker):
    team = make_title(kind="team")
    make_honour("North hall", title=team, members=[Member("A", leads=True), Member("B", worker=worker)])
    [line] = GrowthEntry.objects.all()
    assert (line.worker, line.detail) == (worker, "North hall")


def test_one_person_is_one_holder_and_an_honour_is_held_once_a_year(worker):
    title = make_title()
    first = make_honour(worker=worker, title=title, year=2022)
    assert make_honour(worker=worker, title=title, year=2023).holder == first.holder
    assert make_honour(worker=worker, year=2022).holder == first.holder
    with pytest.raises(HonourRefused, match="already"):
        make_honour(worker=worker, title=title, year=2022)
    with pytest.raises(IntegrityError), transaction.atomic():
        Honour.objects.create(
            title=title, holder=first.holder, year=2022, source="x", made_by=make_user("organiser")
        )


def test_namesakes_of_two_units_are_two_and_of_one_unit_one():
    one = make_honour("王伟", unit="A").holder
    assert make_honour("王伟", unit="B").holder != one
    assert make_honour("王伟", unit="A").holder == one
    assert Holder.objects.count() == 2


def test_who_comes_into_the_register_later_is_the_holder_of_the_same_name_and_unit(employer):
    one = make_honour("王伟", unit=employer.name).holder
    other = make_honour("王伟").holder
    worker = make_worker("王伟", employer=employer)
    assert make_honour(worker=worker).holder == one
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.worker, other.worker) == (worker, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": " "}, "source"),
        ({"year": 1900}, "year"),
        ({"year": timezone.localdate().year + 1}, "year"),
        ({"conferred_on": timezone.localdate() + timedelta(days=1)}, "conferred_on"),
        ({"members": [Member("A")]}, "members"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_kept(changes, field):
    with pytest.raises(HonourRefused) as refused:
        make_honour("A", **changes)
    assert refused.value.field == field
    assert not Holder.objects.exists()
    assert not Line.objects.exists()


def test_a_person_holds_no_title_of_units(worker):
    with pytest.raises(HonourRefused) as refused:
        make_honour(worker=worker, title=make_title(kind="unit"))
    assert refused.value.field == "title"


def test_only_an_organiser_enters_counts_and_keeps_titles(reviewer, outsider):
    title = make_title()
    for user in (reviewer, outsider, make_user("supervisor")):
        with pytest.raises(PermissionDenied):
            make_honour("A", title=title, by=user)
        with pytest.raises(PermissionDenied):
            register.tally(title=title, year=2024, count=1, source="x", by=user)
        with pytest.raises(PermissionDenied):
            titles.save_title(title=title, by=user)
    assert not Honour.objects.exists()


def test_the_ledger_speaks_of_keys_and_never_of_names(worker):
    honour = make_honour(worker=worker)
    make_honour("Zyxwold", unit="Vortexwerk")
    lines = list(Line.objects.all())
    assert [line.kind for line in lines] == ["honour.entered"] * 2
    assert lines[0].subject == f"honour:{honour.uuid}"
    assert not [
        line for line in lines for word in (worker.name, "Zyxwold", "Vortexwerk") if word in line.body
    ]
    assert first_broken_line("honours:register") is None


def test_who_asked_not_to_be_named_is_named_by_nobody_else(worker):
    user = make_user("worker")
    worker.user = user
    worker.save()
    organiser = make_user("organiser")
    holder = make_honour(worker=worker, by=organiser).holder
    with pytest.raises(PermissionDenied):
        register.consent(holder=holder, named=False, kinds=[], by=organiser)
    holder = register.consent(holder=holder, named=False, kinds=["contest"], by=user)
    assert (holder.basis, holder.record_kinds) == ("none", [])
    assert GrowthEntry.objects.get().url == ""
    with pytest.raises(HonourRefused, match="only they"):
        register.name_in_public(holder=holder, named=True, by=organiser)
    make_honour(worker=worker, by=organiser)  # a new decree does not undo it
    holder.refresh_from_db()
    assert not holder.is_named
    holder = register.consent(holder=holder, named=True, kinds=["contest", "subsidy"], by=user)
    assert (holder.basis, holder.record_kinds, holder.withdrawn_at) == ("agreed", ["contest"], None)
    assert GrowthEntry.objects.exclude(url="").count() == 2


def test_a_count_said_again_is_corrected(organiser):
    title = make_title()
    for number in (30, 31):
        register.tally(title=title, year=2024, count=number, source="Daily", by=organiser)
    assert HonourTally.objects.get().count == 31
    with pytest.raises(HonourRefused) as refused:
        register.tally(title=title, year=2024, count=0, source="Daily", by=organiser)
    assert refused.value.field == "count"


def test_every_title_that_comes_with_the_site_can_be_taken_over_once(organiser):
    for _round in range(2):
        for data in shipped().values():
            titles.take_over(data=data, by=organiser)
    assert set(HonourTitle.objects.values_list("code", flat=True)) == set(shipped())
    medal = HonourTitle.objects.get(code="national-may-day-medal")
    assert (medal.level, medal.kind, medal.asks.quotas["front_line"], medal.asks.base_level) == (
        4,
        "person",
        35,
        3,
    )


def test_to_whom_a_title_goes_stands_once_it_is_held(organiser):
    title = make_honour("A").title
    title.kind = "team"
    with pytest.raises(HonourRefused) as refused:
        titles.save_title(title=title, by=organiser)
    assert refused.value.field == "kind"
    title.refresh_from_db()
    title.rules = {"quotas": {"tall": 5}}
    with pytest.raises(HonourRefused, match="tall"):
        titles.save_title(title=title, by=organiser)
