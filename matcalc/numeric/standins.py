"""Definite functions in place of those that are declared by their shapes only, to evaluate and verify what is said of all.

g(x) is P sin(Q vec(x) + r) for random P, Q, r that depend on its name alone; a bilinear one is a random tensor, an elementwise one
a sin(b t) + t^2, an analytic one a X + b X^2 + X^3.  Values and all derivatives are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import permutations
from random import Random
from typing import Any

from matcalc.algebra.dimension import Shape
from matcalc.numeric.matrices import Matrix, Real, add, column, context, entries, entrywise, filled, multiply, scale

TERMS = 3  # rows of Q


def _random(seed: str, rows: int, columns: int) -> Matrix:
    draw, mp = Random(seed), context()
    return filled(rows, columns, lambda i, j: mp.mpf(draw.randint(-64, 64)) / 64)


def _reshaped(x: Sequence[Real], shape: Shape, sizes: Mapping[str, int]) -> Matrix:
    rows, columns = shape[0].evaluate(dict(sizes)), shape[1].evaluate(dict(sizes))
    return filled(rows, columns, lambda i, j: x[i + rows * j])


def _stacked(arguments: Sequence[Matrix]) -> Matrix:
    return column(entry for argument in arguments for entry in entries(argument))


def value(function: Any, arguments: Sequence[Matrix], sizes: Mapping[str, int]) -> Matrix:
    """g(x), g a function of Typing.functions."""
    return slope(function, arguments, [], sizes)


def slope(
    function: Any, arguments: Sequence[Matrix], directions: Sequence[Sequence[Matrix]], sizes: Mapping[str, int]
) -> Matrix:
    """D(g,x)[v], D2(g,x)[v,w]: the value for no direction; a direction has a part for each argument.

    >>> from matcalc.syntax.declarations import read_declarations
    >>> g = read_declarations("g: analytic").functions["g"]
    >>> x, one, h = ([[context().mpf(t)]] for t in ("0.3", "1", "1e-20"))
    >>> change = add(value(g, [add(x, h)], {}), scale(-1, value(g, [x], {})))
    >>> abs(change[0][0] / h[0][0] - slope(g, [x], [[one]], {})[0][0]) < 1e-18
    True
    """
    return _KINDS[function.kind](function, arguments, directions, sizes)


def _elementwise(
    function: Any, arguments: Sequence[Matrix], directions: Sequence[Sequence[Matrix]], _: Mapping[str, int]
) -> Matrix:
    mp, order = context(), len(directions)
    a, b = _curve(function.name)
    square = (lambda t: t * t, lambda t: 2 * t, lambda t: 2, lambda t: 0)[order]
    curve = entrywise(lambda t: a * b**order * mp.sin(b * t + order * mp.pi / 2) + square(t), arguments[0])
    return reduce(lambda done, direction: entrywise(lambda s, t: s * t, done, direction[0]), directions, curve)


def _bilinear(
    function: Any, arguments: Sequence[Matrix], directions: Sequence[Sequence[Matrix]], sizes: Mapping[str, int]
) -> Matrix:
    if len(directions) > 2:
        return scale(0, _bilinear(function, arguments, [], sizes))
    if directions:
        # B(a, d) + B(b, c): a differential of first order is B(da, c) + B(a, dc), of second order B(da, dc') + B(da', dc)
        (a, c), (b, d) = (arguments, *directions)[-2:]
        return add(_bilinear(function, [a, d], [], sizes), _bilinear(function, [b, c], [], sizes))
    x, y = map(entries, arguments)
    tensors = [_random(f"{function.name} {k}", len(x), len(y)) for k in range(_count(function.result, sizes))]
    return _reshaped([multiply([x], multiply(t, column(y)))[0][0] for t in tensors], function.result, sizes)


def _abstract(
    function: Any, arguments: Sequence[Matrix], directions: Sequence[Sequence[Matrix]], sizes: Mapping[str, int]
) -> Matrix:
    mp, order = context(), len(directions)
    p, inside, q = _inside(function.name, _count(function.result, sizes), arguments)
    waves = entrywise(lambda t: mp.sin(t + order * mp.pi / 2), inside)
    for direction in directions:
        waves = entrywise(lambda s, t: s * t, waves, multiply(q, _stacked(direction)))
    return _reshaped(entries(multiply(p, waves)), function.result, sizes)


def _analytic(
    function: Any, arguments: Sequence[Matrix], directions: Sequence[Sequence[Matrix]], _: Mapping[str, int]
) -> Matrix:
    """D^k X^p[H, ...]: the sum of all words of p letters in which each direction stands once, X elsewhere."""
    (X,) = arguments
    result = scale(0, X)
    for p, coefficient in enumerate((*_curve(function.name), 1), 1):
        for places in permutations(range(p), len(directions)):
            word = [X] * p
            for place, (H,) in zip(places, directions, strict=True):
                word[place] = H
            result = add(result, scale(coefficient, reduce(multiply, word)))
    return result


_KINDS: dict[str, Callable[..., Matrix]] = {
    "abstract":    _abstract,
    "bilinear":    _bilinear,
    "elementwise": _elementwise,
    "analytic":    _analytic,
}  # fmt: skip


def jacobian(function: Any, arguments: Sequence[Matrix], sizes: Mapping[str, int]) -> Matrix:
    """J(g,x): one row per entry of vec(x), one column per entry of vec(g(x)); diag(vec(phi'(x))) of an elementwise phi."""
    return [entries(slope(function, arguments, [[unit]], sizes)) for unit in _units(arguments[0])]


def gradient(function: Any, arguments: Sequence[Matrix], sizes: Mapping[str, int]) -> Matrix:
    """grad(g,x): the shape of x."""
    flat = entries(jacobian(function, arguments, sizes))
    rows = len(arguments[0])
    return filled(rows, len(arguments[0][0]), lambda i, j: flat[i + rows * j])


def hessian(function: Any, arguments: Sequence[Matrix], sizes: Mapping[str, int]) -> Matrix:
    """hess(g,x): D2(g,x)[1_i, 1_j] at (i,j), the entries of x counted as in vec(x)."""
    units = _units(arguments[0])
    return [[slope(function, arguments, [[v], [w]], sizes)[0][0] for w in units] for v in units]


def _units(x: Matrix) -> list[Matrix]:
    """The matrix units of the shape of x, in the order of vec(x)."""
    rows, columns = len(x), len(x[0])
    return [_unit(rows, columns, i, j) for j in range(columns) for i in range(rows)]


def _unit(rows: int, columns: int, row: int, column_: int) -> Matrix:
    return filled(rows, columns, lambda i, j: context().mpf(int((i, j) == (row, column_))))


def _count(shape: Shape, sizes: Mapping[str, int]) -> int:
    return (shape[0] * shape[1]).evaluate(dict(sizes))


def _curve(name: str) -> tuple[Real, Real]:
    ((a, b),) = _random(name, 1, 2)
    return a + 2, b + 2


def _inside(name: str, count: int, arguments: Sequence[Matrix]) -> tuple[Matrix, Matrix, Matrix]:
    """P, Q vec(x) + r, Q."""
    x = _stacked(arguments)
    q = _random(f"{name} Q", TERMS, len(x))
    return _random(f"{name} P", count, TERMS), add(multiply(q, x), _random(f"{name} r", TERMS, 1)), q
