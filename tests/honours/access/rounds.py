from craft_site.kit.access import PUBLIC, SIGNED_IN
from craft_site.people.roles import EMPLOYER, ORGANISER, REVIEWER, SUPERVISOR

OFFICE = frozenset({ORGANISER, REVIEWER, SUPERVISOR})

BY_ACCESS: list[tuple[frozenset[str], str]] = [
    (PUBLIC, "honours:notice honours:objection_done"),
    (SIGNED_IN, "me:nomination me:nomination_answer"),
    (
        OFFICE | {EMPLOYER},
        """desk:campaigns desk:campaign desk:nominations desk:nominations_export desk:nomination
        desk:nomination_form""",
    ),
    (
        frozenset({ORGANISER, REVIEWER, EMPLOYER}),
        "desk:nomination_new desk:nomination_edit desk:nomination_evidence desk:nomination_act desk:nomination_remark",
    ),
    (
        frozenset({ORGANISER, REVIEWER}),
        """desk:nomination_meet desk:honour_notice_new desk:honour_notice_end desk:honour_objection_answer
        desk:conferral_decide""",
    ),
    (OFFICE, "desk:honour_notices desk:honour_notice desk:conferral"),
    (
        frozenset({ORGANISER}),
        """desk:campaign_new desk:campaign_move desk:campaign_change desk:campaign_report desk:conferral_new
        desk:nomination_clear""",
    ),
]
POSTED = """me:nomination_answer desk:nomination_remark desk:campaign_move desk:campaign_report desk:nomination_act
    desk:nomination_meet desk:nomination_clear desk:honour_notice_new desk:honour_notice_end
    desk:honour_objection_answer desk:conferral_decide"""
