"""What the ground keeps of a person (see keeping.py)."""

from collections.abc import Iterable

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from craft_site.people import roles
from craft_site.people.keeping import Hold, Keeper, Kept
from craft_site.people.models import Worker


def _column(name: str) -> str:
    """What a column of the person is called."""
    return str(Worker._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # no column of another table


# The rows of the person and the account themselves are emptied by domain.erasing.
KEPT = (
    Kept(
        "people.Worker",
        "pk",
        "account",
        _("Person"),
        (
            "name",
            "sex",
            "id_kind",
            "id_number",
            "birth",
            "mobile",
            "education",
            "union_member",
            "employer",
            "post",
            "created_at",
        ),
        labels={"created_at": pgettext_lazy("data copy", "entered on")},
    ),
    Kept(
        "people.User",
        "pk",
        "account",
        _("Account"),
        ("staff_no", "name", "mobile", "email", "date_joined", "last_login"),
        account=True,
        labels={"date_joined": pgettext_lazy("data copy", "account opened on")},
    ),
    Kept(
        "people.Session",
        "user",
        "account",
        _("Sign-in sessions"),
        ("expire_date",),
        gone=True,
        account=True,
        labels={"expire_date": pgettext_lazy("data copy", "valid until")},
    ),
    Kept(
        "people.Employment",
        "worker",
        "account",
        _("Employers"),
        ("employer", "since", "until"),
        gone=True,
        labels={"employer": pgettext_lazy("data copy", "employer")},
    ),
    Kept(
        "people.Qualification",
        "worker",
        "record",
        _("Certificates of skill"),
        (
            "kind",
            "trade",
            "grade",
            "title",
            "certificate_no",
            "issued_on",
            "source",
            "checked",
            "refused",
            "refusal",
        ),
        gone=True,
    ),
    Kept(
        "people.GrowthEntry",
        "worker",
        "record",
        _("Growth record"),
        ("on", "kind", "title", "detail", "withdrawn"),
        gone=True,
    ),
    Kept("people.Tie", "first", "contests", _("Who may not judge you"), ("kind", "until", "note"), gone=True),
    Kept(
        "people.Tie", "second", "contests", _("Who may not judge you"), ("kind", "until", "note"), gone=True
    ),
    Kept(
        "people.RecordAct",
        "worker",
        "office",
        _("Corrections"),
        ("at", "kind", "before", "after", "reason"),
        {"before": "", "after": "", "reason": ""},
        labels={"at": pgettext_lazy("data copy", "when")},
    ),
    Kept(
        "people.Reveal",
        "worker",
        "office",
        _("Looks at your numbers"),
        ("at", "field", "reason"),
        {"reason": ""},
        labels={"at": pgettext_lazy("data copy", "when")},
        words={"field": _column},
    ),
    Kept(
        "people.AccountAct",
        "account",
        "office",
        _("Acts on your account"),
        ("at", "kind", "reason"),
        {"reason": ""},
        account=True,
        labels={"at": pgettext_lazy("data copy", "when")},
    ),
    Kept(
        "people.DataRequest",
        "worker",
        "office",
        _("Your requests about your data"),
        ("asked_at", "kind", "state", "text", "answer"),
        {"text": "", "answer": ""},
    ),
    Kept(
        "people.DataExport",
        "user",
        "office",
        _("Copies of your data"),
        ("asked_at", "until"),
        account=True,
        labels={"asked_at": pgettext_lazy("data copy", "asked on")},
    ),
    Kept(
        "people.PrivateFile",
        "worker",
        "account",
        _("Files that you handed in"),
        ("kind", "content_type", "size", "created_at"),
        labels={
            "content_type": pgettext_lazy("data copy", "type of the file"),
            "size": pgettext_lazy("data copy", "size in bytes"),
            "created_at": pgettext_lazy("data copy", "handed in on"),
        },
    ),
    Kept(
        "jobs.Job",
        "by",
        "account",
        _("Work done for you"),
        ("created_at", "title", "state"),
        {"title": "", "error": "", "result": None},
        account=True,
        labels={
            "created_at": pgettext_lazy("data copy", "asked on"),
            "title": pgettext_lazy("data copy", "subject"),
        },
    ),
)


def holds(worker: Worker) -> Iterable[Hold]:
    """Whoever holds an office has it taken off first: its acts carry the account."""
    user = worker.user
    if user is not None and (user.is_superuser or user.is_staff or user.role_names - {roles.WORKER}):
        yield Hold(gettext("The account holds an office. It is given up first."))


KEEPER = Keeper(KEPT, holds=holds)
