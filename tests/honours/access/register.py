from craft_site.kit.access import PUBLIC, SIGNED_IN
from craft_site.people.roles import ORGANISER, REVIEWER, SUPERVISOR

OFFICE = frozenset({ORGANISER, REVIEWER, SUPERVISOR})

BY_ACCESS: list[tuple[frozenset[str], str]] = [
    (PUBLIC, "honours:roll honours:holder"),
    (SIGNED_IN, "me:honours"),
    (OFFICE, "desk:honours desk:honours_export desk:holder desk:tallies desk:titles"),
    (
        frozenset({ORGANISER}),
        """desk:honour_new desk:holder_named desk:tally_new desk:honours_import desk:honours_import_template
        desk:honours_import_look desk:honours_import_load desk:title_new desk:title desk:titles_shipped
        desk:title_take desk:honours_certify desk:honour_certify""",
    ),
]
POSTED = "desk:honours_certify desk:honour_certify desk:holder_named desk:honours_import_load desk:title_take"
