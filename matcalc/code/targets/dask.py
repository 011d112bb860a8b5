"""Dask: the array API function for arrays in chunks, with a refusal of what dask.array has no chunked form of.

What is repeated is cut into chunks as ones are; xp.repeat would give one chunk.  inv, solve and chol need square chunks, and a singular
value decomposition arrays that are cut along one axis only.
"""

from __future__ import annotations

from dataclasses import replace

from matcalc.code.language import called, table
from matcalc.code.targets import array_api

# operation       level template, or what it lacks                       helpers, or the targets that have it
_OWN = """
integer_power   | 6 | _matrix_power(xp, {0}, {1})                      | _matrix_power
repeat_column   | 2 | {0:6}[:, None] * xp.ones({1}, {like})            |
repeat_row      | 2 | xp.ones({1}, {like})[:, None] * {0:4}            |
chol            | 6 | _chol(xp, {0})                                   | _chol
det             | - | no determinant                                   | array-api, numpy, jax or torch
logdet          | - | no determinant (slogdet)                         | array-api, numpy, jax or torch
log_det         | - | no determinant (slogdet)                         | array-api, numpy, jax or torch
logdet_by       | - | no determinant (slogdet)                         | array-api, numpy, jax or torch
log_det_by      | - | no determinant (slogdet)                         | array-api, numpy, jax or torch
pinv            | - | no pseudo-inverse                                | array-api, numpy, jax or torch
pinv_singular   | - | no pseudo-inverse                                | array-api, numpy, jax or torch
adj             | - | no determinant, which the adjugate needs         | array-api, numpy, jax or torch
cof             | - | no determinant, which the cofactors need         | array-api, numpy, jax or torch
sum_diagonals   | - | no places by an array of them                    | array-api, numpy, jax or torch
lambda_max      | - | no eigenvalues (eigh)                            | array-api, numpy, jax or torch
v_max           | - | no eigenvectors (eigh)                           | array-api, numpy, jax or torch
D2_polar        | - | no eigenvectors (eigh)                           | array-api, numpy, jax or torch
J2_polar        | - | no eigenvectors (eigh)                           | array-api, numpy, jax or torch
"""

_OWN_HELPERS = {
    "_chol": """\
def _chol(xp, X):
    # the lower factor, whichever of both the library gives: dask.array gives the upper one
    C = xp.linalg.cholesky(X)
    return xp.tril(C) + xp.triu(C, k=1).T""",
    "_matrix_power": """\
def _matrix_power(xp, X, k):
    # by squaring: dask.array has no matrix_power
    if k != int(k):
        raise ValueError("a matrix power needs an integer exponent")
    k = int(k)
    if k < 0:
        X, k = xp.linalg.inv(X), -k
    P = xp.eye(X.shape[0], dtype=X.dtype)
    while k:
        if k % 2:
            P = P @ X
        X, k = X @ X, k // 2
    return P""",
}

_ROWS = {**array_api.LANGUAGE.rows, **table(_OWN)}

LANGUAGE = replace(
    array_api.LANGUAGE,
    target="dask",
    rows=_ROWS,
    helpers=called(_ROWS, {**array_api.LANGUAGE.helpers, **_OWN_HELPERS}),
    module="Dask",
    extra="dask array-api-compat",
)
