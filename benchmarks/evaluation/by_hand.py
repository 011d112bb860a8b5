"""The programs that an expert writes by hand: the yardstick of the emitted ones, in time and in peak memory.

Each takes the arrays by name and never changes them.  NumPy, and SciPy's LAPACK for Cholesky factors where it is installed:
NumPy has no triangular solve.  A Hessian by a matrix acts on vec, columns stacked.  A compressed Hessian is the part that the
dense one repeats; `expanded` makes the dense one of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .problems import LAYERS, Array

try:
    from scipy.linalg import lapack
except ImportError:  # then the inverse is made by np.linalg.inv
    lapack = None


def _quadratic_gradient(x: Array, A: Array) -> Array:
    g = A @ x
    g += x @ A
    return g


def _quadratic_hessian(x: Array, A: Array) -> Array:
    return A + A.T


def _least_squares_gradient(A: Array, b: Array, x: Array) -> Array:
    r = A @ x
    r -= b
    g = r @ A
    g *= 2
    return g


def _least_squares_hessian(A: Array, b: Array, x: Array) -> Array:
    H = A.T @ A
    H *= 2
    return H


def _sigmoid(t: Array) -> Array:
    """1 / (1 + exp(-t)) = (1 + tanh(t/2)) / 2, without overflow."""
    s = np.tanh(0.5 * t)
    s += 1
    s *= 0.5
    return s


def _logistic_gradient(X: Array, y: Array, w: Array) -> Array:
    s = _sigmoid(-y * (X @ w))
    s *= y
    return -(s @ X)


def _logistic_hessian(X: Array, y: Array, w: Array) -> Array:
    """X^T diag(d) X = Y^T Y, Y = diag(sqrt(d)) X: half the operations of a general product."""
    s = _sigmoid(y * (X @ w))
    Y = (np.abs(y) * np.sqrt(s * (1 - s)))[:, None] * X
    return Y.T @ Y


def _factorization_gradient(T: Array, U: Array, V: Array) -> Array:
    """2 (U (V^T V) - T V): the m x n residual is never made, k is small."""
    G = U @ (V.T @ V)
    G -= T @ V
    G *= 2
    return G


def _factorization_core(T: Array, U: Array, V: Array) -> Array:
    C = V.T @ V
    C *= 2
    return C


def _factorization_hessian(T: Array, U: Array, V: Array) -> Array:
    """kron(2 V^T V, I(m)): only its nonzero entries are touched."""
    (m, k), C = U.shape, _factorization_core(T, U, V)
    H = np.zeros((k, m, k, m))
    np.einsum("aibi->iab", H)[:] = C
    return H.reshape(k * m, k * m)


def _masked_gradient(M: Array, T: Array, U: Array, V: Array) -> Array:
    R = U @ V.T
    R -= T
    R *= M
    R *= M
    G = R @ V
    G *= 2
    return G


def _masked_core(M: Array, T: Array, U: Array, V: Array) -> Array:
    """2 sum_n M_in^2 V_na V_nb, one k x k matrix per row of U."""
    k = V.shape[1]
    C = (M * M) @ (V[:, :, None] * V[:, None, :]).reshape(-1, k * k)
    C *= 2
    return C.reshape(-1, k, k)


def _masked_hessian(M: Array, T: Array, U: Array, V: Array) -> Array:
    (m, k), C = U.shape, _masked_core(M, T, U, V)
    H = np.zeros((k, m, k, m))
    np.einsum("aibi->iab", H)[:] = C
    return H.reshape(k * m, k * m)


def _forward(v: dict[str, Array]) -> tuple[list[Array], list[Array], Array]:
    """What goes into each layer, its slope there, and the softmax of the last layer."""
    inputs, slopes = [v["x"]], []
    for i in range(1, LAYERS):
        z = v[f"W{i}"] @ inputs[-1]
        if i % 2:
            z = np.tanh(z)
            slopes.append(1 - z * z)
        else:
            slopes.append(z > 0)
            z = np.maximum(z, 0)
        inputs.append(z)
    p = np.exp((z := v[f"W{LAYERS}"] @ inputs[-1]) - z.max())
    p /= p.sum()
    return inputs, slopes, p


def _back(v: dict[str, Array], slopes: list[Array], p: Array) -> list[Array]:
    """The gradients of f by the outputs of the layers 0 (x itself) ... 9."""
    outputs = [v[f"W{LAYERS}"].T @ (p - v["t"])]
    for i in range(LAYERS - 1, 0, -1):
        outputs.append(v[f"W{i}"].T @ (slopes[i - 1] * outputs[-1]))
    return outputs[::-1]


def _net_input_gradient(**v: Array) -> Array:
    _, slopes, p = _forward(v)
    return _back(v, slopes, p)[0]


def _net_weights_gradient(**v: Array) -> Array:
    inputs, slopes, p = _forward(v)
    g = v[f"W{LAYERS}"].T @ (p - v["t"])
    for i in range(LAYERS - 1, 1, -1):
        g = v[f"W{i}"].T @ (slopes[i - 1] * g)
    return np.outer(slopes[0] * g, inputs[0])


def _net_hessian(v: dict[str, Array], J: Array | None) -> Array:
    """sum over layers of J_l^T diag(tanh'' g) J_l, and J^T (diag(p) - p p^T) J on top; J_l = d z_l / d variable, forward.

    J is that of the first layer; None stands for the identity, that is, for z_1 itself.  relu has no curvature.
    """
    inputs, slopes, p = _forward(v)
    gradients = _back(v, slopes, p)
    H = np.zeros_like(v["W1"])
    for i in range(1, LAYERS):
        if i % 2:
            bend = -2 * inputs[i] * slopes[i - 1] * gradients[i]
            if J is None:
                np.fill_diagonal(H, bend)
            else:
                H += (J.T * bend) @ J
        W = v[f"W{i + 1}"] * slopes[i - 1]
        J = W if J is None else W @ J
    q = p @ J
    J *= np.sqrt(p)[:, None]
    H += J.T @ J
    H -= np.outer(q, q)
    return H


def _net_input_hessian(**v: Array) -> Array:
    return _net_hessian(v, v["W1"])


def _net_weights_core(**v: Array) -> tuple[Array, Array]:
    """x x^T and the Hessian C by z = W1 x: the Hessian on vec(W1) is kron(x x^T, C)."""
    return np.outer(v["x"], v["x"]), _net_hessian(v, None)


def _net_weights_hessian(**v: Array) -> Array:
    S, C = _net_weights_core(**v)
    n = len(S)
    return (S[:, None, :, None] * C[None, :, None, :]).reshape(n * n, n * n)


def _inverse(K: Array, y: Array) -> tuple[Array, Array]:
    """K^-1 and K^-1 y for a positive definite K, by one Cholesky factorization."""
    if lapack is None:
        P = np.linalg.inv(K)
        return P, P @ y
    L, info = lapack.dpotrf(K, lower=1)
    if info:
        raise np.linalg.LinAlgError("K is not positive definite")
    a, _ = lapack.dpotrs(L, y, lower=1)
    P, _ = lapack.dpotri(L, lower=1, overwrite_c=1)
    upper = np.triu_indices(len(P), 1) if len(P) < 64 else None
    if upper is not None:
        P[upper] = P.T[upper]
    else:
        P = np.tril(P)
        P += np.tril(P, -1).T
    return P, a


def _covariance_gradient(K: Array, y: Array) -> Array:
    P, a = _inverse(K, y)
    P -= np.outer(a, a)
    P *= 0.5
    return P


def _covariance_hessian(K: Array, y: Array) -> Array:
    """By K_ij and K_kl: (a_i a_l P_jk - P_il (P_jk - a_j a_k)) / 2."""
    n = len(y)
    P, a = _inverse(K, y)
    S = np.outer(a, 0.5 * a)
    Q, H = S - 0.5 * P, np.empty((n, n, n, n))
    for j in range(n):
        np.multiply(S[:, :, None], P[j], out=H[j])
        H[j] += P[:, :, None] * Q[j]
    return H.reshape(n * n, n * n)


def _kernel_parts(D: Array, s: Any, c: Any, r: Any) -> tuple[Array, Array]:
    """K and dK/dc = -D .* s exp(-c D)."""
    K = D * -c
    np.exp(K, out=K)
    K *= s
    dK = D * K
    np.negative(dK, out=dK)
    K.flat[:: len(K) + 1] += r
    return K, dK


def _kernel_gradient(D: Array, y: Array, s: Any, c: Any, r: Any) -> Any:
    K, dK = _kernel_parts(D, s, c, r)
    P, a = _inverse(K, y)
    return (np.vdot(P, dK) - a @ dK @ a) / 2


def _kernel_hessian(D: Array, y: Array, s: Any, c: Any, r: Any) -> Any:
    """(tr(P ddK) - tr(P dK P dK) - a^T ddK a)/2 + a^T dK P dK a, P = K^-1, a = P y, ddK = -D .* dK."""
    K, dK = _kernel_parts(D, s, c, r)
    P, a = _inverse(K, y)
    Q, ddK, b = P @ dK, D * dK, dK @ a
    return (a @ ddK @ a - np.vdot(P, ddK) - np.vdot(Q, Q.T)) / 2 + b @ P @ b


HAND: dict[tuple[str, str], Callable[..., Any]] = {
    ("quadratic form",       "gradient"):           _quadratic_gradient,
    ("quadratic form",       "hessian"):            _quadratic_hessian,
    ("least squares",        "gradient"):           _least_squares_gradient,
    ("least squares",        "hessian"):            _least_squares_hessian,
    ("logistic",             "gradient"):           _logistic_gradient,
    ("logistic",             "hessian"):            _logistic_hessian,
    ("factorization",        "gradient"):           _factorization_gradient,
    ("factorization",        "hessian"):            _factorization_hessian,
    ("factorization",        "compressed_hessian"): _factorization_core,
    ("masked factorization", "gradient"):           _masked_gradient,
    ("masked factorization", "hessian"):            _masked_hessian,
    ("masked factorization", "compressed_hessian"): _masked_core,
    ("net by weights",       "gradient"):           _net_weights_gradient,
    ("net by weights",       "hessian"):            _net_weights_hessian,
    ("net by weights",       "compressed_hessian"): _net_weights_core,
    ("net by input",         "gradient"):           _net_input_gradient,
    ("net by input",         "hessian"):            _net_input_hessian,
    ("GP by covariance",     "gradient"):           _covariance_gradient,
    ("GP by covariance",     "hessian"):            _covariance_hessian,
    ("GP by parameter",      "gradient"):           _kernel_gradient,
    ("GP by parameter",      "hessian"):            _kernel_hessian,
}  # fmt: skip
