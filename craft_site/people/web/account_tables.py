"""The list of accounts: table and filter."""

from collections.abc import Iterable

import django_filters
import django_tables2 as tables
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from craft_site.kit.encryption import blind_index
from craft_site.kit.identity import parse_mobile
from craft_site.kit.language import listed
from craft_site.people import roles
from craft_site.people.models import User

STATES = (
    ("open", pgettext_lazy("account", "Open")),
    ("waiting", _("One-time password not used yet")),
    ("closed", _("Closed")),
)


def role_words(names: Iterable[str]) -> str:
    """Roles by their labels, in the order of the list of roles."""
    held = set(names)
    return listed(roles.LABELS[name] for name in roles.ALL if name in held)


class AccountFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Staff number, name or whole mobile number"))
    role = django_filters.ChoiceFilter(choices=list(roles.LABELS.items()), method="of_role", label=_("Role"))
    state = django_filters.ChoiceFilter(choices=STATES, method="in_state", label=_("State"))
    employer = django_filters.CharFilter(method="of_employer", label=_("Employer or union"))

    class Meta:
        model = User
        fields = ("q", "role", "state", "employer")

    def search(self, accounts: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        found = Q(staff_no__icontains=value) | Q(name__icontains=value)
        try:
            found |= Q(mobile_index=blind_index(parse_mobile(value), purpose="mobile"))
        except ValidationError:
            return accounts.filter(found)  # no telephone number: nothing more to look for
        return accounts.filter(found)

    def of_role(self, accounts: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        holds = User.groups.through.objects.filter(user=OuterRef("pk"), group__name=value)
        return accounts.filter(Exists(holds))

    def in_state(self, accounts: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        if value == "closed":
            return accounts.filter(is_active=False)
        return accounts.filter(is_active=True, one_time_until__isnull=value == "open")

    def of_employer(self, accounts: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return accounts.filter(
            Q(employer__name__icontains=value)
            | Q(employer__credit_code=value.strip().upper())
            | Q(union__name__icontains=value)
        )


class AccountTable(tables.Table):
    staff_no = tables.Column(
        verbose_name=_("Staff number"),
        linkify=lambda record: reverse("desk:account", args=(record.uuid,)),
        attrs={"td": {"class": "lead"}},
    )
    name = tables.Column(verbose_name=_("Name"))
    mobile = tables.Column(verbose_name=_("Mobile number"), orderable=False, default="–")
    roles = tables.Column(verbose_name=_("Roles"), accessor="pk", orderable=False)
    where = tables.Column(
        verbose_name=_("Employer or union"), accessor="pk", order_by=("employer__name", "union__name")
    )
    state = tables.Column(verbose_name=_("State"), accessor="is_active", order_by=("is_active",))
    last_login = tables.Column(verbose_name=_("Last signed in"), default="–")

    class Meta:
        model = User
        fields = ("staff_no", "name", "mobile", "roles", "where", "state", "last_login")
        empty_text = _("No account answers this filter.")

    def render_mobile(self, record: User) -> str:
        return record.mobile.masked() if record.mobile else "–"

    def render_roles(self, record: User) -> str:
        held = role_words(group.name for group in record.groups.all())
        if record.is_superuser:
            return listed(word for word in (gettext("Administrator of the site"), held) if word)
        return held or "–"

    def render_where(self, record: User) -> str:
        return listed(str(place) for place in (record.employer, record.union) if place) or "–"

    def render_state(self, record: User) -> SafeString:
        kind, label = state_words(record)
        return format_html('<span class="tag {}">{}</span>', kind, label)


def state_words(account: User) -> tuple[str, str]:
    """(kind of the tag, its word)."""
    if not account.is_active:
        return "plain", gettext("Closed")
    if account.one_time_until is not None:
        return "warn", gettext("One-time password not used yet")
    return "good", pgettext("account", "Open")
