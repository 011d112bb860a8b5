"""The terms of a sum of matrices, as those see them who take it apart: which are thin, and what factors they consist of."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra import linear, sums, transposes
from matcalc.algebra.dimension import ONE
from matcalc.algebra.leaves import number, ones
from matcalc.algebra.nodes import Node, Ones, Product, Rational, Sum
from matcalc.code.faces import thin_kron
from matcalc.code.needs import body_of

Term = tuple[Rational, Node]


def chain_of(term: Node) -> Sequence[Node]:
    """The factors of a term, scalars aside; none of a diagonal, which costs little."""
    core = sums.split(term)[2]
    return core.children if type(core) is Product else [] if linear.is_diagonal(core) else [core]


def terms_of(factor: Node) -> list[Term] | None:
    """The terms of a sum of matrices or of its transpose."""
    body = body_of(factor)
    if type(body) is not Sum or len(body.children) == 1 or not factor.is_matrix:
        return None
    turned = body is not factor
    return [(c, transposes.transpose(t) if turned else t) for c, t in zip(body.data, body.children, strict=True)]


def is_thin(term: Term) -> bool:
    """Whether n x n numbers are not needed to apply the term: a diagonal, a multiple of I, u v^T, kron(u v^T, I)."""
    core = sums.split(term[1])[2]
    return linear.is_diagonal(core) or is_rank_one(core) or any(thin_kron(factor) for factor in chain_of(core))


def is_rank_one(node: Node) -> bool:
    """Whether this is u v^T or a multiple of it, ones(m,n) among them."""
    core = sums.split(node)[2]
    if type(core) is Product:
        return core.is_matrix and any(factor.shape[0] is ONE for factor in core.children)
    return type(core) is Ones and core.is_matrix


def as_factors(term: Node) -> list[Node]:
    """The term as factors of a chain: ones(m,n) as ones(m) ones(n)^T."""
    c, scalars, core = sums.split(term)
    if type(core) is Ones and core.is_matrix:
        return [number(c), *scalars, ones(core.shape[0]), ones(ONE, core.shape[1])]
    return [term]


def gathered(factor: Node) -> list[Term]:
    """The terms, its diagonals and multiples of I as one diagonal: diag(d) + c I = diag(d + c ones)."""
    terms = terms_of(factor) or []
    alike = [(c, term) for c, term in terms if linear.is_diagonal(sums.split(term)[2])]
    if len(alike) < 2:
        return terms
    entries = sums.add([(c, linear.diagonal(term)) for c, term in alike])
    return [(1, linear.diagonal(entries)), *(term for term in terms if term not in alike)]
