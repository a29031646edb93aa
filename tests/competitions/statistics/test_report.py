"""The document of all figures: its keys, its nulls, its notes."""

import json
from decimal import Decimal

from competitions.statistics.ratings import Rating, Ratings
from competitions.statistics.report import report
from tests.competitions.statistics.tables import (
    KRIPPENDORFF_15,
    SHROUT_FLEISS,
    by_entry,
    by_judge,
    guilford,
)


def test_keys_and_figures():
    found = report(guilford())
    assert set(found["icc"]) == {"1,1", "A,1", "C,1", "1,k", "A,k", "C,k"}
    assert set(found["alpha"]) == {"nominal", "ordinal", "interval", "ratio"}
    assert {"w", "w_uncorrected", "chi2", "p"} <= set(found["kendall"])
    assert {"severity", "se", "infit", "outfit"} <= set(found["judges"]["J2"])
    assert round(found["judges"]["J2"]["severity"], 3) == 0.245
    assert round(found["items"]["T5"]["difficulty"], 3) == 0.518
    assert round(found["entries"]["E2"]["ability"], 3) == 0.664
    assert len(found["unexpected"]) == 5
    assert found["counts"] == {"judges": 3, "entries": 7, "items": 5, "marks": 105, "gaps": 0}
    assert found["notes"] == []


def test_one_item_gives_the_published_figures():
    found = report(by_entry(SHROUT_FLEISS))
    assert [round(value, 2) for value in found["icc"].values()] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    assert round(found["kendall"]["w"], 6) == 0.887037
    assert round(found["alpha"]["interval"], 6) == 0.147308


def test_gaps_are_said_and_everything_else_is_there():
    found = report(by_judge(KRIPPENDORFF_15))
    assert set(found["icc"].values()) == {None}
    assert found["kendall"]["w"] is None
    assert round(found["alpha"]["nominal"], 6) == 0.691358
    assert {(note["code"], note["concerns"]) for note in found["notes"]} >= {
        ("gaps", "icc"),
        ("gaps", "kendall"),
    }
    assert found["judges"]["J1"]["severity"] is not None


def test_every_document_is_json():
    tables = (
        guilford(),
        by_entry([(1, 1), (1, 1)]),
        by_entry([(3,)]),
        by_entry([(0, 0), (1, 1), (2, 2), (3, 3)]),
        by_entry([(1, 2), (2, 1)]),
        Ratings([Rating("A", "x", "", Decimal(-1)), Rating("B", "y", "", Decimal(2))]),
    )
    for ratings in tables:
        text = json.dumps(report(ratings), allow_nan=False)
        assert json.loads(text)["counts"]["marks"] == len(ratings.rows)


def test_what_nobody_can_measure_is_null_with_a_reason():
    found = report(by_entry([(1, 1), (1, 1)]))
    assert found["judges"]["J1"]["severity"] is None
    assert ("no_differences", "severity") in {(note["code"], note["concerns"]) for note in found["notes"]}
    assert found["unexpected"] == []
