"""Functions that are declared by their shapes only: g(x), D(g,x)[v], D2(g,x)[v,w], J(g,x), grad(g,x), hess(g,x), in normal form.

The differential of order k is linear in each of its k directions and does not depend on their order; numbers and scalars stand in
front of it.  A direction has one part for each argument.

| kind        | differentials                                                                                       |
|-------------|-----------------------------------------------------------------------------------------------------|
| abstract    | of a scalar by a scalar grad(g,t) h, hess(g,t) h k; D(g,s,t)[h,k] = D(g,s,t)[1,0] h + D(g,s,t)[0,1] k |
| bilinear    | B(da,c) + B(a,dc);  B(da,dc') + B(da',dc);  0                                                        |
| elementwise | phi'(x) .* v, phi''(x) .* v .* w, where phi'(x) = D(phi,x)[ones]                                     |
| analytic    | D(g,X^T)[H^T] = D(g,X)[H]^T;  D(g,c X)[X] = X g'(c X), where g'(X) = D(g,X)[I]                       |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product as every

from matcalc.algebra import entrywise, linear, products, sums, transposes
from matcalc.algebra.dimension import SCALAR, Shape
from matcalc.algebra.leaves import ONE, ZERO, identity, is_zero, number, ones, zero
from matcalc.algebra.nodes import Abstract, Apply, Gradient, Hessian, Jacobian, Node, Slope, intern
from matcalc.errors import UnsupportedError

HIGHEST = 3  # D3(g,x)[u,v,w]

Direction = Sequence[Node]  # one part for each argument


def apply(function: Abstract, arguments: Sequence[Node]) -> Node:
    """g(x); of an elementwise or analytic g it has the shape of x."""
    argument = arguments[0]
    if function.kind == "elementwise":
        if argument.is_row:
            return transposes.transpose(apply(function, [transposes.transpose(argument)]))
        return intern(Apply, (argument,), function, argument.shape)
    if function.kind == "analytic":
        better, flipped = transposes.upright(argument)
        value = intern(Apply, (better,), function, better.shape)
        return transposes.transpose(value) if flipped else value
    if function.kind == "bilinear" and any(map(is_zero, arguments)):
        return zero(function.result)
    return intern(Apply, tuple(arguments), function, function.result)


def parts(node: Node) -> tuple[tuple[Node, ...], list[tuple[Node, ...]]]:
    """The arguments of a Slope and its directions."""
    count = len(node.data.arguments)
    children = node.children
    return children[:count], [children[k : k + count] for k in range(count, len(children), count)]


def slope(function: Abstract, arguments: Sequence[Node], *directions: Direction) -> Node:
    """D(g,x)[v], D2(g,x)[v,w], D3(g,x)[u,v,w]: symmetric and linear in the directions; UnsupportedError beyond.

    >>> from matcalc.algebra.leaves import symbol
    >>> g, t, h = Abstract("g", (SCALAR,), SCALAR), symbol("t", SCALAR), symbol("h", SCALAR)
    >>> slope(g, [t], [h]) is entrywise.hadamard([gradient(g, [t]), h])
    True
    """
    if len(directions) > HIGHEST:
        raise UnsupportedError(
            f"the derivatives of {function} have names up to the third", hint="give it by an expression"
        )
    if any(all(map(is_zero, direction)) for direction in directions):
        return zero(_value_shape(function, arguments))
    return _SLOPES[function.kind](function, arguments, directions)


def _value_shape(function: Abstract, arguments: Sequence[Node]) -> Shape:
    return arguments[0].shape if function.kind in ("elementwise", "analytic") else function.result


def _elementwise(function: Abstract, arguments: Sequence[Node], directions: Sequence[Direction]) -> Node:
    argument = arguments[0]
    if argument.is_row:
        turned = [[transposes.transpose(part) for part in direction] for direction in directions]
        return transposes.transpose(slope(function, [transposes.transpose(argument)], *turned))
    unit = ones(*argument.shape)
    bare = intern(Slope, (argument, *(unit for _ in directions)), function, argument.shape)
    return entrywise.hadamard([bare, *(v for (v,) in directions if v is not unit)])


def _bilinear(function: Abstract, arguments: Sequence[Node], directions: Sequence[Direction]) -> Node:
    if len(directions) > 2:
        return zero(function.result)
    (a, c), (b, d) = (arguments, directions[0]) if len(directions) == 1 else directions
    return sums.plus(apply(function, [b, c]), apply(function, [a, d]))


def _abstract(function: Abstract, arguments: Sequence[Node], directions: Sequence[Direction]) -> Node:
    if all(argument.is_scalar for argument in arguments):
        return _of_scalars(function, arguments, directions)
    if len(arguments) > 1:
        return _interned(function, arguments, directions)
    front, bare = _taken_out(directions)
    return products.scaled(front, _interned(function, arguments, bare))


def _of_scalars(function: Abstract, arguments: Sequence[Node], directions: Sequence[Direction]) -> Node:
    """The sum over the partial derivatives: D(g,s,t)[1,0] h + D(g,s,t)[0,1] k."""
    terms = []
    for slots in every(range(len(arguments)), repeat=len(directions)):
        factors = [direction[slot] for direction, slot in zip(directions, slots, strict=True)]
        if not any(map(is_zero, factors)):
            units = [[ONE if k == slot else ZERO for k in range(len(arguments))] for slot in slots]
            terms.append(products.scaled(entrywise.hadamard(factors), _partial(function, arguments, units)))
    return sums.plus(*terms)


def _partial(function: Abstract, arguments: Sequence[Node], units: Sequence[Direction]) -> Node:
    if len(arguments) == 1 and function.result == SCALAR and len(units) < HIGHEST:
        return (gradient if len(units) == 1 else hessian)(function, arguments)
    return _interned(function, arguments, units)


def _analytic(function: Abstract, arguments: Sequence[Node], directions: Sequence[Direction]) -> Node:
    X = arguments[0]
    front, bare = _taken_out(directions)
    if X.is_scalar:
        return products.scaled(front, _partial(function, arguments, bare))
    turned = [[transposes.transpose(H)] for (H,) in bare]
    if _transposes([transposes.transpose(X)], turned, 1) < _transposes([X], bare, 0):
        flipped = slope(function, [transposes.transpose(X)], *turned)
        return products.scaled(front, transposes.transpose(flipped))
    if len(bare) == 1 and sums.split(bare[0][0])[2] is sums.split(X)[2]:
        of_identity = _interned(function, arguments, [[identity(X.shape[0])]])
        return products.scaled(front, products.product([bare[0][0], of_identity]))
    return products.scaled(front, _interned(function, arguments, bare))


def _transposes(X: Direction, directions: Sequence[Direction], outside: int) -> tuple[int, int]:
    count = transposes.count(X[0])
    return outside + count + sum(transposes.count(H) for (H,) in directions), count


def _taken_out(directions: Sequence[Direction]) -> tuple[Node, list[Direction]]:
    """The coefficients and scalars of the directions, and what is left of each."""
    front: list[Node] = []
    bare: list[Direction] = []
    for (v,) in directions:
        c, scalars, core = sums.split(v)
        front += [number(c), *scalars]
        bare.append([core])
    return entrywise.hadamard(front), bare


def _interned(function: Abstract, arguments: Sequence[Node], directions: Sequence[Direction]) -> Node:
    ordered = sorted(directions, key=lambda direction: [part.key for part in direction])
    children = (*arguments, *(part for direction in ordered for part in direction))
    return intern(Slope, children, function, _value_shape(function, arguments))


_SLOPES: dict[str, Callable[[Abstract, Sequence[Node], Sequence[Direction]], Node]] = {
    "abstract":    _abstract,
    "bilinear":    _bilinear,
    "elementwise": _elementwise,
    "analytic":    _analytic,
}  # fmt: skip


def gradient(function: Abstract, arguments: Sequence[Node]) -> Node:
    """grad(g,x) of a scalar g with one argument: the shape of x."""
    return intern(Gradient, tuple(arguments), function, arguments[0].shape)


def hessian(function: Abstract, arguments: Sequence[Node]) -> Node:
    """hess(g,x) of a scalar g with one argument: D2(g,x)[v,w] = vec(v)^T hess(g,x) vec(w), symmetric."""
    size = arguments[0].shape[0] * arguments[0].shape[1]
    return intern(Hessian, tuple(arguments), function, (size, size))


def jacobian(function: Abstract, arguments: Sequence[Node]) -> Node:
    """J(g,x), denominator layout: one row per entry of vec(x), one column per entry of vec(g(x)).

    Of a scalar g it is vec(grad(g,x)); by a scalar vec(D(g,t)[1])^T.
    """
    if arguments[0].is_scalar:
        return transposes.transpose(linear.vectorised(slope(function, arguments, [ONE])))
    if function.kind == "abstract" and function.result == SCALAR:
        return linear.vectorised(gradient(function, arguments))
    (m, n), (p, q) = arguments[0].shape, _value_shape(function, arguments)
    return intern(Jacobian, tuple(arguments), function, (m * n, p * q))
