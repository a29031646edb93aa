"""How the tests of the academy's pages get, send and make what a page shows."""

from datetime import date

from django.urls import reverse

from craft_site.people.models import Qualification
from tests.academy.subsidies import certificate_no
from tests.factories import make_trade


def at(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client, name, /, *args, **values):
    return client.post(reverse(name, args=args), values)


def post_as(client, user, name, *args, **values):
    client.force_login(user)
    return client.post(reverse(name, args=args), values)


def answers(client, name, *args):
    """What the fresh form of a page would send back unchanged."""
    form = client.get(reverse(name, args=args)).context["form"]
    values = {}
    for field in form:
        value = field.value()
        if value is not None and field.name != "file":
            widget = field.field.widget
            shown = widget.format_value(value) if hasattr(widget, "format_value") else value
            values[field.html_name] = "on" if value is True else shown
    return {name: value for name, value in values.items() if value not in (None, "")}


def address(name, claim, *more):
    return reverse(f"me:{name}", args=(claim.uuid, *more))


def certify(worker, serial=900, **fields):
    return Qualification.objects.create(
        **{
            "worker": worker,
            "kind": "level",
            "trade": make_trade(),
            "grade": 4,
            "issued_on": date(2023, 5, 8),
            "certificate_no": certificate_no(serial),
            "checked": True,
            **fields,
        }
    )


def words(answer) -> str:
    return answer.content.decode()
