"""A round as a workbook for the office's own use: four sheets, names and no document numbers."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.models import MatchProposal, MatchRound
from academy.web import match_words
from academy.web.desk.round_nav import names_of_masters
from academy.web.desk.round_people import offers_of, seekers_of, without_rows
from academy.web.match_words import grade_words
from craft_site.kit.language import listed
from craft_site.kit.xlsx_out import Book, Head

MASTER = pgettext_lazy("pair", "Master")
PROPOSALS = (
    Head(_("Apprentice")),
    Head(_("Level")),
    Head(_("Employer")),
    Head(MASTER),
    Head(_("Level of the master")),
    Head(_("Employer of the master")),
    Head(_("Trade")),
    Head(_("Wish no.")),
    Head(_("Wish no. of the master")),
    Head(_("Points")),
    Head(_("Why these two"), width=60),
    Head(_("State")),
    Head(_("Note")),
    Head(pgettext_lazy("pair", "Agreement")),
)
WITHOUT = (Head(_("Name")), Head(_("Employer")), Head(_("Trade")), Head(_("Level")), Head(_("Why"), width=60))
PEOPLE = (Head(_("Name")), Head(_("Employer")), Head(_("Trade")), Head(_("Level")))
SEEKERS = (
    *PEOPLE,
    Head(_("Wishes, in order"), width=40),
    Head(_("Nobody else")),
    Head(_("What I want to learn")),
)
OFFERS = (
    *PEOPLE,
    Head(_("Places")),
    Head(_("Wishes, in order"), width=40),
    Head(_("Nobody else")),
    Head(_("What I teach")),
)


def workbook(held: MatchRound) -> Book:
    book, names = Book(), names_of_masters(held)
    people = ("seeker__worker__employer", "seeker__trade", "offer__worker__employer", "pair")
    found = MatchProposal.objects.filter(round=held).select_related(*people).order_by("pk")
    book.add_sheet(_("Proposals"), PROPOSALS, [_proposal(one, names) for one in found])
    lines = [
        [row["name"], row["employer"], row["trade"], row["grade"], row["why"]]
        for row in without_rows(held, names)
    ]
    book.add_sheet(_("Without a master"), WITHOUT, lines)
    book.add_sheet(
        _("Who looks for a master"),
        SEEKERS,
        [
            [*_person(one), _in_order(w.offer for w in one.wishes.all()), one.only_wishes, one.hopes]
            for one in seekers_of(held)
        ],
    )
    book.add_sheet(
        _("Who has places"),
        OFFERS,
        [
            [
                *_person(one),
                one.places,
                _in_order(w.seeker for w in one.wishes.all()),
                one.only_wishes,
                one.teaches,
            ]
            for one in offers_of(held)
        ],
    )
    return book


def _proposal(one: MatchProposal, names: dict[str, str]) -> list[Any]:
    seeker, offer = one.seeker, one.offer
    why = match_words.why(one.reason, apprentice=seeker.worker.name, mentor=offer.worker.name, names=names)
    return [
        seeker.worker.name,
        grade_words(seeker.grade),
        str(seeker.worker.employer or ""),
        offer.worker.name,
        grade_words(offer.grade),
        str(offer.worker.employer or ""),
        str(seeker.trade),
        one.reason["wish"],
        one.reason["mentors_wish"],
        match_words.points(one.reason),
        why,
        one.get_state_display(),
        one.note,
        one.pair.number if one.pair else "",
    ]


def _person(one: Any) -> list[Any]:
    return [one.worker.name, str(one.worker.employer or ""), str(one.trade), grade_words(one.grade)]


def _in_order(people: Any) -> str:
    return listed(f"{rank}. {one.worker.name}" for rank, one in enumerate(people, start=1))
