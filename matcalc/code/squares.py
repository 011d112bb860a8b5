"""Squares of norms in a program: tr(U^T U) and u^T u are the sum of the squares of U.

So they are never negative, are 0 where U is, and lose no digits where U is small beside its factors; and U serves the gradient too.
Multiplied out or cut elsewhere, tr(X^T (C^T (C X))), they would be sums of terms of either sign.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra.matrix_powers import inverse
from matcalc.algebra.nodes import Call, MatrixPower, Node, Number, Product
from matcalc.algebra.transposes import count as transposes
from matcalc.algebra.transposes import transpose
from matcalc.code.factors import LONGEST_POWER, Holds, is_symmetric
from matcalc.syntax.sharing import LONGEST_SQUARE


def square_root(node: Node, holds: Holds) -> tuple[Node, ...] | None:
    """The factors of U where `node` is tr(U^T U) or u^T u, up to a rotation of the trace; None if it is neither.

    >>> from matcalc.algebra import linear, products; from matcalc.algebra.dimension import named
    >>> from matcalc.algebra.leaves import symbol
    >>> n, p = named("n"), named("p"); S, X = symbol("S", (n, n)), symbol("X", (n, p))
    >>> node = linear.trace(products.product([transpose(X), S, S, X]))
    >>> square_root(node, lambda node, word: node is S) == (S, X)
    True
    """
    if type(node) is Product and node.is_scalar:
        return _half(without_powers(node.children), holds)
    if type(node) is not Call or node.data != "tr" or type(node.children[0]) not in (Product, MatrixPower):
        return None
    chain = without_powers(factors_of(node.children[0]))
    if len(chain) > LONGEST_SQUARE:
        return None
    halves = [half for k in range(len(chain)) if (half := _half(chain[k:] + chain[:k], holds)) is not None]
    # ||X||_F, not ||X^T||_F
    return min(halves, key=lambda half: sum(map(transposes, half))) if halves else None


def factors_of(node: Node) -> tuple[Node, ...]:
    """The factors of a product; of anything else, itself."""
    return node.children if type(node) is Product else (node,)


def without_powers(factors: Sequence[Node]) -> tuple[Node, ...]:
    """The factors, A A for A^2, A^-1 A^-1 for A^-2.

    >>> from matcalc.algebra import products; from matcalc.algebra.dimension import named; from matcalc.algebra.leaves import symbol
    >>> A = symbol("A", (named("n"), named("n")))
    >>> without_powers([products.product([A, A])]) == (A, A)
    True
    """
    out: list[Node] = []
    for factor in factors:
        exponent = factor.children[1] if type(factor) is MatrixPower else None
        k = exponent.data if type(exponent) is Number else 1
        if k in range(2, LONGEST_POWER + 1):
            out += [factor.children[0]] * int(k)
        elif -k in range(2, LONGEST_POWER + 1):
            out += [inverse(factor.children[0])] * int(-k)
        else:
            out.append(factor)
    return tuple(out)


def _half(chain: tuple[Node, ...], holds: Holds) -> tuple[Node, ...] | None:
    """U of a chain U^T U."""
    middle, odd = divmod(len(chain), 2)
    if odd or not all(_mirror(chain[k], chain[-1 - k], holds) for k in range(middle)):
        return None
    return chain[middle:]


def _mirror(left: Node, right: Node, holds: Holds) -> bool:
    """Whether one is the transpose of the other."""
    return transpose(left) is right or transpose(right) is left or (left is right and is_symmetric(left, holds))
