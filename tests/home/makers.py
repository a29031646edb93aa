"""Pages and pictures for tests."""

from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any

from django.core.files.images import ImageFile
from PIL import Image

from competitions.models import Competition, Exhibit, Exhibition, Series
from competitions.pages import CompetitionPage
from craft_site.home.models import NewsPage
from craft_site.jobs.queue import run_job
from craft_site.people.models import Employer
from craft_site.pictures.models import SiteImage
from craft_site.pictures.render import render_later
from tests.factories import make_employer

_serial = count(1)


def make_picture(title: str = "Plate") -> SiteImage:
    out = BytesIO()
    Image.new("RGB", (64, 48), "#2b3036").save(out, "JPEG")
    out.seek(0)
    return SiteImage.objects.create(title=title, file=ImageFile(out, name=f"plate-{next(_serial)}.jpg"))


def make_competition(**fields: Any) -> Competition:
    n = next(_serial)
    series = fields.pop("series", None) or Series.objects.create(code=f"s-{n}", name=f"Series {n}")
    values = {"code": f"c-{n}", "edition": n, "year": 2025, "name": f"Contest {n}"} | fields
    return Competition.objects.create(series=series, **values)


def make_contest_page(tree: Any, competition: Competition | None = None, **fields: Any) -> CompetitionPage:
    competition = competition or make_competition()
    page = CompetitionPage(title=competition.name, slug=competition.code, competition=competition, **fields)
    tree.contests.refresh_from_db()
    tree.contests.add_child(instance=page)
    return page


def make_news(tree: Any, **fields: Any) -> NewsPage:
    n = next(_serial)
    page = NewsPage(**{"title": f"News {n}", "slug": f"news-{n}"} | fields)
    tree.news.refresh_from_db()
    tree.news.add_child(instance=page)
    return page


def make_exhibit(competition: Competition, firm: Employer | None = None, **fields: Any) -> Exhibit:
    show, _made = Exhibition.objects.get_or_create(competition=competition, defaults={"name": "Show"})
    n = next(_serial)
    values = {
        "booth": f"B{n:03d}",
        "name": f"Mould {n}",
        "kind": "compound",
        "material": "SUS304",
        "thickness": Decimal("0.80"),
        "accuracy": "±0.01 mm",
        "life": 100,
    } | fields
    return Exhibit.objects.create(exhibition=show, firm=firm or make_employer(), **values)


def render_now(pictures: Any) -> None:
    """What the job does after publication, at once."""
    if (job := render_later(pictures)) is not None:
        assert run_job(job.pk)
