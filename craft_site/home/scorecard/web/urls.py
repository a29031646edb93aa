"""The two faces of the scorecard."""

from django.urls import URLPattern

from craft_site.home.scorecard.web import desk as desk_pages
from craft_site.home.scorecard.web import indicators
from craft_site.home.scorecard.web import public as public_pages

desk: list[URLPattern] = [*indicators.urlpatterns, *desk_pages.urlpatterns]
public: list[URLPattern] = public_pages.urlpatterns
