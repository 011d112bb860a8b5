"""The terms of an expression, its products distributed over sums: A (x - b) is A x and -A b.

Only where they are few: what opens into more than MOST terms, or is heavier than HEAVIEST, is one term.
"""

from __future__ import annotations

from itertools import product
from math import prod

from matcalc.algebra import calls, linear, sums, transposes
from matcalc.algebra.nodes import Call, Hadamard, Node, Product, Scaled, Sum, Transpose
from matcalc.algebra.traversal import rebuild

MOST = 32
HEAVIEST = 1000


def terms(node: Node) -> list[Node]:
    """The terms of an expression with its products distributed over sums; only the node itself if they are too many.

    >>> from matcalc.algebra import products; from matcalc.algebra.dimension import ONE, named
    >>> from matcalc.algebra.leaves import symbol
    >>> n = named("n"); A, x, b = symbol("A", (n, n)), symbol("x", (n, ONE)), symbol("b", (n, ONE))
    >>> len(terms(products.product([A, sums.minus(x, b)])))
    2
    """
    found = _terms(node) if node.weight <= HEAVIEST else [node]
    return found if len(found) <= MOST else [node]


def _terms(node: Node) -> list[Node]:
    kind = type(node)
    if kind is Sum:
        pairs = zip(node.data, node.children, strict=True)
        return [sums.times_number(c, part) for c, term in pairs for part in terms(term)]
    if kind is Transpose:
        return [transposes.transpose(part) for part in terms(node.children[0])]
    if kind in (Product, Scaled, Hadamard) or (kind is Call and node.data == "kron"):
        lists = [terms(child) for child in node.children]
        if 1 < prod(map(len, lists)) <= MOST:
            return [rebuild(node, chosen) for chosen in product(*lists)]
    if kind is Call and node.data in linear.LINEAR:
        parts = terms(node.children[0])
        if len(parts) > 1:
            return [calls.call(node.data, [part]) for part in parts]
    return [node]
