"""Who may come in where in the wing of honours, written by hand (tests/test_routes.py reads it)."""

from tests.honours.access import after, outreach, register, rounds, stories

SUBJECTS = (register, rounds, after, outreach, stories)
BY_ACCESS = [line for subject in SUBJECTS for line in subject.BY_ACCESS]
POSTED = " ".join(subject.POSTED for subject in SUBJECTS)
