"""Derivatives of matrix functions as functions of the table: D_f(X, H), J(f, X), and v_max, polar at vectors and numbers.

D_f(X, H) is the part of f(X + H) - f(X) that is linear in H.  All f here are real and commute with the transpose, so that
D_f(X^T, H^T) = D_f(X, H)^T; of the two spellings the one with fewer transposes is the normal form.  Scalars stand in front of it.
J(f, X) is the matrix of that map, denominator layout: vec(D_f(X, H)) = J(f, X)^T vec(H).  Of a number, both are f'(t).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from matcalc.algebra import calls, entrywise, products, sums
from matcalc.algebra.functions import FRECHET
from matcalc.algebra.nodes import ONE, ZERO, Call, Node, Transpose, identity, intern, is_zero, number, zero

# f'(t) for the number t; D_power has k too
_OF_NUMBER: dict[str, Callable[..., Node]] = {
    "expm":  lambda t: calls.call("exp", [t]),
    "logm":  lambda t: entrywise.power(t, number(-1)),
    "sqrtm": lambda t: sums.times_number(Fraction(1, 2), entrywise.power(t, number(Fraction(-1, 2)))),
    "sinm":  lambda t: calls.call("cos", [t]),
    "cosm":  lambda t: sums.times_number(-1, calls.call("sin", [t])),
    "power": lambda t, k: entrywise.hadamard([k, entrywise.power(t, sums.minus(k, ONE))]),
    "polar": lambda t: ZERO,
}  # fmt: skip


def derivative(name: str, arguments: Sequence[Node]) -> Node:
    """D_f(X, H), of D_power (X, k, H), in normal form.

    >>> from matcalc.algebra.nodes import symbol; from matcalc.algebra.dimension import named
    >>> n = named("n"); X, H = symbol("X", (n, n)), symbol("H", (n, n))
    >>> turned = derivative("D_expm", [products.transpose(X), products.transpose(H)])
    >>> turned is products.transpose(derivative("D_expm", [X, H]))
    True
    """
    point, *rest, direction = arguments
    if is_zero(direction):
        return zero(direction.shape)
    if point.is_scalar:
        return entrywise.hadamard([_OF_NUMBER[FRECHET[name]](point, *rest), direction])
    c, scalars, core = sums.split(direction)
    front = entrywise.hadamard([number(c), *scalars])
    if point.is_matrix:
        body = _upright(name, point, rest, core, turned=False)
    else:
        body = products.product([_of_vector(point), core]) if point.is_column else _of_row(point, core)
    return products.scaled(front, body)


def transposed(node: Node) -> Node:
    """D_f(X, H)^T."""
    point, *rest, direction = node.children
    return _upright(node.data, point, rest, direction, turned=True)


def _upright(name: str, point: Node, rest: Sequence[Node], direction: Node, *, turned: bool) -> Node:
    if point.weight + direction.weight <= products.HEAVIEST:
        other = products.transpose(point), products.transpose(direction)
        if _rank(*other, not turned) < _rank(point, direction, turned):
            (point, direction), turned = other, not turned
    node = intern(Call, (point, *rest, direction), name, direction.shape)
    return intern(Transpose, (node,), None, direction.shape[::-1]) if turned else node


def _rank(point: Node, direction: Node, turned: bool) -> tuple[int, bool, object, object]:
    count = products.transposes(point) + products.transposes(direction) + turned
    return count, turned, point.key, direction.key


def polar(point: Node) -> Node:
    """polar(X); x / ||x|| of a column, sign(t) of a number."""
    if point.is_scalar:
        return calls.call("sign", [point])
    if point.is_matrix:
        better, flipped = products.upright(point)
        node = intern(Call, (better,), "polar", better.shape)
        return products.transpose(node) if flipped else node
    column = point if point.is_column else products.transpose(point)
    unit = products.scaled(entrywise.power(calls.call("norm", [column]), number(-1)), column)
    return unit if point.is_column else products.transpose(unit)


def _of_vector(x: Node) -> Node:
    """The symmetric matrix of D polar at a column: (I - x x^T / ||x||^2) / ||x||."""
    length = calls.call("norm", [x])
    outer = products.product([x, products.transpose(x)])
    along = products.scaled(entrywise.power(length, number(-3)), outer)
    return sums.minus(products.scaled(entrywise.power(length, number(-1)), identity(x.shape[0])), along)


def _of_row(x: Node, direction: Node) -> Node:
    return products.product([direction, _of_vector(products.transpose(x))])


def jacobian_of_polar(point: Node) -> Node:
    """J(polar, X), symmetric."""
    if point.is_scalar:
        return ZERO
    if not point.is_matrix:
        return _of_vector(point if point.is_column else products.transpose(point))
    size = point.shape[0] * point.shape[1]
    return intern(Call, (point,), "J_polar", (size, size))


def jacobian(name: str, point: Node, *rest: Node) -> Node:
    """J(f, X) of an analytic f, J_power(X, k); J(f, X^T) = J(f, X)^T."""
    if point.is_scalar:
        return _OF_NUMBER[name.removeprefix("J_")](point, *rest)
    size = point.shape[0] * point.shape[1]
    better, flipped = products.upright(point)
    node = intern(Call, (better, *rest), name, (size, size))
    return products.transpose(node) if flipped else node
