from craft_site.kit.access import PUBLIC, SIGNED_IN
from craft_site.people.roles import ORGANISER, REVIEWER, SUPERVISOR

OFFICE = frozenset({ORGANISER, REVIEWER, SUPERVISOR})

BY_ACCESS: list[tuple[frozenset[str], str]] = [
    (PUBLIC, "honours:video honours:video_captions"),
    (SIGNED_IN, "me:story_agree me:story_withdraw"),
    (OFFICE, "desk:story_consents desk:story_consent_paper"),
    (frozenset({ORGANISER}), "desk:story_consent_new desk:story_consent_withdraw"),
]
POSTED = "me:story_agree me:story_withdraw"
