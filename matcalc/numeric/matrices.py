"""Plain matrices of 50-digit numbers: lists of rows, the operations written as the textbook defines them.

Everything is a matrix: a scalar is 1 x 1, a column n x 1.  Working precision is DIGITS + GUARD, in a context of our own, so that
nobody's `mpmath.mp` is touched.  Slow and obvious on purpose: this is what the engine is checked against.  Inside of `doubles()` the
same operations work in double precision, to try many things quickly before one of them is checked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from operator import mul
from typing import Any

from matcalc.errors import EvaluationError

DIGITS = 50
GUARD = 15

Real = Any  # mpmath.mpf: mpmath has no types
Matrix = list[list[Real]]


_working: ContextVar[Any] = ContextVar("working", default=None)


def context() -> Any:
    """The arithmetic to work in: the working precision, or doubles inside of `doubles()`."""
    return _working.get() or _precise()


@contextmanager
def doubles() -> Iterator[None]:
    """Work in double precision here: about ten times as fast."""
    token = _working.set(_fast())
    try:
        yield
    finally:
        _working.reset(token)


def is_fast() -> bool:
    """Whether the work is in doubles."""
    return context() is _fast()


@cache
def _precise() -> Any:
    """mpmath with the working precision, imported when first needed."""
    import mpmath

    made = mpmath.mp.clone()
    made.dps = DIGITS + GUARD
    return made


@cache
def _fast() -> Any:
    from mpmath.ctx_fp import FPContext

    made = FPContext()
    made.isfinite, made.hypot = math.isfinite, math.hypot  # which it lacks
    made.fdot = _dot  # ten times as fast as its own
    return made


def _dot(a: Iterable[Any], b: Iterable[Any] | None = None) -> Any:
    """sum a_i b_i; of pairs (a_i, b_i), as mpmath's matrices call it, if there is no b."""
    return sum(map(mul, a, b)) if b is not None else sum(x * y for x, y in a)


def real(value: Any) -> Real:
    """A number as mpf; EvaluationError if it is complex or not finite."""
    mp = context()
    if isinstance(value, mp.mpc):
        if abs(value.imag) > abs(value.real) * mp.mpf(10) ** -(DIGITS // 2) + mp.mpf(10) ** -DIGITS:
            raise EvaluationError("it is not real there")
        value = value.real
    value = mp.mpf(value)
    if not mp.isfinite(value):
        raise EvaluationError("it is not finite there")
    return value


def filled(rows: int, columns: int, entry: Callable[[int, int], Any]) -> Matrix:
    """The matrix with these entries; i and j count from 0."""
    return [[entry(i, j) for j in range(columns)] for i in range(rows)]


def scalar(value: Any) -> Matrix:
    """A number as a 1 x 1 matrix."""
    return [[context().mpf(value)]]


def identity(n: int) -> Matrix:
    """I."""
    mp = context()
    return filled(n, n, lambda i, j: mp.mpf(int(i == j)))


def column(entries: Iterable[Real]) -> Matrix:
    """The entries, one below the other."""
    return [[entry] for entry in entries]


def entries(a: Matrix) -> list[Real]:
    """vec(A): the columns, one after the other."""
    return [a[i][j] for j in range(len(a[0])) for i in range(len(a))]


def entrywise(function: Callable[..., Any], *matrices: Matrix) -> Matrix:
    """A function entry by entry; a 1 x 1 matrix beside a larger one spreads."""
    rows, columns = max((len(a), len(a[0])) for a in matrices)
    wide = [a if (len(a), len(a[0])) == (rows, columns) else spread(a, rows, columns) for a in matrices]
    try:
        return [[real(function(*numbers)) for numbers in zip(*lines, strict=True)] for lines in zip(*wide, strict=True)]
    except ZeroDivisionError:
        raise EvaluationError("it divides by zero there") from None


def spread(a: Matrix, rows: int, columns: int) -> Matrix:
    """c ones(m,n) of the 1 x 1 matrix c."""
    ((value,),) = a
    return filled(rows, columns, lambda i, j: value)


def add(a: Matrix, b: Matrix) -> Matrix:
    """A + B."""
    return entrywise(lambda x, y: x + y, a, b)


def scale(c: Real, a: Matrix) -> Matrix:
    """c A."""
    return [[c * x for x in row] for row in a]


def transpose(a: Matrix) -> Matrix:
    """A^T."""
    return [list(row) for row in zip(*a, strict=True)]


def multiply(a: Matrix, b: Matrix) -> Matrix:
    """A B."""
    mp = context()
    columns = transpose(b)
    return [[mp.fdot(row, one) for one in columns] for row in a]


def inner(a: Matrix, b: Matrix) -> Real:
    """<A, B> = tr(A^T B)."""
    return context().fdot(entries(a), entries(b))


def eliminate(a: Matrix, b: Matrix) -> tuple[Real, Matrix]:
    """det A and A^-1 B, by elimination with the largest pivot; EvaluationError where A is singular and B has columns."""
    mp = context()
    n = len(a)
    rows = [list(left) + list(right) for left, right in zip(a, b, strict=True)]
    largest = max(abs(x) for row in a for x in row)
    determinant = mp.mpf(1)
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(rows[i][k]))
        if abs(rows[pivot][k]) <= largest * max(mp.mpf(10) ** -DIGITS, 64 * mp.eps):
            if rows[0][n:]:
                raise EvaluationError("a matrix is singular there")
            return mp.mpf(0), b
        if pivot != k:
            rows[k], rows[pivot] = rows[pivot], rows[k]
            determinant = -determinant
        determinant *= rows[k][k]
        for i in range(n):
            if i != k:
                c = rows[i][k] / rows[k][k]
                rows[i] = [x - c * y for x, y in zip(rows[i], rows[k], strict=True)]
    return determinant, [[x / rows[i][i] for x in rows[i][n:]] for i in range(n)]


def determinant(a: Matrix) -> Real:
    """det A."""
    return eliminate(a, [[] for _ in a])[0]


def inverse(a: Matrix) -> Matrix:
    """A^-1."""
    return eliminate(a, identity(len(a)))[1]


def power(a: Matrix, k: int) -> Matrix:
    """A^k for any integer k."""
    base = a if k >= 0 else inverse(a)
    result = identity(len(a))
    for _ in range(abs(k)):
        result = multiply(result, base)
    return result


def series(a: Matrix, coefficient: Callable[[int], Real]) -> Matrix:
    """sum over k of coefficient(k) A^k, until two terms in a row are below the working precision."""
    mp = context()
    total = scale(coefficient(0), identity(len(a)))
    term = identity(len(a))
    small = 0
    k = 0
    while small < 4:
        k += 1
        term = multiply(term, scale(mp.mpf(1) / k, a))
        total = add(total, scale(coefficient(k), term))
        small = small + 1 if largest(term) < mp.eps * (1 + largest(total)) else 0
    return total


def largest(a: Matrix) -> Real:
    """The largest absolute value of the entries."""
    return max(abs(x) for row in a for x in row)


def exponential(a: Matrix) -> Matrix:
    """e^A: the power series of A / 2^s, squared s times."""
    mp = context()
    squarings = max(0, int(mp.log(largest(a) * len(a) + 1, 2)) + 4)
    result = series(scale(mp.mpf(2) ** -squarings, a), lambda k: mp.mpf(1))
    for _ in range(squarings):
        result = multiply(result, result)
    return result


def blocks(a: Matrix, b: Matrix, c: Matrix, d: Matrix) -> Matrix:
    """[[A, B], [C, D]]."""
    return [x + y for x, y in zip(a, b, strict=True)] + [x + y for x, y in zip(c, d, strict=True)]


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


def symmetric(a: Matrix) -> Matrix:
    """A itself; EvaluationError unless it is symmetric up to rounding."""
    mp = context()
    turned = transpose(a)
    if largest(add(a, scale(-1, turned))) > largest(a) * 10**6 * mp.eps:
        raise EvaluationError("a matrix is not symmetric there")
    return scale(mp.mpf(1) / 2, add(a, turned))


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
