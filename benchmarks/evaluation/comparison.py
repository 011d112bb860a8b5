"""One problem at one size: every column's call, checked against the program by hand, then timed beside the others.

A column that has no call (library not installed, form refused, no such form) is empty; one whose result differs is WRONG and
is not timed.  A call that takes more than `SLOW` seconds is timed once, and its column is left out at larger sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import matcalc

from .autodiff import Call, Library
from .by_hand import HAND
from .emitted import jax_call, numpy_call
from .measure import TOLERANCE, distance, once, peak, times
from .problems import Data, Problem, data

HAND_COLUMN, NUMPY, JAX = "by hand", "numpy", "jax"
SLOW = 2.0  # seconds
DENSE = ("gradient", "hessian")  # what automatic differentiation has too


@dataclass
class Row:
    """Seconds and bytes per column; `wrong` and `refused` say why a column is empty."""

    problem: Problem
    what: str
    n: int
    seconds: dict[str, float] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def ratio(self, above: str, below: str) -> float | None:
        """Time of one column over that of another, where both were measured."""
        found = self.seconds.get(above), self.seconds.get(below)
        return found[0] / found[1] if found[0] and found[1] else None

    @property
    def memory(self) -> float | None:
        """Peak memory of the emitted NumPy program over that of the program by hand."""
        found = self.bytes.get(NUMPY), self.bytes.get(HAND_COLUMN)
        return found[0] / found[1] if found[0] and found[1] else None


Timed = Callable[[Problem, str, int, Mapping[str, Call], Callable[[list[float]], float]], dict[str, float]]


def together(
    problem: Problem, what: str, n: int, calls: Mapping[str, Call], statistic: Callable[[list[float]], float]
) -> dict[str, float]:
    """The time of each call, all of them interleaved in this process."""
    return times(calls, statistic)


def by_hand(problem: Problem, what: str, values: Data) -> Call:
    """The program by hand on these values."""
    function = HAND[problem.name, what]
    return lambda: function(**values)


def difference(call: Call, truth: Any) -> str:
    """How far the result is from the truth, or what was raised instead; empty if it is equal to `TOLERANCE`."""
    try:
        found = distance(call(), truth)
    except Exception as error:
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return "" if found < TOLERANCE else f"off by {found:.1e} of the largest entry"


def makers(what: str, libraries: list[Library]) -> dict[str, Callable[[Problem, str, Data], Call]]:
    """The columns that there are for `what`."""
    emitted = {
        HAND_COLUMN: by_hand,
        NUMPY: numpy_call,
        **({JAX: jax_call} if any(one.column == "jax.jit" for one in libraries) else {}),
    }
    return emitted | ({one.column: one.call for one in libraries} if what in DENSE else {})


def compare(
    problem: Problem,
    what: str,
    n: int,
    libraries: list[Library],
    left_out: set[str],
    timed: Timed = together,
    statistic: Callable[[list[float]], float] = median,
) -> Row:
    """The row of one size; columns that turn out slow join `left_out`."""
    values = data(problem, n)
    row = Row(problem, what, n)
    truth, calls = by_hand(problem, what, values)(), dict[str, Call]()
    for column, make in makers(what, libraries).items():
        if column in left_out:
            continue
        try:
            call = make(problem, what, values)
        except matcalc.MatcalcError as error:
            row.refused[column] = str(error).splitlines()[0]
            continue
        if trouble := difference(call, truth):
            row.wrong[column] = trouble
        elif (seconds := once(call)) > SLOW:
            row.seconds[column] = seconds
            left_out.add(column)
        else:
            calls[column] = call
    row.seconds |= timed(problem, what, n, calls, statistic)
    row.bytes = {column: peak(calls[column]) for column in (HAND_COLUMN, NUMPY) if column in calls}
    return row
