"""The examples that stand in the stamping scheme itself. A scorer that differs from them is wrong."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from competitions.scoring.awards import give_awards
from competitions.scoring.engine import score_event
from competitions.scoring.explain import explain_aspect
from competitions.scoring.ranking import rank
from competitions.scoring.readings import check_readings
from competitions.scoring.results import EntryInput


def test_every_intermediate_mark_of_the_golden_case(stamping, stamping_document, golden_entry):
    golden = stamping_document["golden_case"]

    result = score_event(stamping, [golden_entry]).entry("W-53")

    assert len(result.aspects) == 53
    for code, example in golden["entries"].items():
        assert str(result.aspects[code].mark) == str(example["mark"]), code
    assert result.criteria == golden["criteria"]
    assert result.components["P"].before_penalty == golden["practical_before_penalty"]
    assert result.components["P"].deducted == 5
    assert result.components["P"].mark == golden["practical"]
    assert result.components["T"].mark == golden["theory"]
    assert result.total == golden["total"]
    assert str(result.total) == "75.35"
    assert result.passed
    assert (result.rank, result.award) == (1, "first")


def test_the_explanation_ends_in_the_mark_that_was_given(aspects, golden_raw, golden_entry, stamping):
    result = score_event(stamping, [golden_entry]).entry("W-53")
    for code, aspect in aspects.items():
        source = aspects[aspect.derived_from] if aspect.derived_from else None
        steps = explain_aspect(aspect, golden_raw[(source or aspect).code], source=source)
        assert steps[-1].kind == "sum"
        assert abs(steps[-1].mark - result.aspects[code].mark) <= Decimal("0.005")


def test_the_explanation_of_a_measured_aspect_names_each_point(aspects):
    steps = explain_aspect(aspects["A1.6"], ["0.6", "0.9", None, "1.7"])
    assert [(step.passed, step.mark) for step in steps[:-1]] == [
        (True, Decimal("0.5")),
        (False, Decimal("0.25")),
        (False, Decimal(0)),
        (False, Decimal(0)),
    ]
    assert steps[0].limit == "≤ 0.8 um"


def test_readings_that_a_form_must_not_accept(aspects, stamping_document):
    expected = ["spread", "off_scale", "wrong_number", "wrong_number", "second_look", "not_a_count"]
    for case, code in zip(stamping_document["must_refuse"], expected, strict=True):
        refusals = check_readings(aspects[case["aspect"]], case["raw"])
        assert code in [refusal.code for refusal in refusals], case["why"]
        severities = {refusal.severity for refusal in refusals}
        assert severities == ({"confirm"} if code == "second_look" else {"refuse"})


class Row:
    """A contender with nothing but the values of an example."""

    def __init__(self, entry: str, example: dict) -> None:
        self.entry = entry
        self.example = example
        self.exact_total = Fraction(example.get("total", Decimal(80)))

    def value(self, key):
        names = {"component": {"P": "practical", "T": "theory"}.get(key.code), "criterion": key.code}
        value = self.example.get(names.get(key.kind, key.kind), Decimal(50))
        return Fraction(value)


def test_ranking_examples(stamping, stamping_document):
    for case in stamping_document["ranking_cases"]:
        if "first" not in case:
            continue
        rows = [Row("a", case["a"]), Row("b", case["b"])]
        ranking = rank(rows, keys=stamping.composition.tie_break)
        assert ranking.groups[0] == (case["first"],), case["name"]
        assert ranking.ties[0].winner == case["first"]


def test_identical_in_everything_shares_the_rank_and_leaves_the_next_empty(stamping, golden_entry):
    entries = [replace(golden_entry, entry=code) for code in ("a", "b")]
    last = replace(golden_entry, entry="c", components={"T": 60})
    result = score_event(stamping, [last, *entries], provisional=True)
    assert [(entry.entry, entry.rank) for entry in result.entries] == [("a", 1), ("b", 1), ("c", 3)]
    assert result.entry("a").ties[0].winner is None


def test_the_reason_of_a_tie_in_both_languages(stamping):
    rows = [
        Row("b", {"total": Decimal("83.00"), "practical": Decimal("83.00")}),
        Row("a", {"total": Decimal("83.00"), "practical": Decimal("80.00")}),
    ]
    tie = rank(rows, keys=stamping.composition.tie_break).ties[0]
    assert tie.sentence_zh() == "总分相同（83.00）。先比操作技能：83.00 对 80.00，高者在前。"
    assert (
        tie.sentence_en() == "Equal totals (83.00). Compared by Practical: 83.00 against 80.00, higher first."
    )


def awards_of(rule, groups):
    entries = [entry for group in groups for entry in group]
    return give_awards(
        rule=rule,
        groups=groups,
        base=len(entries),
        scores=dict.fromkeys(entries, Fraction(80)),
        passed=dict.fromkeys(entries, True),
        split=lambda group, keys: [list(group)],
    )


def test_award_examples(stamping, stamping_document):
    for case in stamping_document["award_cases"]:
        if "started" not in case:
            continue
        outcome = awards_of(stamping.composition.awards, [[f"e{i}"] for i in range(case["started"])])
        given = list(outcome.awards.values())
        assert {tier: given.count(tier) for tier in ("first", "second", "third")} == {
            tier: case[tier] for tier in ("first", "second", "third")
        }


def test_a_shared_rank_at_the_edge_of_a_tier_waits_for_the_chief_judge(stamping):
    groups = [[f"e{i}"] for i in range(7)] + [["e7", "e8"]] + [[f"e{i}"] for i in range(9, 82)]
    outcome = awards_of(stamping.composition.awards, groups)
    assert [(c.tier, c.entries, c.places_left) for c in outcome.open_choices] == [("first", ("e7", "e8"), 1)]
    assert len(outcome.awards) == 7


def test_an_entry_without_readings_lists_each_missing_aspect(stamping):
    result = score_event(stamping, [EntryInput("x")], provisional=True)
    assert (
        len(result.entry("x").missing) == 53
    )  # 52 aspects, the derived one waits for its source, and theory
    assert not result.publishable
