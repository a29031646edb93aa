from craft_site.kit.access import PUBLIC, SIGNED_IN
from craft_site.people.roles import FINANCE, ORGANISER, REVIEWER, SUPERVISOR

OFFICE = frozenset({ORGANISER, REVIEWER, SUPERVISOR})

BY_ACCESS: list[tuple[frozenset[str], str]] = [
    (
        PUBLIC,
        """academy:subsidies academy:posting academy:objection_done academy:subsidy_draw
        academy:subsidy_draw_file academy:subsidy_draw_program""",
    ),
    (
        SIGNED_IN,
        """me:claims me:claim_start me:claim me:claim_answers me:claim_papers me:claim_remove_paper me:claim_card
        me:claim_check me:claim_hand_in me:claim_done me:claim_withdraw""",
    ),
    (
        OFFICE | {FINANCE},
        """desk:claims desk:claims_export desk:claim desk:claim_document
        desk:subsidies desk:subsidies_export desk:subsidy desk:subsidy_draw""",
    ),
    (frozenset({REVIEWER}), "desk:claims_decide desk:claim_hand_over desk:claim_posted"),
    (
        frozenset({REVIEWER, ORGANISER}),
        """desk:claim_decide desk:claim_card desk:subsidy_throw desk:subsidy_place_all desk:posting_new desk:posting_end
        desk:posting_answer""",
    ),
    (
        frozenset({ORGANISER}),
        """desk:claim_reclaim desk:subsidy_new desk:subsidy_new_yaml desk:subsidy_new_from
        desk:subsidy_edit desk:subsidy_rules desk:subsidy_yaml desk:subsidy_move desk:subsidy_freeze
        desk:subsidy_end_line""",
    ),
    (OFFICE, "desk:postings desk:posting desk:postings_export desk:posting_export"),
    (frozenset({FINANCE, ORGANISER, SUPERVISOR}), "desk:payments desk:payment desk:payments_export"),
    (frozenset({FINANCE, ORGANISER}), "desk:payment_approve desk:claim_ask_card"),
    (
        frozenset({FINANCE}),
        """desk:claim_close desk:payment_make desk:payment_drop desk:payment_send desk:payment_close
        desk:payment_file desk:payment_answer_sheet desk:payment_result desk:payment_settle
        desk:payment_templates desk:payment_template desk:payment_template_new""",
    ),
]
POSTED = """me:claim_remove_paper me:claim_hand_in
    desk:claims_decide desk:claim_decide desk:claim_hand_over desk:claim_card desk:claim_reclaim desk:claim_close
    desk:claim_posted desk:claim_ask_card desk:subsidy_end_line desk:subsidy_move desk:subsidy_freeze
    desk:subsidy_throw desk:subsidy_place_all desk:posting_end desk:posting_answer
    desk:payment_make desk:payment_approve desk:payment_send desk:payment_close desk:payment_file
    desk:payment_result desk:payment_settle"""
