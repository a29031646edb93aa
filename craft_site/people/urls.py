"""People's own addresses in the faces /me/ and /desk/."""

from craft_site.people.web import me as my_record
from craft_site.people.web import reveal

me: list = my_record.urlpatterns
desk: list = reveal.urlpatterns
