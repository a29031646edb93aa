"""The rules for masters and apprentices: made from a template, changed until the first signature under them."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from academy import roles_pairs as roles
from academy.domain.pair_agreements import content_hash
from academy.domain.pair_moves import PairRefused, S, lock_scheme
from academy.models import Academy, Pair, PairScheme, PairSignature
from academy.rules import pairing
from craft_site.kit.canonical import sha256_hex
from craft_site.ledger.chain import append


@transaction.atomic
def create(
    *,
    code: str,
    data: Mapping[str, Any],
    by: Any,
    name: str = "",
    name_en: str = "",
    academy: Academy | None = None,
) -> PairScheme:
    """New rules. data: as academy.rules.pairing reads them; their name is taken when none is given.

    Raises PairRefused, PermissionDenied.
    """
    roles.can_keep_rules(by).or_refuse()
    plain = checked(data)
    scheme = PairScheme(
        code=code,
        name=name or str(data.get("name", code)),
        name_en=name_en or ("" if name else str(data.get("name_en", ""))),
        academy=academy,
        data=plain,
    )
    try:
        with transaction.atomic():
            scheme.save()
    except IntegrityError as error:
        raise PairRefused(
            _("There are rules with the code %(code)s. Choose another.") % {"code": code}, field="code"
        ) from error
    _tell(scheme, "scheme.made", by)
    return scheme


@transaction.atomic
def change(
    *,
    scheme: PairScheme,
    data: Mapping[str, Any],
    name: str,
    by: Any,
    name_en: str = "",
    academy: Academy | None = None,
) -> PairScheme:
    """New words at any time; other rules only until somebody has signed under these. Raises PairRefused."""
    roles.can_keep_rules(by).or_refuse()
    scheme = lock_scheme(scheme.pk)
    plain = checked(data)
    if plain != scheme.data and is_frozen(scheme):
        raise PairRefused(
            _("Agreements are signed under these rules, so they stand. Make new rules for new pairs."),
            field="data",
        )
    scheme.data, scheme.name, scheme.name_en, scheme.academy = plain, name, name_en, academy
    scheme.save(update_fields=("data", "name", "name_en", "academy"))
    # What is proposed is proposed under the new rules; nobody has signed the old ones.
    for pair in Pair.objects.filter(scheme=scheme, state=S.PROPOSED).select_related(
        "scheme", "mentor", "apprentice", "employer"
    ):
        pair.content_hash = content_hash(pair)
        pair.save(update_fields=("content_hash",))
    _tell(scheme, "scheme.changed", by)
    return scheme


def is_frozen(scheme: PairScheme) -> bool:
    return PairSignature.objects.filter(pair__scheme=scheme).exists()


def checked(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as the column gives them back. Raises PairRefused when they are no rules."""
    try:
        pairing.read(data)
    except pairing.SchemeFault as fault:
        raise PairRefused(fault_words(fault), field="data") from fault
    plain: dict[str, Any] = json.loads(json.dumps(data))
    return plain


def fault_words(fault: pairing.SchemeFault) -> str:
    """A fault in the data, in words, with its place."""
    words = {
        "missing": _("this is missing"),
        "unknown": _("this value is not known"),
        "no_count": _("a whole number is needed"),
        "out_of_range": _("this number is too small or too large"),
        "no_ranks": _("two places are needed, the first and the last"),
        "no_list": _("a list is needed"),
        "no_mapping": _("names with values are needed"),
        "key_twice": _("two rules have the same key"),
        "too_long": _("this is longer than 40 characters"),
        "not_the_four": _("the four who sign are needed, each once"),
    }
    return _("The rules cannot be read at “%(place)s”: %(fault)s.") % {
        "place": fault.place,
        "fault": words[fault.code],
    }


def _tell(scheme: PairScheme, kind: str, by: Any) -> None:
    append(
        scheme.chain,
        kind,
        subject=f"pair_scheme:{scheme.code}",
        facts={"rules_hash": sha256_hex(scheme.data)},
        by=by,
    )
