"""Every column in a process of its own, one after the other.

On several cores a library's threads stay awake for a while after a call, and another library in the same process would wait for
the cores that they hold: what is measured then is the meeting of the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from statistics import median

from .autodiff import libraries
from .comparison import makers
from .measure import times
from .problems import PROBLEMS, Problem, data

Statistic = Callable[[list[float]], float]

# through all columns, each with new arrays: where they lie in memory is worth up to a fifth of the time
ROUNDS = 3


def times_apart(problem: Problem, what: str, n: int, columns: Iterable[str], statistic: Statistic) -> dict[str, float]:
    """The time per call in seconds of each column, by its own process, which lives until the end; of three the one between."""
    asked = (problem.name, what, n, statistic)
    rounds = [
        {column: _process(column).submit(_seconds, column, *asked).result() for column in columns}
        for _ in range(ROUNDS)
    ]
    return {column: median(taken[column] for taken in rounds) for column in columns}


@cache
def _process(column: str) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _seconds(column: str, name: str, what: str, n: int, statistic: Statistic) -> float:
    """In the process of the column: the call is made from the same data, and timed alone."""
    problem = next(problem for problem in PROBLEMS if problem.name == name)
    call = makers(what, libraries()[0])[column](problem, what, data(problem, n))
    return times({column: call}, statistic)[column]
