"""The public page of a contest, made with its notice: who announces an event opens its page by the same act.

A page carries words and no facts (dates, hosts, places are read from the contest's rows), so the words made here stay
true; editors write more under Administration.
"""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.rich_text import RichText

from competitions.models import Competition, CompetitionIndexPage, CompetitionPage


def page_of(competition_id: int) -> CompetitionPage | None:
    """The contest's page whether the public sees it or not."""
    found: CompetitionPage | None = CompetitionPage.objects.filter(competition=competition_id).first()
    return found


def open_page(*, competition: Competition, by: Any) -> CompetitionPage | None:
    """The contest's page, made and published when there is none. A page that an editor keeps as a draft stays one.

    None on a site without a list of contests (home.foundation makes it). Called inside the caller's transaction.
    """
    if (known := page_of(competition.pk)) is not None:
        return known
    above = CompetitionIndexPage.objects.first()
    if above is None:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        intro, body = _intro(), _body()
    with translation.override("en"):
        intro_en, body_en = _intro(), _body()
    page = CompetitionPage(
        title=competition.name,
        title_en=competition.name_en,
        slug=_free_slug(above, competition.code),
        competition=competition,
        intro=intro,
        intro_en=intro_en,
        body=body,
        body_en=body_en,
        owner=by,
    )
    above.add_child(instance=page)
    page.save_revision(user=by).publish(user=by)
    return page


def _free_slug(above: Page, wanted: str) -> str:
    taken = set(Page.objects.child_of(above).values_list("slug", flat=True))
    names = (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _intro() -> str:
    return _("Notice, calendar, technical document and results in one place.")


def _body() -> list[tuple[str, Any]]:
    register = _(
        "Sign in and register while registration is open. The employer's contact looks at the entry first, then the "
        "office. A returned entry says what to correct and until when."
    )
    listed = _("The accepted list is published on this site before the draw.")
    marked = _(
        "The marking scheme is frozen before the first mark and published with its check value. Draws, marking, "
        "rechecks and notices leave a record that anybody can verify."
    )
    return [
        ("heading", _("How to take part")),
        ("paragraph", RichText(format_html("<p>{}</p><p>{}</p>", register, listed))),
        ("heading", _("How it is marked")),
        ("paragraph", RichText(format_html("<p>{}</p>", marked))),
    ]
