"""Which differences in a product are written the other way round: -(a - b) c is (b - a) c, and 1 - tanh(x)^2 is better than its opposite.

A factor is negated without a further mark where it is a difference, an odd power, a transpose or a diagonal of one, or a product with
one in it.  Of the ways that give the sign of the product the one of the least cost is taken: FLIPPED for every plain difference that
is turned, INSIDE more where it stands in a product in the product, BACKWARDS for every f(x) - 1 and P - I, which an author writes as
1 - f(x) and I - P.

In a product a factor and its like go together: (a - b)^T C (a - b) keeps both differences alike, and (c .* (a - b)) (a - b)^T.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from math import inf
from typing import TypeAlias

from matcalc.algebra.nodes import Call, Hadamard, Identity, MatrixPower, Node, Number, Power, Product, Sum, Transpose
from matcalc.syntax.ordering import is_constant
from matcalc.syntax.sharing import square_root

ODD = frozenset({"diag", "vec"})  # linear functions of one matrix: the sign goes in
FLIPPED, INSIDE, BACKWARDS = 0.125, 0.0625, 1
DEEP = 3  # products within products that are looked into

Costs: TypeAlias = tuple[float, float]  # of writing a factor as it is, and its opposite
FIXED: Costs = (0, inf)
_AROUND = frozenset({Transpose, Power, MatrixPower})
_SUMS_AND_PRODUCTS = frozenset({Sum, Product, Hadamard})
_CALLS = ODD | {"kron"}
Names = Collection[Node]  # the nodes that are written as a name; they are not looked into


def turned(names: Names, factors: Iterable[Node], *, negative: bool) -> list[Node] | None:
    """The factors to be negated so that the product of all gets this sign; None if it cannot."""
    candidates = [factor for factor in factors if _may_take_a_sign(factor)]
    if len(candidates) <= (not negative):
        return None if negative else []
    held = {each for each, count in Counter(differences(names, candidates, DEEP)).items() if count > 1}
    return _cheapest(names, candidates, DEEP, held)[negative][1]


def _may_take_a_sign(factor: Node) -> bool:
    base = base_of(factor)
    kind = type(base)
    return kind in _SUMS_AND_PRODUCTS or (kind is Call and base.data in _CALLS)


def prefers_opposite(names: Names, node: Node) -> bool:
    """Whether the opposite of `node` is the better form."""
    as_it_is, opposite = _costs(names, node, DEEP)
    return opposite < as_it_is


def factors_of(names: Names, node: Node) -> tuple[Node, ...]:
    """The factors that `node` is written as if it is a product, or the node alone."""
    closed = node in names or not (type(node) in (Product, Hadamard) or (type(node) is Call and node.data == "kron"))
    return (node,) if closed or square_root(node) is not None else node.children


_Way = tuple[float, list[Node] | None]  # its cost, the factors that are negated


def _cheapest(names: Names, factors: Iterable[Node], deep: int, held: Names) -> tuple[_Way, _Way]:
    """The best way to write the product of the factors, and its opposite."""
    like: dict[Node, list[Node]] = {}
    for factor in factors:
        like.setdefault(base_of(factor), []).append(factor)
    even: _Way = (0, [])
    odd: _Way = (inf, None)
    for group in like.values():
        costs = [_costs(names, factor, deep, held) for factor in group]
        kept, flipped = (sum(cost) for cost in zip(*costs, strict=True))
        if len(group) % 2 == 0:
            cost, negated = (flipped, group) if flipped < kept else (kept, [])
            even, odd = _with(even, cost, negated), _with(odd, cost, negated)
        else:
            even, odd = (
                min(_with(even, kept, []), _with(odd, flipped, group), key=_cost),
                min(_with(odd, kept, []), _with(even, flipped, group), key=_cost),
            )
    return even, odd


def _with(way: _Way, cost: float, negated: list[Node]) -> _Way:
    if way[1] is None or cost == inf:
        return (inf, None)
    return (way[0] + cost, [*way[1], *negated])


def _cost(way: _Way) -> float:
    return way[0]


def base_of(factor: Node) -> Node:
    """The X of X^T, of powers of X and of their transposes."""
    while type(factor) in _AROUND:
        factor = factor.children[0]
    return factor


def base_within(factor: Node, names: Names = ()) -> Node:
    """The base of a factor, of what its diagonal or vec is taken of."""
    base = base_of(factor)
    while type(base) is Call and base.data in ODD and base not in names:
        base = base_of(base.children[0])
    return base


def differences(names: Names, factors: Iterable[Node], deep: int) -> Iterator[Node]:
    """The sums among the factors, and those in products among them, as often as they occur."""
    for factor in factors:
        base = base_within(factor, names)
        if type(base) is Sum:
            yield base
        elif deep and len(inside := factors_of(names, base)) > 1:
            yield from differences(names, inside, deep - 1)


def _costs(names: Names, factor: Node, deep: int, held: Names = ()) -> Costs:
    while factor not in names:
        kind = type(factor)
        if kind is Sum:
            return _of_sum(factor, held)
        if kind is Power or kind is MatrixPower:
            exponent = factor.children[1]
            if type(exponent) is not Number or type(exponent.data) is not int:
                return FIXED
            if exponent.data % 2 == 0:
                return (min(_costs(names, factor.children[0], deep, held)), inf) if kind is Power else FIXED
        elif kind is Product or kind is Hadamard or (kind is Call and factor.data == "kron"):
            inside = factors_of(names, factor)
            if deep == 0 or len(inside) == 1:
                return FIXED
            even, odd = _cheapest(names, inside, deep - 1, held)
            return even[0], odd[0] + INSIDE
        elif kind is not Transpose and not (kind is Call and factor.data in ODD):
            return FIXED
        factor = factor.children[0]
    return FIXED


def _of_sum(node: Node, held: Names) -> Costs:
    if len(node.data) == 1 or not min(node.data) < 0 < max(node.data):
        return FIXED
    if all(map(is_constant, node.children)):
        # I - 1/n ones(n, n)
        eye = next((c for c, term in zip(node.data, node.children, strict=True) if type(term) is Identity), 0)
        return (BACKWARDS, 0) if eye < 0 else (0, FLIPPED)
    constants = [c for c, term in zip(node.data, node.children, strict=True) if is_constant(term)]
    others = [(c, term) for c, term in zip(node.data, node.children, strict=True) if not is_constant(term)]
    if constants and max(constants) < 0 and all(c > 0 and _is_made(term) for c, term in others):
        return BACKWARDS, 0
    return FIXED if node in held else (0, FLIPPED)


def _is_made(term: Node) -> bool:
    """Whether a term is a function of something or a product of matrices, not a variable or its power."""
    base = base_of(term)
    return type(base) is Call or (type(base) is Product and base.is_matrix)
