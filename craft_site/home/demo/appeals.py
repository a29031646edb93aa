"""Appeals of the demonstration: one upheld and told in a second version, one open with its clock running."""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from competitions.domain import (
    appeal_decisions,
    appeal_effects,
    appeals,
    corrections,
    panels,
    releases,
    violations,
)
from competitions.domain.correction_changes import MarkChange
from competitions.models import (
    Appeal,
    AppealDecision,
    Code,
    Event,
    Mark,
    Release,
    ReleaseRow,
    Seat,
    Violation,
)
from craft_site.home.demo import marks
from craft_site.home.demo.contests import Cast
from craft_site.people.models import User


def seat_instances(event: Event, cast: Cast) -> None:
    """An arbiter for the first instance, the union's reviewer on the appeals committee."""
    arbiter = User.objects.get(staff_no="J-003")
    panels.give_seat(event=event, user=arbiter, role=Seat.Role.ARBITER, by=cast.organiser)
    panels.give_seat(event=event, user=cast.reviewer, role=Seat.Role.COMMITTEE, by=cast.organiser)


def upheld(event: Event, release: Release, cast: Cast) -> Release:
    """A team leader appeals about one reading, the arbiter agrees, the mark is corrected by order and published."""
    found = _misread(release)
    if found is None:
        return release
    row, mark, values = found
    assert row.entry is not None
    leader, arbiter = User.objects.get(staff_no="E-001"), User.objects.get(staff_no="J-003")
    seat_instances(event, cast)
    appeal = appeals.file(
        entry=row.entry,
        subject=Appeal.Subject.MARKS,
        text=f"{mark.aspect} 项的读数与工件不符，请求复测。",
        client_id=uuid5(NAMESPACE_URL, f"demo-appeal-{event.code}"),
        by=leader,
    )
    appeal_decisions.admit(appeal=appeal, by=arbiter)
    reason = f"{mark.aspect} 项读数抄录有误，按复测记录更正。"
    appeal_decisions.decide(
        appeal=appeal,
        outcome=AppealDecision.Outcome.CORRECTED,
        reasons="调取测量记录并复测，原读数系抄录错误，申诉成立。",
        public_reason=reason,
        by=arbiter,
    )
    order = corrections.request(
        event=event,
        change=MarkChange(mark.sheet, mark.aspect, values),
        reason=reason,
        ground=appeal_effects.ground(appeal),
        by=cast.chief,
    )
    corrections.approve(order=order, payload_hash=order.payload_hash, by=cast.supervisor)
    # The hour for the second instance is over: the whole contest lies in the past.
    Appeal.objects.filter(pk=appeal.pk).update(second_by=timezone.now() - timedelta(seconds=1))
    appeal_effects.carry_out(appeal=appeal, by=cast.organiser)
    event.refresh_from_db()
    marks.settle_awards(event, cast)
    second = releases.publish(event=event, by=cast.organiser, reason=f"{appeal} 号申诉成立，更正成绩。")
    return second


def _misread(release: Release) -> tuple[ReleaseRow, Mark, list[str]] | None:
    """A contestant of the demonstration's firm, a measured mark of theirs, and better readings for it."""
    employer = User.objects.get(staff_no="E-001").employer
    rows = release.rows.filter(entry__employer=employer, rank__isnull=False)
    for row in rows.select_related("entry__worker", "entry__event", "entry__team").order_by("-rank"):
        measured = Mark.objects.filter(
            is_current=True,
            not_done=False,
            sheet__seat__role=Seat.Role.MEASURING,
            sheet__code__parent__parent__entry=row.entry,
        ).select_related("sheet__seat", "sheet__code", "sheet__event")
        for mark in measured.order_by("aspect"):
            best = (
                ReleaseRow.objects.filter(release=release, team__isnull=True)
                .exclude(pk=row.pk)
                .order_by("rank")
            )
            own = row.breakdown["aspects"][mark.aspect]["mark"]
            for other in best[:5]:
                facts = other.breakdown["aspects"][mark.aspect]
                if facts["raw"] and facts["mark"] and own and float(facts["mark"]) > float(own):
                    return row, mark, list(facts["raw"])
    return None


def as_of(event: Event, published: datetime) -> None:
    """Puts the times of the past appeals into the days of their contest; the ledger keeps today's."""
    for appeal in Appeal.objects.filter(event=event):
        filed = published + timedelta(minutes=50)
        Appeal.objects.filter(pk=appeal.pk).update(
            known_at=published,
            file_by=published + timedelta(minutes=event.appeal_minutes),
            filed_at=filed,
            answer_by=filed + timedelta(minutes=event.answer_minutes),
            second_by=filed + timedelta(minutes=80 + event.second_minutes),
        )
        AppealDecision.objects.filter(appeal=appeal).update(
            at=filed + timedelta(minutes=80), carried_out_at=filed + timedelta(hours=4)
        )


def open_one(event: Event, cast: Cast) -> None:
    """The contestant of the demonstration appeals today against a deduction."""
    user = User.objects.get(staff_no="W-001")
    code = Code.objects.filter(
        event=event, layer=Code.Layer.STATION, parent__entry__worker__user=user
    ).first()
    rules = violations.rules_for(event, Violation.Measure.DEDUCT)
    if code is None or not rules or Violation.objects.filter(event=event).exists():
        return
    seat_instances(event, cast)
    noticed = violations.notice(
        event=event,
        code=code,
        text="巡查时未按规定佩戴防护眼镜，提醒后改正。",
        happened_at=timezone.now() - timedelta(minutes=40),
        client_id=uuid5(NAMESPACE_URL, f"demo-violation-{event.code}"),
        by=cast.supervisor,
    )
    violations.decide(
        violation=noticed,
        measure=Violation.Measure.DEDUCT,
        rule=rules[0].code,
        reason="违反安全操作规定。",
        by=cast.chief,
    )
    assert code.parent is not None
    assert code.parent.entry is not None
    appeals.file(
        entry=code.parent.entry,
        subject=Appeal.Subject.MEASURE,
        violation=Violation.objects.select_related("code", "seat", "event").get(pk=noticed.pk),
        text="当时正在擦拭眼镜，并未操作设备，请求撤销扣分。",
        client_id=uuid5(NAMESPACE_URL, f"demo-appeal-{event.code}"),
        by=user,
    )
