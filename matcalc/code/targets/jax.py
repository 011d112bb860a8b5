"""JAX: NumPy's table under JAX's name, but for what it has of its own, and for what jit cannot trace.

The function traces: it can be given to jit, vmap, grad and jvp.  Loops that end when they have converged are lax.while_loop.
"""

from __future__ import annotations

from dataclasses import replace

from matcalc.code.language import Row, called, table
from matcalc.code.targets import numpy
from matcalc.code.targets.python import function, signs

# operation       level template                                         helpers
_OWN = """
definite_solve  | 6 | jax.scipy.linalg.solve({0}, {1}, assume_a="pos") |
symmetric_inverse | 6 | jnp.linalg.inv({0})                            |
chol_if_definite | 0 | {0}                                              |
inverse_by      | 6 | jnp.linalg.inv({1})                              |
logdet_by       | 6 | jnp.linalg.slogdet({1})[1]                       |
log_det_by      | 6 | _log_det({1})                                    | _log_det
cho_solve       | 6 | jax.scipy.linalg.cho_solve(({0}, True), {1})     |
row_dots        | 6 | jnp.sum({0:4} * {1:4}, axis=1)                   |
kron_eye        | 6 | jnp.kron({0}, jnp.eye({1}{like}))                      |
eye_kron        | 6 | jnp.kron(jnp.eye({1}{like}), {0})                      |
pinv_singular   | 6 | _pinv_singular({0})                              | _pinv_singular
sigmoid         | 6 | jax.nn.sigmoid({0})                              |
sigmoid_of_minus | 6 | jax.nn.sigmoid({0:-})                           |
softplus        | 6 | jax.nn.softplus({0})                             |
expm            | 6 | jax.scipy.linalg.expm({0})                       |
sinm            | 6 | jax.scipy.linalg.expm(1j * {0:4}).imag           |
cosm            | 6 | jax.scipy.linalg.expm(1j * {0:4}).real           |
D2_expm         | 6 | _D2(jax.scipy.linalg.expm, {0}, {1}, {2})      | _D2
D2_sinm         | 6 | _D2(jax.scipy.linalg.expm, 1j * {0:4}, 1j * {1:4}, 1j * {2:4}).imag | _D2
D2_cosm         | 6 | _D2(jax.scipy.linalg.expm, 1j * {0:4}, 1j * {1:4}, 1j * {2:4}).real | _D2
J2_expm         | 6 | _jacobian(lambda X, H, K: _D2(jax.scipy.linalg.expm, X, H, K), {0}, {1}) | _jacobian _D2
J2_sinm         | 6 | _jacobian(lambda X, H, K: _D2(jax.scipy.linalg.expm, 1j * X, 1j * H, 1j * K).imag, {0}, {1}) | _jacobian _D2
J2_cosm         | 6 | _jacobian(lambda X, H, K: _D2(jax.scipy.linalg.expm, 1j * X, 1j * H, 1j * K).real, {0}, {1}) | _jacobian _D2
logsumexp       | 6 | jax.nn.logsumexp({0})                            |
softmax         | 6 | jax.nn.softmax({0})                              |
logsumexp_rows  | 6 | jax.nn.logsumexp({0}, axis=1)                    |
logsumexp_cols  | 6 | jax.nn.logsumexp({0}, axis=0)                    |
softmax_rows    | 6 | jax.nn.softmax({0}, axis=1)                      |
softmax_cols    | 6 | jax.nn.softmax({0}, axis=0)                      |
"""

_OWN_HELPERS = {
    "_cho_inverse": """\
def _cho_inverse(L):
    # (L L^T)^-1; XLA multiplies M^T M with M = L^-1 as any product, which takes longer
    return jax.scipy.linalg.cho_solve((L, True), jnp.eye(len(L), dtype=L.dtype))""",
    "_basis": """\
def _basis(n, place, dtype=float):
    return (jnp.arange(n) == place).astype(dtype)""",
    "_pinv_singular": """\
def _pinv_singular(A):
    # singular by construction: what rounding leaves of its least singular value is no rank
    return jnp.linalg.pinv(A, rtol=1e3 * jnp.finfo(A.dtype).eps)""",
    "_add_diagonal": """\
def _add_diagonal(A, d):
    places = jnp.arange(len(A))
    return jnp.asarray(A).at[places, places].add(d)""",
    "_blocks_inner": """\
def _blocks_inner(B, p, q):
    # row i of B is vec of the block whose entries stand at the places i of p x q diagonals
    m = len(B)
    return jnp.einsum("iba,ij->aibj", B.reshape((m, q, p)), jnp.eye(m, dtype=B.dtype)).reshape((p * m, q * m))""",
    "_blocks_outer": """\
def _blocks_outer(B, p, q):
    # row i of B is vec of the block i on the diagonal
    m = len(B)
    return jnp.einsum("iba,ij->iajb", B.reshape((m, q, p)), jnp.eye(m, dtype=B.dtype)).reshape((m * p, m * q))""",
    "_D_expm": """\
def _D_expm(X, H):
    # expm([[X, H], [0, X]]) = [[expm(X), D expm(X)[H]], [0, expm(X)]] (Higham, Functions of Matrices, 3.16)
    n = len(X)
    return jax.scipy.linalg.expm(jnp.block([[X, H], [jnp.zeros_like(X), X]]))[:n, n:]""",
    "_sqrtm": """\
def _sqrtm(X):
    return jax.lax.cond(jnp.array_equal(X, X.T), _sqrtm_symmetric, _sqrtm_general, X)


def _sqrtm_symmetric(X):
    w, Q = jnp.linalg.eigh(X)
    w = jnp.where(jnp.abs(w) < 5 * jnp.finfo(w.dtype).eps * jnp.max(jnp.abs(w)), 0.0, w)
    return Q * jnp.sqrt(w) @ Q.T


def _sqrtm_general(X):
    # Denman-Beavers iteration with determinant scaling (Higham, Functions of Matrices, 6.29)
    X = 1.0 * X
    eps = jnp.finfo(X.dtype).eps

    def improved(state):
        Y, Z, _, k = state
        c = jnp.exp(-(jnp.linalg.slogdet(Y)[1] + jnp.linalg.slogdet(Z)[1]) / (2 * len(X)))
        return (c * Y + jnp.linalg.inv(Z) / c) / 2, (c * Z + jnp.linalg.inv(Y) / c) / 2, Y, k + 1

    def unfinished(state):
        Y, _, last, k = state
        return (k < 60) & ~(jnp.linalg.norm(Y - last) <= 50 * eps * jnp.linalg.norm(Y))

    Y, _, last, _ = jax.lax.while_loop(unfinished, improved, (X, jnp.eye(len(X), dtype=X.dtype), X + 1, 0))
    # no principal square root: an eigenvalue is on the negative axis
    return jnp.where(jnp.linalg.norm(Y - last) <= 5000 * eps * jnp.linalg.norm(Y), Y, jnp.nan)""",
    "_D_sqrtm": """\
def _D_sqrtm(X, H):
    # the Z with S Z + Z S = H for S = sqrtm(X)
    def symmetric(X, H):
        w, Q = jnp.linalg.eigh(_sqrtm(X))
        return Q @ (Q.T @ H @ Q / (w[:, None] + w)) @ Q.T

    def general(X, H):
        n = len(X)
        return _sqrtm(jnp.block([[X, H], [jnp.zeros_like(X), X]]))[:n, n:]

    return jax.lax.cond(jnp.array_equal(X, X.T), symmetric, general, X, H)""",
    "_logm": """\
def _logm(X):
    return jax.lax.cond(jnp.array_equal(X, X.T), _logm_symmetric, _logm_general, X)


def _logm_symmetric(X):
    w, Q = jnp.linalg.eigh(X)
    return Q * jnp.log(w) @ Q.T


def _logm_general(X):
    # inverse scaling and squaring; log(I + Y) as the integral of Y (I + t Y)^-1 over [0, 1] by Gauss-Legendre
    X = 1.0 * X
    eye = jnp.eye(len(X), dtype=X.dtype)

    def far(state):
        return (jnp.linalg.norm(state[0] - eye, 1) > 0.25) & (state[1] < 60)

    X, roots = jax.lax.while_loop(far, lambda state: (_sqrtm(state[0]), state[1] + 1), (X, 0))
    Y = X - eye
    t, weights = numpy.polynomial.legendre.leggauss(12)
    terms = [w / 2 * jnp.linalg.solve(eye + (1 + s) / 2 * Y, Y) for s, w in zip(t.tolist(), weights.tolist())]
    return (2.0**roots).astype(X.dtype) * sum(terms)""",
    "_onehot_max": """\
def _onehot_max(x):
    return (jnp.arange(len(x)) == jnp.argmax(x)).astype(x.dtype)""",
    "_onehot_max_rows": """\
def _onehot_max_rows(X):
    return (jnp.arange(X.shape[1]) == jnp.argmax(X, axis=1)[:, None]).astype(X.dtype)""",
    "_jacobian": """\
def _jacobian(derivative, X, *held):
    # row k is vec(derivative(X, E)) for the k-th matrix unit E in the order of vec
    units = jnp.eye(X.size, dtype=X.dtype).reshape((X.size, *X.shape[::-1])).transpose((0, 2, 1))
    return jax.vmap(lambda E: derivative(X, E, *held).ravel(order="F"))(units)""",
}


def _renamed(text: str) -> str:
    return text.replace("np.", "jnp.")


_ROWS = {
    operation: Row(row.level, _renamed(row.template), row.helpers) if isinstance(row, Row) else row
    for operation, row in numpy.LANGUAGE.rows.items()
} | table(_OWN)

LANGUAGE = replace(
    numpy.LANGUAGE,
    target="jax",
    rows=_ROWS,
    helpers=called(_ROWS, {name: _renamed(text) for name, text in numpy.LANGUAGE.helpers.items()} | _OWN_HELPERS),
    signs=signs("jnp.inf"),
    function=function({"jax": "import jax", "": "import jax.numpy as jnp", "numpy": "import numpy"}),
    in_place=False,
    vectors_first=True,
    numbers={},
    module="JAX",
    extra="jax",
)
