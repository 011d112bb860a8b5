"""Opening brackets: x (a + b)^T -> x a^T + x b^T, c (A + B) C -> c A C + c B C.

In: an expression in normal form.  Out: an equal one in which no sum stands inside a product, a multiple, a transpose, a sum or a
linear function (tr, tril, unskew ...), as far down as these reach.  Other functions are left as they are, entrywise products too, but
for A .* (a ones(n)^T + B), which is diag(a) A + A .* B.  An expression that is heavy, or that opens into more than MOST_TERMS terms,
stays as it is.  Scalars in front are not opened: they are what a textbook writes in front of a bracket.
"""

from __future__ import annotations

from itertools import product as combinations
from math import prod

from matcalc.algebra import calls, linear, products, sums, transposes
from matcalc.algebra.entrywise import hadamard
from matcalc.algebra.functions import FRECHET
from matcalc.algebra.nodes import (
    PLUS,
    Call,
    Hadamard,
    MatrixPower,
    Node,
    Number,
    Ones,
    Product,
    Rational,
    Scaled,
    Sum,
    Transpose,
)
from matcalc.algebra.walks import postorder_with

MOST_TERMS = 32
HIGHEST = 4  # a power of a sum that is opened

# diag, vec and unvec stay closed: diag(1 - x) is what a textbook writes, not I - diag(x)
_LINEAR = frozenset({"tr", "tril", "triu", "sum_diagonals", "unskew"})

_Terms = list[tuple[Rational, Node]]


def opened(root: Node) -> Node:
    """`root` as one sum of products.

    >>> from matcalc.algebra.leaves import symbol; from matcalc.algebra.dimension import ONE, named
    >>> a, b, x = (symbol(name, (named("n"), ONE)) for name in "abx")
    >>> opened(products.product([x, transposes.transpose(sums.plus(a, b))]))
    Sum((1, 1), Product, Product)
    """
    if root.weight > transposes.HEAVIEST or not any(child.heads & PLUS for child in root.children):
        return root
    terms: dict[Node, _Terms] = {}
    for node in postorder_with(PLUS, root):
        found = _opened(node, terms)
        if len(found) > MOST_TERMS:
            return root
        terms[node] = found
    return sums.add(terms[root])


def _opened(node: Node, terms: dict[Node, _Terms]) -> _Terms:
    kind = type(node)
    inner = [terms.get(child) or [(1, child)] for child in node.children]
    if kind is Sum:
        return [(c * b, term) for c, part in zip(node.data, inner, strict=True) for b, term in part]
    if kind is Scaled:
        return [(c, products.scaled(node.children[0], term)) for c, term in inner[1]]
    if kind is Transpose:
        return [(c, transposes.transpose(term)) for c, term in inner[0]]
    if kind is Call and node.data in _LINEAR:
        return [(c, linear.LINEAR[node.data](term)) for c, term in inner[0]]
    if kind is Call and node.data in FRECHET:  # linear in the directions: D_f(X, H + K) = D_f(X, H) + D_f(X, K)
        held = len(node.children) - FRECHET[node.data][1]
        if prod(map(len, inner[held:])) <= MOST_TERMS:
            return [
                (prod(c for c, _ in row), calls.call(node.data, [*node.children[:held], *(term for _, term in row)]))
                for row in combinations(*inner[held:])
            ]
    if kind is MatrixPower and type(node.children[1]) is Number and node.children[1].data in range(2, HIGHEST + 1):
        kind, inner = Product, [inner[0]] * node.children[1].data
    multiply = products.product if kind is Product else hadamard if _has_spread_terms(node) else None
    if multiply and 1 < prod(map(len, inner)) <= MOST_TERMS:
        return [(prod(c for c, _ in row), multiply([term for _, term in row])) for row in combinations(*inner)]
    return [(1, node)]


def _has_spread_terms(node: Node) -> bool:
    """Whether this is A .* (a ones(n)^T + ...) or A .* (ones(m) b^T + ...), which opens into diag(a) A or A diag(b)."""
    return type(node) is Hadamard and any(
        type(term) is Product and any(map(_is_ones, term.children))
        for factor in node.children
        if type(factor) is Sum
        for term in factor.children
    )


def _is_ones(factor: Node) -> bool:
    return type(factor.children[0] if type(factor) is Transpose else factor) is Ones
