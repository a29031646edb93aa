"""What is public is found, in the transaction of the fact; what is not public, or no longer, is found nowhere."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from academy.domain import academies, classes, pairs, programmes
from academy.models import Mentor, Pair
from competitions.domain import entries, event_setup, events, releases
from competitions.models import EnteredMark, Entry, Event
from craft_site.people.domain import record_corrections
from craft_site.search import engine
from craft_site.search.documents import SOURCES, sort_of
from craft_site.search.models import Entry as Line
from craft_site.search.models import Kind, Passage
from craft_site.search.query import read
from honours.domain import register, revocations, titles
from honours.domain.register import Held, Member
from honours.models import Holder
from tests.academy.lineage import teach
from tests.academy.subsidies import make_office
from tests.academy.test_pages import make_academy_page
from tests.academy.training import make_academy, make_class, make_mentor, make_programme
from tests.canary import make_canary
from tests.canary_records import finish_recheck, set_state, settle
from tests.competitions.contest import make_contest
from tests.factories import make_event, make_user, make_worker
from tests.home.conftest import media, tree  # noqa: F401  (fixtures)
from tests.home.makers import make_competition, make_contest_page, make_news
from tests.honours.makers import make_honour, make_title
from tests.honours.stories import draft_story, make_consent, publish

pytestmark = pytest.mark.django_db


def found(typed: str, kind: Kind | None = None) -> list[str]:
    return [entry.title for entry in engine.search(read(typed), kind=kind).entries]


def urls(typed: str) -> list[str]:
    return [entry.url for entry in engine.search(read(typed)).entries]


@pytest.fixture(autouse=True)
def _agrees(db):
    """Whatever a test did, the index it leaves is the one that a rebuild would make."""
    yield
    call_command("search_index", "--check", verbosity=0)


# --- pages ---------------------------------------------------------------------------------------------------------


def test_a_page_is_found_by_its_words_while_it_is_live(tree):  # noqa: F811
    page = make_news(
        tree,
        title="永安铸剑张师傅",
        intro="五金",
        body=[("paragraph", "<p>从<b>冲压</b>到注塑</p>")],
        title_en="Master Zhang",
    )
    assert [found(typed) for typed in ("铸剑", "冲压", "五金", "zhang", "zjz")] == [["永安铸剑张师傅"]] * 5
    page.unpublish()
    assert found("铸剑") == found("冲压") == found("zjz") == []
    page.save_revision().publish()
    assert found("冲压") == ["永安铸剑张师傅"]
    page.delete()
    assert found("铸剑") == []


def test_a_draft_and_words_that_are_not_published_yet_are_not_found(tree):  # noqa: F811
    draft = make_news(tree, title="草稿里的铸剑", live=False)
    page = make_news(tree, title="旧题目")
    page.title = "新题目"
    revision = page.save_revision()
    assert (found("铸剑"), found("旧题"), found("新题")) == ([], ["旧题目"], [])
    revision.publish()
    draft.save_revision().publish()
    assert (found("铸剑"), found("旧题"), found("新题")) == (["草稿里的铸剑"], [], ["新题目"])


def test_a_page_kept_from_some_is_found_by_nobody_and_with_it_all_below(tree):  # noqa: F811
    make_news(tree, title="永安铸剑")
    kept = PageViewRestriction.objects.create(
        page=Page.objects.get(pk=tree.news.pk), restriction_type="login"
    )
    assert found("铸剑") == []
    kept.delete()
    assert found("铸剑") == ["永安铸剑"]


def test_a_new_address_is_the_one_that_is_found(tree, django_capture_on_commit_callbacks):  # noqa: F811
    make_news(tree, title="永安铸剑", slug="gongjiang")
    assert urls("铸剑") == ["/news/gongjiang/"]
    tree.news.refresh_from_db()
    tree.news.slug = "xinwen"
    with django_capture_on_commit_callbacks(execute=True):
        tree.news.save_revision().publish()
    assert urls("铸剑") == ["/xinwen/gongjiang/"]


def test_a_page_that_moves_below_a_closed_one_is_found_no_longer(tree):  # noqa: F811
    page = make_news(tree, title="永安铸剑")
    closed = Page.objects.get(pk=tree.contests.pk)
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    Page.objects.get(pk=page.pk).move(closed, pos="last-child")
    assert found("铸剑") == []


def test_with_a_page_all_below_it_is_deleted_from_the_search(tree):  # noqa: F811
    make_news(tree, title="永安铸剑")
    Page.objects.get(pk=tree.news.pk).delete()
    assert found("铸剑") == []


def test_pages_at_fixed_addresses_are_found_by_their_names(tree):  # noqa: F811
    for typed, url in (
        ("荣誉榜", "/honours/"),
        ("成绩单", "/scorecard/"),
        ("助企行", "/honours/visits-and-talks/"),
        ("宣讲", "/honours/visits-and-talks/"),
        ("证书", "/verify/"),
    ):
        assert url in urls(typed), typed


def test_a_story_is_found_by_whom_it_tells_of(tree):  # noqa: F811
    honour = make_honour("俞小飞")
    make_consent(honour)
    page = publish(draft_story(tree, honour, title="三十年的手艺"))
    assert "三十年的手艺" in found("俞小飞")
    register.name_in_public(holder=honour.holder, named=False, by=make_user("organiser"))
    assert found("俞小飞") == []
    assert page.title == "三十年的手艺"


# --- contests ------------------------------------------------------------------------------------------------------


def test_an_event_is_found_once_it_is_announced_and_its_contest_has_a_page(tree):  # noqa: F811
    competition = make_competition(name="永康模具大赛")
    event = make_event("mould", state=Event.State.DRAFT, competition=competition, name="冲压模具")
    page = make_contest_page(tree, competition)
    assert found("冲压") == []
    set_state(event, Event.State.PUBLISHED)
    page.save_revision().publish()
    assert found("冲压") == ["冲压模具 · 永康模具大赛"]
    assert urls("冲压") == [f"{page.url}#mould"]
    event_setup.edit_event(event=event, fields={"name": "注塑模具"}, by=make_user("organiser"))
    assert (found("冲压"), len(found("注塑"))) == ([], 1)
    page.unpublish()
    assert found("注塑") == []


def test_announcing_an_event_lets_it_be_found(tree, monkeypatch):  # noqa: F811
    event = make_event(
        "mould", state=Event.State.FILED, competition=make_competition(name="大赛"), name="冲压模具"
    )
    monkeypatch.setattr(events, "blockers", lambda event, to: [])
    events.move(event=event, to=Event.State.PUBLISHED, by=make_user("organiser"))
    assert found("冲压") == ["冲压模具 · 大赛"]


@pytest.fixture
def contest():
    """A contest whose result can be published; the first contestant does not agree to be named."""
    event = make_contest([("80", 7, (3, 3, 3)), ("90", 5, (2, 2, 3)), ("70", 7, (1, 1, 1))])
    names = ("单雄信", "曾国藩", "李时珍")
    for entry, name in zip(event.entries.order_by("pk"), names, strict=True):
        type(entry.worker).objects.filter(pk=entry.worker_id).update(name=name)
        agreed = None if name == "单雄信" else timezone.now()
        Entry.objects.filter(pk=entry.pk).update(agreed_publicity_at=agreed)
    return event


def test_nothing_of_a_result_is_found_before_it_is_published(contest):
    call_command("search_index", verbosity=0)
    assert found("曾国藩") == found("zgf") == found("单雄信") == []
    releases.publish(event=contest, by=make_user("organiser"))
    assert len(found("曾国藩", Kind.RESULT)) == len(found("zgf")) == len(found("cgf")) == 1
    assert found("单雄信") == found("sxx") == []


def test_whoever_takes_back_the_consent_is_found_no_longer_and_the_result_still_is(contest):
    releases.publish(event=contest, by=make_user("organiser"))
    entry = contest.entries.get(worker__name="曾国藩")
    entries.set_publicity(entry=entry, agreed=False, by=make_user("organiser"))
    assert found("曾国藩") == found("zgf") == []
    assert len(found("李时珍")) == 1
    entries.set_publicity(entry=entry, agreed=True, by=make_user("organiser"))
    assert len(found("曾国藩")) == 1


def test_only_the_newest_version_of_a_result_is_found(contest):
    office = make_user("organiser")
    releases.publish(event=contest, by=office)
    contest.refresh_from_db()
    EnteredMark.objects.filter(event=contest).update(mark="61")
    second = releases.publish(event=contest, by=office, reason="Added up wrongly")
    assert urls("李时珍") == [f"/contests/results/{second.slug}/"]


def test_no_name_of_a_running_contest_is_anywhere_in_the_index(tree):  # noqa: F811
    """The canary: everything there is of a contest before its result, and a rebuild of all sources."""
    canary = make_canary()
    make_contest_page(tree, canary.event.competition)
    settle(canary.event)
    finish_recheck(canary.event)
    set_state(canary.event, Event.State.DECODED)
    call_command("search_index", verbosity=0)
    assert found("canary")
    secrets = [*canary.names, *canary.others, *canary.words.values(), *canary.marks()]
    assert [secret for secret in secrets if secret in _all_that_is_kept()] == []
    assert [secret for secret in canary.names if found(secret)] == []


def _all_that_is_kept() -> str:
    lines = Line.objects.values_list("title", "title_en", "folded", "initials", "url", "key")
    return "\n".join(map(str, [*lines, *Passage.objects.values_list("body", "body_en")]))


# --- honours -------------------------------------------------------------------------------------------------------


def test_a_holder_is_found_with_the_honour_and_leaves_with_its_revocation():
    title = make_title(name="浙江工匠", name_en="Craftsman of Zhejiang")
    office = make_user("organiser")
    honour = make_honour("解缙", title=title, by=office, unit="永康五金厂")
    assert (
        found("解缙") == found("浙江工匠") == found("五金") == found("xj") == found("craftsman") == ["解缙"]
    )
    asked = revocations.ask(honour=honour, ground="other", reason="As decided", by=office)
    assert found("解缙") == ["解缙"]
    revocations.decide(
        revocation=asked, grant=True, answer="It is so", by=make_user("supervisor", "organiser"),
        effective_on=timezone.localdate(),
    )  # fmt: skip
    assert found("解缙") == found("浙江工匠") == found("xj") == []


def test_a_title_that_a_source_counts_is_found_at_its_count():
    office, title = make_user("organiser"), make_title(name="八婺金匠", body="市总工会")
    assert found("八婺金匠") == []
    register.tally(title=title, year=2024, count=31, source="公开报道", by=office)
    assert urls("八婺金匠") == ["/honours/#counts"]
    title.name = "八婺工匠"
    titles.save_title(title=title, by=office)
    assert (found("八婺金匠"), found("八婺工匠")) == ([], ["八婺工匠"])


def test_who_is_not_to_be_named_is_not_found_and_who_agrees_is():
    office, person = make_user("organiser"), make_user("worker")
    honour = make_honour(worker=make_worker("仇英", user=person), by=office, announced=False)
    assert found("仇英") == []
    register.consent(holder=honour.holder, named=True, kinds=("contest",), by=person)
    assert found("仇英") == ["仇英"]
    register.consent(holder=honour.holder, named=False, kinds=(), by=person)
    assert found("仇英") == found("qy") == []


def test_the_offices_word_on_a_name_holds_for_the_search():
    office = make_user("organiser")
    holder = make_honour("解缙", by=office).holder
    register.name_in_public(holder=holder, named=False, by=office)
    assert found("解缙") == []
    register.name_in_public(holder=Holder.objects.get(pk=holder.pk), named=True, by=office)
    assert found("解缙") == ["解缙"]


def test_members_of_a_team_are_found_with_it_and_a_title_by_its_new_name():
    office = make_user("organiser")
    title = make_title(kind="team", name="工人先锋号")
    held = Held(
        title=title, name="冲压班组", source="Daily", year=2024, members=(Member("曾国藩", leads=True),)
    )
    register.enter(held=held, by=office)
    assert found("曾国藩") == found("zgf") == found("先锋") == ["冲压班组"]
    title.name = "五一巾帼标兵岗"
    titles.save_title(title=title, by=make_user("organiser", "accounts", is_superuser=True))
    assert (found("先锋"), found("巾帼")) == ([], ["冲压班组"])


def test_what_is_rolled_back_was_never_found():
    office = make_user("organiser")
    with transaction.atomic():
        make_honour("解缙", by=office)
        assert found("解缙") == ["解缙"]
        transaction.set_rollback(True)
    assert found("解缙") == []


# --- the academy ---------------------------------------------------------------------------------------------------


def test_classes_and_programmes_are_found_once_they_are_announced(tree):  # noqa: F811
    academy = make_academy(name="电力学院")
    make_academy_page(tree, academy)
    programme = make_programme(name="数控铣工", outline="编程与装夹")
    planned = make_class("cnc", state="planned", academy=academy, programme=programme)
    assert found("铣工") == []
    office = make_user("organiser")
    classes.move(training_class=planned, to="open", by=office)
    assert sorted(found("铣工")) == ["数控铣工", "数控铣工第1期 · 电力学院"]
    assert len(found("装夹")) == 2
    programme.name = "数控车工"
    classes.save_programme(programme=programme, by=office)
    assert (found("铣工"), len(found("车工"))) == ([], 2)
    classes.move(training_class=planned, to="planned", by=office, reason="Too early")
    assert found("车工") == []


def test_a_mentor_is_found_while_named_in_public(tree):  # noqa: F811
    office, academy = make_user("organiser"), make_academy()
    page = make_academy_page(tree, academy)
    made = make_mentor(academy)
    worker = make_worker("翟师傅")
    term = {"since": timezone.localdate(), "until": None}
    how = {"academy": academy, "trade": made.trade, "grade": 5, "by": office, **term}
    silent = academies.appoint(worker=make_worker("单师傅"), letter_no="L-a", **how)
    mentor = academies.appoint(worker=worker, letter_no="L-b", publicity=True, **how)
    assert silent.public_name == ""
    assert (found("单师傅"), found("翟师傅"), found("zsf"), urls("翟师傅")) == (
        [], ["翟师傅"], ["翟师傅"], [f"{page.url}#mentors"],
    )  # fmt: skip
    Mentor.objects.filter(pk=mentor.pk).update(since=timezone.localdate() - timedelta(days=9))
    academies.end_appointment(
        mentor=mentor, on=timezone.localdate() - timedelta(days=1), reason="Asked for", by=office
    )
    assert found("翟师傅") == []


def test_a_corrected_name_is_the_one_that_is_found(tree):  # noqa: F811
    academy = make_academy()
    make_academy_page(tree, academy)
    mentor = make_mentor(academy, worker=make_worker("翟师傅"), agreed_publicity_at=timezone.now())
    teach(mentor.worker)
    call_command("search_index", verbosity=0)
    assert len(found("翟师傅")) == 2
    record_corrections.correct_identity(
        worker=mentor.worker, name="瞿师傅", document=None, reason="As on the card", by=make_user("organiser")
    )
    assert (found("翟师傅"), len(found("瞿师傅"))) == ([], 2)


def test_people_of_the_lineage_are_found_while_both_agree():
    master, learner = make_worker("翟师傅"), make_worker("单小徒", user=make_user("worker"))
    teach(master, learner, named="mentor")
    call_command("search_index", verbosity=0)
    assert found("翟师傅") == found("单小徒") == []
    pair = Pair.objects.get(apprentice=learner)
    pairs.agree_to_be_named(pair=pair, agree=True, by=learner.user)
    assert (found("翟师傅"), found("sxt")) == (["翟师傅"], ["单小徒"])
    pairs.agree_to_be_named(pair=pair, agree=False, by=learner.user)
    assert found("翟师傅") == found("单小徒") == []


def test_a_subsidy_is_found_once_it_opens_and_nobody_who_claims_it():
    office = make_office(opened=False)
    name = office.programme.name
    assert found(name) == []
    programmes.move(programme=office.programme, to="open", by=office.people["organiser"])
    assert found(name) == [name]
    assert found("学历提升") == [name]


# --- what it costs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 25])
def test_a_source_costs_the_same_queries_at_any_size(number, tree, django_assert_max_num_queries):  # noqa: F811
    office, academy = make_user("organiser"), make_academy()
    make_academy_page(tree, academy)
    title = make_title()
    for n in range(number):
        make_honour(f"工匠{n}", title=title, by=office)
        make_news(tree, title=f"News {n}")
        make_mentor(academy, agreed_publicity_at=timezone.now())
        make_class(academy=academy, sessions=0)
        make_event(competition=make_contest_page(tree).competition)
        teach(make_worker(f"M{n}"))
    call_command("search_index", verbosity=0)
    most = {"home.page": 11, "honours.holder": 3}
    for name, source in SOURCES.items():
        with django_assert_max_num_queries(most.get(name, 4)):
            list(source.documents(None))


def test_hits_of_one_person_say_what_they_are(tree):  # noqa: F811
    academy = make_academy()
    make_academy_page(tree, academy)
    worker = make_worker("俞小飞")
    make_honour(worker=worker)
    mentor = make_mentor(academy, worker=worker, agreed_publicity_at=timezone.now())
    call_command("search_index", verbosity=0)
    hits = engine.search(read(mentor.worker.name)).entries
    assert {sort_of(one) for one in hits} == {"Honour roll", "Mentor"}
