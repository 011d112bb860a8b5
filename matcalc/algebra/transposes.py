"""Transposes: (A B)^T = B^T A^T, A^T^T = A; a row is the transpose of a column.

They go into products and stay outside of functions, sums and entrywise products wherever that means fewer of them.  No recursion
is deeper than HEAVIEST allows: heavier expressions keep their transpose outside.
"""

from __future__ import annotations

from matcalc.algebra import entrywise, frechet, kronecker, products, sums
from matcalc.algebra.functions import FRECHET
from matcalc.algebra.leaves import commutation, ones, zero
from matcalc.algebra.nodes import (
    Call,
    Commutation,
    Hadamard,
    Hessian,
    Identity,
    MatrixPower,
    Node,
    Ones,
    Product,
    Scaled,
    Sum,
    Transpose,
    Zero,
    intern,
    memo,
)

HEAVIEST = 200


# f(X^T) = f(X)^T for these functions of a matrix; so do all entrywise ones.
COMMUTES_WITH_TRANSPOSE = frozenset(
    "pinv adj cof expm logm sqrtm sinm cosm polar sum_diagonals J_expm J_logm J_sinm J_cosm J_power"
    " J2_expm J2_logm J2_sinm J2_cosm J2_power".split()
)


# Symmetric, whatever their arguments.
SYMMETRIC = frozenset({"diag", "J_polar", "J2_polar"})


def count(node: Node) -> int:
    """How many transposes of vectors or matrices are seen at the top of `node`; 0 if it is too heavy to be turned."""
    kind = type(node)
    if node.weight > HEAVIEST:
        return int(kind is Transpose)
    if kind is Transpose:
        return 1 + count(node.children[0])
    if kind is Product:
        return sum(type(factor) is Transpose for factor in node.children)
    if kind is Scaled or (kind is Sum and len(node.children) == 1):
        return count(node.children[-1])
    if kind is Hadamard or kind is Sum or (kind is Call and node.data == "kron"):
        return sum(count(factor) for factor in node.children)
    return 0


_turned_before = memo()  # without it the transposes of nested sums and products would be made over and over


def transpose(node: Node) -> Node:
    """The transpose: (A B)^T = B^T A^T, (A^T)^T = A, (c A)^T = c A^T.

    >>> from matcalc.algebra.leaves import symbol; from matcalc.algebra.dimension import named
    >>> A = symbol("A", (named("m"), named("n")))
    >>> transpose(transpose(A)) is A
    True
    """
    kind = type(node)
    if kind is Transpose:
        return node.children[0]
    known = _turned_before.get(node)
    if known is None:
        known = _turned_before[node] = _transposed_product(node) if kind is Product else _transposed(node, kind)
    return known


def _transposed_product(node: Node) -> Node:
    """(A B)^T = B^T A^T; a long product may stand in another one, as deep as it likes."""
    waiting = [node]
    while True:
        inner = waiting[-1]
        inside = [factor for factor in inner.children if type(factor) is Product and factor not in _turned_before]
        if inside:
            waiting += inside
            continue
        waiting.pop()
        turned = (
            inner if inner.is_scalar else products.product([transpose(factor) for factor in reversed(inner.children)])
        )
        if not waiting:
            return turned
        _turned_before[inner] = turned


def _transposed(node: Node, kind: type[Node]) -> Node:
    """The transpose of what is no product."""
    if node.is_scalar or kind is Identity or kind is Hessian:
        return node
    rows, columns = node.shape
    turned = (columns, rows)
    if not node.children:
        if kind is Zero:
            return zero(turned)
        if kind is Ones:
            return ones(*turned)
        if kind is Commutation:
            return commutation(node.data[1], node.data[0])
        return intern(Transpose, (node,), None, turned)
    if kind is Scaled:
        return products.scaled(node.children[0], transpose(node.children[1]))
    if kind is Sum and len(node.children) == 1:
        turned_term = transpose(node.children[0])
        if type(turned_term) is Sum:
            return sums.times_number(node.data[0], turned_term)
        return intern(Sum, (turned_term,), node.data, turned)
    if kind is Call and node.data in SYMMETRIC and node.is_matrix:
        return node
    if node.is_matrix and node.weight <= HEAVIEST:
        if kind is Sum or kind is Hadamard:
            inside = [transpose(child) for child in node.children]
            if sum(map(count, inside)) <= 1 + sum(map(count, node.children)):
                if kind is Sum:
                    return sums.add(zip(node.data, inside, strict=True))
                return entrywise.hadamard(inside)
        elif kind is Call and node.data == "kron":
            return kronecker.product(*map(transpose, node.children))
        elif kind is Call and node.data in FRECHET:
            return frechet.transposed(node)
        elif _commutes_with_transpose(node) and all(transpose(child) is child for child in node.children):
            return node
    return intern(Transpose, (node,), None, turned)


def _commutes_with_transpose(node: Node) -> bool:
    """Whether f(X^T) = f(X)^T for the function that `node` is."""
    kind = type(node)
    return (
        kind is MatrixPower or entrywise.is_entrywise(node) or (kind is Call and node.data in COMMUTES_WITH_TRANSPOSE)
    )


def upright(node: Node) -> tuple[Node, bool]:
    """The better of a matrix and its transpose as the argument of a function, and whether it is the transpose.

    Better is: fewer transposes, then first in structural order.  f(X^T) = f(X)^T, tr X^T = tr X, det X^T = det X are
    stated with it, so that both spellings meet.
    """
    if not node.is_matrix:
        return (transpose(node), True) if node.is_row else (node, False)
    if type(node) is Transpose:
        return node.children[0], True
    if node.weight > HEAVIEST:
        return node, False
    turned = transpose(node)
    if turned is node or type(turned) is Transpose:
        return node, False
    # Coefficients aside: the transpose of a primitive sum may have another leading term, and so another sign.
    now, other = sums.split(node)[2], sums.split(turned)[2]
    better = type(other) is not Transpose and (count(other), other.key) < (count(now), now.key)
    return (turned, True) if better else (node, False)
