"""Who may come in where at the scorecard, written by hand (tests/test_routes.py reads it)."""

from craft_site.kit.access import PUBLIC
from craft_site.people.roles import ORGANISER, REVIEWER, SUPERVISOR

OFFICE = frozenset({ORGANISER, REVIEWER, SUPERVISOR})

BY_ACCESS: list[tuple[frozenset[str], str]] = [
    (
        PUBLIC,
        """scorecard:index scorecard:year scorecard:records scorecard:version scorecard:version_file
        scorecard:pdf scorecard:xlsx""",
    ),
    (
        OFFICE,
        """desk:scorecards desk:scorecard_year desk:scorecard_records desk:scorecard_indicators
        desk:scorecard_xlsx desk:scorecard_pdf""",
    ),
    (
        frozenset({ORGANISER}),
        """desk:scorecard_new desk:scorecard_figures desk:scorecard_publish desk:scorecard_freeze
        desk:scorecard_indicator desk:scorecard_indicator_new""",
    ),
    (frozenset({ORGANISER, SUPERVISOR}), "desk:scorecard_decide"),
]
POSTED = "desk:scorecard_publish desk:scorecard_decide"
