"""A certificate, a request about the own data and a copy of it for each contestant of the canary."""

from craft_site.people.domain import data_requests
from craft_site.people.models import DataExport, DataRequest, Worker
from tests.credentials.making import make_certificate


def title_of(n: int) -> str:
    return f"Diplomwort{n}QX"


def wish_of(n: int) -> str:
    return f"Bittwort{n}QX"


def add_papers(workers: list[Worker]) -> dict[str, list[str]]:
    """Words of each worker that nobody else may read: the title of a certificate, its number, what was asked."""
    told: dict[str, list[str]] = {}
    for n, worker in enumerate(workers, start=1):
        made = make_certificate(worker, title=title_of(n), title_en=title_of(n))
        data_requests.ask(worker=worker, kind=DataRequest.Kind.CORRECTION, text=wish_of(n), by=worker.user)
        DataExport.objects.create(user=worker.user, until="2199-01-01")
        told[worker.name] = [title_of(n), made.shown_number, made.number, wish_of(n)]
    return told
