"""Pictures are rendered when a page is published, so that its first reader does not wait for it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from craft_site.jobs.models import Job
from craft_site.jobs.queue import enqueue, handler, report
from craft_site.pictures.models import SiteImage
from craft_site.pictures.sizes import specs

JOB = "pictures.render"


@handler(JOB)
def render(job: Job, places: dict[str, list[str]]) -> int:
    """places: picture id -> places it is shown in. A picture deleted meanwhile is passed over."""
    images = SiteImage.objects.filter(pk__in=[int(pk) for pk in places]).prefetch_related("renditions")
    for number, image in enumerate(images, start=1):
        image.get_renditions(*specs(places[str(image.pk)]))
        report(job, number)
    return len(images)


def render_later(pictures: Iterable[tuple[Any, str]]) -> Job | None:
    """Asks for the renditions of (picture, place) pairs; None when there is nothing to render."""
    places: dict[str, list[str]] = defaultdict(list)
    for picture, place in pictures:
        if picture is not None and place not in places[str(picture.pk)]:
            places[str(picture.pk)].append(place)
    if not places:
        return None
    return enqueue(JOB, payload={"places": dict(places)}, total=len(places))
