"""Second derivatives through layers: nested sums multiplied out into chains that are their own mirror images.

    W^T (D V^T (diag(p) V D W) + diag(s) W) = Y_2^T diag(p) Y_2 + Y_1^T diag(s) Y_1,    Y_1 = W, Y_2 = V D W

Each Y_l is made from the one before, and Y_l^T diag(s) Y_l is one product.  As it stands, what a layer adds is taken back through all the
layers below it, one product each.

In: a product of matrices.  Out: an equal sum of chains Y^T diag(s) Y and u v^T, at least two of the former; None if it is nothing of
the kind, or would have more than MOST_TERMS terms or MOST_FACTORS factors.
"""

from __future__ import annotations

from dataclasses import dataclass

from matcalc.algebra import entrywise, linear, products, sums, transposes
from matcalc.algebra.dimension import ONE
from matcalc.algebra.leaves import ONE as UNIT
from matcalc.algebra.nodes import Call, Node, Product, Rational, Scaled, Sum, Transpose

MOST_TERMS = 64
MOST_FACTORS = 1000


@dataclass(frozen=True, slots=True)
class _Chain:
    """coefficient * scalars * factors; the factors before `checked` are no sums, multiples or products."""

    coefficient: Rational
    scalars: tuple[Node, ...]
    factors: tuple[Node, ...]
    checked: int = 0


def mirrored(node: Node) -> Node | None:
    """The product as a sum of chains that read Y^T diag(s) Y, or have rank one.

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.leaves import symbol
    >>> n = named("n"); V, W, p, s = symbol("V", (n, n)), symbol("W", (n, n)), symbol("p", (n, ONE)), symbol("s", (n, ONE))
    >>> inner = products.product([transposes.transpose(V), linear.diagonal(p), V])
    >>> whole = products.product([transposes.transpose(W), sums.plus(inner, linear.diagonal(s)), W])
    >>> mirrored(whole)
    Sum((1, 1), Product, Product)
    """
    if not any(type(_body(factor)) is Sum for factor in node.children):
        return None
    waiting = [_Chain(1, (), node.children)]
    chains: list[_Chain] = []
    while waiting:
        chain = waiting.pop()
        opened = _opened(chain)
        if opened is None:
            if not _is_mirror(chain.factors) and not _has_rank_one(chain.factors):
                return None
            chains.append(chain)
        else:
            waiting += opened
        found = [*chains, *waiting]
        if len(found) > MOST_TERMS or sum(len(c.factors) for c in found) > MOST_FACTORS:
            return None
    if sum(not _has_rank_one(chain.factors) for chain in chains) < 2:
        return None
    return sums.add(
        [
            (c.coefficient, products.scaled(entrywise.hadamard([UNIT, *c.scalars]), products.product(c.factors)))
            for c in chains
        ]
    )


def _opened(chain: _Chain) -> list[_Chain] | None:
    """The chains that the first sum, multiple or product in this one opens into; None if there is none."""
    for k in range(chain.checked, len(chain.factors)):
        before, factor, after = chain.factors[:k], chain.factors[k], chain.factors[k + 1 :]
        body, turned = _body(factor), type(factor) is Transpose
        pieces: list[tuple[Rational, tuple[Node, ...], Node]]
        if type(body) is Sum and body.is_matrix:
            pieces = [(c, (), term) for c, term in zip(body.data, body.children, strict=True)]
        elif type(body) is Scaled and body.is_matrix:
            pieces = [(1, (body.children[0],), body.children[1])]
        elif type(factor) is Product:
            return [_Chain(chain.coefficient, chain.scalars, (*before, *factor.children, *after), k)]
        elif _is_diagonal(factor) and (part := sums.split(factor.children[0]))[2] is not factor.children[0]:
            pieces = [(part[0], (*part[1],), linear.diagonal(part[2]))]
        else:
            continue
        return [
            _Chain(
                chain.coefficient * c,
                (*chain.scalars, *scalars),
                (*before, transposes.transpose(term) if turned else term, *after),
                k,
            )
            for c, scalars, term in pieces
        ]
    return None


def _body(node: Node) -> Node:
    return node.children[0] if type(node) is Transpose else node


def _is_diagonal(node: Node) -> bool:
    return type(node) is Call and node.data == "diag" and node.is_matrix


def _has_rank_one(factors: tuple[Node, ...]) -> bool:
    return any(factor.shape[0] is ONE for factor in factors[1:])


def _is_mirror(factors: tuple[Node, ...]) -> bool:
    """Whether the chain reads Y^T diag(s) Y: its middle is a diagonal, and each factor the transpose of the one opposite."""
    if all(map(_is_diagonal, factors)):
        return True
    half, odd = divmod(len(factors), 2)
    if not odd or not _is_diagonal(factors[half]):
        return False
    return all(transposes.transpose(factors[k]) is factors[-1 - k] for k in range(half))
