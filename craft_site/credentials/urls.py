"""The app's addresses, by face; `open_to_programs` stands at the root of the site."""

from django.urls import URLPattern

from craft_site.credentials.web import desk as desk_pages
from craft_site.credentials.web import me as my_pages
from craft_site.credentials.web import verify as verify_pages
from craft_site.credentials.web import well_known

open_to_programs: list[URLPattern] = well_known.urlpatterns
verify: list[URLPattern] = verify_pages.urlpatterns
me: list[URLPattern] = my_pages.urlpatterns
desk: list[URLPattern] = desk_pages.urlpatterns
