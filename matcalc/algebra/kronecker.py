"""Kronecker products: grouped from the left, scalars in front; of a row and a column they are products.

Neighbours of a product go into one where only one operand has more than a row or a column there: M (b^T ⊗ N) = b^T ⊗ M N.
"""

from __future__ import annotations

from matcalc.algebra import entrywise, products, sums, transposes
from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.leaves import identity, is_zero, number, ones, zero
from matcalc.algebra.nodes import Call, Identity, Node, Ones, Transpose, intern


def product(left: Node, right: Node) -> Node:
    """A ⊗ B, mp x nq for A m x n and B p x q, grouped from the left; a scalar operand scales.

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.leaves import symbol
    >>> n = named("n"); A, B = symbol("A", (n, n)), symbol("B", (n, n))
    >>> product(A, product(B, A)) is product(product(A, B), A)
    True
    """
    if left.is_scalar or right.is_scalar:
        return products.product([left, right])
    shape = (left.shape[0] * right.shape[0], left.shape[1] * right.shape[1])
    if is_zero(left) or is_zero(right):
        return zero(shape)
    if shape[0] is ONE_DIMENSION:
        return transposes.transpose(product(transposes.transpose(left), transposes.transpose(right)))
    a, left_scalars, left = sums.split(left)
    b, right_scalars, right = sums.split(right)
    if type(left) is Identity and type(right) is Identity:
        body = identity(shape[0])
    elif type(left) is Ones and type(right) is Ones:
        body = ones(*shape)
    elif left.is_column and right.is_row:
        body = products.product([left, right])
    elif left.is_row and right.is_column:
        body = products.product([right, left])
    elif (nested := _regrouped(left, right)) is not None:
        body = nested
    else:
        body = intern(Call, (left, right), "kron", shape)
    front = entrywise.hadamard([number(a), number(b), *left_scalars, *right_scalars])
    return products.scaled(front, body)


def _regrouped(left: Node, right: Node) -> Node | None:
    """A ⊗ (B ⊗ C) = (A ⊗ B) ⊗ C, and A ⊗ (B ⊗ C) where B ⊗ C is simpler: I ⊗ I = I, a ⊗ b^T = a b^T; None for others."""
    if type(right) is Call and right.data == "kron":
        first, second = right.children
        return product(product(left, first), second)
    if type(left) is Call and left.data == "kron":
        first, second = left.children
        joined = product(second, right)
        if type(joined) is not Call or joined.data != "kron":
            return product(first, joined)
    return None


def joined(left: Node, right: Node) -> Node | None:
    """M (b^T ⊗ N) = b^T ⊗ M N, M (N ⊗ b^T) = M N ⊗ b^T, and the transposes of both; None for other pairs."""
    if (operands := _operands(right)) is not None:
        first, second = operands
        if first.is_row:
            return product(first, products.product([left, second]))
        if second.is_row:
            return product(products.product([left, first]), second)
    if (operands := _operands(left)) is not None:
        first, second = operands
        if first.is_column:
            return product(first, products.product([second, right]))
        if second.is_column:
            return product(products.product([first, right]), second)
    return None


def _operands(node: Node) -> tuple[Node, Node] | None:
    """The operands of a Kronecker product, or of the transpose of one that is not too heavy to be turned."""
    turned = type(node) is Transpose
    body = node.children[0] if turned else node
    if type(body) is not Call or body.data != "kron" or (turned and node.weight > transposes.HEAVIEST):
        return None
    first, second = body.children
    return (transposes.transpose(first), transposes.transpose(second)) if turned else (first, second)
