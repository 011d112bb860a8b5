"""The polar factor of a plain matrix, U V^T of A = U diag(s) V^T with all s > 0, and its first and second derivatives."""

from __future__ import annotations

from collections.abc import Callable

from matcalc.errors import EvaluationError
from matcalc.numeric.decompositions import singular_triples
from matcalc.numeric.matrices import Matrix, Real, add, blocks, context, filled, identity, multiply, scale, transpose
from matcalc.numeric.matrix_functions import by_units


def _factors(a: Matrix) -> tuple[Matrix, list[Real], Matrix]:
    """U, s, V of the thin decomposition A = U diag(s) V^T; EvaluationError unless all s > 0."""
    u, s, v = singular_triples(a)
    if len(s) < min(len(a), len(a[0])):
        raise EvaluationError("a matrix has not full rank there")
    return u, s, v


def polar(a: Matrix) -> Matrix:
    """U V^T."""
    u, _, v = _factors(a)
    return multiply(u, transpose(v))


def _d_polar(a: Matrix, h: Matrix) -> Matrix:
    """U W V^T + (I - U U^T) H V S^-1 V^T + U S^-1 U^T H (I - V V^T), W_ij = (U^T H V - V^T H^T U)_ij / (s_i + s_j)."""
    mp = context()
    u, s, v = _factors(a)
    e = multiply(transpose(u), multiply(h, v))
    w = filled(len(s), len(s), lambda i, j: (e[i][j] - e[j][i]) / (s[i] + s[j]))
    inverted = filled(len(s), len(s), lambda i, j: 1 / s[i] if i == j else mp.mpf(0))
    outside_u = add(identity(len(a)), scale(-1, multiply(u, transpose(u))))
    outside_v = add(identity(len(a[0])), scale(-1, multiply(v, transpose(v))))
    inner = multiply(multiply(u, w), transpose(v))
    left = multiply(multiply(multiply(outside_u, h), multiply(v, inverted)), transpose(v))
    right = multiply(multiply(multiply(u, inverted), multiply(transpose(u), h)), outside_v)
    return add(inner, add(left, right))


def _second_polar(a: Matrix, h: Matrix, k: Matrix) -> Matrix:
    """polar(A) is the upper right block of f([[0, A], [A^T, 0]]), f = 1, 0 and -1 around the eigenvalues > 0, = 0 and < 0.

    With the eigenvalues w and their vectors Q, the second derivative in H, K is Q M Q^T, and with Q^T H Q for H, Q^T K Q for K
    M_ij = sum over r of f[w_i, w_r, w_j] (H_ir K_rj + K_ir H_rj).  Where f(w_i) = f(w_j), f[w_i, w_r, w_j] is
    -f[w_i, w_r] f[w_r, w_j] / (f(w_i) - f(w_r)), and 0 if all three are equal.
    """
    mp = context()
    m, n = len(a), len(a[0])
    r = len(_factors(a)[1])

    def joined(x: Matrix) -> Matrix:
        return blocks(scale(mp.mpf(0), identity(m)), x, transpose(x), scale(mp.mpf(0), identity(n)))

    w, q = mp.eigsy(mp.matrix(joined(a)))  # ascending
    f = [-1] * r + [0] * (m + n - 2 * r) + [1] * r
    left, right = (q.T * mp.matrix(joined(x)) * q for x in (h, k))

    def first(i: int, j: int) -> Real:
        return (f[i] - f[j]) / (w[i] - w[j]) if f[i] != f[j] else mp.mpf(0)

    def second(i: int, s: int, j: int) -> Real:
        if f[i] != f[j]:
            return (first(i, s) - first(s, j)) / (w[i] - w[j])
        return -first(i, s) * first(s, j) / (f[i] - f[s]) if f[i] != f[s] else mp.mpf(0)

    def middle(i: int, j: int) -> Real:
        return mp.fsum(second(i, s, j) * (left[i, s] * right[s, j] + right[i, s] * left[s, j]) for s in range(m + n))

    value = q * mp.matrix(filled(m + n, m + n, middle)) * q.T
    return filled(m, n, lambda i, j: value[i, m + j])


FUNCTIONS: dict[str, Callable[..., Matrix]] = {
    "polar":    polar,
    "D_polar":  _d_polar,
    "J_polar":  by_units(_d_polar),
    "D2_polar": _second_polar,
    "J2_polar": by_units(_second_polar),
}  # fmt: skip
