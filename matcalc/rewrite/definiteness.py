"""Which matrices are invertible, of full rank, positive definite or semidefinite: what their parts being so makes certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcalc.algebra.nodes import (
    Call,
    Hadamard,
    Identity,
    MatrixPower,
    Node,
    Number,
    Product,
    Scaled,
    Sum,
    Transpose,
)
from matcalc.rewrite.matrix_forms import is_even, is_kron, is_mirrored, is_palindrome

if TYPE_CHECKING:
    from matcalc.rewrite.properties import Known


def invertible(known: Known, node: Node) -> bool:
    """Whether A^-1 exists."""
    kind = type(node)
    if kind is Call and node.data in ("expm", "chol"):
        return True
    if kind is MatrixPower:
        exponent = node.children[1]
        return (type(exponent) is Number and exponent.data < 0) or known.holds(node.children[0], "invertible")
    if kind in (Product, Transpose) or is_kron(node):
        return known.all_hold(node.children, "invertible")
    if kind is Scaled:
        return known.holds(node.children[0], "nonzero") and known.holds(node.children[1], "invertible")
    if kind is Sum and len(node.children) == 1:
        return known.holds(node.children[0], "invertible")
    return kind is Call and node.data == "diag" and node.is_matrix and known.holds(node.children[0], "nonzero")


def singular(known: Known, node: Node) -> bool:
    """Whether A^-1 exists for no value: a skew matrix of odd size, a product through fewer dimensions than it has."""
    n = node.shape[0].value
    if n is None or node.shape[1].value != n:
        return False
    if n % 2 == 1 and n > 1 and known.holds(node, "skew"):
        return True
    inner = (factor.shape[1].value for factor in node.children[:-1]) if type(node) is Product else ()
    return any(side is not None and side < n for side in inner)


def full_rank(known: Known, node: Node) -> bool:
    """Whether the rank of an m x n matrix is min(m, n)."""
    kind = type(node)
    if kind is Product:
        others = [factor for factor in node.children if not known.holds(factor, "invertible")]
        return len(others) == 1 and known.holds(others[0], "full rank")
    if kind is Scaled:
        return known.holds(node.children[0], "nonzero") and known.holds(node.children[1], "full rank")
    if kind is Transpose or (kind is Call and node.data in ("pinv", "polar")):
        return known.all_hold(node.children, "full rank")
    return kind is Sum and len(node.children) == 1 and known.holds(node.children[0], "full rank")


def positive_definite(known: Known, node: Node) -> bool:
    """Whether A is symmetric and x^T A x > 0 for x != 0."""
    kind = type(node)
    if kind is Identity:
        return True
    if kind is Transpose:
        return known.holds(node.children[0], "positive definite")
    if kind is Sum:
        return adds(node) and one_and_rest(known, node, "positive definite", "positive semidefinite")
    if kind is MatrixPower:
        base = node.children[0]
        return known.holds(base, "positive definite") or (
            is_even(node) and known.holds(base, "symmetric") and known.holds(node, "invertible")
        )
    if kind is Product:  # B^T B, B^T A B, B square
        middle = node.children[len(node.children) // 2 :][: len(node.children) % 2]
        return (
            is_mirrored(known, node.children)
            and known.all_hold(middle, "positive definite")
            and known.all_hold(node.children[: len(node.children) // 2], "invertible")
        )
    if kind is Hadamard:  # Schur
        return known.all_hold(node.children, "positive definite")
    if kind is Scaled:
        return known.holds(node.children[0], "positive") and known.holds(node.children[1], "positive definite")
    if kind is Call and node.data == "diag" and node.is_matrix:
        return known.holds(node.children[0], "positive")
    if kind is Call and node.data in ("expm", "sqrtm"):
        return known.holds(node.children[0], "symmetric" if node.data == "expm" else "positive definite")
    return is_kron(node) and known.all_hold(node.children, "positive definite")


def adds(node: Node) -> bool:
    """Whether no term of a sum is subtracted."""
    return all(c > 0 for c in node.data)


def one_and_rest(known: Known, node: Node, strong: str, weak: str) -> bool:
    """Whether all children have the weak property, and one of them the strong one."""
    return known.all_hold(node.children, weak) and any(known.holds(child, strong) for child in node.children)


def positive_semidefinite(known: Known, node: Node) -> bool:
    """Whether A is symmetric and x^T A x >= 0."""
    kind = type(node)
    if kind is Sum:
        return adds(node) and known.all_hold(node.children, "positive semidefinite")
    if kind is Scaled:
        return known.holds(node.children[0], "nonnegative") and known.holds(node.children[1], "positive semidefinite")
    if kind is MatrixPower:
        base = node.children[0]
        if is_even(node) and known.holds(base, "symmetric"):
            return True
        return known.holds(base, "positive semidefinite")
    if kind in (Transpose, Hadamard) or is_kron(node) or (kind is Call and node.data in ("sqrtm", "pinv")):
        return known.all_hold(node.children, "positive semidefinite")
    if kind is Call and node.data == "diag" and node.is_matrix:
        return known.holds(node.children[0], "nonnegative")
    return kind is Product and not node.is_scalar and is_square(known, node)


def is_square(known: Known, node: Node) -> bool:
    """Whether a chain is B^T B or B^T A B with A positive semidefinite; of vectors, x^T x or x^T A x."""
    factors = node.children
    if not is_palindrome(known, factors):
        return False
    return len(factors) % 2 == 0 or known.holds(factors[len(factors) // 2], "positive semidefinite")
