from craft_site.kit.access import PUBLIC, SIGNED_IN

BY_ACCESS: list[tuple[frozenset[str], str]] = [
    (PUBLIC, "academy:classes academy:class academy:class_calendar academy:calendar_feed"),
    (
        SIGNED_IN,
        """me:courses me:my_calendar me:course me:enrol me:enrolled me:course_withdraw me:leave_ask me:course_rate
        me:course_calendar me:attend me:attended me:teaching me:teaching_session me:teaching_calendar""",
    ),
]
POSTED = ""
