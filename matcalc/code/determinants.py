"""Determinants of Kronecker products from those of the factors, A n x n and B m x m; the product is not formed.

det(kron(A, B))    = det(A)^m det(B)^n                (Magnus and Neudecker, section 2.2)
logdet(kron(A, B)) = m logdet(A) + n logdet(B)        = log(det(kron(A, B))) where that is positive definite
"""

from __future__ import annotations

from matcalc.algebra import calls, entrywise, products, sums
from matcalc.algebra.leaves import size
from matcalc.algebra.nodes import Call, Node
from matcalc.code.factors import Holds, is_kron


def of_factors(node: Node, holds: Holds) -> Node | None:
    """The determinant `node` from those of the factors; None where it is none of a Kronecker product of square matrices.

    >>> from matcalc.algebra import kronecker; from matcalc.algebra.dimension import named; from matcalc.algebra.leaves import symbol
    >>> m, n = named("m"), named("n"); A, B = symbol("A", (n, n)), symbol("B", (m, m))
    >>> of_factors(calls.call("det", [kronecker.product(A, B)]), lambda node, word: False) is entrywise.hadamard(
    ...     [entrywise.power(calls.call("det", [A]), size(m)), entrywise.power(calls.call("det", [B]), size(n))]
    ... )
    True
    """
    if type(node) is not Call or node.data not in ("det", "logdet", "log"):
        return None
    name, whole = node.data, node.children[0]
    if name == "log" and type(whole) is Call and whole.data == "det" and holds(whole.children[0], "positive definite"):
        name, whole = "logdet", whole.children[0]
    if name == "log" or not is_kron(whole):
        return None
    factors = whole.children
    if any(factor.shape[0] is not factor.shape[1] for factor in factors):
        return None
    a, b = (calls.call(name, [factor]) for factor in factors)
    n, m = (size(factor.shape[0]) for factor in factors)
    if name == "det":
        return entrywise.hadamard([entrywise.power(a, m), entrywise.power(b, n)])
    return sums.plus(products.scaled(m, a), products.scaled(n, b))
