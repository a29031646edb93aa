"""How banks want their files: templates that finance keeps, each change a line of the ledger."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from academy import roles_subsidies as roles
from academy.models import BankTemplate
from craft_site.ledger.chain import append

CHAIN = "subsidies"
# Without these the bank cannot pay, or nobody finds its answer again.
NEEDED = frozenset({"reference", "name", "card", "amount"})


class TemplateRefused(Exception):
    """The template cannot be kept so; the message says why."""


@transaction.atomic
def keep(
    *, template: BankTemplate, name: str, form: str, columns: Sequence[tuple[str, str]], by: Any
) -> BankTemplate:
    """Keeps a new or a changed template. columns: (key of BankTemplate.KEYS, header) in the file's order.

    Raises PermissionDenied, TemplateRefused.
    """
    roles.can_pay(by).or_refuse()
    keys = [key for key, _header in columns]
    if len(set(keys)) != len(keys) or not set(keys) <= set(BankTemplate.KEYS):
        raise TemplateRefused(_("Every column stands in the file once."))
    if NEEDED - set(keys):
        raise TemplateRefused(_("Reference number, account holder, card and amount must be in the file."))
    heads = [header.strip() for _key, header in columns]
    if not all(heads) or len(set(heads)) != len(heads):
        raise TemplateRefused(_("Every column needs a header of its own."))
    template.name, template.form = name.strip(), form
    template.columns = [{"key": key, "header": head} for key, head in zip(keys, heads, strict=True)]
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        raise TemplateRefused(_("There is a template of this name already.")) from error
    append(
        CHAIN,
        "bank_template.kept",
        subject=f"bank_template:{template.pk}",
        facts={"form": form, "columns": keys},
        by=by,
    )
    return template
