"""The one way to a private file: found among those that the person may see, answered so that nothing keeps it."""

from django.http import FileResponse
from django.shortcuts import get_object_or_404

from craft_site.kit.access import signed_in
from craft_site.kit.private_files import private_response
from craft_site.people.domain import files
from craft_site.people.web.requests import PersonRequest


@signed_in
def private_file(request: PersonRequest, uuid: str) -> FileResponse:
    """A picture in the page, everything else as a download. The file's name on the disk is not told."""
    file = get_object_or_404(files.visible_to(request.user), uuid=uuid)
    return private_response(
        file.name, content_type=file.content_type, filename=f"{file.kind}-{file.uuid.hex[:8]}", inline=True
    )
