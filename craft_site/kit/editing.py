"""Lists that editors keep in their face: no copies, and nothing deleted that a record still points at."""

from typing import Any

from django.db.models import ProtectedError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.views.generic import DeleteView
from wagtail.admin.viewsets.model import ModelViewSet


class KeepingDeleteView(DeleteView):
    def form_valid(self, form: Any) -> HttpResponse:
        """Deletes, or says that something still points here and goes back to the list."""
        try:
            response: HttpResponse = super().form_valid(form)
        except ProtectedError:
            messages.error(
                self.request,
                _("“%(object)s” is still used and cannot be deleted.") % {"object": self.object},
            )
            return redirect(self.index_url_name)
        return response


class KeptViewSet(ModelViewSet):
    """A list of records that editors keep. A copied record is a mistake waiting to be chosen."""

    copy_view_enabled = False
    add_to_reference_index = False
    delete_view_class = KeepingDeleteView
    list_per_page = 50
