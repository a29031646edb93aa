"""The editors' form of a story: what keeps it from being published is told beside the field at fault."""

from typing import Any

from django.utils.translation import gettext as _

from craft_site.kit.page_addresses import FreeSlugForm
from honours.domain import stories

ASKS_TO_PUBLISH = ("action-publish", "action-submit", "action-restart-workflow", "action-workflow-action")


class StoryPageForm(FreeSlugForm):
    def is_valid(self) -> bool:
        """A draft may lack everything; what is to be published or approved may not."""
        valid: bool = super().is_valid()
        if valid and any(self.data.get(name) for name in ASKS_TO_PUBLISH):
            self._refuse()
            return not self.errors and all(not form.errors for form in self._subjects())
        return valid

    def _subjects(self) -> list[Any]:
        """The forms of whom it tells of that are neither empty nor taken away, in their order."""
        forms = self.formsets["subjects"].forms
        kept = [form for form in forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return sorted(kept, key=lambda form: form.cleaned_data.get("ORDER") or 0)

    def _refuse(self) -> None:
        subjects = [form for form in self._subjects() if form.cleaned_data.get("honour")]
        honours = [form.cleaned_data["honour"] for form in subjects]
        for place, honour in enumerate(honours):
            if honour in honours[:place]:
                subjects[place].add_error("honour", _("This honour stands here twice."))
        page = self.instance  # validation has put the fields of the form there
        for found in stories.hindrances(honours, shows_pictures=page.shows_pictures):
            if found.place is None:
                self.add_error(None, found.words)
            else:
                subjects[found.place].add_error("honour", found.words)
                self.add_error(None, ": ".join((_("Whom the story tells of"), found.words)))
        if page.portrait is not None and not page.portrait_alt.strip():
            self.add_error("portrait_alt", _("Say what the portrait shows, for people who cannot see it."))
        if not any(getattr(page, name) for name in ("roots", "craft", "legacy")):
            self.add_error("roots", _("Write at least one of the three parts."))
