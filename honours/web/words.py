"""Words for what the rules of a title name, shared by forms and pages."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from craft_site.kit.language import listed
from honours.models import Level
from honours.rules.title import AT_MOST, Rules

TRAITS: dict[str, Promise] = {
    "front_line": gettext_lazy("front-line workers"),
    "technical": gettext_lazy("technical staff"),
    "enterprise": gettext_lazy("people of enterprises"),
    "non_public": gettext_lazy("from the non-public economy"),
    "migrant": gettext_lazy("migrant workers"),
    "woman": gettext_lazy("women"),
    "young": gettext_lazy("at most 40 years old"),
    "head": gettext_lazy("heads of firms"),
    "cadre": gettext_lazy("cadres of division level and above"),
}
DEPARTMENTS: dict[str, Promise] = {
    "discipline": gettext_lazy("Discipline inspection and supervision"),
    "police": gettext_lazy("Public security"),
    "labour": gettext_lazy("Human resources and social security"),
    "tax": gettext_lazy("Taxation"),
    "market": gettext_lazy("Market regulation"),
    "audit": gettext_lazy("Audit"),
    "emergency": gettext_lazy("Emergency management"),
    "environment": gettext_lazy("Ecology and environment"),
}
STAGES: dict[str, Promise] = {
    "unit": pgettext_lazy("stage of a notice", "in the unit"),
    "town": pgettext_lazy("stage of a notice", "in the town"),
    "city": pgettext_lazy("stage of a notice", "in the city"),
}
LEVEL_CLASS = {4: "nation", 3: "province", 2: "prefecture", 1: "city"}


def quota_words(rules: Rules) -> list[str]:
    """ "at least 35 % front-line workers", one for each share."""
    found = []
    for trait, percent in rules.quotas.items():
        words = (
            _("at most %(percent)d %%: %(who)s")
            if trait in AT_MOST
            else _("at least %(percent)d %%: %(who)s")
        )
        found.append(words % {"percent": percent, "who": TRAITS[trait]})
    return found


def base_words(rules: Rules) -> str:
    if rules.base_level is None:
        return ""
    return _("an honour of the level “%(level)s” or above") % {"level": Level(rules.base_level).label}


def clearance_words(rules: Rules) -> list[str]:
    found = [_("of everybody: %(who)s") % {"who": listed(DEPARTMENTS[one] for one in rules.everybody)}]
    if rules.firms:
        who = listed(DEPARTMENTS[one] for one in rules.firms)
        found.append(_("of heads of firms, units and teams as well: %(who)s") % {"who": who})
    return found
