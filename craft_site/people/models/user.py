from functools import cached_property
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from craft_site.kit.encryption import blind_index
from craft_site.kit.fields import SealedTextField
from craft_site.kit.masking import mask_mobile
from craft_site.people import roles
from craft_site.people.models.data_key import HasOwnKey
from craft_site.people.models.employer import Union


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, staff_no: str, password: str | None = None, *, mobile: str = "", **fields: Any
    ) -> "User":
        """An account that signs in by staff number, and by mobile number when one is given."""
        user = self.model(staff_no=staff_no, **fields)
        if mobile:
            user.set_mobile(mobile)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, staff_no: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(staff_no, password, is_staff=True, is_superuser=True, **fields)

    def visible_to(self, user: Any) -> "models.QuerySet[User]":
        """Keepers of accounts see every account, everybody else their own."""
        found = self.select_related("employer", "union").prefetch_related("groups")
        keeps = user.is_superuser or user.has_role(roles.ACCOUNTS)
        return found if keeps else found.filter(pk=user.pk)


class User(HasOwnKey, AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # Wagtail names it at run time
    """An account. Who the person is stands in Worker; here is how they sign in and which roles they hold."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    staff_no = models.CharField(_("staff number"), max_length=40, unique=True)
    mobile = SealedTextField(_("mobile number"), blank=True, mask=mask_mobile, own_key=True)
    mobile_index = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=50)
    email = models.EmailField(_("e-mail"), blank=True)
    employer = models.ForeignKey(
        "people.Employer",
        verbose_name=_("employer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contacts",
        help_text=_("The firm whose workers this employer's contact registers."),
    )
    union = models.ForeignKey(
        "people.Union",
        verbose_name=_("union"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_staff = models.BooleanField(_("may edit the site"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    # A password that somebody else chose: it opens nothing but the page to choose one's own, and not for long.
    one_time_until = models.DateTimeField(_("one-time password until"), null=True, blank=True, editable=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "staff_no"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.name or self.staff_no

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    # Wagtail greets its editors by these two.
    @property
    def first_name(self) -> str:
        return self.name

    @property
    def last_name(self) -> str:
        return ""

    def set_mobile(self, mobile: str) -> None:
        """Keeps the number sealed, and its blind index for signing in. mobile: 11 digits, already checked."""
        self.mobile = mobile
        self.mobile_index = blind_index(mobile, purpose="mobile") if mobile else None

    @cached_property
    def role_names(self) -> frozenset[str]:
        """ASCII names of the roles held; one query a request."""
        return frozenset(self.groups.values_list("name", flat=True))

    def has_role(self, *names: str) -> bool:
        return bool(self.role_names & frozenset(names))

    @cached_property
    def in_office(self) -> bool:
        """Whether the person acts for the city's office: an organiser, or a reviewer of the city federation. A
        reviewer of a union below it looks after the people of its own firms and decides nothing for the office."""
        if self.has_role(roles.ORGANISER):
            return True
        return (
            self.has_role(roles.REVIEWER) and self.union is not None and self.union.level == Union.Level.CITY
        )
