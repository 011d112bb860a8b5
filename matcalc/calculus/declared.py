"""Df and its adjoint for functions that are declared by their shapes only: D(g,x)[v] is what the differential is called.

In: a node g(x), D(g,x)[v], D2(g,x)[v,w], grad(g,x), hess(g,x), J(g,x), one of its children k, and the change h of that child or the
cotangent y of the node.  Out: the change of the node, or what it sends to the child:

    <Y, D(g,x)[h]> = <J(g,x) vec(Y), vec(h)>         D grad(g,x)[h] = hess(g,x) h
    <y, D(g,x)[h]> = <y grad(g,x), h>, g scalar      <y, D2(g,x)[v,h]> = <y hess(g,x) v, h>, g scalar
    <Y, D(g,X)[H]> = <D(g,X^T)[Y], H>, g analytic    <Y, D(phi,x)[h]> = <phi'(x) .* Y, h>, phi elementwise

What has no name (the gradient through one of several vector arguments, the derivative of a Jacobian) is an UnsupportedError; the
differentials always have one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcalc.algebra import declared, linear, products, sums, transposes
from matcalc.algebra.declared import Direction
from matcalc.algebra.leaves import ONE, zero
from matcalc.algebra.nodes import Abstract, Node
from matcalc.errors import UnsupportedError


def _at(point: Sequence[Node], moves: Mapping[int, Node]) -> Direction:
    """The direction in which the arguments of `moves` move, and no other."""
    return [moves.get(k) or zero(argument.shape) for k, argument in enumerate(point)]


def _along(point: Sequence[Node], directions: Sequence[Direction], k: int) -> tuple[list[Direction], int]:
    """The directions that stay, and the slot that moves, where the k-th child of a Slope does."""
    if k < len(point):
        return list(directions), k
    place, slot = divmod(k - len(point), len(point))
    return [*directions[:place], *directions[place + 1 :]], slot


# ---- the change of the node


def value(node: Node, moves: Mapping[int, Node]) -> Node:
    """The change of g(x,y) where the arguments `moves` move, all at once: D(g,x,y)[h,k]."""
    return declared.slope(node.data, node.children, _at(node.children, moves))


def slope(node: Node, moves: Mapping[int, Node]) -> Node:
    """The change of D(g,x)[v]: D2(g,x)[v,h] where x moves, D(g,x)[h] where v does."""
    point, directions = declared.parts(node)
    together: dict[int, dict[int, Node]] = {}  # what moves, x or one of the directions -> the parts of it that do
    for k, h in moves.items():
        together.setdefault(k // len(point), {})[k % len(point)] = h
    terms = []
    for place, parts in together.items():
        others = directions if place == 0 else [*directions[: place - 1], *directions[place:]]
        terms.append(declared.slope(node.data, point, *others, _at(point, parts)))
    return sums.plus(*terms)


def gradient(node: Node, _: int, h: Node) -> Node:
    """D grad(g,x)[h] = hess(g,x) h."""
    return _curved(node.data, node.children, h)


def hessian(node: Node, _: int, h: Node) -> Node:
    """D hess(g,t)[h] = D3(g,t)[1,1,1] h, t a number."""
    (t,) = node.children
    if not t.is_scalar:
        raise _no_name(f"the derivative of hess({node.data}, x)", "ask for the differential of the differential")
    return products.scaled(h, declared.slope(node.data, [t], [ONE], [ONE], [ONE]))


def jacobian(node: Node, _: int, __: Node) -> Node:
    """The derivative of a Jacobian is a tensor of third order."""
    raise _no_name(f"the derivative of J({node.data}, x)", "ask for the second differential, in D2(g, x)[v, w]")


# ---- its adjoint


def pull_value(node: Node, k: int, y: Node) -> Node:
    """What the cotangent y of g(x) sends to its argument k."""
    return _pulled(node.data, node.children, [], k, y)


def pull_slope(node: Node, k: int, y: Node) -> Node:
    """What the cotangent y of D(g,x)[v] sends to x or to v."""
    point, directions = declared.parts(node)
    return _pulled(node.data, point, *_along(point, directions, k), y)


def _pulled(function: Abstract, point: Sequence[Node], others: Sequence[Direction], slot: int, y: Node) -> Node:
    """The adjoint of h -> D^k(g,x)[others,h] at y."""
    x = point[slot]
    if function.kind == "elementwise":
        return declared.slope(function, point, *others, [y])
    if x.is_scalar:
        return products.inner(declared.slope(function, point, *others, _at(point, {slot: ONE})), y)
    if function.kind == "analytic":
        turned = [[transposes.transpose(H)] for (H,) in others]
        return declared.slope(function, [transposes.transpose(x)], *turned, [y])
    if len(point) > 1:
        through = f"the gradient through {function}, a declared function of several arguments,"
        raise _no_name(through, "ask for the differential")
    if y.is_scalar and len(others) < 2:
        along = _curved(function, point, others[0][0]) if others else declared.gradient(function, point)
        return products.scaled(y, along)
    if others:
        raise _no_name(f"the gradient through a differential of {function}", "ask for the differential")
    pulled = products.product([declared.jacobian(function, point), linear.vectorised(y)])
    return linear.unvectorised(pulled, *x.shape)


def pull_gradient(node: Node, _: int, y: Node) -> Node:
    """What the cotangent y of grad(g,x) sends to x: hess(g,x) y, for it is symmetric."""
    return _curved(node.data, node.children, y)


def pull_hessian(node: Node, k: int, y: Node) -> Node:
    """What the cotangent y of hess(g,t) sends to the number t."""
    return hessian(node, k, y)


def pull_jacobian(node: Node, k: int, y: Node) -> Node:
    """See `jacobian`."""
    return jacobian(node, k, y)


def _curved(function: Abstract, point: Sequence[Node], h: Node) -> Node:
    """hess(g,x) h, of the shape of x."""
    curvature = declared.hessian(function, point)
    if h.is_scalar:
        return products.scaled(h, curvature)
    return linear.unvectorised(products.product([curvature, linear.vectorised(h)]), *h.shape)


def _no_name(what: str, hint: str) -> UnsupportedError:
    return UnsupportedError(f"{what} has no name", hint=hint)
