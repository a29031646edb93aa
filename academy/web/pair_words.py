"""Masters and apprentices in words: states, the rows of an agreement, steps, months, rewards. Both faces read this."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from academy.domain.pair_logs import Missing
from academy.domain.pair_moves import rules_of
from academy.models import Pair, PairLog, PairReview, PairReward, PairSignature
from academy.rules import pairing
from craft_site.kit.language import bracketed, in_language, listed, month_of_year, short_day
from craft_site.kit.lists import plain_day
from craft_site.people.models import Worker
from craft_site.people.models.trade import Grade

S = Pair.State
STATE_KIND = {
    S.PROPOSED: "info",
    S.SIGNED: "info",
    S.RUNNING: "good",
    S.MID_OK: "good",
    S.MID_WARN: "warn",
    S.EXTENDED: "warn",
    S.FINAL_OK: "dark",
    S.REWARDED: "brass",
    S.ENDED_EARLY: "bad",
    S.DECLINED: "plain",
}
REWARD_KIND = {
    PairReward.State.PROPOSED: "warn",
    PairReward.State.APPROVED: "info",
    PairReward.State.MARKED: "warn",
    PairReward.State.PAID: "good",
    PairReward.State.REFUSED: "plain",
}
CONTEST_WORDS = {
    "district": gettext_lazy("District contest"),
    "city": gettext_lazy("City contest"),
    "province": gettext_lazy("Provincial contest"),
    "national": gettext_lazy("National contest"),
    "international": gettext_lazy("International contest"),
}
REVIEW_KIND: dict[str, str] = {
    PairReview.Grade.EXCELLENT: "brass",
    PairReview.Grade.PASSED: "good",
    PairReview.Grade.EXTEND: "warn",
    PairReview.Grade.END: "bad",
}


def person_line(worker: Worker) -> str:
    """Name and firm."""
    return f"{worker.name} · {worker.employer.name}" if worker.employer is not None else worker.name


def grade(value: int | None) -> str:
    return str(Grade(value).label) if value else _("No level yet")


def day(value: date) -> str:
    return short_day(value, year=True)


def month(value: date) -> str:
    return month_of_year(value)


def yuan(value: int) -> str:
    return _("%(yuan)s yuan") % {"yuan": f"{value:,}"}


# --- the agreement ---------------------------------------------------------------------------------------------------


def party_rows(pair: Pair) -> list[dict[str, Any]]:
    """Who concludes the agreement."""
    master = f"{pair.mentor.name}{bracketed(grade(pair.mentor_grade))}"
    if pair.mentor.employer is not None and pair.mentor.employer_id != pair.employer_id:
        master = listed((master, pair.mentor.employer.name))
    apprentice = f"{pair.apprentice.name}{bracketed(grade(pair.grade_from))}"
    return [
        _row(PairSignature.Role.MENTOR.label, master),
        _row(PairSignature.Role.APPRENTICE.label, apprentice),
        _row(PairSignature.Role.EMPLOYER.label, pair.employer.name),
        _row(PairSignature.Role.UNION.label, pair.employer.union.name if pair.employer.union else "–"),
    ]


def term_rows(pair: Pair, *, spell: Callable[[date], str] = day) -> list[dict[str, Any]]:
    """What is agreed about trade, time, target, meetings and money. spell: days as the words of the agreement have
    them, or as a list does (kit.lists.plain_day)."""
    allowance = (
        _("%(yuan)s yuan a month, paid by the employer") % {"yuan": f"{pair.allowance:,}"}
        if pair.allowance
        else _("None")
    )
    meetings = ngettext("At least %(n)d a month", "At least %(n)d a month", pair.meetings) % {
        "n": pair.meetings
    }
    return [
        _row(_("Trade"), str(pair.trade)),
        _row(pgettext("pair", "Term"), term(pair, spell=spell)),
        _row(_("Target"), target(pair, spell=spell)),
        _row(_("Meetings"), meetings),
        _row(_("Allowance to the master"), allowance),
        _row(_("Rules"), str(pair.scheme)),
    ]


def term(pair: Pair, *, spell: Callable[[date], str] = day) -> str:
    """From when to when, as it was signed."""
    return f"{spell(pair.starts_on)} – {spell(pair.agreed_ends_on or pair.ends_on)}"


def target(pair: Pair, *, spell: Callable[[date], str] = day) -> str:
    return _("%(level)s by %(day)s") % {
        "level": grade(pair.target_grade),
        "day": spell(pair.target_on),
    }


def duty_rows(pair: Pair) -> list[dict[str, Any]]:
    """{side, lines} of what each promises, in the reader's language where it is there."""
    rows = []
    for side in rules_of(pair.scheme).sides:
        words = pair.duties.get(side) or {}
        lines = in_language("\n".join(words.get("zh") or []), "\n".join(words.get("en") or []))
        if lines:
            rows.append({"side": PairSignature.Role(side).label, "lines": lines.splitlines()})
    return rows


def clause_rows(pair: Pair) -> list[dict[str, str]]:
    """{title, text} of what is the same in every agreement under these rules."""
    rules = rules_of(pair.scheme)
    said = [
        (
            _("Assessment"),
            _(
                "The apprentice writes a log every month by day %(remind)d, and the master comments on it. "
                "There is an evaluation of theory, practice and conduct at half time and at the end. "
                "The apprenticeship is completed with a certificate of the target level, or with at least "
                "%(mark)d of 100 in theory and in practice."
            )
            % {"remind": rules.remind_day, "mark": rules.pass_mark},
        ),
        (_("Reward"), reward_clause(rules)),
        (
            _("Change and end"),
            _(
                "Whoever wants to change this agreement tells the others in writing; a change is signed anew. "
                "In the first %(days)d days either of the two may step back. If the target is not reached, "
                "the term may be extended by up to %(months)d months, or the apprentice gets another master."
            )
            % {"days": rules.objection_days, "months": rules.extend_most},
        ),
        (
            _("Joint results"),
            _(
                "Improvements, methods and patents that master and apprentice reach together bear both names. "
                "Who owns them follows the law and the employer's rules."
            ),
        ),
    ]
    return [{"title": title, "text": text} for title, text in said]


def reward_clause(rules: pairing.Rules) -> str:
    if not rules.rewards:
        return _("The rules name no reward to the master.")
    each = listed(reward_words(rule) for rule in rules.rewards)
    return _(
        "For what the apprentice reaches within %(months)d months after signing, the master is rewarded: "
        "%(each)s. In each tier the best result counts once."
    ) % {"months": rules.reward_months, "each": each}


def reward_words(rule: pairing.RewardRule) -> str:
    return f"{in_language(rule.name, rule.name_en)} {yuan(rule.yuan)}"


def rule_name(rules: pairing.Rules, key: str) -> str:
    rule = rules.reward(key)
    return in_language(rule.name, rule.name_en) if rule else key


def signature_rows(pair: Pair) -> list[dict[str, Any]]:
    """The four boxes in their order: {side, label, name, at, on_paper}, empty where nobody has signed."""
    there = {one.role: one for one in pair.signatures.all()}  # type: ignore[attr-defined]
    names = {
        "apprentice": pair.apprentice.name,
        "mentor": pair.mentor.name,
        "employer": pair.employer.name,
        "union": pair.employer.union.name if pair.employer.union else "",
    }
    rows = []
    for side in rules_of(pair.scheme).sides:
        one = there.get(side)
        rows.append(
            {
                "side": side,
                "label": PairSignature.Role(side).label,
                "name": names[side],
                "by": one.by.name if one is not None and not one.on_paper else "",
                "at": timezone.localtime(one.at) if one is not None else None,
                "on_paper": one is not None and one.on_paper,
            }
        )
    return rows


def signature_steps(pair: Pair) -> list[dict[str, Any]]:
    """The same as items of components/steps.html."""
    waiting = pair.state == S.PROPOSED
    items = []
    for row in signature_rows(pair):
        state = "done" if row["at"] else "now" if waiting else "next"
        waiting = waiting and bool(row["at"])
        note = _("on paper") if row["on_paper"] else row["by"]
        items.append(
            {
                "title": row["label"],
                "date": plain_day(row["at"].date()) if row["at"] else "",
                "note": note or row["name"],
                "state": state,
            }
        )
    return items


# --- months, skills, history -----------------------------------------------------------------------------------------


def late_words(pair: Pair, first: date, *, overdue: bool) -> str:
    """Until which day a month can be written without being late. first: of the month."""
    late = pairing.late_from(rules_of(pair.scheme), first)
    words = _("overdue since %(day)s") if overdue else _("overdue from %(day)s on")
    return words % {"day": day(late)}


def month_rows(pair: Pair, missing: Iterable[Missing]) -> list[dict[str, Any]]:
    """Every month that has a log or owes one, the newest first: {month, label, log, status, kind, late}."""
    rows = {
        log.month: {
            "month": log.month,
            "label": month(log.month),
            "log": log,
            "status": log.get_state_display(),
            "kind": {"draft": "plain", "sent": "info", "commented": "good"}[log.state],
            "owed": False,
        }
        for log in pair.logs.all()  # type: ignore[attr-defined]
    }
    for one in missing:
        row = rows.setdefault(one.month, {"month": one.month, "label": month(one.month), "log": None})
        overdue = one.state == pairing.OVERDUE
        row["status"] = _("Overdue") if overdue else _("Due")
        row["kind"] = "bad" if overdue else "warn"
        row["owed"] = True
        row["hint"] = late_words(pair, one.month, overdue=overdue)
    return sorted(rows.values(), key=lambda row: row["month"], reverse=True)


def skill_rows(pair: Pair, today: date | None = None) -> list[dict[str, Any]]:
    today = today or timezone.localdate()
    return [
        {
            "skill": skill,
            "due": plain_day(skill.due_on),
            "done": plain_day(skill.done_on) if skill.done_on else "",
            "late": skill.done_on is None and skill.due_on < today and pair.state in Pair.UNDER_WAY,
        }
        for skill in pair.skills.all()  # type: ignore[attr-defined]
    ]


def _hours(hours: Decimal) -> str:
    return _("%(hours)s hours") % {"hours": f"{hours.normalize():f}"}


def log_rows(log: PairLog) -> list[dict[str, Any]]:
    return [
        _row(_("Hours together"), _hours(log.hours) if log.hours is not None else ""),
        _row(_("What this month was about"), log.topic),
        _row(_("Task"), log.task or "–"),
    ]


def rewards_of(pair: Pair) -> list[dict[str, Any]]:
    """{reward, kind, amount} of what the master has earned by this pair, in the order in which it was proposed."""
    return [
        {"reward": one, "kind": REWARD_KIND[PairReward.State(one.state)], "amount": yuan(one.yuan)}
        for one in pair.rewards.order_by("pk")  # type: ignore[attr-defined]
    ]


def next_words(pair: Pair, side: str) -> str:
    """What happens next with a proposal. side: whose turn it is."""
    if side:
        return _("Next signature: %(side)s") % {"side": PairSignature.Role(side).label}
    if pair.state == S.SIGNED:
        return _("Begins on %(day)s") % {"day": day(pair.starts_on)}
    return ""


def _row(label: Any, value: Any) -> dict[str, Any]:
    return {"label": label, "value": value, "url": ""}
