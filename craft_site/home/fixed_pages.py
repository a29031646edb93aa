"""Pages that stand at fixed addresses and that editors do not keep: the search finds them by their names.

Both languages stand here, as the index keeps both whatever language somebody reads.
"""

from collections.abc import Iterator

from django.urls import reverse
from wagtail.models import Site

from craft_site.search.documents import Document, Keys, register
from craft_site.search.models import Kind

#: Route, names, and the words that stand at the head of the page.
PAGES: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "honours:roll",
        "荣誉榜",
        "Honour roll",
        "劳动模范、五一劳动奖章、工匠等荣誉的名单、数量与出处",
        "Who was honoured, when, by whom, and where that can be read",
    ),
    (
        "scorecard:index",
        "成绩单",
        "Scorecard",
        "年度任务书的目标、完成情况与出处",
        "What the plan of a year asks for and what was reached",
    ),
    (
        "honours:outreach",
        "助企行与宣讲",
        "Visits to firms and talks",
        "劳模工匠助企行、劳模工匠精神宣讲的场次与成效",
        "Visits of model workers and craftsmen to firms, and their talks",
    ),
    (
        "verify:page",
        "证书查验",
        "Check a certificate",
        "查验本站颁发的证书是否有效",
        "Whether a certificate was issued here and still stands",
    ),
)


def fixed_pages(keys: Keys) -> Iterator[Document]:
    """By their route. They are found once there is a site, as all pages are. One query."""
    if not Site.objects.exists():
        return
    for route, title, title_en, body, body_en in PAGES:
        if keys is None or route in keys:
            yield Document(
                key=route,
                kind=Kind.PAGE,
                title=title,
                title_en=title_en,
                url=reverse(route),
                body=body,
                body_en=body_en,
            )


FIXED = register("home.fixed", fixed_pages)
