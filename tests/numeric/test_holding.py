"""Whether conditions hold at a point: each word, where it does and where it does not."""

from __future__ import annotations

import pytest

from matcalc.algebra.dimension import ONE, SCALAR, named
from matcalc.algebra.leaves import symbol
from matcalc.calculus.conditions import BETWEEN, DIRECTIONS, NOWHERE, Condition
from matcalc.calculus.needs import NO_CUT
from matcalc.numeric.holding import _TESTS, directions_of, hold
from matcalc.numeric.matrices import context
from matcalc.numeric.node_values import Point
from matcalc.rulebook.lines import SINGLE
from matcalc.syntax.properties import NOT_ZERO

n = named("n")
X = symbol("X", (n, n))

# word                  pattern     holds at             does not hold at
WORDS = [
    ("positive",          "",         [[1, 2], [3, 4]],    [[1, 2], [0, 4]]),
    ("nonnegative",       "",         [[0, 2], [3, 4]],    [[1, -2], [3, 4]]),
    ("nonzero",           "",         [[1, -2], [3, 4]],   [[1, 0], [3, 4]]),
    ("nonzero",           "skew",     [[0, -2], [2, 0]],   [[1, 0], [0, 1]]),
    ("nonzero",           "diagonal", [[1, 0], [0, 2]],    [[0, 1], [1, 1]]),
    ("nonzero",           "lower",    [[1, 0], [3, 2]],    [[1, 1], [0, 1]]),
    ("nonzero",           "upper",    [[1, 3], [0, 2]],    [[1, 0], [1, 1]]),
    (BETWEEN,             "",         [[0, -0.5], [0, 0]], [[0, 1], [0, 0]]),
    (NOT_ZERO,            "",         [[0, 0], [0, 1]],    [[0, 0], [0, 0]]),
    ("invertible",        "",         [[1, 2], [3, 4]],    [[1, 2], [2, 4]]),
    ("full rank",         "",         [[1, 2], [3, 4]],    [[1, 2], [2, 4]]),
    ("positive definite", "",         [[2, 1], [1, 2]],    [[1, 2], [2, 1]]),
    ("symmetric",         "",         [[1, 2], [2, 1]],    [[1, 2], [3, 1]]),
    (NO_CUT,              "",         [[0, 1], [-1, 0]],   [[1, 0], [0, -1]]),
    ("with a simple largest eigenvalue",           "", [[2, 0], [0, 1]], [[2, 0], [0, 2]]),
    ("with a simple largest singular value",       "", [[2, 0], [0, 1]], [[2, 0], [0, -2]]),
    ("with a single largest entry",                "", [[1, 2], [3, 4]], [[1, 4], [3, 4]]),
    ("with a single smallest entry",               "", [[1, 4], [3, 4]], [[1, 1], [3, 4]]),
    ("with a single largest entry in each row",    "", [[1, 2], [2, 1]], [[1, 2], [3, 3]]),
    ("with a single largest entry in each column", "", [[1, 2], [2, 1]], [[1, 2], [1, 3]]),
    ("with a single smallest entry in each row",   "", [[1, 2], [2, 1]], [[1, 2], [3, 3]]),
    ("with a single smallest entry in each column", "", [[1, 2], [2, 1]], [[1, 2], [1, 3]]),
]  # fmt: skip


def _at(value: list[list[float]]) -> Point:
    return Point({"X": [[context().mpf(x) for x in row] for row in value]}, {"n": 2})


@pytest.mark.parametrize(("word", "pattern", "there", "elsewhere"), WORDS)
def test_a_condition_holds_where_its_word_says(word, pattern, there, elsewhere) -> None:
    assert hold([Condition(X, word, pattern)], _at(there))
    assert not hold([Condition(X, word, pattern)], _at(elsewhere))


def test_every_word_is_tried() -> None:
    assert {word for word, *_ in WORDS} == _TESTS.keys()
    assert set(SINGLE) <= _TESTS.keys()


def test_nowhere_is_no_point_and_directions_are_no_condition_on_points() -> None:
    assert not hold([Condition(X, NOWHERE)], _at([[1, 2], [3, 4]]))
    of_directions = Condition(X, DIRECTIONS, "symmetric toeplitz")
    assert hold([of_directions], _at([[1, 2], [3, 4]]))
    assert directions_of([of_directions]) == {"X": frozenset({"symmetric", "toeplitz"})}


def test_an_argument_without_a_value_meets_no_condition() -> None:
    assert not hold([Condition(symbol("c", SCALAR), "positive")], Point({}, {}))


def test_a_column_has_no_diagonal() -> None:
    x = symbol("x", (n, ONE))
    assert not hold([Condition(x, "nonzero")], Point({"x": [[context().mpf(1)], [context().mpf(0)]]}, {"n": 2}))
