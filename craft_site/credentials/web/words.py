"""How the app speaks of certificates to a person."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from craft_site.credentials import wording
from craft_site.credentials.domain.checking import Answer, State
from craft_site.credentials.models import Certificate
from craft_site.kit import known_day
from craft_site.kit.language import listed, short_day
from craft_site.kit.masking import mask_name

NOTICE = {
    State.VALID: "good",
    State.REVOKED: "error",
    State.ALTERED: "error",
    State.UNKNOWN: "warn",
    State.BROKEN: "error",
}


def part_words(parts: Any) -> str:
    """The parts of a document (document.PARTS) as people call them."""
    known = {
        "holder": _("the holder"),
        "number": _("the number"),
        "facts": _("what was achieved"),
        "issuers": _("who grants it"),
        "kind": _("the kind of certificate"),
        "title": _("what it is for"),
        "date": _("the date"),
        "issued": _("the time of issue"),
        "issuer": _("the issuer"),
        "status": _("where revocation is looked up"),
        "proof": _("the signature"),
        "other": _("something that does not belong there"),
    }
    return listed(known.get(part, part) for part in parts)


def answer_words(answer: Answer) -> dict[str, Any]:
    """{kind, title, text} of the notice, and what may be shown of the certificate."""
    title, text = _verdict(answer)
    found = answer.certificate
    return {
        "kind": "error" if answer.named is False else NOTICE[answer.state],
        "title": title,
        "text": text,
        "rows": rows(found, whole_name=bool(answer.named) or found.is_collective)
        if found and answer.shows
        else [],
        "number": found.shown_number if found else "",
        "ask_name": found is not None
        and answer.named is None
        and answer.state is State.VALID
        and not found.is_collective,
    }


def _verdict(answer: Answer) -> tuple[str, str]:
    found = answer.certificate
    if found is None:
        return (
            _("Not known here"),
            _(
                "This site has issued no such certificate. Compare the number once more; "
                "if it is right, do not rely on the paper."
            ),
        )
    if answer.state is State.ALTERED:
        return (
            _("Altered"),
            _("A certificate with this number exists, but this file is not it. Altered: %(parts)s.")
            % {"parts": part_words(answer.altered)},
        )
    if answer.state is State.BROKEN:
        return (
            _("Do not rely on it"),
            _(
                "The record of this certificate no longer agrees with its signature (%(parts)s). Tell the office."
            )
            % {"parts": part_words(answer.altered)},
        )
    if answer.named is False and found.is_collective:
        return (
            _("Not theirs"),
            _("A certificate with this number exists, but under another name. Compare both once more."),
        )
    if answer.named is False:
        return (
            _("Not this person's"),
            _("A certificate with this number exists, but under another name. Compare both once more."),
        )
    if answer.state is State.REVOKED:
        assert found.not_valid_since is not None
        return (
            pgettext("certificate", "Revoked"),
            _("This certificate was issued here and has not been valid since %(day)s. Cause: %(cause)s.")
            % {"day": short_day(found.not_valid_since, year=True), "cause": found.cause},
        )
    if answer.named and found.is_collective:
        return _("Valid"), _("This certificate was issued here, to this unit or team, and stands.")
    if answer.named:
        return _("Valid"), _("This certificate was issued here, to this person, and stands.")
    return _("Valid"), _("This certificate was issued here and stands.")


def rows(found: Certificate, *, whole_name: bool) -> list[tuple[str, str]]:
    """(label, value) of a certificate. whole_name: else the first character and stars."""
    return [
        (_("Holder"), found.holder_name if whole_name else mask_name(found.holder_name)),
        (_("Certifies"), found.heading),
        (_("Kind"), str(found.get_kind_display())),
        *wording.fact_rows(found),
        (_("Granted by"), listed(found.issuer_names)),
        (
            (_("Year"), str(found.on.year))
            if known_day.year_alone(found.kind, found.on)
            else (_("Date"), short_day(found.on, year=True))
        ),
        (_("Number"), found.shown_number),
    ]
