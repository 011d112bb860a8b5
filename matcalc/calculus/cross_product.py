"""The adjoint of h -> skew(h), the matrix of the cross product, in vectors where the cotangent shows some.

| Y         | the g with <Y, skew(h)> = g^T h                                           |
|-----------|---------------------------------------------------------------------------|
| a b^T     | skew(b) a            as a^T (h x b) = h^T (b x a)                         |
| skew(a)   | 2 a                  as tr(skew(a)^T skew(h)) = 2 a^T h                   |
| skew(a) M | tr(M) a - M a        as skew(a) skew(h) = h a^T - a^T h I                 |
| M skew(a) | tr(M) a - M^T a      as skew(h) skew(a) = a h^T - a^T h I                 |

In: Y, a sum of such terms and of others.  Out: g; of the other terms by the rule of rules/adjoint.rules, entry by entry.
"""

from __future__ import annotations

from matcalc.algebra import calls, entrywise, products, sums
from matcalc.algebra.nodes import ONE, Call, Node, Product, Rational, Sum, Transpose
from matcalc.rulebook.rule import AdjointRule


def adjoint(node: Node, y: Node, rule: AdjointRule) -> Node:
    """The g of <Y, skew(h)> = g^T h at the call `node` of skew; `rule` gives it by the entries of Y."""
    found: list[tuple[Rational, Node]] = []
    rest: list[tuple[Rational, Node]] = []
    for c, term in _terms(y):
        d, scalars, core = sums.split(term)
        vector = _vector(core)
        if vector is None:
            rest.append((c, term))
        else:
            found.append((c * d, products.scaled(entrywise.hadamard(scalars or [ONE]), vector)))
    if rest:
        found.append((1, rule.at(node.children, sums.add(rest))))
    return sums.add(found)


def _vector(core: Node) -> Node | None:
    """The line of the table that is about this term."""
    a = _axis(core)
    if a is not None:
        return sums.times_number(2, a)
    if type(core) is not Product:
        return None
    factors = core.children
    cut = next((k for k, factor in enumerate(factors, 1) if factor.is_column), None)
    if cut is not None:
        left, right = products.product(factors[:cut]), products.transpose(products.product(factors[cut:]))
        return products.product([calls.call("skew", [right]), left])
    first, last = _axis(factors[0]), _axis(factors[-1])
    if first is not None:
        return _inertia(products.product(factors[1:]), first)
    if last is not None:
        return _inertia(products.transpose(products.product(factors[:-1])), last)
    return None


def _axis(node: Node) -> Node | None:
    """a of skew(a), -a of skew(a)^T."""
    if type(node) is Transpose:
        turned = _axis(node.children[0])
        return None if turned is None else sums.times_number(-1, turned)
    return node.children[0] if type(node) is Call and node.data == "skew" else None


def _inertia(M: Node, a: Node) -> Node:
    return sums.minus(products.scaled(calls.call("tr", [M]), a), products.product([M, a]))


def _terms(y: Node) -> list[tuple[Rational, Node]]:
    """The terms of a sum, of sums and transposes in it too, unless it is heavy."""
    if y.weight > products.HEAVIEST:
        return [(1, y)]
    found: list[tuple[Rational, Node]] = []
    stack: list[tuple[Rational, Node, bool]] = [(1, y, False)]
    while stack:
        c, part, turned = stack.pop()
        if type(part) is Sum:
            stack += [(c * b, term, turned) for b, term in zip(part.data, part.children, strict=True)]
        elif type(part) is Transpose:
            stack.append((c, part.children[0], not turned))
        else:
            found.append((c, products.transpose(part) if turned else part))
    return found
