"""Corrections of one factor in the claim: too much, missing, at another place, multiplied entry by entry.

Edits of chains and of entrywise products, by the machinery of `edits`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from matcalc.algebra import entrywise, kronecker, matrix_powers, products, sums, transposes
from matcalc.algebra.dimension import ONE
from matcalc.algebra.leaves import number
from matcalc.algebra.nodes import (
    Call,
    Hadamard,
    MatrixPower,
    Node,
    Number,
    Power,
    Product,
    Scaled,
    Sum,
    Symbol,
    Transpose,
)
from matcalc.algebra.walks import postorder
from matcalc.claims.edits import WIDEST, Edit, at, places
from matcalc.claims.question import Question
from matcalc.errors import MatcalcError

FACTORS = 12  # that are inserted
APART = "the two factors stand apart: {old} should be {new}"
MISSING = "a factor {factor} is missing: {old} should be {new}"


def _factors(node: Node) -> list[Node]:
    """The factors of a chain, X^-2 as X^-1 X^-1."""
    found: list[Node] = []
    for factor in node.children if type(node) is Product else (node,):
        flipped = type(factor) is Transpose
        power = factor.children[0] if flipped else factor
        k = power.children[1].data if type(power) is MatrixPower and type(power.children[1]) is Number else 1
        if type(k) is int and 1 < abs(k) <= WIDEST:
            single = matrix_powers.power(power.children[0], number(1 if k > 0 else -1))
            found += [transposes.transpose(single) if flipped else single] * abs(k)
        else:
            found.append(factor)
    return found


def _joined(factors: Sequence[Node]) -> Node | None:
    try:
        return products.product(factors)
    except MatcalcError:
        return None


def orders(question: Question) -> Iterator[Edit]:
    """One factor of a chain at another place; the operands of a Kronecker product changed."""
    for path, node in places(question.claim):
        if type(node) is Call and node.data == "kron":
            turned = kronecker.product(*node.children[::-1])
            yield Edit(question, path, node, turned, "order", "the order of the factors: {old} should be {new}")
        factors = _factors(node) if type(node) is Product else []
        if 2 <= len(factors) <= WIDEST:
            for i, factor in enumerate(factors):
                rest = factors[:i] + factors[i + 1 :]
                for j in range(len(factors)):
                    new = _joined([*rest[:j], factor, *rest[j:]]) if j != i else None
                    if new is not None and new is not node:
                        yield Edit(
                            question, path, node, new, "order", "the order of the factors: {old} should be {new}"
                        )


def split(question: Question) -> Iterator[Edit]:
    """X^-2 where the truth has its two factors apart, X^-1 M X^-1, both transposed or none."""
    for path, node in places(question.claim):
        chain = _factors(node) if type(node) is Product else []
        for i, (one, two) in enumerate(pairwise(chain)):
            if one is two and len(chain) <= WIDEST:
                rest = chain[:i] + chain[i + 2 :]
                for factor in (one, transposes.transpose(one)):
                    for a, b in combinations(range(len(rest) + 2), 2):
                        new = _joined([*rest[:a], factor, *rest[a : b - 1], factor, *rest[b - 1 :]])
                        if new is not None and new is not node:
                            yield Edit(question, path, node, new, "order", APART)


def dropped(question: Question) -> Iterator[Edit]:
    """A factor too much."""
    for path, node in places(question.claim):
        kind = type(node)
        if kind is Product or kind is Hadamard:
            factors = _factors(node) if kind is Product else list(node.children)
            for i, factor in enumerate(factors):
                rest = factors[:i] + factors[i + 1 :]
                new = _joined(rest) if kind is Product else entrywise.hadamard(rest)
                if new is not None:
                    yield Edit(question, path, factor, new, "factor too much", "the factor {old} is too much")
        elif kind is Scaled:
            yield Edit(
                question, path, node.children[0], node.children[1], "factor too much", "the factor {old} is too much"
            )
        elif kind is Sum and path:
            for k, (c, term) in enumerate(zip(node.data, node.children, strict=True)):
                others = [pair for i, pair in enumerate(zip(node.data, node.children, strict=True)) if i != k]
                turned = sums.add([*others, (-c, term)])
                yield Edit(question, path, node, turned, "sign")
                if others:
                    yield Edit(question, path, node, sums.add(others), "term")


def inserted(question: Question) -> Iterator[Edit]:
    """A factor missing: one of the truth's."""
    missing = _missing(question)
    for factor in _switches(question):
        new = products.scaled(factor, question.claim)
        yield Edit(question, (), question.claim, new, "factor missing", MISSING, factor)
    for path, node in places(question.claim):
        parent = type(at(question.claim, path[:-1])) if path else None
        if parent is not Transpose and not (node.is_scalar and path):
            for factor in missing:
                for new in _with_factor(node, factor, chain=[node] if parent is Product else _factors(node)):
                    yield Edit(question, path, node, new, "factor missing", MISSING, factor)


def _with_factor(node: Node, factor: Node, chain: Sequence[Node]) -> Iterator[Node]:
    """The factor at every place of a chain where it fits, and times what has its shape, entry by entry."""
    if node.is_scalar:
        yield products.scaled(node, factor)
        return
    for i in range(len(chain) + 1):
        left = chain[i - 1].shape[1] if i else factor.shape[0]
        right = chain[i].shape[0] if i < len(chain) else factor.shape[1]
        new = _joined([*chain[:i], factor, *chain[i:]]) if (left, right) == factor.shape else None
        if new is not None:
            yield new
    if factor.shape == node.shape:
        yield entrywise.hadamard([node, factor])
    for k, (one, two) in enumerate(pairwise(chain), 1):
        if one.shape[1] is ONE and two.shape[0] is ONE:  # a column times a row
            column, row = products.product(chain[:k]), transposes.transpose(products.product(chain[k:]))
            if column.shape == factor.shape:
                yield products.product([entrywise.hadamard([column, factor]), transposes.transpose(row)])
            if row.shape == factor.shape:
                yield products.product([column, transposes.transpose(entrywise.hadamard([row, factor]))])


def _missing(question: Question) -> list[Node]:
    """Factors of the truth's chains and entrywise products, and its vectors and matrices, transposed too."""
    found: dict[Node, None] = {}
    for node in postorder(question.truth):
        if type(node) is Product or type(node) is Hadamard:
            found.update(dict.fromkeys(factor for factor in node.children if not factor.is_scalar))
    for leaf in postorder(question.truth):
        if isinstance(leaf, Symbol) and not leaf.is_scalar:
            found.update(dict.fromkeys([leaf, transposes.transpose(leaf)]))
    return sorted(found, key=lambda node: node.weight)[:FACTORS]


def _switches(question: Question) -> Sequence[Node]:
    """Scalars of the truth that are 0 on one side and not in the claim: no quotient shows that they are missing."""
    mine = set(postorder(question.claim))
    return [node for node in postorder(question.truth) if node.is_scalar and type(node) is Call and node not in mine][
        :FACTORS
    ]


def entrywise_or_not(question: Question) -> Iterator[Edit]:
    """A product entry by entry where a matrix product is meant, or the other way round."""
    for path, node in places(question.claim):
        new = None
        if type(node) is Hadamard and len(node.children) == 2:
            for pair in (node.children, node.children[::-1]):
                new = _joined(pair)
                if new is not None:
                    yield Edit(question, path, node, new, "product", "{old} should be the matrix product {new}")
        elif type(node) is Product:
            for i in range(len(node.children) - 1):
                a, b = node.children[i : i + 2]
                if a.shape == b.shape:
                    new = _joined([*node.children[:i], entrywise.hadamard([a, b]), *node.children[i + 2 :]])
                    if new is not None:
                        yield Edit(question, path, node, new, "product", "{old} should be {new}, entry by entry")
        elif type(node) is Power and node.is_matrix and node.shape[0] is node.shape[1]:
            new = matrix_powers.power(*node.children)
            yield Edit(question, path, node, new, "product", "{old} should be the matrix power {new}")
        elif type(node) is MatrixPower:
            new = entrywise.power(*node.children)
            yield Edit(question, path, node, new, "product", "{old} should be {new}, entry by entry")
