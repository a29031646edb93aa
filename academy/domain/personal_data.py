"""What the academy keeps of a person: what is shown and handed out, what must be kept, what is left after deletion."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from academy.domain import pairs
from academy.domain.lineage import key_of
from academy.findable import LINEAGE, MENTORS
from academy.models import Claim, Enrolment, Mentor, Pair, Posting, TrainingClass
from craft_site.people.keeping import DEFAULT, Consent, Hold, Keeper, Kept
from craft_site.people.models import Worker
from craft_site.search import index

A, M = "academy", "subsidies"

KEPT = (
    Kept(
        "academy.Enrolment",
        "worker",
        A,
        _("Courses"),
        ("training_class", "state", "late_reason"),
        {"employer": None, "late_reason": ""},
        joined=("training_class__programme",),
    ),
    Kept(
        "academy.Attendance",
        "enrolment__worker",
        A,
        _("Attendance"),
        ("session", "source", "reason"),
        {"reason": ""},
        labels={"session": pgettext_lazy("data copy", "session")},
    ),
    Kept(
        "academy.Leave",
        "enrolment__worker",
        A,
        _("Leave"),
        ("session", "state", "reason", "answer"),
        {"reason": "", "answer": ""},
        labels={"session": pgettext_lazy("data copy", "session")},
    ),
    Kept("academy.ExamMark", "enrolment__worker", A, _("Marks of exams"), ("part", "mark")),
    Kept("academy.CalendarAddress", "user", A, _("Calendar address"), (), gone=True, account=True),
    Kept(
        "academy.Mentor",
        "worker",
        A,
        _("Appointments as mentor"),
        ("academy", "trade", "grade", "letter_no", "since", "until", "agreed_publicity_at"),
        {"agreed_publicity_at": None},
        labels={"agreed_publicity_at": pgettext_lazy("data copy", "agreed to be named in public on")},
    ),
    Kept("academy.Studio", "leader", A, _("Studios that you lead"), ("name",)),
    Kept(
        "academy.Seeker",
        "worker",
        A,
        _("Wishes for a master"),
        ("round", "hopes"),
        {"hopes": ""},
        labels={"round": pgettext_lazy("data copy", "round of matching")},
    ),
    Kept(
        "academy.Offer",
        "worker",
        A,
        _("Offers to teach"),
        ("round", "teaches"),
        {"teaches": ""},
        labels={"round": pgettext_lazy("data copy", "round of matching")},
    ),
    Kept(
        "academy.Pair",
        "apprentice",
        A,
        _("Agreements as apprentice"),
        ("number", "mentor", "trade", "state", "starts_on", "ends_on", "duties"),
        {"apprentice_public_at": None},
        labels={"duties": pgettext_lazy("data copy", "duties")},
    ),
    Kept(
        "academy.Pair",
        "mentor",
        A,
        _("Agreements as master"),
        ("number", "apprentice", "trade", "state", "starts_on", "ends_on", "duties"),
        {"mentor_public_at": None},
        labels={"duties": pgettext_lazy("data copy", "duties")},
    ),
    Kept(
        "academy.PairLog",
        "pair__apprentice",
        A,
        _("Logs as apprentice"),
        ("month", "topic", "task", "reflection", "comment"),
        {"topic": "", "task": "", "reflection": "", "evidence": None},
    ),
    Kept("academy.PairLog", "pair__mentor", A, _("Logs as master"), ("month", "comment"), {"comment": ""}),
    Kept(
        "academy.PairReview",
        "pair__apprentice",
        A,
        _("Evaluations"),
        ("kind", "grade", "comment"),
        {"comment": "", "certificate": None},
    ),
    Kept("academy.PairStep", "pair__apprentice", A, _("Steps of agreements"), ("reason",), {"reason": ""}),
    Kept("academy.PairStep", "pair__mentor", A, _("Steps of agreements"), ("reason",), {"reason": ""}),
    Kept(
        "academy.Claim",
        "worker",
        M,
        _("Claims"),
        (
            "programme",
            "reference",
            "state",
            "item",
            "level",
            "dated",
            "certificate_no",
            "amount",
            "answers",
            "card",
            "filed_at",
        ),
        {
            "certificate_no": "",
            "answers": DEFAULT,
            "card": "",
            "card_index": "",
            "card_asked": "",
            "first_by": DEFAULT,
            "dated": None,
        },
        for_programs=("answers",),
    ),
    Kept(
        "academy.CertificateHolder",
        "worker",
        M,
        _("Certificates claimed for"),
        ("number",),
        gone=True,
        labels={"number": pgettext_lazy("data copy", "certificate number")},
    ),
    Kept(
        "academy.ClaimFile",
        "claim__worker",
        M,
        _("Papers of claims"),
        ("claim", "kind"),
        gone=True,
        labels={"claim": pgettext_lazy("data copy", "claim")},
    ),
    Kept(
        "academy.ClaimFinding",
        "claim__worker",
        M,
        _("Findings about claims"),
        ("code",),  # params may name claims of others
        {"params": DEFAULT},
        labels={
            "code": pgettext_lazy("data copy", "code of the finding"),
        },
    ),
    Kept(
        "academy.ClaimStep",
        "claim__worker",
        M,
        _("Steps of claims"),
        ("at", "state", "reason"),
        {"reason": ""},
        labels={"at": pgettext_lazy("data copy", "when"), "state": pgettext_lazy("data copy", "new state")},
    ),
    Kept(
        "academy.ClaimObjection",
        "claim__worker",
        M,
        _("Objections to claims"),
        ("text",),
        {"text": "", "answer": ""},
    ),
    Kept(
        "academy.Payment",
        "claim__worker",
        M,
        _("Payments"),
        ("amount", "result", "message", "reported_at"),
        {"message": ""},
        labels={
            "result": pgettext_lazy("data copy", "outcome of the payment"),
            "reported_at": pgettext_lazy("data copy", "reported on"),
        },
    ),
)


def holds(worker: Worker) -> Iterable[Hold]:
    """Classes and pairs under way, claims not at their end, vouchers of public money within their years."""
    now_on = (TrainingClass.State.OPEN, TrainingClass.State.RUNNING)
    seated = Enrolment.objects.filter(
        worker=worker, state=Enrolment.State.ENROLLED, training_class__state__in=now_on
    )
    for one in seated.select_related("training_class__programme"):
        named = {"class": one.training_class}
        yield Hold(
            gettext("You are in the class %(class)s.") % named,
            office=gettext("The person is in the class %(class)s.") % named,
        )
    for pair in Pair.objects.standing().filter(Q(mentor=worker) | Q(apprentice=worker)):
        yield Hold(gettext("The agreement %(number)s is under way.") % {"number": pair.number})
    for mentor in Mentor.objects.serving().filter(worker=worker).select_related("academy"):
        appointed = {"academy": mentor.academy}
        yield Hold(
            gettext("You are appointed as mentor of %(academy)s.") % appointed,
            mentor.until,
            gettext("The person is appointed as mentor of %(academy)s.") % appointed,
        )
    claims = Claim.objects.filter(worker=worker).exclude(state=Claim.State.DRAFT).select_related("programme")
    for claim in claims.prefetch_related("payments"):
        yield from _held(claim)


def _held(claim: Claim) -> Iterable[Hold]:
    named = {"claim": claim.reference, "programme": claim.programme}
    if claim.state in Claim.UNDER_WAY:
        yield Hold(gettext("The claim %(claim)s (%(programme)s) is not at its end.") % named)
        return
    paid = [row.reported_at for row in claim.payments.all() if row.reported_at]  # type: ignore[attr-defined]
    years = settings.RETENTION_YEARS.get(M, 0)
    if not paid or not years:
        return
    last = timezone.localdate(max(paid))
    until = date(last.year + years, 12, 31)
    if until >= timezone.localdate():
        yield Hold(gettext("The payment for claim %(claim)s is a voucher of public money.") % named, until)


def consents(worker: Worker) -> Iterable[Consent]:
    """That public pages name me: as mentor of an academy, as master or apprentice."""
    stays = _("The agreement and the appointment stand; the pages follow at once.")
    for pair in Pair.objects.filter(mentor=worker, mentor_public_at__isnull=False):
        yield _of_pair(pair, pair.mentor_public_at, stays)
    for pair in Pair.objects.filter(apprentice=worker, apprentice_public_at__isnull=False):
        yield _of_pair(pair, pair.apprentice_public_at, stays)
    for mentor in Mentor.objects.filter(worker=worker, agreed_publicity_at__isnull=False).select_related(
        "academy"
    ):
        yield Consent(
            key=f"mentor:{mentor.uuid}",
            title=gettext("My name as mentor of %(academy)s") % {"academy": mentor.academy},
            effect=_("Public pages do not name you any more."),
            stays=stays,
            since=mentor.agreed_publicity_at,
            withdraw=partial(_unname, mentor=mentor),
        )


def _unname(*, mentor: Mentor, by: Any) -> None:
    Mentor.objects.filter(pk=mentor.pk).update(agreed_publicity_at=None)


def _of_pair(pair: Pair, since: Any, stays: Any) -> Consent:
    return Consent(
        key=f"pair:{pair.uuid}",
        title=gettext("My name in the pair %(number)s") % {"number": pair.number},
        effect=_("Public pages and the lineage name neither of the two."),
        stays=stays,
        since=since,
        withdraw=partial(pairs.agree_to_be_named, pair=pair, agree=False),
    )


def erase(worker: Worker, mark: str, by: Any) -> None:
    """Letters of appointment and public notices carry the name or lead to it."""
    for mentor in Mentor.objects.filter(worker=worker):
        Mentor.objects.filter(pk=mentor.pk).update(letter_no=f"{mark}-{mentor.pk}")
    units = {""} | {row.employer.name for row in worker.employments.select_related("employer")}  # type: ignore[attr-defined]
    if worker.employer is not None:
        units.add(worker.employer.name)
    for posting in Posting.objects.filter(claims__worker=worker).distinct():
        references = set(posting.claims.filter(worker=worker).values_list("reference", flat=True))  # type: ignore[attr-defined]
        for row in posting.rows:
            same = row["name"] == worker.name and row["unit"] in units
            if same and row.get("reference", "") in references | {""}:
                row["name"], row["unit"] = mark, ""
        posting.save(update_fields=["rows"])


def after(worker: Worker) -> None:
    index.refresh(MENTORS, Mentor.objects.filter(worker=worker).values_list("uuid", flat=True))
    index.refresh(LINEAGE, [key_of(worker.uuid)])


KEEPER = Keeper(KEPT, holds=holds, consents=consents, erase=erase, after=after)
