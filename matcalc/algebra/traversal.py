"""Rebuilding expressions: the constructor of every class in one table, substitution, sizes of dimensions.

All of it iterative and memoised: an expression of 100,000 shared nodes is walked once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from matcalc.algebra import (
    calls,
    declared,
    defined,
    entries,
    entrywise,
    linear,
    matrix_powers,
    products,
    sums,
    transposes,
)
from matcalc.algebra.dimension import Dimension, Shape
from matcalc.algebra.leaves import basis, commutation, direction, identity, ones, size, symbol, zero
from matcalc.algebra.nodes import (
    Apply,
    Basis,
    Call,
    Commutation,
    Defined,
    Direction,
    Entry,
    Gradient,
    Hadamard,
    Hessian,
    Identity,
    Jacobian,
    MatrixPower,
    Node,
    Ones,
    Power,
    Product,
    Scaled,
    Size,
    Slope,
    Sum,
    Symbol,
    Transpose,
    Zero,
)
from matcalc.algebra.walks import postorder


def _call(node: Node, children: Sequence[Node]) -> Node:
    if node.data == "unvec":
        return linear.unvectorised(children[0], *node.shape)
    return calls.call(node.data, children)


def _slope(node: Node, children: Sequence[Node]) -> Node:
    count = len(node.data.arguments)
    directions = (children[k : k + count] for k in range(count, len(children), count))
    return declared.slope(node.data, children[:count], *directions)


_REBUILD: dict[type[Node], Callable[[Node, Sequence[Node]], Node]] = {
    Sum:         lambda node, children: sums.add(zip(node.data, children, strict=True)),
    Product:     lambda node, children: products.product(children),
    Scaled:      lambda node, children: products.scaled(children[0], children[1]),
    Hadamard:    lambda node, children: entrywise.hadamard(children),
    Power:       lambda node, children: entrywise.power(children[0], children[1]),
    MatrixPower: lambda node, children: matrix_powers.power(children[0], children[1]),
    Transpose:   lambda node, children: transposes.transpose(children[0]),
    Call:        _call,
    Entry:       lambda node, children: entries.entry(children[0], children[1], children[2]),
    Basis:       lambda node, children: basis(children[0], node.shape[0]),
    Apply:       lambda node, children: declared.apply(node.data, children),
    Defined:     lambda node, children: defined.apply(node.data, children),
    Slope:       _slope,
    Jacobian:    lambda node, children: declared.jacobian(node.data, children),
    Gradient:    lambda node, children: declared.gradient(node.data, children),
    Hessian:     lambda node, children: declared.hessian(node.data, children),
}  # fmt: skip


def rebuild(node: Node, children: Sequence[Node]) -> Node:
    """The node of the same class and data with other children, made by its constructor."""
    return _REBUILD[type(node)](node, children)


def substitute(root: Node, values: Mapping[Node, Node]) -> Node:
    """`root` with the nodes of `values` replaced.

    >>> from matcalc.algebra.leaves import ONE, symbol; from matcalc.algebra.dimension import SCALAR
    >>> t = symbol("t", SCALAR)
    >>> substitute(sums.plus(t, t), {t: ONE}).data
    2
    """
    out: dict[Node, Node] = dict(values)
    for node in postorder(root):
        if node not in out:
            children = [out[child] for child in node.children]
            same = all(new is old for new, old in zip(children, node.children, strict=True))
            out[node] = node if same else rebuild(node, children)
    return out[root]


def instantiate(template: Node, values: Mapping[Node, Node], dimensions: Mapping[str, Dimension]) -> Node:
    """A rule's expression with its symbols replaced by `values` and the dimensions in its constants by `dimensions`."""
    return filled_in(postorder(template), values, dimensions)


def filled_in(parts: Iterable[Node], values: Mapping[Node, Node], dimensions: Mapping[str, Dimension]) -> Node:
    """`instantiate` of an expression whose parts are given in postorder: what is made of the last one."""
    known = dict(dimensions)
    out: dict[Node, Node] = dict(values)
    for node in parts:
        if node in out:
            continue
        kind = type(node)
        if not node.children:
            out[node] = _leaf(node, known)
        elif kind is Basis:
            out[node] = basis(out[node.children[0]], node.shape[0].substitute(known))
        elif kind is Call and node.data == "unvec":
            out[node] = linear.unvectorised(out[node.children[0]], *_sized(node.shape, known))
        else:
            out[node] = _REBUILD[kind](node, [out[child] for child in node.children])
    return out[node]


def _sized(shape: Shape, known: dict[str, Dimension]) -> Shape:
    return shape[0].substitute(known), shape[1].substitute(known)


def _leaf(node: Node, known: dict[str, Dimension]) -> Node:
    kind = type(node)
    if kind is Size:
        return size(node.data.substitute(known))
    if kind is Identity:
        return identity(node.shape[0].substitute(known))
    if kind is Ones:
        return ones(*_sized(node.shape, known))
    if kind is Zero:
        return zero(_sized(node.shape, known))
    if kind is Commutation:
        return commutation(*_sized(node.data, known))
    if kind is Symbol:
        return symbol(node.data, _sized(node.shape, known))
    if kind is Direction:
        return direction(node.data, _sized(node.shape, known))
    return node


def rename_dimensions(root: Node, dimensions: Mapping[str, Dimension]) -> Node:
    """`root` with its dimensions renamed everywhere, the shapes of its variables included."""
    return instantiate(root, {}, dimensions)
