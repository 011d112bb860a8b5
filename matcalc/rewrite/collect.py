"""Collecting common factors: A x + A^T x -> (A + A^T) x, 2 A^T A x - 2 A^T b -> 2 A^T (A x - b).

In: an expression in normal form.  Out: an equal one.  Bottom-up, memoised, one greedy pass per sum: among all factors that two or
more terms share (the first or last of a chain, all of it, a scalar, an entrywise factor, an operand of a Kronecker product, the last factor
under a trace, the function of diag and vec), take the one that saves most, until none saves.  What it saves is (terms - 1) times
the factor's weight, less a penalty for every term that would leave a bare I, ones or 1 behind.

It ends: every collection lowers the number of terms of a sum, and rebuilding never raises it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcalc.algebra import calls, entrywise, products, sums
from matcalc.algebra.nodes import (
    ONE,
    Call,
    Hadamard,
    Identity,
    Node,
    Number,
    Ones,
    Power,
    Product,
    Rational,
    Sum,
    identity,
    number,
    ones,
    postorder,
)
from matcalc.algebra.traversal import rebuild

BARE = 1.5  # what a created I, ones or 1 costs
MOST_TERMS = 64  # longer sums are left as they are


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a factor stands in a term.

    `kind`: first, last, body (all but the scalars), scalar, entry, left or right (of ⊗), traced, inside.
    """

    kind: str
    factor: Node


def collected(root: Node, memo: dict[Node, Node] | None = None) -> Node:
    """`root` with common factors collected in every sum."""
    out: dict[Node, Node] = {} if memo is None else memo
    for node in postorder(root):
        if node in out:
            continue
        children = [out[child] for child in node.children]
        same = all(new is old for new, old in zip(children, node.children, strict=True))
        made = node if same else rebuild(node, children)
        out[node] = collect_sum(made) if type(made) is Sum else made
    return out[root]


def collect_sum(node: Node) -> Node:
    """A sum with its common factors collected; anything else as it is."""
    while type(node) is Sum and 2 <= len(node.children) <= MOST_TERMS:
        better = _best(node)
        if better is None:
            return node
        node = better
    if type(node) is Sum and len(node.children) == 1 and type(node.children[0]) is Sum:
        return sums.add([(node.data[0], collect_sum(node.children[0]))])
    return node


def _best(node: Node) -> Node | None:
    """The sum after the collection that saves most; None if none saves."""
    holders: dict[tuple[str, Node], list[int]] = {}
    parts = [sums.split(term) for term in node.children]
    for k, term in enumerate(node.children):
        for place in _places(term, parts[k]):
            holders.setdefault((place.kind, place.factor), []).append(k)
    ranked = []
    for (kind, factor), where in holders.items():
        if len(where) < 2:
            continue
        place = _Place(kind, factor)
        if kind == "entry" and any(_leaves_bare(parts[k], place) and parts[k][1] for k in where):
            continue  # it would leave s ones(n) behind
        bare = sum(_leaves_bare(parts[k], place) for k in where)
        saved = (len(where) - 1) * min(factor.weight, 1000) - BARE * bare
        if saved > 0 or (saved == 0 and bare == 0):
            ranked.append((-saved, _PREFERENCE[kind], factor.key, place, where))
    for _, _, _, place, where in sorted(ranked, key=lambda entry: entry[:3]):
        whole = _taken_out(node, parts, place, where)
        if whole is not None and (type(whole) is not Sum or len(whole.children) < len(node.children)):
            return whole
    return None


_PREFERENCE = {
    "body": -1,
    "first": 0,
    "last": 1,
    "scalar": 2,
    "entry": 3,
    "left": 4,
    "right": 5,
    "traced": 6,
    "inside": 7,
}

Parts = tuple[Rational, list[Node], Node]


def _places(term: Node, parts: Parts) -> set[_Place]:
    _, scalars, core = parts
    places: set[_Place] = set()
    for scalar in scalars:
        places.update(_Place("scalar", factor) for factor in _bases(scalar))
    kind = type(core)
    if core.is_scalar and core is not ONE:
        places.update(_Place("scalar", factor) for factor in _bases(core))
    if not core.is_scalar:
        places.add(_Place("body", core))
    if kind is Product:
        places.add(_Place("first", core.children[0]))
        places.add(_Place("last", core.children[-1]))
    elif not core.is_scalar and kind not in (Identity, Ones, Sum):
        places.add(_Place("first", core))
        places.add(_Place("last", core))
        if kind is Hadamard or kind is Power:
            places.update(_Place("entry", factor) for factor in _bases(core))
        elif core.is_column or kind is Call:
            places.add(_Place("entry", core))
    if kind is Call and core.data == "kron":
        places.add(_Place("left", core.children[0]))
        places.add(_Place("right", core.children[1]))
    elif kind is Call and core.data in ("diag", "vec"):
        places.add(_Place("inside", number(0 if core.data == "vec" else 1)))
    elif kind is Call and core.data == "tr" and type(core.children[0]) is Product and core.directional:
        places.add(_Place("traced", core.children[0].children[-1]))
    return places


def _bases(node: Node) -> list[Node]:
    """The factors of an entrywise product, x for a power x^k with k >= 2."""
    factors = node.children if type(node) is Hadamard else (node,)
    found = []
    for factor in factors:
        if type(factor) is Power and _is_high(factor):
            found.append(factor.children[0])
        if type(factor) is not Ones:
            found.append(factor)
    return found


def _is_high(power: Node) -> bool:
    exponent = power.children[1]
    return type(exponent) is Number and type(exponent.data) is int and exponent.data >= 2


def _leaves_bare(parts: Parts, place: _Place) -> bool:
    """Whether taking the factor out leaves I, ones or 1 behind."""
    _, scalars, core = parts
    if place.kind in ("traced", "inside"):
        return False
    if place.kind == "body":
        return not scalars
    if place.kind == "scalar":
        return core is place.factor or (core is ONE and len(scalars) == 1 and scalars[0] is place.factor)
    if place.kind in ("left", "right"):
        return False
    return core is place.factor


def _taken_out(node: Node, parts: Sequence[Parts], place: _Place, where: Sequence[int]) -> Node | None:
    rest = []
    for k in where:
        remaining = _remainder(parts[k], place)
        if remaining is None:
            return None
        rest.append((node.data[k] * parts[k][0], remaining))
    shapes = {remaining.shape for _, remaining in rest}
    if len(shapes) != 1:
        return None
    inside = collect_sum(sums.add(rest))
    whole = _WHOLE[place.kind](place.factor, inside)
    others = [(node.data[k], node.children[k]) for k in range(len(node.children)) if k not in where]
    return sums.add([(1, whole), *others]) if others else whole


def _remainder(parts: Parts, place: _Place) -> Node | None:
    """What is left of scalars * core without the factor."""
    _, scalars, core = parts
    kind, factor = place.kind, place.factor
    if kind == "body":
        return entrywise.hadamard([ONE, *scalars])
    if kind == "scalar":
        front = entrywise.hadamard([ONE, *scalars])
        if core.is_scalar:
            front, core = entrywise.hadamard([front, core]), ONE
        left = _without(front, factor)
        return None if left is None else products.scaled(left, core)
    if kind == "first":
        inner = _chain_rest(core, factor, last=False)
    elif kind == "last":
        inner = _chain_rest(core, factor, last=True)
    elif kind == "entry":
        inner = _without(core, factor)
    elif kind == "left":
        inner = core.children[1]
    elif kind == "right":
        inner = core.children[0]
    elif kind == "traced":
        inner = products.product(core.children[0].children[:-1])
    else:
        inner = core.children[0]
    if inner is None:
        return None
    return products.scaled(entrywise.hadamard([ONE, *scalars]), inner)


def _chain_rest(core: Node, factor: Node, *, last: bool) -> Node | None:
    if core is factor:
        return identity(factor.shape[1] if not last else factor.shape[0])
    factors = core.children[:-1] if last else core.children[1:]
    return products.product(factors)


def _without(product: Node, factor: Node) -> Node | None:
    """An entrywise product with `factor` divided out once."""
    if product is factor:
        return ones(*product.shape)
    factors = list(product.children) if type(product) is Hadamard else [product]
    for k, candidate in enumerate(factors):
        if candidate is factor:
            return entrywise.hadamard(factors[:k] + factors[k + 1 :])
    for k, candidate in enumerate(factors):
        if type(candidate) is Power and candidate.children[0] is factor and _is_high(candidate):
            lower = entrywise.power(factor, number(candidate.children[1].data - 1))
            return entrywise.hadamard([*factors[:k], lower, *factors[k + 1 :]])
    return None


def _inside(which: Node, inside: Node) -> Node:
    return calls.call("diag" if which is ONE else "vec", [inside])


_WHOLE = {
    "first": lambda factor, inside: products.product([factor, inside]),
    "last": lambda factor, inside: products.product([inside, factor]),
    "body": lambda factor, inside: products.scaled(inside, factor),
    "scalar": products.scaled,
    "entry": lambda factor, inside: entrywise.hadamard([factor, inside]),
    "left": lambda factor, inside: calls.kronecker(factor, inside),
    "right": lambda factor, inside: calls.kronecker(inside, factor),
    "traced": lambda factor, inside: calls.trace(products.product([inside, factor])),
    "inside": _inside,
}
