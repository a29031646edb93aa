"""Who may come in where in the academy, written by hand, subject by subject (tests/test_routes.py reads it)."""

from tests.academy.access import courses, lineage, overview, pairs, rounds, subsidies, training

SUBJECTS = (overview, training, courses, pairs, rounds, lineage, subsidies)
BY_ACCESS = [line for subject in SUBJECTS for line in subject.BY_ACCESS]
POSTED = " ".join(subject.POSTED for subject in SUBJECTS)
