"""The request of a guarded view: somebody has signed in (kit.access has seen to it)."""

from django.http import HttpRequest

from craft_site.people.models import User


class PersonRequest(HttpRequest):
    user: User
