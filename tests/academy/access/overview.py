from craft_site.kit.access import SIGNED_IN
from craft_site.people.roles import EMPLOYER, FINANCE, ORGANISER, REVIEWER, SUPERVISOR

BY_ACCESS: list[tuple[frozenset[str], str]] = [
    (SIGNED_IN, "me:academy"),
    (frozenset({ORGANISER, REVIEWER, SUPERVISOR, EMPLOYER, FINANCE}), "desk:academy"),
    (frozenset({ORGANISER}), "desk:training_plan desk:training_target_drop"),
]
POSTED = "desk:training_target_drop"
