from craft_site.kit.access import PUBLIC, SIGNED_IN
from craft_site.people.roles import EMPLOYER, ORGANISER, REVIEWER, SUPERVISOR

OFFICE = frozenset({ORGANISER, REVIEWER, SUPERVISOR})

BY_ACCESS: list[tuple[frozenset[str], str]] = [
    (PUBLIC, "honours:outreach honours:outreach_picture"),
    (
        SIGNED_IN,
        """me:outreach me:outreach_calendar me:outreach_picture me:speaker_named me:firm_visit me:firm_visit_act
        me:firm_visit_picture me:firm_visit_picture_drop""",
    ),
    (frozenset({EMPLOYER}), "me:firm_visit_new me:firm_visit_rate"),
    (OFFICE | {EMPLOYER}, "desk:firm_visits desk:firm_visits_export desk:firm_visit"),
    (
        OFFICE,
        """desk:talks desk:talks_export desk:talk desk:speakers desk:speaker desk:outreach desk:outreach_month
        desk:outreach_calendar""",
    ),
    (
        frozenset({ORGANISER}),
        """desk:firm_visit_new desk:firm_visit_triage desk:firm_visit_act desk:firm_visit_answer
        desk:firm_visit_match desk:firm_visit_report desk:firm_visit_follow desk:firm_visit_rate
        desk:firm_visit_picture desk:talk_new desk:talk_edit desk:talk_held desk:talk_act desk:talk_picture
        desk:outreach_picture_drop desk:speaker_new desk:speaker_named""",
    ),
]
POSTED = """desk:firm_visit_triage desk:firm_visit_act desk:firm_visit_answer desk:talk_act
    desk:outreach_picture_drop desk:speaker_named me:speaker_named me:firm_visit_act me:firm_visit_picture_drop"""
