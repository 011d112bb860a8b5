"""Every function of algebra/functions.py in plain 50-digit arithmetic: one row each, an implementation of its meaning.

Independent of algebra/ and code/: nothing here is shared with what it checks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matcalc.errors import EvaluationError
from matcalc.numeric.matrices import (
    Matrix,
    Real,
    blocks,
    cholesky,
    column,
    context,
    determinant,
    eigenvalues,
    entries,
    entrywise,
    exponential,
    filled,
    identity,
    inverse,
    library,
    multiply,
    scalar,
    scale,
    series,
    singular_values,
    transpose,
)


def call(name: str, arguments: list[Matrix]) -> Matrix:
    """The function `name` of these matrices; a vector may come as a column or a row, and its value then lies as it did.

    >>> [int(entry) for row in call("diag", [[[1, 2], [3, 4]]]) for entry in row]
    [1, 4]
    """
    if name in ENTRYWISE:
        return entrywise(ENTRYWISE[name], *arguments)
    if name in OF_ENTRIES:
        return scalar(OF_ENTRIES[name](entries(arguments[0])))
    for suffix in ("_rows", "_cols"):
        function = name.removesuffix(suffix)
        if function != name and function in OF_ENTRIES:
            lines = arguments[0] if suffix == "_rows" else transpose(arguments[0])
            return column(OF_ENTRIES[function](line) for line in lines)
    return MATRIX[name](*arguments)


def _step(t: Real) -> int:
    return 1 if t > 0 else 0


def _entry(name: str) -> Callable[[Real], Any]:
    return lambda t: getattr(context(), name)(t)


def _softplus(t: Real) -> Real:
    mp = context()
    return mp.log(1 + mp.exp(t))


ENTRYWISE: dict[str, Callable[..., Any]] = {
    "exp":      _entry("exp"),
    "log":      _entry("log"),
    "sin":      _entry("sin"),
    "cos":      _entry("cos"),
    "tan":      _entry("tan"),
    "sinh":     _entry("sinh"),
    "cosh":     _entry("cosh"),
    "tanh":     _entry("tanh"),
    "arcsin":   _entry("asin"),
    "arccos":   _entry("acos"),
    "arctan":   _entry("atan"),
    "sqrt":     _entry("sqrt"),
    "abs":      abs,
    "sign":     lambda t: _step(t) - _step(-t),
    "relu":     lambda t: max(t, 0),
    "step":     _step,
    "sigmoid":  lambda t: 1 / (1 + context().exp(-t)),
    "softplus": _softplus,
    "maximum":  max,
    "minimum":  min,
}  # fmt: skip


def _logsumexp(x: list[Real]) -> Real:
    mp = context()
    return mp.log(sum(map(mp.exp, x), mp.mpf(0)))


# a number of the entries, in the order of vec
OF_ENTRIES: dict[str, Callable[[list[Real]], Real]] = {
    "sum":       lambda x: context().fsum(x),
    "mean":      lambda x: context().fsum(x) / len(x),
    "max":       max,
    "min":       min,
    "logsumexp": _logsumexp,
    "norm":      lambda x: context().sqrt(context().fdot(x, x)),
    "norm_1":    lambda x: context().fsum(map(abs, x)),
    "norm_inf":  lambda x: max(map(abs, x)),
}  # fmt: skip


def _softmax(x: Matrix) -> Matrix:
    mp = context()
    powers = [[mp.exp(t) for t in row] for row in x]
    total = mp.fsum(entries(powers))
    return scale(1 / total, powers)


def _softmax_rows(a: Matrix) -> Matrix:
    return [_softmax([row])[0] for row in a]


def _onehot_max(x: Matrix) -> Matrix:
    numbers = entries(x)
    first = numbers.index(max(numbers))
    made = column(context().mpf(int(k == first)) for k in range(len(numbers)))
    return made if len(x) > 1 else transpose(made)


def _diag(a: Matrix) -> Matrix:
    if 1 in (len(a), len(a[0])):
        x = entries(a)
        return filled(len(x), len(x), lambda i, j: x[i] if i == j else context().mpf(0))
    return column(a[i][i] for i in range(len(a)))


def _unvec(v: Matrix, m: Matrix, n: Matrix) -> Matrix:
    x, rows = entries(v), int(m[0][0])
    return filled(rows, int(n[0][0]), lambda i, j: x[i + rows * j])


def kron(a: Matrix, b: Matrix) -> Matrix:
    """A ⊗ B: the block (i,j) is a_ij B."""
    p, q = len(b), len(b[0])
    return filled(len(a) * p, len(a[0]) * q, lambda i, j: a[i // p][j // q] * b[i % p][j % q])


def _khatri_rao(a: Matrix, b: Matrix) -> Matrix:
    pairs = zip(transpose(a), transpose(b), strict=True)
    return transpose([[x * y for x in left for y in right] for left, right in pairs])


def _skew(w: Matrix) -> Matrix:
    x, y, z = entries(w)
    zero = context().mpf(0)
    return [[zero, -z, y], [z, zero, -x], [-y, x, zero]]


def _pinv(a: Matrix) -> Matrix:
    """(A^T A)^-1 A^T or A^T (A A^T)^-1 of a matrix of full rank."""
    t = transpose(a)
    if len(a) >= len(a[0]):
        return multiply(inverse(multiply(t, a)), t)
    return multiply(t, inverse(multiply(a, t)))


def _cof(a: Matrix) -> Matrix:
    """The minors with signs."""

    def minor(i: int, j: int) -> Matrix:
        return [row[:j] + row[j + 1 :] for k, row in enumerate(a) if k != i]

    if len(a) == 1:
        return scalar(1)
    return filled(len(a), len(a), lambda i, j: (-1) ** (i + j) * determinant(minor(i, j)))


def _logdet(a: Matrix) -> Matrix:
    value = determinant(a)
    if value == 0:
        raise EvaluationError("a matrix is singular there")
    return scalar(context().log(abs(value)))


def _d_expm(a: Matrix, h: Matrix) -> Matrix:
    """The upper right block of the exponential of [[A, H], [0, A]]."""
    n = len(a)
    zero = scale(context().mpf(0), identity(n))
    return [row[n:] for row in exponential(blocks(a, h, zero, a))[:n]]


MATRIX: dict[str, Callable[..., Matrix]] = {
    "tr":           lambda a: scalar(sum((a[i][i] for i in range(len(a))), context().mpf(0))),
    "det":          lambda a: scalar(determinant(a)),
    "logdet":       _logdet,
    "inv":          inverse,
    "pinv":         _pinv,
    "adj":          lambda a: transpose(_cof(a)),
    "cof":          _cof,
    "expm":         exponential,
    "logm":         lambda a: library("logm", a),
    "sqrtm":        lambda a: library("sqrtm", a),
    "sinm":         lambda a: series(a, lambda k: (0, 1, 0, -1)[k % 4]),
    "cosm":         lambda a: series(a, lambda k: (1, 0, -1, 0)[k % 4]),
    "chol":         cholesky,
    "softmax":      _softmax,
    "softmax_rows": _softmax_rows,
    "softmax_cols": lambda a: transpose(_softmax_rows(transpose(a))),
    "onehot_max":   _onehot_max,
    "diag":         _diag,
    "vec":          lambda a: column(entries(a)),
    "unvec":        _unvec,
    "kron":         kron,
    "khatri_rao":   _khatri_rao,
    "dot":          lambda a, b: scalar(context().fdot(entries(a), entries(b))),
    "skew":         _skew,
    "lambda_max":   lambda a: scalar(eigenvalues(a)[-1]),
    "D_expm":       _d_expm,
    "norm_2":       lambda a: scalar(singular_values(a)[-1]),
    "norm_nuclear": lambda a: scalar(sum(singular_values(a), context().mpf(0))),
}  # fmt: skip
