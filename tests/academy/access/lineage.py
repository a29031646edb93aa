from craft_site.kit.access import PUBLIC
from craft_site.people import roles as R

BY_ACCESS: list[tuple[frozenset[str], str]] = [
    (PUBLIC, "academy:lineage academy:lineage_of"),
    (frozenset({R.ORGANISER, R.REVIEWER, R.SUPERVISOR, R.EMPLOYER}), "desk:lineage desk:lineage_of"),
]
POSTED = ""
