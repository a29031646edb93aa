"""How often one network address may do something. Counted in the cache: with the embedded cache per process, with a
shared one for all of them. It slows programs down; it is no lock."""

from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest


def over_limit(request: HttpRequest, what: str, *, limit: int, seconds: int) -> bool:
    """Counts this attempt; True when the address has made more than `limit` of them in the period."""
    return over_limit_of(request.META.get("REMOTE_ADDR", ""), what, limit=limit, seconds=seconds)


def over_limit_of(thing: str, what: str, *, limit: int, seconds: int) -> bool:
    """The same for a thing that attempts are made at, whoever makes them: the number of a certificate."""
    key = f"throttle:{what}:{sha256(thing.encode()).hexdigest()[:32]}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) > limit
    except ValueError:  # the period ended between the two calls
        cache.set(key, 1, timeout=seconds)
        return False
