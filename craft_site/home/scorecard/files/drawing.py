"""The PDF of a year, drawn once for each content, day and language, and never two at a time on the whole site.

Drawing takes about a second, so the reader waits for it; a job would make them wait longer, on a page of its own, and
keep a file that somebody must clear away. Nobody can ask for much: a published year has one file a language, and one
lock stands before all of them. Who comes while a file is being drawn waits for that one; those of a closed year are
drawn when it is closed.
"""

import time
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from craft_site.home.scorecard import years
from craft_site.home.scorecard.files.paper import pdf
from craft_site.home.scorecard.refusals import ScorecardRefused
from craft_site.home.scorecard.years import Year
from craft_site.kit.canonical import sha256_hex
from craft_site.kit.language import short_day

LOCK = "scorecard-pdf:drawing"
LEASE = 60  # seconds after which who draws is taken to be dead
WAIT = 10.0  # seconds that a reader waits for another's drawing
LOOK_AGAIN = 0.05
A_MINUTE, A_DAY, A_MONTH = 60, 24 * 3600, 30 * 24 * 3600


class StillDrawing(Exception):
    """Somebody else is drawing, and it has taken too long to wait for."""


def drawn(shown: Year) -> bytes:
    """The file in the reader's language. Raises ScorecardRefused where it cannot be drawn, StillDrawing."""
    key = _key(shown)
    until = time.monotonic() + WAIT
    while True:
        if (kept := cache.get(key)) is not None:
            return _answer(kept)
        mine = uuid4().hex
        if cache.add(LOCK, mine, LEASE):
            try:
                return _answer(cache.get(key) or _draw(shown, key))
            finally:
                if cache.get(LOCK) == mine:
                    cache.delete(LOCK)
        if time.monotonic() >= until:
            raise StillDrawing
        time.sleep(LOOK_AGAIN)


def draw_closed(year: int) -> None:
    """Draws what everybody may take of a closed year, in every language. Raises ScorecardRefused, StillDrawing."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            shown = years.shown(year, public=True)
            if shown is not None and shown.snapshot is not None:
                drawn(shown)


def note(shown: Year) -> str:
    """The sentence at the end of a file: what it shows, and how that can be checked."""
    if shown.snapshot is None:
        return _("As of %(day)s; the year is not closed.") % {"day": short_day(timezone.now(), year=True)}
    return _("Closed on %(day)s, version %(number)d. Check value (SHA-256) %(hash)s") % {
        "day": short_day(shown.snapshot.frozen_at, year=True),
        "number": shown.snapshot.number,
        "hash": shown.snapshot.content_hash,
    }


def _key(shown: Year) -> str:
    """Of all that the paper hangs on. The standings hang on the day and on other years."""
    standings = [str(one.standing) for line in shown.sheet.lines for one in line.numbers]
    content = sha256_hex([shown.document, standings, note(shown), str(settings.CERTIFICATE_FONT)])
    return f"scorecard-pdf:{content}:{translation.get_language()}"


def _draw(shown: Year, key: str) -> bytes | str:
    """The file, or why there is none: that is kept too, or every reader would try it anew."""
    at = shown.snapshot.frozen_at if shown.snapshot else timezone.now()
    try:
        made = pdf(shown.sheet, at=at, note=note(shown))
    except ScorecardRefused as refused:
        cache.set(key, str(refused), A_MINUTE)
        return str(refused)
    cache.set(key, made, A_MONTH if shown.snapshot else A_DAY)
    return made


def _answer(kept: bytes | str) -> bytes:
    if isinstance(kept, str):
        raise ScorecardRefused(kept)
    return kept
