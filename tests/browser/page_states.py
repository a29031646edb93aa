"""Pages that the walk of the URL table does not meet: records in states that the canary's are not in, answers to a
form, refusals. Each is asked for: (who, address, what is sent or None)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from academy.domain import attendance, subsidy_draws
from academy.domain.lineage import key_of
from academy.models import SubsidyProgramme
from academy.pages import AcademyPage
from competitions.domain import codes, notices, schemes
from competitions.models import Code, Declaration, Event, Release, Team
from craft_site.home.foundation import make_site
from craft_site.home.models import PlainPage
from craft_site.jobs.models import Job
from craft_site.people.models import DataRequest, Qualification
from tests.academy.files import test_class_roster as class_roster
from tests.academy.lineage import teach
from tests.academy.pairs import make_town, noon, proposed, sign
from tests.academy.subsidies import again, draft, filed, make_office, passed, rules, sent
from tests.academy.training import make_academy, make_class, make_programme, make_session, seat
from tests.browser.faces import make_faces
from tests.competitions import rosters
from tests.competitions.lots import draw_all, drawn, make_hall, set_state
from tests.competitions.marking_contest import make_marking
from tests.competitions.schemes import stamping
from tests.competitions.seats import coded_event
from tests.credentials.making import make_certificate
from tests.factories import (
    make_employer,
    make_entry,
    make_event,
    make_seat,
    make_trade,
    make_user,
    make_worker,
)
from tests.home.makers import make_contest_page, make_exhibit
from tests.honours.files.test_honour_rows import workbook
from tests.honours.makers import make_title
from tests.honours.outreach import agreed, make_help
from tests.honours.rounds import drafted, make_house, make_nominee

# What is met here and not by the URL table.
MET = frozenset(
    [
        "403.html",
        "403_csrf.html",
        "404.html",
        "academy/desk/claims_decide.html",
        "academy/desk/class_early.html",
        "academy/desk/class_roster_preview.html",
        "academy/desk/pair_sign.html",
        "academy/desk/payment_result.html",
        "academy/desk/posting_new.html",
        "academy/desk/subsidy_throw.html",
        "academy/me/attend.html",
        "academy/me/attended.html",
        "academy/me/claim_answers.html",
        "academy/me/claim_card.html",
        "academy/me/claim_check.html",
        "academy/me/claim_papers.html",
        "academy/me/course.html",
        "academy/me/pair_log.html",
        "academy/me/pair_sign.html",
        "academy/pages/academy_index_page.html",
        "academy/pages/academy_page.html",
        "academy/pages/class.html",
        "academy/pages/programme.html",
        "academy/public/lineage_of.html",
        "competitions/desk/ask.html",
        "competitions/desk/check_in_late.html",
        "competitions/desk/decoding_layer.html",
        "competitions/desk/document_edit.html",
        "competitions/desk/draw.html",
        "competitions/desk/entries_return.html",
        "competitions/desk/entry_certificate.html",
        "competitions/desk/import_preview.html",
        "competitions/desk/roster_preview.html",
        "competitions/desk/scheme_part.html",
        "competitions/desk/scheme_preview.html",
        "competitions/desk/seat_declaration.html",
        "competitions/desk/seat_waive.html",
        "competitions/desk/team.html",
        "competitions/me/entry_check.html",
        "competitions/me/score_sheet.html",
        "competitions/pages/competition_index_page.html",
        "competitions/pages/competition_page.html",
        "competitions/pages/document.html",
        "competitions/pages/exhibit.html",
        "competitions/pages/exhibition.html",
        "competitions/public/accepted.html",
        "competitions/public/draw.html",
        "competitions/public/objection.html",
        "competitions/public/objection_done.html",
        "competitions/public/release.html",
        "competitions/public/release_row.html",
        "competitions/public/release_screen.html",
        "credentials/desk_certificate.html",
        "home/home_page.html",
        "home/news_index_page.html",
        "home/news_page.html",
        "home/plain_page.html",
        "home/scorecard/desk/figures.html",
        "home/scorecard/desk/records.html",
        "home/scorecard/desk/year.html",
        "home/scorecard/records.html",
        "home/scorecard/year.html",
        "honours/desk/firm_visit_report.html",
        "honours/desk/import_look.html",
        "honours/me/nomination.html",
        "honours/pages/story_index_page.html",
        "honours/pages/story_page.html",
        "jobs/progress.html",
        "people/account_passwords.html",
        "people/data_request.html",
        "people/reveal.html",
        "registration/locked_out.html",
    ]
)

Asked = tuple[Any, str, dict[str, Any] | None]


def all_asked() -> Iterator[Asked]:
    for face in make_faces().values():
        yield from ((face.user, address, None) for address in face.pages)
    yield from _refused()
    yield from _of_editors()
    yield from _of_contests()
    yield from _of_the_hall()
    yield from _of_training()
    yield from _of_pairs()
    yield from _of_subsidies()
    yield from _of_people()
    yield from _of_honours()


def _refused() -> Iterator[Asked]:
    worker = make_user("worker")
    yield None, "/nowhere/", None
    yield worker, reverse("desk:events"), None
    for _time in range(settings.AXES_FAILURE_LIMIT + 1):
        yield None, reverse("login"), {"username": worker.staff_no, "password": "wrong"}


def _of_editors() -> Iterator[Asked]:
    tree = make_site()
    page = PlainPage(title="About", slug="about-us")
    tree.home.refresh_from_db()
    tree.home.add_child(instance=page)
    yield None, page.url, None
    academy = make_academy("power", name="Power academy")
    place = AcademyPage(title="Power academy", slug="power", academy=academy)
    tree.academies.refresh_from_db()
    tree.academies.add_child(instance=place)
    programme = make_programme(code="live-line", trade=make_trade(), grade=4, outline="Safety\n\nPractice")
    make_class("opened", academy=academy, programme=programme)
    yield None, tree.academies.url, None
    yield None, place.url, None
    yield None, f"{place.url}programme/live-line/", None
    yield None, f"{place.url}class/opened/", None
    contest = make_contest_page(tree)
    exhibit = make_exhibit(contest.competition)
    yield None, f"{contest.exhibition_url}{exhibit.pk}/", None


def _of_contests() -> Iterator[Asked]:
    organiser = make_user("organiser")
    event = make_event("state-event", state="registering")
    version = notices.new_document(event=event, by=organiser)
    yield organiser, reverse("desk:document_edit", args=(event.code, version.number)), None
    schemes.adopt_scheme(event=event, scheme=stamping(), based_on="", by=organiser)
    yield organiser, reverse("desk:scheme_part", args=(event.code, "components")), None
    entry = make_entry(event, state="unit_ok")
    firm = make_employer()
    roster = {"file": SimpleUploadedFile("roster.xlsx", rosters.workbook(rosters.line(1), rosters.line(2)))}
    contact = make_user("employer", employer=firm)
    yield contact, reverse("desk:event_roster", args=(event.code,)), roster
    paper = Qualification.objects.create(worker=entry.worker, trade=event.trade, grade=4, certificate_no="S0")
    yield organiser, reverse("desk:entry_certificate", args=(entry.uuid, paper.pk)), None
    chosen = {"chosen": [str(entry.uuid)], "action": "return", "decision": "return", "next": ""}
    yield organiser, reverse("desk:entries_decide"), chosen
    release = Release.objects.latest("pk")
    yield None, reverse("contest:objection", args=(release.slug,)), None
    yield None, reverse("contest:objection_done", args=(release.slug,)), None
    teams = make_event("state-teams", scope="team")
    team = Team.objects.create(event=teams, name="Red")
    yield organiser, reverse("desk:team", args=(teams.code, team.pk)), None
    declared = Declaration.objects.create(judge=make_user("judge"), kind="kin", person_name="A")
    yield organiser, reverse("desk:declaration", args=(declared.pk,)), None
    library = {"library": "stamping-compound-die"}
    yield organiser, reverse("desk:scheme_upload", args=(make_event("state-scheme").code,)), library
    Event.objects.filter(pk=event.pk).update(registration_closes=timezone.now() + timedelta(days=9))
    yield organiser, reverse("desk:event_move", args=(event.code,)), {"to": "eligibility"}
    job = Job.objects.create(name="state", by=organiser)
    yield organiser, reverse("job", args=(job.uuid,)), None


def _of_the_hall() -> Iterator[Asked]:
    hall = make_hall()
    make_entry(hall)
    coding, witness = _two_at_the_draw(hall)
    drawn(hall, "contestant", coding, witness)
    late = Code.objects.filter(event=hall).earliest("pk")
    yield coding, reverse("desk:check_in_late", args=(hall.code, late.uuid)), None
    hall = make_hall()
    coding, witness = _two_at_the_draw(hall)
    draw_all(hall, [make_entry(hall)], coding, witness)
    set_state(hall, Event.State.LOCKED)
    codes.ask_to_decode(event=hall, by=coding)
    codes.open_layer(event=hall, layer="work", by=coding, witness=witness)
    yield coding, reverse("desk:decoding_layer", args=(hall.code, "work")), None
    coded = coded_event()
    entry = coded.entries.earliest("pk")
    tied = make_seat(coded, "result", user=make_user("judge", employer=entry.employer))
    chief = make_seat(coded, "chief").user
    yield chief, reverse("desk:seat_waive", args=(coded.code, tied.pk, entry.uuid)), None
    marking = make_marking(works=1)
    recorder = make_seat(marking.event, "recorder").user
    readings = {
        "file": SimpleUploadedFile("readings.csv", "作品号,评分项,测点,实测值\nW-01,A1.1,1,59.795\n".encode())
    }
    yield recorder, reverse("desk:readings", args=(marking.event.code,)), readings


def _two_at_the_draw(event: Event) -> tuple[Any, Any]:
    """The coding judge and the supervisor."""
    return make_seat(event, "coding").user, make_seat(event, "supervisor", user=make_user("supervisor")).user


def _of_training() -> Iterator[Asked]:
    held = make_class("state-running", state="running", sessions=0)
    session = make_session(held)
    enrolment = seat(held)
    user = enrolment.worker.user
    yield user, reverse("me:course", args=(held.code,)), None
    wall = reverse("me:attend", args=(attendance.wall_token(session, timezone.now()),))
    yield user, wall, None
    yield user, wall, {}
    yield user, reverse("me:attended", args=(session.uuid,)), None
    early = make_class("state-early", state="open", sessions=0)
    make_session(early, starts_at=timezone.now() + timedelta(days=9))
    seat(early)
    yield make_user("organiser"), reverse("desk:class_move", args=(early.code,)), {"to": "running"}
    contact = make_user("employer", employer=make_employer())
    roster = {"file": SimpleUploadedFile("class.xlsx", class_roster.workbook(class_roster.row(1)))}
    yield contact, reverse("desk:class_roster", args=(make_class("state-roster").code,)), roster


def _of_pairs() -> Iterator[Asked]:
    town = make_town()
    pair = proposed(town)
    yield pair.mentor.user, reverse("me:pair_sign", args=(pair.uuid,)), None
    yield town.organiser, reverse("desk:pair_sign", args=(pair.uuid,)), None
    pair = sign(town, pair, at=noon(pair.starts_on))
    month = f"{timezone.localdate():%Y-%m}"
    yield pair.apprentice.user, reverse("me:pair_log", args=(pair.uuid, month)), None
    master = make_worker("Master")
    teach(master, make_worker("Apprentice"), year=2012, scheme=town.scheme)
    yield None, reverse("academy:lineage_of", args=(key_of(master.uuid),)), None


def _of_subsidies() -> Iterator[Asked]:
    office = make_office()
    claim = draft(office)
    for step in ("answers", "papers", "card", "check"):
        yield claim.worker.user, reverse(f"me:claim_{step}", args=(claim.uuid,)), None
    waiting = again(filed(office))
    chosen = {"chosen": [str(waiting.uuid)], "action": "approve", "reason": ""}
    yield office.people["unit"], reverse("desk:claims_decide"), chosen
    passed(office)
    yield office.people["organiser"], reverse("desk:posting_new", args=(office.programme.code,)), None
    bank = make_office()
    payments, [paid] = sent(bank)
    answer = {"file": SimpleUploadedFile("bank.csv", f"业务编号,处理结果\n{paid.reference},成功\n".encode())}
    yield bank.finance, reverse("desk:payment_result", args=(payments.uuid,)), answer
    lots = make_office(rules(allocation="lottery"))
    filed(lots)
    SubsidyProgramme.objects.filter(pk=lots.programme.pk).update(closes_at=timezone.now())
    draw = subsidy_draws.freeze(programme=lots.programme, item="skill", by=lots.people["organiser"])
    yield make_user("organiser"), reverse("desk:subsidy_throw", args=(draw.uuid,)), {"dice": "4 6 1 3 5"}


def _of_people() -> Iterator[Asked]:
    organiser = make_user("organiser")
    worker = make_worker("Asker", user=make_user("worker"))
    asked = DataRequest(worker=worker, kind="correction", due_on=timezone.localdate())
    asked.text = "wrong"
    asked.save()
    yield organiser, asked.get_absolute_url(), None
    yield organiser, reverse("desk:certificate", args=(make_certificate(worker).uuid,)), None
    yield organiser, reverse("desk:reveal", args=(worker.uuid,)), {"field": "mobile", "reason": ""}
    yield (
        make_user("accounts"),
        reverse("desk:account_password", args=(worker.user.uuid,)),
        {"reason": "Forgotten"},
    )


def _of_honours() -> Iterator[Asked]:
    title = make_title(name="金匠")
    rows = {"file": SimpleUploadedFile("honours.xlsx", workbook([title.name, "王杭花", "Daily", "", 2024]))}
    yield make_user("organiser"), reverse("desk:honours_import"), rows
    firm = make_help()
    visit = agreed(firm)
    yield firm.organiser, reverse("desk:firm_visit_report", args=(visit.uuid,)), None
    house = make_house(code="state-round")
    nominee = make_nominee(house, user=make_user("worker"))
    nomination = drafted(house, nominee)
    yield nominee.user, reverse("me:nomination", args=(nomination.uuid,)), None
