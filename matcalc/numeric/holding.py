"""Whether a condition of an answer holds at a point: it is evaluated, and must hold by a margin.

A table: one row for each word that a condition may say.  Where an argument has no value no condition about it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from matcalc.calculus.conditions import BETWEEN, Condition
from matcalc.calculus.needs import NO_CUT
from matcalc.errors import EvaluationError
from matcalc.numeric.decompositions import cholesky, eigenvalues, singular_values, symmetric
from matcalc.numeric.matrices import Matrix, Real, context, entries, largest, transpose
from matcalc.numeric.node_values import Point
from matcalc.syntax.properties import NOT_ZERO

MARGIN = 1e-9  # beside the largest entry


def hold(conditions: Iterable[Condition], point: Point) -> bool:
    """Whether all conditions hold at the point, those on directions aside.

    >>> from matcalc.algebra.dimension import SCALAR; from matcalc.algebra.leaves import symbol
    >>> c = symbol("c", SCALAR)
    >>> [hold([Condition(c, "nonzero")], Point({"c": [[value]]}, {})) for value in (2, 0)]
    [True, False]
    """
    return all(condition.is_of_directions or _holds(condition, point) for condition in conditions)


def directions_of(conditions: Iterable[Condition]) -> dict[str, frozenset[str]]:
    """Variable -> the properties of the directions for which the answer holds."""
    return {c.argument.data: frozenset(c.pattern.split()) for c in conditions if c.is_of_directions}


def _holds(condition: Condition, point: Point) -> bool:
    if condition.is_nowhere:
        return False
    test = _TESTS.get(condition.word)
    try:
        value = point.value(condition.argument)
        return test is None or test(value, condition)  # None: a property that only a user's rule asks for
    except EvaluationError:
        return False


def _of_entries(test: Callable[[Real], bool]) -> Callable[[Matrix, Condition], bool]:
    """Of every entry that the condition is about."""

    def holds(value: Matrix, condition: Condition) -> bool:
        return all(test(entry) for i, row in enumerate(value) for j, entry in enumerate(row) if condition.about(i, j))

    return holds


def _of(test: Callable[[Matrix], bool]) -> Callable[[Matrix, Condition], bool]:
    return lambda value, _: test(value)


def _is_apart(values: Iterable[Real]) -> bool:
    """Whether the largest of some numbers is larger than the others."""
    *others, last = sorted(values)
    return not others or bool(last - others[-1] > MARGIN * max(1, abs(last)))


def _full_rank(value: Matrix) -> bool:
    found = singular_values(value)
    return bool(found[0] > MARGIN * found[-1])


def _positive_definite(value: Matrix) -> bool:
    cholesky(symmetric(value))
    return True


def _has_no_cut(value: Matrix) -> bool:
    mp = context()
    found = mp.eig(mp.matrix(value), left=False, right=False)
    return all(mp.re(t) > 0 or abs(mp.im(t)) > MARGIN * abs(t) for t in found)


def _is_symmetric(value: Matrix) -> bool:
    symmetric(value)
    return True


def _negative(values: Iterable[Real]) -> list[Real]:
    return [-value for value in values]


_TESTS: dict[str, Callable[[Matrix, Condition], bool]] = {
    "positive":          _of_entries(lambda t: t > MARGIN),
    "nonnegative":       _of_entries(lambda t: t >= 0),
    "nonzero":           _of_entries(lambda t: abs(t) > MARGIN),
    BETWEEN:             _of_entries(lambda t: abs(t) < 1 - MARGIN),
    NOT_ZERO:            _of(lambda a: largest(a) > MARGIN),
    "invertible":        _of(_full_rank),
    "full rank":         _of(_full_rank),
    "positive definite": _of(_positive_definite),
    "symmetric":         _of(_is_symmetric),
    NO_CUT:              _of(_has_no_cut),
    "with a simple largest eigenvalue":             _of(lambda a: _is_apart(eigenvalues(symmetric(a)))),
    "with a simple largest singular value":         _of(lambda a: _is_apart(singular_values(a))),
    "with a single largest entry":                  _of(lambda a: _is_apart(entries(a))),
    "with a single smallest entry":                 _of(lambda a: _is_apart(_negative(entries(a)))),
    "with a single largest entry in each row":      _of(lambda a: all(map(_is_apart, a))),
    "with a single smallest entry in each row":     _of(lambda a: all(map(_is_apart, map(_negative, a)))),
    "with a single largest entry in each column":   _of(lambda a: all(map(_is_apart, transpose(a)))),
    "with a single smallest entry in each column":  _of(lambda a: all(map(_is_apart, map(_negative, transpose(a))))),
}  # fmt: skip
