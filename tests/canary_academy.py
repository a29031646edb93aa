"""One of everything that the academy keeps, and which of it an address speaks of: so the sweep walks real pages."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from django.utils import timezone

from academy.domain import (
    accounts,
    alliances,
    attendance,
    lineage,
    pair_logs,
    pair_rewards,
    payments,
    postings,
    subsidy_draws,
    targets,
)
from academy.models import (
    Academy,
    Alliance,
    BankTemplate,
    Claim,
    ClaimFile,
    ClaimObjection,
    ClassSession,
    CostLine,
    Enrolment,
    Leave,
    MatchRound,
    Membership,
    Mentor,
    Pair,
    PairLog,
    PairReward,
    PairScheme,
    PairSkill,
    PaymentList,
    Place,
    Posting,
    Programme,
    Studio,
    SubsidyDraw,
    SubsidyProgramme,
    TrainingClass,
    TrainingTarget,
)
from craft_site.people.models import Worker
from tests.academy.pairs import certify, half_way, make_town
from tests.academy.rounds import make_offer, make_round, make_seeker
from tests.academy.subsidies import approved, filed, make_office, on_notice, rules
from tests.academy.training import make_class, make_session, seat
from tests.factories import make_user
from tests.routes import Route

MOST = 2

# Beginnings of route names to the rows that their parts name, the longest first of those that begin alike.
CODES: list[tuple[str, str]] = [
    ("desk:academy", "academy"),
    ("desk:place", "academy"),
    ("desk:training_programme", "programme"),
    ("desk:round", "round"),
    ("me:round", "round"),
    ("desk:pair_scheme", "scheme"),
    ("desk:subsidy", "subsidy"),
    ("desk:posting_new", "subsidy"),
    ("desk:payment_make", "subsidy"),
    ("me:claim_start", "subsidy"),
    ("", "class"),
]
UUIDS: list[tuple[str, str]] = [
    ("desk:subsidy", "draw"),
    ("academy:subsidy_draw", "draw"),
    ("desk:claim", "claim"),
    ("me:claim", "claim"),
    ("desk:posting_answer", "objection"),
    ("desk:posting", "posting"),
    ("academy:", "posting"),
    ("desk:payment", "payments"),
    ("desk:reward", "reward"),
    ("desk:pair", "pair"),
    ("me:pair", "pair"),
    ("desk:mentor", "mentor"),
    ("desk:class_withdraw", "enrolment"),
    ("desk:leave", "leave"),
    ("desk:cost", "cost"),
    ("desk:class_roster", "nothing"),
    ("", "session"),
]
PKS: list[tuple[str, str]] = [
    ("desk:training_target", "target"),
    ("desk:alliance", "alliance"),
    ("desk:membership", "membership"),
    ("desk:studio", "studio"),
    ("desk:place", "place"),
    ("desk:payment", "template"),
    ("", "claim file"),
]
ROWS: dict[str, QuerySet[Any]] = {
    "academy": Academy.objects.all(),
    "programme": Programme.objects.all(),
    "round": MatchRound.objects.all(),
    "scheme": PairScheme.objects.all(),
    "subsidy": SubsidyProgramme.objects.all(),
    "class": TrainingClass.objects.filter(state="running"),
    "draw": SubsidyDraw.objects.all(),
    "claim": Claim.objects.all(),
    "objection": ClaimObjection.objects.all(),
    "posting": Posting.objects.all(),
    "payments": PaymentList.objects.all(),
    "reward": PairReward.objects.all(),
    "pair": Pair.objects.all(),
    "mentor": Mentor.objects.all(),
    "enrolment": Enrolment.objects.all(),
    "leave": Leave.objects.all(),
    "cost": CostLine.objects.all(),
    "session": ClassSession.objects.filter(training_class__state="running"),
    "target": TrainingTarget.objects.all(),
    "alliance": Alliance.objects.all(),
    "membership": Membership.objects.all(),
    "studio": Studio.objects.all(),
    "place": Place.objects.all(),
    "template": BankTemplate.objects.all(),
    "claim file": ClaimFile.objects.all(),
    "nothing": Worker.objects.none(),
}


def add_academy() -> None:
    """Through the verbs, in a state in which most pages have something to show."""
    _training()
    _pairs()
    _subsidies()


def _training() -> None:
    held = make_class("canary-class", state="running", sessions=0)
    make_session(held)
    later = make_session(held, starts_at=timezone.now() + timedelta(days=2))
    enrolment = seat(held)
    by = enrolment.worker.user
    attendance.ask_leave(enrolment=enrolment, session=later, reason="Night shift", by=by)
    accounts.add_cost(
        training_class=held, kind="material", amount=Decimal(100), on=timezone.localdate(), by=by
    )
    targets.set_target(year=timezone.localdate().year, kind="retraining", sessions=20, people=800, by=by)
    alliance = Alliance.objects.create(name="Canary alliance")
    mentor = later.mentor
    assert mentor.worker.user_id
    town = make_town()
    studio = Studio.objects.create(name="Canary studio", employer=town.firm, leader=mentor.worker)
    alliances.join(alliance=alliance, studio=studio, since=timezone.localdate(), by=make_user("organiser"))


def _pairs() -> None:
    town = make_town()
    pair = half_way(town, since=timezone.localdate() - timedelta(days=60))
    pair_logs.write(
        pair=pair,
        month=timezone.localdate(),
        by=pair.apprentice.user,
        hours=Decimal(8),
        topic="Milling",
        reflection="Measured before and after.",
        send=True,
    )
    certify(pair.apprentice, town.trade, 6, on=timezone.localdate())
    pair_rewards.propose_found(pair=pair, by=town.organiser)
    held = make_round("canary-round", scheme=town.scheme)
    make_seeker(held)
    make_offer(held)


def _subsidies() -> None:
    office = make_office()
    approved(office)
    payments.make_list(programme=office.programme, by=office.finance)
    posting, _claims = on_notice(office)
    postings.object_to(posting=posting, name="A", phone="1", text="No.", client_id=uuid4())
    filed(office)
    BankTemplate.objects.create(name="Canary bank", columns=[{"key": "name", "header": "Name"}])
    lots = make_office(rules(allocation="lottery"))
    filed(lots)
    SubsidyProgramme.objects.filter(pk=lots.programme.pk).update(closes_at=timezone.now())
    subsidy_draws.freeze(programme=lots.programme, item="skill", by=lots.organiser)


def is_of_academy(route: Route) -> bool:
    return route.view.__module__.startswith("academy.")


def for_route(route: Route) -> dict[str, list[Any]]:
    """Values for the parts of one of the academy's routes; none where nothing of the kind is kept."""
    found: dict[str, list[Any]] = {}
    for part, kinds, column in (("code", CODES, "code"), ("uuid", UUIDS, "uuid"), ("pk", PKS, "pk")):
        if part in route.parts:
            kind = next(kind for start, kind in kinds if route.name.startswith(start))
            found[part] = _values(ROWS[kind], column)
    people = Pair.objects.all()
    return found | {
        "month": [f"{month:%Y-%m}" for month in _values(PairLog.objects.all(), "month")],
        "skill": _values(PairSkill.objects.all(), "uuid"),
        "apprentice": _values(people, "apprentice__uuid"),
        "master": _values(people, "mentor__uuid"),
        "key": [lineage.key_of(uuid) for uuid in _values(people, "mentor__uuid")],
        "template": ["zhejiang-2024"],
    }


def _values(rows: QuerySet[Any], column: str) -> list[Any]:
    return list(rows.order_by("-pk").values_list(column, flat=True)[:MOST])
