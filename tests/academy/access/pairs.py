from craft_site.kit.access import SIGNED_IN
from craft_site.people.roles import EMPLOYER, FINANCE, ORGANISER, REVIEWER, SUPERVISOR

AT_THE_DESK = frozenset({ORGANISER, REVIEWER, SUPERVISOR, EMPLOYER})
PROPOSING = frozenset({ORGANISER, REVIEWER, EMPLOYER})
LOOKING_AFTER = frozenset({ORGANISER, REVIEWER})

BY_ACCESS: list[tuple[frozenset[str], str]] = [
    (
        AT_THE_DESK,
        """desk:pairs desk:pairs_export desk:pair desk:pair_agreement desk:pair_month desk:pair_photo
        desk:pair_sign""",
    ),
    (
        PROPOSING,
        "desk:pair_new desk:pair_new_master desk:pair_new_content desk:pair_edit desk:pair_decline",
    ),
    (
        LOOKING_AFTER,
        """desk:pair_start desk:pair_review_mid desk:pair_review_final desk:pair_extend desk:pair_end
        desk:pair_new_mentor desk:pair_rewards""",
    ),
    (frozenset({ORGANISER, FINANCE, SUPERVISOR}), "desk:rewards desk:rewards_export desk:reward"),
    (frozenset({ORGANISER}), "desk:reward_decide desk:pair_schemes desk:pair_scheme_new desk:pair_scheme"),
    (frozenset({FINANCE}), "desk:reward_pay"),
    (frozenset({FINANCE, ORGANISER}), "desk:reward_confirm desk:reward_take_back"),
    (
        SIGNED_IN,
        """me:pairs me:pair me:pair_sign me:pair_agreement me:pair_decline me:pair_step_back me:pair_named
        me:pair_skill_add me:pair_skill me:pair_month me:pair_log me:pair_photo""",
    ),
]
POSTED = """desk:pair_start desk:reward_decide desk:reward_pay desk:reward_confirm desk:reward_take_back me:pair_named
    me:pair_skill"""
