"""A second engine, written for the eye and not for speed: Decimal at 60 digits, no shared code.

It knows one kind of contest, the one of `contest()`, and repeats its arithmetic line by line from the
wording of the rules. The property tests hold the real engine against it.
"""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any


def contest(*, judges: int, drop: int) -> dict[str, Any]:
    """A scheme document with one aspect of each kind, theory 30 % and practice 70 %."""
    return {
        "schema": "skills-marking-scheme/1",
        "id": "naive",
        "version": "1",
        "locale": ["zh-Hans"],
        "title": "比赛",
        "composition": {
            "components": [
                {"code": "T", "name": "理论", "full": 100, "weight": "0.3"},
                {"code": "P", "name": "实操", "full": 100, "weight": "0.7"},
            ],
            "rounding": {"aspect": 2, "component": 2, "total": 2},
            "tie_break": ["P.total desc", "P.elapsed_seconds asc", "shared_rank"],
        },
        "methods": {
            "judged": {
                "default": "panel",
                "panel": {
                    "judges": judges,
                    "scale": {"min": 0, "max": 10, "step": "0.1"},
                    "result": "share_of_max",
                    "drop_high": drop,
                    "drop_low": drop,
                },
            }
        },
        "criteria": [
            {
                "code": "A",
                "name": "全部",
                "max_mark": 100,
                "sub_criteria": [
                    {
                        "code": "A1",
                        "name": "全部",
                        "max_mark": 100,
                        "aspects": [
                            {
                                "code": "size",
                                "name": "尺寸",
                                "method": "measured",
                                "rule": "step",
                                "max_mark": 40,
                            }
                            | {
                                "nominal": 20,
                                "upper": "0.02",
                                "lower": "-0.02",
                                "grace": "0.01",
                                "points": 3,
                            },
                            {
                                "code": "form",
                                "name": "形位",
                                "method": "measured",
                                "rule": "max",
                                "max_mark": 20,
                            }
                            | {"limit": "0.05", "points": 3},
                            {"code": "look", "name": "外观", "method": "judged", "max_mark": 30},
                            {"code": "safe", "name": "安全", "method": "allotment", "max_mark": 10}
                            | {"events": [{"code": "slip", "zh": "违规", "unit": 3}]},
                        ],
                    }
                ],
            }
        ],
        "penalties": {
            "cap_total_points": 20,
            "rules": [
                {"code": "late", "zh": "超时", "effect": "total_points", "points": 5, "each": True},
            ],
        },
    }


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def practical_mark(entry: dict[str, Any], *, drop: int) -> Decimal:
    """The practical mark of {"size", "form", "look", "safe", "late"}."""
    with localcontext() as context:
        context.prec = 60
        sizes = Decimal(0)
        for reading in entry["size"]:
            off = abs(reading - 20)
            sizes += 40 if off <= Decimal("0.02") else 20 if off <= Decimal("0.03") else 0
        forms = sum(20 for reading in entry["form"] if reading <= Decimal("0.05"))
        marks = list(entry["look"])
        for _ in range(drop):
            marks.remove(max(marks))
            marks.remove(min(marks))
        aspects = [
            cents(sizes / 3),
            cents(Decimal(forms) / 3),
            cents(sum(marks, Decimal(0)) * 3 / len(marks)),
            cents(Decimal(max(0, 10 - 3 * entry["safe"]))),
        ]
        return max(Decimal(0), sum(aspects, Decimal(0)) - min(20, 5 * entry["late"]))


def total_mark(entry: dict[str, Any], *, drop: int) -> Decimal:
    """30 % theory and 70 % practice to the cent."""
    practical = practical_mark(entry, drop=drop)
    return cents(Decimal("0.3") * entry["theory"] + Decimal("0.7") * practical)


def ranks(entries: list[dict[str, Any]], *, drop: int) -> list[int]:
    """A rank is one more than the number of those who are better."""
    keys = [(-total_mark(e, drop=drop), -practical_mark(e, drop=drop), e["seconds"]) for e in entries]
    return [1 + sum(other < own for other in keys) for own in keys]
