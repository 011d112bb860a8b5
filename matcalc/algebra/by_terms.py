"""A linear function taken term by term, where some terms of its argument have a shorter value than the function of all of them.

In: the argument Y, a sum of products.  Out: the sum of what its terms give.
"""

from __future__ import annotations

from collections.abc import Callable

from matcalc.algebra import entrywise, products, sums, transposes
from matcalc.algebra.leaves import ONE
from matcalc.algebra.nodes import Node, Rational, Sum, Transpose


def by_terms(y: Node, short: Callable[[Node], Node | None], rule: Callable[[Node], Node]) -> Node:
    """The sum of `short` of the terms of y, and of `rule` of the sum of those of which it is None."""
    found: list[tuple[Rational, Node]] = []
    rest: list[tuple[Rational, Node]] = []
    for c, term in _terms(y):
        d, scalars, core = sums.split(term)
        taken = short(core)
        if taken is None:
            rest.append((c, term))
        else:
            found.append((c * d, products.scaled(entrywise.hadamard(scalars or [ONE]), taken)))
    if rest:
        found.append((1, rule(sums.add(rest) if found else y)))
    return sums.add(found)


def _terms(y: Node) -> list[tuple[Rational, Node]]:
    """The terms of a sum, of sums and transposes in it too, unless it is heavy."""
    if y.weight > transposes.HEAVIEST:
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
            found.append((c, transposes.transpose(part) if turned else part))
    return found
