from craft_site.kit.access import SIGNED_IN
from craft_site.people import roles as R

OFFICE = frozenset({R.ORGANISER, R.SUPERVISOR})
BY_ACCESS: list[tuple[frozenset[str], str]] = [
    (
        OFFICE,
        """desk:rounds desk:round desk:round_without desk:round_seekers desk:round_offers desk:round_weights
        desk:round_export desk:round_record""",
    ),
    (frozenset({R.ORGANISER}), "desk:round_new desk:round_edit desk:round_move desk:round_decide"),
    (SIGNED_IN, "me:rounds me:round me:round_seek me:round_offer me:round_leave"),
]
POSTED = "desk:round_move desk:round_decide me:round_leave"
