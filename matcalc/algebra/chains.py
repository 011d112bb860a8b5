"""Which of equal chains of factors stands for all: a scalar chain and its transpose, the rotations of a trace and theirs.

The one with the direction last, then with fewest transposes, then the first in structural order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matcalc.algebra import sums, transposes
from matcalc.algebra.dimension import SCALAR
from matcalc.algebra.nodes import Call, Node, Product, Rational, Transpose, intern


def scalar_chain(factors: Sequence[Node]) -> Node:
    """The 1 x 1 chain u^T A ... v; the same node as its transpose.

    >>> from matcalc.algebra.dimension import ONE, named; from matcalc.algebra.leaves import symbol
    >>> n = named("n"); A, u, v = symbol("A", (n, n)), symbol("u", (n, ONE)), symbol("v", (n, ONE))
    >>> T = transposes.transpose
    >>> scalar_chain([T(u), A, v]) is scalar_chain([T(v), T(A), u])
    True
    """
    if len(factors) == 1:
        return factors[0]
    chains: list[tuple[Rational, Sequence[Node]]] = [(1, factors)]
    other = turned_chain(factors)
    if other is not None:
        chains.append(other)
    c, best = min(chains, key=lambda chain: rank(chain[1]))
    return sums.times_number(c, intern(Product, tuple(best), None, SCALAR))


def turned_chain(factors: Sequence[Node]) -> tuple[Rational, list[Node]] | None:
    """The transpose of a chain as a coefficient, 1 or -1, and a chain of as many factors; None if a factor comes apart."""
    coefficient: Rational = 1
    turned: list[Node] = []
    for factor in reversed(factors):
        c, scalars, core = sums.split(transposes.transpose(factor))
        if scalars or core.is_scalar or type(core) is Product:
            return None
        coefficient *= c
        turned.append(core)
    return coefficient, turned


def rank(chain: Sequence[Node]) -> tuple[int, int, list[object]]:
    """The order of a chain and its transpose."""
    turned = sum(map(transposes.count, chain))
    return (end_rank(chain[-1]), turned, [factor.key for factor in chain])


def end_rank(last: Node) -> int:
    """Which chains come first: those that end with the direction, then those that end with its transpose."""
    return (0 if type(last) is not Transpose else 1) if last.directional else 2


def least_rotation(factors: tuple[Node, ...]) -> Node:
    """The trace of the chain: of its rotations and those of its transpose the one that comes first."""
    chains: list[Sequence[Node]] = [factors]
    coefficients: list[Rational] = [1]
    if sum(factor.weight for factor in factors) <= transposes.HEAVIEST:
        other = turned_chain(factors)
        if other is not None:
            coefficients.append(other[0])
            chains.append(other[1])
    places = _rotations_in_order(chains)
    turns = [sum(map(transposes.count, chain)) for chain in chains]
    *_, which, k = min(
        (end_rank(chain[k - 1]), turns[which], places[which][k], which, k)
        for which, chain in enumerate(chains)
        for k in range(len(chain))
    )
    best = (*chains[which][k:], *chains[which][:k])
    chain_node = intern(Product, best, None, (best[0].shape[0], best[0].shape[0]))
    return sums.times_number(coefficients[which], intern(Call, (chain_node,), "tr", SCALAR))


def _rotations_in_order(chains: Sequence[Sequence[Node]]) -> list[list[int]]:
    """For every factor of every chain, the place of the rotation that starts there among all rotations, ordered by their keys.

    What is compared doubles: the order by 2 l factors is that of pairs of places by l factors.  All chains have one length.
    """
    count, length = len(chains[0]), 1
    ranks: list[list[Any]] = [[factor.key for factor in chain] for chain in chains]
    while True:
        order = {rank: place for place, rank in enumerate(sorted({rank for row in ranks for rank in row}))}
        places = [[order[rank] for rank in row] for row in ranks]
        if length >= count or len(order) == count * len(chains):
            return places
        ranks = [[(row[k], row[(k + length) % count]) for k in range(count)] for row in places]
        length *= 2
