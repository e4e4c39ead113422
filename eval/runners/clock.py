"""Measures wall-clock and processor time of named stages, in milliseconds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class StageClock:
    """Times of one item. ``cpu_ms`` counts all threads of the process, so it may exceed ``wall_ms``."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self.stages_cpu: dict[str, float] = {}
        self._wall = time.perf_counter()
        self._cpu = time.process_time()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time spent inside to ``name``, in :attr:`stages` and :attr:`stages_cpu`."""
        start, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + (time.perf_counter() - start) * 1000
            spent = (time.process_time() - cpu) * 1000
            self.stages_cpu[name] = self.stages_cpu.get(name, 0.0) + spent

    @property
    def wall_ms(self) -> float:
        return (time.perf_counter() - self._wall) * 1000

    @property
    def cpu_ms(self) -> float:
        return (time.process_time() - self._cpu) * 1000
