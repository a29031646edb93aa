"""Claimants and proofs that fit; a test changes the one thing it is about."""

from datetime import date
from typing import Any

from academy.files.programmes import templates
from academy.rules import programme, verdict

TODAY = date(2025, 3, 10)
FITTING = {
    "member": True,
    "contract": True,
    "front_line": True,
    "new_form": False,
    "public_office": False,
    "migrant": True,
    "training_subsidy": False,
    "dues_paid": True,
    "post_related": True,
    "above_section": False,
}


def person(*, hired_on: date | None = date(2015, 1, 1), insured: int | None = 60, **traits: Any):
    return verdict.Person({**FITTING, **traits}, hired_on, insured)


def skill(level: int = 4, dated: date = date(2023, 5, 8), **more: Any) -> verdict.Proof:
    said = {"said_level": level, "said_year": dated.year, "said_province": "33"}
    return verdict.Proof("skill", level, dated, **{"trade": "mould", "number": "N1", **said, **more})


def degree(level: int = 2, dated: date = date(2023, 6, 30), **more: Any) -> verdict.Proof:
    return verdict.Proof("degree", level, dated, **{"number": "D1", **more})


def before(code: str, *, item: str = "skill", kind: str = "skill", level: int = 4, **more: Any):
    return verdict.Before(
        code, item, kind, level, more.pop("year", 2025), **{"number": "N0", "trade": "mould", **more}
    )


def ask(
    code: str,
    proof: verdict.Proof,
    *,
    item: str = "",
    who: verdict.Person | None = None,
    past: tuple = (),
    today: date = TODAY,
):
    """The verdict of a shipped programme."""
    rules = programme.read(templates()[code])
    chosen = rules.item(item or proof.kind)
    assert chosen is not None
    return verdict.judge(
        rules, chosen, code=code, person=who or person(), proof=proof, before=past, today=today
    )


def hard(found: verdict.Verdict) -> set[str]:
    return {finding.code for finding in found.findings if finding.hard}


def soft(found: verdict.Verdict) -> set[str]:
    return {finding.code for finding in found.findings if not finding.hard}
