"""What the demonstration's news tell agrees with its contests."""

from datetime import date
from typing import Any

from craft_site.home.demo import plans
from craft_site.home.demo.site_texts import NEWS


def _said(body: list[tuple[str, Any]]) -> str:
    return " ".join(getattr(block, "source", "") for _kind, block in body)


def test_news_of_the_edition_that_is_being_marked_say_that_the_demonstration_moves_it_to_today():
    chinese, _english = plans.mould_now(date(2026, 11, 29)).name
    [story] = [one for one in NEWS if chinese in one["title"]]
    assert "把时间移到了今天" in _said(story["body"])
    assert "moves it to today" in _said(story["body_en"])
