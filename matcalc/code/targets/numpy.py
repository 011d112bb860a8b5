"""NumPy: the table of operations.  Its helpers stand in numpy_helpers.py."""

from __future__ import annotations

from matcalc.code.language import Language, table
from matcalc.code.targets.numbers import NUMBERS
from matcalc.code.targets.numpy_helpers import HELPERS
from matcalc.code.targets.python import SPOKEN, WORDS, function, signs

# operation       level template                                         helpers
_TABLE = """
pi              | 6 | np.pi                                            |
ones:0          | 6 | np.ones({0}{like})                               |
ones:00         | 6 | np.ones(({0}, {1}){like})                        |
zeros:0         | 6 | np.zeros({0}{like})                              |
zeros:00        | 6 | np.zeros(({0}, {1}){like})                       |
eye             | 6 | np.eye({0}{like})                                |
basis           | 6 | _basis({0}, {1}{like})                           | _basis
power           | 5 | {0:6}**{1:6}                                     |
matmul          | 3 | {0:3} @ {1:6}                                    |
outer           | 6 | np.outer({0}, {1})                               |
solve           | 6 | np.linalg.solve({0}, {1})                        |
integer_power   | 6 | np.linalg.matrix_power({0}, {1})                 |
matrix_power    | 6 | _matrix_power({0}, {1})                          | _matrix_power
scale_rows      | 2 | {0:6}[:, None] * {1:4}                           |
scale_columns   | 2 | {0:4} * {1:4}                                    |
swap            | 6 | _swap({0}, {1})                                  | _swap
take            | 6 | {0:6}[{1}]                                       |
take_columns    | 6 | {0:6}[:, {1}]                                    |
row             | 6 | {0:6}[{1}]                                       |
column          | 6 | {0:6}[:, {1}]                                    |
entry:10        | 6 | {0:6}[{1}]                                       |
entry:200       | 6 | {0:6}[{1}, {2}]                                  |
row_sums        | 6 | np.sum({0}, axis=1)                              |
column_sums     | 6 | np.sum({0}, axis=0)                              |
dot_entries     | 6 | np.vdot({0}, {1})                                |
row_dots        | 6 | np.einsum("ij,ij->i", {0}, {1})                  |
add_diagonal    | 6 | _add_diagonal({0}, {1})                          | _add_diagonal
kron_eye        | 6 | _kron_eye({0}, {1})                              | _kron_eye
eye_kron        | 6 | _eye_kron({0}, {1})                              | _eye_kron
swapped_kron    | 6 | _swapped_kron({0}, {1})                          | _swapped_kron
add_kron        | 6 | _add_kron({0:6}.copy(), {1}, {2})                | _add_kron
add_swapped_kron | 6 | _add_swapped_kron({0:6}.copy(), {1}, {2})       | _add_swapped_kron
block_rows      | 6 | _block_rows({0}, {1}, {2})                       | _block_rows
blocks_inner    | 6 | _blocks_inner({0}, {1}, {2})                     | _blocks_inner
blocks_outer    | 6 | _blocks_outer({0}, {1}, {2})                     | _blocks_outer
definite_solve  | 6 | _definite_solve({0}, {1})                        | _definite_solve
cho_solve       | 6 | _cho_solve({0}, {1})                             | _cho_solve
cho_inverse     | 6 | _cho_inverse({0})                                | _cho_inverse
copy            | 6 | {0:6}.copy()                                     |
transpose       | 6 | {0:6}.T                                          |
standing        | 6 | {0:6}[:, None]                                   |
spread_column   | 6 | {0:6}[:, None]                                   |
spread_row      | 0 | {0}                                              |
repeat_column   | 6 | np.repeat({0:6}[:, None], {1}, axis=1)           |
repeat_row      | 6 | np.repeat({0:6}[None, :], {1}, axis=0)           |
diagonal_matrix | 6 | np.diag({0})                                     |
diagonal        | 6 | np.diag({0})                                     |
vec             | 6 | {0:6}.ravel(order="F")                           |
vec_rows        | 6 | {0:6}.ravel()                                    |
unvec           | 6 | {0:6}.reshape(({1}, {2}), order="F")             |
unvec_rows      | 6 | {0:6}.reshape(({1}, {2}))                        |
tr              | 6 | np.trace({0})                                    |
det             | 6 | np.linalg.det({0})                               |
logdet          | 6 | np.linalg.slogdet({0})[1]                        |
log_det         | 6 | _log_det({0})                                    | _log_det
inv             | 6 | np.linalg.inv({0})                               |
symmetric_inverse | 6 | _symmetric_inverse({0})                       | _symmetric_inverse
chol_if_definite | 6 | _chol_if_definite({0})                           | _chol_if_definite
inverse_by      | 6 | _inverse_by({0}, {1})                            | _inverse_by
logdet_by       | 6 | _logdet_by({0}, {1})                             | _logdet_by
log_det_by      | 6 | _log_det_by({0}, {1})                            | _log_det_by
pinv            | 6 | np.linalg.pinv({0})                              |
pinv_singular   | 6 | _pinv_singular({0})                              | _pinv_singular
adj             | 6 | _cofactors({0}).T                                | _cofactors
cof             | 6 | _cofactors({0})                                  | _cofactors
exp             | 6 | np.exp({0})                                      |
log             | 6 | np.log({0})                                      |
sin             | 6 | np.sin({0})                                      |
cos             | 6 | np.cos({0})                                      |
tan             | 6 | np.tan({0})                                      |
sinh            | 6 | np.sinh({0})                                     |
cosh            | 6 | np.cosh({0})                                     |
tanh            | 6 | np.tanh({0})                                     |
arcsin          | 6 | np.arcsin({0})                                   |
arccos          | 6 | np.arccos({0})                                   |
arctan          | 6 | np.arctan({0})                                   |
sqrt            | 6 | np.sqrt({0})                                     |
abs             | 6 | np.abs({0})                                      |
sign            | 6 | np.sign({0})                                     |
relu            | 6 | np.maximum({0}, 0)                               |
step            | 6 | _step({0})                                       | _step
step:0          | 6 | np.heaviside({0}, 0)                             |
sigmoid         | 6 | _sigmoid_of_minus({0:-})                         | _sigmoid_of_minus
sigmoid:0       | 6 | np.exp(-np.logaddexp(0, {0:-}))                  |
sigmoid_of_minus | 6 | _sigmoid_of_minus({0})                          | _sigmoid_of_minus
sigmoid_of_minus:0 | 6 | np.exp(-np.logaddexp(0, {0}))                 |
softplus        | 6 | _softplus({0})                                   | _softplus
max             | 6 | np.max({0})                                      |
min             | 6 | np.min({0})                                      |
maximum         | 6 | np.maximum({0}, {1})                             |
minimum         | 6 | np.minimum({0}, {1})                             |
expm            | 6 | _expm({0})                                       | _expm
logm            | 6 | _logm({0})                                       | _logm
sqrtm           | 6 | _sqrtm({0})                                      | _sqrtm
sinm            | 6 | _expm(1j * {0:4}).imag                           | _expm
cosm            | 6 | _expm(1j * {0:4}).real                           | _expm
chol            | 6 | np.linalg.cholesky({0})                          |
sum             | 6 | np.sum({0})                                      |
mean            | 6 | np.mean({0})                                     |
logsumexp       | 6 | _logsumexp({0})                                  | _logsumexp
softmax         | 6 | _softmax({0})                                    | _softmax
onehot_max      | 6 | _onehot_max({0})                                 | _onehot_max
mean_rows       | 6 | np.mean({0}, axis=1)                             |
mean_cols       | 6 | np.mean({0}, axis=0)                             |
max_rows        | 6 | np.max({0}, axis=1)                              |
max_cols        | 6 | np.max({0}, axis=0)                              |
min_rows        | 6 | np.min({0}, axis=1)                              |
min_cols        | 6 | np.min({0}, axis=0)                              |
logsumexp_rows  | 6 | _logsumexp({0}, axis=1)                          | _logsumexp
logsumexp_cols  | 6 | _logsumexp({0}, axis=0)                          | _logsumexp
softmax_rows    | 6 | _softmax({0}, axis=1)                            | _softmax
softmax_cols    | 6 | _softmax({0}, axis=0)                            | _softmax
onehot_max_rows | 6 | _onehot_max_rows({0})                            | _onehot_max_rows
onehot_max_cols | 6 | _onehot_max_rows({0:6}.T).T                      | _onehot_max_rows
kron            | 6 | np.kron({0}, {1})                                |
khatri_rao      | 6 | _khatri_rao({0}, {1})                            | _khatri_rao
skew            | 6 | _skew({0})                                       | _skew
unskew          | 6 | _unskew({0})                                     | _unskew
tril            | 6 | np.tril({0})                                     |
triu            | 6 | np.triu({0})                                     |
sum_diagonals   | 6 | _sum_diagonals({0})                              | _sum_diagonals
lambda_max      | 6 | np.linalg.eigvalsh({0})[-1]                      |
v_max           | 6 | _v_max({0})                                      | _v_max
polar           | 6 | _polar({0})                                      | _polar
D_expm          | 6 | _D_expm({0}, {1})                                | _D_expm
D_logm          | 6 | _D_logm({0}, {1})                                | _D_logm
D_sqrtm         | 6 | _D_sqrtm({0}, {1})                               | _D_sqrtm
D_sinm          | 6 | _D_expm(1j * {0:4}, 1j * {1:4}).imag             | _D_expm
D_cosm          | 6 | _D_expm(1j * {0:4}, 1j * {1:4}).real             | _D_expm
D_power         | 6 | _D_power({0}, {1}, {2})                          | _D_power
D_polar         | 6 | _D_polar({0}, {1})                               | _D_polar
D2_expm         | 6 | _D2(_expm, {0}, {1}, {2})                        | _D2 _expm
D2_logm         | 6 | _D2(_logm, {0}, {1}, {2})                        | _D2 _logm
D2_sinm         | 6 | _D2(_expm, 1j * {0:4}, 1j * {1:4}, 1j * {2:4}).imag | _D2 _expm
D2_cosm         | 6 | _D2(_expm, 1j * {0:4}, 1j * {1:4}, 1j * {2:4}).real | _D2 _expm
D2_power        | 6 | _D2(_matrix_power, {0}, {2}, {3}, {1})              | _D2 _matrix_power
D2_polar        | 6 | _D2_polar({0}, {1}, {2})                         | _D2_polar
J_expm          | 6 | _jacobian(_D_expm, {0})                          | _jacobian _D_expm
J_logm          | 6 | _jacobian(_D_logm, {0})                          | _jacobian _D_logm
J_sinm          | 6 | _jacobian(lambda X, H: _D_expm(1j * X, 1j * H).imag, {0}) | _jacobian _D_expm
J_cosm          | 6 | _jacobian(lambda X, H: _D_expm(1j * X, 1j * H).real, {0}) | _jacobian _D_expm
J_power         | 6 | _jacobian(lambda X, H, k: _D_power(X, k, H), {0}, {1}) | _jacobian _D_power
J_polar         | 6 | _jacobian(_D_polar, {0})                         | _jacobian _D_polar
J2_expm         | 6 | _jacobian(lambda X, H, K: _D2(_expm, X, H, K), {0}, {1}) | _jacobian _D2 _expm
J2_logm         | 6 | _jacobian(lambda X, H, K: _D2(_logm, X, H, K), {0}, {1}) | _jacobian _D2 _logm
J2_sinm         | 6 | _jacobian(lambda X, H, K: _D2(_expm, 1j * X, 1j * H, 1j * K).imag, {0}, {1}) | _jacobian _D2 _expm
J2_cosm         | 6 | _jacobian(lambda X, H, K: _D2(_expm, 1j * X, 1j * H, 1j * K).real, {0}, {1}) | _jacobian _D2 _expm
J2_power        | 6 | _jacobian(lambda X, H, k, K: _D2(_matrix_power, X, H, K, k), {0}, {1}, {2}) | _jacobian _D2 _matrix_power
J2_polar        | 6 | _jacobian(_D2_polar, {0}, {1})                    | _jacobian _D2_polar
norm            | 6 | np.linalg.norm({0})                              |
norm_1          | 6 | np.sum(np.abs({0}))                              |
norm_2          | 6 | np.linalg.norm({0}, 2)                           |
norm_inf        | 6 | np.max(np.abs({0}))                              |
norm_nuclear    | 6 | np.linalg.norm({0}, "nuc")                       |
"""

LANGUAGE = Language(
    target="numpy",
    rows=table(_TABLE),
    helpers=HELPERS,
    signs=signs("np.inf"),
    words=WORDS,
    function=function({"math": "import math", "": "import numpy as np"}),
    in_place=True,
    like=", dtype={0}.dtype",
    numbers=NUMBERS,
    module="NumPy",
    extra='"matcalc[numpy]"',
    **SPOKEN,
)
