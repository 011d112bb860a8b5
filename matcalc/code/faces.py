"""Second derivatives of what is normed by rows or columns, softmax: products that pass from vec(X) through one index to vec(X).

    kron(v^T, I(n)) diag(vec(P)) kron(A, B)      row i is kron(A^T (P_i .* v), B_i)^T       = khatri_rao(A^T diag(v) P^T, B^T)^T
    kron(I(n), v^T) diag(vec(P)) kron(A, B)      row j is kron(A_j, B^T (v .* P e_j))^T     = khatri_rao(A^T, B^T diag(v) P)^T

P_i, A_j are rows as columns.  With kron(u v^T, I) = kron(u, I) kron(v^T, I) a Hessian
kron(I, X^T) diag(vec(P)) kron(ones(k,k), I) diag(vec(P)) kron(I, X) is Z^T Z, row i of Z the Kronecker product of two rows, and no
matrix with n k rows and columns is made.

In: the factors of a product of matrices.  Out: fewer factors with the same product, or None.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra import calls, kronecker, linear, products, transposes
from matcalc.algebra.dimension import ONE
from matcalc.algebra.leaves import identity, ones
from matcalc.algebra.nodes import Call, Identity, Node, Ones, Product
from matcalc.code.factors import is_kron

Ends = tuple[Node, Node]


def faced(factors: Sequence[Node]) -> list[Node] | None:
    """The factors, those around the first kron(u v^T, I) or kron(I, u v^T) that stands beside a diagonal as Khatri-Rao products.

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.leaves import symbol
    >>> n, k = named("n"), named("k"); P = symbol("P", (n, k))
    >>> middle, side = kronecker.product(ones(k, k), identity(n)), linear.diagonal(linear.vectorised(P))
    >>> len(faced([side, middle, side]))
    2
    """
    for place, factor in enumerate(factors):
        thin = thin_kron(factor)
        if thin is None:
            continue
        before = [transposes.transpose(f) for f in reversed(factors[:place])]
        after = factors[place + 1 :]
        left, right = _rows(thin[0], before), _rows(thin[1], after)
        if left is None or right is None:
            continue
        (row, row_taken), (column, column_taken) = left, right
        return [
            *(transposes.transpose(f) for f in reversed(before[row_taken:])),
            transposes.transpose(row),
            column,
            *after[column_taken:],
        ]
    return None


def thin_kron(factor: Node) -> tuple[Node, Node] | None:
    """kron(u^T, I) and kron(v^T, I) of kron(u v^T, I); of kron(I, u v^T) alike."""
    if not is_kron(factor):
        return None
    left, right = factor.children
    for matrix, other in ((left, right), (right, left)):
        ends = _ends(matrix)
        if ends is not None and type(other) is Identity:
            u, v = (kronecker.product(*((end, other) if matrix is left else (other, end))) for end in ends)
            return u, v
    return None


def _ends(matrix: Node) -> Ends | None:
    """u^T and v^T of u v^T."""
    if type(matrix) is Ones:
        return ones(ONE, matrix.shape[0]), ones(ONE, matrix.shape[1])
    if type(matrix) is Product:
        k = next((k for k, factor in enumerate(matrix.children) if k and factor.shape[0] is ONE), None)
        if k is not None:
            u, v = (products.product(part) for part in (matrix.children[:k], matrix.children[k:]))
            return transposes.transpose(u), v
    return None


def _rows(first: Node, others: Sequence[Node]) -> tuple[Node, int] | None:
    """The product of kron(v^T, I) or kron(I, v^T) with diag(vec(P)), and with kron(A, B) if that comes next; how many it took."""
    P = _matrix_of(others[0]) if others else None
    left, right = first.children
    if P is None or (right.shape[1], left.shape[1]) != P.shape:
        return None
    n, k = P.shape
    a, b, count = identity(k), identity(n), 1
    if len(others) > 1 and is_kron(others[1]) and [part.shape[0] for part in others[1].children] == [k, n]:
        (a, b), count = others[1].children, 2
    a, b = transposes.transpose(a), transposes.transpose(b)
    if type(right) is Identity:
        pair = [products.product([a, linear.diagonal(transposes.transpose(left)), transposes.transpose(P)]), b]
    else:
        pair = [a, products.product([b, linear.diagonal(transposes.transpose(right)), P])]
    return transposes.transpose(calls.call("khatri_rao", pair)), count


def _matrix_of(factor: Node) -> Node | None:
    """P of diag(vec(P))."""
    entries = factor.children[0] if type(factor) is Call and factor.data == "diag" and factor.is_matrix else None
    if entries is None or type(entries) is not Call or entries.data != "vec":
        return None
    return entries.children[0]
