"""Sums as a textbook prints them: order, signs, a common number before a bracket.

Written by generators as in `terms`, which has the table of places.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra.leaves import ONE
from matcalc.algebra.nodes import PLUS, Node, Ones, Rational, Scaled
from matcalc.algebra.sums import content, divide
from matcalc.syntax import pieces
from matcalc.syntax.apart import factors_apart
from matcalc.syntax.ordering import is_constant, term_rank
from matcalc.syntax.scales import divisor
from matcalc.syntax.signs import Beside, together
from matcalc.syntax.terms import (
    DIVIDED,
    NEGATED,
    NOTHING,
    SIZED,
    SPREAD,
    Asking,
    Names,
    Place,
    composed,
    taken_apart,
    term,
)
from matcalc.syntax.tree import Tree

MANY = 3  # terms of which one number is the common factor


def total(names: Names, node: Node, place: Place) -> Asking[Tree]:
    """A Sum: a + b - c; c ones(n) beside other terms is the scalar c; c x is a term."""
    if len(node.children) == 1:
        return (yield from term(names, node, place))
    return (yield from summed(names, node, node.children, place))


def summed(names: Names, node: Node, children: Sequence[Node], place: Place) -> Asking[Tree]:
    """The sum of `children` with the coefficients of the Sum `node`."""
    sign = -1 if place & NEGATED else 1
    common = 1 if place & DIVIDED else _common_factor(names, node, sign)
    size = sign * (divisor(names, node) if place & DIVIDED else common)
    coefficients = node.data if size == 1 else [divide(c, size) for c in node.data]
    mixed = not all(map(is_constant, children))
    spread = mixed and (node.is_column or place & SPREAD)
    inside = place & SPREAD | SIZED * (mixed or any(map(_is_ones, children)))
    terms = []
    for coefficient, child, beside in zip(coefficients, children, _beside(names, coefficients, children), strict=True):
        if child is ONE or (spread and type(child) is Ones):
            negative, tree = coefficient < 0, names.number(pieces.magnitude(coefficient))
        elif spread and type(child) is Scaled and type(child.children[1]) is Ones and child not in names:
            negative, tree = yield from signed(names, coefficient, child.children[0], 0, beside)
        else:
            negative, tree = yield from signed(names, coefficient, child, inside, beside)
        terms.append((term_rank(negative, child), pieces.sign(negative, tree)))
    terms.sort(key=lambda ranked: ranked[0])
    tree = Tree("sum", tuple(tree for _, tree in terms))
    if common == 1:
        return tree
    return pieces.sign(common < 0, pieces.juxtaposed([names.number(pieces.magnitude(common)), tree]))


def _is_ones(term: Node) -> bool:
    """Whether a term is a multiple of ones(m, n), which says its size."""
    while type(term) is Scaled:
        term = term.children[1]
    return type(term) is Ones


def _beside(names: Names, coefficients: Sequence[Rational], children: Sequence[Node]) -> Sequence[Beside]:
    """What the terms of a sum ask of each other."""
    if not any(child.heads & PLUS for child in children):
        return [NOTHING] * len(children)
    apart = [factors_apart(names, c, child) for c, child in zip(coefficients, children, strict=True)]
    return together(names, [(each.coefficient < 0, each.factors) for each in apart])


def _common_factor(names: Names, node: Node, sign: int) -> Rational:
    """The rational that stands before a bracket where that is shorter, 1/2 (A + A^T), or one number is in many terms, 2 (a + b - c).

    Else 1.  It is negative if `sign` times the sum has minuses only.
    """
    if 1 in node.data or -1 in node.data:
        return 1
    common = pieces.magnitude(content(node))
    inside = sum(pieces.length(divide(c, common)) for c in node.data)
    outside = sum(pieces.length(c, point=names.point) for c in node.data)
    is_one_number = len(node.data) >= MANY and len(set(map(abs, node.data))) == 1
    if not is_one_number and pieces.length(common) + 2 + inside >= outside:
        return 1
    return -common if all(sign * c < 0 for c in node.data) else common


def signed(names: Names, coefficient: Rational, node: Node, place: Place, beside: Beside) -> Asking[tuple[bool, Tree]]:
    """Whether coefficient * node is written with a minus among other terms, and the tree behind it."""
    if abs(coefficient) == 1 and (node in names or not node.heads & PLUS):
        return coefficient < 0, (yield node, place)
    return (yield from composed(names, taken_apart(names, coefficient, node, 0, beside), place))
