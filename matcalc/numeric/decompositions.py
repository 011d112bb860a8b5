"""Eigenvalues, singular values and factors of plain matrices, and mpmath's own functions of them."""

from __future__ import annotations

from matcalc.errors import EvaluationError
from matcalc.numeric.matrices import (
    DIGITS,
    Matrix,
    Real,
    add,
    column,
    context,
    filled,
    largest,
    multiply,
    real,
    scale,
    transpose,
)


def symmetric(a: Matrix) -> Matrix:
    """A itself; EvaluationError unless it is symmetric up to rounding."""
    mp = context()
    turned = transpose(a)
    if largest(add(a, scale(-1, turned))) > largest(a) * 10**6 * mp.eps:
        raise EvaluationError("a matrix is not symmetric there")
    return scale(mp.mpf(1) / 2, add(a, turned))


def eigenvalues(a: Matrix) -> list[Real]:
    """The eigenvalues, ascending; EvaluationError unless all are real."""
    mp = context()
    if a == transpose(a):
        return sorted(mp.eigsy(mp.matrix(a), eigvals_only=True))
    try:
        values = mp.eig(mp.matrix(a), left=False, right=False)
    except RuntimeError:
        raise EvaluationError("the eigenvalues do not converge there") from None
    return sorted(map(real, values))


def largest_eigenvector(a: Matrix) -> Matrix:
    """The unit eigenvector of the largest eigenvalue of a symmetric matrix, its largest entry positive; there is one if it is simple."""
    mp = context()
    values, vectors = mp.eigsy(mp.matrix(symmetric(a)))
    *others, k = sorted(range(len(a)), key=lambda k: values[k])
    if others and values[k] - values[others[-1]] <= abs(values[k]) * mp.mpf(10) ** -(DIGITS // 2):
        raise EvaluationError("the largest eigenvalue is not simple there")
    v = [vectors[i, k] for i in range(len(a))]
    sign = 1 if max(v, key=abs) > 0 else -1
    return column(sign * x for x in v)


def singular_triples(a: Matrix) -> tuple[Matrix, list[Real], Matrix]:
    """U, s, V of the thin decomposition A = U diag(s) V^T, zero singular values left out."""
    mp = context()
    u, s, vt = mp.svd_r(mp.matrix(a))
    kept = [k for k in range(len(s)) if s[k] > s[0] * mp.sqrt(mp.eps)]
    left = filled(len(a), len(kept), lambda i, k: u[i, kept[k]])
    return left, [s[k] for k in kept], filled(len(a[0]), len(kept), lambda j, k: vt[kept[k], j])


def singular_values(a: Matrix) -> list[Real]:
    """The singular values, ascending: roots of the eigenvalues of the smaller of A^T A and A A^T."""
    mp = context()
    gram = multiply(transpose(a), a) if len(a) >= len(a[0]) else multiply(a, transpose(a))
    symmetric = scale(mp.mpf(1) / 2, add(gram, transpose(gram)))
    return [mp.sqrt(max(value, 0)) for value in eigenvalues(symmetric)]


def cholesky(a: Matrix) -> Matrix:
    """The lower triangular L with L L^T = A, from the lower triangle of A."""
    mp = context()
    n = len(a)
    result = filled(n, n, lambda i, j: mp.mpf(0))
    for j in range(n):
        square = a[j][j] - sum((x * x for x in result[j][:j]), mp.mpf(0))
        if square <= 0:
            raise EvaluationError("a matrix is not positive definite there")
        result[j][j] = mp.sqrt(square)
        for i in range(j + 1, n):
            rest = a[i][j] - mp.fdot(result[i][:j], result[j][:j])
            result[i][j] = rest / result[j][j]
    return result


def library(name: str, a: Matrix) -> Matrix:
    """mpmath's own function of a matrix (logm, sqrtm), where its value is real: no eigenvalue is negative."""
    mp = context()
    try:
        # with a negative eigenvalue the iterations do not converge, which takes long to find out
        eigenvalues = mp.eig(mp.matrix(a))[0]
        if any(mp.re(t) < 0 and abs(mp.im(t)) <= -1e-9 * mp.re(t) for t in eigenvalues):
            raise EvaluationError("it is not real there")
        value = getattr(mp, name)(mp.matrix(a))
    except (ZeroDivisionError, ValueError, RuntimeError, mp.NoConvergence):
        raise EvaluationError("it has no value there") from None
    return filled(len(a), len(a), lambda i, j: real(value[i, j]))
