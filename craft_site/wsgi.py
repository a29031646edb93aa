"""The site for granian (or any WSGI server): published files first, Django for the rest."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "craft_site.settings.development")

application = get_wsgi_application()
