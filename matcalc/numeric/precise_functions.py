"""Every function of algebra/functions.py in plain 50-digit arithmetic: one row each, an implementation of its meaning.

Independent of algebra/ and code/: nothing here is shared with what it checks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matcalc.errors import EvaluationError
from matcalc.numeric import matrix_functions, polar
from matcalc.numeric.decompositions import (
    cholesky,
    eigenvalues,
    largest_eigenvector,
    singular_triples,
    singular_values,
    symmetric,
)
from matcalc.numeric.matrices import (
    Matrix,
    Real,
    column,
    context,
    determinant,
    entries,
    entrywise,
    filled,
    inverse,
    kron,
    multiply,
    scalar,
    scale,
    transpose,
    unvec,
)

LARGEST = 10**7  # of an argument of exp, sin ...: e^t and t mod pi take as many digits as t is large


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
    def value(t: Real) -> Any:
        if abs(t) > LARGEST:
            raise EvaluationError("it is too large there")
        return getattr(context(), name)(t)

    return value


def _sigmoid(t: Real) -> Real:
    small = context().exp(-abs(t))  # e^|t| may be more than a double holds
    return (1 if t > 0 else small) / (1 + small)


def _softplus(t: Real) -> Real:
    mp = context()
    return max(t, 0) + mp.log1p(mp.exp(-abs(t)))  # e^-|t| may be less than 10^-50


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
    "sigmoid":  _sigmoid,
    "softplus": _softplus,
    "maximum":  max,
    "minimum":  min,
}  # fmt: skip


def _logsumexp(x: list[Real]) -> Real:
    mp, most = context(), max(x)
    return most + mp.log(sum((mp.exp(t - most) for t in x), mp.mpf(0)))


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
    mp, most = context(), max(entries(x))
    powers = [[mp.exp(t - most) for t in row] for row in x]
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


def _khatri_rao(a: Matrix, b: Matrix) -> Matrix:
    pairs = zip(transpose(a), transpose(b), strict=True)
    return transpose([[x * y for x in left for y in right] for left, right in pairs])


def _skew(w: Matrix) -> Matrix:
    x, y, z = entries(w)
    zero = context().mpf(0)
    return [[zero, -z, y], [z, zero, -x], [-y, x, zero]]


def _unskew(a: Matrix) -> Matrix:
    return column((a[i][j] - a[j][i]) / 2 for i, j in ((2, 1), (0, 2), (1, 0)))


def _sum_diagonals(a: Matrix) -> Matrix:
    n = len(a)
    sums = {k: sum((a[j + k][j] for j in range(n) if 0 <= j + k < n), context().mpf(0)) for k in range(1 - n, n)}
    return filled(n, n, lambda i, j: sums[i - j])


def _pinv(a: Matrix) -> Matrix:
    """V diag(1 / s) U^T: over the singular values that are not 0."""
    u, s, v = singular_triples(a)
    if not s:
        return scale(0, transpose(a))
    return multiply([[x / t for x, t in zip(row, s, strict=True)] for row in v], transpose(u))


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


MATRIX: dict[str, Callable[..., Matrix]] = {
    "tr":              lambda a: scalar(sum((a[i][i] for i in range(len(a))), context().mpf(0))),
    "det":             lambda a: scalar(determinant(a)),
    "logdet":          _logdet,
    "inv":             inverse,
    "pinv":            _pinv,
    "adj":             lambda a: transpose(_cof(a)),
    "cof":             _cof,
    "chol":            lambda a: cholesky(symmetric(a)),
    "tril":            lambda a: filled(len(a), len(a), lambda i, j: a[i][j] if i >= j else context().mpf(0)),
    "triu":            lambda a: filled(len(a), len(a), lambda i, j: a[i][j] if i <= j else context().mpf(0)),
    "sum_diagonals":   _sum_diagonals,
    "softmax":         _softmax,
    "softmax_rows":    _softmax_rows,
    "softmax_cols":    lambda a: transpose(_softmax_rows(transpose(a))),
    "onehot_max":      _onehot_max,
    "onehot_max_rows": lambda a: [_onehot_max([row])[0] for row in a],
    "onehot_max_cols": lambda a: transpose([_onehot_max([row])[0] for row in transpose(a)]),
    "diag":            _diag,
    "vec":             lambda a: column(entries(a)),
    "unvec":           lambda x, m, n: unvec(entries(x), int(m[0][0]), int(n[0][0])),
    "kron":            kron,
    "khatri_rao":      _khatri_rao,
    "dot":             lambda a, b: scalar(context().fdot(entries(a), entries(b))),
    "skew":            _skew,
    "unskew":          _unskew,
    "lambda_max":      lambda a: scalar(eigenvalues(symmetric(a))[-1]),
    "v_max":           largest_eigenvector,
    "norm_2":          lambda a: scalar(singular_values(a)[-1]),
    "norm_nuclear":    lambda a: scalar(sum(singular_values(a), context().mpf(0))),
    **matrix_functions.FUNCTIONS,
    **polar.FUNCTIONS,
}  # fmt: skip
