"""Products as a textbook prints them: order, signs, one quotient over everything, entrywise quotients.

A writer is a generator: `tree = yield child, place` asks for the tree of a child (raising runs them).  `names` are the nodes that
are written as a name; they are not looked into.  A place is what a part may take from its surroundings:

| place   | means                                                                                           |
|---------|-------------------------------------------------------------------------------------------------|
| SPREAD  | below an entrywise operation: a scalar beside a matrix means a multiple of ones                 |
| SIZED   | beside something of known size: `I` needs no size                                               |
| NEGATED | the sign of the term has been drawn into this sum: -(a - b) c is (b - a) c                      |
| DIVIDED | this sum is written divided by one of its coefficients: c - 1/2 for 2 c - 1                     |
| SETTLED | the sign in this even power has been settled: NEGATED or not                                    |
| WHOLE   | all of an expression or of an argument: no brackets around a sum                                |
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from math import inf
from typing import NamedTuple, TypeAlias, TypeVar

from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.dimension import Shape
from matcalc.algebra.nodes import (
    PLUS,
    Basis,
    Call,
    Hadamard,
    Node,
    Number,
    Power,
    Product,
    Rational,
    Slope,
    Sum,
    Transpose,
)
from matcalc.algebra.sums import plain
from matcalc.algebra.transposes import transpose
from matcalc.syntax import pieces
from matcalc.syntax.apart import base_within, factors_apart
from matcalc.syntax.layout import is_number
from matcalc.syntax.manner import Manner
from matcalc.syntax.ordering import factor_rank
from matcalc.syntax.rows import marks
from matcalc.syntax.scales import is_open, scaling
from matcalc.syntax.sharing import square_root
from matcalc.syntax.signs import Beside, is_even, signs
from matcalc.syntax.tree import Tree

Place = int
SPREAD, SIZED, NEGATED, DIVIDED, SETTLED, WHOLE = 1, 2, 4, 8, 16, 32

NOTHING = Beside()  # stands beside a term that is alone

Names = Manner
Answer = TypeVar("Answer")
Asking: TypeAlias = Generator[tuple[Node, Place], Tree, Answer]


class Drawn(NamedTuple):
    """What is drawn into factors: the sign into the `negated`, each taken out when it is written, a number into sums that are `divided`.

    `first` says whether numbers stand first in differences, None that they may do either.
    """

    negated: list[Node]
    divided: Collection[Node] = ()
    first: bool | None = None


PLAIN = Drawn([])  # of terms without sums


class Term(NamedTuple):
    """coefficient * product of the scalars * body, with the factors negated and divided that `drawn` tells."""

    coefficient: Rational
    scalars: list[Node]
    body: Node | None
    drawn: Drawn


def term(names: Names, node: Node, place: Place) -> Asking[Tree]:
    """A multiple, a product of any kind or a power."""
    parts = taken_apart(names, -1 if place & NEGATED else 1, node, place)
    negative, tree = yield from composed(names, parts, place & (SPREAD | SIZED))
    return pieces.sign(negative, tree)


def taken_apart(names: Names, coefficient: Rational, node: Node, place: Place, beside: Beside = NOTHING) -> Term:
    """What is written of a term; a minus goes into a difference among the factors (signs.py), a number into a sum (scales.py).

    -(a - b) c is (b - a) c, and 3/4 (2 c - 1)^2 is 3 (c - 1/2)^2.  If its place says so, `node` is a power of a sum that is divided, or
    whose sign is settled.
    """
    coefficient, scalars, body, factors = factors_apart(names, coefficient, node)
    if not node.heads & PLUS:
        return Term(coefficient, scalars, body, PLAIN)
    divided: Collection[Node] = ()
    if place & DIVIDED:
        divided = [base_within(factor) for factor in factors]
    elif is_open(factors):
        _, coefficient, divided = scaling(names, coefficient, factors)
    if place & SETTLED:
        return Term(
            pieces.magnitude(coefficient), scalars, body, Drawn(list(factors) if place & NEGATED else [], divided)
        )
    ways = beside.ways or signs(names, factors)
    _, negative, negated = ways.term(negative=coefficient < 0, minus=beside.minus, first=beside.first)
    size = pieces.magnitude(coefficient)
    return Term(-size if negative else size, scalars, body, Drawn(list(negated), divided, beside.first))


def _drawn_into(drawn: Drawn, factor: Node) -> Place:
    """NEGATED for a factor that is to be negated, once; DIVIDED for a sum that is divided, and its powers."""
    place = DIVIDED if drawn.divided and base_within(factor) in drawn.divided else 0
    if factor.heads & PLUS and is_even(factor):
        place |= SETTLED
    if factor in drawn.negated:
        drawn.negated.remove(factor)
        place |= NEGATED
    return place


def composed(names: Names, parts: Term, place: Place) -> Asking[tuple[bool, Tree]]:
    """Whether a term has a minus, and its tree: scalars, then the body, one quotient over everything."""
    above: list[Tree] = []
    below: list[Tree] = []
    for scalar in sorted(parts.scalars, key=lambda factor: factor_rank(factor, named=factor in names)):
        chain, divisor = yield from _factor(names, scalar, parts.drawn, 0)
        above += chain
        below += divisor
    body: list[Tree] = []
    under: list[Tree] = []
    if parts.body is not None:
        body, under = yield from _body(names, parts.body, parts.drawn, place)
    _number(names, pieces.magnitude(parts.coefficient), above, below, is_quotient=bool(under))
    negative = parts.coefficient < 0
    if len(body) == 1 and not below and len(above) == 1 and is_number(above[0]):
        above, body = _drawn_in(above[0], body[0], is_quotient=bool(under))
    if under:
        bottom = pieces.juxtaposed([*below, pieces.entrywise(under)])
        if not body:
            return negative, Tree("entrydiv", (_product(above), bottom))
        return negative, _product([*above, Tree("entrydiv", (body[0], bottom))])
    tree = _product([*above, *body])
    return negative, Tree("over", (tree, _product(below))) if below else tree


def _number(names: Names, size: Rational, above: list[Tree], below: list[Tree], *, is_quotient: bool) -> None:
    """Puts a positive coefficient where it is read best: 2 x, 1/2 x, lambda/2 x, x / (2 n)."""
    p, q = (size, 1) if names.is_decimal(size) else (size.numerator, size.denominator)
    if q == 1 or below or is_quotient:
        if p != 1:
            above.insert(0, names.number(p))
        if q != 1:
            below.insert(0, pieces.number(q))
    elif p == 1 and above and above[0].head == "name":
        above[0] = Tree("over", (above[0], pieces.number(q)))
    else:
        above.insert(0, names.number(size))


def _drawn_in(number: Tree, body: Tree, *, is_quotient: bool) -> tuple[list[Tree], list[Tree]]:
    """What stands before the body, and the body: 2 a .* b for 2 (a .* b), 2 a ./ b, but 2 ((A x) .* b)."""
    around: list[Tree] = []
    first = body
    while first.head == "hadamard":
        around.append(first)
        first = first.children[0]
    if not (around or is_quotient) or first.head in ("times", "over", "kron"):
        return [number], [body]
    first = pieces.juxtaposed([number, first])
    for product in reversed(around):
        first = Tree("hadamard", (first, product.children[1]))
    return [], [first]


def _product(factors: Sequence[Tree]) -> Tree:
    return pieces.juxtaposed(factors) if factors else pieces.number(1)


Quotient: TypeAlias = tuple[list[Tree], list[Tree]]


def _body(names: Names, body: Node, drawn: Drawn, place: Place) -> Asking[Quotient]:
    """The trees of a vector or matrix without scalars, and those that it is divided by entry by entry."""
    if body in names:
        return [(yield body, 0)], []
    kind = type(body)
    if kind is Hadamard:
        return (yield from _entrywise(names, body.children, drawn))
    if kind is Product or kind is Power:
        return (yield from _factor(names, body, drawn, 0))
    if kind is Call and body.data == "kron":
        left, right = body.children
        left_tree = yield left, _drawn_into(drawn, left)
        right_tree = yield right, _drawn_into(drawn, right)
        return [Tree("kron", (left_tree, right_tree))], []
    return [(yield body, place | _drawn_into(drawn, body))], []


def _entrywise(names: Names, factors: Sequence[Node], drawn: Drawn) -> Asking[Quotient]:
    """Entrywise factors above and below; phi'(x) .* v is D(phi, x)[v], phi''(x) .* v .* w is D2(phi, x)[v, w]."""
    above: list[Tree] = []
    below: list[Tree] = []
    slopes: list[Tree] = []
    bare = {each for each in factors if type(each) is Slope and each.data.kind == "elementwise" and each not in names}
    place = 0 if bare else SPREAD | SIZED
    for each in sorted(factors, key=lambda factor: factor_rank(factor, named=factor in names)):
        inside = drawn
        if type(each) is Product and each not in names:
            negative = bool(_drawn_into(drawn, each))
            within = signs(names, each.children).term(negative=negative, minus=inf, first=drawn.first)
            inside = Drawn(list(within[2]), first=drawn.first)
        chain, under = yield from _factor(names, each, inside, place)
        if chain:
            (slopes if each in bare else above).append(pieces.juxtaposed(chain))
        below += under
    for slope in reversed(slopes):
        above = [_along(slope, above)]
    return [pieces.entrywise(above)] if above else [], below


def _along(slope: Tree, factors: list[Tree]) -> Tree:
    """phi'(x) .* v or phi''(x) .* v .* w as a differential with the factors as its directions."""
    point, *directions = slope.children
    if len(factors) > len(directions):
        last = len(directions) - 1
        factors = [*factors[:last], pieces.entrywise(factors[last:])]
    return Tree(slope.head, (point, *factors, *directions[len(factors) :]), slope.text)


def _factor(names: Names, node: Node, drawn: Drawn, place: Place) -> Asking[Quotient]:
    """A factor, above or, if it is an entrywise power with a negative exponent, below the line."""
    place |= _drawn_into(drawn, node)
    if node in names or type(node) not in (Product, Power):
        return [(yield node, place)], []
    if type(node) is Product:
        root = square_root(node)
        if root is not None:
            return [(yield from norm_power(names, root, 2))], []
        return (yield from _chained(names, node.children, drawn)), []
    base, exponent = node.children
    inside = place & (NEGATED | DIVIDED) | SPREAD
    head = "power" if node.is_scalar else "entrypow"
    if type(exponent) is not Number:
        return [Tree(head, ((yield base, inside), (yield exponent, 0)))], []
    p = exponent.data
    root = None if base in names else square_root(base)
    if root is None:
        tree = pieces.power(head, (yield base, inside), pieces.magnitude(p))
    else:
        # (u^T u)^p = ||u||^(2p)
        tree = yield from norm_power(names, root, plain(2 * pieces.magnitude(p)))
    return ([], [tree]) if p < 0 else ([tree], [])


def _chained(names: Names, factors: Sequence[Node], drawn: Drawn) -> Asking[list[Tree]]:
    """The factors of a matrix product; e(i,m) e(j,n)^T is unit(i,j,m,n)."""
    trees: list[Tree] = []
    previous: Node | None = None
    for each in factors:
        if type(each) is Transpose and type(each.children[0]) is Basis and type(previous) is Basis:
            column = each.children[0]
            i, j = trees.pop().children[0], (yield column, 0).children[0]
            trees.append(pieces.call("unit", i, j, *map(pieces.dimension, (previous.shape[0], column.shape[0]))))
        else:
            place = _drawn_into(drawn, each)
            partner = _turned(names, each, place)
            tree = yield (each if partner is None else partner), place
            trees.append(tree if partner is None else Tree("transpose", (tree,)))
        previous = each
    return trees


def _turned(names: Names, factor: Node, place: Place) -> Node | None:
    """S, where the factor is the sum S^T and S occurs, too: (X - m 1^T) (X - m 1^T)^T, not (X - m 1^T) (X^T - 1 m^T).

    An S that is written as a name takes no sign and no divisor.
    """
    if type(factor) is not Sum or not factor.is_matrix or factor in names:
        return None
    now = sum(map(marks, factor.children))
    if now < 2:
        return None
    turned = transpose(factor)
    if type(turned) is not Sum or sum(map(marks, turned.children)) >= now or not names.has(turned):
        return None
    return None if place & (NEGATED | DIVIDED) and turned in names else turned


def norm_power(names: Names, root: Sequence[Node], exponent: Rational) -> Asking[Tree]:
    """||U||^p of a product U."""
    tree = pieces.juxtaposed((yield from _chained(names, root, PLAIN)))
    return pieces.power("power", norm(tree, (root[0].shape[0], root[-1].shape[1])), exponent)


def norm(tree: Tree, shape: Shape) -> Tree:
    """||x||_2 of a vector, ||X||_F of a matrix."""
    return Tree("norm", (tree,), "2" if shape[1] is ONE_DIMENSION else "F")
