"""Somebody whose name and numbers stand wherever this site keeps such things, and a search for what is left."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from academy.models import Mentor, PairLog, Posting
from competitions.domain import releases
from competitions.models import Appeal, Declaration, Entry, EntryFile, Event, Release, ReleaseRow, Team
from craft_site.credentials.domain.issuing import Order, issue_many
from craft_site.kit.uploads import SCAN, clean_upload
from craft_site.people.domain import accounts, files, growth, record_corrections, reveals
from craft_site.people.models import Employment, PrivateFile, Qualification, Tie, User, Worker
from honours.domain import benefits, nominees, speakers, stories
from honours.models import Holder
from tests.academy.pairs import half_way, make_town
from tests.academy.subsidies import make_office
from tests.academy.training import make_class, seat
from tests.competitions.proving import play_contest
from tests.factories import citizen_number, make_seat, make_trade, make_user, make_worker
from tests.honours.makers import make_honour
from tests.honours.outreach import make_help, make_speaker, make_talk, visited
from tests.honours.rounds import SAID, make_house, met, posted
from tests.people.test_pages import picture

NAME, MOBILE, NUMBER, MAIL = (
    "欧阳踏雪无痕",
    "13970110199",
    citizen_number(777, birth="19850304"),
    "ouyang@mail.example",
)
STAFF_NO = "W88123457"
WORDS = (NAME, MOBILE, NUMBER, MAIL, STAFF_NO)


def make_person() -> Worker:
    user = make_user(
        "worker", name=NAME, staff_no=STAFF_NO, mobile=MOBILE, email=MAIL, password="一个很长的密码 9z"
    )
    worker = Worker(name=NAME, user=user, education="college", post=f"{NAME} 的岗位")
    worker.set_document("citizen", NUMBER)
    worker.birth = "1985-03-04"
    worker.set_mobile(MOBILE)
    worker.save()
    return worker


def upload() -> Any:
    return clean_upload(picture("scan.jpg"), name="scan.jpg", policy=SCAN)


def store(worker: Worker, kind: str) -> PrivateFile:
    return files.store(upload=upload(), kind=kind, worker=worker, by=worker.user)


def live_a_life(worker: Worker) -> tuple[Event, Release]:
    """A contest from draw to final, an honour, a course, a pair: all at their end, and words in every place."""
    organiser = make_user("organiser")
    event, release = _contest(worker, organiser)
    _record(worker, organiser)
    _academy(worker)
    _honours(worker)
    return event, release


def _contest(worker: Worker, organiser: User) -> tuple[Event, Release]:
    event = play_contest()
    entry = Entry.objects.filter(event=event, state=Entry.State.ACCEPTED).order_by("pk").first()
    if entry is None:
        entry = Entry.objects.filter(event=event).order_by("pk").first()
    assert entry is not None
    Entry.objects.filter(pk=entry.pk).update(
        worker=worker, emergency_contact=f"{NAME} {MOBILE}", agreed_publicity_at=timezone.now()
    )
    EntryFile.objects.create(entry=entry, kind="photo", file=store(worker, "photo"))
    entry.steps.create(by=organiser, to_state="accepted", reason=f"{NAME} was missing")
    team = Team.objects.create(event=event, name="North", leader=NAME)
    release = releases.publish(event=event, by=organiser)
    Release.objects.filter(pk=release.pk).update(
        notice_until=timezone.now() - timedelta(minutes=1),
        appeals_until=timezone.now() - timedelta(minutes=1),
    )
    now = timezone.now()
    appeal = Appeal(
        event=event,
        entry=entry,
        release=release,
        number=1,
        subject="marks",
        filed_by=worker.user,
        state="withdrawn",
        client_id=uuid4(),
        filed_at=now,
        answer_by=now,
        known_from="publication",
        late_reason=NAME,
    )
    appeal.text = f"{NAME}: {NUMBER}"
    appeal.save()
    Declaration.objects.create(
        judge=make_seat(event, "result", place=9).user, worker=worker, person_name=NAME, note=NAME
    )
    event.refresh_from_db()
    releases.finalise(event=event, by=organiser)
    Entry.objects.filter(pk=entry.pk).update(team=team)
    assert ReleaseRow.objects.filter(name=NAME).exists()
    return event, Release.objects.get(pk=release.pk)


def _record(worker: Worker, organiser: User) -> None:
    Employment.objects.create(worker=worker, employer=make_house().employer, since=date(2020, 1, 1))
    Qualification.objects.create(
        worker=worker,
        trade=make_trade(),
        grade=4,
        certificate_no="S000033000001233000999",
        scan=store(worker, "certificate"),
    )
    line = growth.record(
        worker=worker, kind="contest", on=date(2024, 5, 1), title="First", source="contest:x", detail=NAME
    )
    issue_many(orders=[Order.of(line, kind="prize", issuers=[{"zh": "市总工会"}])], by=organiser)
    record_corrections.correct_identity(
        worker=worker, name=f"{NAME}错", document=None, reason=f"{NAME} {MOBILE}", by=organiser
    )
    record_corrections.correct_identity(
        worker=worker, name=NAME, document=None, reason="as before", by=organiser
    )
    worker.refresh_from_db()
    reveals.reveal(worker=worker, field="id_number", reason=f"{NAME} calls", by=organiser)
    accounts.set_active(user=worker.user, active=True, reason=NAME, by=make_user("accounts"))
    first, second = sorted((worker, make_worker()), key=lambda one: one.pk)
    Tie.objects.create(first=first, second=second, kind="kin", note=NAME)


def _academy(worker: Worker) -> None:
    held = seat(make_class(state="finished"), worker=worker, state="completed")
    held.leaves.create(session=held.training_class.sessions.first(), reason=NAME, state="granted")
    town = make_town()
    pair = half_way(town)
    type(pair).objects.filter(pk=pair.pk).update(
        apprentice=worker, state="rewarded", apprentice_public_at=timezone.now()
    )
    PairLog.objects.filter(pair=pair).update(reflection=f"{NAME} learnt", evidence=store(worker, "evidence"))
    office = make_office()
    posting = Posting.objects.create(
        programme=office.programme,
        number=1,
        rows=[{"name": NAME, "unit": "", "item": "x", "item_en": "x", "yuan": 1000}],
        until=timezone.now(),
        posted_at=timezone.now(),
        posted_by=office.organiser,
    )
    claim = worker.claims.create(
        programme=office.programme, version=office.programme.versions.first(), state="refused", posted=posting,
        answers={"insured_months": "9", "said": NAME}, certificate_no="S000033000001233000999", reference="C-1",
    )  # fmt: skip
    claim.card = "6222020000000000000"
    claim.save()
    Mentor.objects.create(
        academy=held.training_class.academy, worker=worker, trade=make_trade(), grade=5, letter_no=f"{NAME}聘001",
        since=date(2020, 1, 1), until=date(2021, 1, 1),
    )  # fmt: skip


def _honours(worker: Worker) -> None:
    house = make_house()
    Worker.objects.filter(pk=worker.pk).update(employer=house.employer)
    worker.refresh_from_db()
    honour = make_honour(worker=worker, unit=f"{NAME}班组")
    benefits.visit(
        holder=honour.holder,
        occasion="may",
        on=timezone.localdate(),
        visitors="A",
        by=house.organiser,
        needs=NAME,
    )
    found = met(house, worker, said=_said())
    nominees.object_to_fact(nomination=found, text=f"{NAME} says no", by=worker.user)
    remark = found.remarks.get()
    nominees.answer(remark=remark, answer=f"{NAME}, it stays", corrected=False, by=house.unit)
    posted(house, "unit")
    nominees.decline(nomination=found, by=worker.user)
    _outreach(worker, house.organiser, honour.holder)


def _outreach(worker: Worker, organiser: User, holder: Holder) -> None:
    """A story that was agreed to on paper, a visit to a firm, a letter of appointment as a speaker."""
    given = stories.Given(
        basis="agreed", giver="self", given_by=NAME, given_on=timezone.localdate(), scope="pictures"
    )
    consent = stories.write_down(holder=holder, given=given, paper=upload(), by=organiser)
    stories.withdraw_consent(consent=consent, by=organiser, reason=f"{NAME} telephoned and said no")
    help_ = make_help()
    visited(help_, worker, named=True)
    worker.firm_visits.update(words=f"{NAME} comes", reasons=[{"key": NAME}])  # type: ignore[attr-defined]
    speaker = make_speaker(organiser, worker)
    speakers.say_named(speaker=speaker, named=True, by=worker.user)
    make_talk(organiser, speaker)


def _said() -> Any:
    return replace(SAID, summary=f"{NAME} at the press", deeds=f"{NAME} improved the die")


def dump() -> str:
    """Every column of every row of every table as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += [f"{table}: {value}" for value in row if value is not None]
    return "\n".join(found)


def places(word: str) -> list[str]:
    """Tables in which a word stands, escaped or not."""
    spelled = (word, json.dumps(word)[1:-1])
    return sorted(
        {line.partition(":")[0] for line in dump().splitlines() if any(one in line for one in spelled)}
    )
