from craft_site.people.roles import FINANCE, ORGANISER, REVIEWER, SUPERVISOR

OFFICE = frozenset({ORGANISER, REVIEWER, SUPERVISOR})

BY_ACCESS: list[tuple[frozenset[str], str]] = [
    (
        OFFICE,
        "desk:revocations desk:revocations_export desk:revocation desk:home_visits desk:home_visits_export",
    ),
    (frozenset({ORGANISER, REVIEWER}), "desk:revocation_ask desk:home_visit_new"),
    (OFFICE | {FINANCE}, "desk:benefits desk:benefits_export desk:care"),
    (frozenset({FINANCE, ORGANISER}), "desk:benefit_new desk:benefit_cancel"),
]
POSTED = "desk:benefit_cancel"
