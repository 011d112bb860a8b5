"""Which expressions are symmetric, skew, orthogonal, diagonal, lower or upper: what their parts being so makes certain."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from matcalc.algebra.entrywise import is_entrywise
from matcalc.algebra.functions import FRECHET, JACOBIAN, SECOND_JACOBIAN
from matcalc.algebra.nodes import (
    Call,
    Commutation,
    Hadamard,
    Identity,
    MatrixPower,
    Node,
    Number,
    Ones,
    Power,
    Product,
    Scaled,
    Sum,
    Transpose,
    Zero,
)
from matcalc.algebra.products import product, scaled
from matcalc.algebra.sums import times_number
from matcalc.algebra.transposes import HEAVIEST, transpose

if TYPE_CHECKING:
    from matcalc.rewrite.properties import Known

# f(A) is symmetric where A is
_OF_SYMMETRIC = frozenset("expm logm sqrtm sinm cosm adj cof pinv polar sum_diagonals".split()).union(
    FRECHET, JACOBIAN.values(), SECOND_JACOBIAN
)
# f(A) is diagonal, lower, upper where A is: limits of polynomials in A, and parts of it
_SERIES = frozenset("expm logm sqrtm sinm cosm adj tril triu".split())
_ZERO_AT_ZERO = frozenset("sin tan sinh tanh arcsin arctan abs sign relu step".split())  # entry by entry


def symmetric(known: Known, node: Node) -> bool:
    """Whether A^T = A: sums of such, B + B^T, B^T A B, functions of symmetric matrices, even powers of skew ones."""
    kind = type(node)
    if node.shape[0] is not node.shape[1]:
        return False
    if kind is Transpose:
        return known.holds(node.children[0], "symmetric")
    if node.is_scalar or kind in (Identity, Ones, Zero):
        return True
    if kind is Product:
        return is_palindrome(known, node.children)
    if kind is Sum:
        return known.all_hold(node.children, "symmetric") or (node.weight <= HEAVIEST and _is_sum_of_pairs(known, node))
    if kind is Scaled:
        return known.holds(node.children[1], "symmetric")
    if kind is MatrixPower:
        return known.holds(node.children[0], "symmetric") or (is_even(node) and known.holds(node.children[0], "skew"))
    if is_entrywise(node) or (kind is Call and node.data in _OF_SYMMETRIC) or is_kron(node):
        return all(child.is_scalar or known.holds(child, "symmetric") for child in node.children)
    return False


def _is_sum_of_pairs(known: Known, node: Node) -> bool:
    """Whether each term is symmetric, or its transpose is a term too: A + A^T, A S + S A^T with S symmetric."""
    times = dict(zip(node.children, node.data, strict=True))
    return transpose(node) is node or all(
        known.holds(term, "symmetric") or times.get(_turned(known, term)) == c for term, c in times.items()
    )


def _turned(known: Known, node: Node) -> Node:
    """The transpose, what is symmetric as it is."""
    if known.holds(node, "symmetric"):
        return node
    if type(node) is Scaled:
        return scaled(node.children[0], _turned(known, node.children[1]))
    if type(node) is Product:
        return product([_turned(known, factor) for factor in reversed(node.children)])
    return transpose(node)


def is_palindrome(known: Known, factors: tuple[Node, ...]) -> bool:
    """Whether a chain is its own transpose: B^T A B with A symmetric."""
    middle = factors[len(factors) // 2]
    return is_mirrored(known, factors) and (len(factors) % 2 == 0 or known.holds(middle, "symmetric"))


def is_mirrored(known: Known, factors: tuple[Node, ...]) -> bool:
    """Whether a chain is B^T B, or B^T A B with any A."""
    if sum(factor.weight for factor in factors) > HEAVIEST:
        return False
    for left, right in zip(factors[: len(factors) // 2], reversed(factors), strict=False):
        turned = right if right.is_matrix and known.holds(right, "symmetric") else transpose(right)
        if turned is not left:
            return False
    return True


def is_even(node: Node) -> bool:
    """Whether a matrix power has an even exponent."""
    exponent = node.children[1]
    return type(exponent) is Number and exponent.data % 2 == 0


def is_kron(node: Node) -> bool:
    """Whether this is a Kronecker product."""
    return type(node) is Call and node.data == "kron"


def skew(known: Known, node: Node) -> bool:
    """Whether A^T = -A."""
    kind = type(node)
    if kind is Call and node.data == "skew":
        return True
    if kind is Sum:
        return known.all_hold(node.children, "skew") or (
            node.weight <= HEAVIEST and transpose(node) is times_number(-1, node)
        )
    if kind is Product and len(node.children) % 2 == 1:  # B^T S B
        return is_mirrored(known, node.children) and known.holds(node.children[len(node.children) // 2], "skew")
    if kind is MatrixPower:
        exponent = node.children[1]
        return type(exponent) is Number and exponent.data % 2 == 1 and known.holds(node.children[0], "skew")
    return kind in (Scaled, Transpose) and known.holds(node.children[kind is Scaled], "skew")


def orthogonal(known: Known, node: Node) -> bool:
    """Whether A^T A = I."""
    kind = type(node)
    if kind in (Identity, Commutation):
        return True
    if kind in (Product, Transpose) or is_kron(node):
        return known.all_hold(node.children, "orthogonal")
    if kind is Sum:
        return len(node.children) == 1 and abs(node.data[0]) == 1 and known.holds(node.children[0], "orthogonal")
    if kind is Call and node.data == "expm":
        return known.holds(node.children[0], "skew")
    return kind is MatrixPower and known.holds(node.children[0], "orthogonal")


def _keeps_zeros(node: Node) -> bool:
    """Whether an entry is 0 where those of all arguments are: abs(X), X.^2, max(A, B)."""
    if type(node) is Power:
        exponent = node.children[1]
        return type(exponent) is Number and exponent.data > 0
    return type(node) is Call and (node.data in _ZERO_AT_ZERO or node.data in ("maximum", "minimum"))


def _matrices(node: Node) -> tuple[Node, ...]:
    """The arguments of an entrywise function: of a power its base."""
    return node.children[:1] if type(node) is Power else node.children


def with_zeros(word: str, turned: str, made: str) -> Callable[[Known, Node], bool]:
    """Whether A is diagonal, lower or upper, `word`, its transpose `turned`; so are the values of the functions `made`."""

    def holds(known: Known, node: Node) -> bool:
        kind = type(node)
        if kind is Identity or (kind is Call and node.data in made.split() and node.is_matrix):
            return True
        if kind is Transpose:
            return known.holds(node.children[0], turned)
        if kind in (Sum, Product) or is_kron(node):
            return known.all_hold(node.children, word)
        if kind is Hadamard:
            return any(known.holds(child, word) for child in node.children)
        if kind is Call and node.data in _SERIES:
            return known.holds(node.children[0], word)
        if _keeps_zeros(node):
            return known.all_hold(_matrices(node), word)
        return kind in (Scaled, MatrixPower) and known.holds(node.children[kind is Scaled], word)

    return holds
