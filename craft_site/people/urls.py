"""People's own addresses in the faces /me/ and /desk/."""

from craft_site.people.web import accounts, data_requests, my_data, reveal
from craft_site.people.web import me as my_record

me: list = [*my_record.urlpatterns, *my_data.urlpatterns]
desk: list = [*reveal.urlpatterns, *accounts.urlpatterns, *data_requests.urlpatterns]
