"""Derivatives of matrix functions as functions of the table: D_f(X, H), D2_f(X, H, K), J(f, X), J2_f(X, K), polar at vectors and numbers.

D_f(X, H) is the part of f(X + H) - f(X) that is linear in H, D2_f(X, H, K) that of D_f(X + K, H) - D_f(X, H) in K: symmetric in
H and K, linear in each.  All f here are real and commute with the transpose, so that D_f(X^T, H^T) = D_f(X, H)^T and likewise for
D2_f; of the two spellings the one with fewer transposes is the normal form.  Scalars stand in front, the directions are in order.
J(f, X) is the matrix of the first map, denominator layout: vec(D_f(X, H)) = J(f, X)^T vec(H), and J2_f(X, K) its derivative:
vec(D2_f(X, H, K)) = J2_f(X, K)^T vec(H).  Of a number they are f'(t) and f''(t).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial

from matcalc.algebra import calls, entrywise, products, sums, transposes
from matcalc.algebra.functions import FRECHET, JACOBIAN, SECOND_JACOBIAN
from matcalc.algebra.leaves import ONE, ZERO, identity, is_zero, number, zero
from matcalc.algebra.nodes import Call, Identity, Node, Transpose, intern


def _multiple(c: int, t: Node) -> Node:
    return sums.times_number(c, t)


# f'(t) and f''(t) for the number t, and the exponent of a power; D2_sqrtm is not needed: a rule gives it by D_sqrtm
_OF_NUMBER: dict[str, tuple[Callable[..., Node], ...]] = {
    "expm":  (lambda t: calls.call("exp", [t]), lambda t: calls.call("exp", [t])),
    "logm":  (lambda t: entrywise.power(t, number(-1)), lambda t: _multiple(-1, entrywise.power(t, number(-2)))),
    "sqrtm": (lambda t: sums.times_number(Fraction(1, 2), entrywise.power(t, number(Fraction(-1, 2)))),),
    "sinm":  (lambda t: calls.call("cos", [t]), lambda t: _multiple(-1, calls.call("sin", [t]))),
    "cosm":  (lambda t: _multiple(-1, calls.call("sin", [t])), lambda t: _multiple(-1, calls.call("cos", [t]))),
    "power": (
        lambda t, k: entrywise.hadamard([k, entrywise.power(t, sums.minus(k, ONE))]),
        lambda t, k: entrywise.hadamard([k, sums.minus(k, ONE), entrywise.power(t, sums.minus(k, number(2)))]),
    ),
    "polar": (lambda t: ZERO, lambda t: ZERO),
}  # fmt: skip


def derivative(name: str, *arguments: Node) -> Node:
    """D_f(X, H) or D2_f(X, H, K), of a power (X, k, H) or (X, k, H, K), in normal form.

    >>> from matcalc.algebra.leaves import symbol; from matcalc.algebra.dimension import named
    >>> n = named("n"); X, H = symbol("X", (n, n)), symbol("H", (n, n))
    >>> turned = derivative("D_expm", transposes.transpose(X), transposes.transpose(H))
    >>> turned is transposes.transpose(derivative("D_expm", X, H))
    True
    """
    point, rest, directions = parts(name, arguments)
    if any(map(is_zero, directions)):
        return zero(directions[0].shape)
    f, order = FRECHET[name]
    if point.is_scalar:
        return entrywise.hadamard([_OF_NUMBER[f][order - 1](point, *rest), *directions])
    front, cores = _split(directions)
    if point.is_matrix:
        body = _upright(name, point, rest, cores, turned=False)
    elif point.is_column:
        body = products.product([_of_vector(point, *cores[1:]), cores[0]])
    else:
        x, *turned = map(transposes.transpose, (point, *cores))
        body = transposes.transpose(products.product([_of_vector(x, *turned[1:]), turned[0]]))
    return products.scaled(front, body)


def is_symmetric(node: Node) -> bool:
    """Whether this is a D2_f(X, H, K), which is D2_f(X, K, H)."""
    return FRECHET.get(node.data, ("", 0))[1] == 2


def parts(name: str, arguments: Sequence[Node]) -> tuple[Node, Sequence[Node], Sequence[Node]]:
    """The point X, the exponent of a power, the directions."""
    first = len(arguments) - FRECHET[name][1]
    return arguments[0], arguments[1:first], arguments[first:]


def _split(directions: Sequence[Node]) -> tuple[Node, list[Node]]:
    """The scalar in front, and the directions without it."""
    front: list[Node] = [ONE]
    cores: list[Node] = []
    for direction in directions:
        c, scalars, core = sums.split(direction)
        front += [number(c), *scalars]
        cores.append(core)
    return entrywise.hadamard(front), cores


def transposed(node: Node) -> Node:
    """D_f(X, H)^T."""
    point, rest, directions = parts(node.data, node.children)
    return _upright(node.data, point, rest, directions, turned=True)


def _upright(name: str, point: Node, rest: Sequence[Node], directions: Sequence[Node], *, turned: bool) -> Node:
    point, directions, turned = _better(point, directions, turned)
    shape = directions[0].shape
    node = intern(Call, (point, *rest, *directions), name, shape)
    return intern(Transpose, (node,), None, shape[::-1]) if turned else node


def _better(point: Node, directions: Sequence[Node], turned: bool) -> tuple[Node, Sequence[Node], bool]:
    """X, H, K or their transposes, whichever has fewer of them; the directions in order, the identity first."""
    directions = _in_order(directions)
    if point.weight + sum(direction.weight for direction in directions) <= transposes.HEAVIEST:
        other = transposes.transpose(point), _in_order([transposes.transpose(direction) for direction in directions])
        if _rank(*other, not turned) < _rank(point, directions, turned):
            return *other, not turned
    return point, directions, turned


def _in_order(directions: Sequence[Node]) -> list[Node]:
    return sorted(directions, key=lambda direction: (type(direction) is not Identity, direction.key))


def _rank(point: Node, directions: Sequence[Node], turned: bool) -> tuple[int, bool, object, object]:
    count = transposes.count(point) + sum(map(transposes.count, directions)) + turned
    return count, turned, point.key, [direction.key for direction in directions]


def polar(point: Node) -> Node:
    """polar(X); x / ||x|| of a column, sign(t) of a number."""
    if point.is_scalar:
        return calls.call("sign", [point])
    if point.is_matrix:
        better, flipped = transposes.upright(point)
        node = intern(Call, (better,), "polar", better.shape)
        return transposes.transpose(node) if flipped else node
    column = point if point.is_column else transposes.transpose(point)
    unit = products.scaled(entrywise.power(calls.call("norm", [column]), number(-1)), column)
    return unit if point.is_column else transposes.transpose(unit)


def _of_vector(x: Node, *direction: Node) -> Node:
    """The symmetric matrix M of D polar at a column, M h = D polar(x)[h], or M h = D2 polar(x)[h, k] for a direction k.

    With r = ||x||:  I/r - x x^T/r^3,  and  3 (x^T k) x x^T/r^5 - ((x^T k) I + k x^T + x k^T)/r^3.
    """
    length = calls.call("norm", [x])
    eye, outer = identity(x.shape[0]), products.product([x, transposes.transpose(x)])

    def over(p: int, body: Node) -> Node:
        return products.scaled(entrywise.power(length, number(-p)), body)

    if not direction:
        return sums.minus(over(1, eye), over(3, outer))
    (k,) = direction
    along = products.inner(x, k)
    mixed = products.product([k, transposes.transpose(x)])
    rest = sums.plus(products.scaled(along, eye), mixed, transposes.transpose(mixed))
    return sums.minus(over(5, sums.times_number(3, products.scaled(along, outer))), over(3, rest))


def jacobian_of_polar(point: Node, *direction: Node) -> Node:
    """J(polar, X), or J2_polar(X, K) for a direction K: symmetric."""
    if point.is_scalar:
        return ZERO
    size = point.shape[0] * point.shape[1]
    if any(map(is_zero, direction)):
        return zero((size, size))
    front, cores = _split(direction)
    if point.is_matrix:
        body = intern(Call, (point, *cores), "J2_polar" if direction else "J_polar", (size, size))
    else:
        body = _of_vector(*(each if each.is_column else transposes.transpose(each) for each in (point, *cores)))
    return products.scaled(front, body)


def jacobian(name: str, point: Node, *rest: Node) -> Node:
    """J(f, X) of an analytic f, J_power(X, k); J(f, X^T) = J(f, X)^T."""
    if point.is_scalar:
        return _OF_NUMBER[name.removeprefix("J_")][0](point, *rest)
    size = point.shape[0] * point.shape[1]
    better, flipped = transposes.upright(point)
    node = intern(Call, (better, *rest), name, (size, size))
    return transposes.transpose(node) if flipped else node


def second_jacobian(name: str, point: Node, *rest_and_direction: Node) -> Node:
    """J2_f(X, K) of an analytic f, J2_power(X, k, K); J2_f(X^T, K^T) = J2_f(X, K)^T."""
    *rest, direction = rest_and_direction
    if point.is_scalar:
        return entrywise.hadamard([_OF_NUMBER[name.removeprefix("J2_")][1](point, *rest), direction])
    size = point.shape[0] * point.shape[1]
    if is_zero(direction):
        return zero((size, size))
    front, cores = _split([direction])
    point, (core,), flipped = _better(point, cores, turned=False)
    node = intern(Call, (point, *rest, core), name, (size, size))
    return products.scaled(front, transposes.transpose(node) if flipped else node)


MADE: dict[str, Callable[..., Node]] = {
    "polar": polar,
    **{name: partial(derivative, name) for name in FRECHET},
    **{name: partial(jacobian, name) for name in (*JACOBIAN.values(), "J_power")},
    **{name: partial(second_jacobian, name) for name in SECOND_JACOBIAN},
    **dict.fromkeys(("J_polar", "J2_polar"), jacobian_of_polar),
}
