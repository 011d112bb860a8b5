"""The matrix of a function that is linear in the argument that moves: the M with vec(f(X)) = M vec(H), from that of X.

In: the call, the matrices of its moving children, what moves.  Where the function is linear in several arguments that move, or has no
matrix notation: UnsupportedError.  The identities stand in the header of `linear_map`.
"""

from __future__ import annotations

from collections.abc import Callable

from matcalc.algebra import calls, entrywise, kronecker, linear, matrix_powers, products, sums, transposes
from matcalc.algebra.dimension import Dimension
from matcalc.algebra.functions import FRECHET
from matcalc.algebra.leaves import basis, commutation, identity, number, ones, size
from matcalc.algebra.nodes import Call, Node, Product, Slope
from matcalc.errors import UnsupportedError

Rows = dict[Node, Node]  # node -> its matrix M


def no_matrix(node: Node) -> UnsupportedError:
    """The error that says which node has no matrix here."""
    name = node.data if type(node) is Call else type(node).__name__
    if type(node) is Slope:
        name = f"D{len(node.children) // len(node.data.arguments) - 1}({node.data}, x)"
    return UnsupportedError(
        f"the Jacobian through {name} has no matrix notation here", hint="ask for the differential, which always exists"
    )


def moving_slot(node: Node, moving: set[Node]) -> int:
    """Which child moves; UnsupportedError if several do: a bilinear map has no matrix."""
    slots = [k for k, child in enumerate(node.children) if child in moving]
    if len(slots) != 1:
        raise no_matrix(node)
    return slots[0]


def is_sandwich(body: Node, moving: set[Node]) -> bool:
    """Whether this is a matrix A M B of which one factor M moves."""
    return type(body) is Product and body.is_matrix and sum(factor in moving for factor in body.children) == 1


def around(node: Node, k: int) -> tuple[Node, Node, Node]:
    """A, M and B of a chain A M B whose factor k is M."""
    inner = node.children[k]
    before, after = node.children[:k], node.children[k + 1 :]
    left = products.product(before) if before else identity(inner.shape[0])
    right = products.product(after) if after else identity(inner.shape[1])
    return left, inner, right


def _vec(node: Node, rows: Rows, _: set[Node]) -> Node:
    return rows[node.children[0]]


def _diag(node: Node, rows: Rows, moving: set[Node]) -> Node:
    body = node.children[0]
    n = identity(body.shape[0])
    if body.is_column:
        return products.product([calls.call("khatri_rao", [n, n]), rows[body]])
    if is_sandwich(body, moving):
        left, inner, right = around(body, moving_slot(body, moving))
        spread = calls.call("khatri_rao", [right, transposes.transpose(left)])
        return products.product([transposes.transpose(spread), rows[inner]])
    return products.product([transposes.transpose(calls.call("khatri_rao", [n, n])), rows[body]])


def _kron(node: Node, rows: Rows, moving: set[Node]) -> Node:
    left, right = node.children
    (m, n), (p, q) = left.shape, right.shape
    shuffle = kronecker.product(kronecker.product(identity(n), commutation(q, m)), identity(p))
    if moving_slot(node, moving) == 1:
        spread = kronecker.product(linear.vectorised(left), identity(p * q))
        return products.product([shuffle, spread, rows[right]])
    spread = kronecker.product(identity(m * n), linear.vectorised(right))
    return products.product([shuffle, spread, rows[left]])


def _frechet(node: Node, rows: Rows, moving: set[Node]) -> Node:
    """vec(D_f(A, M)) = J(f, A)^T vec(M), vec(D2_f(A, M, K)) = J2_f(A, K)^T vec(M)."""
    f, order = FRECHET[node.data]
    k = moving_slot(node, moving)
    if k < len(node.children) - order:
        raise no_matrix(node)
    held = [child for j, child in enumerate(node.children) if j != k]
    matrix = calls.call(f"J_{f}" if order == 1 else f"J2_{f}", held)
    return products.product([transposes.transpose(matrix), rows[node.children[k]]])


def _sylvester(node: Node, rows: Rows, moving: set[Node]) -> Node:
    """S Z + Z S = M for S = sqrtm(A)."""
    if moving_slot(node, moving) != 1:
        raise no_matrix(node)
    point, direction = node.children
    root, eye = calls.call("sqrtm", [point]), identity(point.shape[0])
    system = sums.plus(kronecker.product(eye, root), kronecker.product(transposes.transpose(root), eye))
    return products.product([matrix_powers.inverse(system), rows[direction]])


def _mask(node: Node, rows: Rows, _: set[Node]) -> Node:
    """tril(M) = tril(ones) .* M."""
    body = node.children[0]
    kept = linear.vectorised(calls.call(node.data, [ones(*body.shape)]))
    return products.product([linear.diagonal(kept), rows[body]])


def _khatri_rao(node: Node, rows: Rows, moving: set[Node]) -> Node:
    # khatri_rao(A, B) = ((I ⊗ ones) A) .* ((ones ⊗ I) B)
    left, right = node.children
    m, p, n = left.shape[0], right.shape[0], left.shape[1]
    if moving_slot(node, moving) == 1:
        fixed = calls.call("khatri_rao", [left, ones(p, n)])
        spread = kronecker.product(identity(n), kronecker.product(ones(m), identity(p)))
    else:
        fixed = calls.call("khatri_rao", [ones(m, n), right])
        spread = kronecker.product(identity(n * m), ones(p))
    moved = rows[node.children[moving_slot(node, moving)]]
    return products.product([linear.diagonal(linear.vectorised(fixed)), spread, moved])


def _mean_rows(node: Node, rows: Rows, _: set[Node]) -> Node:
    (m, n) = (body := node.children[0]).shape
    summed = kronecker.product(transposes.transpose(ones(n)), identity(m))
    return products.product([entrywise.power(size(n), number(-1)), summed, rows[body]])


def _mean_cols(node: Node, rows: Rows, _: set[Node]) -> Node:
    (m, n) = (body := node.children[0]).shape
    summed = kronecker.product(identity(n), transposes.transpose(ones(m)))
    return products.product([entrywise.power(size(m), number(-1)), summed, rows[body]])


def _skew(node: Node, rows: Rows, _: set[Node]) -> Node:
    body = node.children[0]
    return products.product([_matrix_of_skew(body.shape[0]), rows[body]])


def _unskew(node: Node, rows: Rows, _: set[Node]) -> Node:
    # half the adjoint of skew
    body = node.children[0]
    half = number(sums.divide(1, 2))
    return products.product([half, transposes.transpose(_matrix_of_skew(body.shape[0])), rows[body]])


def _matrix_of_skew(three: Dimension) -> Node:
    """S of vec(skew(w)) = S w."""
    units = [basis(number(k), three) for k in (1, 2, 3)]
    columns = [products.product([linear.vectorised(calls.call("skew", [e])), transposes.transpose(e)]) for e in units]
    return sums.plus(*columns)


OF_CALL: dict[str, Callable[[Node, Rows, set[Node]], Node]] = {
    "vec": _vec,
    "unvec": _vec,
    "diag": _diag,
    "kron": _kron,
    "khatri_rao": _khatri_rao,
    "mean_rows": _mean_rows,
    "mean_cols": _mean_cols,
    "skew": _skew,
    "unskew": _unskew,
    "tril": _mask,
    "triu": _mask,
    **dict.fromkeys(FRECHET, _frechet),
    "D_sqrtm": _sylvester,
}
