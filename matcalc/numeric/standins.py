"""Definite functions in place of those that are declared by their shapes only, to evaluate and verify what is said of all.

g(x) is P sin(Q vec(x) + r) for random P, Q, r that depend on its name alone; a bilinear one is a random tensor, an elementwise one
a sin(b t) + t^2.  Values and first derivatives are exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from matcalc.algebra.dimension import Shape
from matcalc.numeric.matrices import (
    Matrix,
    Real,
    add,
    column,
    context,
    entries,
    entrywise,
    filled,
    multiply,
    scale,
    transpose,
)

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
    mp = context()
    if function.kind == "elementwise":
        a, b = _curve(function.name)
        return entrywise(lambda t: a * mp.sin(b * t) + t * t, arguments[0])
    count = _count(function.result, sizes)
    if function.kind == "bilinear":
        x, y = map(entries, arguments)
        tensors = [_random(f"{function.name} {k}", len(x), len(y)) for k in range(count)]
        return _reshaped([multiply([x], multiply(t, column(y)))[0][0] for t in tensors], function.result, sizes)
    p, inside, _ = _inside(function.name, count, arguments)
    return _reshaped(entries(multiply(p, entrywise(mp.sin, inside))), function.result, sizes)


def slope(function: Any, arguments: Sequence[Matrix], directions: Sequence[Matrix], sizes: Mapping[str, int]) -> Matrix:
    """D(g,x)[v]: linear in all directions together."""
    mp = context()
    if function.kind == "elementwise":
        a, b = _curve(function.name)
        return entrywise(lambda t, v: (a * b * mp.cos(b * t) + 2 * t) * v, arguments[0], directions[0])
    if function.kind == "bilinear":
        (x, y), (dx, dy) = arguments, directions
        return add(value(function, [dx, y], sizes), value(function, [x, dy], sizes))
    moved = multiply(transpose(jacobian(function, arguments, sizes)), _stacked(directions))
    return _reshaped(entries(moved), function.result, sizes)


def jacobian(function: Any, arguments: Sequence[Matrix], sizes: Mapping[str, int]) -> Matrix:
    """J(g,x): one row per entry of vec(x), one column per entry of vec(g(x)); diag(vec(phi'(x))) of an elementwise phi."""
    if function.kind == "elementwise":
        slopes = entries(slope(function, arguments, [entrywise(lambda t: t - t + 1, arguments[0])], sizes))
        return filled(len(slopes), len(slopes), lambda i, j: slopes[i] if i == j else context().mpf(0))
    p, inside, q = _inside(function.name, _count(function.result, sizes), arguments)
    slopes = entries(entrywise(context().cos, inside))
    return transpose(multiply(p, [scale(c, [row])[0] for c, row in zip(slopes, q, strict=True)]))


def gradient(function: Any, arguments: Sequence[Matrix], sizes: Mapping[str, int]) -> Matrix:
    """grad(g,x): the shape of x."""
    flat = entries(jacobian(function, arguments, sizes))
    rows = len(arguments[0])
    return filled(rows, len(arguments[0][0]), lambda i, j: flat[i + rows * j])


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
