"""The result book (成绩册) as a workbook, from a release alone: ranking, teams, criteria, how it was computed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from competitions.domain.release_content import award_labels
from competitions.models import Release, ReleaseRow
from competitions.scoring.scheme import Scheme
from craft_site.kit.language import in_language, listed
from craft_site.kit.xlsx_out import Book, Head


def results_book(release: Release, *, amended: Sequence[Mapping[str, Any]] = ()) -> HttpResponse:
    """A download with a ranking sheet, a team sheet and a criteria sheet where there are any, and the notes.

    amended: the changes of a later version, as the page shows them (web.amendments.change_rows).
    """
    scheme = release.scheme.scheme
    rows = list(release.rows.all())
    persons = [row for row in rows if row.team_id is None]
    teams = [row for row in rows if row.team_id is not None]
    full = release.event.marks_are_public
    caption = f"{release.event.competition} · {release.event}"
    book = Book()
    _ranking(book, scheme, release, persons, caption=caption, full=full)
    if teams:
        _teams(book, scheme, release, teams, full=full)
    if full:
        _criteria(book, scheme, persons)
    if amended:
        _amendments(book, release, amended)
    book.add_notes(_("Notes"), _notes(release))
    return book.response(" ".join((_("Result book"), str(release.event), f"v{release.number}")))


def _ranking(
    book: Book, scheme: Scheme, release: Release, rows: list[ReleaseRow], *, caption: str, full: bool
) -> None:
    components = scheme.composition.components if full else ()
    awards = award_labels(release)
    heads = [
        Head(_("Rank")),
        Head(_("Number")),
        Head(_("Name")),
        Head(_("Employer")),
        *(Head(f"{in_language(c.name.zh, c.name.en)} × {c.weight}") for c in components),
        Head(_("Total")),
        Head(_("Award")),
    ]
    book.add_sheet(
        _("Results"),
        heads,
        (
            [
                row.rank,
                row.contestant_no,
                row.name or _("Name withheld"),
                row.employer,
                *(_number(row.components.get(c.code)) for c in components),
                _number(row.total),
                _award(awards, row),
            ]
            for row in rows
        ),
        caption=caption,
    )


def _teams(book: Book, scheme: Scheme, release: Release, rows: list[ReleaseRow], *, full: bool) -> None:
    components = scheme.composition.components if full else ()
    awards = award_labels(release, teams=True)
    book.add_sheet(
        _("Teams"),
        [
            Head(_("Rank")),
            Head(_("Team")),
            *(Head(in_language(c.name.zh, c.name.en)) for c in components),
            Head(_("Total")),
            Head(_("Award")),
        ],
        (
            [
                row.rank,
                row.name,
                *(_number(row.components.get(c.code)) for c in components),
                _number(row.total),
                _award(awards, row),
            ]
            for row in rows
        ),
    )


def _criteria(book: Book, scheme: Scheme, rows: list[ReleaseRow]) -> None:
    if not scheme.criteria:
        return
    book.add_sheet(
        _("Criteria"),
        [
            Head(_("Number")),
            *(Head(f"{c.code} {in_language(c.name.zh, c.name.en)} / {c.max_mark}") for c in scheme.criteria),
        ],
        (
            [
                row.contestant_no,
                *(_number(row.breakdown.get("criteria", {}).get(c.code)) for c in scheme.criteria),
            ]
            for row in rows
        ),
    )


def _amendments(book: Book, release: Release, rows: Sequence[Mapping[str, Any]]) -> None:
    """What this version changes against the one before: one line a value, with its papers and its reason."""
    lines = [
        [
            row["who"],
            part["label"],
            part["before"],
            part["after"],
            listed(dict.fromkeys(reason["papers"] for reason in row["reasons"])),
            listed(dict.fromkeys(reason["text"] for reason in row["reasons"] if reason["text"]))
            or (release.reason if row["own"] else row["follows"]),
        ]
        for row in rows
        for part in row["parts"]
    ]
    heads = (_("Number"), _("What"), _("Before"), _("After"), pgettext("amendment", "Papers"), _("Reason"))
    book.add_sheet(_("Amendments"), [Head(head) for head in heads], lines)


def _notes(release: Release) -> list[str]:
    published = timezone.localtime(release.published_at)
    return [
        _("Version %(number)d, published %(when)s.")
        % {"number": release.number, "when": f"{published:%Y-%m-%d %H:%M}"},
        *(
            [_("What changed in this version: %(reason)s") % {"reason": release.reason}]
            if release.reason
            else []
        ),
        _("Check value (SHA-256): %(hash)s") % {"hash": release.content_hash},
        _("Marking scheme: %(title)s, version %(number)d, check value %(hash)s")
        % {
            "title": release.scheme.title,
            "number": release.scheme.number,
            "hash": release.scheme.content_hash,
        },
        _("Signed: chief judge ________  supervisor ________  organising committee ________"),
    ]


def _number(text: str | None) -> Decimal | None:
    """A mark as a number that shows the places it was published with."""
    return Decimal(text) if text else None


def _award(awards: dict[str, dict[str, str]], row: ReleaseRow) -> str:
    names: dict[str, Any] | None = awards.get(row.award)
    return in_language(names["zh"], names["en"]) if names else ""
