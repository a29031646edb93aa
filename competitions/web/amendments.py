"""The difference between two versions of a result as people read it: who, what it was, what it is now, and why."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from competitions.domain.release_content import award_labels
from competitions.models import Release
from craft_site.kit.language import in_language, listed


def status_word(status: str) -> str:
    found = {
        "ranked": _("In the ranking"),
        "not_started": _("Did not start"),
        "stopped": _("Stopped"),
        "disqualified": _("Disqualified"),
    }
    return found.get(status, status)


def cause_word(cause: Mapping[str, Any]) -> str:
    """The number of the papers with what they are: Appeal A-003."""
    words = {
        "appeal": _("Appeal %(number)s"),
        "correction": _("Correction order %(number)s"),
        "violation": _("Violation %(number)s"),
    }
    return words.get(cause["kind"], "%(number)s") % {"number": cause["number"]}


def amendments_of(release: Release, *, full: bool) -> dict[str, Any] | None:
    """The amendments of a version; None for a first one. full: with the marks of components."""
    given = release.amendments
    if not given:
        return None
    return {
        "before": given["supersedes"]["number"],
        "reason": given["reason"],
        "rows": change_rows(given["changes"], release, causes=given["causes"], full=full),
    }


def change_rows(
    changes: Sequence[Mapping[str, Any]],
    release: Release,
    *,
    causes: Iterable[Mapping[str, Any]] = (),
    full: bool = True,
) -> list[dict[str, Any]]:
    """One row a change: {who, kind, parts: [{label, before, after}], reasons}. release: for the names of awards and
    components, the newer of the two where there are two."""
    by_entry: dict[str, list[Mapping[str, Any]]] = {}
    for cause in causes:
        by_entry.setdefault(cause["entry"], []).append(cause)
    awards = {
        of: {code: in_language(names["zh"], names["en"]) for code, names in labels.items()}
        for of, labels in (
            ("entry", award_labels(release)),
            ("team", award_labels(release, teams=True)),
        )
    }
    components = {
        c.code: in_language(c.name.zh, c.name.en) for c in release.scheme.scheme.composition.components
    }
    origin = [change["entry"] for change in changes if change["own"] and change["entry"]]
    rows = []
    for change in changes:
        own = by_entry.get(change["entry"], []) + by_entry.get("", []) if change["own"] else []
        rows.append(
            {
                "who": change["entry"] or change["team"],
                "kind": {"added": _("added"), "removed": _("removed")}.get(change["kind"], ""),
                "own": change["own"],
                "parts": list(
                    _parts(change, awards["team" if change["team"] else "entry"], components if full else {})
                ),
                "aspects": list(change["aspects"]) if full else [],
                "reasons": [{"papers": cause_word(cause), "text": cause["text"]} for cause in own],
                "follows": "" if change["own"] else listed(origin[:5]),
            }
        )
    return rows


def _parts(
    change: Mapping[str, Any], awards: Mapping[str, str], components: Mapping[str, str]
) -> Iterable[dict[str, str]]:
    def shown(name: str, value: Any) -> str:
        if value is None or value == "":
            return "–"
        if name == "award":
            return awards.get(value, value)
        return status_word(value) if name == "status" else str(value)

    for code, (before, after) in change["components"].items():
        if code in components:
            yield {"label": components[code], "before": shown("", before), "after": shown("", after)}
    labels = {"total": _("Total"), "rank": _("Rank"), "award": _("Award"), "status": _("State")}
    for name, label in labels.items():
        if name in change["fields"]:
            before, after = change["fields"][name]
            yield {"label": label, "before": shown(name, before), "after": shown(name, after)}
