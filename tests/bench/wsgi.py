"""What the measured server runs: the site as craft_site.wsgi serves it, with the bench's settings."""

from django.core.wsgi import get_wsgi_application

from craft_site.kit.published import wrap

application = wrap(get_wsgi_application())
