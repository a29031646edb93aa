from craft_site.kit.access import SIGNED_IN
from craft_site.people.roles import EMPLOYER, ORGANISER, REVIEWER, SUPERVISOR

OFFICE = frozenset({ORGANISER, REVIEWER, SUPERVISOR})

# A mentor signs in as a worker: the wall, attendance and marks of a class ask inside who teaches in it.
BY_ACCESS: list[tuple[frozenset[str], str]] = [
    (
        SIGNED_IN,
        "desk:wall desk:wall_code desk:class_attendance desk:class_attendance_export desk:class_marks",
    ),
    (
        OFFICE | {EMPLOYER},
        """desk:classes desk:classes_export desk:class desk:class_calendar desk:class_timetable desk:class_people
        desk:class_people_export desk:mentors desk:mentors_export desk:mentor desk:mentor_calendar""",
    ),
    (
        OFFICE,
        """desk:class_completion desk:class_completion_export desk:class_accounts desk:training_programmes
        desk:training_programmes_export desk:training_programme desk:academies desk:academy_one desk:alliance""",
    ),
    (
        frozenset({ORGANISER, EMPLOYER}),
        """desk:class_enrol desk:class_withdraw desk:class_roster desk:class_roster_template
        desk:class_roster_preview desk:class_roster_load""",
    ),
    (
        frozenset({ORGANISER}),
        """desk:class_enrol_late desk:class_new desk:class_edit desk:class_move desk:class_finish desk:class_certify
         desk:session_add
        desk:session_edit
        desk:session_drop desk:class_make_up desk:leave_answer desk:cost_drop desk:mentor_appoint desk:mentor_end
        desk:training_programme_new desk:training_programme_edit desk:academy_new desk:academy_edit desk:place_drop
        desk:alliance_new desk:alliance_edit desk:membership_leave desk:studio_new desk:studio_edit""",
    ),
]
POSTED = """desk:class_move desk:class_finish desk:class_certify desk:session_add desk:session_drop
    desk:class_make_up desk:leave_answer
    desk:cost_drop desk:place_drop desk:class_roster_load"""
