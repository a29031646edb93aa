"""Whether draws and codes still say what was committed and drawn: list, labels, dice, seed, order, and who has which
number. The same as a proof shows (docs/proof.md), from the rows."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from competitions.models import Code, Draw, DrawnSlot, Event
from craft_site.kit import draw as lots
from craft_site.kit.encryption import SealError
from craft_site.ledger.models import Line

_KINDS = ("draw.committed", "draw.thrown", "draw.drawn", "draw.voided")
#: The newest line of each kind about a draw: its number and its facts.
_Told = dict[str, tuple[int, Mapping[str, Any]]]


def contradictions(event: Event) -> Iterator[tuple[int, str]]:
    """Numbers of lines and what contradicts them."""
    told: dict[str, _Told] = defaultdict(dict)
    lines = Line.objects.filter(chain__name=event.chain, kind__in=_KINDS).order_by("seq")
    for seq, kind, subject, body in lines.values_list("seq", "kind", "subject", "body"):
        told[subject][kind] = seq, json.loads(body)["facts"]
    late: dict[str, list[str]] = defaultdict(list)
    came = Line.objects.filter(chain__name=event.chain, kind="station.late", subject__startswith="draw:")
    for subject, body in came.values_list("subject", "body"):
        late[subject].append(json.loads(body)["facts"]["commitment"])
    slots: dict[int, list[DrawnSlot]] = defaultdict(list)
    for slot in DrawnSlot.objects.filter(draw__event=event).order_by("draw_id", "position"):
        slots[slot.draw_id].append(slot)
    codes: dict[str, list[Code]] = defaultdict(list)
    for code in Code.objects.filter(event=event).select_related("entry", "parent"):
        codes[code.layer].append(code)
    void = set()
    for draw in Draw.objects.filter(event=event):
        lines_of = told.pop(f"draw:{draw.uuid}", {})
        for seq, what in _faults(
            draw, lines_of, slots[draw.pk], codes[draw.purpose], late[f"draw:{draw.uuid}"]
        ):
            yield seq, f"the draw of {draw.purpose} numbers (round {draw.round}): {what}"
        if draw.state == Draw.State.VOID:
            void.add(draw.purpose)
        else:
            codes[draw.purpose] = []
    for purpose in void:
        if codes[purpose]:
            yield 0, f"there are {purpose} numbers, but their draw is void"
    for subject, gone in told.items():
        yield gone["draw.committed"][0], f"{subject} is gone"


def _faults(
    draw: Draw, told: _Told, slots: list[DrawnSlot], codes: list[Code], late: list[str]
) -> Iterator[tuple[int, str]]:
    """late: the commitments to the places of those who came after the draw."""
    if "draw.committed" not in told:
        yield 0, "it has no line of its own"
        return
    seq, committed = told["draw.committed"]
    try:
        secret = draw.secret.reveal()
    except SealError:
        yield seq, "its secret cannot be opened"
        return
    wanted = (
        *(committed["purpose"], committed["round"], committed["algorithm"]),
        *(committed["list_hash"], committed["labels_hash"], committed["commitment"]),
    )
    found = (
        *(draw.purpose, draw.round, draw.algorithm),
        *(lots.sha256("\n".join(draw.items)), lots.sha256("\n".join(draw.labels)), lots.commitment(secret)),
    )
    if found != wanted or (draw.list_hash, draw.commitment) != (
        committed["list_hash"],
        committed["commitment"],
    ):
        yield seq, "list, labels or secret are not those that were committed to"
    state = "void" if "draw.voided" in told else "drawn" if "draw.drawn" in told else "committed"
    if draw.state != state:
        yield max(line for line, _facts in told.values()), "its state is another"
    if "draw.drawn" not in told:
        if slots or draw.seed:
            yield seq, "it has an outcome, but nothing was drawn"
        return
    seq, drawn = told["draw.drawn"]
    if draw.dice != drawn["dice"] or lots.sha256(draw.seed) != drawn["seed_hash"]:
        yield seq, "dice or seed are not those of the throw"
    elif draw.seed != lots.seed(draw.list_hash, secret, draw.dice):
        yield seq, "its seed does not follow from list, secret and dice"
    order = [(lot.position, lot.item) for lot in lots.drawn_order(draw.seed, draw.items)]
    if [(slot.position, slot.item) for slot in slots] != order or any(
        slot.label != label for slot, label in zip(slots, draw.labels, strict=False)
    ):
        yield seq, "its order is not the one that the seed gives"
    if draw.state == Draw.State.DRAWN:
        yield from _codes(seq, [*drawn["commitments"], *late], secret, codes)


def _codes(seq: int, commitments: list[str], secret: str, codes: list[Code]) -> Iterator[tuple[int, str]]:
    """Each code's key, number and the one before it were hashed with the secret when the lots were drawn."""
    found = {lots.code_commitment(secret, str(code.uuid), code.number, _before(code)): code for code in codes}
    for commitment in found.keys() - set(commitments):
        yield seq, f"{found[commitment]} is not what was drawn"
    if missing := len(set(commitments) - found.keys()):
        yield seq, f"codes that were drawn are not there: {missing}"


def _before(code: Code) -> str:
    if code.parent is not None:
        return code.parent.number
    return str(code.entry.uuid) if code.entry is not None else ""
