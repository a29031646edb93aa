"""Accounts that the office keeps: made, given roles, closed and opened again. Every act is a row with its reason and
a line of the people ledger. Who may do it is answered in people.permissions; rules for everybody stand here.
"""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from axes.utils import reset as forgive_failed_attempts
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from craft_site.ledger.chain import append
from craft_site.people import permissions, roles
from craft_site.people.domain.reveals import CHAIN
from craft_site.people.models import AccountAct, Employer, Union, User

K = AccountAct.Kind
ONE_TIME_DAYS = 7
# Neither letters nor digits that are taken for one another when read aloud or from paper.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


class AccountRefused(Exception):
    """The account stays as it is; `field` is the form field to which the message belongs, if any."""

    def __init__(self, message: str | Promise, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


@dataclass(frozen=True, slots=True)
class Particulars:
    """Who somebody is as an account. Values are already checked and in their one spelling; mobile may be empty."""

    staff_no: str
    name: str
    mobile: str = ""
    employer: Employer | None = None
    union: Union | None = None


@dataclass(frozen=True, slots=True)
class OneTime:
    """A password to hand over once, and what is stored of it. Hashing is slow on purpose: it is done before the
    transaction, so that nobody else's write waits for it."""

    clear: str
    stored: str


def one_time_password() -> OneTime:
    """Three groups of four signs, nearly sixty bits: short enough to read out, too long to guess."""
    clear = "-".join("".join(secrets.choice(_SIGNS) for _sign in range(4)) for _group in range(3))
    return OneTime(clear, make_password(clear))


def make_account(
    *, particulars: Particulars, role_names: Collection[str], reason: str, password: OneTime, by: Any
) -> User:
    """A new account with its roles, that opens with the one-time password. Raises AccountRefused."""
    with transaction.atomic():
        return _make(particulars=particulars, role_names=role_names, reason=reason, password=password, by=by)


def make_judges(
    *, people: Iterable[tuple[Particulars, OneTime]], reason: str, by: Any
) -> tuple[list[User], list[User]]:
    """A list of judges, all of them or none: (accounts made, accounts that were there and became judges).

    Somebody whose staff number and name are known keeps the password and the other roles. Raises AccountRefused.
    """
    made, known = [], []
    with transaction.atomic():
        for particulars, password in people:
            user = User.objects.filter(staff_no__iexact=particulars.staff_no).first()
            if user is None:
                made.append(
                    _make(
                        particulars=particulars,
                        role_names={roles.JUDGE},
                        reason=reason,
                        password=password,
                        by=by,
                    )
                )
                continue
            if user.name != particulars.name:
                raise AccountRefused(
                    _("The staff number %(number)s belongs to somebody else.")
                    % {"number": particulars.staff_no},
                    "staff_no",
                )
            if not user.is_active:
                raise AccountRefused(
                    _("The account %(number)s is closed. Open it again first.") % {"number": user.staff_no},
                    "staff_no",
                )
            if not user.has_role(roles.JUDGE):
                set_roles(user=user, role_names={*user.role_names, roles.JUDGE}, reason=reason, by=by)
            known.append(user)
    return made, known


def _make(
    *, particulars: Particulars, role_names: Collection[str], reason: str, password: OneTime, by: Any
) -> User:
    if by is not None and not (allowed := permissions.can_keep_accounts(by)):
        raise AccountRefused(allowed.reason)
    reason = _needed(reason)
    _check_roles(role_names, employer=particulars.employer, union=particulars.union)
    if User.objects.filter(staff_no__iexact=particulars.staff_no).exists():
        raise AccountRefused(_("Another account has this staff number."), "staff_no")
    user = User(
        staff_no=particulars.staff_no,
        name=particulars.name,
        employer=particulars.employer,
        union=particulars.union,
        password=password.stored,
        one_time_until=_one_time_until(),
    )
    user.set_mobile(particulars.mobile)
    _save(user)
    user.groups.set(_groups(role_names))
    _record(user, K.MADE, by=by, reason=reason, granted=role_names)
    return user


@transaction.atomic
def edit_account(*, user: User, particulars: Particulars, keep_mobile: bool, reason: str, by: Any) -> User:
    """Corrects an account's particulars. keep_mobile: the number stays as it is. Raises AccountRefused."""
    user = _locked(user, by)
    reason = _needed(reason)
    _check_roles(user.role_names, employer=particulars.employer, union=particulars.union)
    taken = User.objects.filter(staff_no__iexact=particulars.staff_no).exclude(pk=user.pk)
    if taken.exists():
        raise AccountRefused(_("Another account has this staff number."), "staff_no")
    user.staff_no, user.name = particulars.staff_no, particulars.name
    user.employer, user.union = particulars.employer, particulars.union
    if not keep_mobile:
        user.set_mobile(particulars.mobile)
    _save(user)
    _record(user, K.EDITED, by=by, reason=reason)
    return user


@transaction.atomic
def rename_with_record(*, user: User, name: str, reason: str, by: Any) -> User:
    """The account of somebody whose record the office has corrected bears the corrected name (people.domain.
    record_corrections, which asks who may). Sent twice it renames once."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if user.name != name:
        user.name = name
        user.save(update_fields=["name"])
        _record(user, K.EDITED, by=by, reason=_needed(reason))
    return user


@transaction.atomic
def set_roles(*, user: User, role_names: Collection[str], reason: str, by: Any) -> User:
    """The roles that somebody holds from now on. Sent twice it changes them once. Raises AccountRefused."""
    user = _locked(user, by)
    before, after = user.role_names, frozenset(role_names)
    if before == after:
        return user
    reason = _needed(reason)
    _check_roles(after - before, employer=user.employer, union=user.union)
    if roles.ACCOUNTS in before - after:
        _another_keeper_is_left(user)
    user.groups.remove(*Group.objects.filter(name__in=before - after))
    user.groups.add(*_groups(after - before))
    user.__dict__.pop("role_names", None)
    _record(user, K.ROLES, by=by, reason=reason, granted=after - before, taken=before - after)
    return user


@transaction.atomic
def give_one_time_password(*, user: User, password: OneTime, reason: str, by: Any) -> User:
    """Replaces a forgotten password: every device is signed out, and a lock after wrong attempts is lifted.

    Raises AccountRefused.
    """
    user = _locked(user, by)
    reason = _needed(reason)
    if not user.is_active:
        raise AccountRefused(_("This account is closed. Open it again first."))
    user.password, user.one_time_until = password.stored, _one_time_until()
    user.save(update_fields=["password", "one_time_until"])
    _record(user, K.PASSWORD, by=by, reason=reason)
    names = [user.staff_no, *([user.mobile.reveal()] if user.mobile else [])]
    transaction.on_commit(lambda: [forgive_failed_attempts(username=name) for name in names], robust=True)
    return user


@transaction.atomic
def set_active(*, user: User, active: bool, reason: str, by: Any) -> User:
    """Closes an account, or opens it again. What the person has done stays where it stands. Raises AccountRefused."""
    user = _locked(user, by)
    if user.is_active == active:
        return user
    reason = _needed(reason)
    if not active and (user.has_role(roles.ACCOUNTS) or user.is_superuser):
        _another_keeper_is_left(user)
    user.is_active = active
    user.save(update_fields=["is_active"])
    _record(user, K.REACTIVATED if active else K.DEACTIVATED, by=by, reason=reason)
    return user


@transaction.atomic
def own_password_chosen(*, user: User) -> None:
    """The person has chosen a password: the one-time password is over."""
    if user.one_time_until is not None:
        user.one_time_until = None
        user.save(update_fields=["one_time_until"])


def make_administrator(*, staff_no: str, name: str, password: OneTime | None) -> User:
    """Makes an administrator of the site, or makes somebody one: by the operator of the machine, never on a page.

    password: the first one of a new account, or a new one for an account that is there. Raises AccountRefused.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().filter(staff_no=staff_no).first()
        if user is None:
            if not name or password is None:
                raise AccountRefused(_("A new account needs a name."), "name")
            user = User(staff_no=staff_no, name=name)
        user.is_superuser = user.is_staff = user.is_active = True
        if password is not None:
            user.password, user.one_time_until = password.stored, _one_time_until()
        user.save()
        user.groups.add(*_groups({roles.ACCOUNTS}))
        _record(user, K.ADMINISTRATOR, by=None, reason="manage.py make_administrator", granted={"accounts"})
        return user


# --- inside -----------------------------------------------------------------------------------------------


def _locked(user: User, by: Any) -> User:
    """The account as it is now, nobody else changing it, if `by` may."""
    # Always in this order: two keepers who take the role from one another cannot both be "not the last".
    Group.objects.get_or_create(name=roles.ACCOUNTS)
    list(Group.objects.select_for_update().filter(name=roles.ACCOUNTS))
    keeper = User.objects.filter(pk=by.pk, is_active=True).first()
    if keeper is None:
        raise AccountRefused(_("Your own account has been closed meanwhile."))
    if not (allowed := permissions.can_change_account(keeper, user)):
        raise AccountRefused(allowed.reason)
    return User.objects.select_for_update(of=("self",)).select_related("employer", "union").get(pk=user.pk)


def _another_keeper_is_left(user: User) -> None:
    others = User.objects.filter(groups__name=roles.ACCOUNTS, is_active=True).exclude(pk=user.pk)
    if not others.exists():
        raise AccountRefused(
            _("This is the last keeper of accounts. Give somebody else the role first."), "roles"
        )


def _check_roles(role_names: Iterable[str], *, employer: Employer | None, union: Union | None) -> None:
    wanted = set(role_names)
    if unknown := wanted - set(roles.ALL):
        raise AccountRefused(_("“%(role)s” is no role.") % {"role": min(unknown)}, "roles")
    if roles.EMPLOYER in wanted and employer is None:
        raise AccountRefused(_("An employer's contact needs the employer."), "employer")
    if roles.REVIEWER in wanted and union is None:
        raise AccountRefused(_("A union reviewer needs the union."), "union")


def _needed(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise AccountRefused(_("Give a reason; it is kept."), "reason")
    return reason[:200]


def _save(user: User) -> None:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        # The staff number was looked up before; what is left is a number that another account signs in with.
        raise AccountRefused(_("Another account has this mobile number."), "mobile") from error


def _groups(role_names: Iterable[str]) -> list[Group]:
    return [Group.objects.get_or_create(name=name)[0] for name in sorted(role_names)]


def _one_time_until() -> Any:
    return timezone.now() + timedelta(days=ONE_TIME_DAYS)


def _record(
    user: User,
    kind: AccountAct.Kind,
    *,
    by: Any,
    reason: str,
    granted: Iterable[str] = (),
    taken: Iterable[str] = (),
) -> None:
    act = AccountAct.objects.create(
        account=user, kind=kind, granted=sorted(granted), taken=sorted(taken), reason=reason, by=by
    )
    append(
        CHAIN,
        f"account.{kind.value}",
        subject=f"account:{user.uuid}",
        facts={"act": act.pk, "granted": act.granted, "taken": act.taken},
        by=by,
    )
