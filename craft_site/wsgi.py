"""The site for granian (or any WSGI server): published files first, Django for the rest."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from craft_site.kit.published import wrap

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "craft_site.settings.development")

application = wrap(get_wsgi_application())

from craft_site.jobs import queue  # noqa: E402  its models need the application that was just made
from craft_site.ledger import append_only  # noqa: E402

append_only.refuse_to_start()  # no mark is taken by a site whose ledger somebody could change

if settings.JOBS_RUNNER == "thread":
    queue.start()  # also takes up what an earlier process left undone

import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()  # what is loaded now stays: without this the collector walks through all of it again and again
gc.set_threshold(20_000, 20, 20)
