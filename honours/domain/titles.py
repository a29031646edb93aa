"""Honour titles: taken over from those that come with the site, made and changed by the office."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from craft_site.kit.canonical import sha256_hex
from craft_site.ledger.chain import append
from craft_site.search import index
from honours import roles
from honours.domain.refusals import HonourRefused
from honours.findable import HOLDERS, TITLES
from honours.models import REGISTER, HonourTitle
from honours.rules import title as reading

SHOWN = frozenset({"name", "name_en", "body", "body_en"})  # what public pages print of it


@transaction.atomic
def save_title(*, title: HonourTitle, by: Any) -> HonourTitle:
    """Keeps a title, new or changed; its rules are read before. A title with honours stays what it goes to.

    Raises PermissionDenied, HonourRefused.
    """
    roles.can_keep_titles(by).or_refuse()
    try:
        reading.read(title.rules)
    except reading.RulesFault as fault:
        raise HonourRefused(
            _("The rule “%(place)s” cannot be read.") % {"place": fault.place}, field="rules"
        ) from fault
    before = HonourTitle.objects.filter(pk=title.pk).first()
    if before is not None and before.kind != title.kind and before.honours.exists():  # type: ignore[attr-defined]
        raise HonourRefused(
            _("Honours of this title are held: to whom it goes cannot change any more."), field="kind"
        )
    title.save()
    if before is not None and SHOWN - {
        name for name in SHOWN if getattr(before, name) == getattr(title, name)
    }:
        held = title.honours.values_list("holder__uuid", flat=True)  # type: ignore[attr-defined]
        index.refresh(HOLDERS, held)
        index.refresh(TITLES, [title.code])
    facts = {"level": title.level, "kind": str(title.kind), "rules_hash": sha256_hex(title.rules)}
    append(REGISTER, "title.saved", subject=f"title:{title.code}", facts=facts, by=by)
    return title


def take_over(*, data: Mapping[str, Any], by: Any) -> HonourTitle:
    """Makes a title from data as files.titles reads them; one that is there already is left as the office has it."""
    known = HonourTitle.objects.filter(code=data["code"]).first()
    if known is not None:
        return known
    names = ("code", "name", "name_en", "level", "kind", "body", "body_en", "cycle", "source")
    values = {name: data[name] for name in names if data.get(name) is not None}
    return save_title(title=HonourTitle(**values, rules=data.get("rules") or {}), by=by)
