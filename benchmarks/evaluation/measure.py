"""Calls beside each other: equal results first, then interleaved times, then peak memory.

Times are medians of wall-clock times per call, in rounds that go through all calls in turn, so that a disturbance of the machine
meets all of them.  Peak memory is what `tracemalloc` sees of one call: NumPy's arrays, the result included; not the scratch
memory inside LAPACK, and nothing of other libraries.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

import numpy as np

from .autodiff import Call
from .problems import Array

TOLERANCE = 1e-9  # of the largest entry
ROUND = 2e-3  # seconds that a call takes part in one round at least
BUDGET = 1.0  # seconds that one call may take in all, beyond the fewest rounds
FEWEST, MOST = 5, 41  # rounds


def flat(result: Any, shape: tuple[int, ...]) -> Array:
    """A result as NumPy; a Hessian by a matrix that comes with four axes (i, j, k, l) on vec, columns stacked.

    >>> flat(np.arange(16.0).reshape(2, 2, 2, 2), (4, 4))[0].tolist()
    [0.0, 2.0, 1.0, 3.0]
    """
    found = np.asarray(result, float)
    if found.ndim == 4 and len(shape) == 2:
        found = found.transpose(1, 0, 3, 2)
    return found.reshape(shape)


def distance(result: Any, truth: Any) -> float:
    """The largest difference, over the largest entry of the truth; of several results the largest of theirs."""
    if isinstance(truth, tuple):
        return max(distance(one, other) for one, other in zip(result, truth, strict=True))
    true = np.asarray(truth, float)
    scale = np.max(np.abs(true), initial=np.finfo(float).tiny)
    return float(np.max(np.abs(flat(result, true.shape) - true)) / scale)


def once(call: Call) -> float:
    """The time of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def times(calls: Mapping[str, Call], statistic: Callable[[list[float]], float] = median) -> dict[str, float]:
    """The median time per call in seconds, all calls interleaved; another `statistic` of it if asked."""
    counts = {}
    for name, call in calls.items():
        call()
        counts[name] = max(1, round(ROUND / max(once(call), 1e-7)))
    taken: dict[str, list[float]] = {name: [] for name in calls}
    enabled = gc.isenabled()
    gc.disable()
    try:
        for done in range(MOST):
            for name, call in calls.items():
                if done >= FEWEST and counts[name] * sum(taken[name]) > BUDGET:
                    continue
                begun = time.perf_counter()
                for _ in range(counts[name]):
                    call()
                taken[name].append((time.perf_counter() - begun) / counts[name])
    finally:
        if enabled:
            gc.enable()
    return {name: statistic(found) for name, found in taken.items()}


def peak(call: Call) -> int:
    """Bytes that one call holds at most beyond what was held before, its result included."""
    call()
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        call()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
