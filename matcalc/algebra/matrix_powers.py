"""Powers X^k of a square matrix, k an integer or a name that stands for one; inv(X) is X^-1.

They go past scalars and into products of square matrices, and are made of diagonal, Kronecker and commutation matrices.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra import entrywise, kronecker, linear, products, sums, transposes
from matcalc.algebra.dimension import shown
from matcalc.algebra.leaves import commutation, identity, number, size
from matcalc.algebra.nodes import Call, Commutation, Identity, MatrixPower, Node, Number, Ones, Product, Zero, intern
from matcalc.errors import ShapeError


def power(base: Node, exponent: Node) -> Node:
    """base^exponent of a square matrix: an integer exponent, or a name that stands for one.  ShapeError for one that is not square.

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.leaves import symbol
    >>> n = named("n"); A, B = symbol("A", (n, n)), symbol("B", (n, n))
    >>> inverse(products.product([A, power(B, number(2))])) is products.product([power(B, number(-2)), inverse(A)])
    True
    """
    if base.is_scalar:
        return entrywise.power(base, exponent)
    if base.shape[0] is not base.shape[1]:
        raise ShapeError(f"a power needs a square matrix, not {shown(base.shape)}")
    k = exponent.data if type(exponent) is Number else None
    kind = type(base)
    if k == 0 or kind is Identity:
        return identity(base.shape[0])
    if k == 1 or (kind is Zero and k is not None and k > 0):
        return base
    if kind is Ones and type(k) is int and k > 0:
        return products.scaled(entrywise.power(size(base.shape[0]), number(k - 1)), base)
    if kind is MatrixPower and type(k) is int:
        # (X^a)^b = X^(a b) for an integer b only: (X^2)^(1/2) is not X.
        return power(base.children[0], entrywise.hadamard([base.children[1], exponent]))
    c, scalars, core = sums.split(base)
    if c != 1 or scalars:
        front = [entrywise.power(number(c), exponent), *(entrywise.power(s, exponent) for s in scalars)]
        return products.scaled(entrywise.hadamard(front), power(core, exponent))
    if kind is Call and base.data == "diag":
        return linear.diagonal(entrywise.power(base.children[0], exponent))
    if kind is Call and base.data == "kron" and k is not None:
        left, right = base.children
        if left.shape[0] is left.shape[1]:
            return kronecker.product(power(left, exponent), power(right, exponent))
    if kind is Commutation and k == -1:
        m, n = base.data
        return commutation(n, m)
    if kind is Product and k is not None:
        if k > 0 and k * len(base.children) <= products.LONGEST:
            return products.product(list(base.children) * k)
        squares = _square_windows(base.children)
        if k < 0 and -k * len(squares) <= products.LONGEST and len(squares) > 1:
            return products.product([power(products.product(square), number(-1)) for square in reversed(squares)] * -k)
    better, flipped = transposes.upright(base)
    if flipped:
        return transposes.transpose(power(better, exponent))
    return intern(MatrixPower, (base, exponent), None, base.shape)


def _square_windows(chain: Sequence[Node]) -> list[list[Node]]:
    """A square chain as a product of as many square ones as there are: (X X^T) (A) for X X^T A."""
    windows: list[list[Node]] = []
    for factor in chain:
        if factor.shape[0] is chain[0].shape[0]:
            windows.append([])
        windows[-1].append(factor)
    return windows


def inverse(node: Node) -> Node:
    """The inverse of a square matrix, the reciprocal of a scalar."""
    return power(node, number(-1))


def base_and_exponent(factor: Node) -> tuple[Node, int]:
    """X and k of X^k for an integer k."""
    if type(factor) is MatrixPower and type(factor.children[1]) is Number and type(factor.children[1].data) is int:
        return factor.children[0], factor.children[1].data
    return factor, 1
