"""What a worker's record says in the rising levels of the programmes: schooling, and titles by their wording.

A professional title has no level of its own in the record, only its name. By the national lists 正高级 and 高级 stand
above the plain name (工程师, 经济师), and 助理, 初级 and …员 below it.
"""

from collections.abc import Iterable

DEGREES = {"college": 1, "bachelor": 2, "master": 3}
SENIOR = ("高级", "副教授", "教授", "senior")
JUNIOR = ("助理", "助教", "初级", "技术员", "assistant", "junior")
# 劳模 in the names of honours; a studio (劳模创新工作室) is an honour of a workplace, not of everybody in it.
MODEL_WORKER = ("劳动模范", "劳模", "全国先进工作者", "省先进工作者", "市先进工作者", "model worker")
OF_A_WORKPLACE = ("工作室", "studio", "集体", "team")
INTERMEDIATE = ("中级", "讲师", "师", "engineer")


def degree_level(education: str) -> int | None:
    """The degree that stands behind a schooling, None where it is none."""
    return DEGREES.get(education)


def is_model_worker(honours: Iterable[str]) -> bool:
    """Whether one of the honours in the record makes its holder a model worker, of whatever level."""
    names = [name.lower() for name in honours]
    return any(
        any(sign in name for sign in MODEL_WORKER) and not any(sign in name for sign in OF_A_WORKPLACE)
        for name in names
    )


def title_level(title: str) -> int | None:
    """1 junior, 2 intermediate, 3 senior; None where the name does not tell."""
    name = title.strip().lower()
    for level, signs in ((3, SENIOR), (1, JUNIOR), (2, INTERMEDIATE)):
        if any(sign in name for sign in signs):
            return level
    return 1 if name.endswith("员") else None
