"""The scheme of the contest that is walked: small enough to be computed on paper, with a counted fault for the upload.

Process B 5 - 1 a helmet; size A1.1 three readings of two marks each, 9.9 to 10.1; finish A1.2 three judges 0 to 3.
Theory counts 0.30, practice 0.70.
"""

from copy import deepcopy

import yaml

from tests.competitions.seats import scheme_document

# What the judges see and enter, by contestant: readings, one value a judge, helmets missed, theory.
#   A1.1 two of three within 9.9..10.1: 4     A1.2 (2 + 3 + 2) / 9 x 3 = 2.33     B1.1 5 - 1 = 4
#   practice 4 + 2.33 + 4 = 10.33             total 0.3 x 80 + 0.7 x 10.33 = 31.231 -> 31.23
FIRST = {"readings": ("10.05", "9.95", "10.2"), "judged": ("2", "3", "2"), "helmets": 1, "theory": "80"}
#   A1.1 6    A1.2 3    B1.1 5    practice 14    total 0.3 x 90 + 0.7 x 14 = 36.80
SECOND = {"readings": ("10", "9.9", "10.1"), "judged": ("3", "3", "3"), "helmets": 0, "theory": "90"}
PARTS_OF_FIRST = {"A1.1": "4.00", "A1.2": "2.33", "B1.1": "4.00", "practice": "10.33", "total": "31.23"}
TOTAL_OF_SECOND = "36.80"


def good_scheme() -> str:
    document = deepcopy(scheme_document())
    [size] = document["criteria"][0]["sub_criteria"]
    size["aspects"][0] |= {"points": 3, "mark_per_point": 2, "max_mark": 6}
    size["max_mark"] = document["criteria"][0]["max_mark"] = 9
    document["composition"]["components"][1]["full"] = 14
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


def faulty_scheme() -> tuple[str, int]:
    """The same with a rule that does not exist, and the line on which a reader finds it."""
    lines = good_scheme().splitlines()
    at = next(n for n, line in enumerate(lines) if line.strip() == "rule: within")
    lines[at] = lines[at].replace("within", "wihtin")
    return "\n".join(lines), at + 1
