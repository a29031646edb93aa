"""Deletion of everything kept of a person.

The person's own key is destroyed, so that what was sealed under it opens nowhere; rows are emptied or taken away as
keeping.py says; names become a mark; files go; the account is closed. Ledgers hold no person and stay as they are;
what was published and proved keeps its hashes. A tombstone says when and by whose decision.
"""

import json
import secrets
from collections.abc import Iterator
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast

from craft_site.kit.encryption import SealError
from craft_site.kit.fields import Sealed, SealedTextField
from craft_site.ledger.chain import append
from craft_site.people import keeping
from craft_site.people.domain import files
from craft_site.people.domain.data_requests import CHAIN, DataRefused, S
from craft_site.people.models import DataRequest, Erasure, PrivateFile, User, Worker, data_key

NOT_LOOKED_AT = ("ledger.Line", "ledger.Checkpoint", "ledger.Chain", "people.Erasure", "people.DataKey")


@transaction.atomic
def erase(*, request: DataRequest, by: Any) -> Erasure:
    """Deletes, once a second person has granted it. Sent twice it is done once.

    Raises DataRefused: it is not granted, or something came up meanwhile that must be kept.
    """
    worker = Worker.objects.select_for_update(of=("self",)).select_related("user").get(pk=request.worker_id)
    found = DataRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if (done := Erasure.objects.filter(worker=worker).first()) is not None:
        return done
    if found.state != S.GRANTED:
        raise DataRefused("This deletion is not granted.")
    if held := keeping.holds(worker):
        raise DataRefused(held[0].reason)
    known = _known(worker)
    mark = f"已删除-{secrets.token_hex(4)}"
    for keeper in keeping.keepers():
        if keeper.erase is not None:
            keeper.erase(worker, mark, by)
    rows = sum(_emptied(kept, worker, mark) for kept in keeping.tables())
    gone = _files(worker)
    if worker.user is not None:
        _close(worker.user, known, mark)
    _empty(worker, mark)
    for keeper in keeping.keepers():
        if keeper.after is not None:
            keeper.after(worker)
    found.state = S.DONE
    found.save(update_fields=["state"])
    stone = Erasure.objects.create(worker=worker, request=found, mark=mark, rows=rows, files=gone)
    stone.leftovers = [[table, key] for table, key in leftovers(known)]
    stone.save(update_fields=["leftovers"])
    append(CHAIN, "person.erased", subject=f"data:{found.uuid}", facts={"rows": rows, "files": gone}, by=by)
    return stone


def _known(worker: Worker) -> list[str]:
    """Name and numbers, to see afterwards whether they stand anywhere."""
    words = [worker.name]
    for value in (worker.id_number, worker.mobile, worker.user.mobile if worker.user else None):
        words.append(_read(value))
    if worker.user is not None:
        words += [worker.user.email, worker.user.staff_no]
    return [word for word in dict.fromkeys(words) if word]


def _read(value: Sealed | None) -> str:
    try:
        return value.reveal() if value else ""
    except SealError:
        return ""


def _emptied(kept: keeping.Kept, worker: Worker, mark: str) -> int:
    rows = kept.rows(worker)
    if kept.gone:
        return int(rows.delete()[0])
    if not kept.erase:
        return 0
    meta = apps.get_model(kept.model)._meta
    written = {
        name: mark
        if value is keeping.MARK
        else meta.get_field(name).get_default()
        if value is keeping.DEFAULT
        else value
        for name, value in kept.erase.items()
    }
    return int(rows.update(**written))


def _files(worker: Worker) -> int:
    """What the person handed in, and copies of their data. Files go when this commits."""
    worker.photo = None
    worker.save(update_fields=["photo"])
    own = Q(worker=worker)
    if worker.user_id is not None:
        own |= Q(uploaded_by=worker.user_id, kind=PrivateFile.Kind.EXPORT)
    found = list(PrivateFile.objects.filter(own))
    for file in found:
        files.drop(file=file)
    return len(found)


def _close(user: User, known: list[str], mark: str) -> None:
    for log in (AccessAttempt, AccessFailureLog, AccessLog):
        log.objects.filter(username__in=known).delete()
    user.groups.clear()
    data_key.destroy(user.uuid)
    User.objects.filter(pk=user.pk).update(
        name=mark,
        staff_no=mark,
        mobile="",
        mobile_index=None,
        email="",
        password=make_password(None),
        is_active=False,
        is_staff=False,
        employer=None,
        union=None,
        last_login=None,
        one_time_until=None,
    )


def _empty(worker: Worker, mark: str) -> None:
    data_key.destroy(worker.uuid)
    Worker.objects.filter(pk=worker.pk).update(
        name=mark,
        sex="",
        id_number="",
        id_index=f"erased:{secrets.token_hex(24)}",  # the table asks for one; this one is nobody's
        birth="",
        mobile="",
        mobile_index="",
        education="",
        union_member=False,
        employer=None,
        post="",
        photo=None,
    )


def leftovers(known: list[str]) -> Iterator[tuple[str, Any]]:
    """(table, key) of rows whose text still holds one of these: a namesake, or words that somebody wrote. A person of
    the office looks at them. One query a table."""
    spelled = {word for known_word in known for word in (known_word, json.dumps(known_word)[1:-1])}
    for model in apps.get_models():
        label = model._meta.label
        if label in NOT_LOOKED_AT or not model._meta.managed or model._meta.proxy:
            continue
        columns = [column for column in model._meta.local_concrete_fields if _holds_text(column)]
        if not columns:
            continue
        wanted = Q()
        for n in range(len(columns)):
            for word in spelled:
                wanted |= Q(**{f"text{n}__contains": word})
        texts: dict[str, Any] = {
            f"text{n}": Cast(column.name, models.TextField()) for n, column in enumerate(columns)
        }
        rows = model._base_manager.annotate(**texts).filter(wanted)
        yield from ((label, str(key)) for key in rows.values_list("pk", flat=True).order_by("pk"))


def _holds_text(column: Any) -> bool:
    if isinstance(column, SealedTextField):
        return False
    return isinstance(column, models.CharField | models.TextField | models.JSONField)
