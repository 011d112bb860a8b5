"""Which differences in a product are written the other way round: -(a - b) c is (b - a) c, and 1 - tanh(x)^2 is better than its opposite.

A factor is negated without a further mark where it is a difference, an odd power, a transpose or a diagonal of one, or a product with
one in it; in an even power it is free.  Of the ways to write a term, with a minus in front or without, the one of the least cost is taken:

| cost       | of                                                                                            |
|------------|-----------------------------------------------------------------------------------------------|
| FLIPPED    | every plain difference that begins with a - x, not x - a: see algebra/mirrors.py              |
| INSIDE     | more, where it stands in a product in the product                                             |
| AGAIN      | more, where it is kept in another term of the sum, or in a term of another sum of the product |
| EVERYWHERE | instead, where all that occur in several terms are flipped                                    |
| BACKWARDS  | every f(x) - 1 and P - I, which an author writes as 1 - f(x) and I - P                        |
| UNLIKE     | every 1 - p or I - X among those that are written p - 1 and X - I, and the other way round    |
| BELOW      | every p - 1 below the line; ABOVE: every 1 - p above it                                       |
| ALONE      | a minus at the beginning: it is a token more                                                  |
| LATER      | a minus behind a term of a sum that has none                                                  |

So 1/(p - 1) stays, where it is one token shorter, but y/p + (1 - y)/(p - 1) is y/p - (1 - y)/(1 - p).  All terms of a sum have their
differences from numbers alike if that costs less.  In a product a factor and its like go together: (a - b)^T C (a - b) keeps both
differences alike, and (c .* (a - b)) (a - b)^T.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from math import inf
from typing import NamedTuple, TypeAlias

from matcalc.algebra.mirrors import mirror
from matcalc.algebra.nodes import (
    PLUS,
    Call,
    Hadamard,
    Identity,
    MatrixPower,
    Node,
    Number,
    Ones,
    Power,
    Product,
    Scaled,
    Size,
    Sum,
    Transpose,
)
from matcalc.algebra.transposes import HEAVIEST, transpose
from matcalc.syntax.apart import LINEAR, Names, base_of, differences, factors_apart, factors_of, within_terms
from matcalc.syntax.ordering import is_constant, term_rank

FLIPPED, EVERYWHERE, INSIDE, AGAIN, BACKWARDS = 0.125, 0.25, 0.0625, 0.5, 1
UNLIKE, BELOW, ABOVE = 2, 0.3, 0.1
ALONE, LATER = 8, 0.25
DEEP = 3  # products within products that are looked into

Costs: TypeAlias = tuple[float, float]  # of writing a factor as it is, and its opposite
FIXED: Costs = (0, inf)
_SUMS_AND_PRODUCTS = frozenset({Sum, Product, Hadamard})
_CALLS = LINEAR | {"kron"}
_NUMBERS = frozenset({Number, Identity, Ones})


class Way(NamedTuple):
    """A way to write a product: its cost, the factors that are negated (None: there is no such way)."""

    cost: float
    negated: list[Node] | None


class Signs(NamedTuple):
    """The best ways to write a product and its opposite, numbers standing `first` in differences, or last."""

    first: tuple[Way, Way]
    last: tuple[Way, Way]

    def term(
        self, *, negative: bool, minus: float = ALONE, first: bool | None = None
    ) -> tuple[float, bool, list[Node]]:
        """The cost, whether there is a minus in front, and the factors to be negated; `minus` is what that costs, `first` what is asked."""
        found: tuple[float, bool, list[Node]] = (inf, negative, [])
        for pair in (self.first, self.last) if first is None else (self.first if first else self.last,):
            for sign in (False, True):
                cost, negated = pair[sign is not negative]
                cost += minus if sign else 0
                if negated is not None and cost < found[0]:
                    found = cost, sign, negated
        return found


_NO_CHOICE = (Way(0, []), Way(inf, None))
UNSIGNED = Signs(_NO_CHOICE, _NO_CHOICE)


class Beside(NamedTuple):
    """A term among others: what a minus costs, whether numbers stand first, and the ways to write it, if there are others."""

    minus: float = ALONE
    first: bool | None = None
    ways: Signs | None = None


def signs(names: Names, factors: Iterable[Node], again: Set[Node] = frozenset(), *, turned: bool = False) -> Signs:
    """The ways to write the product of the factors; differences that occur `again` elsewhere are all kept, or all `turned`."""
    candidates = [factor for factor in factors if factor.heads & PLUS and _may_take_a_sign(factor)]
    if not candidates:
        return UNSIGNED
    held: dict[Node, float] = {}
    if len(candidates) > 1:
        seen = list(differences(names, candidates, DEEP))
        held = {_like(each): AGAIN for total in seen for each in within_terms(names, total, DEEP)}
        held |= {each: inf for each, count in Counter(map(_like, seen)).items() if count > 1}
    run = _Run(names, held, again, turned=turned, first=True)
    first = run.product(candidates, DEEP)
    if not run.met:
        return Signs(first, first)
    return Signs(first, _Run(names, held, again, turned=turned, first=False).product(candidates, DEEP))


def together(names: Names, terms: Sequence[tuple[bool, Sequence[Node]]]) -> list[Beside]:
    """Of the terms of a sum, whether negative, with their factors: how each is to be written among the others."""
    times = Counter(each for _, factors in terms for each in {*map(_like, differences(names, factors, DEEP))})
    again = {each for each, count in times.items() if count > 1}
    best: tuple[float, list[Beside]] = (inf, [])
    for signed, first in _manners(names, terms, again):
        ways = [each.term(negative=negative, minus=LATER, first=first) for negative, each in signed]
        minus = [float(LATER)] * len(terms)
        if all(has_minus for _, has_minus, _ in ways):  # one has to be without
            alone = [each.term(negative=negative, first=first)[0] for negative, each in signed]
            losses = [cost - way[0] for cost, way in zip(alone, ways, strict=True)]
            leading = losses.index(min(losses))
            minus[leading] = ALONE
            ways[leading] = (alone[leading], False, [])
        total = sum(cost for cost, _, _ in ways)
        if total < best[0]:
            best = total, [Beside(cost, first, each) for cost, (_, each) in zip(minus, signed, strict=True)]
    return best[1]


def _manners(
    names: Names, terms: Sequence[tuple[bool, Sequence[Node]]], again: Set[Node]
) -> Iterator[tuple[list[tuple[bool, Signs]], bool]]:
    """The ways to write the terms with what occurs `again` kept, then turned; each with numbers first, then last."""
    for turned in (False, True) if again else (False,):
        signed = [(negative, signs(names, factors, again, turned=turned)) for negative, factors in terms]
        yield signed, True
        if any(each.first is not each.last for _, each in signed):
            yield signed, False


def _may_take_a_sign(factor: Node) -> bool:
    base = base_of(factor)
    kind = type(base)
    return kind in _SUMS_AND_PRODUCTS or (kind is Call and base.data in _CALLS)


def prefers_opposite(names: Names, node: Node, *, below: bool) -> bool:
    """Whether the opposite of `node` is the better form, as the base of an even power."""
    ways = [_Run(names, {}, first=first).factor(node, DEEP, below=below) for first in (True, False)]
    return min(flipped for _, flipped in ways) < min(kept for kept, _ in ways)


def is_even(factor: Node) -> bool:
    """Whether `factor` is an even power, or a transpose or diagonal of one: it is its own opposite's."""
    while True:
        kind = type(factor)
        if kind is Power or kind is MatrixPower:
            exponent = factor.children[1]
            return type(exponent) is Number and exponent.data % 2 == 0
        if kind is not Transpose and not (kind is Call and factor.data in LINEAR):
            return False
        factor = factor.children[0]


class _Run:
    """One pass over the factors of a term; numbers stand `first` in differences, or last.  `met`: there is such a difference."""

    def __init__(
        self,
        names: Names,
        held: Mapping[Node, float],
        again: Set[Node] = frozenset(),
        *,
        turned: bool = False,
        first: bool,
    ) -> None:
        self.names = names
        self.held = held
        self.again = again
        self.turned = turned
        self.first = first
        self.met = False

    def product(self, factors: Iterable[Node], deep: int) -> tuple[Way, Way]:
        """The best way to write the product of the factors, and its opposite."""
        like: dict[Node, list[Node]] = {}
        for factor in factors:
            like.setdefault(_like(base_of(factor)), []).append(factor)
        even, odd = _NO_CHOICE
        for group in like.values():
            kept, flipped, is_odd = 0.0, 0.0, False
            for factor in group:
                costs = self.factor(factor, deep)
                kept, flipped = kept + costs[0], flipped + costs[1]
                is_odd ^= not is_even(factor)
            if not is_odd:
                cost, negated = (flipped, group) if flipped < kept else (kept, [])
                even, odd = _with(even, cost, negated), _with(odd, cost, negated)
            elif flipped == inf:
                even, odd = _with(even, kept, []), _with(odd, kept, [])
            else:
                even, odd = (
                    _better(_with(even, kept, []), _with(odd, flipped, group)),
                    _better(_with(odd, kept, []), _with(even, flipped, group)),
                )
        return even, odd

    def factor(self, factor: Node, deep: int, *, below: bool = False) -> Costs:
        """The costs of a factor as it is, and of its opposite; `below` the line, if that is so."""
        while factor not in self.names:
            kind = type(factor)
            if kind is Sum:
                return self.difference(factor, deep, below)
            if kind is Power or kind is MatrixPower:
                exponent = factor.children[1]
                if type(exponent) is not Number or type(exponent.data) is not int:
                    return FIXED
                below ^= exponent.data < 0
            elif kind is Product or kind is Hadamard or (kind is Call and factor.data == "kron"):
                inside = factors_of(self.names, factor)
                if deep == 0 or len(inside) == 1:
                    return FIXED
                even, odd = self.product(inside, deep - 1)
                return even.cost, odd.cost + INSIDE
            elif kind is not Transpose and not (kind is Call and factor.data in LINEAR):
                return FIXED
            elif (
                kind is Call
                and factor.data == "tr"
                and any(map(_is_mirrored, factors_of(self.names, factor.children[0])))
            ):
                return FIXED  # tr(A (B - B^T)) and tr(A^T (B^T - B)) are one trace: it is read back as it stands
            factor = factor.children[0]
        return FIXED

    def difference(self, node: Node, deep: int, below: bool) -> Costs:
        """The costs of a sum."""
        if len(node.data) == 1:
            return FIXED
        if not min(node.data) < 0 < max(node.data):
            return self.sum(node, deep)
        pairs = list(zip(node.data, node.children, strict=True))
        if all(map(is_constant, node.children)):
            # I - 1/n ones(n, n)
            eye = next((c for c, term in pairs if type(term) is Identity), 0)
            return (BACKWARDS, 0) if eye < 0 else (0, FLIPPED)
        others = [(c, term) for c, term in pairs if not is_constant(term)]
        if all((c > 0) is not is_constant(term) for c, term in pairs):
            if all(_is_made(term) for _, term in others) and len(set(map(abs, node.data))) == 1:
                return BACKWARDS, 0
            if all(type(term) is Size for _, term in others):
                return 0, BACKWARDS  # n - 1 things
            if all(type(term) in _NUMBERS or not is_constant(term) for _, term in pairs):  # not X - lambda I
                self.met = True
                if self.first:
                    return UNLIKE, 0 if below else ABOVE
                return BELOW if below else 0, UNLIKE
        highest = max(term.degree for term in node.children)
        leading, _ = min(
            (pair for pair in pairs if pair[1].degree == highest),
            key=lambda pair: (mirror(pair[1])[0], term_rank(False, pair[1])),
        )
        like = _like(node)
        held = self.held.get(like, AGAIN if like in self.again else 0)
        upright, turned = (held, EVERYWHERE) if self.turned and like in self.again else (0, held + FLIPPED)
        return (upright, turned) if leading > 0 else (turned, upright)

    def sum(self, node: Node, deep: int) -> Costs:
        """The costs of a sum of terms of one sign, which is turned if all of them are."""
        if deep == 0 or node.weight > HEAVIEST or not all(term.heads & PLUS for term in node.children):
            return FIXED
        kept, flipped = 0.0, INSIDE
        for term in node.children:
            factors = [each for each in factors_apart(self.names, 1, term).factors if _may_take_a_sign(each)]
            even, odd = self.product(factors, deep - 1)
            kept, flipped = kept + even.cost, flipped + odd.cost
        return kept, flipped


def _with(way: Way, cost: float, negated: list[Node]) -> Way:
    if way.negated is None or cost == inf:
        return _NO_CHOICE[1]
    if not negated:
        return way if cost == 0 else Way(way.cost + cost, way.negated)
    return Way(way.cost + cost, [*way.negated, *negated])


def _better(one: Way, other: Way) -> Way:
    return other if other.cost < one.cost else one


def _like(base: Node) -> Node:
    """What a sum and its transpose have in common: one of them."""
    if type(base) is not Sum or not base.is_matrix:
        return base
    turned = transpose(base)
    return min(base, turned, key=lambda node: node.key) if type(turned) is Sum else base


def _is_mirrored(factor: Node) -> bool:
    """Whether a sum has a term and its transpose."""
    base = base_of(factor)
    return type(base) is Sum and len({mirror(term) for term in base.children}) < len(base.children)


def _is_made(term: Node) -> bool:
    """Whether a term is a multiple of a function of something or of a product of matrices, not of a variable or its power."""
    while type(term) is Scaled:
        term = term.children[1]
    base = base_of(term)
    return type(base) is Call or (type(base) is Product and base.is_matrix)
