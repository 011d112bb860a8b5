"""Every function of algebra/functions.py in plain 50-digit arithmetic: one row each, an implementation of its meaning.

Independent of algebra/ and code/: nothing here is shared with what it checks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matcalc.errors import EvaluationError
from matcalc.numeric.matrices import (
    DIGITS,
    Matrix,
    Real,
    add,
    blocks,
    cholesky,
    column,
    context,
    determinant,
    eigenvalues,
    eliminate,
    entries,
    entrywise,
    exponential,
    filled,
    identity,
    inverse,
    is_fast,
    largest,
    largest_eigenvector,
    library,
    multiply,
    power,
    real,
    scalar,
    scale,
    series,
    singular_triples,
    singular_values,
    symmetric,
    transpose,
)

CLOSE = 1e-21  # eigenvalues: their difference leaves 43 digits of a divided difference, or of the slope between them
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


def _softplus(t: Real) -> Real:
    mp = context()
    return mp.log1p(mp.exp(t))  # e^t may be less than 10^-50


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


def _frechet(f: Callable[[Matrix], Matrix]) -> Callable[[Matrix, Matrix], Matrix]:
    """D_f: the upper right block of f([[A, H], [0, A]]) (Higham, Functions of Matrices, 3.16)."""

    def derivative(a: Matrix, h: Matrix) -> Matrix:
        n = len(a)
        zero = scale(context().mpf(0), identity(n))
        return [row[n:] for row in f(blocks(a, h, zero, a))[:n]]

    return derivative


def _second(f: Callable[[Matrix], Matrix]) -> Callable[[Matrix, Matrix, Matrix], Matrix]:
    """D2_f: the upper right block of f([[M, [[K, 0], [0, K]]], [0, M]]), M = [[A, H], [0, A]] (Higham and Relton 2014, 3.5)."""

    def derivative(a: Matrix, h: Matrix, k: Matrix) -> Matrix:
        n, zero = len(a), scale(context().mpf(0), a)
        first, second = blocks(a, h, zero, a), blocks(k, zero, zero, k)
        return [row[n:] for row in _frechet(f)(first, second)[:n]]

    return derivative


def _d_sqrtm(a: Matrix, h: Matrix) -> Matrix:
    """Z with S Z + Z S = H, S = sqrtm(A), by its n^2 linear equations."""
    n, s = len(a), library("sqrtm", a)
    system = add(kron(identity(n), s), kron(transpose(s), identity(n)))
    return _unvec(eliminate(system, column(entries(h)))[1], scalar(n), scalar(n))


def _along(name: str, a: Matrix, directions: list[Matrix]) -> list[Matrix]:
    """D_f(A, H) = V (F .* V^-1 H V) V^-1 for A = V diag(t) V^-1, F_ij = f[t_i, t_j] (Higham, 3.11)."""
    t, v, inverted, f = _spectrum(name, a)
    n = len(a)
    slopes = [[f(t[i], t[j]) for j in range(n)] for i in range(n)]
    found = []
    for h in directions:
        inside = inverted * context().matrix(h) * v
        for i in range(n):
            for j in range(n):
                inside[i, j] *= slopes[i][j]
        found.append(_real(v * inside * inverted))
    return found


def _along_twice(name: str, a: Matrix, directions: list[Matrix], k: Matrix) -> list[Matrix]:
    """D2_f(A, H, K) = V M V^-1, M_ij = sum over s of f[t_i, t_s, t_j] (H_is K_sj + K_is H_sj), H and K in the basis V."""
    t, v, inverted, f = _spectrum(name, a)
    mp, n = context(), len(a)
    curves = [[[f(x, y, z) for z in t] for y in t] for x in t]
    right = inverted * mp.matrix(k) * v
    found = []
    for h in directions:
        left = inverted * mp.matrix(h) * v
        inside = mp.matrix(n, n)
        for i in range(n):
            for j in range(n):
                inside[i, j] = mp.fsum(
                    curves[i][s][j] * (left[i, s] * right[s, j] + right[i, s] * left[s, j]) for s in range(n)
                )
        found.append(_real(v * inside * inverted))
    return found


def _twice(name: str, f: Callable[[Matrix], Matrix], a: Matrix, h: Matrix, k: Matrix) -> Matrix:
    """D2_f(A, H, K) by the eigenvectors of A, or, if there are too few, by blocks, which are eight times as long."""
    try:
        return _along_twice(name, a, [h], k)[0]
    except EvaluationError:
        return _second(f)(a, h, k)


def _spectrum(name: str, a: Matrix) -> tuple[list[Real], Any, Any, Callable[..., Real]]:
    """t, V, V^-1 with A = V diag(t) V^-1, and the divided differences f[x, y], f[x, y, z] of the function at its eigenvalues."""
    mp = context()
    of_number = _OF_NUMBER[name]
    try:
        t, v = mp.eig(mp.matrix(a))
        inverted = mp.inverse(v)
        values = {x: of_number[0](x) for x in t}
    except (ZeroDivisionError, ValueError, RuntimeError):  # RuntimeError: the iteration for t does not converge
        raise EvaluationError("it has no value there") from None
    if mp.norm(v) * mp.norm(inverted) > mp.mpf(10) ** (DIGITS // 3):
        raise EvaluationError("a matrix has too few eigenvectors there")
    # eigenvalues that are equal to rounding: the derivative at their mean is off by a multiple of the square of the distance
    near = CLOSE * (1 + max(map(abs, t)))

    def divided(*x: Real) -> Real:
        if len(x) == 1:
            return values[x[0]]
        x = min((x, x[1:] + x[:1], x[2:] + x[:2]), key=lambda turned: -abs(turned[0] - turned[-1]))  # far ends apart
        if abs(x[0] - x[-1]) < near:
            order = len(x) - 1
            return of_number[order](mp.fsum(x) / len(x)) / order
        return (divided(*x[:-1]) - divided(*x[1:])) / (x[0] - x[-1])

    return t, v, inverted, divided


def _real(value: Any) -> Matrix:
    return [[real(value[i, j]) for j in range(value.cols)] for i in range(value.rows)]


# f, f' and f'' of a number
_OF_NUMBER: dict[str, tuple[Callable[[Real], Real], ...]] = {
    "expm": (lambda t: context().exp(t),) * 3,
    "logm": (lambda t: context().log(t), lambda t: 1 / t, lambda t: -1 / t**2),
    "sinm": (lambda t: context().sin(t), lambda t: context().cos(t), lambda t: -context().sin(t)),
    "cosm": (lambda t: context().cos(t), lambda t: -context().sin(t), lambda t: -context().cos(t)),
}  # fmt: skip


def _units(m: int, n: int) -> list[Matrix]:
    """The matrix units in the order of vec."""
    one, zero = context().mpf(1), context().mpf(0)
    places = [(i, j) for j in range(n) for i in range(m)]
    return [filled(m, n, lambda p, q, at=at: one if (p, q) == at else zero) for at in places]  # type: ignore[misc]


def _jacobian(name: str) -> Callable[[Matrix], Matrix]:
    """J(f, A), denominator layout: row k is vec(D_f(A, E)) for the k-th matrix unit E."""
    return lambda a: [entries(value) for value in _along(name, a, _units(len(a), len(a)))]


def _second_jacobian(name: str) -> Callable[[Matrix, Matrix], Matrix]:
    """J2_f(A, K): row k is vec(D2_f(A, E, K)) for the k-th matrix unit E."""
    return lambda a, k: [entries(value) for value in _along_twice(name, a, _units(len(a), len(a)), k)]


def _integer_power(a: Matrix, k: Matrix) -> Matrix:
    if k[0][0] != int(k[0][0]):
        raise EvaluationError("a matrix power needs an integer exponent")
    return power(a, int(k[0][0]))


def _d_power(k: Matrix) -> Callable[[Matrix, Matrix], Matrix]:
    return _frechet(lambda a: _integer_power(a, k))


def _d2_power(k: Matrix) -> Callable[[Matrix, Matrix, Matrix], Matrix]:
    return _second(lambda a: _integer_power(a, k))


def _polar(a: Matrix) -> Matrix:
    u, s, v = singular_triples(a)
    if len(s) < min(len(a), len(a[0])):
        raise EvaluationError("a matrix has not full rank there")
    return multiply(u, transpose(v))


def _d_polar(a: Matrix, h: Matrix) -> Matrix:
    """U W V^T + (I - U U^T) H V S^-1 V^T + U S^-1 U^T H (I - V V^T), W_ij = (U^T H V - V^T H^T U)_ij / (s_i + s_j)."""
    mp = context()
    u, s, v = singular_triples(a)
    if len(s) < min(len(a), len(a[0])):
        raise EvaluationError("a matrix has not full rank there")
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
    r = min(m, n)
    if len(singular_triples(a)[1]) < r:
        raise EvaluationError("a matrix has not full rank there")

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


def _jacobian_of(derivative: Callable[..., Matrix]) -> Callable[..., Matrix]:
    """Row k is vec(derivative(A, E, ...)) for the k-th matrix unit E."""
    return lambda a, *held: [entries(derivative(a, unit, *held)) for unit in _units(len(a), len(a[0]))]


def _sine_and_cosine(a: Matrix) -> tuple[Matrix, Matrix]:
    """The power series of A / 2^s; then s times sin 2A = 2 sin A cos A, cos 2A = 2 cos^2 A - I."""
    mp = context()
    doublings = max(0, int(mp.log(largest(a) * len(a) + 1, 2)) + 4)
    small, one = scale(mp.mpf(2) ** -doublings, a), identity(len(a))
    sine, cosine = series(small, lambda k: (0, 1, 0, -1)[k % 4]), series(small, lambda k: (1, 0, -1, 0)[k % 4])
    for _ in range(doublings):
        sine, cosine = scale(2, multiply(sine, cosine)), add(scale(2, multiply(cosine, cosine)), scale(-1, one))
    return sine, cosine


def _sinm(a: Matrix) -> Matrix:
    return _sine_and_cosine(a)[0]


def _cosm(a: Matrix) -> Matrix:
    return _sine_and_cosine(a)[1]


def _logm(a: Matrix) -> Matrix:
    """In doubles V diag(log t) V^-1: the iteration of mpmath may not end there."""
    if not is_fast():
        return library("logm", a)
    t, v, inverted, f = _spectrum("logm", a)
    return _real(v * context().diag([f(x) for x in t]) * inverted)


FRECHET: dict[str, Callable[[Matrix, Matrix], Matrix]] = {
    "expm":  _frechet(exponential),
    "logm":  lambda a, h: _along("logm", a, [h])[0],
    "sqrtm": _d_sqrtm,
    "sinm":  _frechet(_sinm),
    "cosm":  _frechet(_cosm),
    "polar": _d_polar,
}  # fmt: skip

SECOND: dict[str, Callable[[Matrix, Matrix, Matrix], Matrix]] = {
    "expm":  lambda a, h, k: _twice("expm", exponential, a, h, k),
    "logm":  lambda a, h, k: _along_twice("logm", a, [h], k)[0],
    "sinm":  lambda a, h, k: _twice("sinm", _sinm, a, h, k),
    "cosm":  lambda a, h, k: _twice("cosm", _cosm, a, h, k),
    "polar": _second_polar,
}  # fmt: skip


MATRIX: dict[str, Callable[..., Matrix]] = {
    "tr":              lambda a: scalar(sum((a[i][i] for i in range(len(a))), context().mpf(0))),
    "det":             lambda a: scalar(determinant(a)),
    "logdet":          _logdet,
    "inv":             inverse,
    "pinv":            _pinv,
    "adj":             lambda a: transpose(_cof(a)),
    "cof":             _cof,
    "expm":            exponential,
    "logm":            _logm,
    "sqrtm":           lambda a: library("sqrtm", a),
    "sinm":            _sinm,
    "cosm":            _cosm,
    "chol":            lambda a: cholesky(symmetric(a)),
    "tril":            lambda a: filled(len(a), len(a), lambda i, j: a[i][j] if i >= j else context().mpf(0)),
    "triu":            lambda a: filled(len(a), len(a), lambda i, j: a[i][j] if i <= j else context().mpf(0)),
    "sum_diagonals":   _sum_diagonals,
    "polar":           _polar,
    "softmax":         _softmax,
    "softmax_rows":    _softmax_rows,
    "softmax_cols":    lambda a: transpose(_softmax_rows(transpose(a))),
    "onehot_max":      _onehot_max,
    "onehot_max_rows": lambda a: [_onehot_max([row])[0] for row in a],
    "onehot_max_cols": lambda a: transpose([_onehot_max([row])[0] for row in transpose(a)]),
    "diag":            _diag,
    "vec":             lambda a: column(entries(a)),
    "unvec":           _unvec,
    "kron":            kron,
    "khatri_rao":      _khatri_rao,
    "dot":             lambda a, b: scalar(context().fdot(entries(a), entries(b))),
    "skew":            _skew,
    "lambda_max":      lambda a: scalar(eigenvalues(symmetric(a))[-1]),
    "v_max":           largest_eigenvector,
    "D_power":         lambda a, k, h: _d_power(k)(a, h),
    "J_power":         lambda a, k: _jacobian_of(_d_power(k))(a),
    **{f"D_{name}": derivative for name, derivative in FRECHET.items()},
    "D2_power":        lambda a, k, *along: _d2_power(k)(a, *along),
    "J2_power":        lambda a, k, h: _jacobian_of(_d2_power(k))(a, h),
    **{f"D2_{name}": derivative for name, derivative in SECOND.items()},
    **{f"J2_{name}": _second_jacobian(name) for name in _OF_NUMBER},
    "J2_polar":        _jacobian_of(_second_polar),
    **{f"J_{name}": _jacobian(name) for name in _OF_NUMBER},
    "J_polar":         _jacobian_of(_d_polar),
    "norm_2":          lambda a: scalar(singular_values(a)[-1]),
    "norm_nuclear":    lambda a: scalar(sum(singular_values(a), context().mpf(0))),
}  # fmt: skip
