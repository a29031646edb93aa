"""The fields of a paper form: one block an aspect, ordinary inputs, for two recorders at a keyboard."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict

from competitions.domain.papers import FieldFault, Filled
from competitions.scoring.scheme import Aspect
from competitions.web.judge.plain_form import NOT_DONE
from competitions.web.judge.sheet_data import describe


def read_filled(aspects: Iterable[Aspect], post: QueryDict) -> dict[str, Filled]:
    """What was typed, by aspect; an aspect with nothing typed and nothing ticked stands blank on the paper."""
    filled = {}
    for aspect in aspects:
        code = aspect.code
        look = post.get(f"{code}:look") == "1"
        if post.get(f"{code}:not_done") == "1":
            filled[code] = Filled([], not_done=True, second_look=look)
            continue
        values: Any
        if aspect.method == "allotment":
            typed = {event.code: post.get(f"{code}:n:{event.code}", "").strip() for event in aspect.events}
            if not any(typed.values()):
                continue
            values = {event: text or "0" for event, text in typed.items()}
        else:
            texts = [post.get(f"{code}:v{n}", "").strip() for n in range(describe(aspect)["fields"])]
            if not any(texts):
                continue
            values = [None if text in NOT_DONE else text for text in texts]
        filled[code] = Filled(values, second_look=look)
    return filled


def blocks(
    aspects: Iterable[Aspect], post: QueryDict | None = None, faults: Mapping[str, FieldFault] | None = None
) -> list[dict[str, Any]]:
    """An aspect as it is printed and as it is typed, with what was typed and what is wrong with it."""
    return [_block(aspect, post, (faults or {}).get(aspect.code)) for aspect in aspects]


def _block(aspect: Aspect, post: QueryDict | None, fault: FieldFault | None) -> dict[str, Any]:
    shown = describe(aspect)
    given = post or QueryDict()
    code = aspect.code
    if shown["kind"] == "counts":
        names = [(f"{code}:n:{event['code']}", event["text"]) for event in shown["events"]]
    else:
        names = [(f"{code}:v{n}", str(n + 1) if shown["fields"] > 1 else "") for n in range(shown["fields"])]
    return shown | {
        "inputs": [{"name": name, "label": label, "value": given.get(name, "")} for name, label in names],
        "not_done": given.get(f"{code}:not_done") == "1",
        "may_be_not_done": shown["kind"] != "counts",
        "fault": fault,
        "asks": bool(fault and fault.asks),
    }
