"""CPU-seconds by stage."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def cpu() -> float:
    """CPU-seconds of this process so far, all threads, user and system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Clock:
    """Adds up what each stage costs; says so on standard error as it goes."""

    def __init__(self, who: str) -> None:
        self._who = who
        self.spent: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        began = cpu()
        yield
        self.add(stage, cpu() - began)

    def add(self, stage: str, seconds: float) -> None:
        """Add CPU-seconds to a stage."""
        self.spent[stage] = self.spent.get(stage, 0.0) + seconds
        print(f"{self._who}: {stage} {self.spent[stage]:.2f} CPU-s", file=sys.stderr)
