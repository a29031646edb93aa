"""Scheme files: exact numbers, refused tricks, and a line for every fault."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from competitions.files.scheme_yaml import FileErrors, read_scheme, read_yaml
from competitions.scoring.scheme import (
    MESSAGES,
    SchemeErrors,
    canonical_json,
    content_hash,
    dump_scheme,
    parse_scheme,
)

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "fixtures" / "schemes"
SCHEMES = [*sorted(FIXTURES.glob("*.yaml")), *sorted((ROOT / "competitions" / "schemes").glob("*.yaml"))]
STAMPING = (FIXTURES / "stamping-compound-die.yaml").read_text("utf-8")


def faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(FileErrors) as caught:
        read_scheme(text)
    return [(error.line, error.code) for error in caught.value.errors]


def changed(old: str, new: str) -> str:
    assert STAMPING.count(old) == 1, "the test must change one place"
    return STAMPING.replace(old, new)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_scheme_survives_its_canonical_json(path):
    scheme = read_scheme(path.read_text("utf-8"))
    again = parse_scheme(json.loads(canonical_json(scheme)))
    assert again == scheme
    assert content_hash(again) == content_hash(scheme) == content_hash(dump_scheme(scheme))


def test_the_stamping_scheme_is_read_whole():
    scheme = read_scheme(STAMPING)
    aspects = list(scheme.aspects())
    assert len(aspects) == 53
    assert sum(aspect.max_mark for aspect in aspects) == 100
    by_method = {
        m: sum(a.max_mark for a in aspects if a.method == m) for m in ("measured", "judged", "allotment")
    }
    assert by_method == {"measured": 74, "judged": 20, "allotment": 6}
    assert scheme.composition.component("T").weight == Decimal("0.30")
    assert [tier.value for tier in scheme.composition.awards.tiers] == [
        Decimal("0.10"),
        Decimal("0.20"),
        Decimal("0.30"),
    ]
    assert scheme.informative["time"]["practical_minutes"] == "240"


def test_the_shipped_scheme_is_the_same_as_the_fixture():
    shipped = (ROOT / "competitions" / "schemes" / "stamping-compound-die.yaml").read_text("utf-8")
    assert content_hash(read_scheme(shipped)) == content_hash(read_scheme(STAMPING))


def test_worked_examples_and_layout_are_not_hashed_but_every_figure_is():
    base = content_hash(read_scheme(STAMPING))
    assert content_hash(read_scheme(changed("total: 75.35 ", "total: 75.36 "))) == base
    assert content_hash(read_scheme(changed("full: 100, weight: 0.30", "full: 100.0, weight: 0.3"))) == base
    assert (
        content_hash(read_scheme(changed("nominal: 59.78, upper: 0.02", "nominal: 59.78, upper: 0.021")))
        != base
    )
    assert content_hash(read_scheme(changed("practical_minutes: 240", "practical_minutes: 239"))) != base


def test_an_unquoted_comma_does_not_cut_a_benchmark():
    document = read_yaml("{value: 2, zh: 整洁,倒角基本一致, en: Clean, neat}", max_bytes=999)
    assert document.content == {"value": 2, "zh": "整洁,倒角基本一致", "en": "Clean, neat"}


def test_numbers_are_exact_and_words_stay_words():
    content = read_yaml(
        "[0.30, 1, -2.5, true, null, 007, 1e3, 0x1F, 12:30, 2024-01-01, yes, '1']", max_bytes=999
    )
    assert content.content == [
        Decimal("0.30"),
        1,
        Decimal("-2.5"),
        True,
        None,
        *["007", "1e3", "0x1F", "12:30", "2024-01-01", "yes", "1"],
    ]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("a: 1\nb: 2\na: 3", 3, "duplicate_key"),
        ("a: &x [1]\nb: *x", 1, "alias"),
        ("a: 1\nb: !!python/object:os.system x", 2, "tag"),
        ("a: 1\n---\nb: 2", 2, "second_document"),
        ("a: [1\nb: 2", 2, "syntax"),
        ("[1]: 2", 1, "key_not_a_word"),
        ("a: " + "[" * 30 + "]" * 30, 1, "too_deep"),
        ("a: \x00", 1, "syntax"),
        ("x" * 2000, 1, "too_long"),
    ],
)
def test_what_a_file_may_not_hold(text, line, code):
    with pytest.raises(FileErrors) as caught:
        read_yaml(text, max_bytes=1000)
    assert [(error.line, error.code) for error in caught.value.errors] == [(line, code)]
    assert str(caught.value).startswith(f"line {line}: ")


def test_an_empty_file_and_a_list_are_no_schemes():
    assert (1, "not_a_mapping") in faults("")
    assert (1, "not_a_mapping") in faults("- a\n- b")


ASPECT = "code: A1.1, name: {zh: 刃口长度, en: Die opening length}, method: measured, stage: result"


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("max_mark: 34", "max_mark: 35", ["sum_criteria", "sum_sub_criteria"]),
        (f"{ASPECT}, max_mark: 2.5", f"{ASPECT}, max_mark: 2.4", ["sum_aspects"]),
        ("points: 4, mark_per_point: 0.5, nominal: 5,", "points: 3, mark_per_point: 0.5, nominal: 5,", ["sum_points"]),
        ("full: 100, weight: 0.30", "full: 100, weight: 0.35", ["sum_weights"]),
        (ASPECT, ASPECT + ", colour: red", ["unknown_key"]),
        (ASPECT, ASPECT.replace("A1.1", "A1.2"), ["duplicate_code"]),
        (ASPECT, ASPECT.replace(", en: Die opening length", ""), ["text_untranslated"]),
        ("rule: step, grace: 0.01, points: 1, nominal: 59.78", "rule: step, points: 1, nominal: 59.78", ["rule_needs"]),
        ("derived_from: B2.1", "derived_from: B9.9", ["derived_from_unknown"]),
        ("derived_from: B2.1", "derived_from: B1.3", ["derived_from_unknown"]),
        ("- {value: 1, zh: 能开合但有明显阻滞, en: Moves with clear resistance}", "", ["benchmarks_incomplete"]),
        ("aspects: [B3.4]}", "aspects: [B3.9]}", ["selector_unknown"]),
        ('aspects: "stage=result"', 'aspects: "colour=red"', ["selector_unreadable"]),
        ("[B1,B2,B3,C1,C2,C3]", "[B1,B2,B3,C1,C2,C9]", ["selector_unknown"]),
        ('"P.criterion[C] desc"', '"P.criterion[X] desc"', ["tie_key_unknown"]),
        ('"P.criterion[C] desc"', '"the taller one"', ["tie_key_unreadable"]),
        ("mode: ROUND_HALF_UP", "mode: ROUND_UPWARD", ["not_a_choice"]),
        ("max_mark: 34", "max_mark: lots", ["not_a_number"]),
        ("default: panel3", "default: panel4", ["panel_unknown"] * 12),
        ("nominal: 5, upper: 0.02,", "nominal: 5, upper: -0.03,", ["limits_crossed"]),
        ("effect: disqualify", "effect: disqualified", ["not_a_choice"]),
        ("rule: range", "rule: ranger", ["not_a_choice"]),
        (ASPECT, ASPECT.replace("measured", "gauged"), ["not_a_choice"]),
        ('formula: "max_mark * sum / 9"', 'formula: "max_mark * sum / 8"', ["panel_formula_unknown"]),
        ("decision_rule: simple_acceptance", "decision_rule: guard_band", ["guard_needs_uncertainty"] * 34),
        ("{code: P3, zh:", "{code: P2, zh:", ["duplicate_code"]),
        ('version: "1.0"', "version: 1.0", ["not_a_text"]),
    ],
)  # fmt: skip
def test_faults_of_a_scheme_are_found_in_their_line(old, new, codes):
    text = changed(old, new)
    found = faults(text)
    assert [code for _, code in found] == codes
    if len(codes) == 1 and new:
        line = line_of(text, new)
        assert 0 <= found[0][0] - line <= 1 or codes[0] in {"sum_aspects", "sum_weights"}


def test_all_faults_are_reported_at_once_by_line():
    text = changed("max_mark: 34", "max_mark: 35").replace("effect: zero_all", "effect: zero_al", 1)
    found = faults(text)
    assert [code for _, code in found] == ["sum_criteria", "sum_sub_criteria", "not_a_choice"]
    assert found == sorted(found)


def test_faults_carry_path_code_and_figures_for_translation():
    document = read_yaml(changed("max_mark: 34", "max_mark: 35"), max_bytes=10**6).content
    with pytest.raises(SchemeErrors) as caught:
        parse_scheme(document)
    error = next(error for error in caught.value.errors if error.code == "sum_sub_criteria")
    assert error.path == ("criteria", 0, "max_mark")
    assert error.message_params == {"code": "A", "actual": "34", "expected": "35"}
    assert error.message == MESSAGES[error.code].format(**error.message_params)


def test_floats_from_a_careless_reader_are_refused():
    document = read_yaml(STAMPING, max_bytes=10**6).content
    document["composition"]["components"][0]["weight"] = 0.3
    with pytest.raises(SchemeErrors, match="binary floating-point"):
        parse_scheme(document)


def test_a_flood_of_faults_ends_at_a_bound():
    text = STAMPING + "".join(f"x{n}: 1\n" for n in range(40_000))
    assert len(faults(text)) == 500
