"""What an entry's pages list: its sections with what is missing, its answers with the way to change them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from competitions.domain import entries
from competitions.domain.team_choice import forms_teams
from competitions.models import Entry, EntryFile
from craft_site.kit.language import listed


def sections(entry: Entry) -> list[dict[str, Any]]:
    gaps = entries.missing(entry)
    rows = []
    for key, title in (("details", _("About you")), ("papers", _("Papers")), ("consents", _("Consents"))):
        missing = [words for section, words in gaps if section == key]
        rows.append(
            {
                "title": title,
                "hint": " ".join(missing),
                "url": reverse(f"me:entry_{key}", args=(entry.uuid,)),
                "status": _("To do") if missing else _("Done"),
                "status_kind": "warn" if missing else "good",
            }
        )
    ready = not gaps
    rows.append(
        {
            "title": _("Check the answers and hand in"),
            "hint": "" if ready else _("When the sections above are done."),
            "url": reverse("me:entry_check", args=(entry.uuid,)) if ready else "",
            "status": _("To do") if ready else _("Not yet"),
            "status_kind": "warn" if ready else "plain",
        }
    )
    return rows


def _papers(found: Entry) -> str:
    names = [str(paper) for paper in found.files.all()]
    if found.worker.photo_id is not None and not any(
        p.kind == EntryFile.Kind.PHOTO for p in found.files.all()
    ):
        names.insert(0, _("Photo of the profile"))
    return listed(names)


def answer_rows(found: Entry) -> list[dict[str, Any]]:
    here = {key: reverse(f"me:entry_{key}", args=(found.uuid,)) for key in ("details", "papers", "consents")}
    profile = reverse("me:profile_edit")
    insured = found.insured_months
    rows = [
        (_("Name"), found.worker.name, ""),
        (found.worker.get_id_kind_display(), found.worker.id_number.masked(), ""),
        (_("Mobile number"), found.worker.mobile.masked(), profile),
        (_("Employer"), found.worker.employer.name if found.worker.employer else "", profile),
        (_("I enter as"), found.get_group_display(), here["details"]),
        *([(_("Team"), found.team or _("No team yet"), here["details"])] if forms_teams(found.event) else []),
        (_("Years in the trade"), found.trade_years, here["details"]),
        (_("Local social insurance, months"), "–" if insured is None else insured, here["details"]),
        (_("Local resident"), _("Yes") if found.local_resident else _("No"), here["details"]),
        (_("Emergency contact"), found.emergency_contact, here["details"]),
        (_("Papers"), _papers(found), here["papers"]),
        (_("Name on the public list"), _("Yes") if found.agreed_publicity_at else _("No"), here["consents"]),
    ]
    return [{"label": label, "value": value, "url": url} for label, value, url in rows]
