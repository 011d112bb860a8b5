"""The adjoint of h -> skew(h), the matrix of the cross product, in vectors where the cotangent shows some.

| Y         | the g with <Y, skew(h)> = g^T h                                           |
|-----------|---------------------------------------------------------------------------|
| Y = Y^T   | 0                    as skew(h) = -skew(h)^T                              |
| a b^T     | skew(b) a, -skew(a) b if a is lighter, as a^T (h x b) = h^T (b x a)       |
| skew(a)   | 2 a                  as tr(skew(a)^T skew(h)) = 2 a^T h                   |
| skew(a) M | tr(M) a - M a        as skew(a) skew(h) = h a^T - a^T h I                 |
| M skew(a) | tr(M) a - M^T a      as skew(h) skew(a) = a h^T - a^T h I                 |

Of anything else the rule of rules/adjoint.rules, entry by entry.
"""

from __future__ import annotations

from matcalc.algebra import calls, products, sums, transposes
from matcalc.algebra.dimension import ONE
from matcalc.algebra.leaves import zero
from matcalc.algebra.nodes import Call, Node, Product, Transpose


def vector(core: Node) -> Node | None:
    """The line of the table that is about Y = `core`."""
    if transposes.transpose(core) is core:
        return zero((core.shape[0], ONE))
    a = _axis(core)
    if a is not None:
        return sums.times_number(2, a)
    outer = products.outer_product(core)
    if outer is not None:
        a, b = outer
        if b.weight > a.weight:
            return sums.times_number(-1, products.product([calls.call("skew", [a]), b]))
        return products.product([calls.call("skew", [b]), a])
    if type(core) is not Product:
        return None
    first, last = _axis(core.children[0]), _axis(core.children[-1])
    if first is not None:
        return _inertia(products.product(core.children[1:]), first)
    if last is not None:
        return _inertia(transposes.transpose(products.product(core.children[:-1])), last)
    return None


def _axis(node: Node) -> Node | None:
    """a of skew(a), -a of skew(a)^T."""
    if type(node) is Transpose:
        turned = _axis(node.children[0])
        return None if turned is None else sums.times_number(-1, turned)
    return node.children[0] if type(node) is Call and node.data == "skew" else None


def _inertia(M: Node, a: Node) -> Node:
    return sums.minus(products.scaled(calls.call("tr", [M]), a), products.product([M, a]))
