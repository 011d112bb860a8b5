"""The axis of a matrix in vectors, where the matrix shows some: unskew(A) is the w with skew(w) = (A - A^T)/2, skew(w) x = w x x.

| A         | unskew(A)                                                                            |
|-----------|--------------------------------------------------------------------------------------|
| A = A^T   | 0                                                                                    |
| skew(a)   | a                                                                                    |
| a b^T     | 1/2 skew(b) a, -1/2 skew(a) b if a is lighter   as skew(b x a) = a b^T - b a^T       |
| skew(a) M | 1/2 (tr(M) a - M a)          as <skew(h), skew(a) M> = h^T (tr(M) a - M a)           |
| M skew(a) | 1/2 (tr(M) a - M^T a)        the same of the transpose                               |

Since <skew(h), A> = 2 h^T unskew(A), these are gradients by h: z^T skew(h) y has skew(y) z.
"""

from __future__ import annotations

from matcalc.algebra import calls, products, sums, transposes
from matcalc.algebra.dimension import ONE
from matcalc.algebra.leaves import zero
from matcalc.algebra.nodes import Call, Node, Product, Transpose


def axis(core: Node) -> Node | None:
    """The line of the table that is about A = `core`; None if none is."""
    if transposes.transpose(core) is core:
        return zero((core.shape[0], ONE))
    a = _of_skew(core)
    if a is not None:
        return a
    outer = products.outer_product(core)
    if outer is not None:
        a, b = outer
        if b.weight > a.weight:
            return _half(sums.times_number(-1, products.product([calls.call("skew", [a]), b])))
        return _half(products.product([calls.call("skew", [b]), a]))
    if type(core) is not Product:
        return None
    first, last = _of_skew(core.children[0]), _of_skew(core.children[-1])
    if first is not None:
        return _inertia(products.product(core.children[1:]), first)
    if last is not None:
        return _inertia(transposes.transpose(products.product(core.children[:-1])), last)
    return None


def _of_skew(node: Node) -> Node | None:
    """a of skew(a), -a of skew(a)^T."""
    if type(node) is Transpose:
        turned = _of_skew(node.children[0])
        return None if turned is None else sums.times_number(-1, turned)
    return node.children[0] if type(node) is Call and node.data == "skew" else None


def _inertia(M: Node, a: Node) -> Node:
    return _half(sums.minus(products.scaled(calls.call("tr", [M]), a), products.product([M, a])))


def _half(vector: Node) -> Node:
    return sums.times_number(sums.divide(1, 2), vector)
