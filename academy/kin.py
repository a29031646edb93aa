"""Masters and apprentices whom pages of other wings may name. Answers a question of the ground (kit.questions)."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse

from academy.domain import lineage
from craft_site.kit.questions import Kin


def of(workers: Collection[Any]) -> list[Kin]:
    """Those who taught these people, then those who learnt from them; only who agreed to be named, each once."""
    lines = lineage.for_public()
    keys = [lineage.key_of(worker.uuid) for worker in workers]
    known = [key for key in keys if key in lines.people]
    found: dict[str, Kin] = {}
    for is_master in (True, False):
        for key in known:
            links = (lines.graph.learnt if is_master else lines.graph.taught).get(key, ())
            for link in links:
                other = link.master if is_master else link.apprentice
                person = lines.people[other]
                if person.worker is not None and other not in known and other not in found:
                    address = reverse("academy:lineage_of", args=(other,))
                    found[other] = Kin(person.worker, person.name, is_master, address)
    return list(found.values())
