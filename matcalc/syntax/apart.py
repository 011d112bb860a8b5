"""A term taken apart: coefficient, scalars, body, and the factors that these are products of.

`names` are the nodes that are written as a name; they are not looked into.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from matcalc.algebra.nodes import (
    PLUS,
    Call,
    Hadamard,
    MatrixPower,
    Node,
    Number,
    Power,
    Product,
    Rational,
    Scaled,
    Sum,
    Transpose,
)
from matcalc.algebra.transposes import HEAVIEST
from matcalc.syntax.sharing import square_root

Names = Collection[Node]

LINEAR = frozenset({"diag", "vec", "tr"})  # of one matrix: a sign goes in
_AROUND = frozenset({Transpose, Power, MatrixPower})


class Apart(NamedTuple):
    """coefficient * product of the scalars * body, and the factors of all of these."""

    coefficient: Rational
    scalars: list[Node]
    body: Node | None
    factors: list[Node]


def factors_apart(names: Names, coefficient: Rational, node: Node) -> Apart:
    """Coefficient, scalars, body, and the factors of each."""
    scalars: list[Node] = []
    body: Node | None = node
    while body is not None and body not in names:
        if type(body) is Sum and len(body.children) == 1:
            coefficient, body = coefficient * body.data[0], body.children[0]
        elif type(body) is Scaled:
            scalars.append(body.children[0])
            body = body.children[1]
        elif type(body) is Number:
            coefficient, body = coefficient * body.data, None
        else:
            break
    if body is not None and body.is_scalar:
        scalars.append(body)
        body = None
    scalars = [factor for scalar in scalars for factor in _scalar_factors(names, scalar)]
    parts = scalars if body is None else [*scalars, body]
    return Apart(coefficient, scalars, body, [factor for part in parts for factor in factors_of(names, part)])


def _scalar_factors(names: Names, scalar: Node) -> tuple[Node, ...]:
    return scalar.children if type(scalar) is Hadamard and scalar not in names else (scalar,)


def factors_of(names: Names, node: Node) -> tuple[Node, ...]:
    """The factors that `node` is written as if it is a product, or the node alone."""
    closed = node in names or not (type(node) in (Product, Hadamard) or (type(node) is Call and node.data == "kron"))
    return (node,) if closed or square_root(node) is not None else node.children


def base_of(factor: Node) -> Node:
    """The X of X^T, of powers of X and of their transposes."""
    while type(factor) in _AROUND:
        factor = factor.children[0]
    return factor


def base_within(factor: Node, names: Names = ()) -> Node:
    """The base of a factor, of what its diagonal or vec is taken of."""
    base = base_of(factor)
    while type(base) is Call and base.data in LINEAR and base not in names:
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


def within_terms(names: Names, total: Node, deep: int) -> Iterator[Node]:
    """The sums among the factors of the terms of a sum, and in those again, `deep` levels; none of a heavy sum."""
    for term in total.children if deep and total.weight <= HEAVIEST else ():
        if term.heads & PLUS:
            for each in differences(names, factors_apart(names, 1, term).factors, deep - 1):
                yield each
                yield from within_terms(names, each, deep - 1)
