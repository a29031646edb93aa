"""The engine alone: N entries x 53 aspects x panels of three."""

import time
import tracemalloc

from competitions.scoring.engine import score_event
from competitions.scoring.results import EntryInput
from competitions.scoring.scheme import Scheme
from craft_site.home.demo.readings import judged, readings
from tests.bench.measure import Row


def inputs(scheme: Scheme, count: int) -> list[EntryInput]:
    """Generated sheets of different quality, deterministic."""
    found = []
    for n in range(count):
        skill = 45 + n * 7 % 50
        raw = {
            aspect.code: (
                judged(aspect, judges=aspect.panel.judges, skill=skill, key=(n, aspect.code))
                if aspect.panel is not None
                else readings(aspect, skill=skill, key=n)
            )
            for aspect in scheme.aspects()
            if aspect.derived_from is None
        }
        found.append(
            EntryInput(entry=f"C-{n:05d}", raw=raw, components={"T": 55 + n % 45}, elapsed_seconds=12000 + n)
        )
    return found


def rows(scheme: Scheme, sizes: tuple[int, ...] = (100, 1_000, 10_000)) -> list[Row]:
    found = []
    for size in sizes:
        given = inputs(scheme, size)
        start = time.process_time()
        score_event(scheme, given, provisional=True)
        spent = (time.process_time() - start) * 1000
        peak = ""
        if size <= 1_000:  # tracing slows the large run ten times and tells nothing more
            tracemalloc.start()
            score_event(scheme, given, provisional=True)
            peak = f", peak {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB"
            tracemalloc.stop()
        found.append(
            Row(f"score {size:,} entries x 53 aspects", spent, note=f"{spent / size:.3f} ms an entry{peak}")
        )
    return found
