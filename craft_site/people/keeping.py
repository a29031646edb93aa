"""What is kept of a person, told by each app once: for what, who sees it, what is handed out, what erasure leaves.

An app says so in its `personal_data.py` and registers it when the apps are ready, so that the ground can show, export
and erase what the wings keep without knowing them. A test holds that every table with a way to a person is named.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from craft_site.people.models import Worker

Words = str | Promise


MARK = object()  # in `Kept.erase`: what stands for the name from then on
DEFAULT = object()  # what a new row holds there


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why something is kept and who reads it. How long: settings.RETENTION_YEARS by the key."""

    key: str
    title: Words
    why: Words
    seen_by: Words
    ends: Words

    @property
    def years(self) -> int:
        return settings.RETENTION_YEARS.get(self.key, 0)


PURPOSES: dict[str, Purpose] = {
    one.key: one
    for one in (
        Purpose(
            "account",
            _("Account and profile"),
            _("To know you again, to let nobody enter twice, and to reach you."),
            _("You and the city's office; your firm's contact and its union your name. Numbers are masked."),
            _("Until you ask for deletion."),
        ),
        Purpose(
            "record",
            _("Growth record and certificates of skill"),
            _("What you achieved stands once and opens entries, subsidies and honours."),
            _("You and the city's office; in public only what you agreed to."),
            _("Until you ask for deletion."),
        ),
        Purpose(
            "contests",
            _("Contests"),
            _("To check entries, to mark blind, and to prove a result afterwards."),
            _("The office; judges see a code and never you. The public list names who agreed to it."),
            _("Results are kept for ever under the contestant number; your name until you ask for deletion."),
        ),
        Purpose(
            "academy",
            _("Courses, masters and apprentices"),
            _("To plan classes, to keep agreements, and to certify completion."),
            _("The office, the mentor, and the other of a pair."),
            _("Until you ask for deletion."),
        ),
        Purpose(
            "subsidies",
            _("Subsidies"),
            _("To decide claims and to account for public money."),
            _("The reviewing unions, the office and finance; on the public notice name, unit and amount."),
            _("Vouchers of public money for as long as the accounting rules ask."),
        ),
        Purpose(
            "honours",
            _("Honours"),
            _("To decide nominations and to keep the roll of those who hold an honour."),
            _(
                "The reviewing unions and the office; the roll names whom a public document names, or who agreed."
            ),
            _("Until you ask for deletion."),
        ),
        Purpose(
            "issued",
            _("Certificates issued here"),
            _("So that anybody whom you hand one can check it."),
            _("You, the office, and whoever has the number and your name."),
            _("Until you ask for deletion; they are revoked then."),
        ),
        Purpose(
            "office",
            _("What the office did"),
            _("So that it can be told who looked at or changed your data, and why."),
            _("You, the office and its supervisors."),
            _("For as long as the acts themselves."),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows of one table that belong to a person.

    model: "app.Model"; owner: the way from a row to the worker, or to the account where `account` is set.
    shows: the columns that the person is handed out. labels: what they are called to the person, where the column's
    own name does not say it; words: how a stored value is said; for_programs: columns that nobody reads as text.
    joined: what the words of the columns shown read besides, so that many rows cost one query.
    erase: what erasure writes into columns; gone: it takes the rows away. Neither: only the link to the person, who is
    nobody by then, is left.
    """

    model: str
    owner: str
    purpose: str
    title: Words
    shows: tuple[str, ...] = ()
    erase: Mapping[str, Any] = field(default_factory=dict)
    gone: bool = False
    account: bool = False
    labels: Mapping[str, Words] = field(default_factory=dict)
    words: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    for_programs: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What names these rows for programs: the table, and by which way they are the person's."""
        return f"{self.model}:{self.owner}"

    def rows(self, worker: Worker) -> "models.QuerySet[Any]":
        owner = worker.user_id if self.account else worker.pk
        manager = apps.get_model(self.model)._base_manager
        return manager.filter(**{self.owner: owner}) if owner is not None else manager.none()


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a person's data cannot be deleted yet: said to the person, and to the office where that says "you".

    until: None while that is open.
    """

    reason: str
    until: date | None = None
    office: str = ""

    @property
    def for_office(self) -> str:
        return self.office or self.reason


@dataclass(frozen=True, slots=True)
class Consent:
    """Something that a person agreed to and can take back. stays: what does not change by that, and why."""

    key: str
    title: str
    effect: Words
    stays: Words
    since: Any
    withdraw: Callable[..., Any]  # a verb that lacks only by=, who does it


@dataclass(frozen=True, slots=True)
class Keeper:
    """One app's answer. erase: what no table above can say, called before the tables with the worker and the mark that
    stands for the name from then on. after: once all tables are emptied, what is made of them is made anew."""

    kept: tuple[Kept, ...]
    holds: Callable[[Worker], Iterable[Hold]] | None = None
    consents: Callable[[Worker], Iterable[Consent]] | None = None
    erase: Callable[[Worker, str, Any], None] | None = None
    after: Callable[[Worker], None] | None = None


_keepers: dict[str, Keeper] = {}


def register(app: str, keeper: Keeper) -> None:
    """Once for each app, in the order in which they erase: wings first, people last."""
    _keepers[app] = keeper


def keepers() -> list[Keeper]:
    return [keeper for app, keeper in sorted(_keepers.items(), key=lambda one: one[0] == "people")]


def tables() -> Iterator[Kept]:
    for keeper in keepers():
        yield from keeper.kept


def holds(worker: Worker) -> list[Hold]:
    """Everything that stands in the way of deletion now."""
    return [hold for keeper in keepers() if keeper.holds for hold in keeper.holds(worker)]


def consents(worker: Worker) -> list[Consent]:
    return [one for keeper in keepers() if keeper.consents for one in keeper.consents(worker)]
