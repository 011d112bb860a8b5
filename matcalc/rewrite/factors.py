"""Factors of a term: where one stands, what is left of the term without it, and how it stands before what is left of several.

In: a term as coefficient * scalars * core (`algebra.sums.split`).  Nothing is decided here; `collect` chooses.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from matcalc.algebra import calls, entrywise, kronecker, linear, products, transposes
from matcalc.algebra.leaves import ONE, identity, number, ones
from matcalc.algebra.nodes import Call, Hadamard, Identity, Node, Number, Ones, Power, Product, Rational, Sum


class Place(NamedTuple):
    """Where a factor stands in a term.

    `kind`: first, last, both (F of F^T M F), body (all but the scalars), scalar, entry, left or right (of ⊗), traced, inside.
    """

    kind: str
    factor: Node


Parts = tuple[Rational, list[Node], Node]  # of a term: coefficient, scalars, core


def places(parts: Parts) -> Iterable[Place]:
    """Every factor that may be taken out of a term, once."""
    _, scalars, core = parts
    found = [Place("scalar", factor) for scalar in scalars for factor in _bases(scalar)]
    kind = type(core)
    is_scalar = core.is_scalar
    if not is_scalar:
        found.append(Place("body", core))
    elif core is not ONE:
        found += [Place("scalar", factor) for factor in _bases(core)]
    if kind is Product:
        first, last = core.children[0], core.children[-1]
        found += [Place("first", first), Place("last", last)]
        if last.weight <= transposes.HEAVIEST and transposes.transpose(first) is last:
            found.append(Place("both", last))
    elif not is_scalar and kind not in (Identity, Ones):
        found += [Place("first", core), Place("last", core)]
        if kind is Hadamard or kind is Power:
            found += [Place("entry", factor) for factor in _bases(core)]
        elif core.is_column or kind is Call or kind is Sum:
            found.append(Place("entry", core))
    if kind is Call and core.data == "kron":
        found += [Place("left", core.children[0]), Place("right", core.children[1])]
    elif kind is Call and core.data in ("diag", "vec"):
        found.append(Place("inside", number(0 if core.data == "vec" else 1)))
    elif kind is Call and core.data == "tr" and type(core.children[0]) is Product and core.directional:
        found.append(Place("traced", core.children[0].children[-1]))
    return dict.fromkeys(found)


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


def leaves_bare(parts: Parts, place: Place) -> bool:
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
    if place.kind == "both":
        return len(core.children) == 2
    return core is place.factor


def stands_around(parts: Parts, factor: Node) -> bool:
    """Whether the term is a chain with the factor, or its transpose, at both of its ends."""
    core = parts[2]
    if type(core) is not Product:
        return False
    around = (factor, transposes.transpose(factor))
    return core.children[0] in around and core.children[-1] in around


def remainder(parts: Parts, place: Place) -> Node | None:
    """What is left of scalars * core without the factor."""
    _, scalars, core = parts
    kind, factor = place.kind, place.factor
    if kind == "body":
        return entrywise.hadamard(scalars) if scalars else ONE
    if kind == "scalar":
        front = entrywise.hadamard(scalars) if scalars else ONE
        if core.is_scalar:
            front, core = entrywise.hadamard([front, core]), ONE
        left = _without(front, factor)
        return None if left is None else products.scaled(left, core)
    if kind == "first":
        inner = _chain_rest(core, factor, last=False)
    elif kind == "last":
        inner = _chain_rest(core, factor, last=True)
    elif kind == "both":
        middle = core.children[1:-1]
        inner = products.product(middle) if middle else identity(factor.shape[0])
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
    if inner is None or not scalars:
        return inner
    return products.scaled(entrywise.hadamard(scalars), inner)


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


WHOLE = {
    "first": lambda factor, inside: products.product([factor, inside]),
    "last": lambda factor, inside: products.product([inside, factor]),
    "both": lambda factor, inside: products.product([transposes.transpose(factor), inside, factor]),
    "body": lambda factor, inside: products.scaled(inside, factor),
    "scalar": products.scaled,
    "entry": lambda factor, inside: entrywise.hadamard([factor, inside]),
    "left": lambda factor, inside: kronecker.product(factor, inside),
    "right": lambda factor, inside: kronecker.product(inside, factor),
    "traced": lambda factor, inside: linear.trace(products.product([inside, factor])),
    "inside": _inside,
}
