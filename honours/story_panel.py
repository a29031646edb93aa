"""What editors read above a story: whom it tells of, and what each of them has agreed to."""

from typing import Any

from wagtail.admin.panels import Panel

from honours.models import StoryConsent


class ConsentPanel(Panel):
    class BoundPanel(Panel.BoundPanel):  # type: ignore[misc]  # its base is untyped
        template_name = "honours/pages/consent_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """rows: (holder, consent in force or None), each holder once; of a new page none."""
            holders = {one.holder_id: one.holder for one in self.instance.honours} if self.instance.pk else {}
            in_force = StoryConsent.objects.in_force().filter(holder__in=holders)
            consents = {one.holder_id: one for one in in_force}
            rows = [(holder, consents.get(key)) for key, holder in holders.items()]
            return super().get_context_data(parent_context) | {"rows": rows}
