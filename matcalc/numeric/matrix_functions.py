"""Functions of a plain square matrix: expm, logm, sqrtm, sinm, cosm, and the first and second derivatives of these and of X^k.

A derivative is computed in one of two ways: from block triangular matrices, for every A, or from eigenvectors and divided
differences, for an A that has enough of them.  Formula numbers are those of Higham, Functions of Matrices (2008).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matcalc.errors import EvaluationError
from matcalc.numeric.decompositions import library
from matcalc.numeric.matrices import (
    DIGITS,
    Matrix,
    Real,
    add,
    blocks,
    context,
    entries,
    identity,
    is_fast,
    largest,
    multiply,
    power,
    real,
    scale,
    units,
)

CLOSE = 1e-21  # eigenvalues: their difference leaves 43 digits of a divided difference, or of the slope between them


# ---- values


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


def exponential(a: Matrix) -> Matrix:
    """e^A: the power series of A / 2^s, squared s times."""
    mp = context()
    squarings = max(0, int(mp.log(largest(a) * len(a) + 1, 2)) + 4)
    result = series(scale(mp.mpf(2) ** -squarings, a), lambda k: mp.mpf(1))
    for _ in range(squarings):
        result = multiply(result, result)
    return result


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


def _to_the(k: Matrix) -> Callable[[Matrix], Matrix]:
    """X -> X^k for an integer k, given as a 1 x 1 matrix."""
    ((exponent,),) = k
    if exponent != int(exponent):
        raise EvaluationError("a matrix power needs an integer exponent")
    return lambda a: power(a, int(exponent))


# ---- derivatives by blocks, and that of sqrtm


def _frechet(f: Callable[[Matrix], Matrix]) -> Callable[[Matrix, Matrix], Matrix]:
    """D_f: the upper right block of f([[A, H], [0, A]]) (Higham, 3.16)."""

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
    """Z with S Z + Z S = H, S = sqrtm(A): column by column in the basis Q in which S is a triangle T (Bartels and Stewart 1972)."""
    mp = context()
    try:
        q, t = mp.schur(mp.matrix(library("sqrtm", a)))
        right = q.H * mp.matrix(h) * q
        n = len(a)
        z = mp.zeros(n)
        for j in range(n):
            for i in reversed(range(n)):
                above = mp.fsum(t[i, k] * z[k, j] for k in range(i + 1, n))
                before = mp.fsum(z[i, k] * t[k, j] for k in range(j))
                z[i, j] = (right[i, j] - above - before) / (t[i, i] + t[j, j])
    except (ZeroDivisionError, RuntimeError):  # RuntimeError: the iteration for T does not converge
        raise EvaluationError("it has no value there") from None
    return _real(q * z * q.H)


def by_units(derivative: Callable[..., Matrix]) -> Callable[..., Matrix]:
    """Row k is vec(derivative(A, E, ...)) for the k-th matrix unit E."""
    return lambda a, *held: [entries(derivative(a, unit, *held)) for unit in units(len(a), len(a[0]))]


# ---- derivatives by eigenvectors

# f, f' and f'' of a number
_OF_NUMBER: dict[str, tuple[Callable[[Real], Real], ...]] = {
    "expm": (lambda t: context().exp(t),) * 3,
    "logm": (lambda t: context().log(t), lambda t: 1 / t, lambda t: -1 / t**2),
    "sinm": (lambda t: context().sin(t), lambda t: context().cos(t), lambda t: -context().sin(t)),
    "cosm": (lambda t: context().cos(t), lambda t: -context().sin(t), lambda t: -context().cos(t)),
}  # fmt: skip


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


def _jacobian(name: str) -> Callable[[Matrix], Matrix]:
    """J(f, A), denominator layout: row k is vec(D_f(A, E)) for the k-th matrix unit E."""
    return lambda a: [entries(value) for value in _along(name, a, units(len(a), len(a)))]


def _second_jacobian(name: str) -> Callable[[Matrix, Matrix], Matrix]:
    """J2_f(A, K): row k is vec(D2_f(A, E, K)) for the k-th matrix unit E."""
    return lambda a, k: [entries(value) for value in _along_twice(name, a, units(len(a), len(a)), k)]


FUNCTIONS: dict[str, Callable[..., Matrix]] = {
    "expm":     exponential,
    "logm":     _logm,
    "sqrtm":    lambda a: library("sqrtm", a),
    "sinm":     _sinm,
    "cosm":     _cosm,
    "D_expm":   _frechet(exponential),
    "D_logm":   lambda a, h: _along("logm", a, [h])[0],
    "D_sqrtm":  _d_sqrtm,
    "D_sinm":   _frechet(_sinm),
    "D_cosm":   _frechet(_cosm),
    "D_power":  lambda a, k, h: _frechet(_to_the(k))(a, h),
    "D2_expm":  lambda a, h, k: _twice("expm", exponential, a, h, k),
    "D2_logm":  lambda a, h, k: _along_twice("logm", a, [h], k)[0],
    "D2_sinm":  lambda a, h, k: _twice("sinm", _sinm, a, h, k),
    "D2_cosm":  lambda a, h, k: _twice("cosm", _cosm, a, h, k),
    "D2_power": lambda a, k, *along: _second(_to_the(k))(a, *along),
    "J_power":  lambda a, k: by_units(_frechet(_to_the(k)))(a),
    "J2_power": lambda a, k, h: by_units(_second(_to_the(k)))(a, h),
    **{f"J_{name}": _jacobian(name) for name in _OF_NUMBER},
    **{f"J2_{name}": _second_jacobian(name) for name in _OF_NUMBER},
}  # fmt: skip
