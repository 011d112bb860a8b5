"""Plain matrices of 50-digit numbers: lists of rows, the operations written as the textbook defines them.

Everything is a matrix: a scalar is 1 x 1, a column n x 1.  Working precision is DIGITS + GUARD, in a context of our own, so that
nobody's `mpmath.mp` is touched.  Slow and obvious on purpose: this is what the engine is checked against.  Inside of `doubles()` the
same operations work in double precision, to try many things quickly before one of them is checked; inside of `finer(digits)` with
more digits, to tell what is small from what is rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
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
    """The arithmetic to work in: the working precision, or that of `doubles()` or `finer()` inside of them."""
    return _working.get() or _precise()


@contextmanager
def _in(arithmetic: Any) -> Iterator[None]:
    token = _working.set(arithmetic)
    try:
        yield
    finally:
        _working.reset(token)


def doubles() -> AbstractContextManager[None]:
    """Work in double precision here: about ten times as fast."""
    return _in(_fast())


def finer(digits: int) -> AbstractContextManager[None]:
    """Work with so many digits here."""
    return _in(_precise(digits))


def is_fast() -> bool:
    """Whether the work is in doubles."""
    return context() is _fast()


@cache
def _precise(digits: int = DIGITS + GUARD) -> Any:
    """mpmath with so many digits, imported when first needed."""
    import mpmath

    made = mpmath.mp.clone()
    made.dps = digits
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


def unvec(x: list[Real], rows: int, columns: int) -> Matrix:
    """The matrix A of this size with vec(A) = x."""
    return filled(rows, columns, lambda i, j: x[i + rows * j])


def units(m: int, n: int) -> list[Matrix]:
    """The matrix units in the order of vec."""
    one, zero = context().mpf(1), context().mpf(0)
    places = [(i, j) for j in range(n) for i in range(m)]
    return [filled(m, n, lambda p, q, at=at: one if (p, q) == at else zero) for at in places]  # type: ignore[misc]


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


def kron(a: Matrix, b: Matrix) -> Matrix:
    """A ⊗ B: the block (i,j) is a_ij B."""
    p, q = len(b), len(b[0])
    return filled(len(a) * p, len(a[0]) * q, lambda i, j: a[i // p][j // q] * b[i % p][j % q])


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


def largest(a: Matrix) -> Real:
    """The largest absolute value of the entries."""
    return max(abs(x) for row in a for x in row)


def blocks(a: Matrix, b: Matrix, c: Matrix, d: Matrix) -> Matrix:
    """[[A, B], [C, D]]."""
    return [x + y for x, y in zip(a, b, strict=True)] + [x + y for x, y in zip(c, d, strict=True)]
