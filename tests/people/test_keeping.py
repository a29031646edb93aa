"""Every table with a way to a person is named with what becomes of it; nothing of a person is kept unsaid."""

import pytest
from django.apps import apps
from wagtail.models import Page

from craft_site.kit.fields import SealedTextField
from craft_site.people import keeping
from craft_site.people.models import User, Worker

OWN = {"academy", "competitions", "credentials", "honours", "people"}
# Ways to a person that say nothing about the person: who decided, entered or signed something for the office, which
# stays with the act; and judging, which is the contest's.
OF_THE_OFFICE = {
    "academy.CostLine", "academy.FirmNotice", "academy.PairSignature", "academy.PairReward", "academy.SubsidyProgramme",
    "academy.ProgrammeVersion", "academy.SubsidyDraw", "academy.Posting", "academy.PaymentList",
    "academy.MatchProposal", "competitions.Decoding", "competitions.Draw", "competitions.AcceptedList",
    "competitions.AwardChoice", "competitions.CorrectionOrder", "competitions.EnteredMark", "competitions.ErrorNotice",
    "competitions.KeptMark", "competitions.Mark", "competitions.Objection", "competitions.OpenedLayer",
    "competitions.PaperCheck",
    "competitions.PaperEntry", "competitions.PaperSheet", "competitions.PenaltyRecord", "competitions.PlayRecord",
    "competitions.Recheck", "competitions.RecheckItem", "competitions.Release", "competitions.Reopening",
    "competitions.SchemeVersion", "competitions.Signature", "competitions.TimeCredit", "honours.Campaign",
    "honours.Conferral", "honours.HonourNotice", "honours.HonourTally", "honours.OutreachPicture", "honours.Talk",
    "honours.VisitStep",
}  # fmt: skip
# The tombstone itself, and the mark it bears.
STONES = {"people.Erasure"}


def test_every_table_that_leads_to_a_person_says_what_becomes_of_it():
    named = {kept.model for kept in keeping.tables()}
    leading = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in OWN
        and not issubclass(model, Page)
        and any(field.related_model in (Worker, User) for field in model._meta.get_fields() if field.concrete)
    }
    assert leading - named == OF_THE_OFFICE | STONES


def test_what_is_said_of_a_table_is_true_of_it():
    for kept in keeping.tables():
        model = apps.get_model(kept.model)
        columns = {field.name for field in model._meta.get_fields() if field.concrete}
        assert set(kept.shows) <= columns, kept.model
        assert set(kept.erase) <= columns, kept.model
        assert kept.purpose in keeping.PURPOSES, kept.model
        kept_way = model._meta.get_field(kept.owner.partition("__")[0]) if kept.owner != "pk" else None
        assert kept_way is None or kept_way.is_relation, kept.model


@pytest.mark.parametrize("kept", [one for one in keeping.tables() if not one.gone], ids=lambda one: one.model)
def test_sealed_words_about_a_person_do_not_outlive_them(kept):
    if kept.model in ("people.Worker", "people.User", "honours.HonourObjection", "academy.ClaimObjection"):
        return  # emptied by erasing itself; the names there are those of who objected
    sealed = {
        field.name
        for field in apps.get_model(kept.model)._meta.get_fields()
        if isinstance(field, SealedTextField)
    }
    assert sealed <= set(kept.erase)
